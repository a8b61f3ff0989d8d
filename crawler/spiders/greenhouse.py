"""Greenhouse Job Board API: one answer holds the whole board and its own count, so completeness can be proved.

Traps: `content` is HTML escaped once more; `updated_at` moves by itself and is no posting date; an opening may be
posted once per city (`internal_job_id`), a post without one is a talent pool; a place may be a mere work model.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from crawler.spiders import listing, pay
from store.posting import Posting

USED = frozenset({"id", "title", "absolute_url", "company_name", "content", "location", "internal_job_id", "language"})
USED |= {"requisition_id", "departments", "first_published", "application_deadline", "pay_input_ranges", "metadata"}
USED |= {"questions", "location_questions", "demographic_questions", "compliance", "data_compliance"}  # never kept
FOREIGN = frozenset({"apiVersion", "job-count"})  # of other platforms' lists of `jobs`
WORK_MODEL = re.compile(
    r"(?:fully |100% )?(?:remote|hybrid|distributed|on-?site|in-office|flexible|anywhere)(?:-friendly)?", re.I
)
PERSON = re.compile(r"recruiter|manager|sourcer|coordinator|interview|owner|contact", re.I)


class Greenhouse:
    """See `listing.Platform`."""

    name = "greenhouse"
    host = "https://boards-api.greenhouse.io"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        path = "/v1/boards/{token}/jobs?content=true&pay_transparency=true"
        return listing.board_url(endpoint or self.host, path, token)

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.mapping(listing.load_json(body, content_type))
        rows, total = answer.get("jobs"), listing.number(listing.mapping(answer.get("meta")).get("total"))
        if not isinstance(rows, list) or not FOREIGN.isdisjoint(answer):
            raise listing.NotAListing("no Greenhouse list: an object with `jobs` and `meta` is due")
        return listing.page_of(rows, _posting, advertised=total, complete=total == len(rows))

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = Greenhouse()


def _unescaped(content: str) -> str:
    """Unescaped once: what was written as an entity stays one. The brackets of tags, nearly all there is, go first: the
    library calls a function for each."""
    return unescape(content.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"'))


def _posting(row: dict[str, Any]) -> Posting:
    content, fields = listing.text(row.get("content")), _fields(row)
    html = content if "<" in content else _unescaped(content)
    intro, rest = listing.cut_div(html, "content-intro")
    conclusion, rest = listing.cut_div(rest, "content-conclusion")
    place = listing.text(listing.mapping(row.get("location")).get("name")).strip()
    offices = listing.texts(row.get("offices"), "location") or listing.texts(row.get("offices"), "name")
    model = place if WORK_MODEL.fullmatch(place) else ""
    return Posting(
        external_id=listing.native_id(row.get("id")),
        title=listing.text(row.get("title")),
        url=listing.text(row.get("absolute_url")),
        company=listing.text(row.get("company_name")),
        body_html=rest,
        intro_html=intro,
        conclusion_html=conclusion,
        places=listing.places_of((offices if model or not place else []) or re.split(r"[;|]", place)),
        work_mode=listing.text(fields.get("location type")) or model,
        employment=listing.text(fields.get("employment type")),
        department="; ".join(listing.texts(row.get("departments"), "name")),
        requisition=listing.text(row.get("requisition_id")),
        opening=listing.native_id(row.get("internal_job_id")),
        language=listing.text(row.get("language")),
        deadline_at=listing.text(row.get("application_deadline")),
        pay=pay.greenhouse_pay(row.get("pay_input_ranges"), html, listing.text(row.get("title"))),
        is_prospect="internal_job_id" in row and row["internal_job_id"] is None,
        posted_at=listing.iso_time(row.get("first_published")),
        posted_basis="first_published" if listing.iso_time(row.get("first_published")) else "",
        served=listing.left_over(row, USED) | ({"metadata": fields} if fields else {}),
    )


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    """The employer's own fields by lower-case name, those that name a person left out."""
    told = {}
    for field in map(listing.mapping, listing.items(row.get("metadata"))):
        name, value = listing.text(field.get("name")).strip().lower(), field.get("value")
        if name and value not in listing.EMPTY and field.get("value_type") != "user" and not PERSON.search(name):
            told[name] = "; ".join(map(listing.text, value)) if isinstance(value, list) else value
    return told
