"""The invented examples beside the tests, by the role they play: developed, held-out, bug, known-failure."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROLES = ("developed", "held-out", "bug", "known-failure")
FOLDER = Path(__file__).parent / "examples"


class Span(NamedTuple):
    """A section of an example."""

    start: int
    end: int
    name: str


def examples(name: str, table: str = "cases") -> list[Any]:
    """The examples of `examples/<name>.toml` as parameters of a test; known failures are expected to fail."""
    found = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))[table]
    assert all(case["as"] in ROLES for case in found)
    return [pytest.param(case, id=f"{case['as']}-{at}", marks=_marks(case)) for at, case in enumerate(found)]


def _marks(case: dict[str, Any]) -> list[Any]:
    return [pytest.mark.xfail(reason="known failure")] if case["as"] == "known-failure" else []
