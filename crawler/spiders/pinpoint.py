"""Pinpoint postings feed: one answer holds the whole board, on a host of the employer's own.

Traps: hidden pay is served all the same; there is no date of posting and no company; a list of exactly a thousand rows
may be cut off; whom one reports to may be a person's name and is dropped.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from crawler.spiders import fields, pay
from crawler.spiders.usual import Told, Usual
from store.posting import Pay, Place, Posting

CAP = 1000
PARTS = ("key_responsibilities", "skills_knowledge_expertise", "benefits")
PAY = "compensation compensation_minimum compensation_maximum compensation_currency compensation_frequency"


class Pinpoint(Usual):
    def is_complete(self, told: Told) -> bool:
        return len(told.rows) != CAP

    def listed(self, row: fields.Row, told: Told) -> Posting:
        row = row if row.get("compensation_visible") in (True, None) else fields.left_over(row, fields.names(PAY))
        paid, path = _pay(row), fields.text(row.get("path"))
        departments = (fields.text_in(fields.at(row, key), "name") for key in ("job.department", "department"))
        return self.read(
            row,
            url=fields.text(row.get("url")) or (urljoin(told.url, path) if path else ""),
            body_html=_body(row, "" if paid else fields.text(row.get("compensation"))),
            places=(_place(row.get("location")),),
            work_mode=fields.first_text(row, "workplace_type workplace_type_text"),
            employment=fields.first_text(row, "employment_type employment_type_text"),
            department=next(filter(None, departments), ""),
            opening=fields.native_id(fields.at(row, "job.id")),
            pay=paid,
        )


PLATFORM = Pinpoint()


def _body(row: fields.Row, pay_words: str) -> str:
    parts = [fields.section(*fields.texts_at(row, f"{name}_header {name}")) for name in PARTS]
    return fields.joined([row.get("description"), *parts, pay_words and f"<p>{fields.html_of(pay_words)}</p>"], "\n")


def _place(told: Any) -> Place:
    city, region = fields.texts_at(fields.mapping(told), "city province")
    return fields.place(city, region, label=fields.text_in(told, "name") or fields.joined([city, region], ", "))


def _pay(row: fields.Row) -> tuple[Pay, ...]:
    low, high = (fields.typed_number(row.get(f"compensation_{end}")) for end in ("minimum", "maximum"))
    period, currency, words = fields.texts_at(row, "compensation_frequency compensation_currency compensation")
    named = pay.period_named(period) if period else pay.period_of(words)
    return pay.pay_of(low, high, currency, named, [period, words], component=pay.component_of(words))
