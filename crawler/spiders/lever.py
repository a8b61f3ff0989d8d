"""Lever Postings API: pages of a bare array without a total, so a board is whole only after a page that is not full.

Traps: requirements and duties live in `lists`, not in the description; `createdAt` is when the posting was made in the
ATS, often long before it was published; the company is named nowhere; the site name is case-sensitive.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

from crawler.spiders import fields, listing, pay
from store.posting import Pay, Place, Posting

LIMIT = 100
KEYS = fields.keys("title=text url=hostedUrl work_mode=workplaceType")
USED = fields.names("lists categories country createdAt applyUrl salaryRange")
TEXTS = fields.names("opening description descriptionBody additional salaryDescription")
USED |= TEXTS | {f"{name}Plain" for name in TEXTS}
CATEGORIES = fields.keys("employment=commitment department team")
USED_CATEGORIES = fields.names("location allLocations").union(CATEGORIES.values())


class Lever(listing.Usual):
    """See `listing.Platform`."""

    name = "lever"
    host = "https://api.lever.co"
    path = f"/v0/postings/{{token}}?mode=json&skip=0&limit={LIMIT}"

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        rows = listing.load_rows(body, content_type, "no Lever list: an array of postings is due", "text")
        following = listing.rows_after(url, len(rows), LIMIT, None, "skip") if len(rows) <= LIMIT else None
        return listing.page_of(rows, _posting, next_url=following)


PLATFORM = Lever()


def _posting(row: dict[str, Any]) -> Posting:
    categories = fields.mapping(row.get("categories"))
    return fields.posting(
        row,
        KEYS,
        USED,
        body_html=_body(row),
        intro_html=_html(row, "opening"),
        conclusion_html=_html(row, "additional"),
        places=_places(categories, fields.text(row.get("country"))),
        pay=_pay(fields.mapping(row.get("salaryRange"))),
        posted=(fields.epoch_ms_time(row.get("createdAt")), "created_at"),
        more={"categories": fields.left_over(categories, USED_CATEGORIES)},
        **fields.named(categories, CATEGORIES),
    )


def _body(row: dict[str, Any]) -> str:
    is_split = _html(row, "opening") or _html(row, "descriptionBody")  # older answers hold `description` alone
    parts = [_html(row, "descriptionBody" if is_split else "description")]
    for part in fields.objects(row.get("lists")):
        heading, content = fields.texts_at(part, "text content")
        parts += [f"<h3>{escape(heading, quote=False)}</h3><ul>{content}</ul>"] if heading or content else []
    return fields.joined([*parts, _html(row, "salaryDescription")], "\n")


def _html(row: dict[str, Any], name: str) -> str:
    return fields.text(row.get(name)) or fields.html_of(fields.text(row.get(f"{name}Plain")))


def _places(categories: dict[str, Any], country: str) -> tuple[Place, ...]:
    labels = [categories.get("location"), *fields.items(categories.get("allLocations"))]
    first, *others = fields.places_of(labels) or [Place()]
    return (replace(first, country=country), *others)


def _pay(told: dict[str, Any]) -> tuple[Pay, ...]:
    interval = fields.text(told.get("interval"))
    return pay.pay_of(told.get("min"), told.get("max"), told.get("currency"), pay.period_named(interval), [interval])
