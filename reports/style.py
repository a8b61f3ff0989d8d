"""The look of every figure: sizes, colours and settings, fixed so that the same series gives the same bytes.

The four line colours keep 5:1 contrast on white and stay apart under the three common colour deficiencies; line style
and direct labels carry the same meaning in grey print.
"""

from __future__ import annotations

DPI = 200
NARROW_DPI = 160
WIDE_IN = 8.0  # 1600 px: the published PNG
NARROW_IN = 4.2  # the phone's copy inside the page; type keeps its size
MARGIN_IN = 0.1

INK = "#1a1a1a"
GREY = "#6b6b6b"  # context and small print, 5.3:1
PALE = "#8d939c"  # large areas, 3:1
GRID = "#e4e4e4"
BLUE, RED, PURPLE = "#1845fb", "#c91f16", "#aa4499"
LINES = ((BLUE, "-"), (INK, "--"), (RED, "-."), (PURPLE, ":"))

TITLE_PT, TEXT_PT = 13.5, 9.0
TITLE_LINE_IN, TEXT_LINE_IN = 0.25, 0.175

RC = {
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.linewidth": 0.8,
    "figure.constrained_layout.use": True,
    "figure.dpi": DPI,
    "font.family": "DejaVu Sans",
    "font.size": TEXT_PT,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "hatch.linewidth": 0.6,
    "lines.linewidth": 1.9,
    "lines.solid_capstyle": "round",
    "text.color": INK,
    "text.parse_math": False,  # stored text holds "$"
    "text.usetex": False,
    "xtick.color": GREY,
    "xtick.labelcolor": INK,
    "xtick.labelsize": TEXT_PT,
    "xtick.major.size": 3.0,
    "ytick.color": GREY,
    "ytick.labelcolor": INK,
    "ytick.labelsize": TEXT_PT,
    "ytick.major.size": 0.0,
}
