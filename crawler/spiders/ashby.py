"""Ashby posting API: the whole board in one answer, pay typed per tier (zone or level) by the employer.

Traps: an unknown board may answer with an empty list; unlisted rows are served too; `isRemote` is true on hybrid rows;
`publishedAt` moves when a posting is published again; summaries of pay hide the zones, so the tiers are read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.spiders import fields, pay
from crawler.spiders.usual import Usual
from store.posting import Pay, Place, Posting

PERIODS = {f"1 {period.upper()}": period for period in pay.PERIODS}
COMPONENTS = {"EquityCashValue": "equity", "EquityPercentage": "equity", "Bonus": "bonus", "Commission": "commission"}


class Ashby(Usual):
    def is_hidden(self, row: fields.Row) -> bool:
        return row.get("isListed") is False

    def posting(self, row: fields.Row) -> Posting:
        html, plain = fields.texts_at(row, "descriptionHtml descriptionPlain")
        compensation = fields.mapping(row.get("compensation"))
        words = {name: told for name, told in compensation.items() if told and isinstance(told, str)}
        return self.read(
            row,
            body_html=html or fields.html_of(plain),
            places=(_place(row), *map(_place, fields.items(row.get("secondaryLocations")))),
            work_mode=fields.text(row.get("workplaceType")) or ("Remote" if row.get("isRemote") is True else ""),
            pay=_pays(compensation),
            posted=(fields.iso_time(row.get("publishedAt")), "published_at"),
            more={"compensation": words},
        )


PLATFORM = Ashby()


def _place(value: Any) -> Place:
    told = fields.mapping(value)
    address = fields.mapping(told.get("address"))
    address = fields.mapping(address.get("postalAddress")) or address  # nested as served, flat as documented
    city, region, country = fields.texts_at(address, "addressLocality addressRegion addressCountry")
    return Place(label=fields.text(told.get("location") if told else value), city=city, region=region, country=country)


def _pays(compensation: fields.Row) -> tuple[Pay, ...]:
    """Every component of every tier; the summary, which is the span over the tiers, only where there are none."""
    tiers = fields.objects(compensation.get("compensationTiers"))
    if not any(fields.items(tier.get("components")) for tier in tiers):
        tiers = [{"components": compensation.get("summaryComponents")}]
    return tuple(_pay(part, tier) for tier in tiers for part in fields.objects(tier.get("components")))


def _pay(part: fields.Row, tier: fields.Row) -> Pay:
    kind, interval, words = fields.texts_at(part, "compensationType interval summary")
    label, more = fields.texts_at(tier, "title additionalInformation")
    low, high, currency = part.get("minValue"), part.get("maxValue"), part.get("currencyCode")
    typed = pay.typed_pay(low, high, currency, PERIODS.get(interval, ""), [kind, interval, words, more])
    component = pay.component_of(words) if kind == "Salary" else COMPONENTS.get(kind, "unspecified")
    return replace(typed, component=component, label=label)
