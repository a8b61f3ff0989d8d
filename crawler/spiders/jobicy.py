"""Jobicy public API: the remote jobs of many employers of the last days; the token is a search word (tag) or `all`.

Traps: names hold entities; pay keys are there only when known, the lower one may stand alone, older answers call them
annual; `jobCount` counts the page; newer answers go on by a cursor that must be sent back unchanged, older ones do not.
Every job is remote; what left the list need not be closed.
"""

from __future__ import annotations

from html import unescape
from typing import Any
from urllib.parse import quote

from crawler.spiders import fields, pay
from crawler.spiders.usual import Told, Usual
from store.posting import Pay, Posting

ANNUAL = "annualSalaryMin annualSalaryMax"


class Jobicy(Usual):
    def next_url(self, told: Told) -> str | None:
        cursor = fields.text(told.answer.get("nextCursor")) if told.answer.get("hasMore") is not False else ""
        return f"{told.url.partition('&cursor=')[0]}&cursor={quote(cursor, '', errors='replace')}" if cursor else None

    def is_complete(self, told: Told) -> bool:
        is_cut = told.answer.get("hasMore") is True and not self.next_url(told)
        return not is_cut and len(told.rows) >= (told.total or 0)

    def posting(self, row: fields.Row) -> Posting:
        industries = [name for name in map(_plain, fields.items(row.get("jobIndustry"))) if name]
        return self.read(
            row | {"jobIndustry": industries},
            title=_plain(row.get("jobTitle")),
            company=_plain(row.get("companyName")),
            body_html=fields.first_text(row, "jobDescription jobExcerpt"),
            places=fields.places_of(_plain(row.get("jobGeo")).split(",")),
            work_mode="remote",
            employment=fields.joined(fields.items(row.get("jobType")), ", "),
            pay=_pay(row),
            posted=(fields.utc_time(row.get("pubDate")), "published_at"),  # older answers name no zone
        )


PLATFORM = Jobicy()


def _plain(value: Any) -> str:
    return unescape(fields.text(value))


def _pay(row: fields.Row) -> tuple[Pay, ...]:
    period = fields.text(row.get("salaryPeriod")) or ("annual" if fields.names(ANNUAL) & row.keys() else "")
    ends = (row.get(f"salary{end}") or row.get(f"annualSalary{end}") for end in ("Min", "Max"))
    low, high = (fields.typed_number(value) or None for value in ends)
    return pay.pay_of(low, high, row.get("salaryCurrency"), pay.period_named(period), [period])
