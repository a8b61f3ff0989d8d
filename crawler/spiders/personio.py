"""Personio XML feed: one answer holds the whole board, on a host of the employer's own.

Traps: an unknown employer answers a page for people or a redirect to the vendor's site; where a language is asked for,
postings that were not written in it lack their text, so none is; an id may stand twice; `name` and `office` occur
nested too; no address is told.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from crawler.spiders import feed, fields, listing, pay
from crawler.spiders.usual import Told, Usual
from store.posting import Pay, Posting


class Personio(Usual):
    def load(self, body: bytes, _type: str) -> Any:
        return list(map(_row, feed.children(feed.load_xml(body, "workzag-jobs"), "position")))

    def merged(self, rows: list[fields.Row]) -> fields.Row:
        return rows[0] | {"additionalOffices": [office for row in rows for office in row["additionalOffices"]]}

    def listed(self, row: fields.Row, told: Told) -> Posting:
        paid = _pay(fields.mapping(row.get("salaryInformation")))
        site = listing.board_url(self.host, "", told.board.token)
        return self.read(
            row | ({"salaryInformation": None} if paid else {}),
            url=f"{site}/job/{quote(row.get('id', ''), safe='')}?language=en",
            places=fields.places_of(row["additionalOffices"]),
            employment=fields.joined(fields.texts_at(row, "employmentType schedule")),
            pay=paid,
            posted=(fields.iso_time(row.get("createdAt")), "created_at"),
        )


PLATFORM = Personio()


def _pay(told: fields.Row) -> tuple[Pay, ...]:
    ends = {name: fields.typed_number(told.get(name)) for name in ("min", "max")}
    words = [value for name, value in told.items() if name != "currencyCode" and ends.get(name) is None]
    currency = fields.first_text(told, "currencyCode currencySymbol")
    return pay.pay_of(ends["min"], ends["max"], currency, pay.period_of(told.get("type", "")), words)


def _row(node: Element) -> fields.Row:
    """The position as texts by name, but its text as HTML, all its offices as a list, its pay as texts by name."""
    row: fields.Row = {**feed.flat_row_of(node)}
    row["jobDescriptions"] = fields.joined(map(_section, node.iterfind("jobDescriptions/jobDescription")), "\n")
    more = [fields.one_line(office.itertext()) for office in node.iterfind("additionalOffices/office")]
    row["additionalOffices"] = [row.get("office", ""), *(more or [row.get("additionalOffices", "")])]
    salary = node.find("salaryInformation")
    return row | ({"salaryInformation": feed.row_of(salary)} if salary is not None and len(salary) else {})


def _section(part: Element) -> str:
    heading, html = feed.child_text(part, "name"), feed.child_text(part, "value")
    if heading == "CONTACT_PERSON":  # made by the platform, names who is in charge
        return ""
    return (f"<h3>{fields.html_of(heading)}</h3>" if heading else "") + html
