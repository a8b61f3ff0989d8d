"""SmartRecruiters Posting API: pages of 100 with a total, texts on pages of their own. Off: robots.txt closes it.

Traps: an unknown company is an empty list; `fullLocation` has empty parts; `department` may be `{}`; a list tells no
address for people; how a closed posting answers and how pay is typed is not confirmed, so either way is read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from crawler.spiders import listing, pay
from store.posting import Pay, Place, Posting

LIMIT = 100
OFFSET = re.compile(r"(?<=[?&]offset=)\d{1,6}(?!\d)")
CLOSED = re.compile(rb'"active"\s*:\s*false')
TEXTS = {"title": "name", "url": "postingUrl", "requisition": "refNumber", "opening": "jobId"}
NAMED = {"company": ("company", "name"), "language": ("language", "code"), "department": ("department", "label")}
NAMED |= {"team": ("function", "label"), "employment": ("typeOfEmployment", "label")}
SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")
USED = frozenset({"id", "releasedDate", *TEXTS.values(), "creator", "ref", "applyUrl", "referralUrl", "jobAd"})
USED_WITHIN = {key: frozenset({name}) for key, name in NAMED.values()}
USED_WITHIN |= {"location": frozenset({"city", "region", "country", "fullLocation", "remote", "hybrid"})}
USED_PAY = frozenset({"min", "max", "currency", "period", "salary"})


class SmartRecruiters:
    """See `listing.Platform` and `listing.Detailed`."""

    name = "smartrecruiters"
    host = "https://api.smartrecruiters.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        path = f"/v1/companies/{{token}}/postings?limit={LIMIT}&offset=0"
        return listing.board_url(endpoint or self.host, path, token)

    def parse(self, body: bytes, content_type: str, url: str, board: listing.Board, /) -> listing.Page:
        answer = listing.mapping(listing.load_json(body, content_type))
        rows, total = answer.get("content"), answer.get("totalFound")
        if not isinstance(rows, list) or type(total) is not int or total < 0:
            raise listing.NotAListing("no SmartRecruiters list: `content` and a number in `totalFound` are due")
        offset = OFFSET.search(url)
        n_seen = int(offset[0]) + len(rows) if offset else total
        following = OFFSET.sub(str(n_seen), url) if rows and n_seen < total else None
        return listing.page_of(rows, partial(_posting, token=board.token), advertised=total, next_url=following)

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        path = f"/v1/companies/{{token}}/postings/{listing.quoted_token(posting.external_id)}"
        return listing.board_url(endpoint or self.host, path, token)

    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting:
        row = listing.mapping(listing.load_json(body, content_type))
        if not isinstance(row.get("jobAd"), dict):
            raise listing.NotAListing("no SmartRecruiters posting: an object with `jobAd` is due")
        told = _told(row)
        return replace(posting, **told | {"served": posting.served | told["served"]})

    def is_gone(self, status: int, body: bytes, /) -> bool:
        return listing.is_gone_page(status, body) or (status == 200 and CLOSED.search(body) is not None)

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = SmartRecruiters()


def _posting(row: dict[str, Any], token: str) -> Posting:
    posting_id, company = listing.native_id(row.get("id")), listing.mapping(row.get("company"))
    end = listing.quoted_token(posting_id) if posting_id else ""
    path = f"{listing.text(company.get('identifier')) or token}/{end}"
    bare = Posting(external_id=posting_id, title="", url=f"https://jobs.smartrecruiters.com/{path}")
    return replace(bare, **_told(row))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """The fields that a row of the list, or a posting of its own page, fills."""
    told: dict[str, Any] = {name: listing.text(row.get(key)) for name, key in TEXTS.items()}
    told |= {name: listing.text(listing.mapping(row.get(key)).get(part)) for name, (key, part) in NAMED.items()}
    location, sections = listing.mapping(row.get("location")), _sections(row)
    told["places"] = _places(location)
    told["work_mode"] = "; ".join(mode for mode in ("remote", "hybrid") if location.get(mode) is True)
    first, *body, last = (_html(listing.mapping(sections.get(name))) for name in SECTIONS)
    told |= {"intro_html": first, "body_html": "\n".join(filter(None, body)), "conclusion_html": last}
    if released_at := listing.iso_time(row.get("releasedDate")):
        told |= {"posted_at": released_at, "posted_basis": "published_at"}
    told["pay"] = _pay(_salary(row))
    return {name: value for name, value in told.items() if value} | {"served": _left(row, bool(told["pay"]))}


def _left(row: dict[str, Any], is_paid: bool) -> dict[str, Any]:
    """What no field holds; of an object that a field holds in part, the rest of it."""
    within = {key: used for key, used in USED_WITHIN.items() if isinstance(row.get(key), dict)}
    left = {key: listing.left_over(row[key], used) for key, used in within.items()}
    left["sections"] = listing.left_over(_sections(row), frozenset(SECTIONS))
    if is_paid:
        left["compensation"] = listing.left_over(listing.mapping(row["compensation"]) | _salary(row), USED_PAY)
    return listing.left_over(row | left, USED)


def _sections(row: dict[str, Any]) -> dict[str, Any]:
    return listing.mapping(listing.mapping(row.get("jobAd")).get("sections"))


def _salary(row: dict[str, Any]) -> dict[str, Any]:
    compensation = listing.mapping(row.get("compensation"))
    return listing.mapping(compensation.get("salary")) or compensation


def _html(section: dict[str, Any]) -> str:
    """A section under its title; "" without a text."""
    title, html = (listing.text(section.get(key)).strip() for key in ("title", "text"))
    return f"<h3>{listing.html_of(title)}</h3>{html}" if title and html else html


def _places(told: dict[str, Any]) -> tuple[Place, ...]:
    city, region, country = (listing.text(told.get(key)).strip() for key in ("city", "region", "country"))
    names = listing.text(told.get("fullLocation")).split(",") if told.get("fullLocation") else [city, region, country]
    label = ", ".join(dict.fromkeys(name.strip() for name in names if name.strip()))
    return (Place(label=label, city=city, region=region, country=country),) if label else ()


def _pay(told: dict[str, Any]) -> tuple[Pay, ...]:
    period = listing.text(told.get("period")).strip()
    known = period.lower() if period.lower() in pay.PERIODS else pay.period_of(period)
    low, high = (listing.typed_number(told.get(key)) for key in ("min", "max"))
    typed = pay.typed_pay(low, high, told.get("currency"), known, [period])
    return () if typed.low is typed.high is None else (typed,)
