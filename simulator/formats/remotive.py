"""Remotive public API: the newest remote jobs in one answer. Each board is a feed of one employer's jobs."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told, digest, dumped
from simulator.boards import answered, first_part, opened_at, rows_of
from simulator.model import Pay, Posting, Traits, Version
from simulator.prose import compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
TRAITS = Traits(boards=0.05)
NOTICE = {
    "00-warning": "The main domain moved, please call it.",
    "0-legal-notice": "Please link back and name the source.",
}
EMPTY_LIST = dumped({**NOTICE, "job-count": 0, "total-job-count": 30, "jobs": []})
NOT_FOUND = Answer(404, b'{"error":"Not Found"}')
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
UNITS = {"year": "", "month": "", "hour": " /hour"}
JOB_TYPES = {"full_time": "full_time", "contract": "contract", "internship": "internship"}


def new_token(company: str, rng: Random) -> str:
    """A category."""
    return f"{company.lower().replace(' ', '-')}-{rng.randrange(100)}"


def new_id(rng: Random) -> str:
    """A number."""
    return str(rng.randrange(1_900_000, 2_900_000))


def robots() -> Answer:
    """robots.txt of the site."""
    return Answer(200, b"User-agent: *\nDisallow: /admin\n", "text/plain")


def token_of(path: str) -> str:
    """The category, here the first part of the path."""
    return first_part(path, "api/remote-jobs")


def answer(world: World, ask: Ask) -> Answer:
    """The feed, newest first; 404 for an unknown one."""
    token = token_of(ask.path)
    listed = rows_of(world, "remotive", token, ask.at)
    if listed is None:
        return NOT_FOUND
    postings = listed[::-1]
    return answered(world, ("remotive", token), postings, ask.at, lambda: _list(postings, ask.at))


def _list(postings: list[Posting], at: datetime) -> Answer:
    jobs = [job(posting, at) for posting in postings]
    body = dumped({**NOTICE, "job-count": len(jobs), "total-job-count": 30 + len(jobs), "jobs": jobs})
    return Answer(200, body, "application/json", {"ETag": f'"{digest(body)[:32]}"'})


def job(posting: Posting, at: datetime) -> dict[str, Any]:
    """One job; `company_logo_url` and `tags` are not always there."""
    version = posting.versions[posting.version_at(at)]
    company = posting.employer.company
    prose = compose(posting, version)
    logo = f"https://remotive.com/job/{posting.external_id}/logo"
    return {
        "id": int(posting.external_id),
        "url": f"https://remotive.com/remote-jobs/{posting.family}/{posting.external_id}",
        "title": version.title,
        "company_name": company,
        "company_logo": logo,
        "category": posting.department,
        "job_type": JOB_TYPES[posting.employment] if posting.text_seed % 7 else "",
        "publication_date": f"{opened_at(posting):%Y-%m-%dT%H:%M:%S}",
        "candidate_required_location": posting.places[0].label,
        "salary": _salary(posting, version),
        "description": "".join(
            f"<h3>{part.heading}</h3>\n{content(part)}" for part in (prose.intro, *prose.body, *prose.closing)
        ),
        **({"company_logo_url": logo, "tags": list(posting.tools)} if posting.text_seed % 2 else {}),
    }


def _salary(posting: Posting, version: Version) -> str:
    return _printed(version.pay) if posting.discloses in ("structured", "both") else ""


def _printed(pay: Pay) -> str:
    """As people type it: short thousands, and only wages by the hour name their unit."""
    sign = SIGNS.get(pay.currency, f"{pay.currency} ")
    low, high = (f"{n // 1000}k" if n >= 1000 and n % 1000 == 0 else f"{n:,}" for n in (pay.low, pay.high))
    return f"{sign}{low} - {sign}{high}{UNITS[pay.period]}"


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep: of pay the words alone."""
    version = posting.versions[posting.version_at(at)]
    return Told(
        title=version.title,
        places=(posting.places[0].label,),
        posted_at=opened_at(posting),
        posted_basis="published_at",
        pay=((None, None, "", "", ""),) if _salary(posting, version) else (),
    )
