"""Jobicy public API: the remote jobs of many employers of the last days; the token is a search word (tag) or `all`.

Traps: names hold entities; pay keys are there only when known, the lower one may stand alone, older answers call them
annual; `jobCount` counts the page; newer answers go on by a cursor that must be sent back unchanged, older ones do not.
Every job is remote; what left the list need not be closed.
"""

from __future__ import annotations

from html import unescape
from typing import Any
from urllib.parse import quote

from crawler.spiders import listing, pay
from store.posting import Pay, Posting

ALL, COUNT = "all", 100
PERIODS = {"yearly": "year", "annual": "year", "monthly": "month", "weekly": "week", "daily": "day", "hourly": "hour"}
ANNUAL = frozenset({"annualSalaryMin", "annualSalaryMax"})
USED = ANNUAL | {"id", "url", "jobTitle", "companyName", "companyLogo", "jobType", "jobGeo", "jobExcerpt", "pubDate"}
USED |= {"jobDescription", "salaryMin", "salaryMax", "salaryCurrency", "salaryPeriod"}


class Jobicy:
    """See `listing.Platform`."""

    name = "jobicy"
    host = "https://jobicy.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        path = f"/api/v2/remote-jobs?count={COUNT}" + ("" if token == ALL else "&tag={token}")
        return listing.board_url(endpoint or self.host, path, token)

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.mapping(listing.load_json(body, content_type))
        rows, count, more = answer.get("jobs"), listing.number(answer.get("jobCount")), answer.get("hasMore")
        if not isinstance(rows, list) or "jobCount" not in answer:
            raise listing.NotAListing("no Jobicy list: an object with `jobs` and `jobCount` is due")
        cursor = listing.text(answer.get("nextCursor")) if more is not False else ""
        whole = len(rows) >= (count or 0) and (bool(cursor) or more is not True)
        following = f"{url.partition('&cursor=')[0]}&cursor={quote(cursor, '', errors='replace')}" if cursor else None
        return listing.page_of(rows, _posting, advertised=count, next_url=following, complete=whole, window=True)

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = Jobicy()


def _posting(row: dict[str, Any]) -> Posting:
    pub_date = listing.text(row.get("pubDate"))
    published_at = listing.iso_time(pub_date) or listing.iso_time(f"{pub_date}+00:00")  # older answers name no zone
    industries = [name for name in map(_plain, listing.items(row.get("jobIndustry"))) if name]
    return Posting(
        external_id=listing.native_id(row.get("id")),
        title=_plain(row.get("jobTitle")),
        url=listing.text(row.get("url")),
        company=_plain(row.get("companyName")),
        body_html=listing.text(row.get("jobDescription")) or listing.text(row.get("jobExcerpt")),
        places=listing.places_of(_plain(row.get("jobGeo")).split(",")),
        work_mode="remote",
        employment=", ".join(filter(None, map(listing.text, listing.items(row.get("jobType"))))),
        pay=_pay(row),
        posted_at=published_at,
        posted_basis="published_at" if published_at else "",
        served=listing.left_over(row | {"jobIndustry": industries}, USED),
    )


def _plain(value: Any) -> str:
    return unescape(listing.text(value))


def _pay(row: dict[str, Any]) -> tuple[Pay, ...]:
    told = listing.text(row.get("salaryPeriod")) or ("annual" if ANNUAL & row.keys() else "")
    ends = (row.get(f"salary{end}") or row.get(f"annualSalary{end}") for end in ("Min", "Max"))
    low, high = (listing.typed_number(value) or None for value in ends)
    typed = pay.typed_pay(low, high, row.get("salaryCurrency"), PERIODS.get(told.lower(), ""), [told])
    return () if typed.low is typed.high is None else (typed,)
