"""The rung of the ladder that a title names. Body words ("lead the design", "staff meeting") are never asked.

Two words ("Senior Staff") give the higher rung. A silent title is `unspecified`; what the required years suggest is a
second, weaker value beside it.
"""

from __future__ import annotations

import re
from functools import cache

from analytics.lexicon import lines

UNSPECIFIED = "unspecified"


def read_level(title: str, company: str = "") -> str:
    """intern entry mid senior staff principal lead manager director or unspecified, from the title alone."""
    shown = _silent().sub(" ", title[:300].casefold().replace("\u2019", "'"))
    for level, pattern in _levels():
        if found := pattern.search(shown):
            is_bank_grade = "vice" in found[0] or found[0] in ("vp", "avp", "svp")
            return "senior" if level == "director" and is_bank_grade and _is_bank(company) else level
    return UNSPECIFIED


def infer_level(low_years: float | None) -> str:
    """The level that required years suggest: 0-1 entry, 2-4 mid, 5 and more senior; unspecified for None."""
    if low_years is None:
        return UNSPECIFIED
    return "entry" if low_years < 2 else "mid" if low_years < 5 else "senior"


@cache
def _levels() -> list[tuple[str, re.Pattern[str]]]:
    """Level and pattern in the order of `lexicon/levels.csv`: the first that is found wins."""
    forms: dict[str, list[str]] = {}
    for row in lines("levels"):
        forms.setdefault(row["level"], []).append(row["form"])
    return [(level, _words(found)) for level, found in forms.items() if level not in ("silent", "bank")]


@cache
def _silent() -> re.Pattern[str]:
    return _words([row["form"] for row in lines("levels") if row["level"] == "silent"])


def _is_bank(company: str) -> bool:
    return any(row["form"] in company.casefold() for row in lines("levels") if row["level"] == "bank")


def _words(forms: list[str]) -> re.Pattern[str]:
    """A pattern for whole words; a form that ends in `*` also stands for every word it begins."""
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_word, longest_first))})")


def _word(form: str) -> str:
    return re.escape(form[:-1]) + r"\w*" if form.endswith("*") else re.escape(form) + r"(?!\w)"
