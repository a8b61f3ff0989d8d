"""We Work Remotely RSS: the hundred newest jobs of many employers; the token is a category (`programming`) or `all`.

Traps: the title is "Company: Role"; `state` is where the employer sits; `country` may be a list with flags; the text
begins with a logo and the employer's seat and ends with a link to itself; `expires_at` is no deadline but a month after
publication. There is no pay. Every job here is remote; what left the feed need not be closed.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import feed, fields, listing
from crawler.spiders.usual import Usual
from store.posting import Place, Posting

_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_BETWEEN = re.compile(r"(?:,|,? and)\Z")
_LOGO = re.compile(r"\A\s*<img\b[^<>]{0,2000}>\s*")
_SEAT = re.compile(r"\s*<p>\s*<strong>Headquarters:</strong>(.{0,2000}?)</p>\s*", re.S)
_APPLY = re.compile(r"<p><strong>To apply:</strong>\s*<a\b[^<>]{0,2000}>[^<>]{0,2000}</a>\s*</p>\s*\Z")


class WeWorkRemotely(Usual):
    def load(self, body: bytes, _type: str) -> Any:
        channel = feed.channel_of(body)
        named = feed.child_text(channel, "title") + feed.child_text(channel, "link") if channel is not None else ""
        if channel is None or self.name not in named.replace(" ", "").lower():
            raise listing.NotAListing(self.due)
        return list(map(feed.row_of, feed.children(channel, "item")))

    def posting(self, row: fields.Row) -> Posting:
        company, colon, role = row.get("title", "").partition(": ")
        address = fields.first_text(row, "guid link").partition("?")[0].rstrip("/")
        seat, html = _parted(row.get("description", ""))
        return self.read(
            row,
            external_id=fields.native_id(address.rpartition("/")[2]),
            title=role if colon else company,
            url=fields.first_text(row, "link guid"),
            company=company if colon else "",
            body_html=html,
            places=_places(row),
            work_mode="remote",
            posted=(fields.rfc822_time(row.get("pubDate")), "published_at"),
            more={"headquarters": seat},
        )


PLATFORM = WeWorkRemotely()


def _places(row: fields.Row) -> tuple[Place, ...]:
    told = [_BETWEEN.sub("", part.strip()) for part in _FLAG.split(row.get("country", ""))]
    countries = [Place(label=name, country=name) for name in dict.fromkeys(told) if name]
    return (*fields.places_of([row.get("region", "")]), *countries)


def _parted(html: str) -> tuple[str, str]:
    """What the platform says of the employer's seat, and the text without that, the logo and the link to itself."""
    html = _LOGO.sub("", html)
    seat = _SEAT.match(html)
    html = html[seat.end() :] if seat else html
    end = html.rfind("<p><strong>To apply:")
    return fields.plain_of(seat[1] if seat else ""), html[:end].rstrip() if _APPLY.match(html, end) else html
