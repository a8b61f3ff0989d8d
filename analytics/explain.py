"""What stands behind one point of a series: the postings it counts, and the words of each that made it count.

The quotes come out of the stored texts when they are asked for; nothing of them is kept in a frame of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analytics.spells import KEY

AROUND = 60  # characters of context on each side of what was read
ROWS = {
    "posting_id": "str", "spell": "int64", "company": "str", "platform": "str", "board": "str", "title": "str",
    "url": "str", "opened_on": "datetime64[us]", "after_at": "datetime64[us, UTC]", "by_at": "datetime64[us, UTC]",
    "is_counted": "bool", "content_hash": "str",
}  # fmt: skip
SPANS = {"what": "str", "section": "str", "strength": "str", "start": "Int64", "end": "Int64", "quote": "str"}
COLUMNS = ROWS | SPANS
MOVES = {"new": ("is_new", "start_day"), "closed": ("is_closing", "end_day")}
Told = tuple[str, Mapping[str, Any], str]  # content hash, its reading, the text that offsets refer to


def sample(items: pd.DataFrame, week: int, window: int) -> pd.DataFrame:
    """The rows of a windowed series (week_number, y) that end with `week`: `ROWS`, counted where y is 1.

    after_at and by_at are the moments between which each posting opened: the last complete crawl without it and the
    first with it.
    """
    held = items[items["week_number"].between(week - window + 1, week)]
    return _rows(held.assign(after_at=held["before_at"], by_at=held["first_seen_at"], is_counted=held["y"] > 0))


def movement(stretches: pd.DataFrame, kind: str, week: int) -> pd.DataFrame:
    """The postings that opened ("new") or closed ("closed") in a week by the point rules: `ROWS`."""
    flag, day = MOVES[kind]
    at = np.floor((stretches[day].to_numpy(float) + 3) / 7)
    held = stretches[stretches[flag].to_numpy(bool) & (at == week)]
    ends = ("before_at", "first_seen_at") if kind == "new" else ("last_seen_at", "absent_at")
    return _rows(held.assign(after_at=held[ends[0]], by_at=held[ends[1]], is_counted=True))


def standing(stretches: pd.DataFrame, on_day: float) -> pd.DataFrame:
    """The postings open at the end of a day: `ROWS`; seen at after_at, gone by by_at (NaT while they are open)."""
    held = stretches[(stretches["start_day"] <= on_day) & (stretches["end_day"] > on_day)]
    return _rows(held.assign(after_at=held["last_seen_at"], by_at=held["absent_at"], is_counted=True))


def mention_spans(told: Iterator[Told], terms: frozenset[str]) -> pd.DataFrame:
    """One row a mention of one of the terms: content_hash and `SPANS`."""
    return _spans(
        {"content_hash": content, **_quoted(mention, mention["term"], text)}
        for content, reading, text in told
        for mention in reading.get("mentions") or ()
        if mention["term"] in terms
    )


def pay_spans(told: Iterator[Told]) -> pd.DataFrame:
    """One row a pay range, `what` its source: content_hash and `SPANS`; a structured one is quoted as served."""
    return _spans(
        {"content_hash": content, **_quoted(one, one["source"], text)}
        for content, reading, text in told
        for one in reading.get("pay") or ()
    )


def with_spans(rows: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """`COLUMNS`: the rows, repeated for each span of their content; one without any has "" and <NA> there.

    Counted rows come first, then by posting and place in the text.
    """
    joined = rows.merge(spans, on="content_hash", how="left").astype({"start": "Int64", "end": "Int64"})
    joined = joined.fillna({name: "" for name, kind in SPANS.items() if kind == "str"})
    order = ["is_counted", *KEY, "start"]
    told = joined.sort_values(order, ascending=[False, True, True, True], kind="stable", ignore_index=True)
    return told[list(COLUMNS)].astype(COLUMNS)


def bare(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without spans, as `COLUMNS`."""
    return with_spans(rows, _spans(iter(())))


def _rows(held: pd.DataFrame) -> pd.DataFrame:
    return held[list(ROWS)].astype(ROWS).reset_index(drop=True)


def _spans(rows: Iterator[dict[str, Any]]) -> pd.DataFrame:
    schema = {"content_hash": "str", **SPANS}
    return pd.DataFrame(list(rows), columns=list(schema)).astype(schema)


def _quoted(found: Mapping[str, Any], what: str, text: str) -> dict[str, Any]:
    start, end = found.get("start"), found.get("end")
    told = found.get("raw") or "" if start is None or end is None else _quote(text, int(start), int(end))
    named = {name: found.get(name) or "" for name in ("section", "strength")}
    return {"what": what, **named, "start": start, "end": end, "quote": told}


def _quote(text: str, start: int, end: int) -> str:
    """The span with whole words around it, on one line."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    before = text[first:start].partition(" ")[2] if first else text[:start]
    after = text[end:last].rpartition(" ")[0] if last < len(text) else text[end:]
    return " ".join(
        f"{'… ' if first else ''}{before}{text[start:end]}{after}{' …' if last < len(text) else ''}".split()
    )
