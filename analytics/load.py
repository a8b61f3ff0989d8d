"""Reads what a `Market` needs out of the store, once, in one read-only transaction, keeping only what frames use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from analytics import frames
from store import read
from store import readings as stored_readings
from store.connect import open_engine
from store.posting import UNHASHED

CHANGES = {"reader": "str", "recorded_at": frames.TIME, "share": "float64"}


class Tables(NamedTuple):
    """Typed frames of the store's rows, see `analytics.frames`; heads, facts, pay and mentions by number of content."""

    boards: pd.DataFrame
    versions: pd.DataFrame
    heads: pd.DataFrame
    facts: pd.DataFrame
    pay: pd.DataFrame
    mentions: pd.DataFrame
    at: datetime | None = None  # when the newest thing known was written down
    reader: str = ""  # hash of the readers in force
    n_unread: int = 0  # postings' texts without a reading


def load(url: str, as_of: datetime | None, reader: str | None = None) -> Tables:
    """Everything known at `as_of` (None: now), as it was read by a reader (its hash; None: the one in force then).

    Raises `store.connect.StoreError` when the store cannot be read, or was written by another version of the program.
    """
    with opened(url) as conn:
        return _load(conn, as_of, reader)


def reader_changes(url: str, as_of: datetime | None, reader: str) -> pd.DataFrame:
    """The readers in force one after another, oldest first: `CHANGES`.

    share: part of the stored texts (0-1) that neither `reader`, the one in force, nor one it inherits from has read, so
    that an older one still tells them. Empty without a store.
    """
    if not url or not reader:
        return frames.typed([], CHANGES)
    with opened(url) as conn:
        n_read, n_stored = stored_readings.progress(conn, reader, as_of)
        found = stored_readings.succession(conn, as_of)[::-1]
    share = 1 - n_read / max(n_stored, 1)
    return frames.typed(({"reader": made_by, "recorded_at": at, "share": share} for made_by, at in found), CHANGES)


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """A read-only transaction on a store of this program's schema."""
    from store.migrate import check  # a fifth of a second that no import should cost

    engine = open_engine(url, readonly=True)
    try:
        check(engine)
        with engine.connect() as conn:
            yield conn
    finally:
        engine.dispose()


def _load(conn: Connection, as_of: datetime | None, reader: str | None) -> Tables:
    boards = frames.board_frame(read.boards(conn, as_of), read.board_runs(conn, as_of))
    versions = frames.version_frame(read.versions(conn, as_of))
    hashes = set(versions["content_hash"])
    told = tables(boards, versions, read.contents(conn, sorted(hashes)), read.readings(conn, as_of, reader))
    n_unread = len(hashes) - told.facts["content"].nunique()
    made_by = reader or read.in_force(conn, as_of) or ""
    return told._replace(at=read.known_until(conn, as_of), reader=made_by, n_unread=n_unread)


def tables(
    boards: pd.DataFrame,
    versions: pd.DataFrame,
    contents: Iterable[tuple[str, Mapping[str, Any]]],
    readings: Iterable[tuple[str, str, Mapping[str, Any]]],
) -> Tables:
    """The frames from typed boards and versions and the streams of contents and readings."""
    numbers = dict(zip(versions["content_hash"], versions["content"].tolist(), strict=True))
    heads: list[dict[str, Any]] = []
    digests: dict[str, dict[str, int]] = {}
    for content, posting in contents:
        heads.append(frames.head(numbers[content], posting))
        digests[content] = frames.field_digests(posting, UNHASHED)
    facts, pay, mentions = _read(readings, numbers)
    return Tables(
        boards, with_changes(versions, heads, digests), frames.typed(heads, frames.HEADS),
        frames.typed(facts, frames.FACTS), frames.typed(pay, frames.PAY), frames.typed(mentions, frames.MENTIONS),
    )  # fmt: skip


def _read(
    readings: Iterable[tuple[str, str, Mapping[str, Any]]], numbers: Mapping[str, int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    facts, pay, mentions = [], [], []
    for content_hash, _reader, reading in readings:
        content = numbers.get(content_hash)
        if content is not None:
            facts.append(frames.facts(content, reading))
            pay += frames.pay_rows(content, reading)
            mentions += frames.mention_rows(content, reading)
    return facts, pay, mentions


def with_changes(
    versions: pd.DataFrame, heads: list[dict[str, Any]], digests: Mapping[str, Mapping[str, int]]
) -> pd.DataFrame:
    """`versions` with title and changed: the fields in which a version differs from the one before, "" for a first."""
    titles = {row["content"]: row["title"] or "" for row in heads}
    same = versions["posting_id"].eq(versions["posting_id"].shift()) & versions["spell"].eq(versions["spell"].shift())
    before = versions["content_hash"].shift().fillna("")
    pairs = zip(before, versions["content_hash"], strict=True)
    differ = [_changed(digests.get(old, {}), digests.get(new, {})) for old, new in pairs]
    changed = np.where(same, differ, "").tolist()
    titled = [titles.get(content, "") for content in versions["content"]]
    return versions.assign(title=pd.Series(titled, dtype="str"), changed=pd.Series(changed, dtype="str"))


def _changed(old: Mapping[str, int], new: Mapping[str, int]) -> str:
    return ", ".join(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))
