"""Remotive public API: the newest remote jobs of many employers in one answer; the token is a category or `all`.

Traps: pay is a free text without a period ("$3k - $10k" is a month's), so it stands in the text too, where the readers
weigh it; times have no zone; the feed is small and late, so what left it need not be closed. Every job here is remote.
"""

from __future__ import annotations

from typing import Any

from crawler.spiders import fields, listing
from store.posting import Pay, Posting

DUE = "no Remotive list: an object with `jobs` and `job-count` is due"
KEYS = fields.keys("title url company=company_name employment=job_type")
USED = fields.names("publication_date candidate_required_location salary description company_logo company_logo_url")


class Remotive(listing.Usual):
    """See `listing.Platform`."""

    name = "remotive"
    host = "https://remotive.com"
    path = "/api/remote-jobs?category={token}"
    path_of_all = "/api/remote-jobs"

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.load_listing(body, content_type, DUE, "jobs", "job-count")
        return listing.page_of(answer["jobs"], _posting, advertised=fields.number(answer["job-count"]), window=True)


PLATFORM = Remotive()


def _posting(row: dict[str, Any]) -> Posting:
    salary = fields.text(row.get("salary")).strip()
    return fields.posting(
        row,
        KEYS,
        USED,
        body_html=fields.joined([row.get("description"), fields.paragraph(salary, "Salary: ")], "\n"),
        places=fields.places_of([fields.text(row.get("candidate_required_location"))]),
        work_mode="remote",
        pay=(Pay(raw=salary),) if salary else (),
        posted=(fields.utc_time(row.get("publication_date")), "published_at"),
    )
