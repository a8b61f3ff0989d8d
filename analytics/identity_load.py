"""The identity of what a store holds: its advertisements with their texts, read twice, a few at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from analytics.document import text_of
from analytics.identity import frame, identities
from analytics.identity_texts import batches
from analytics.near import Words, shingles
from analytics.parallel import in_order, workers
from store import read
from store.connect import open_engine

AGGREGATOR = "Aggregator"  # the sector of boards that print what other companies advertise
BATCH = 200  # texts that a process is given at once
WORTH_A_POOL = 1000  # texts
PARTS = ("intro_html", "body_html", "conclusion_html")


def load(url: str, versions: pd.DataFrame, boards: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(ads, identity), see `analytics.identity`, of typed versions and boards as in docs/data.md."""
    engine = open_engine(url, readonly=True)
    try:
        with engine.connect() as conn:
            ads = _ads(conn, versions, boards)
            return ads, identities(ads, partial(_shingled, conn))
    finally:
        engine.dispose()


def _ads(conn: Connection, versions: pd.DataFrame, boards: pd.DataFrame) -> pd.DataFrame:
    heads = {
        content: {name: told.get(name) for name in ("title", "company", "places", "requisition")}
        for content, told in read.contents(conn, sorted(set(versions["content_hash"])))
    }
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
    wanted = sorted(contents)
    served = ((content, _parts(told)) for content, told in read.contents(conn, wanted))
    with workers(worth_it=len(wanted) >= WORTH_A_POOL) as pool:
        for batch in in_order(pool, words_of, batches(served, BATCH)):
            yield from batch


def _parts(told: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(told.get(name) or "") for name in PARTS)


def words_of(batch: list[tuple[str, tuple[str, ...]]]) -> list[tuple[str, Words]]:
    """The shingles of contents by their served parts; a function of its own so that another process can run it."""
    return [(content, shingles(text_of(parts))) for content, parts in batch]
