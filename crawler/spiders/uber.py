"""Uber's careers search: a POST for each hundred rows, texts in Markdown. The only board is `uber`.

Traps: the host wants a header (`headers`) and its robots.txt may close `/api/`; a page that ignores its number repeats
the first; the total is the lower half of a 64-bit number; `creationDate` is when it was made in the ATS; pay stands in
the text, one sentence for each zone; a pipeline is no opening.
"""

from __future__ import annotations

import json
from typing import Any, Final

from crawler.spiders import fields, listing, markdown
from store.posting import Place, Posting

LIMIT: Final = 100
FILTERS = ("department", "lineOfBusinessName", "location", "programAndPlatform", "team")
KEYS = fields.keys("title employment=timeType department team")
USED = fields.names("description creationDate updatedDate isPipeline location allLocations")


class Uber(listing.Usual):
    """See `listing.Platform`."""

    name = "uber"
    host = "https://www.uber.com"
    path = "/api/loadSearchJobsResults?localeCode=en"

    def headers(self) -> dict[str, str]:
        """What the host wants of every asker."""
        return {"x-csrf-token": "x"}

    def first_url(self, endpoint: str, token: str) -> str:
        return _query(super().first_url(endpoint, token), 0, LIMIT)

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        answer = fields.mapping(listing.load_json(body, content_type))
        told = fields.mapping(answer.get("data"))
        rows = [] if told.get("results") is None and "totalResults" in told else told.get("results")
        if not isinstance(rows, list) or answer.get("status", "success") != "success":
            raise listing.NotAListing("no list of Uber: an array `data.results` is due, with status success")
        total = fields.number(fields.mapping(told.get("totalResults")).get("low", told.get("totalResults")))
        return listing.page_of(rows, _posting, advertised=total, next_url=_following(url, len(rows), total or None))


PLATFORM = Uber()


def _query(address: str, page: int, size: int) -> str:
    return listing.post_url(address, {"limit": size, "page": page, "params": {name: [] for name in FILTERS}})


def _following(url: str, n_rows: int, total: float | None) -> str | None:
    """The next page, until the total is reached or a page is empty; a first page that is short tells the true size."""
    address, _, posted = url.partition("#")
    asked = fields.mapping(json.loads(posted or "{}"))
    page, size = asked.get("page", 0), asked.get("limit", LIMIT)
    size = min(size, n_rows) if page == 0 else size
    is_last = not n_rows or (total is not None and page * size + n_rows >= total)
    return None if is_last else _query(address, page + 1, size)


def _posting(row: dict[str, Any]) -> Posting:
    places = map(_place, fields.objects([row.get("location"), *fields.items(row.get("allLocations"))]))
    return fields.posting(
        row,
        KEYS,
        USED,
        url=f"{PLATFORM.host}/global/en/careers/list/{fields.native_id(row.get('id'))}/",
        body_html=markdown.html_of(fields.text(row.get("description"))),
        places=tuple(place for place in dict.fromkeys(places) if place.label),
        is_prospect=row.get("isPipeline") is True,
        posted=(fields.iso_time(row.get("creationDate")), "created_at"),
    )


def _place(told: dict[str, Any]) -> Place:
    city, region, country, name = (part.strip() for part in fields.texts_at(told, "city region country countryName"))
    return Place(label=fields.label_of(city, region, name or country), city=city, region=region, country=country)
