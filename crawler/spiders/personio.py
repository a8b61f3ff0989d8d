"""Personio XML feed: one answer holds the whole board, on a host of the employer's own.

Traps: an unknown employer answers a page for people or a redirect to the vendor's site; a posting not written in the
language asked for may lack its text; an id may stand twice; `name` and `office` occur nested too; no address is told.
"""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from crawler.spiders import feed, listing, pay
from store.posting import Pay, Posting

USED = frozenset({"id", "name", "subcompany", "office", "additionalOffices", "department", "recruitingCategory"})
USED |= {"jobDescriptions", "employmentType", "schedule", "createdAt"}


class Personio:
    """See `listing.Platform`."""

    name = "personio"
    host = "https://{token}.jobs.personio.de"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        return listing.board_url(endpoint or self.host, "/xml?language=en", token)

    def parse(self, body: bytes, _content_type: str, _url: str, board: listing.Board, /) -> listing.Page:
        rows = [_row(node) for node in feed.children(feed.load_xml(body, "workzag-jobs"), "position")]
        return listing.page_of(_merged(rows), partial(_posting, site=listing.board_url(self.host, "", board.token)))

    @staticmethod
    def is_no_board(status: int, _body: bytes, /) -> bool:
        return status in (301, 302, 307, 404)


PLATFORM = Personio()


def _posting(row: dict[str, Any], site: str) -> Posting:
    told, created_at = _pay(listing.mapping(row.get("salaryInformation"))), listing.iso_time(row.get("createdAt"))
    return Posting(
        external_id=listing.native_id(row.get("id")),
        title=row.get("name", ""),
        url=f"{site}/job/{quote(row.get('id', ''), safe='')}?language=en",
        company=row.get("subcompany", ""),
        body_html=row["jobDescriptions"],
        places=listing.places_of(row["additionalOffices"]),
        employment="; ".join(row[name] for name in ("employmentType", "schedule") if row.get(name)),
        department=row.get("department", ""),
        team=row.get("recruitingCategory", ""),
        pay=told,
        posted_at=created_at,
        posted_basis="created_at" if created_at else "",
        served=listing.left_over(row, USED | {"salaryInformation"} if told else USED),
    )


def _pay(told: dict[str, str]) -> tuple[Pay, ...]:
    low, high = (listing.typed_number(told.get(name)) for name in ("min", "max"))
    read = {"currencyCode"} | ({"min"} if low is not None else set()) | ({"max"} if high is not None else set())
    words = [value for name, value in told.items() if name not in read]
    currency = told.get("currencyCode") or told.get("currencySymbol")
    typed = pay.typed_pay(low, high, currency, pay.period_of(told.get("type", "")), words)
    return () if typed.low is typed.high is None else (typed,)


def _merged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first row of each id, with the offices of all."""
    merged: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows):
        merged.setdefault(row.get("id") or f"row {number}", row)["additionalOffices"] += row["additionalOffices"]
    return list(merged.values())


def _row(node: Element) -> dict[str, Any]:
    """The position as texts by name, but its text as HTML, all its offices as a list, its pay as texts by name."""
    row: dict[str, Any] = {feed.name_of(child): _text(child) for child in node if len(child)} | feed.row_of(node)
    row["jobDescriptions"] = "\n".join(filter(None, map(_section, node.iterfind("jobDescriptions/jobDescription"))))
    more = list(map(_text, node.iterfind("additionalOffices/office"))) or [row.get("additionalOffices", "")]
    row["additionalOffices"] = [row.get("office", ""), *more]
    salary = node.find("salaryInformation")
    if salary is not None and len(salary):
        row["salaryInformation"] = feed.row_of(salary)
    return row


def _section(part: Element) -> str:
    heading, html = feed.child_text(part, "name"), feed.child_text(part, "value")
    if heading == "CONTACT_PERSON":  # made by the platform, names who is in charge
        return ""
    return (f"<h3>{escape(heading, quote=False)}</h3>" if heading else "") + html


def _text(node: Element) -> str:
    return " ".join(" ".join(node.itertext()).split())
