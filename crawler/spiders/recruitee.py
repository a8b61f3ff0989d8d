"""Recruitee offers feed: one answer holds the whole board, on a host of the employer's own.

Traps: amounts come as numbers or texts; a board nobody tends offers samples; the work-mode flags may all be false.
"""

from __future__ import annotations

from typing import Any

from crawler.spiders import fields, listing, pay
from store.posting import Pay, Place, Posting

MODES = ("remote", "hybrid", "on_site")
KEYS = fields.keys("title url=careers_url company=company_name department employment=employment_type_code")
USED = fields.names(
    "description requirements careers_apply_url locations location published_at close_at salary remote hybrid on_site "
    "mailbox_email open_questions dynamic_fields cover_image position created_at updated_at"
)


class Recruitee(listing.Usual):
    """See `listing.Platform`."""

    name = "recruitee"
    host = "https://{token}.recruitee.com"

    def first_url(self, endpoint: str, token: str) -> str:
        return listing.board_url(endpoint or self.host, "/api/offers/", token)

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        rows = fields.mapping(listing.load_json(body, content_type)).get("offers")
        if not isinstance(rows, list):
            raise listing.NotAListing("no Recruitee list: an object with `offers` is due")
        shown = [row for row in rows if "(sample)" not in fields.text(fields.mapping(row).get("title")).lower()]
        return listing.page_of(shown, _posting, hidden=len(rows) - len(shown))


PLATFORM = Recruitee()


def _posting(row: dict[str, Any]) -> Posting:
    html = [fields.text(row.get(name)) for name in ("description", "requirements")]
    return fields.posting(
        {key: value for key, value in row.items() if not key.startswith(("options_", "sharing_"))},
        KEYS,
        USED,
        body_html="\n".join(part for part in html if part),
        places=_places(row),
        work_mode="; ".join(mode for mode in MODES if row.get(mode) is True),
        deadline_at=fields.text(row.get("close_at")),
        pay=_pay(fields.mapping(row.get("salary"))),
        posted=(fields.spaced_time(row.get("published_at")), "published_at"),
    )


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    places = [_place(fields.mapping(part)) for part in fields.items(row.get("locations"))]
    return tuple(place for place in places if place.label) or fields.places_of([fields.text(row.get("location"))])


def _place(part: dict[str, Any]) -> Place:
    city, region = fields.text(part.get("city")), fields.text(part.get("state"))
    country = fields.text(part.get("country"))
    label = ", ".join(dict.fromkeys(name for name in (city, region, country) if name))
    return Place(label=label or fields.text(part.get("name")), city=city, region=region, country=country)


def _pay(told: dict[str, Any]) -> tuple[Pay, ...]:
    period = fields.text(told.get("period"))
    low, high = (fields.typed_number(told.get(name)) for name in ("min", "max"))
    typed = pay.typed_pay(low, high, told.get("currency"), pay.period_named(period), [period])
    return () if typed.low is typed.high is None else (typed,)
