"""The texts that new words are looked for in: what the postings of two windows ask for, read a few at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from analytics.document import joined
from analytics.frames import ROLE_SECTIONS
from analytics.identity_texts import batches
from analytics.load import opened
from analytics.ngrams import Text
from analytics.parallel import in_order, workers
from store import read

MOST_OF_EMPLOYER = 20  # postings in a window: employers are counted, and more postings of one would only say more words
BATCH, WORTH_A_POOL = 100, 1000  # texts
PARTS = (("company", "intro_html"), ("", "body_html"), ("company", "conclusion_html"))
Served = tuple[str, tuple[tuple[str, str], ...]]


def texts(url: str, new: pd.DataFrame, now: tuple[int, int], before: tuple[int, int]) -> Iterator[Text]:
    """The role sections of new postings of both windows of week numbers, at most 20 an employer and window.

    `new` has one row a new posting: posting_id, content_hash, week_number, company, platform.
    """
    rows = chosen(new, now, before)
    at: dict[str, list[tuple[str, int, str, str]]] = defaultdict(list)
    columns = (rows[name] for name in ("content_hash", "posting_id", "week_number", "company", "platform"))
    for content, posting, week, company, platform in zip(*columns, strict=True):
        at[content].append((posting, int(week), company, platform))
    for content, text in _asked(url, sorted(at)):
        yield from ((*row, text) for row in at[content])


def chosen(new: pd.DataFrame, now: tuple[int, int], before: tuple[int, int]) -> pd.DataFrame:
    """The postings of both windows, of an employer with many those that their contents' hashes pick."""
    sides = [new[new["week_number"].between(*span)] for span in (before, now)]
    picked = [side.sort_values(["content_hash", "posting_id"]) for side in sides]
    return pd.concat([side.groupby("company", sort=False).head(MOST_OF_EMPLOYER) for side in picked])


def _asked(url: str, contents: list[str]) -> Iterator[tuple[str, str]]:
    with opened(url) as conn, workers(worth_it=len(contents) >= WORTH_A_POOL) as pool:
        served = ((content, _parts(told)) for content, told in read.contents(conn, contents))
        for batch in in_order(pool, asked_of, batches(served, BATCH)):
            yield from batch


def _parts(told: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((section, str(told.get(name) or "")) for section, name in PARTS)


def asked_of(batch: list[Served]) -> list[tuple[str, str]]:
    """What contents ask for, by their served parts; a function of its own so that another process can run it."""
    return [(content, _role_text(parts)) for content, parts in batch]


def _role_text(parts: tuple[tuple[str, str], ...]) -> str:
    made = joined(parts)
    return "\n".join(made.text[span.start : span.end] for span in made.spans if span.name in ROLE_SECTIONS)
