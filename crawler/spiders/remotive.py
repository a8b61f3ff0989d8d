"""Remotive public API: the newest remote jobs of many employers in one answer; the token is a category or `all`.

Traps: pay is a free text without a period ("$3k - $10k" is a month's), so it stands in the text too, where the readers
weigh it; times have no zone; the feed is small and late, so what left it need not be closed. Every job here is remote.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crawler.spiders import listing
from store.posting import Pay, Posting

ALL = "all"
USED = frozenset({"id", "url", "title", "company_name", "job_type", "publication_date", "candidate_required_location"})
USED |= {"salary", "description", "company_logo", "company_logo_url"}


class Remotive:
    """See `listing.Platform`."""

    name = "remotive"
    host = "https://remotive.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        path = "/api/remote-jobs" + ("" if token == ALL else "?category={token}")
        return listing.board_url(endpoint or self.host, path, token)

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.mapping(listing.load_json(body, content_type))
        rows, count = answer.get("jobs"), answer.get("job-count")
        if not isinstance(rows, list) or "job-count" not in answer:
            raise listing.NotAListing("no Remotive list: an object with `jobs` and `job-count` is due")
        return listing.page_of(rows, _posting, advertised=listing.number(count), window=True)

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = Remotive()


def _posting(row: dict[str, Any]) -> Posting:
    published_at = _utc(row.get("publication_date"))
    salary = listing.text(row.get("salary")).strip()
    printed = f"<p>Salary: {listing.html_of(salary)}</p>" if salary else ""
    return Posting(
        external_id=listing.native_id(row.get("id")),
        title=listing.text(row.get("title")),
        url=listing.text(row.get("url")),
        company=listing.text(row.get("company_name")),
        body_html="\n".join(part for part in (listing.text(row.get("description")), printed) if part),
        places=listing.places_of([listing.text(row.get("candidate_required_location"))]),
        work_mode="remote",
        employment=listing.text(row.get("job_type")),
        pay=(Pay(raw=salary),) if salary else (),
        posted_at=published_at,
        posted_basis="published_at" if published_at else "",
        served=listing.left_over(row, USED),
    )


def _utc(value: Any) -> datetime | None:
    """The time, of UTC where it names no zone."""
    return listing.iso_time(value) or listing.iso_time(f"{listing.text(value)}+00:00")
