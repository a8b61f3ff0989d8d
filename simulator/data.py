"""The simulator's data files (`texts/`), read once, and the draws made from them."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
TEXTS = Path(__file__).parent / "texts"


@cache
def table(name: str) -> dict[str, Any]:
    """One TOML file of `texts/`."""
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def rows(name: str) -> list[dict[str, str]]:
    """One CSV file of `texts/`, a dict a row."""
    with (TEXTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pick(rng: Random, items: Sequence[T]) -> T:
    """One of `items`, all equally likely; one draw of `rng` whatever the number of items."""
    return items[int(rng.random() * len(items))]


def pick_by(rng: Random, items: Sequence[T], weights: Sequence[float]) -> T:
    """One of `items`, with chances in proportion to `weights`."""
    left = rng.random() * sum(weights)
    for item, weight in zip(items, weights, strict=True):
        left -= weight
        if left < 0:
            return item
    return items[-1]


def some(rng: Random, items: Sequence[T], count: int) -> list[T]:
    """`count` different `items` (all of them when there are fewer), in random order."""
    return rng.sample(items, min(count, len(items)))


def chance(rng: Random, share: float) -> bool:
    """True in `share` of the draws."""
    return rng.random() < share
