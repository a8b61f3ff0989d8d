"""Jobicy public API: the remote jobs of many employers of the last days; the token is a search word (tag) or `all`.

Traps: names hold entities; pay keys are there only when known, the lower one may stand alone, older answers call them
annual; `jobCount` counts the page; newer answers go on by a cursor that must be sent back unchanged, older ones do not.
Every job is remote; what left the list need not be closed.
"""

from __future__ import annotations

from html import unescape
from typing import Any
from urllib.parse import quote

from crawler.spiders import fields, listing, pay
from store.posting import Pay, Posting

DUE = "no Jobicy list: an object with `jobs` and `jobCount` is due"
ANNUAL = fields.names("annualSalaryMin annualSalaryMax")
USED = ANNUAL | fields.names(
    "url jobTitle companyName companyLogo jobType jobGeo jobExcerpt pubDate jobDescription "
    "salaryMin salaryMax salaryCurrency salaryPeriod"
)


class Jobicy(listing.Usual):
    """See `listing.Platform`."""

    name = "jobicy"
    host = "https://jobicy.com"
    path = "/api/v2/remote-jobs?count=100&tag={token}"
    path_of_all = "/api/v2/remote-jobs?count=100"

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.load_listing(body, content_type, DUE, "jobs", "jobCount")
        rows, count, more = answer["jobs"], fields.number(answer["jobCount"]), answer.get("hasMore")
        cursor = fields.text(answer.get("nextCursor")) if more is not False else ""
        whole = len(rows) >= (count or 0) and (bool(cursor) or more is not True)
        following = f"{url.partition('&cursor=')[0]}&cursor={quote(cursor, '', errors='replace')}" if cursor else None
        return listing.page_of(rows, _posting, advertised=count, next_url=following, complete=whole, window=True)


PLATFORM = Jobicy()


def _posting(row: dict[str, Any]) -> Posting:
    industries = [name for name in map(_plain, fields.items(row.get("jobIndustry"))) if name]
    return fields.posting(
        row | {"jobIndustry": industries},
        fields.keys("url"),
        USED,
        title=_plain(row.get("jobTitle")),
        company=_plain(row.get("companyName")),
        body_html=fields.first_text(row, "jobDescription jobExcerpt"),
        places=fields.places_of(_plain(row.get("jobGeo")).split(",")),
        work_mode="remote",
        employment=fields.joined(fields.items(row.get("jobType")), ", "),
        pay=_pay(row),
        posted=(fields.utc_time(row.get("pubDate")), "published_at"),  # older answers name no zone
    )


def _plain(value: Any) -> str:
    return unescape(fields.text(value))


def _pay(row: dict[str, Any]) -> tuple[Pay, ...]:
    period = fields.text(row.get("salaryPeriod")) or ("annual" if ANNUAL & row.keys() else "")
    ends = (row.get(f"salary{end}") or row.get(f"annualSalary{end}") for end in ("Min", "Max"))
    low, high = (fields.typed_number(value) or None for value in ends)
    return pay.pay_of(low, high, row.get("salaryCurrency"), pay.period_named(period), [period])
