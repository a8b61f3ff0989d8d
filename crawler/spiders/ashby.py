"""Ashby posting API: the whole board in one answer, pay typed per tier (zone or level) by the employer.

Traps: an unknown board may answer with an empty list; unlisted rows are served too; `isRemote` is true on hybrid rows;
`publishedAt` moves when a posting is published again; summaries of pay hide the zones, so the tiers are read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.spiders import listing, pay
from store.posting import Pay, Place, Posting

USED = frozenset({"id", "title", "department", "team", "employmentType", "location", "secondaryLocations", "address"})
USED |= {"isListed", "isRemote", "workplaceType", "publishedAt", "jobUrl", "applyUrl", "descriptionHtml"}
USED |= {"descriptionPlain", "compensation"}
FOREIGN = frozenset({"meta", "jobCount", "job-count"})  # of other platforms' lists of `jobs`
PERIODS = {f"1 {period.upper()}": period for period in pay.PERIODS}
COMPONENTS = {"EquityCashValue": "equity", "EquityPercentage": "equity", "Bonus": "bonus", "Commission": "commission"}


class Ashby:
    """See `listing.Platform`."""

    name = "ashby"
    host = "https://api.ashbyhq.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        path = "/posting-api/job-board/{token}?includeCompensation=true"
        return listing.board_url(endpoint or self.host, path, token)

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.mapping(listing.load_json(body, content_type))
        rows = answer.get("jobs")
        if not isinstance(rows, list) or not FOREIGN.isdisjoint(answer):
            raise listing.NotAListing("no Ashby list: an object with `jobs` is due")
        shown = [row for row in rows if listing.mapping(row).get("isListed") is not False]
        return listing.page_of(shown, _posting, hidden=len(rows) - len(shown))

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = Ashby()


def _posting(row: dict[str, Any]) -> Posting:
    published_at, compensation = listing.iso_time(row.get("publishedAt")), listing.mapping(row.get("compensation"))
    plain = listing.html_of(listing.text(row.get("descriptionPlain")))
    summary = {name: value for name, value in compensation.items() if isinstance(value, str) and value}
    return Posting(
        external_id=listing.native_id(row.get("id")),
        title=listing.text(row.get("title")),
        url=listing.text(row.get("jobUrl")),
        body_html=listing.text(row.get("descriptionHtml")) or plain,
        places=(_place(row), *map(_place, listing.items(row.get("secondaryLocations")))),
        work_mode=listing.text(row.get("workplaceType")) or ("Remote" if row.get("isRemote") is True else ""),
        employment=listing.text(row.get("employmentType")),
        department=listing.text(row.get("department")),
        team=listing.text(row.get("team")),
        pay=_pays(compensation),
        posted_at=published_at,
        posted_basis="published_at" if published_at else "",
        served=listing.left_over(row, USED) | ({"compensation": summary} if summary else {}),
    )


def _place(value: Any) -> Place:
    told = listing.mapping(value)
    address = listing.mapping(told.get("address"))
    address = listing.mapping(address.get("postalAddress")) or address  # nested as served, flat as documented
    city, region, country = (listing.text(address.get(f"address{part}")) for part in ("Locality", "Region", "Country"))
    return Place(label=listing.text(told.get("location") if told else value), city=city, region=region, country=country)


def _pays(compensation: dict[str, Any]) -> tuple[Pay, ...]:
    """Every component of every tier; the summary, which is the span over the tiers, only where there are none."""
    tiers = [listing.mapping(tier) for tier in listing.items(compensation.get("compensationTiers"))]
    if not any(listing.items(tier.get("components")) for tier in tiers):
        tiers = [{"components": compensation.get("summaryComponents")}]
    return tuple(
        _pay(part, tier) for tier in tiers for part in listing.items(tier.get("components")) if isinstance(part, dict)
    )


def _pay(part: dict[str, Any], tier: dict[str, Any]) -> Pay:
    kind, interval, words = (listing.text(part.get(name)) for name in ("compensationType", "interval", "summary"))
    raw = [kind, interval, words, listing.text(tier.get("additionalInformation"))]
    low, high, currency = part.get("minValue"), part.get("maxValue"), part.get("currencyCode")
    typed = pay.typed_pay(low, high, currency, PERIODS.get(interval, ""), raw)
    component = pay.component_of(words) if kind == "Salary" else COMPONENTS.get(kind, "unspecified")
    return replace(typed, component=component, label=listing.text(tier.get("title")))
