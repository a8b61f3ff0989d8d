"""Amounts in tables of pay: the cells of a row under the heads of their columns, and the numbers of grades."""

from __future__ import annotations

import re
from typing import Protocol

# "Minimum", "Maximum" at the head of two columns, far enough above for a few rows; then cells of one row
_COLUMNS = re.compile(
    r"\b(?:min(?:imum)?|low(?:er)?(?: end)?|from|od|von|ab|de|desde|du|vanaf)\b[^\n|]{0,14}(?:\n+|[ ]?\|[ ]?)"
    r"[^\n|]{0,14}\b(?:max(?:imum)?|high(?:er)?|upper|to|do|bis|top|à|a|hasta|au|tot)\b",
    re.I,
)
# "Low", "Midpoint", "High" at the head of three columns
_THREE_COLUMNS = re.compile(
    r"\b(?:min(?:imum)?|low(?:er)?|entry|start|from)\b[^\n|]{0,14}(?:\n+|[ ]?\|[ ]?)"
    r"[^\n|]{0,14}\b(?:mid(?:[- ]?point|dle)?|median|target)\b[^\n|]{0,14}(?:\n+|[ ]?\|[ ]?)"
    r"[^\n|]{0,14}\b(?:max(?:imum)?|high(?:er)?|upper|top|to)\b",
    re.I,
)
# "Band 7 - £47,810", "GS-13 - $120,579": the number of a grade, no end of a range
_GRADE = re.compile(
    r"(?:(?:\bband|grade|level|step|tier|zone|point|class|group|stage|phase|scale|stufe|gruppe|klasse|trinn?|schaal"
    r"|niveau|nivel|livello|poziom|nível)|(?<![^\s(|/])[A-Z]{1,4}-?)\s?$",
    re.I,
)
_CELL = re.compile(r"[ ]?\n{1,3}[ ]?|[ ]?\|[ ]?|\t")

_STEP = re.compile(r"\b(?:step|grade|level|band|tier|point|stufe|schaal) $", re.I)
_STEP_AFTER = re.compile(r" ?[-–:(] ?[$€£]")
# "(step 1)", "at point 1 rising to €79,000"
_STEP_OF_END = re.compile(
    r"(?:\((?:at |on )?[a-z ]{0,12}|\b(?:at|on|from|to) (?:the )?)\b(?:step|grade|level|band|tier|spine point|point|scp"
    r"|year|class|stufe|schaal|trede|periodiek|échelon|escalón|livello) $",
    re.I,
)
_ENDS_THERE = re.compile(r"\)|[.,;]?(?:\s(?![^\W\d_]?\d)|$)(?!(?:to|bis|-|–|and) \d)", re.I)
_GRADES, _FAR = 100, 3.0


class Amount(Protocol):
    """One number as money."""

    @property
    def value(self) -> float: ...
    @property
    def mark(self) -> str: ...
    @property
    def scale(self) -> str: ...
    @property
    def grouped(self) -> bool: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def is_column(text: str, low: Amount, middle: Amount, high: Amount) -> bool:
    """Whether the three are cells of a row under "Low", "Midpoint", "High"."""
    gaps = (text[low.end : middle.start], text[middle.end : high.start])
    if not (low.mark and middle.mark and all(map(_CELL.fullmatch, gaps))):
        return False
    return _THREE_COLUMNS.search(text, max(0, low.start - 400), low.start) is not None


def is_row(text: str, first: Amount, second: Amount, between: str) -> bool:
    """Whether the two stand in cells side by side, in columns of lower and of upper ends."""
    if not (_CELL.fullmatch(between) and first.value < second.value <= 3 * first.value):
        return False
    is_money = all(a.mark or a.grouped or a.scale for a in (first, second))
    return is_money and _COLUMNS.search(text, max(0, first.start - 400), first.start) is not None


def is_grade(first: Amount, second: Amount, head: str) -> bool:
    """Whether a bare number is that of a grade: by the word before it, or far too low for the end of a range."""
    if first.mark or first.scale or first.value >= _GRADES or not second.grouped:
        return False
    return first.value * 1000 * _FAR < second.value or _GRADE.search(head) is not None


def is_step(text: str, one: Amount) -> bool:
    """Whether a bare number names a step whose pay follows: "Step 1 - $7,411 to Step 5 - $9,002", "$7,411 (step 1)"."""
    if one.mark or one.scale or one.grouped or one.value >= _GRADES:
        return False
    head = text[max(0, one.start - 26) : one.start]
    if _ENDS_THERE.match(text, one.end) and _STEP_OF_END.search(head):
        return True
    return _STEP_AFTER.match(text, one.end) is not None and _STEP.search(head) is not None
