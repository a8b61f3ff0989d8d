"""What a crawler knows of `simulator.copies`: advertisements as `analytics.identity` takes them, beside the truth."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from analytics.identity import frame
from simulator import World
from simulator.copies import Sighting

TRUTH = ["posting", "opening"]


def observed(
    world: World, told: Iterable[Sighting], *, days: int = 1, mark: str = "", aggregators: Iterable[str] = ()
) -> tuple[pd.DataFrame, dict[str, str]]:
    """`ads` with the truth (posting, opening) in columns more, and texts by content; a crawl of all boards each
    `days`. `mark` keeps boards and companies of several worlds apart."""
    rows: list[dict[str, Any]] = []
    texts: dict[str, str] = {}
    for one in told:
        first, last = seen(world, one, days)
        if first <= last:
            rows.append(_row(one, first, last, texts, mark))
    ads = frame(rows, aggregators)
    truth = pd.DataFrame(rows).set_index("posting_id").loc[ads["posting_id"], TRUTH]
    return ads.assign(**{name: truth[name].to_numpy() for name in TRUTH}), texts


def seen(world: World, one: Sighting, days: int) -> tuple[datetime, datetime]:
    """First and last crawl that see it; the second before the first where none does."""
    step = timedelta(days=days)
    first = -(-(max(one.opened_at, world.first_at) - world.first_at) // step)
    last = (min(one.closed_at, world.end_at) - timedelta(microseconds=1) - world.first_at) // step
    return world.first_at + first * step, world.first_at + last * step


def _row(one: Sighting, first: datetime, last: datetime, texts: dict[str, str], mark: str) -> dict[str, Any]:
    known = [version for version in one.versions if version[0] <= last]
    since = max((at for at, *_ in known if at <= first), default=known[0][0])
    versions = []
    for _, title, text in (version for version in known if version[0] >= since):
        content = hashlib.sha256(f"{mark}{one.posting_id}\n{title}\n{text}".encode()).hexdigest()
        texts[content] = text
        versions.append((content, title))
    return {
        "posting_id": mark + one.posting_id, "board": mark + one.board, "company": mark + one.company,
        "requisition": one.requisition, "first_at": first, "last_at": last, "versions": versions,
        "places": [{"label": label} for label in one.labels],
        "posting": mark + one.posting, "opening": mark + one.opening,
    }  # fmt: skip
