"""BambooHR careers pages: a bare list on a host of the employer's own; text, date and pay on a page of each opening.

Traps: the work mode is a code; a place stands in `atsLocation` (typed by hand), in `location` (an office) or in both;
pay is free text and goes below the text; an unknown employer is sent on to the vendor's own site.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from crawler.spiders import fields, listing
from store.posting import Place, Posting

MOVED = (301, 302, 303, 307, 308)
MODES = {"0": "on_site", "1": "remote", "2": "hybrid"}
PLACES = ("atsLocation", "location")
PARTS = "city state province country addressCountry"
DUE = "no BambooHR list: an object with an array `result` is due"
KEYS = fields.keys("title=jobOpeningName url=jobOpeningShareUrl department=departmentLabel")
KEYS |= fields.keys("employment=employmentStatusLabel")
USED = fields.names("description datePosted")


class BambooHR(listing.Usual):
    """See `listing.Detailed`."""

    name = "bamboohr"
    host = "https://{token}.bamboohr.com"
    path = "/careers/list"

    def parse(self, body: bytes, content_type: str, _url: str, board: listing.Board, /) -> listing.Page:
        answer = listing.load_listing(body, content_type, DUE, "result")
        total = fields.number(fields.mapping(answer.get("meta")).get("totalCount"))
        return listing.page_of(answer["result"], partial(_listed, token=board.token), advertised=total)

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        path = f"/careers/{listing.quoted_token(posting.external_id)}/detail"
        return listing.board_url(endpoint or self.host, path, token)

    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting:
        answer = fields.mapping(listing.load_json(body, content_type))
        if not (opening := fields.mapping(fields.mapping(answer.get("result")).get("jobOpening"))):
            raise listing.NotAListing("no BambooHR opening: an object `result.jobOpening` is due")
        return fields.with_more(posting, _posting(opening))

    def is_no_board(self, status: int, body: bytes, /) -> bool:
        return status in MOVED or listing.is_missing_page(status, body)


PLATFORM = BambooHR()


def _listed(row: dict[str, Any], token: str) -> Posting:
    posting = _posting(row)
    page_url = PLATFORM.detail_url("", token, posting).removesuffix("/detail") if posting.external_id else ""
    return replace(posting, url=posting.url or page_url)


def _posting(row: dict[str, Any]) -> Posting:
    """What a row of the list, or an opening, tells."""
    salary = fields.section("Compensation", fields.paragraph(row.get("compensation")))
    by_flag = "remote" if row.get("isRemote") in (1, "1") else ""
    places = {place.label: place for place in (_place(row.get(name)) for name in PLACES) if place.label}
    return fields.posting(
        row | {name: fields.left_over(fields.mapping(row.get(name)), fields.names(PARTS)) for name in PLACES},
        KEYS,
        USED,
        body_html=fields.joined([row.get("description"), salary], "\n"),
        places=tuple(one for name, one in places.items() if not any(o.startswith(f"{name}, ") for o in places)),
        work_mode=MODES.get(fields.text(row.get("locationType")), by_flag),
        posted=(fields.day_time(row.get("datePosted")), "published_at"),
    )


def _place(told: Any) -> Place:
    city, state, province, *countries = names = [part.strip() for part in fields.texts_at(fields.mapping(told), PARTS)]
    label = fields.label_of(*names) or fields.text(told).strip()
    return Place(label=label, city=city, region=state or province, country=countries[0] or countries[1])
