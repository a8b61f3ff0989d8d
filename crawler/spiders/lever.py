"""Lever Postings API: pages of a bare array without a total, so a board is whole only after a page that is not full.

Traps: requirements and duties live in `lists`, not in the description; `createdAt` is when the posting was made in the
ATS, often long before it was published; the company is named nowhere; the site name is case-sensitive.
"""

from __future__ import annotations

from crawler.spiders import fields, pay
from crawler.spiders.usual import Told, Usual
from store.posting import Place, Posting


class Lever(Usual):
    def next_url(self, told: Told) -> str | None:
        return super().next_url(told) if len(told.rows) <= self.size else None

    def posting(self, row: fields.Row) -> Posting:
        return self.read(
            row,
            body_html=_body(row),
            intro_html=_html(row, "opening"),
            conclusion_html=_html(row, "additional"),
            places=_places(row),
            pay=pay.pay_at(row.get("salaryRange"), "min max currency interval", as_text=False),
            posted=(fields.epoch_ms_time(row.get("createdAt")), "created_at"),
        )


PLATFORM = Lever()


def _body(row: fields.Row) -> str:
    is_split = _html(row, "opening") or _html(row, "descriptionBody")  # older answers hold `description` alone
    parts = [_html(row, "descriptionBody" if is_split else "description")]
    for heading, content in (fields.texts_at(part, "text content") for part in fields.objects(row.get("lists"))):
        parts += [f"<h3>{fields.html_of(heading)}</h3><ul>{content}</ul>"] if heading or content else []
    return fields.joined([*parts, _html(row, "salaryDescription")], "\n")


def _html(row: fields.Row, name: str) -> str:
    return fields.text(row.get(name)) or fields.html_of(fields.text(row.get(f"{name}Plain")))


def _places(row: fields.Row) -> tuple[Place, ...]:
    told = fields.mapping(row.get("categories"))
    labels = [told.get("location"), *fields.items(told.get("allLocations"))]
    first, *others = fields.places_of(labels) or [Place()]
    return (Place(label=first.label, country=fields.text(row.get("country"))), *others)
