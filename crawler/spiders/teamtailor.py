"""Teamtailor RSS feed: pages of 100 without a total, so a board is whole only after a page that is not full.

Traps: the board is a host, often the employer's own; an office's address is not always where the job is, its name
tells more; `remoteStatus` is a code ("none", "fully", "hybrid", "temporary"); neither pay nor employment is told.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from crawler.spiders import feed, fields, listing
from crawler.spiders.usual import Told, Usual
from store.posting import Place, Posting

NAMESPACE = b"teamtailor.com/locations"
MODES = {"fully": "fully remote", "temporary": "temporarily remote"}  # the others say it alone


class Teamtailor(Usual):
    def first_url(self, endpoint: str, token: str) -> str:
        host = listing.quoted_token(token)
        return super().first_url(endpoint, host if "." in host else f"{host}.teamtailor.com")

    def load(self, body: bytes, _type: str) -> Any:
        channel = feed.channel_of(body)
        if channel is None or NAMESPACE not in body:
            raise listing.NotAListing(self.due)
        return {"company": feed.child_text(channel, "title"), "items": list(map(_row, feed.children(channel, "item")))}

    def listed(self, row: fields.Row, told: Told) -> Posting:
        mode = row.get("remoteStatus", "")
        return self.read(
            row,
            company=told.answer["company"],
            places=tuple(dict.fromkeys(map(_place, row["locations"]))),
            work_mode=MODES.get(mode, mode),
            posted=(fields.rfc822_time(row.get("pubDate")), "published_at"),
        )


PLATFORM = Teamtailor()


def _row(node: Element) -> fields.Row:
    """The item as texts by name, but its locations as a list of such."""
    parts = [part for whole in feed.children(node, "locations") for part in whole]
    locations = [feed.row_of(part) or {"name": "".join(part.itertext()).strip()} for part in parts]
    return feed.flat_row_of(node) | {"locations": locations}


def _place(part: fields.Row) -> Place:
    name, city, country = fields.texts_at(part, "name city country")
    return fields.place(city, "", country, label=name or fields.joined([city, country], ", "))
