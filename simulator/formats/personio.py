"""Personio XML feed: `/xml` on a host of each employer, the whole board at once, texts in the language asked for."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from simulator.answer import Answer, Ask, Told, digest
from simulator.boards import answered, first_part, opened_at
from simulator.model import Posting, Traits, Version
from simulator.prose import Section, compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
XML_TYPE = "text/xml; charset=UTF-8"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
TRAITS = Traits(boards=0.05)
EMPTY_LIST = f"{HEAD}<workzag-jobs/>".encode()
NOT_FOUND = Answer(404, b"<!DOCTYPE html><html><body><h1>Page not found</h1></body></html>", "text/html; charset=UTF-8")
MARKETING = Answer(307, b"", "text/html; charset=UTF-8", {"Location": "https://www.personio.com/"})
EMPLOYMENT = {"full_time": "permanent", "contract": "freelance", "internship": "intern"}
PAY_TYPES = {"year": "yearly", "month": "monthly", "hour": "hourly"}


def new_token(company: str, rng: Random) -> str:
    """A sub-domain."""
    return company.lower().replace(" ", "-") + str(rng.randrange(10))


def new_id(rng: Random) -> str:
    """A number."""
    return str(rng.randrange(1_000_000, 3_000_000))


def robots() -> Answer:
    """robots.txt of an employer."""
    return Answer(200, b"User-agent: *\nAllow: /\n", "text/plain")


def token_of(path: str) -> str:
    """The sub-domain, here the first part of the path."""
    return first_part(path, "xml")


def answer(world: World, ask: Ask) -> Answer:
    """The feed; for an unknown employer a page or, of some that have left, a redirect to the vendor's site."""
    token, language = token_of(ask.path), ask.query.get("language", "")
    employer = world.boards.get(("personio", token))
    if employer is None or not employer.has_board(ask.at):
        return MARKETING if employer is not None and employer.style % 2 else NOT_FOUND
    postings = world.listed("personio", token, ask.at)
    return answered(world, ("personio", token, language), postings, ask.at, lambda: _list(postings, ask.at, language))


def _list(postings: list[Posting], at: datetime, language: str) -> Answer:
    """Of some employers the first position stands in the feed twice."""
    rows = [position(posting, at, language) for posting in postings]
    rows += rows[:1] if postings and postings[0].employer.style % 3 == 0 else []
    body = f"{HEAD}<workzag-jobs>\n{''.join(rows)}</workzag-jobs>\n".encode() if rows else EMPTY_LIST
    return Answer(200, body, XML_TYPE, {"ETag": f'"{digest(body)[:32]}"'})


def position(posting: Posting, at: datetime, language: str) -> str:
    """One position; where a language is asked for, its description is empty if it was written in another."""
    version = posting.versions[posting.version_at(at)]
    prose = compose(posting, version)
    is_told = language in ("", "de" if posting.text_seed % 3 == 0 else "en")
    sections = [prose.intro, *prose.body, *prose.closing] if is_told else []
    offices = "".join(_element("office", place.office) for place in posting.places[1:])
    parts = {"id": posting.external_id, "subcompany": f"{posting.employer.company} GmbH & Co. KG"}
    parts |= {"office": posting.places[0].office, "department": posting.department, "name": version.title}
    parts |= {"recruitingCategory": posting.team, "employmentType": EMPLOYMENT[posting.employment]}
    parts |= {"schedule": "full-time", "seniority": "experienced", "yearsOfExperience": "2-5"}
    parts |= {"keywords": ",".join(posting.tools), "createdAt": _created_at(posting)}
    texts = "".join(_element(name, text) for name, text in parts.items() if text)
    nested = f"<additionalOffices>{offices}</additionalOffices>{_descriptions(sections)}{_salary(posting, version)}"
    return f"<position>{texts}{nested}</position>\n"


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _descriptions(sections: list[Section]) -> str:
    parts = [f"{_element('name', part.heading)}<value><![CDATA[{content(part)}]]></value>" for part in sections]
    inner = "".join(f"<jobDescription>{part}</jobDescription>" for part in parts)
    return f"<jobDescriptions>{inner}</jobDescriptions>" if inner else "<jobDescriptions/>"


def _created_at(posting: Posting) -> str:
    """Some employers' offsets lack the colon."""
    stamp = f"{opened_at(posting):%Y-%m-%dT%H:%M:%S}"
    return f"{stamp}+0000" if posting.employer.style % 2 else f"{stamp}+00:00"


def _salary(posting: Posting, version: Version) -> str:
    if posting.discloses not in ("structured", "both"):
        return ""
    pay = version.pay
    told = {
        "min": f"{pay.low}.00",
        "max": f"{pay.high}.00",
        "currencyCode": pay.currency,
        "type": PAY_TYPES[pay.period],
    }
    return f"<salaryInformation>{''.join(_element(*pair) for pair in told.items())}</salaryInformation>"


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep."""
    version = posting.versions[posting.version_at(at)]
    pay = version.pay
    is_told = posting.discloses in ("structured", "both")
    return Told(
        title=version.title,
        places=tuple(dict.fromkeys(place.office for place in posting.places)),
        posted_at=opened_at(posting),
        posted_basis="created_at",
        pay=((pay.low, pay.high, pay.currency, pay.period, ""),) if is_told else (),
    )
