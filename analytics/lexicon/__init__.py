"""Word lists of the readers, as data: one thing a line, read once, found wherever the package is installed."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def lines(name: str) -> tuple[dict[str, str], ...]:
    """The lines of `lexicon/<name>.csv`, each a dict by column. Raises FileNotFoundError for an unknown list."""
    return tuple(csv.DictReader((files(__name__) / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


def several(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds several values, separated by `|`."""
    return tuple(part for part in cell.split("|") if part)
