"""Greenhouse job board API: `/v1/boards/{token}[/jobs[/{id}]]`, content escaped once, pay in cents without a period."""

from __future__ import annotations

import html
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any
from zlib import crc32
from zoneinfo import ZoneInfo

from simulator.answer import Answer, Ask, digest, dumped, kept, state_of
from simulator.model import Employer, Pay, Posting, Traits, Version
from simulator.pay import symbol
from simulator.prose import Prose, compose, content, intro, paragraphs

if TYPE_CHECKING:
    from simulator.market import World

EASTERN = ZoneInfo("America/New_York")
MODES = {"remote": "Remote", "hybrid": "Hybrid", "onsite": "On-Site"}
PERIOD_TITLES = {"year": "Annual Salary:", "month": "Monthly Pay:", "hour": "Hourly Pay Range:"}
GDPR = {
    "type": "gdpr", "requires_consent": False, "requires_processing_consent": False,
    "requires_retention_consent": False, "retention_period": None, "demographic_data_consent_applies": False,
}  # fmt: skip
PAY_LINE = "The base pay range for this role is listed below."
TRAITS = Traits(boards=0.4, prospects=0.03, one_place=True)
EMPTY_LIST = b'{"jobs":[],"meta":{"total":0}}'
NOT_FOUND = Answer(404, b'{"status":404,"error":"Job not found"}')


def new_token(company: str, _: Random) -> str:
    """A lower-case slug."""
    return company.lower().replace(" ", "")


def new_id(rng: Random) -> str:
    """Ten digits."""
    return str(4_100_000_000 + int(rng.random() * 4_000_000_000))


def robots() -> Answer:
    """robots.txt of the API host."""
    return Answer(200, b"User-agent: *\nDisallow: /embed/\n", "text/plain")


def token_of(path: str) -> str:
    """The board token in a path, "" when there is none."""
    parts = path.strip("/").split("/")
    return parts[2] if len(parts) > 2 and parts[:2] == ["v1", "boards"] else ""


def answer(world: World, ask: Ask) -> Answer:
    """The API's response: 404 for an unknown board or posting."""
    employer = world.boards.get(("greenhouse", token_of(ask.path)))
    rest = ask.path.strip("/").split("/")[3:]
    if employer is None or not employer.has_board(ask.at):
        return NOT_FOUND
    if not rest:
        return _valid(dumped({"name": employer.company, "content": _board_intro(employer)}))
    if rest == ["jobs"]:
        return _list(world, ask, employer)
    if len(rest) == 2 and rest[0] == "jobs":
        return _detail(world, ask, employer, rest[1])
    return NOT_FOUND


def _board_intro(employer: Employer) -> str:
    return html.escape(content(intro(employer)), quote=True)


def _valid(body: bytes) -> Answer:
    return Answer(200, body, headers={"ETag": f'W/"{digest(body)[:32]}"', "Cache-Control": "max-age=0, private"})


def _flags(ask: Ask) -> tuple[bool, bool]:
    return ask.query.get("content") == "true", ask.query.get("pay_transparency") == "true"


def _list(world: World, ask: Ask, employer: Employer) -> Answer:
    postings = world.listed("greenhouse", employer.token, ask.at)
    flags, touched = _flags(ask), _touched(employer, ask.at)
    state = (tuple(state_of(posting, ask.at) for posting in postings), touched)

    def make() -> Answer:
        jobs = b",".join(_kept_job(world, posting, ask.at, *flags) for posting in postings)
        return _valid(b'{"jobs":[' + jobs + b'],"meta":{"total":' + str(len(postings)).encode() + b"}}")

    found: Answer = kept(world, ("greenhouse", employer.token, flags), state, make)
    return found


def _detail(world: World, ask: Ask, employer: Employer, external_id: str) -> Answer:
    for posting in world.listed("greenhouse", employer.token, ask.at):
        if posting.external_id == external_id:
            more: dict[str, Any] = (
                {"questions": [], "location_questions": []} if ask.query.get("questions") == "true" else {}
            )
            return _valid(dumped(job(posting, ask.at, True, _flags(ask)[1]) | more))
    return NOT_FOUND


def _kept_job(world: World, posting: Posting, at: datetime, with_content: bool, with_pay: bool) -> bytes:
    key = (posting.posting_id, with_content, with_pay)
    state = (*state_of(posting, at), _touched(posting.employer, at))
    found: bytes = kept(world, key, state, lambda: dumped(job(posting, at, with_content, with_pay)))
    return found


def job(posting: Posting, at: datetime, with_content: bool, with_pay: bool) -> dict[str, Any]:
    """One job object; its keys depend on `content` and `pay_transparency`, as served."""
    version = posting.versions[posting.version_at(at)]
    employer = posting.employer
    place = posting.places[0]
    told = {
        "absolute_url": f"https://job-boards.greenhouse.io/{employer.token}/jobs/{posting.external_id}",
        "data_compliance": [GDPR],
        "internal_job_id": None if posting.is_prospect else posting.opening,
        "location": {"name": place.label},
        "metadata": _metadata(posting),
        "id": int(posting.external_id),
        "updated_at": _eastern(_updated_at(posting, at)),
        "requisition_id": f"R-{posting.opening % 100_000}",
        "title": version.title + (" " if employer.style % 4 == 0 else ""),  # trailing blanks are served as typed
        "company_name": employer.company,
        "first_published": _eastern(posting.spells[0].opened_at),
        "language": "en",
        "application_deadline": None,
        "ai_disclaimer": None,
        "include_ai_disclaimer": None,
        "ai_opt_out_request_url": None,
    }
    if employer.style % 6 == 1:
        told["employment"] = "employment_required"  # concerns the form, not the contract; on some boards only
    if with_content:
        told |= _content_keys(posting, version)
    if with_pay:
        told["pay_input_ranges"] = _pay_input_ranges(posting, version.pay)
    return told


def _content_keys(posting: Posting, version: Version) -> dict[str, Any]:
    place = posting.places[0]
    tree: dict[str, Any] = {"child_ids": [], "parent_id": None}
    department = {"id": 4_000_000 + crc32(posting.department.encode()) % 1000, "name": posting.department} | tree
    office = {"id": 4_100_000 + crc32(place.city.encode()) % 1000, "name": place.label, "location": place.office} | tree
    return {
        "content": html.escape(body_html(posting, version), quote=True),
        "departments": [department],
        "offices": [office],
    }


def _metadata(posting: Posting) -> list[dict[str, Any]] | None:
    """Half of the employers keep the work mode here, the others keep nothing."""
    if posting.employer.style % 2:
        return None
    kind = {"id": 4_036_000, "name": "Location Type", "value_type": "single_select"}
    return [kind | {"value": MODES[posting.work_mode]}]


def body_html(posting: Posting, version: Version) -> str:
    """Introduction, body, pay block and conclusion as one string of HTML, not yet escaped."""
    prose = compose(posting, version)
    opening = f"<h2><strong>{html.escape(prose.intro.heading)}</strong></h2>{content(prose.intro)}"
    closing = "".join(paragraphs(section.lines) for section in prose.closing)
    return (
        f'<div class="content-intro">{opening}</div>{_body(prose, posting.employer)}{_pay_block(posting, version.pay)}'
        f'<div class="content-conclusion">{closing}</div>'
    )


def _body(prose: Prose, employer: Employer) -> str:
    heading = ("<h3>{}</h3>", "<p><strong>{}</strong></p>", "<h2><strong>{}:</strong></h2>")[employer.style % 3]
    return "\n".join(heading.format(html.escape(part.heading)) + "\n" + content(part) for part in prose.body)


def _told(posting: Posting) -> bool:
    return posting.discloses in ("structured", "both")


def _pay_input_ranges(posting: Posting, pay: Pay) -> list[dict[str, Any]]:
    if not _told(posting):
        return []
    return [
        {
            "min_cents": low * 100,
            "max_cents": high * 100,
            "currency_type": pay.currency,
            "title": title,
            "blurb": f"<p>{PAY_LINE}</p>",
        }
        for title, low, high in _titled_ranges(pay)
    ]


def _titled_ranges(pay: Pay) -> tuple[tuple[str, int, int], ...]:
    if not pay.zones:
        return ((PERIOD_TITLES[pay.period], pay.low, pay.high),)
    return tuple((f"{label} annual salary", low, high) for label, low, high in pay.zones)


def _pay_block(posting: Posting, pay: Pay) -> str:
    if not _told(posting):
        return ""
    sign = symbol(pay.currency).removeprefix("CA")  # the code after the second amount tells which dollar
    blocks = "".join(
        f'<div class="pay-input"><div class="description"><p>{PAY_LINE}&nbsp;</p></div>'
        f'<div class="title">{html.escape(title)}</div><div class="pay-range"><span>{sign}{low:,}</span>'
        f'<span class="divider">&mdash;</span><span>{sign}{high:,} {pay.currency}</span></div></div>'
        for title, low, high in _titled_ranges(pay)
    )
    return f'<div class="content-pay-transparency">{blocks}</div>'


def _touched(employer: Employer, at: datetime) -> tuple[int, int] | None:
    """The month in which the whole board was last stamped as updated, for employers whose tools do that."""
    return (at.year, at.month) if employer.touches else None


def _updated_at(posting: Posting, at: datetime) -> datetime:
    """Last edit, return, or bulk touch: never a posting date."""
    moments = [version.valid_from for version in posting.versions] + [spell.opened_at for spell in posting.spells]
    if posting.employer.touches:
        moments.append(at.replace(day=1, hour=0, minute=0, second=0, microsecond=0))
    return max(moment for moment in moments if moment <= at)


def _eastern(at: datetime) -> str:
    return at.astimezone(EASTERN).isoformat(timespec="seconds")
