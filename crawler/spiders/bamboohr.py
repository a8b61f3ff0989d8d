"""BambooHR careers pages: a bare list on a host of the employer's own; text, date and pay on a page of each opening.

Traps: the work mode is a code; a place stands in `atsLocation` (typed by hand), in `location` (an office) or in both;
pay is free text and goes below the text; an unknown employer is sent on to the vendor's own site.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.spiders import fields
from crawler.spiders.usual import OwnPages, Told
from store.posting import Place, Posting

MODES = {"0": "on_site", "1": "remote", "2": "hybrid"}
PLACES = ("atsLocation", "location")
PARTS = "city state province country addressCountry"


class BambooHR(OwnPages):
    def is_detail(self, row: fields.Row, _posting: Posting) -> bool:
        return bool(row)

    def listed(self, row: fields.Row, told: Told) -> Posting:
        posting = self.posting(row)
        page_url = self.detail_url("", told.board.token, posting).removesuffix("/detail") if posting.external_id else ""
        return replace(posting, url=posting.url or page_url)

    def posting(self, row: fields.Row) -> Posting:
        salary = fields.section("Compensation", fields.paragraph(row.get("compensation")))
        by_flag = "remote" if row.get("isRemote") in (1, "1") else ""
        places = {place.label: place for place in (_place(row.get(name)) for name in PLACES) if place.label}
        return self.read(
            row | {name: fields.left_over(fields.mapping(row.get(name)), fields.names(PARTS)) for name in PLACES},
            body_html=fields.joined([row.get("description"), salary], "\n"),
            places=tuple(one for name, one in places.items() if not any(o.startswith(f"{name}, ") for o in places)),
            work_mode=MODES.get(fields.text(row.get("locationType")), by_flag),
            posted=(fields.day_time(row.get("datePosted")), "published_at"),
        )


PLATFORM = BambooHR()


def _place(told: Any) -> Place:
    city, state, province, *countries = names = [part.strip() for part in fields.texts_at(fields.mapping(told), PARTS)]
    label = fields.label_of(*names) or fields.text(told).strip()
    return Place(label=label, city=city, region=state or province, country=countries[0] or countries[1])
