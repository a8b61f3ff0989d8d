"""Jobicy public API: the newest remote jobs, in pages by cursor. Each board is a feed of one employer's jobs.

The service gives at most 200 jobs a page; here it is 5, so that small markets have several pages.
"""

from __future__ import annotations

import html
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told, digest, dumped, kept, state_of
from simulator.boards import first_part, opened_at, rows_of
from simulator.model import Posting, Traits, Version
from simulator.prose import compose, content, plain

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
TRAITS = Traits(boards=0.05)
MOST_ROWS = 5
HEAD = {
    "apiVersion": "2.2.18",
    "documentationUrl": "https://jobi.cy/apidocs",
    "friendlyNotice": "Please credit Jobicy.",
}
TAIL = {"statusCode": 200, "success": True}
EMPTY_LIST = dumped({**HEAD, "jobCount": 0, "lastUpdate": "", "nextCursor": None, "hasMore": False, "jobs": [], **TAIL})
NOT_FOUND = Answer(404, b'{"statusCode":404,"success":false,"error":"No jobs found for the applied filters."}')
BAD_CURSOR = Answer(400, b'{"success":false,"error":"Invalid cursor. Start a new request without cursor."}')
PERIODS = {"year": "yearly", "month": "monthly", "hour": "hourly"}
JOB_TYPES = {"full_time": "Full-Time", "contract": "Contract", "internship": "Internship"}


def new_token(company: str, rng: Random) -> str:
    """A search word."""
    return f"{company.lower().replace(' ', '-')}-{rng.randrange(100)}"


def new_id(rng: Random) -> str:
    """A number."""
    return str(rng.randrange(100_000, 999_000))


def robots() -> Answer:
    """robots.txt of the site."""
    return Answer(200, b"User-agent: *\nDisallow: /wp-admin/\n", "text/plain")


def token_of(path: str) -> str:
    """The search word, here the first part of the path."""
    return first_part(path, "api/v2/remote-jobs")


def answer(world: World, ask: Ask) -> Answer:
    """A page of the feed, newest first; 404 for an unknown one, 400 for a cursor that was not given out."""
    token, start = token_of(ask.path), _start(ask.query.get("cursor", ""))
    listed = rows_of(world, "jobicy", token, ask.at)
    if listed is None:
        return NOT_FOUND
    if start is None:
        return BAD_CURSOR
    postings = listed[::-1]
    count = max(1, min(MOST_ROWS, int(ask.query.get("count", "200"))))
    page = postings[start : start + count]
    more = len(postings) > start + count
    state = (more, *(state_of(posting, ask.at) for posting in page))
    end = start + count if more else None
    found: Answer = kept(world, ("jobicy", token, start, count), state, lambda: _list(page, ask.at, count, end))
    return found


def _start(cursor: str) -> int | None:
    """How many jobs came before the page; None for a cursor that is none."""
    if not cursor:
        return 0
    try:
        return int(urlsafe_b64decode(cursor).removeprefix(b"after:"))
    except ValueError:
        return None


def _list(page: list[Posting], at: datetime, count: int, end: int | None) -> Answer:
    jobs = [job(posting, at) for posting in page]
    cursor = urlsafe_b64encode(f"after:{end}".encode()).decode() if end else None
    told = {"jobCount": len(jobs), "lastUpdate": jobs[0]["pubDate"] if jobs else "", "nextCursor": cursor}
    body = dumped(
        {**HEAD, **told, "hasMore": end is not None, "appliedFilters": {"count": count}, "jobs": jobs, **TAIL}
    )
    return Answer(200, body, "application/json; charset=UTF-8", {"ETag": f'W/"{digest(body)[:32]}"'})


def job(posting: Posting, at: datetime) -> dict[str, Any]:
    """One job; names are escaped, pay keys are there when there is pay."""
    version = posting.versions[posting.version_at(at)]
    slug = f"{posting.external_id}-{posting.family}".replace("_", "-")
    prose = compose(posting, version)
    parts = (prose.intro, *prose.body, *prose.closing)
    return {
        "id": int(posting.external_id),
        "url": f"https://jobicy.com/jobs/{slug}",
        "jobSlug": slug,
        "jobTitle": html.escape(version.title, quote=False),
        "companyName": html.escape(posting.employer.company, quote=False),
        "companyLogo": False if posting.text_seed % 3 == 0 else "https://jobicy.com/data/logo.png",
        "jobIndustry": ["Data Science &amp; Analytics", html.escape(posting.department, quote=False)],
        "jobType": [JOB_TYPES[posting.employment]],
        "jobGeo": ",  ".join(_geo(posting)),
        "jobLevel": "Any",
        "jobExcerpt": " ".join(plain(parts).split()[:55]),
        "jobDescription": "".join(f"<h3>{part.heading}</h3>{content(part)}" for part in parts),
        "pubDate": opened_at(posting).isoformat(),
        **_salary(posting, version),
    }


def _geo(posting: Posting) -> list[str]:
    """Countries in which one may live, or anywhere."""
    countries = list(dict.fromkeys(place.address_country for place in posting.places if place.address_country))
    return [*countries, "LATAM"] if posting.text_seed % 2 and countries else countries or ["Anywhere"]


def _salary(posting: Posting, version: Version) -> dict[str, Any]:
    """Only what is known: the upper end is not always."""
    if posting.discloses not in ("structured", "both"):
        return {}
    pay = version.pay
    high = {"salaryMax": pay.high} if posting.text_seed % 5 else {}
    return {"salaryMin": pay.low, **high, "salaryCurrency": pay.currency, "salaryPeriod": PERIODS[pay.period]}


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep."""
    version = posting.versions[posting.version_at(at)]
    pay, printed = version.pay, _salary(posting, version)
    ranges = ((pay.low, printed.get("salaryMax"), pay.currency, pay.period, ""),) if printed else ()
    return Told(
        title=version.title,
        places=tuple(_geo(posting)),
        posted_at=opened_at(posting),
        posted_basis="published_at",
        pay=ranges,
    )
