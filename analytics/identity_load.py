"""The identity of what a store holds: its advertisements with their texts, read twice, a few at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from analytics.document import text_of
from analytics.identity import frame, identities
from analytics.identity_texts import Shingled, batches, from_texts
from analytics.load import compared, opened
from analytics.near import Words, shingles
from analytics.parallel import in_order, workers
from store import read

AGGREGATOR = "Aggregator"  # the sector of boards that print what other companies advertise
BATCH = 200  # texts that a process is given at once
WORTH_A_POOL = 1000  # texts
MOST_HELD = 50_000  # texts that are held, and kept for the next time; of more, only a few at once are
PARTS = ("intro_html", "body_html", "conclusion_html")
HEAD = ("title", "company", "requisition")
Head = dict[str, Any]


def load(url: str, versions: pd.DataFrame, boards: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(ads, identity), see `analytics.identity`, of typed versions and boards as in docs/data.md.

    Raises `store.connect.StoreError` when the store cannot be read.
    """
    contents = sorted(set(versions["content_hash"]))
    with opened(url) as conn:
        heads, shingled = (_kept if len(contents) <= MOST_HELD else _passing)(conn, url, contents)
        ads = _ads(heads, versions, boards)
        return ads, identities(ads, shingled)


def _kept(conn: Connection, url: str, contents: list[str]) -> tuple[dict[str, Head], Shingled]:
    told = dict(compared(conn, url, contents, partial(_texts, conn)))
    heads = {content: {**one, "places": json.loads(one["places"])} for content, one in told.items()}
    return heads, from_texts({content: one["text"] for content, one in told.items()})


def _passing(conn: Connection, _url: str, contents: list[str]) -> tuple[dict[str, Head], Shingled]:
    return {content: _head(told) for content, told in read.contents(conn, contents)}, partial(_shingled, conn)


def _head(told: Mapping[str, Any]) -> Head:
    return {**{name: told.get(name) for name in HEAD}, "places": told.get("places") or ()}


def _ads(heads: Mapping[str, Head], versions: pd.DataFrame, boards: pd.DataFrame) -> pd.DataFrame:
    labels = boards.drop_duplicates(["platform", "board"], keep="last")
    names = labels["platform"] + "/" + labels["board"]
    told = zip(labels["company"], labels["sector"] == AGGREGATOR, strict=True)
    register = dict(zip(names, told, strict=True))
    rows = (_row(posting, held, heads, register) for posting, held in versions.groupby("posting_id", sort=True))
    several = [board for board, (_, is_several) in register.items() if is_several]
    return frame([row for row in rows if row is not None], several)


def _row(
    posting_id: Any, held: pd.DataFrame, heads: Mapping[str, Mapping[str, Any]], register: Mapping[str, Any]
) -> dict[str, Any] | None:
    """One advertisement by its versions; None when none of their contents is there any more."""
    ordered = held.sort_values("seq")
    known = [(content, heads[content]) for content in dict.fromkeys(ordered["content_hash"]) if content in heads]
    if not known:
        return None
    token = str(ordered["board"].iloc[0])
    board = f"{ordered['platform'].iloc[0]}/{token}"
    company, is_several = register.get(board, ("", False))
    latest = known[-1][1]
    printed = latest["company"] or ""
    return {
        "posting_id": posting_id, "board": board, "requisition": latest["requisition"] or "",
        "company": (printed if is_several else company or printed) or token, "places": latest["places"] or (),
        "first_at": ordered["valid_from"].min(), "last_at": ordered["last_seen_at"].max(),
        "versions": [(content, head["title"] or "") for content, head in known],
    }  # fmt: skip


def _shingled(conn: Connection, contents: Iterable[str]) -> Iterator[tuple[str, Words]]:
    for content, told in _texts(conn, sorted(contents)):
        yield content, shingles(told["text"])


def _texts(conn: Connection, contents: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """`parts.TEXTS` of contents, by all cores."""
    served = ((content, _head(told), tuple(str(told.get(name) or "") for name in PARTS))
              for content, told in read.contents(conn, contents))  # fmt: skip
    with workers(worth_it=len(contents) >= WORTH_A_POOL) as pool:
        for batch in in_order(pool, texts_of, batches(served, BATCH)):
            yield from batch


def texts_of(batch: list[tuple[str, Head, tuple[str, ...]]]) -> list[tuple[str, dict[str, Any]]]:
    """What contents are compared by; a function of its own so that another process can run it."""
    return [
        (content, {**head, "places": json.dumps(head["places"]), "text": text_of(served)})
        for content, head, served in batch
    ]
