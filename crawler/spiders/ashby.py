"""Ashby posting API: the whole board in one answer, pay typed per tier (zone or level) by the employer.

Traps: an unknown board may answer with an empty list; unlisted rows are served too; `isRemote` is true on hybrid rows;
`publishedAt` moves when a posting is published again; summaries of pay hide the zones, so the tiers are read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.spiders import fields, listing, pay
from store.posting import Pay, Place, Posting

KEYS = fields.keys("title url=jobUrl employment=employmentType department team")
USED = fields.names("location secondaryLocations address isListed isRemote workplaceType publishedAt applyUrl")
USED |= fields.names("descriptionHtml descriptionPlain compensation")
FOREIGN = fields.names("meta jobCount job-count hits")  # of other platforms' lists of `jobs`
PERIODS = {f"1 {period.upper()}": period for period in pay.PERIODS}
COMPONENTS = {"EquityCashValue": "equity", "EquityPercentage": "equity", "Bonus": "bonus", "Commission": "commission"}


class Ashby(listing.Usual):
    """See `listing.Platform`."""

    name = "ashby"
    host = "https://api.ashbyhq.com"
    path = "/posting-api/job-board/{token}?includeCompensation=true"

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        due = "no Ashby list: an object with `jobs` is due"
        rows = listing.load_listing(body, content_type, due, "jobs", foreign=FOREIGN)["jobs"]
        shown = [row for row in rows if fields.mapping(row).get("isListed") is not False]
        return listing.page_of(shown, _posting, hidden=len(rows) - len(shown))


PLATFORM = Ashby()


def _posting(row: dict[str, Any]) -> Posting:
    compensation = fields.mapping(row.get("compensation"))
    return fields.posting(
        row,
        KEYS,
        USED,
        body_html=fields.text(row.get("descriptionHtml")) or fields.html_of(fields.text(row.get("descriptionPlain"))),
        places=(_place(row), *map(_place, fields.items(row.get("secondaryLocations")))),
        work_mode=fields.text(row.get("workplaceType")) or ("Remote" if row.get("isRemote") is True else ""),
        pay=_pays(compensation),
        posted=(fields.iso_time(row.get("publishedAt")), "published_at"),
        more={"compensation": {name: said for name, said in compensation.items() if said and isinstance(said, str)}},
    )


def _place(value: Any) -> Place:
    told = fields.mapping(value)
    address = fields.mapping(told.get("address"))
    address = fields.mapping(address.get("postalAddress")) or address  # nested as served, flat as documented
    city, region, country = fields.texts_at(address, "addressLocality addressRegion addressCountry")
    return Place(label=fields.text(told.get("location") if told else value), city=city, region=region, country=country)


def _pays(compensation: dict[str, Any]) -> tuple[Pay, ...]:
    """Every component of every tier; the summary, which is the span over the tiers, only where there are none."""
    tiers = fields.objects(compensation.get("compensationTiers"))
    if not any(fields.items(tier.get("components")) for tier in tiers):
        tiers = [{"components": compensation.get("summaryComponents")}]
    return tuple(_pay(part, tier) for tier in tiers for part in fields.objects(tier.get("components")))


def _pay(part: dict[str, Any], tier: dict[str, Any]) -> Pay:
    kind, interval, words = fields.texts_at(part, "compensationType interval summary")
    label, more = fields.texts_at(tier, "title additionalInformation")
    low, high, currency = part.get("minValue"), part.get("maxValue"), part.get("currencyCode")
    typed = pay.typed_pay(low, high, currency, PERIODS.get(interval, ""), [kind, interval, words, more])
    component = pay.component_of(words) if kind == "Salary" else COMPONENTS.get(kind, "unspecified")
    return replace(typed, component=component, label=label)
