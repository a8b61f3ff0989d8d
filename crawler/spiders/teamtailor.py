"""Teamtailor RSS feed: pages of 100 without a total, so a board is whole only after a page that is not full.

Traps: the board is a host, often the employer's own; an office's address is not always where the job is, its name
tells more; `remoteStatus` is a code ("none", "fully", "hybrid", "temporary"); neither pay nor employment is told.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from crawler.spiders import feed, listing
from store.posting import Place, Posting

LIMIT = 100
NAMESPACE = b"teamtailor.com/locations"
MODES = {"fully": "fully remote", "temporary": "temporarily remote"}  # the others say it alone
USED = frozenset({"guid", "title", "link", "description", "remoteStatus", "locations", "department", "role", "pubDate"})
USED_LOCATION = frozenset({"name", "city", "country"})


class Teamtailor:
    """See `listing.Platform`."""

    name = "teamtailor"
    host = "https://{token}"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        host = listing.quoted_token(token)
        site = host if "." in host else f"{host}.teamtailor.com"
        return listing.board_url(endpoint or self.host, f"/jobs.rss?per_page={LIMIT}&offset=0", site)

    def parse(self, body: bytes, _content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        channel = next(feed.children(feed.load_xml(body, "rss"), "channel"), None)
        if channel is None or NAMESPACE not in body:
            raise listing.NotAListing("no Teamtailor list: RSS with a channel and its namespace is due")
        rows = [_row(node) for node in feed.children(channel, "item")]
        following = _next_url(url, len(rows)) if len(rows) >= LIMIT else None
        read = partial(_posting, company=feed.child_text(channel, "title"))
        return listing.page_of(rows, read, next_url=following)

    @staticmethod
    def is_no_board(status: int, _body: bytes, /) -> bool:
        return status == 404


PLATFORM = Teamtailor()


def _posting(row: dict[str, Any], company: str) -> Posting:
    published_at, mode = listing.rfc822_time(row.get("pubDate")), row.get("remoteStatus", "")
    addresses = [left for part in row["locations"] if (left := listing.left_over(part, USED_LOCATION))]
    return Posting(
        external_id=listing.native_id(row.get("guid")),
        title=row.get("title", ""),
        url=row.get("link", ""),
        company=company,
        body_html=row.get("description", ""),
        places=tuple(dict.fromkeys(map(_place, row["locations"]))),
        work_mode=MODES.get(mode, mode),
        department=row.get("department", ""),
        team=row.get("role", ""),
        posted_at=published_at,
        posted_basis="published_at" if published_at else "",
        served=listing.left_over(row, USED) | ({"locations": addresses} if addresses else {}),
    )


def _place(part: dict[str, str]) -> Place:
    city, country = part.get("city", ""), part.get("country", "")
    return Place(label=part.get("name") or ", ".join(filter(None, (city, country))), city=city, country=country)


def _row(node: Element) -> dict[str, Any]:
    """The item as texts by name, but its locations as a list of such."""
    nested = {feed.name_of(child): " ".join(" ".join(child.itertext()).split()) for child in node if len(child)}
    parts = [part for whole in feed.children(node, "locations") for part in whole]
    locations = [feed.row_of(part) or {"name": "".join(part.itertext()).strip()} for part in parts]
    return nested | feed.row_of(node) | {"locations": locations}


def _next_url(url: str, step: int) -> str:
    start, _, offset = url.rpartition("=")
    return f"{start}={int(offset) + step}"
