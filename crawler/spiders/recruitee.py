"""Recruitee offers feed: one answer holds the whole board, on a host of the employer's own.

Traps: amounts come as numbers or texts; a board nobody tends offers samples; the work-mode flags may all be false.
"""

from __future__ import annotations

from typing import Any

from crawler.spiders import fields, listing, pay
from store.posting import Pay, Place, Posting

MODES = ("remote", "hybrid", "on_site")
KEYS = fields.keys("title url=careers_url company=company_name department employment=employment_type_code")
KEYS |= fields.keys("deadline_at=close_at")
USED = fields.names("description requirements careers_apply_url locations location published_at salary").union(MODES)
USED |= fields.names("mailbox_email open_questions dynamic_fields cover_image position created_at updated_at")


class Recruitee(listing.Usual):
    """See `listing.Platform`."""

    name = "recruitee"
    host = "https://{token}.recruitee.com"
    path = "/api/offers/"

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        due = "no Recruitee list: an object with `offers` is due"
        rows = listing.load_listing(body, content_type, due, "offers")["offers"]
        shown = [row for row in rows if "(sample)" not in fields.text(fields.mapping(row).get("title")).lower()]
        return listing.page_of(shown, _posting, hidden=len(rows) - len(shown))


PLATFORM = Recruitee()


def _posting(row: dict[str, Any]) -> Posting:
    return fields.posting(
        {key: value for key, value in row.items() if not key.startswith(("options_", "sharing_"))},
        KEYS,
        USED,
        body_html=fields.joined(fields.texts_at(row, "description requirements"), "\n"),
        places=_places(row),
        work_mode="; ".join(mode for mode in MODES if row.get(mode) is True),
        pay=_pay(fields.mapping(row.get("salary"))),
        posted=(fields.spaced_time(row.get("published_at")), "published_at"),
    )


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    places = map(_place, fields.objects(row.get("locations")))
    return tuple(place for place in places if place.label) or fields.places_of([row.get("location")])


def _place(part: dict[str, Any]) -> Place:
    city, region, country, name = fields.texts_at(part, "city state country name")
    return Place(label=fields.label_of(city, region, country) or name, city=city, region=region, country=country)


def _pay(told: dict[str, Any]) -> tuple[Pay, ...]:
    period = fields.text(told.get("period"))
    low, high = (fields.typed_number(told.get(name)) for name in ("min", "max"))
    return pay.pay_of(low, high, told.get("currency"), pay.period_named(period), [period])
