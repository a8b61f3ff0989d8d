"""Ashby posting API: `/posting-api/job-board/{board}`, one list, pay in tiers only with `includeCompensation=true`."""

from __future__ import annotations

import html
import uuid
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from simulator.answer import Answer, Ask, digest, dumped, kept, state_of
from simulator.data import pick
from simulator.model import Employer, Pay, Place, Posting, Traits, Version
from simulator.pay import symbol
from simulator.prose import compose, content, plain

if TYPE_CHECKING:
    from simulator.market import World

INTERVALS = {"year": "1 YEAR", "month": "1 MONTH", "hour": "1 HOUR"}
EMPLOYMENT = {"full_time": "FullTime", "contract": "Contract", "internship": "Intern"}
MODES = {"remote": "Remote", "hybrid": "Hybrid", "onsite": "OnSite"}
TRAITS = Traits(boards=0.4, leaves_empty=0.5, unlisted=0.04, republishes=True)
EMPTY_LIST = b'{"jobs":[],"apiVersion":"1"}'
NOT_FOUND = Answer(404, b"Not Found", "text/plain; charset=utf-8")
TIGHT = ' style="min-height:1.5em"'
HEADINGS = ("<h1><strong>{}</strong></h1>", "<h2>{}</h2>", f"<p{TIGHT}><strong>{{}}</strong></p>")
NO_PAY: dict[str, Any] = {
    "compensationTierSummary": None,
    "scrapeableCompensationSalarySummary": None,
    "compensationTiers": [],
    "summaryComponents": [],
}


def new_token(company: str, rng: Random) -> str:
    """A slug, now and then with a dot, a hyphen or a blank."""
    slug = company.lower().replace(" ", "")
    return pick(rng, (slug, slug, slug, f"{slug}.ai", company.replace(" ", "-"), company.lower()))


def new_id(rng: Random) -> str:
    """A random UUID."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def robots() -> Answer:
    """robots.txt of the API host: it really answers 401."""
    return Answer(401, b"Unauthorized", "text/plain")


def token_of(path: str) -> str:
    """The board in a path, decoded; "" when there is none."""
    parts = path.strip("/").split("/")
    return unquote(parts[2]) if len(parts) == 3 and parts[:2] == ["posting-api", "job-board"] else ""


def answer(world: World, ask: Ask) -> Answer:
    """The API's response. Boards are found whatever the case, which `jobUrl` echoes; an unknown one is a 404."""
    typed = token_of(ask.path)
    employer = _by_any_case(world, typed)
    if employer is None or not typed:
        return NOT_FOUND
    if not employer.has_board(ask.at):
        gone = employer.leaves_at is not None and ask.at >= employer.leaves_at
        return _valid(EMPTY_LIST) if gone and employer.leaves_as == "empty" else NOT_FOUND
    with_pay = ask.query.get("includeCompensation") == "true"
    return _list(world, ask, employer, typed, with_pay)


def _by_any_case(world: World, typed: str) -> Employer | None:
    found = world.boards.get(("ashby", typed))
    if found is not None:
        return found
    low = typed.lower()
    return next((one for key, one in world.boards.items() if key[0] == "ashby" and key[1].lower() == low), None)


def _valid(body: bytes) -> Answer:
    caching = {"ETag": f'W/"job-board:{digest(body)}"', "Cache-Control": "max-age=60, stale-while-revalidate=60"}
    return Answer(200, body, headers=caching)


def _list(world: World, ask: Ask, employer: Employer, typed: str, with_pay: bool) -> Answer:
    postings = world.listed("ashby", employer.token, ask.at)
    state = tuple(state_of(posting, ask.at) for posting in postings)

    def make() -> Answer:
        jobs = b",".join(_kept_job(world, posting, ask.at, typed, with_pay) for posting in postings)
        return _valid(b'{"jobs":[' + jobs + b'],"apiVersion":"1"}')

    found: Answer = kept(world, ("ashby", typed, with_pay), state, make)
    return found


def _kept_job(world: World, posting: Posting, at: datetime, typed: str, with_pay: bool) -> bytes:
    key = (posting.posting_id, typed, with_pay)
    found: bytes = kept(world, key, state_of(posting, at), lambda: dumped(job(posting, at, typed, with_pay)))
    return found


def job(posting: Posting, at: datetime, typed: str, with_pay: bool) -> dict[str, Any]:
    """One job object: 18 keys, 16 without compensation."""
    version = posting.versions[posting.version_at(at)]
    url = f"https://jobs.ashbyhq.com/{quote(typed)}/{posting.external_id}"
    told = {
        "id": posting.external_id,
        "title": version.title,
        "department": posting.department,
        "team": posting.team or posting.department,
        "employmentType": EMPLOYMENT[posting.employment],
        "location": posting.places[0].label,
        "secondaryLocations": [_secondary(place, posting.employer) for place in posting.places[1:]],
        "publishedAt": published_at(posting, at).isoformat(timespec="milliseconds"),
        "isListed": posting.is_listed,
        **_mode(posting),
        "address": _address(posting.places[0]),
        "jobUrl": url,
        "applyUrl": f"{url}/application",
        **_texts(posting, version),
    }
    return told | (_pay_keys(posting, version.pay) if with_pay else {})


def _mode(posting: Posting) -> dict[str, Any]:
    """A fifth of the employers leave both fields unset; `isRemote` is true on hybrid rows too."""
    if posting.employer.style % 5 == 0:
        return {"isRemote": None, "workplaceType": None}
    return {"isRemote": posting.work_mode != "onsite", "workplaceType": MODES[posting.work_mode]}


def published_at(posting: Posting, at: datetime) -> datetime:
    """Last publication: moves when the posting comes back or is republished."""
    moments = [spell.opened_at for spell in posting.spells]
    moments += [version.valid_from for version in posting.versions if version.change == "republish"]
    return max(moment for moment in moments if moment <= at)


def _address(place: Place) -> dict[str, Any]:
    parts = {"addressLocality": place.city, "addressRegion": place.region, "addressCountry": place.address_country}
    return {"postalAddress": parts}


def _secondary(place: Place, employer: Employer) -> dict[str, Any]:
    """The documentation shows the address un-nested, and some boards serve it so."""
    nested = _address(place)
    return {"location": place.label, "address": nested if employer.style % 7 else nested["postalAddress"]}


def _texts(posting: Posting, version: Version) -> dict[str, str]:
    prose = compose(posting, version)
    sections = [prose.intro, *prose.body, *prose.closing]
    heading = HEADINGS[posting.employer.style % len(HEADINGS)]
    parts = [heading.format(html.escape(part.heading)) + content(part, TIGHT) for part in sections]
    return {"descriptionHtml": "".join(parts), "descriptionPlain": plain(sections, upper=True)}


def _pay_keys(posting: Posting, pay: Pay) -> dict[str, Any]:
    if posting.discloses not in ("structured", "both"):
        return {"shouldDisplayCompensationOnJobPostings": False, "compensation": NO_PAY}
    return {"shouldDisplayCompensationOnJobPostings": True, "compensation": _compensation(posting, pay)}


def _compensation(posting: Posting, pay: Pay) -> dict[str, Any]:
    ranges = pay.zones or ((None, pay.low, pay.high),)
    low, high = min(row[1] for row in ranges), max(row[2] for row in ranges)
    equity = bool(posting.employer.style % 2) and pay.period == "year"
    extra = (" • Offers Equity" if equity else "") + (" • Multiple Ranges" if len(ranges) > 1 else "")
    summary = {"compensationType": "Salary", "minValue": low, "maxValue": high, "interval": INTERVALS[pay.period],
               "currencyCode": pay.currency}  # fmt: skip
    offered = {"compensationType": "EquityCashValue", "minValue": None, "maxValue": None, "interval": "1 YEAR"}
    return {
        "compensationTierSummary": _amounts(pay, low, high, "–") + extra,
        "scrapeableCompensationSalarySummary": _amounts(pay, low, high, "-"),
        "compensationTiers": [_tier(posting, pay, number, row, equity) for number, row in enumerate(ranges)],
        "summaryComponents": [summary, *([offered] if equity else [])],
    }


def _tier(posting: Posting, pay: Pay, number: int, row: tuple[str | None, int, int], equity: bool) -> dict[str, Any]:
    title, low, high = row
    summary = _amounts(pay, low, high, "–")
    salary = _component(summary, "Salary", INTERVALS[pay.period], pay, low, high)
    offered = _component("Offers Equity", "EquityCashValue", "1 YEAR", pay, None, None)
    components = [offered, salary] if equity else [salary]
    return {
        "id": _id(posting, number, 0),
        "tierSummary": summary + (" • Offers Equity" if equity else ""),
        "title": title,
        "additionalInformation": None,
        "components": [{"id": _id(posting, number, place)} | one for place, one in enumerate(components, start=1)],
    }


def _component(summary: str, kind: str, interval: str, pay: Pay, low: int | None, high: int | None) -> dict[str, Any]:
    return {
        "summary": summary,
        "compensationType": kind,
        "interval": interval,
        "currencyCode": pay.currency,
        "minValue": low,
        "maxValue": high,
    }


def _id(posting: Posting, *parts: int) -> str:
    return str(uuid.uuid5(uuid.UUID(posting.external_id), str(parts)))


def _amounts(pay: Pay, low: int, high: int, dash: str) -> str:
    sign, per = symbol(pay.currency), {"year": "", "month": " per month", "hour": " per hour"}[pay.period]
    first, last = (f"{sign}{n // 1000}K" if pay.period == "year" else f"{sign}{n:,}" for n in (low, high))
    return f"{first} {dash} {last}{per}"
