"""BambooHR careers pages: a bare list on a host of the employer's own; text, date and pay on a page of each opening.

Traps: the work mode is a code; a place stands in `atsLocation` (typed by hand), in `location` (an office) or in both;
pay is free text and goes below the text; an unknown employer is sent on to the vendor's own site.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.spiders import listing
from store.posting import Place, Posting

MOVED = (301, 302, 303, 307, 308)
MODES = {"0": "on_site", "1": "remote", "2": "hybrid"}
PLACES = ("atsLocation", "location")
PARTS = ("city", "state", "province", "country", "addressCountry")
TEXTS = {"title": "jobOpeningName", "url": "jobOpeningShareUrl", "body_html": "description"}
TEXTS |= {"department": "departmentLabel", "employment": "employmentStatusLabel"}
USED = frozenset({"id", "datePosted", *TEXTS.values()})


class BambooHR:
    """See `listing.Detailed`."""

    name = "bamboohr"
    host = "https://{token}.bamboohr.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        return listing.board_url(endpoint or self.host, "/careers/list", token)

    def parse(self, body: bytes, content_type: str, _url: str, board: listing.Board, /) -> listing.Page:
        told = listing.mapping(listing.load_json(body, content_type))
        if not isinstance(told.get("result"), list):
            raise listing.NotAListing("no BambooHR list: an object with an array `result` is due")
        total = listing.number(listing.mapping(told.get("meta")).get("totalCount"))
        return listing.page_of(told["result"], lambda row: _posting(row, board.token), advertised=total)

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        path = f"/careers/{listing.quoted_token(posting.external_id)}/detail"
        return listing.board_url(endpoint or self.host, path, token)

    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting:
        answer = listing.mapping(listing.load_json(body, content_type))
        if not (opening := listing.mapping(listing.mapping(answer.get("result")).get("jobOpening"))):
            raise listing.NotAListing("no BambooHR opening: an object `result.jobOpening` is due")
        told = _told(opening)
        return replace(posting, **told | {"served": posting.served | told["served"]})

    def is_no_board(self, status: int, body: bytes, /) -> bool:
        return status in MOVED or listing.is_missing_page(status, body)

    is_gone = staticmethod(listing.is_gone_page)


PLATFORM = BambooHR()


def _posting(row: dict[str, Any], token: str) -> Posting:
    bare = Posting(external_id=listing.native_id(row.get("id")), title="")
    url = PLATFORM.detail_url("", token, bare).removesuffix("/detail") if bare.external_id else ""
    return replace(bare, **{"url": url} | _told(row))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """The fields that a row of the list, or an opening, fills."""
    told: dict[str, Any] = {name: listing.text(row.get(key)) for name, key in TEXTS.items()}
    if pay := listing.text(row.get("compensation")).strip():
        told["body_html"] = f"{told['body_html']}\n<h3>Compensation</h3><p>{listing.html_of(pay)}</p>".strip()
    if posted_at := listing.day_time(row.get("datePosted")):
        told |= {"posted_at": posted_at, "posted_basis": "published_at"}
    by_flag = "remote" if row.get("isRemote") in (1, "1") else ""
    told["work_mode"] = MODES.get(listing.text(row.get("locationType")), by_flag)
    places = {place.label: place for place in (_place(row.get(name)) for name in PLACES) if place.label}
    told["places"] = tuple(one for name, one in places.items() if not any(o.startswith(f"{name}, ") for o in places))
    left = {name: listing.left_over(listing.mapping(row.get(name)), frozenset(PARTS)) for name in PLACES}
    return {name: value for name, value in told.items() if value} | {"served": listing.left_over(row | left, USED)}


def _place(told: Any) -> Place:
    part = listing.mapping(told)
    names = [listing.text(part.get(name)).strip() for name in PARTS]
    label = ", ".join(dict.fromkeys(name for name in names if name)) or listing.text(told).strip()
    return Place(label=label, city=names[0], region=names[1] or names[2], country=names[3] or names[4])
