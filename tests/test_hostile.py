"""Pages made to hurt: every reader ends within bounds, says something or nothing, and never fails.

Work is bounded by comparing a text with one of four times its length, with much slack, so that a slow machine
passes and a pattern of quadratic cost does not; what would not end at all is stopped from outside.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

import analytics
from analytics import read_posting

MEGABYTE = 1_000_000
SHORT = 12_000  # below every limit on length, so that nothing is cut
GROWTH = 16  # times the work for four times the text: quadratic; linear cost gives 4
FLOOR = 0.15  # seconds that are no sign of anything
LONG_SEARCH = 1_000  # characters; what a reader hands to a pattern is seldom more than a paragraph
SEARCH_FLOOR = 0.02  # seconds that are no sign of anything in a search
CONFIRMED = 3  # times that a suspicion must hold: a busy machine raises false ones
MATCHED_ONLY = frozenset(("education._WISH_BEGINS",))  # tried at one place of a text, not at each
PATIENCE = 120  # seconds for all patterns of all readers

PUMPED = {
    "digits": "7",
    "brackets": "(",
    "pairs of brackets": "[](){}",
    "blanks": " ",
    "combining marks": "\u0301",
    "empty lines": "\n",
    "short lines": "a\n",
    "dollars": "$1-",
    "ranges": "$100,000 to ",
    "years": "5+ years ",
    "addresses": "a@",
    "dashes": "- ",
    "stars": "* ",
    "items": "- a\n",
    "amounts": "100k ",
    "percents": "5% ",
    "sentences": "You will. ",
    "labels": "Pay: ",
    "terms": "Python or ",
    "modes": "remote ",
    "Thai": "\u0e42 ",
    "mojibake": "â€™ ",
    "numbers of other scripts": "\u0661",
    "unclosed elements": '<p><b><a href="',
    "open elements": "<div>",
    "ends of other elements": "<div></i>",
    "formatting never closed": "<font size=1><p></x></x>",
    "attributes": "<p a=1 b=2 ",
    "less than": "<",
    "ampersands": "&amp;",
    "comments": "<!--",
    "quotes in a tag": '<a title="',
    "spans": "<span>a</span>",
    "escaped": "&lt;p&gt;",
}


@pytest.mark.parametrize("unit", PUMPED.values(), ids=PUMPED)
def test_a_megabyte_of_nothing_is_read(unit: str) -> None:
    reading = read_posting(unit * (MEGABYTE // len(unit)), "ML Engineer", "Acme", "Berlin")
    assert [flag for flag in reading.flags if flag.startswith("reader_error")] == []
    assert len(reading.text) <= 100_000
    assert not reading.text or "truncated" in reading.flags


@pytest.mark.parametrize("unit", PUMPED.values(), ids=PUMPED)
def test_the_work_grows_with_the_length_of_the_text(unit: str) -> None:
    short, long = (unit * (size // len(unit)) for size in (SHORT, 4 * SHORT))

    def too_long() -> bool:
        return _seconds(lambda: read_posting(long)) > max(FLOOR, GROWTH * _seconds(lambda: read_posting(short)))

    assert not all(too_long() for _ in range(CONFIRMED))


def test_elements_in_elements_and_no_end() -> None:
    deep = "<div>" * 100_000 + "ML" + "</div>" * 100_000
    assert read_posting(deep).flags == ["truncated"]
    assert read_posting("<p>" * 3_000 + "Python").mentions != []
    assert read_posting("<div>" * 3_000 + "Python" + "</div>" * 3_000).mentions != []


@pytest.mark.parametrize(
    ("served", "is_cut"),
    [
        ("<p>Python</p>" + "<p>x</p>" * 20_000, True),
        ("Python\n" * 20_000, True),
        ("<p>Python</p><img src='data:image/png;base64," + "QUJD" * 100_000 + "'><p>SQL</p>", False),
        ("<p>Python</p>", False),
    ],
)
def test_a_cut_text_is_flagged(served: str, is_cut: bool) -> None:
    reading = read_posting(served)
    assert ("truncated" in reading.flags) is is_cut
    assert reading.mentions[0]["term"] == "Python"


def test_no_pattern_of_a_reader_runs_away() -> None:
    """In a process of its own: a search cannot be broken off."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.test_hostile"], capture_output=True, text=True, timeout=PATIENCE
    )
    assert (done.stdout, done.stderr) == ("", "")


def _seconds(work: Callable[[], object]) -> float:
    """The least of up to three tries: other work on the machine only adds."""
    took: list[float] = []
    while len(took) < 3 and (not took or min(took) > SEARCH_FLOOR):
        before = time.process_time()
        work()
        took.append(time.process_time() - before)
    return min(took)


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern that a module of the readers holds, alone or in a collection."""
    for module in pkgutil.iter_modules(analytics.__path__):
        loaded = importlib.import_module(f"analytics.{module.name}")
        for name, value in vars(loaded).items():
            for pattern in _within(value):
                yield f"{module.name}.{name}", pattern


def _within(value: object) -> Iterator[re.Pattern[str]]:
    """The patterns of a value, those of bytes as ones of text."""
    if isinstance(value, re.Pattern):
        yield re.compile(value.pattern.decode("latin-1")) if isinstance(value.pattern, bytes) else value
    elif isinstance(value, dict):
        yield from (found for item in value.values() for found in _within(item))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (found for item in value for found in _within(item))


def _pumps(pattern: re.Pattern[str]) -> list[str]:
    """Units to repeat: the plain pieces of the pattern, some joined, and what classes of characters often hold.

    No runs of blanks and empty lines: a clean text has none."""
    pieces = list(dict.fromkeys(re.findall(r"(?<!\\)[a-zäöüß$€£]{2,12}", pattern.pattern)))[:6]
    joined = [f"{one} {other} " for one, other in pairwise(pieces)][:4]
    return [*(f"{piece} " for piece in pieces), *joined, "1", "1,", "1 ", "a", "a ", "a-", "- ", "$1 - "]


def _run_all() -> None:
    for name, pattern in _patterns():
        if name in MATCHED_ONLY:
            continue
        for unit in _pumps(pattern):
            if all(_runs_away(pattern, unit) for _ in range(CONFIRMED)):
                sys.stdout.write(f"{name} on {unit!r}\n")


def _runs_away(pattern: re.Pattern[str], unit: str) -> bool:
    took = _search(pattern, unit, LONG_SEARCH)
    return took > SEARCH_FLOOR and took > GROWTH * _search(pattern, unit, LONG_SEARCH // 4)


def _search(pattern: re.Pattern[str], unit: str, size: int) -> float:
    text = f"{unit * (size // len(unit))}\x00"
    return _seconds(lambda: list(pattern.finditer(text)))


if __name__ == "__main__":
    _run_all()
