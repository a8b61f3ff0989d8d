"""Reads what a `Market` needs out of the store, once, in one read-only transaction, keeping only what frames use.

What is stored never changes. So rows that were read once are kept (`analytics.kept_rows`), as is what frames need of
contents and readings (`analytics.frame_cache`): only what is not kept is read and decoded.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from analytics import frame_cache, frames, parts
from analytics.coded import begins
from analytics.frame_cache import PART_ROWS, Kept
from analytics.kept_rows import Rows
from analytics.numeric import Ints
from store import lasting, read
from store import readings as stored_readings
from store.connect import Damaged, clearly, open_engine
from store.insert import chunks

TEXT = pa.large_string()
STAMP = ("reader_hash", "id", "n_bytes", "recorded_at")  # of a reading: another stamp, another reading
BATCH = 5_000  # contents or readings that are decoded before they are columns
CHANGES = {"reader": "str", "recorded_at": frames.TIME, "share": "float64"}
log = logging.getLogger(__name__)


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
    n_decoded: tuple[int, int] = (0, 0)  # contents and readings that were not kept
    n_read: int = 0  # rows of tables that were not kept


def load(url: str, as_of: datetime | None, reader: str | None = None, *, cached: bool = True) -> Tables:
    """Everything known at `as_of` (None: now), as it was read by a reader (its hash; None: the one in force then).

    `cached`: take what is kept, and keep what is not; the frames are the same without.
    Raises `store.connect.StoreError` when the store cannot be read, or was written by another version of the program.
    """
    with opened(url) as conn:
        return _load(conn, as_of, reader, frame_cache.folder_of(url, lasting.uid(conn)) if cached else None)


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
    """A read-only transaction on a store of this program's schema.

    Raises `store.connect.StoreError` where there is none, or its database does not answer.
    """
    from store.migrate import check  # a fifth of a second that no import should cost

    engine = open_engine(url, readonly=True)
    try:
        with clearly(url):
            check(engine)
            with engine.connect() as conn:
                yield conn
    finally:
        engine.dispose()


def _load(conn: Connection, as_of: datetime | None, reader: str | None, folder: Path | None) -> Tables:
    rows = Rows(conn, folder)
    try:
        boards, versions = _crawled(rows, as_of)
        readings = _known(rows.lasting("reading"), as_of)
    except ValueError as error:
        raise Damaged(f"a time that is none: {error}") from error
    names = _names(versions)
    contents, n_contents = _contents(rows, names)
    versions, heads = _told_by(versions, names, contents)
    del contents  # hundreds of megabytes of a large market
    first = reader or read.in_force(conn, as_of)
    held, n_readings = _readings(rows, names, readings, stored_readings.chain(conn, first, as_of) if first else [])
    told = _read(names, held)
    log.debug("%s rows read, %s contents and %s readings decoded", rows.n_read, n_contents, n_readings)
    return Tables(
        boards, versions, heads, *told,
        at=_newest(read.said_until(conn, as_of), boards["recorded_at"].max(), pc.max(readings["recorded_at"]).as_py()),
        reader=first or "", n_unread=len(names) - len(told[0]), n_decoded=(n_contents, n_readings), n_read=rows.n_read,
    )  # fmt: skip


def _crawled(rows: Rows, as_of: datetime | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Boards and versions; those of the past are derived from the lists anew."""
    runs, names = rows.frame("board_run"), read.board_names(rows.conn)
    known = runs if as_of is None else runs[runs["recorded_at"] <= as_of]
    crawls = frames.of_boards(frames.decided(known, read.decisions(rows.conn, as_of)), names)
    boards = frames.crawl_frame(read.boards(rows.conn, as_of), crawls)
    if read.is_newest(rows.conn, as_of):
        told = frames.told_versions(frames.of_boards(rows.versions(), names), crawls)
    else:
        told = frames.typed_rows(read.version_rows(rows.conn, as_of), read.VERSION, frames.STORED)
    return boards, frames.versions_of(told)


def _known(readings: pa.Table, as_of: datetime | None) -> pa.Table:
    return readings if as_of is None else readings.filter(pc.field("recorded_at") <= pd.Timestamp(as_of))


def _newest(*times: Any) -> datetime | None:
    known = [pd.Timestamp(time).to_pydatetime() for time in times if time is not None and not pd.isna(time)]
    return max(known, default=None)


def tables(
    boards: pd.DataFrame,
    versions: pd.DataFrame,
    contents: Iterable[tuple[str, Mapping[str, Any]]],
    readings: Iterable[tuple[str, str, Mapping[str, Any]]],
) -> Tables:
    """The frames from typed boards and versions and the streams of contents and readings."""
    names = _names(versions)
    stamps = pa.array([""] * len(names), pa.large_string())
    told = _batches(parts.of_contents, ((content, "", posting) for content, posting in contents))
    known = _batches(parts.of_readings, ((content, "", reading) for content, _reader, reading in readings))
    versions, heads = _told_by(versions, names, _Held(told, parts.found(told, names, stamps)))
    return Tables(boards, versions, heads, *_read(names, _Held(known, parts.found(known, names, stamps))))


class _Held(NamedTuple):
    """Parts, and for each content its row in them, -1 where there is none."""

    parts: list[parts.Tables]
    row: Ints

    def by_hash(self, names: pa.Array) -> tuple[Ints, Ints]:
        """Rows of the contents that are told, in order of their hashes, and the numbers of these."""
        content = np.asarray(pc.sort_indices(names), "int64")
        content = content[self.row[content] >= 0]
        return self.row[content], content


class _Listed(NamedTuple):
    """What the store holds of each content: its stamp, what it is fetched by, and of which kind its part is."""

    stamps: pa.Array
    keys: pa.Array
    place: Ints  # in the store's own order, in which it reads fastest; -1 where it holds nothing
    kind: Ints  # number of one of `kinds`
    kinds: list[str]


Fetch = Callable[[list[Any]], Iterator[tuple[str, Mapping[str, Any]]]]
Make = Callable[[Sequence[parts.Told]], parts.Tables]


def compared(conn: Connection, url: str, contents: Iterable[str], fetch: Fetch) -> Iterator[tuple[str, dict[str, str]]]:
    """What each of these contents that is stored is compared by: (content hash, `parts.TEXTS`), in order.

    `fetch` tells it of those for which it is not kept.
    """
    rows = Rows(conn, frame_cache.folder_of(url, lasting.uid(conn)))
    names = pa.array(sorted(set(contents)), TEXT)
    held, _ = _of_contents(rows, names, frame_cache.TEXTS, fetch, parts.of_texts)
    row, content = held.by_hash(names)
    told = (parts.column([part[0] for part in held.parts], name, row) for name in parts.TEXTS)
    for name, *values in zip(names.take(pa.array(content)).to_pylist(), *told, strict=True):
        yield name, dict(zip(parts.TEXTS, values, strict=True))


def _contents(rows: Rows, names: pa.Array) -> tuple[_Held, int]:
    return _of_contents(rows, names, frame_cache.kind_of(None), partial(read.contents, rows.conn), parts.of_contents)


def _of_contents(rows: Rows, names: pa.Array, kind: str, fetch: Fetch, make: Make) -> tuple[_Held, int]:
    told = rows.lasting("payload")
    stored = told["content_hash"].combine_chunks()
    kinds = np.zeros(len(stored), "int64")
    listed = _listed(names, stored, told["stamp"].combine_chunks(), stored, kinds, [kind])
    held, n_made = _completed(names, listed, rows.folder, fetch, make)
    if (parts.positions(parts.hashes(held.parts), stored) < 0).any():
        frame_cache.drop_gone(rows.folder, stored)
    return held, n_made


def _readings(rows: Rows, names: pa.Array, readings: pa.Table, line: Sequence[str]) -> tuple[_Held, int]:
    chosen = readings.take(pa.array(_served(names, readings, line))).combine_chunks()
    known = chosen["reader_hash"].combine_chunks().dictionary_encode()
    kinds = [frame_cache.kind_of(name) for name in known.dictionary.to_pylist()]
    stamp = (chosen[name] if name == "reader_hash" else chosen[name].cast(pa.int64()).cast(TEXT) for name in STAMP)
    stamps = pc.binary_join_element_wise(*stamp, pa.scalar(" ", TEXT))
    stamped, contents = stamps.combine_chunks(), chosen["content_hash"].combine_chunks()
    kind = np.asarray(known.indices, "int64")
    listed = _listed(names, contents, stamped, chosen["id"].combine_chunks(), kind, kinds)
    return _completed(names, listed, rows.folder, partial(read.readings_of, rows.conn), parts.of_readings)


def _served(names: pa.Array, readings: pa.Table, line: Sequence[str]) -> Ints:
    """Row of the reading of each content that is served: by the nearest reader in the line, else the newest."""
    content = parts.positions(readings["content_hash"], names)
    nearest = parts.positions(readings["reader_hash"], pa.array(line, TEXT))
    newest = readings["recorded_at"].cast(pa.int64()).to_numpy()
    order = np.lexsort((-readings["id"].to_numpy(), -newest, np.where(nearest < 0, len(line), nearest), content))
    ordered = content[order]
    is_first = np.append(True, ordered[1:] != ordered[:-1])[: len(order)]
    return np.sort(order[is_first & (ordered >= 0)])


def _listed(
    names: pa.Array, contents: pa.Array, stamps: pa.Array, keys: pa.Array, kind: Ints, kinds: list[str]
) -> _Listed:
    place = parts.positions(names, contents)
    at = pa.array(place, mask=place < 0)
    return _Listed(stamps.take(at), keys.take(at), place, np.append(kind, -1)[place], kinds)


def _completed(names: pa.Array, listed: _Listed, folder: Path | None, fetch: Fetch, make: Make) -> tuple[_Held, int]:
    """The parts that are kept and those that are made now, and how many rows these have."""
    kept = {kind: frame_cache.held(folder, kind) for kind in listed.kinds}
    held = _found(kept, names, listed, make)
    lacking = np.flatnonzero((held.row < 0) & (listed.place >= 0))
    if not len(lacking):
        return held, 0
    lacking = lacking[np.argsort(listed.place[lacking])]
    for code, kind in enumerate(listed.kinds):
        own, n_kept = lacking[listed.kind[lacking] == code], len(kept[kind])
        for at in range(0, len(own), PART_ROWS):
            made = _made(names, listed, own[at : at + PART_ROWS], fetch, make)
            kept[kind].append(frame_cache.keep(folder, kind, made))
        if len(kept[kind]) > n_kept:
            frame_cache.tidy(folder, kind, kept[kind])
    return _found(kept, names, listed, make), len(lacking)


def _found(kept: Mapping[str, list[Kept]], names: pa.Array, listed: _Listed, make: Make) -> _Held:
    tables = [_nothing(make), *(one.tables for some in kept.values() for one in some)]
    return _Held(tables, parts.found(tables, names, listed.stamps))


def _made(names: pa.Array, listed: _Listed, chosen: Ints, fetch: Fetch, make: Make) -> parts.Tables:
    at = pa.array(chosen)
    stamp = dict(zip(names.take(at).to_pylist(), listed.stamps.take(at).to_pylist(), strict=True))
    fetched = fetch(listed.keys.take(at).to_pylist())
    return parts.joined(_batches(make, ((content, stamp[content], told) for content, told in fetched)))


def _batches(make: Make, told: Iterable[parts.Told]) -> list[parts.Tables]:
    return [_nothing(make), *(make(some) for some in chunks(told, BATCH))]


@cache
def _nothing(make: Make) -> parts.Tables:
    """An empty part, so that there is always one and all columns are there."""
    return make([])


def _names(versions: pd.DataFrame) -> pa.Array:
    """The hash of each content, by its number."""
    told = pa.array(versions["content_hash"][~versions["content"].duplicated()])
    return told.combine_chunks() if isinstance(told, pa.ChunkedArray) else told


def _told_by(versions: pd.DataFrame, names: pa.Array, contents: _Held) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`versions` with title and changed: the fields in which one differs from the one before, "" for a first; heads."""
    heads = parts.head_frame(contents.parts, *contents.by_hash(names))
    content, row = versions["content"].to_numpy(), contents.row
    same = ~begins(versions[["posting_id", "spell"]])
    edited = np.flatnonzero(same[1:] & (content[1:] != content[:-1])) + 1
    changed = np.full(len(versions), "", object)
    changed[edited] = parts.changed(contents.parts, row[content[edited - 1]], row[content[edited]])
    titles = frames.matching(heads[["content", "title"]], "content", versions["content"])["title"].fillna("")
    return versions.assign(title=titles.astype("str"), changed=pd.Series(changed, dtype="str")), heads


def _read(names: pa.Array, readings: _Held) -> parts.Frames:
    return parts.reading_frames(readings.parts, *readings.by_hash(names))
