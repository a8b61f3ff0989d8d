"""Draws the postings of one employer: arrivals, lifetimes, edits, city copies, re-posts and second spells."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from simulator import curves, pay
from simulator.data import chance, pick, pick_by, some, table
from simulator.model import Employer, Pay, Place, Posting, Spell, Version
from simulator.platforms import PLATFORMS

BURN_IN_DAYS = 150  # so that boards are filled on the first day
MEDIAN_DAYS_OPEN, SIGMA_DAYS_OPEN = 45, 0.65
SHARE_COPIED = 0.2
SHARE_IN_ONE = 0.6
SHARE_REPOSTED = 0.10
SHARE_BACK = 0.05
SHARE_EDITED = 0.28
SHARE_TURNED_BACK = 0.25  # of the edited ones: A, B, then A again
SHARE_CONTRACT = 0.04


@dataclass(frozen=True, slots=True)
class Job:
    """What an opening is about, before it becomes one or more postings."""

    role: dict[str, Any]
    level: str
    llm: bool
    title: str
    team: str
    period: str
    employment: str


def draw_postings(seed: int, employer: Employer, rate: float, first_at: datetime, end_at: datetime) -> list[Posting]:
    """All postings that the employer opens before `end_at`: Poisson arrivals of `rate` openings a day, oldest first."""
    postings: list[Posting] = []
    clock = Random(f"{seed}/{employer.index}/arrivals")
    at = employer.joins_at or first_at - timedelta(days=BURN_IN_DAYS)
    number = 0
    while (at := at + timedelta(days=clock.expovariate(rate))) < min(end_at, employer.leaves_at or end_at):
        rng = Random(f"{seed}/{employer.index}/{number}")
        opening = 4_000_000_000 + employer.index * 1_000_000 + number * 100 + rng.randrange(100)
        postings += _opening(rng, employer, opening, _working_hour(rng, at, employer))
        number += 1
    # those gone before the first day were never seen, re-posts after the last belong to a longer world
    listed = [one for one in postings if one.spells[-1].closed_at > first_at and one.spells[0].opened_at < end_at]
    return sorted(listed, key=lambda posting: (posting.spells[0].opened_at, posting.external_id))


def _working_hour(rng: Random, at: datetime, employer: Employer) -> datetime:
    """Recruiters post on weekdays, 8 to 18 h, and never before the board is there."""
    late = at + timedelta(days=(7 - at.weekday()) % 7 if at.weekday() >= 5 else 0)
    shown = late.replace(hour=8 + int(rng.random() * 10), minute=int(rng.random() * 60), second=7, microsecond=0)
    return max(shown, employer.joins_at or shown)


def _opening(rng: Random, employer: Employer, opening: int, opened_at: datetime) -> list[Posting]:
    """The postings of one opening: its city copies, each with its re-post where there is one."""
    job = _job(rng, employer, opened_at)
    first = _posting(rng, employer, job, opening, opened_at)
    copies = _spread(rng, first)
    again = _repost(rng, first) if chance(rng, SHARE_REPOSTED) else []
    return [posting for posting in copies + again if posting.spells]


def _job(rng: Random, employer: Employer, at: datetime) -> Job:
    roles = table("roles")["role"]
    role = pick_by(rng, roles, _shares(len(roles)))
    levels = table("roles")["levels"]
    level = pick_by(rng, list(levels), [one["share"] for one in levels.values()])
    draw = curves.says_yes(rng, curves.curves()["LLM"].share(at.date()), employer.effects["LLM"], curves.RHO_LLM)
    llm = draw and role["scope"] == "core"
    plain = pick(rng, role["titles"])
    named = pick(rng, table("roles")["titles"]["llm"])
    by_name = llm and role["family"] in ("ml_engineer", "ai_engineer") and chance(rng, 0.22)
    if by_name:
        role = role | {"family": "genai_engineer"}
    if role["family"] == "ml_manager":
        level = "manager"
    words = levels[level]["words"] if level in levels else ["{title}"]
    title = pick(rng, words).format(title=named if by_name else plain)
    team = pick(rng, table("roles")["titles"]["teams"]) if role["scope"] != "out" and chance(rng, 0.4) else ""
    return Job(role, level, llm, title, team, *_terms(rng, level, employer))


@cache
def _shares(count: int) -> tuple[float, ...]:
    return tuple(role["share"] for role in table("roles")["role"][:count])


def _terms(rng: Random, level: str, employer: Employer) -> tuple[str, str]:
    """Pay period and kind of employment."""
    contract = chance(rng, SHARE_CONTRACT)
    if level == "intern":
        return ("month" if employer.places[0].currency in ("EUR", "INR") else "hour"), "internship"
    return ("hour", "contract") if contract else ("year", "full_time")


def _posting(rng: Random, employer: Employer, job: Job, opening: int, opened_at: datetime) -> Posting:
    place = pick(rng, employer.places)
    period = _period(job, place)
    spells = _spells(rng, employer, opened_at)
    levels = table("roles")["levels"]
    worth = levels.get(job.level, {"pay_usd_year": 232_000})["pay_usd_year"] * job.role["pay_factor"]
    offer = pay.band(rng, employer, place, worth, period, opened_at)
    traits = PLATFORMS[employer.platform].TRAITS
    is_prospect = chance(rng, traits.prospects)
    title = pick(rng, table("roles")["titles"]["prospect"]) if is_prospect else _titled(job.title, job.team)
    return Posting(
        employer=employer, external_id=PLATFORMS[employer.platform].new_id(rng), opening=opening,
        family=job.role["family"], scope=job.role["scope"], department=job.role["department"],
        text=job.role["text"], level=job.level, years=levels.get(job.level, {"years": 6})["years"], places=(place,),
        work_mode=pick_by(rng, ("hybrid", "remote", "onsite"), (0.45, 0.3, 0.25)), employment=job.employment,
        llm=job.llm, assistant=job.role["scope"] == "core" and chance(rng, 0.05 + 0.1 * job.llm),
        tools=_tools(rng, employer, job, opened_at), discloses=_discloses(rng, employer, place, opened_at),
        is_prospect=is_prospect, is_listed=not chance(rng, traits.unlisted),
        text_seed=rng.getrandbits(32), repost_of="", spells=spells,
        versions=_versions(rng, title, offer, spells, job, traits.republishes), team=job.team,
    )  # fmt: skip


def _period(job: Job, place: Place) -> str:
    """Interns are paid by the month in the euro area and India, by the hour elsewhere."""
    if job.employment != "internship":
        return job.period
    return "month" if place.currency in ("EUR", "INR") else "hour"


def _titled(title: str, team: str) -> str:
    return f"{title}, {team}" if team else title


def _tools(rng: Random, employer: Employer, job: Job, at: datetime) -> tuple[str, ...]:
    """The tools asked for, drawn around each tool's curve on the opening day."""
    if job.role["scope"] == "out":
        return ()
    own, shared = math.sqrt(1 - curves.RHO_TOOL), math.sqrt(curves.RHO_TOOL)
    return tuple(
        tool
        for tool, least, needs_llm in curves.tool_thresholds(at.date())
        if (job.llm or not needs_llm) and shared * employer.effects[tool] + own * rng.gauss(0.0, 1.0) > least
    )


def _discloses(rng: Random, employer: Employer, place: Place, at: datetime) -> str:
    share = curves.disclosure_share(place.regime, at.date())
    tells = curves.says_yes(rng, share, employer.effects["pay"], curves.RHO_PAY)
    return employer.pay_channel if tells else "none"


def _spells(rng: Random, employer: Employer, opened_at: datetime) -> tuple[Spell, ...]:
    """One stay of log-normal length; a few come back under the same id. All end when the board goes."""
    days = max(2.0, rng.lognormvariate(0.0, SIGMA_DAYS_OPEN) * MEDIAN_DAYS_OPEN)
    closed_at = opened_at + timedelta(days=days)
    spells = [Spell(opened_at, closed_at)]
    if chance(rng, SHARE_BACK):
        back_at = closed_at + timedelta(days=rng.uniform(16, 40))
        spells.append(Spell(back_at, back_at + timedelta(days=rng.uniform(10, 40))))
    return _cut(spells, employer.leaves_at)


def _cut(spells: list[Spell], leaves_at: datetime | None) -> tuple[Spell, ...]:
    if leaves_at is None:
        return tuple(spells)
    return tuple(
        spell if spell.closed_at <= leaves_at else Spell(spell.opened_at, leaves_at, "left")
        for spell in spells
        if spell.opened_at < leaves_at
    )


def _versions(
    rng: Random, title: str, offer: Pay, spells: tuple[Spell, ...], job: Job, republishes: bool
) -> tuple[Version, ...]:
    """The wordings over time. Edits fall into the first spell; one turned back restores the first wording exactly."""
    if not spells:
        return ()
    versions = [Version(spells[0].opened_at, "new", title, offer, 0)]
    edited = chance(rng, SHARE_EDITED)
    turned_back = chance(rng, SHARE_TURNED_BACK)
    count = 2 if turned_back else pick(rng, (1, 1, 2))
    moments = sorted(rng.uniform(0.08, 0.92) for _ in range(count))
    length = spells[0].closed_at - spells[0].opened_at
    for moment in moments if edited else ():
        at = (spells[0].opened_at + length * moment).replace(microsecond=0)
        versions.append(_edit(rng, versions, at, turned_back, job, republishes))
    return tuple(versions)


def _edit(
    rng: Random, versions: list[Version], at: datetime, turned_back: bool, job: Job, republishes: bool
) -> Version:
    last = versions[-1]
    if turned_back and len(versions) == 2:
        return replace(versions[0], valid_from=at, change="back")
    kinds = ["title", "pay", "text", "text"] + ["republish"] * (republishes and not turned_back)
    change = pick(rng, kinds)
    if change == "title":
        teams = [team for team in table("roles")["titles"]["teams"] if not last.title.endswith(f", {team}")]
        return replace(last, valid_from=at, change=change, title=_titled(job.title, pick(rng, teams)))
    if change == "pay":
        return replace(last, valid_from=at, change=change, pay=pay.raised(last.pay, rng.uniform(1.03, 1.1)))
    return replace(last, valid_from=at, change=change, revision=last.revision + (change == "text"))


def _spread(rng: Random, first: Posting) -> list[Posting]:
    """The opening in further cities of the country: a posting a city, or one posting with all of them."""
    copied, in_one = chance(rng, SHARE_COPIED), chance(rng, SHARE_IN_ONE)
    others = [place for place in first.employer.places if place.country == first.places[0].country]
    others = [place for place in others if place is not first.places[0]]
    if not copied or first.is_prospect or not others or not first.spells:
        return [first]
    cities = some(rng, others, pick(rng, (1, 2, 3)))
    if in_one and not PLATFORMS[first.employer.platform].TRAITS.one_place:
        return [replace(first, places=(*first.places, *cities))]
    return [first, *(_copy(rng, first, place) for place in cities)]


def _copy(rng: Random, first: Posting, place: Place) -> Posting:
    """The posting once more for another city, opened at the same hour and closed on a day of its own."""
    closed_at = first.spells[0].closed_at + timedelta(days=rng.uniform(-3, 3))
    spell = replace(first.spells[0], closed_at=max(closed_at, first.spells[0].opened_at + timedelta(days=1)))
    return replace(
        first,
        external_id=PLATFORMS[first.employer.platform].new_id(rng),
        places=(place,),
        spells=_cut([spell], first.employer.leaves_at),
        versions=first.versions[:1],
    )


def _repost(rng: Random, first: Posting) -> list[Posting]:
    """The same text under a new id, some days after the first one went."""
    if first.is_prospect or not first.spells:
        return []
    opened_at = first.spells[-1].closed_at + timedelta(days=rng.uniform(2, 30))
    spells = _spells(rng, first.employer, opened_at)
    again = replace(
        first,
        external_id=PLATFORMS[first.employer.platform].new_id(rng),
        repost_of=first.posting_id,
        spells=spells,
        versions=tuple(replace(first.versions[-1], valid_from=spell.opened_at, change="new") for spell in spells[:1]),
    )
    return [again]
