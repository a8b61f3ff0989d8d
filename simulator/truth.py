"""The truth as DataFrames: what a perfect observer would have written down.

Times are datetime64[us, UTC]; a closing may lie after the world's end. Nothing here is estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from simulator import curves
from simulator.market import World
from simulator.model import Employer, Posting
from simulator.pay import own_range


def _frame(rows: Iterable[dict[str, Any]], times: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows))
    for name in times:
        if name in frame:
            frame[name] = pd.to_datetime(frame[name], utc=True).dt.as_unit("us")
    return frame


def employers(world: World) -> pd.DataFrame:
    """One row an employer: platform, token, company, sector, country (these make a register of boards), size,
    joins_at (NaT: there from the start), leaves_at, leaves_as, n_postings, pay_channel, llm_effect."""
    return _frame(
        (
            {
                "platform": one.platform, "token": one.token, "company": one.company, "sector": one.sector,
                "country": one.country, "size": one.size, "joins_at": one.joins_at, "leaves_at": one.leaves_at,
                "leaves_as": one.leaves_as, "n_postings": len(world.by_board[one.platform, one.token]),
                "pay_channel": one.pay_channel, "llm_effect": one.effects["LLM"],
            }
            for one in world.employers
        ),
        ("joins_at", "leaves_at"),
    )  # fmt: skip


def postings(world: World) -> pd.DataFrame:
    """One row a posting.

    posting_id (platform/token/external id), platform, token, external_id, company, opening (shared by city copies and
    re-posts), repost_of, title (first one), family, scope (core adjacent out), in_scope, level, years, country, city,
    n_places, work_mode, employment; llm (asked in duties or requirements), company_llm, notice_llm, assistant (mentions
    that ask for nothing), tools (tuple); regime (of the first place), has_pay_law (in force on the opening day; a
    re-post says what its first posting said), discloses (none text structured both), pay_low, pay_high, pay_currency,
    pay_period (the employer's range for the first place, told or not, first version), n_pay_ranges; is_prospect,
    is_listed, opened_at, closed_at (of the last spell), closed_by, n_spells, n_versions.
    """
    return _frame((_posting(one) for one in world.postings), ("opened_at", "closed_at"))


def _posting(one: Posting) -> dict[str, Any]:
    return _identity(one) | _what(one) | _pay(one) | {
        "is_prospect": one.is_prospect, "is_listed": one.is_listed, "opened_at": one.spells[0].opened_at,
        "closed_at": one.spells[-1].closed_at, "closed_by": one.spells[-1].closed_by, "n_spells": len(one.spells),
        "n_versions": len(one.versions),
    }  # fmt: skip


def _identity(one: Posting) -> dict[str, Any]:
    return {
        "posting_id": one.posting_id, "platform": one.employer.platform, "token": one.employer.token,
        "external_id": one.external_id, "company": one.employer.company, "opening": one.opening,
        "repost_of": one.repost_of,
    }  # fmt: skip


def _what(one: Posting) -> dict[str, Any]:
    return {
        "title": one.versions[0].title, "family": one.family, "scope": one.scope, "in_scope": _counts(one),
        "level": one.level, "years": one.years, "country": one.places[0].country, "city": one.places[0].city,
        "n_places": len(one.places), "work_mode": one.work_mode, "employment": one.employment, "llm": one.llm,
        "company_llm": one.employer.says_llm, "notice_llm": one.employer.has_notice, "assistant": one.assistant,
        "tools": one.tools,
    }  # fmt: skip


def _pay(one: Posting) -> dict[str, Any]:
    offer = one.versions[0].pay
    place = one.places[0]
    low, high = own_range(offer, place)
    return {
        "regime": place.regime, "has_pay_law": curves.has_pay_law(place.regime, one.spells[0].opened_at.date()),
        "discloses": one.discloses, "pay_low": low, "pay_high": high, "pay_currency": offer.currency,
        "pay_period": offer.period, "n_pay_ranges": len(offer.zones) or 1,
    }  # fmt: skip


def _counts(one: Posting) -> bool:
    """Belongs to the market that trends are about: a core role, a real opening, listed."""
    return one.scope == "core" and not one.is_prospect and one.is_listed


def versions(world: World) -> pd.DataFrame:
    """One row a version: posting_id, version (from 0), valid_from, change (new title pay text back republish), title,
    pay_low, pay_high, revision, is_new_content (differs from the version before it)."""
    return _frame((row for one in world.postings for row in _versions(one)), ("valid_from",))


def _versions(one: Posting) -> Iterable[dict[str, Any]]:
    before = None
    for number, version in enumerate(one.versions):
        low, high = own_range(version.pay, one.places[0])
        yield {
            "posting_id": one.posting_id, "version": number, "valid_from": version.valid_from,
            "change": version.change, "title": version.title, "pay_low": low, "pay_high": high,
            "revision": version.revision, "is_new_content": version.content() != before,
        }  # fmt: skip
        before = version.content()


def spells(world: World) -> pd.DataFrame:
    """One row a stay on the board: posting_id, spell (from 0), opened_at, closed_at, closed_by, in_scope."""
    rows = (
        {"posting_id": one.posting_id, "spell": number, "opened_at": spell.opened_at, "closed_at": spell.closed_at,
         "closed_by": spell.closed_by, "in_scope": _counts(one)}
        for one in world.postings
        for number, spell in enumerate(one.spells)
    )  # fmt: skip
    return _frame(rows, ("opened_at", "closed_at"))


def listing(world: World, platform: str, token: str, at: datetime) -> set[str]:
    """External ids on a board at that moment, unlisted and prospect ones included: what its API serves."""
    return {posting.external_id for posting in world.listed(platform, token, at)}


def week_ends(world: World) -> list[datetime]:
    """The midnights after each Sunday of the world, first to last."""
    first = world.first_at + timedelta(days=7 - world.first_at.weekday())
    weeks = int((world.end_at - first) / timedelta(days=7)) + 1
    return [first + timedelta(days=7 * week) for week in range(weeks)]


def _label(end_at: datetime) -> str:
    year, week, _ = (end_at - timedelta(days=1)).isocalendar()
    return f"{year}-W{week:02d}"


def stock_and_flow(world: World, in_scope: bool = True) -> pd.DataFrame:
    """One row an ISO week: week ("2024-W05"), end_at (the midnight after Sunday), n_opened and n_closed in the week,
    n_stock and n_boards at its end. Counts spells of the boards that are there; stock = stock before + opened - closed.
    `in_scope` False counts every posting that is served."""
    counted = [one for one in world.postings if _counts(one) or not in_scope]
    kept = [(spell.opened_at, spell.closed_at) for one in counted for spell in one.spells]
    rows = []
    for end_at in week_ends(world):
        start_at = end_at - timedelta(days=7)
        rows.append({
            "week": _label(end_at), "end_at": end_at,
            "n_opened": sum(start_at < opened_at <= end_at for opened_at, _ in kept),
            "n_closed": sum(start_at < closed_at <= end_at for _, closed_at in kept),
            "n_stock": sum(opened_at <= end_at < closed_at for opened_at, closed_at in kept),
            "n_boards": sum(employer.has_board(end_at) for employer in world.employers),
        })  # fmt: skip
    return _frame(rows, ("end_at",))


def llm_share(world: World) -> pd.DataFrame:
    """The share of in-scope postings that ask for LLM work, one row an ISO week; columns as in `share`."""
    return share(world, "LLM")


def share(world: World, term: str) -> pd.DataFrame:
    """The share of in-scope postings that ask for `term` ("LLM" or a tool), one row an ISO week.

    week, end_at, n (stock at the week's end); curve: the known curve on the week's last day; stock_expected: mean of
    the curve over the opening days of the stock, which is the share in the superpopulation of employers;
    employers_expected: the same given the effects of these employers; stock_share: what it is in fact (NaN without
    stock); n_new, new_share: among the postings opened in the week.
    """
    counted = [one for one in world.postings if _counts(one)]
    rows = [_share_row(counted, term, end_at) for end_at in week_ends(world)]
    return _frame(rows, ("end_at",))


def _share_row(counted: list[Posting], term: str, end_at: datetime) -> dict[str, Any]:
    stock = [one for one in counted if one.spell_at(end_at) is not None]
    start_at = end_at - timedelta(days=7)
    new = [one for one in counted if start_at < one.spells[0].opened_at <= end_at]
    return {
        "week": _label(end_at), "end_at": end_at, "n": len(stock),
        "curve": expected(term, end_at - timedelta(days=1)),
        "stock_expected": _mean(stock, lambda one: expected(term, one.spells[0].opened_at)),
        "employers_expected": _mean(stock, lambda one: expected(term, one.spells[0].opened_at, one.employer)),
        "stock_share": _mean(stock, lambda one: float(asks(one, term))),
        "n_new": len(new), "new_share": _mean(new, lambda one: float(asks(one, term))),
    }  # fmt: skip


def _mean(postings_: list[Posting], value: Callable[[Posting], float]) -> float:
    return sum(map(value, postings_)) / len(postings_) if postings_ else float("nan")


def asks(posting: Posting, term: str) -> bool:
    """Whether the posting asks for LLM work, or for the tool."""
    return posting.llm if term == "LLM" else term in posting.tools


def expected(term: str, at: datetime, employer: Employer | None = None) -> float:
    """Chance that a core posting opened at that moment asks for `term`: over all employers, or at this one.

    Raises KeyError for a term that the simulator does not know."""
    curve = curves.curves()[term]
    own = curve.share(at.date())
    if employer is not None:
        rho = curves.RHO_LLM if term == "LLM" else curves.RHO_TOOL
        own = curves.employer_share(own, employer.effects[term], rho)
    return own * expected("LLM", at, employer) if curve.needs_llm else own
