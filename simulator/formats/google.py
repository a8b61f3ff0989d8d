"""Google careers: list pages whose script holds rows by position; a site for each employer here."""

from __future__ import annotations

import json
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told
from simulator.boards import answered, number_of, rows_of
from simulator.model import Place, Posting, Traits
from simulator.prose import Section, compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
TRAITS = Traits(boards=0.05)
PER_PAGE = 4  # twenty are served in truth: small boards shall have pages, too
HTML_TYPE = "text/html; charset=utf-8"
SITE = ["about", "careers", "applications", "jobs", "results"]


def new_token(company: str, rng: Random) -> str:
    """A word of our own: the site has no tokens."""
    return company.lower().replace(" ", "") + str(rng.randrange(10))


def new_id(rng: Random) -> str:
    """A number of eighteen digits."""
    return str(rng.randrange(75_000_000_000_000_000, 150_000_000_000_000_000))


def robots() -> Answer:
    """robots.txt of the site."""
    return Answer(200, b"User-agent: *\nDisallow: /search\n", "text/plain")


def token_of(path: str) -> str:
    """The site, here the first part of the path."""
    parts = path.strip("/").split("/")
    return parts[0] if parts[1:] == SITE else ""


def page(data: list[Any]) -> bytes:
    """A page for people, with the rows in one of its scripts."""
    told = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c").replace(">", "\\u003e")
    scripts = [
        "AF_initDataCallback({key: 'ds:0', hash: '1', data:[[[\"one\",\"All\"]]], sideChannel: {}});",
        f"AF_initDataCallback({{key: 'ds:1', hash: '2', data:{told}, sideChannel: {{}}}});",
    ]
    tags = "".join(f'<script class="{script[26:30]}" nonce="b64">{script}</script>' for script in scripts)
    return f"<!doctype html><html lang='en'><head><title>Careers</title></head><body>{tags}</body></html>".encode()


EMPTY_LIST = page([None, None, 0, PER_PAGE])
NOT_FOUND = Answer(404, b"<!DOCTYPE html><html><title>Error 404 (Not Found)!!1</title></html>", HTML_TYPE)


def answer(world: World, ask: Ask) -> Answer:
    """One page of the list; behind the last one its rows come again."""
    token = token_of(ask.path)
    listed = rows_of(world, "google", token, ask.at)
    if listed is None:
        return NOT_FOUND
    rows = listed
    asked = ask.query.get("page", "1")
    number = number_of(asked, 1)
    number = max(1, min(number, -(-len(rows) // PER_PAGE)))
    return answered(world, ("google", token, number), rows, ask.at, lambda: _list(rows, ask.at, number))


def _list(rows: list[Posting], at: datetime, number: int) -> Answer:
    shown = [row(posting, at) for posting in rows[(number - 1) * PER_PAGE : number * PER_PAGE]]
    return Answer(200, page([shown or None, None, len(rows), PER_PAGE]), HTML_TYPE)


def row(posting: Posting, at: datetime) -> list[Any]:
    """One posting."""
    version = posting.versions[posting.version_at(at)]
    prose = compose(posting, version)
    kinds = {
        kind: [part for part in prose.body if part.kind == kind] for kind in ("duties", "requirements", "preferred")
    }
    others = [part for part in prose.body if part.kind not in kinds]
    created_at = [_seconds(posting), 417_000_000]
    return [
        posting.external_id,
        version.title,
        f"https://www.google.com/about/careers/applications/signin?jobId={posting.text_seed}",
        [None, _html(kinds["duties"], headed=False)],
        [None, _html([*kinds["requirements"], *kinds["preferred"]])],
        f"projects/simulated/companies/{posting.employer.index}",
        None,
        posting.employer.company,
        "en-US",
        [_location(place) for place in posting.places],
        [None, _html([prose.intro, *others])],
        [len(posting.department)],
        created_at,
        [int(version.valid_from.timestamp()), 5],
        created_at,
        [None, _html(list(prose.closing))],
        None,
        None,
        "",
        [None, _html(kinds["requirements"], headed=False)],
        3 if "Senior" in version.title else 2,
    ]


def _html(parts: list[Section], headed: bool = True) -> str:
    return "".join((f"<h3>{part.heading}:</h3>" if headed else "") + content(part) for part in parts)


def _location(place: Place) -> list[Any]:
    return [_label(place), [], place.city, None, place.region, place.country]


def _label(place: Place) -> str:
    return ", ".join(dict.fromkeys((place.city, place.region, place.address_country)))


def _seconds(posting: Posting) -> int:
    return int(posting.spells[0].opened_at.timestamp())


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep; pay stands in the text alone."""
    return Told(
        title=posting.versions[posting.version_at(at)].title,
        places=tuple(dict.fromkeys(_label(place) for place in posting.places)),
        posted_at=posting.spells[0].opened_at.replace(microsecond=0),
        posted_basis="created_at",
    )
