"""Teamtailor RSS feed: pages of 100 without a total, so a board is whole only after a page that is not full.

Traps: the board is a host, often the employer's own; an office's address is not always where the job is, its name
tells more; `remoteStatus` is a code ("none", "fully", "hybrid", "temporary"); neither pay nor employment is told.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from crawler.spiders import feed, fields, listing
from store.posting import Place, Posting

LIMIT = 100
NAMESPACE = b"teamtailor.com/locations"
MODES = {"fully": "fully remote", "temporary": "temporarily remote"}  # the others say it alone
KEYS = fields.keys("external_id=guid title url=link body_html=description department team=role")
USED = fields.names("remoteStatus locations pubDate")
USED_LOCATION = fields.names("name city country")


class Teamtailor(listing.Usual):
    """See `listing.Platform`."""

    name = "teamtailor"
    host = "https://{token}"
    path = f"/jobs.rss?per_page={LIMIT}&offset=0"
    no_board = (404,)

    def first_url(self, endpoint: str, token: str) -> str:
        host = listing.quoted_token(token)
        return super().first_url(endpoint, host if "." in host else f"{host}.teamtailor.com")

    def parse(self, body: bytes, _content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        channel = next(feed.children(feed.load_xml(body, "rss"), "channel"), None)
        if channel is None or NAMESPACE not in body:
            raise listing.NotAListing("no Teamtailor list: RSS with a channel and its namespace is due")
        rows = list(map(_row, feed.children(channel, "item")))
        following = listing.rows_after(url, len(rows), LIMIT, None)
        return listing.page_of(rows, partial(_posting, feed.child_text(channel, "title")), next_url=following)


PLATFORM = Teamtailor()


def _posting(company: str, row: dict[str, Any]) -> Posting:
    mode = row.get("remoteStatus", "")
    return fields.posting(
        row,
        KEYS,
        USED,
        company=company,
        places=tuple(dict.fromkeys(map(_place, row["locations"]))),
        work_mode=MODES.get(mode, mode),
        posted=(fields.rfc822_time(row.get("pubDate")), "published_at"),
        more={"locations": [left for part in row["locations"] if (left := fields.left_over(part, USED_LOCATION))]},
    )


def _place(part: dict[str, str]) -> Place:
    name, city, country = fields.texts_at(part, "name city country")
    return Place(label=name or fields.joined([city, country], ", "), city=city, country=country)


def _row(node: Element) -> dict[str, Any]:
    """The item as texts by name, but its locations as a list of such."""
    nested = {feed.name_of(child): fields.one_line(child.itertext()) for child in node if len(child)}
    parts = [part for whole in feed.children(node, "locations") for part in whole]
    locations = [feed.row_of(part) or {"name": "".join(part.itertext()).strip()} for part in parts]
    return nested | feed.row_of(node) | {"locations": locations}
