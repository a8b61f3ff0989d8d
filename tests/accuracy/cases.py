"""Labelled postings and what the readers say of them.

Invented postings stand whole in `tests/examples/postings`. Of recorded ones only the labels are kept here; the texts
come from recordings beside the repository, and where those are absent there are no such cases.
"""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from analytics import read_posting
from analytics.reading import read_content
from crawler.spiders import PLATFORMS
from crawler.spiders.listing import Board
from store.posting import Posting
from tests.recorded import load

EXAMPLES = Path(__file__).parent.parent / "examples"
RECORDED = {
    "recorded": ("labels_0", "labels_1", "labels_2"),
    "recorded01": ("labels_0", "labels_1"),
    "recorded2": ("labels_2",),
}
ROLES = ("developed", "held-out", *RECORDED)
LABELS_BESIDE = ("id", "as", "title", "company", "location", "text", "html")


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled posting: what its labels say of it and what the readers say."""

    id: str
    labels: dict[str, Any]
    reading: dict[str, Any]


def cases(role: str) -> list[Case]:
    """The labelled postings that play a role, read."""
    if role not in ROLES:
        raise ValueError(f"{role!r} is none of {', '.join(ROLES)}")
    return list(_recorded(role) if role in RECORDED else _invented(role))


def invented(role: str) -> list[dict[str, Any]]:
    """The invented postings that play a role, as they stand in their files."""
    is_held_out = role == "held-out"
    paths = sorted((EXAMPLES / "postings").glob("*.toml"))
    return [row for path in paths if path.stem.endswith("_held_out") == is_held_out for row in rows(path)]


def labelled(role: str) -> list[dict[str, Any]]:
    """The labels of the recorded postings that play a role, with their ids."""
    return [row for name in RECORDED[role] for row in rows(EXAMPLES / "recorded" / f"{name}.toml")]


def rows(path: Path) -> list[dict[str, Any]]:
    """The postings of one file."""
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["posting"]
    return found


def _invented(role: str) -> Iterator[Case]:
    for row in invented(role):
        told = read_posting(row.get("text") or row.get("html", ""), row["title"], row["company"], row["location"])
        yield Case(row["id"], row["says"], told.to_json())


def _recorded(role: str) -> Iterator[Case]:
    for row in labelled(role):
        platform, token, external_id = row["id"].split("/", 2)
        posting = board(platform, token).get(external_id)
        if posting is not None:
            # labelled from text and location, for the platform's fields say "full time" and "remote" of nearly all
            told = read_content(replace(posting, employment="", work_mode=""), token)
            yield Case(row["id"], {key: row[key] for key in row if key not in LABELS_BESIDE}, told)


@cache
def board(platform: str, token: str) -> dict[str, Posting]:
    """The postings of a recorded board by their id, none where it was not recorded."""
    answer = _boards().get((platform, token))
    if answer is None:
        return {}
    spider = PLATFORMS[platform]
    url = spider.first_url("", token)
    page = spider.parse(json.dumps(answer).encode(), "application/json", url, Board(platform, token, token))
    return {posting.external_id: posting for posting in page.postings}


@cache
def _boards() -> dict[tuple[str, str], Any]:
    try:
        return load().boards
    except (OSError, gzip.BadGzipFile):
        return {}
