"""Lever Postings API: pages of a bare array without a total, so a board is whole only after a page that is not full.

Traps: requirements and duties live in `lists`, not in the description; `createdAt` is when the posting was made in the
ATS, often long before it was published; the company is named nowhere; the site name is case-sensitive.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

from crawler.spiders import listing, pay
from store.posting import Pay, Place, Posting

LIMIT = 100
PERIODS = {f"per-{period}-{word}": period for period in pay.PERIODS for word in ("salary", "wage")}
TEXTS = ("opening", "description", "descriptionBody", "additional", "salaryDescription")
USED = frozenset(TEXTS) | {f"{name}Plain" for name in TEXTS}
USED |= {"id", "text", "lists", "categories", "country", "workplaceType", "createdAt", "hostedUrl", "applyUrl"}
USED |= {"salaryRange"}
USED_CATEGORIES = frozenset({"location", "allLocations", "team", "department", "commitment"})


class Lever:
    """See `listing.Platform`."""

    name = "lever"
    host = "https://api.lever.co"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        path = f"/v0/postings/{{token}}?mode=json&skip=0&limit={LIMIT}"
        return listing.board_url(endpoint or self.host, path, token)

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        rows = listing.load_json(body, content_type)
        if not isinstance(rows, list) or (rows and not any("text" in listing.mapping(row) for row in rows)):
            raise listing.NotAListing("no Lever list: an array of postings is due")
        following = listing.next_page_url(url, LIMIT) if len(rows) == LIMIT else None
        return listing.page_of(rows, _posting, next_url=following)

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = Lever()


def _posting(row: dict[str, Any]) -> Posting:
    categories = listing.mapping(row.get("categories"))
    created_at = listing.epoch_ms_time(row.get("createdAt"))
    left = listing.left_over(categories, USED_CATEGORIES)
    return Posting(
        external_id=listing.native_id(row.get("id")),
        title=listing.text(row.get("text")),
        url=listing.text(row.get("hostedUrl")),
        body_html=_body(row),
        intro_html=_html(row, "opening"),
        conclusion_html=_html(row, "additional"),
        places=_places(categories, listing.text(row.get("country"))),
        work_mode=listing.text(row.get("workplaceType")),
        employment=listing.text(categories.get("commitment")),
        department=listing.text(categories.get("department")),
        team=listing.text(categories.get("team")),
        pay=_pay(listing.mapping(row.get("salaryRange"))),
        posted_at=created_at,
        posted_basis="created_at" if created_at else "",
        served=listing.left_over(row, USED) | ({"categories": left} if left else {}),
    )


def _body(row: dict[str, Any]) -> str:
    is_split = _html(row, "opening") or _html(row, "descriptionBody")  # older answers hold `description` alone
    parts = [_html(row, "descriptionBody" if is_split else "description")]
    for part in map(listing.mapping, listing.items(row.get("lists"))):
        heading, content = escape(listing.text(part.get("text")), quote=False), listing.text(part.get("content"))
        parts.append(f"<h3>{heading}</h3><ul>{content}</ul>" if heading or content else "")
    return "\n".join(part for part in [*parts, _html(row, "salaryDescription")] if part)


def _html(row: dict[str, Any], name: str) -> str:
    return listing.text(row.get(name)) or listing.html_of(listing.text(row.get(f"{name}Plain")))


def _places(categories: dict[str, Any], country: str) -> tuple[Place, ...]:
    labels = [categories.get("location"), *listing.items(categories.get("allLocations"))]
    places = listing.places_of(map(listing.text, labels)) or ((Place(),) if country else ())
    return tuple(replace(place, country=country) if n == 0 else place for n, place in enumerate(places))


def _pay(told: dict[str, Any]) -> tuple[Pay, ...]:
    interval = listing.text(told.get("interval"))
    typed = pay.typed_pay(told.get("min"), told.get("max"), told.get("currency"), PERIODS.get(interval, ""), [interval])
    return () if typed.low is typed.high is None else (typed,)
