"""Apple jobs: search pages and pages of postings with their data in a text literal; a site for each employer here."""

from __future__ import annotations

import json
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told
from simulator.boards import answered, number_of, rows_of
from simulator.model import Place, Posting, Traits, Version
from simulator.prose import Section, compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
TRAITS = Traits(boards=0.05, prospects=0.04)
PER_PAGE = 20
HTML_TYPE = "text/html; charset=utf-8"


def new_token(company: str, rng: Random) -> str:
    """A word of our own: the site has no tokens."""
    return company.lower().replace(" ", "") + str(rng.randrange(10))


def new_id(rng: Random) -> str:
    """A number of nine digits."""
    return str(rng.randrange(200_000_000, 201_000_000))


def robots() -> Answer:
    """robots.txt of the site."""
    return Answer(200, b"User-agent: *\nDisallow: /app/\n", "text/plain")


def token_of(path: str) -> str:
    """The site, here the first part of the path."""
    parts = path.strip("/").split("/")
    is_known = len(parts) > 2 and parts[1] == "en-us" and parts[2] in ("search", "details")
    return parts[0] if is_known else ""


def page(loaded: dict[str, Any]) -> bytes:
    """A page for people whose script holds what the site loaded."""
    data = json.dumps({"loaderData": {"root": {"appConfig": {}}} | loaded}, ensure_ascii=False, separators=(",", ":"))
    literal = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    script = f'<script nonce="b64">window.__staticRouterHydrationData = JSON.parse({literal});</script>'
    return f"<!DOCTYPE html><html><head><title>Careers</title></head><body>{script}</body></html>".encode()


def search(rows: list[dict[str, Any]], total: int, number: int) -> dict[str, Any]:
    """What a search page loads."""
    found = {"searchResults": rows, "totalRecords": total, "page": number, "sort": "newest", "filters": {}}
    return {"search": found | {"queryParams": {}}}


EMPTY_LIST = page(search([], 0, 1))
NOT_FOUND = Answer(404, b"<!DOCTYPE html><html><body><h1>Page not found</h1></body></html>", HTML_TYPE)


def answer(world: World, ask: Ask) -> Answer:
    """A page of the search, newest first, or of one posting."""
    token, rest = token_of(ask.path), ask.path.strip("/").split("/")[2:]
    listed = rows_of(world, "apple", token, ask.at)
    if listed is None:
        return NOT_FOUND
    rows = sorted(listed, key=_posted_at, reverse=True)
    if rest[0] == "details":
        return _detail(rows, ask.at, rest[1:])
    asked = ask.query.get("page", "1")
    number = number_of(asked, 1)
    return answered(world, ("apple", token, number), rows, ask.at, lambda: _list(rows, ask.at, number))


def _list(rows: list[Posting], at: datetime, number: int) -> Answer:
    shown = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    return Answer(200, page(search([row(posting, at) for posting in shown], len(rows), number)), HTML_TYPE)


def _detail(rows: list[Posting], at: datetime, rest: list[str]) -> Answer:
    for posting in rows:
        if rest[:1] == [posting.external_id]:
            return Answer(200, page({"jobDetails": {"jobsData": opening(posting, at)}}), HTML_TYPE)
    return NOT_FOUND


def row(posting: Posting, at: datetime) -> dict[str, Any]:
    """What the list tells of a posting: no text but a summary."""
    version, posted_at = posting.versions[posting.version_at(at)], _posted_at(posting)
    code = posting.department[:5].upper().strip()
    return {
        "id": f"{'PIPE-' if posting.is_prospect else ''}{posting.external_id}-{len(posting.places):04d}",
        "positionId": posting.external_id,
        "postingTitle": version.title,
        "transformedPostingTitle": "".join(c if c.isalnum() else "-" for c in version.title.lower()),
        "type": "PIPE" if posting.is_prospect else "REQ",
        "reqId": f"{posting.external_id}-{posting.text_seed % 10_000:04d}",
        "homeOffice": posting.work_mode == "remote",
        "managedPipelineRole": posting.is_prospect,
        "jobSummary": compose(posting, version).body[0].lines[0],
        "postingDate": f"{posted_at:%b} {posted_at.day}, {posted_at.year}",
        "postDateInGMT": f"{posted_at:%Y-%m-%dT%H:%M:%S}.{posted_at.microsecond // 1000:03d}Z",
        "locations": [_location(place, "postLocationId") for place in posting.places],
        "team": {"teamName": posting.department, "teamID": f"teamsAndSubTeams-{code}", "teamCode": code},
        "localeInfo": {"languageCode": "en_US", "defaultLocaleCode": "en-us"},
        "isMultiLocation": len(posting.places) > 1,
        "postExternal": True,
        "standardWeeklyHours": 40,
    }


def _location(place: Place, key: str) -> dict[str, Any]:
    return {
        key: f"postLocation-{_code(place)}",
        "city": place.city,
        "stateProvince": place.region,
        "countryName": place.address_country,
        "metro": "",
        "region": "",
        "name": place.city,
        "countryID": f"iso-country-{place.country}",
        "level": 5,
    }


def _code(place: Place) -> str:
    return f"{place.city[:4]}{place.region[:2]}".upper()


def opening(posting: Posting, at: datetime) -> dict[str, Any]:
    """What the page of a posting tells."""
    version = posting.versions[posting.version_at(at)]
    prose = compose(posting, version)
    wanted = [line for part in prose.body if part.kind == "requirements" for line in part.lines]
    liked = [line for part in prose.body if part.kind == "preferred" for line in part.lines]
    rest = [part for part in prose.body if part.kind not in ("requirements", "preferred", "pay")]
    return row(posting, at) | {
        "locations": [_location(place, "id") for place in posting.places],
        "description": "".join(f"<p><b>{part.heading}</b></p>{content(part)}" for part in [prose.intro, *rest]),
        "minimumQualifications": "\n".join(wanted),
        "preferredQualifications": "\n".join(liked),
        "postingFooters": [_footer(posting, version, place, prose.closing) for place in posting.places],
    }


def _footer(posting: Posting, version: Version, place: Place, closing: tuple[Section, ...]) -> dict[str, Any]:
    """What stands below the text for one place: pay where it is told, and the same last words everywhere."""
    pay = [part for part in compose(posting, version).body if part.kind == "pay"]
    parts = [("Pay & Benefits", part) for part in pay] + [("EEO Statement", part) for part in closing]
    names = [{"name": name, "label": name, "content": content(part)} for name, part in parts]
    return {"postLocationId": f"postLocation-{_code(place)}", "localizations": {"en_US": names}}


def _posted_at(posting: Posting) -> datetime:
    at = posting.spells[0].opened_at
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep; pay stands in the text alone."""
    names = ((place.city, place.region, place.address_country) for place in posting.places)
    labels = (", ".join(dict.fromkeys(filter(None, parts))) for parts in names)
    return Told(
        title=posting.versions[posting.version_at(at)].title,
        places=tuple(dict.fromkeys(labels)),
        posted_at=_posted_at(posting),
        posted_basis="published_at",
    )
