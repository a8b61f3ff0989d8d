"""Recruitee offers feed: one answer holds the whole board, on a host of the employer's own.

Traps: amounts come as numbers or texts; a board nobody tends offers samples; the work-mode flags may all be false.
"""

from __future__ import annotations

from typing import Any

from crawler.spiders import listing, pay
from store.posting import Pay, Place, Posting

PERIODS = {"year": "year", "yearly": "year", "month": "month", "monthly": "month", "week": "week", "day": "day"}
PERIODS |= {"hour": "hour", "hourly": "hour"}
MODES = ("remote", "hybrid", "on_site")
USED = frozenset({"id", "title", "description", "requirements", "company_name", "careers_url", "careers_apply_url"})
USED |= {"locations", "location", "department", "employment_type_code", "published_at", "close_at", "salary", *MODES}
USED |= {"mailbox_email", "open_questions", "dynamic_fields", "cover_image", "position", "created_at", "updated_at"}


class Recruitee:
    """See `listing.Platform`."""

    name = "recruitee"
    host = "https://{token}.recruitee.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        return listing.board_url(endpoint or self.host, "/api/offers/", token)

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        rows = listing.mapping(listing.load_json(body, content_type)).get("offers")
        if not isinstance(rows, list):
            raise listing.NotAListing("no Recruitee list: an object with `offers` is due")
        shown = [row for row in rows if "(sample)" not in listing.text(listing.mapping(row).get("title")).lower()]
        return listing.page_of(shown, _posting, hidden=len(rows) - len(shown))

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = Recruitee()


def _posting(row: dict[str, Any]) -> Posting:
    published_at = listing.spaced_time(row.get("published_at"))
    html = [listing.text(row.get(name)) for name in ("description", "requirements")]
    left = {key: value for key, value in row.items() if not key.startswith(("options_", "sharing_"))}
    return Posting(
        external_id=listing.native_id(row.get("id")),
        title=listing.text(row.get("title")),
        url=listing.text(row.get("careers_url")),
        company=listing.text(row.get("company_name")),
        body_html="\n".join(part for part in html if part),
        places=_places(row),
        work_mode="; ".join(mode for mode in MODES if row.get(mode) is True),
        employment=listing.text(row.get("employment_type_code")),
        department=listing.text(row.get("department")),
        deadline_at=listing.text(row.get("close_at")),
        pay=_pay(listing.mapping(row.get("salary"))),
        posted_at=published_at,
        posted_basis="published_at" if published_at else "",
        served=listing.left_over(left, USED),
    )


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    places = [_place(listing.mapping(part)) for part in listing.items(row.get("locations"))]
    return tuple(place for place in places if place.label) or listing.places_of([listing.text(row.get("location"))])


def _place(part: dict[str, Any]) -> Place:
    city, region = listing.text(part.get("city")), listing.text(part.get("state"))
    country = listing.text(part.get("country"))
    label = ", ".join(dict.fromkeys(name for name in (city, region, country) if name))
    return Place(label=label or listing.text(part.get("name")), city=city, region=region, country=country)


def _pay(told: dict[str, Any]) -> tuple[Pay, ...]:
    period = listing.text(told.get("period"))
    low, high = (listing.typed_number(told.get(name)) for name in ("min", "max"))
    typed = pay.typed_pay(low, high, told.get("currency"), PERIODS.get(period.lower(), ""), [period])
    return () if typed.low is typed.high is None else (typed,)
