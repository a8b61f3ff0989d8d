"""What frames need of contents and readings as Arrow tables, made a few thousand at a time, so that a million postings
are never held as Python objects, and so that what is made once can be kept (`analytics.frame_cache`).

A part of contents is one table: content_hash, stamp, `HEADS` and a checksum a field. A part of readings is three: facts
(content_hash, stamp, `FACTS`, n_pay, n_mentions), and pay ranges and mentions in the order of the facts they belong to.
A part of texts is one: content_hash, stamp, `TEXTS`, with places as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analytics import frames
from analytics.coded import expanded
from analytics.numeric import Ints
from store.posting import UNHASHED

Told = tuple[str, str, Mapping[str, Any]]  # content hash, stamp, what is told
Tables = tuple[pa.Table, ...]
Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
KEY = {"content_hash": "str", "stamp": "str"}
OF = "content"  # the frames' number of a content, which holds in one market only
HEADS, FACTS, PAY, MENTIONS = (
    {name: kind for name, kind in schema.items() if name != OF}
    for schema in (frames.HEADS, {**frames.FACTS, "places": "category"}, frames.PAY, frames.MENTIONS)
)
TEXTS = dict.fromkeys(("title", "company", "requisition", "places", "text"), "str")
COUNTS = {"n_pay": "int32", "n_mentions": "int32"}
DIGEST = "digest "  # begins the name of a column with a field's checksum


def of_contents(told: Sequence[Told]) -> Tables:
    """The part of a few contents."""
    digests = [frames.field_digests(posting, UNHASHED) for _, _, posting in told]
    rows = ({**_key(one), **frames.head(0, one[2])} for one in told)
    made = table(frames.typed(rows, {**KEY, **HEADS}))
    for name in sorted({name for row in digests for name in row}):
        made = made.append_column(DIGEST + name, pa.array([row.get(name) for row in digests], pa.uint32()))
    return (made,)


def of_readings(told: Sequence[Told]) -> Tables:
    """The part of a few readings."""
    pay = [frames.pay_rows(0, reading) for _, _, reading in told]
    mentions = [frames.mention_rows(0, reading) for _, _, reading in told]
    counts = ({"n_pay": len(ranges), "n_mentions": len(named)} for ranges, named in zip(pay, mentions, strict=True))
    rows = ({**_key(one), **_facts(one[2]), **count} for one, count in zip(told, counts, strict=True))
    facts = frames.typed(rows, {**KEY, **FACTS, **COUNTS})
    of_facts = (frames.typed(chain(*rows), schema) for rows, schema in ((pay, PAY), (mentions, MENTIONS)))
    return tuple(map(table, (facts, *of_facts)))


def of_texts(told: Sequence[Told]) -> Tables:
    """The part of what a few contents are compared by."""
    return (table(frames.typed(({**_key(one), **one[2]} for one in told), {**KEY, **TEXTS})),)


def _key(one: Told) -> dict[str, str]:
    return dict(zip(KEY, one[:2], strict=True))


def _facts(reading: Mapping[str, Any]) -> dict[str, Any]:
    told = frames.facts(0, reading)
    return {**told, "places": json.dumps(told["places"])}


def table(frame: pd.DataFrame) -> pa.Table:
    """A frame as an Arrow table with its columns alone."""
    return pa.table({name: pa.array(frame[name]) for name in frame.columns})


def joined(parts: Sequence[Tables], take: Ints | None = None) -> Tables:
    """One part of several, or of the rows `take` of their first tables, in that order."""
    first, *others = zip(*parts, strict=True)
    rows = np.arange(sum(map(len, first))) if take is None else take
    members = (_members(first, name, rows)[1] for name in COUNTS)
    return _joined(first, rows), *(_joined(held, at) for held, at in zip(others, members, strict=False))


def _joined(tables: Sequence[pa.Table], take: Ints) -> pa.Table:
    names = dict.fromkeys(name for table in tables for name in table.column_names)
    return pa.table({name: _column(tables, name, take) for name in names})


def _members(first: Sequence[pa.Table], count: str, take: Ints) -> tuple[Ints, Ints]:
    """For the rows `take` of facts: the number in `take` of each row that belongs to them, and where it stands."""
    n = column(first, count).to_numpy().astype("int64")
    return expanded((np.cumsum(n) - n)[take], n[take])


def column(tables: Sequence[pa.Table], name: str, take: Ints | None = None) -> pd.Series[Any]:
    """A column of tables one under the other, or its rows `take`, as frames have it."""
    told: pd.Series[Any] = _column(tables, name, take).to_pandas()
    return told


def _column(tables: Sequence[pa.Table], name: str, take: Ints | None = None) -> pa.Array:
    held = [table[name] if name in table.column_names else _no_digest(len(table)) for table in tables]
    chunks = [chunk for one in held for chunk in one.chunks]
    if pa.types.is_dictionary(held[0].type):
        return _categories(chunks, take)
    whole = pa.concat_arrays(chunks) if chunks else pa.array([], held[0].type)
    return whole if take is None else whole.take(pa.array(take))


def _no_digest(n: int) -> pa.ChunkedArray:
    return pa.chunked_array([pa.nulls(n, pa.uint32())])


def _categories(chunks: Sequence[pa.DictionaryArray], take: Ints | None) -> pa.DictionaryArray:
    """Sorted categories, only those that occur."""
    spoken = [chunk.dictionary.to_pylist() for chunk in chunks]
    known = sorted(set(chain(*spoken)))
    place, kind = {name: at for at, name in enumerate(known)}, np.min_scalar_type(-len(known) - 1)
    renumbered = [np.array([place[name] for name in names], kind) for names in spoken]
    parts = [own[chunk.indices.to_numpy()] for own, chunk in zip(renumbered, chunks, strict=True)]
    codes = np.concatenate([np.empty(0, kind), *parts])
    codes = codes if take is None else codes[take]
    occurs = np.bincount(codes, minlength=len(known)) > 0
    names = pa.array([name for name, is_there in zip(known, occurs, strict=True) if is_there], pa.large_string())
    return pa.DictionaryArray.from_arrays(pa.array((np.cumsum(occurs) - 1).astype(kind)[codes]), names)


def hashes(parts: Iterable[Tables], name: str = "content_hash") -> pa.ChunkedArray:
    """A text column of the parts' first tables."""
    return pa.chunked_array([chunk for part in parts for chunk in part[0][name].chunks], pa.large_string())


def positions(held: Any, names: Any) -> Ints:
    """Place of each of `held` among `names`, -1 of others; both are Arrow texts."""
    found = pc.index_in(held, value_set=names).fill_null(-1)
    return np.asarray(found, "int64")


def found(parts: Sequence[Tables], names: pa.Array, stamps: pa.Array) -> Ints:
    """For each content its row in the parts' first tables that bears its stamp, -1 where there is none."""
    held, at = hashes(parts), np.full(len(names), -1)
    number = positions(held, names)
    row = np.flatnonzero(number >= 0)
    bears = pc.equal(hashes(parts, "stamp").take(pa.array(row)), stamps.take(pa.array(number[row]))).fill_null(False)
    row = row[np.asarray(bears, bool)]
    at[number[row]] = row
    return at


def head_frame(parts: Sequence[Tables], take: Ints, content: Ints) -> pd.DataFrame:
    """`frames.HEADS` of the rows `take`, which tell the contents of these numbers."""
    return _frame([part[0] for part in parts], take, content, HEADS)


def reading_frames(parts: Sequence[Tables], take: Ints, content: Ints) -> Frames:
    """`frames.FACTS`, `PAY` and `MENTIONS` of the rows `take`, which tell the contents of these numbers."""
    first, pay, mentions = zip(*parts, strict=True)
    facts = _frame(first, take, content, FACTS)
    (run, at), (named, where) = (_members(first, name, take) for name in COUNTS)
    told = facts.assign(places=_places(facts["places"]))
    return told, _frame(pay, at, content[run], PAY), _frame(mentions, where, content[named], MENTIONS)


def _frame(tables: Sequence[pa.Table], take: Ints, content: Ints, schema: Mapping[str, str]) -> pd.DataFrame:
    told = {name: column(tables, name, take) for name in schema}
    return pd.DataFrame({OF: pd.Series(content, dtype="int64"), **told})


def _places(told: pd.Series[Any]) -> pd.Series[Any]:
    names = [tuple(map(tuple, json.loads(text))) for text in told.cat.categories]
    known = np.empty(len(names), object)
    for at, places in enumerate(names):
        known[at] = places
    return pd.Series(known[told.cat.codes], told.index, dtype="object")


def changed(parts: Sequence[Tables], old: Ints, new: Ints) -> list[str]:
    """Names of the fields that differ between pairs of rows, sorted and with commas; row -1 has no field."""
    first = [part[0] for part in parts]
    columns = {name for table in first for name in table.column_names if name.startswith(DIGEST)}
    names = sorted(name.removeprefix(DIGEST) for name in columns)
    differs = np.zeros((len(new), len(names)), bool)
    for at, name in enumerate(names):
        digest = np.append(_column(first, DIGEST + name).cast(pa.int64()).fill_null(-1).to_numpy(), -1)
        differs[:, at] = digest[old] != digest[new]
    kinds, kind = np.unique(differs, axis=0, return_inverse=True)
    told = [", ".join(name for name, is_other in zip(names, row, strict=True) if is_other) for row in kinds]
    return [told[at] for at in kind.ravel()]
