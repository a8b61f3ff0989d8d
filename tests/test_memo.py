"""What is remembered of lines: it changes no reading, and it has bounds."""

from __future__ import annotations

import random
from typing import Any

from analytics import memo, read_posting
from tests.accuracy.cases import invented

MOST_READ = 300


def test_a_reading_does_not_depend_on_what_was_read_before() -> None:
    postings = invented("developed")[:MOST_READ]
    postings += [row | {"company": "Snowflake"} for row in postings[::5]]  # the same lines of another employer
    alone = [_read(row, is_first=True) for row in postings]
    order = list(range(len(postings)))
    for seed in range(2):
        random.Random(seed).shuffle(order)
        assert [at for at in order if _read(postings[at]) != alone[at]] == []


def test_a_line_is_read_by_what_stands_around_it() -> None:
    line = "Python and SQL"
    for heading, strength in (("Requirements:", "required"), ("Nice to have:", "preferred"), ("Benefits:", "none")) * 2:
        found = read_posting(f"{heading}\n{line}").mentions
        assert {one["strength"] for one in found} == {strength}, heading


def test_the_memory_is_bounded_by_lines_and_by_their_length() -> None:
    memo.forget()
    read_posting("Python " * memo.LONGEST)
    assert memo.remembered() == [0] * len(memo.remembered())
    for start in range(0, 2 * memo.MOST, 1_000):
        read_posting("\n".join(f"We use Python {n}" for n in range(start, start + 1_000)))
    assert 0 < max(memo.remembered()) <= memo.MOST
    memo.forget()
    assert memo.remembered() == [0] * len(memo.remembered())


def _read(row: dict[str, Any], *, is_first: bool = False) -> dict[str, Any]:
    if is_first:
        memo.forget()
    told = row.get("html") or row.get("text", "")
    company, place = row.get("company", ""), row.get("location", "")
    return read_posting(told, row.get("title", ""), company, place).to_json(with_text=True)
