"""A bounded memory of what lines say: employers repeat half of their words in every posting, line by line.

Only pure functions of a line and of what their callers tell of its surroundings are remembered, so that no reading
depends on what was read before. A memory is a plain dict, as a call a line would cost more than most answers.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import _lru_cache_wrapper
from itertools import islice
from typing import Any, TypeVar

MOST = 4_096  # lines that are remembered: boards are read one by one, so what comes again was read lately
LONGEST = 1_000  # characters of a line that is remembered; longer ones hardly ever come again
SURROUNDINGS = 64  # of a line for which what it says there is remembered
_OLDEST = MOST // 4

_T = TypeVar("_T")
_tables: list[dict[str, Any]] = []


def table() -> dict[str, Any]:
    """A memory of lines, still empty; `forget` knows it."""
    known: dict[str, Any] = {}
    _tables.append(known)
    return known


def remember(known: dict[str, _T], told: Mapping[str, _T]) -> None:
    """Adds what lines say; of a full memory the oldest go."""
    if len(told) > MOST or max(map(len, told), default=0) > LONGEST:
        told = dict(islice(((line, said) for line, said in told.items() if len(line) <= LONGEST), MOST))
    if len(known) + len(told) > MOST:
        for old in list(islice(known, max(_OLDEST, len(known) + len(told) - MOST))):
            del known[old]
    known.update(told)


def forget() -> None:
    """Empties the memory, as it is before the first posting; only the time of the next reading changes by it.

    Also that of functions with a bounded `lru_cache`, which remember lines or sentences; an unbounded one holds the
    lexicon.
    """
    for known in _tables:
        known.clear()
    for module in [module for name, module in sys.modules.items() if name.startswith("analytics.")]:
        for value in vars(module).values():
            if isinstance(value, _lru_cache_wrapper) and value.cache_parameters()["maxsize"]:
                value.cache_clear()


def remembered() -> list[int]:
    """How many lines each table holds."""
    return [len(known) for known in _tables]
