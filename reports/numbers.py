"""How numbers and stored text leave the report: rounded, cleaned and escaped here and nowhere else.

Figures are drawn from the same rounded frame that the CSV and the JSON are written from, so the three cannot disagree
and the last bits of a float, which differ between processors, never reach a file.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from datetime import date, datetime
from typing import Any

import pandas as pd

DIGITS = 7  # significant; a share keeps 7 decimals, a yearly pay its cents
LONGEST_TEXT = 300
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def plain(text: object, longest: int = LONGEST_TEXT) -> str:
    """Stored text fit for a label: no controls, surrogates or direction marks, at most `longest` characters."""
    whole = str(text)[: 4 * longest]
    tidied = " ".join(_UNPRINTABLE.sub(" ", whole).split())
    return tidied if len(tidied) <= longest else tidied[: longest - 1].rstrip() + "…"


def rounded(value: float) -> float | int | None:
    """The number as published: `DIGITS` significant digits, integers as int, not finite as None."""
    if not math.isfinite(value):
        return None
    short = float(f"{value:.{DIGITS}g}")
    return int(short) if short.is_integer() else short


def published(value: Any) -> str | int | float | bool | None:
    """One cell as JSON knows it; missing values of any kind are None."""
    if isinstance(value, str):
        return plain(value)
    if pd.isna(value):
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return rounded(float(value))


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every float column rounded as it will be published; index renumbered."""
    floats = {str(name): frame[name].map(_round_float) for name in frame.columns if frame[name].dtype.kind == "f"}
    return frame.assign(**floats).reset_index(drop=True)


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The frame as a list of JSON objects."""
    names = [str(name) for name in frame.columns]
    cells = zip(*(frame[name] for name in frame.columns), strict=True) if names else ()
    return [dict(zip(names, map(published, line), strict=True)) for line in cells]


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """The frame as CSV (UTF-8, LF). Text that a spreadsheet would run as a formula is led by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(str, frame.columns))
    writer.writerows([_csv_cell(value) for value in row.values()] for row in rows(frame))
    return out.getvalue().encode()


def json_bytes(value: Any) -> bytes:
    """Readable JSON whose bytes depend on the value alone."""
    return (json.dumps(value, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def _round_float(value: float) -> float:
    short = rounded(value)
    return math.nan if short is None else float(short)


def _csv_cell(value: str | int | float | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return str(value)
