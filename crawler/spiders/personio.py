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

from crawler.spiders import feed, fields, listing, pay
from store.posting import Pay, Posting

KEYS = fields.keys("title=name company=subcompany body_html=jobDescriptions department team=recruitingCategory")
USED = fields.names("office additionalOffices employmentType schedule createdAt")


class Personio(listing.Usual):
    """See `listing.Platform`."""

    name = "personio"
    host = "https://{token}.jobs.personio.de"
    path = "/xml?language=en"
    no_board = (301, 302, 307, 404)

    def parse(self, body: bytes, _content_type: str, _url: str, board: listing.Board, /) -> listing.Page:
        rows = map(_row, feed.children(feed.load_xml(body, "workzag-jobs"), "position"))
        merged = [_merged(same) for same in listing.grouped(rows, lambda row: row.get("id"))]
        return listing.page_of(merged, partial(_posting, site=listing.board_url(self.host, "", board.token)))


PLATFORM = Personio()


def _posting(row: dict[str, Any], site: str) -> Posting:
    told = _pay(fields.mapping(row.get("salaryInformation")))
    return fields.posting(
        row,
        KEYS,
        USED | {"salaryInformation"} if told else USED,
        url=f"{site}/job/{quote(row.get('id', ''), safe='')}?language=en",
        places=fields.places_of(row["additionalOffices"]),
        employment=fields.joined(fields.texts_at(row, "employmentType schedule")),
        pay=told,
        posted=(fields.iso_time(row.get("createdAt")), "created_at"),
    )


def _pay(told: dict[str, str]) -> tuple[Pay, ...]:
    ends = {name: fields.typed_number(told.get(name)) for name in ("min", "max")}
    words = [value for name, value in told.items() if name != "currencyCode" and ends.get(name) is None]
    currency = fields.first_text(told, "currencyCode currencySymbol")
    return pay.pay_of(ends["min"], ends["max"], currency, pay.period_of(told.get("type", "")), words)


def _merged(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The first row of an id, with the offices of all."""
    return rows[0] | {"additionalOffices": [office for row in rows for office in row["additionalOffices"]]}


def _row(node: Element) -> dict[str, Any]:
    """The position as texts by name, but its text as HTML, all its offices as a list, its pay as texts by name."""
    nested = {feed.name_of(child): fields.one_line(child.itertext()) for child in node if len(child)}
    row: dict[str, Any] = nested | feed.row_of(node)
    row["jobDescriptions"] = fields.joined(map(_section, node.iterfind("jobDescriptions/jobDescription")), "\n")
    more = [fields.one_line(office.itertext()) for office in node.iterfind("additionalOffices/office")]
    row["additionalOffices"] = [row.get("office", ""), *(more or [row.get("additionalOffices", "")])]
    salary = node.find("salaryInformation")
    return row | ({"salaryInformation": feed.row_of(salary)} if salary is not None and len(salary) else {})


def _section(part: Element) -> str:
    heading, html = feed.child_text(part, "name"), feed.child_text(part, "value")
    if heading == "CONTACT_PERSON":  # made by the platform, names who is in charge
        return ""
    return (f"<h3>{escape(heading, quote=False)}</h3>" if heading else "") + html
