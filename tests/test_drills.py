"""Drills: many short invented postings on one question each, in the spread of wordings that employers use.

They were written and labelled apart from the readers; the readers were bettered on them, so the floors say what must
not be lost, not what to expect of unseen text (docs/accuracy.md says that).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from analytics.reading import Reading, read_posting
from tests.accuracy.cases import EXAMPLES
from tests.accuracy.fields import NO_TERMS

FOLDER = EXAMPLES / "drills"
Says = dict[str, Any]


def _pay(ranges: list[dict[str, Any]]) -> list[tuple[float, float, str, str]]:
    return sorted(
        (float(one.get("low") or 0), float(one.get("high") or 0), one["currency"] or "", one["period"] or "")
        for one in ranges
    )


def _terms(read: Reading) -> set[str]:
    return {mention["term"] for mention in read.mentions if mention["category"] not in NO_TERMS}


def _degrees(read: Reading) -> tuple[str | None, str | None]:
    return read.education["least"], read.education["preferred"]


RIGHT: dict[str, Callable[[Says, Reading], bool]] = {
    "mode": lambda says, read: says["mode"] == read.work_mode,
    "education": lambda says, read: (says.get("least"), says.get("preferred_degree")) == _degrees(read),
    "genai": lambda says, read: bool(says["genai"] == read.genai["class"]),
    "scope": lambda says, read: says["scope"] == read.role["scope"],
    "pay": lambda says, read: _pay(says["pay"]) == _pay(read.pay),
    "terms": lambda says, read: {term for named in says.values() for term in named} == _terms(read),
}
FLOORS = {"mode": 0.97, "education": 0.93, "genai": 0.93, "scope": 0.97, "pay": 0.97, "terms": 0.4}


def drills(field: str) -> list[dict[str, Any]]:
    """The cases of a field."""
    paths = sorted(FOLDER.glob(f"{field}*.toml"))
    return [case for path in paths for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]]


@pytest.mark.parametrize("field", RIGHT)
def test_drilled_wordings_are_read(field: str) -> None:
    cases = drills(field)
    assert len(cases) >= 100
    wrong = [case["id"] for case in cases if not RIGHT[field](case["says"], _read(case))]
    assert 1 - len(wrong) / len(cases) >= FLOORS[field], wrong


def _read(case: dict[str, Any]) -> Reading:
    return read_posting(case["text"], case["title"], case.get("company", ""), case.get("location", ""))
