"""Teamtailor RSS feed: `/jobs.rss` on a career site's own host, newest first, by `per_page` and `offset`, no total."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from random import Random
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from simulator.answer import Answer, Ask, Told
from simulator.boards import answered, first_part, number_of
from simulator.data import pick
from simulator.model import Employer, Place, Posting, Traits
from simulator.prose import compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
PER_PAGE = 100  # unless asked for otherwise
XML_TYPE = "application/rss+xml; charset=utf-8"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:tt="https://teamtailor.com/locations"><channel>'
)
TAIL = "</channel></rss>\n"
TRAITS = Traits(boards=0.05)
EMPTY_LIST = f"{HEAD}<title>Careers</title>{TAIL}".encode()
NOT_FOUND = Answer(404, b"<!DOCTYPE html><html><body><h1>Page not found</h1></body></html>", "text/html; charset=utf-8")
MODES = {"remote": "fully", "hybrid": "hybrid", "onsite": "none"}
LOCAL = timezone(timedelta(hours=1))


def new_token(company: str, rng: Random) -> str:
    """A host: the platform's or the employer's own."""
    slug = company.lower().replace(" ", "") + str(rng.randrange(10))
    return pick(rng, (f"{slug}.teamtailor.com", f"{slug}.na.teamtailor.com", f"career.{slug}.example"))


def new_id(rng: Random) -> str:
    """A random UUID."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def robots() -> Answer:
    """robots.txt of a career site."""
    rules = b"User-agent: *\nContent-Signal: ai-train=no\nDisallow: /app/\nDisallow: /jobs/internal/\n"
    return Answer(200, rules, "text/plain")


def token_of(path: str) -> str:
    """The host, here the first part of the path."""
    return first_part(path, "jobs.rss")


def answer(world: World, ask: Ask) -> Answer:
    """One page of the feed; 404 for an unknown host."""
    token = token_of(ask.path)
    employer = world.boards.get(("teamtailor", token))
    if employer is None or not employer.has_board(ask.at):
        return NOT_FOUND
    offset, count = number_of(ask.query.get("offset", ""), 0), number_of(ask.query.get("per_page", ""), PER_PAGE)
    page = world.listed("teamtailor", token, ask.at)[::-1][offset : offset + count]
    key = ("teamtailor", token, offset, count)
    return answered(world, key, page, ask.at, lambda: _feed(employer, page, ask.at))


def _feed(employer: Employer, page: list[Posting], at: datetime) -> Answer:
    channel = f"{_element('title', employer.company)}{_element('link', f'https://{employer.token}/jobs')}"
    items = "".join(item(posting, at) for posting in page)
    return Answer(200, f"{HEAD}{channel}\n{items}{TAIL}".encode(), XML_TYPE)


def item(posting: Posting, at: datetime) -> str:
    """One item."""
    version = posting.versions[posting.version_at(at)]
    prose = compose(posting, version)
    html = "".join(f"<h3>{part.heading}</h3>{content(part)}" for part in (prose.intro, *prose.body, *prose.closing))
    number = 7_000_000 + posting.text_seed % 1_000_000
    parts = {"title": version.title, "description": html, "pubDate": format_datetime(_published_at(posting))}
    parts |= {"link": f"https://{posting.employer.token}/jobs/{number}", "remoteStatus": MODES[posting.work_mode]}
    more = {"tt:department": posting.department, "tt:role": posting.team, "tt:division": ""}
    guid = f'<guid isPermaLink="false">{posting.external_id}</guid>'
    locations = f"<tt:locations>{''.join(map(_location, _shown(posting)))}</tt:locations>"
    return f"<item>{_elements(parts)}{guid}{locations}{_elements(more)}</item>\n"


def _elements(parts: dict[str, str]) -> str:
    return "".join(_element(name, text) for name, text in parts.items())


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _shown(posting: Posting) -> tuple[Place, ...]:
    """Some remote postings name no place."""
    return () if posting.work_mode == "remote" and posting.text_seed % 4 == 0 else posting.places


def _location(place: Place) -> str:
    parts = {"tt:name": place.label, "tt:address": "Market Street 1", "tt:zip": "10 001", "tt:city": place.city}
    return f"<tt:location>{_elements(parts | {'tt:country': place.address_country})}</tt:location>"


def _published_at(posting: Posting) -> datetime:
    return posting.spells[0].opened_at.replace(microsecond=0).astimezone(LOCAL)


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep; the platform tells no pay."""
    return Told(
        title=posting.versions[posting.version_at(at)].title,
        places=tuple(dict.fromkeys(place.label for place in _shown(posting))),
        posted_at=_published_at(posting),
        posted_basis="published_at",
    )
