"""Rippling job boards: `/platform/api/ats/v1/board/{slug}/jobs[/{uuid}]`, a list row for every place, pay by zone."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from simulator.answer import Answer, Ask, Told, dumped, kept, state_of
from simulator.model import Employer, Posting, Traits
from simulator.prose import Section, compose, content

if TYPE_CHECKING:
    from simulator.market import World

PACIFIC = ZoneInfo("America/Los_Angeles")
EMPLOYMENT = {"full_time": ("SALARIED_FT", "Salaried, full-time"), "contract": ("CONTRACTOR", "Contractor")}
EMPLOYMENT |= {"internship": ("INTERN", "Intern")}
TRAITS = Traits(boards=0.05, leaves_empty=0.5)
EMPTY_LIST = b"[]"
NOT_FOUND = Answer(404, b'{"detail":"Not found."}')
OF_THE_MARKET = ("AI", "Machine Learning", "Search", "Personalisation", "Perception", "Core Models")


def new_token(company: str, rng: Random) -> str:
    """A slug."""
    return company.lower().replace(" ", "-") + ("-careers" if rng.random() < 0.2 else "")


def new_id(rng: Random) -> str:
    """A random UUID."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def robots() -> Answer:
    """robots.txt of the job boards."""
    return Answer(200, b"User-agent: *\nDisallow: /internal/\n", "text/plain")


def token_of(path: str) -> str:
    """The slug in a path, "" when there is none."""
    parts = path.strip("/").split("/")
    return parts[5] if len(parts) > 6 and parts[:5] == ["platform", "api", "ats", "v1", "board"] else ""


def answer(world: World, ask: Ask) -> Answer:
    """The list or one posting: 404 for an unknown board, an empty list for some that left."""
    slug, rest = token_of(ask.path), ask.path.strip("/").split("/")[6:]
    employer = world.boards.get(("rippling", slug))
    if employer is None or rest[:1] != ["jobs"] or len(rest) > 2 or not _is_there(employer, ask.at):
        return NOT_FOUND
    postings = world.listed("rippling", slug, ask.at)
    if len(rest) == 2:
        found = next((posting for posting in postings if posting.external_id == rest[1]), None)
        return Answer(200, dumped(detail(found, ask.at))) if found else NOT_FOUND
    state = tuple(state_of(posting, ask.at) for posting in postings)
    listed: Answer = kept(world, ("rippling", slug), state, lambda: _list(postings, ask.at))
    return listed


def _is_there(employer: Employer, at: datetime) -> bool:
    gone = employer.leaves_at is not None and at >= employer.leaves_at
    return employer.has_board(at) or (gone and employer.leaves_as == "empty")


def _list(postings: list[Posting], at: datetime) -> Answer:
    """Rows of the first places, then of the second ones: those of a posting do not stand together."""
    most = max((len(posting.places) for posting in postings), default=0)
    rows = [
        row(posting, at, labels[number])
        for number in range(most)
        for posting in postings
        if len(labels := _labels(posting)) > number
    ]
    return Answer(200, dumped(rows))


def row(posting: Posting, at: datetime, label: str) -> dict[str, Any]:
    """One posting at one of its places: neither text nor date nor pay."""
    return {
        "uuid": posting.external_id,
        "name": posting.versions[posting.version_at(at)].title,
        "department": {"id": posting.department, "label": posting.department},
        "url": _url(posting),
        "workLocation": {"id": label, "label": label},
    }


def _url(posting: Posting) -> str:
    return f"https://ats.rippling.com/{posting.employer.token}/jobs/{posting.external_id}"


def _labels(posting: Posting) -> list[str]:
    labels = [place.label for place in posting.places]
    return [f"Remote ({label})" for label in labels] if posting.work_mode == "remote" else labels


def detail(posting: Posting, at: datetime) -> dict[str, Any]:
    """One posting."""
    version = posting.versions[posting.version_at(at)]
    prose = compose(posting, version)
    label, name = EMPLOYMENT[posting.employment]
    return {
        "uuid": posting.external_id,
        "name": version.title,
        "description": {"company": _html([prose.intro]), "role": _html([*prose.body, *prose.closing])},
        "workLocations": _labels(posting),
        "department": {
            "name": posting.department,
            "base_department": posting.department,
            "department_tree": [posting.department],
        },
        "employmentType": {"label": label, "id": name},
        "createdOn": _created_at(posting).astimezone(PACIFIC).isoformat(timespec="microseconds"),
        "payRangeDetails": [_range(posting, zone) for zone in _zones(posting)],
        "companyName": posting.employer.company,
        "board": {"slug": posting.employer.token, "title": f"{posting.employer.company} Careers"},
        "unlistedFromSearch": False,
        "jsonLd": None,
        "url": _url(posting),
    }


def _html(parts: list[Section]) -> str:
    return "".join(f"<h2>{part.heading}</h2>{content(part)}" for part in parts)


def _created_at(posting: Posting) -> datetime:
    """When it was made in the ATS, before it was published."""
    moment = posting.spells[0].opened_at - timedelta(days=posting.text_seed % 9)
    return moment.replace(microsecond=posting.text_seed % 1_000_000)


def _zones(posting: Posting) -> list[tuple[str, int, int]]:
    """(label, low, high) as typed with the first wording: nobody keeps the fields up to date."""
    pay = posting.versions[0].pay
    told = list(pay.zones) or [(posting.places[0].country, pay.low, pay.high)]
    return told if posting.discloses in ("structured", "both") else []


def _range(posting: Posting, zone: tuple[str, int, int]) -> dict[str, Any]:
    pay = posting.versions[0].pay
    frequency = {"currency": pay.currency, "frequency": pay.period.upper()}
    return {"location": zone[0], **frequency, "rangeStart": zone[1], "rangeEnd": zone[2]}


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep: of a job far from this market the list alone, which tells no date and no pay."""
    title, pay = posting.versions[posting.version_at(at)].title, posting.versions[0].pay
    if posting.scope == "out" and not any(word in title for word in OF_THE_MARKET):
        return Told(title=title, places=tuple(sorted(set(_labels(posting)))))
    return Told(
        title=title,
        places=tuple(dict.fromkeys(_labels(posting))),
        posted_at=_created_at(posting),
        posted_basis="created_at",
        pay=tuple((low, high, pay.currency, pay.period, label) for label, low, high in _zones(posting)),
    )
