"""Reads, for the few contents that somebody asks about, their readings and the texts that these refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from analytics.load import opened
from analytics.reading import text_read
from store import read
from store.posting import from_json


def told(url: str, contents: Iterable[str], as_of: datetime | None) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(content hash, reading, text) of contents that were read, as known at `as_of`; nothing without a store."""
    wanted = sorted(set(contents))
    if not url:
        return
    with opened(url) as conn:
        readings = {content: reading for content, _, reading in read.readings(conn, as_of, only=wanted)}
        for content, stored in read.contents(conn, wanted):
            if content in readings:
                yield content, readings[content], text_read(from_json(stored))
