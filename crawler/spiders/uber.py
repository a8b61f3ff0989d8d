"""Uber's careers search: a POST for each hundred rows, texts in Markdown. The only board is `uber`.

Traps: the host wants a header (`headers`) and its robots.txt may close `/api/`; a page that ignores its number repeats
the first; the total is the lower half of a 64-bit number; `creationDate` is when it was made in the ATS; pay stands in
the text, one sentence for each zone; a pipeline is no opening.
"""

from __future__ import annotations

import json
from typing import Any

from crawler.spiders import fields, listing, markdown
from crawler.spiders.usual import Told, Usual
from store.posting import Place, Posting

FILTERS = ("department", "lineOfBusinessName", "location", "programAndPlatform", "team")


class Uber(Usual):
    def headers(self) -> dict[str, str]:
        """What the host wants of every asker."""
        return {"x-csrf-token": "x"}

    def first_url(self, endpoint: str, token: str) -> str:
        return _query(super().first_url(endpoint, token), 0, self.size)

    def load(self, body: bytes, content_type: str) -> Any:
        answer = fields.mapping(listing.load_json(body, content_type))
        told = fields.mapping(answer.get("data"))
        rows = [] if told.get("results") is None and "totalResults" in told else told.get("results")
        total = fields.mapping(told.get("totalResults")).get("low", told.get("totalResults"))
        return {"results": rows, "total": total} if answer.get("status", "success") == "success" else {}

    def next_url(self, told: Told) -> str | None:
        """The next page, until the total is reached or a page is empty; a short first page tells the true size."""
        address, _, posted = told.url.partition("#")
        asked, n_rows = fields.mapping(json.loads(posted or "{}")), len(told.rows)
        page, size = asked.get("page", 0), asked.get("limit", self.size)
        size = min(size, n_rows) if page == 0 else size
        is_last = not n_rows or (told.total and page * size + n_rows >= told.total)
        return None if is_last else _query(address, page + 1, size)

    def posting(self, row: fields.Row) -> Posting:
        places = fields.objects([row.get("location"), *fields.items(row.get("allLocations"))])
        return self.read(
            row,
            url=f"{self.host}/global/en/careers/list/{fields.native_id(row.get('id'))}/",
            body_html=markdown.html_of(fields.text(row.get("description"))),
            places=fields.labelled(map(_place, places)),
            is_prospect=row.get("isPipeline") is True,
            posted=(fields.iso_time(row.get("creationDate")), "created_at"),
        )


PLATFORM = Uber()


def _query(address: str, page: int, size: int) -> str:
    return listing.post_url(address, {"limit": size, "page": page, "params": {name: [] for name in FILTERS}})


def _place(told: fields.Row) -> Place:
    city, region, country, name = (part.strip() for part in fields.texts_at(told, "city region country countryName"))
    return fields.place(city, region, country, label=fields.label_of(city, region, name or country))
