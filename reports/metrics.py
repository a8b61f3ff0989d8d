"""What each figure plots: one pure function a figure, market -> tidy rows.

Every frame has the columns of `SERIES` (and more where a figure needs them): week, group, value, low, high (95 %
interval unless the figure says bounds), n postings, employers, status, reason. Statistics are
`analytics`' work; here they are only picked and stacked.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from analytics.offers_flags import REPEATED

SERIES = ("week", "group", "value", "low", "high", "n", "employers", "status", "reason")
WINDOW_WEEKS = 53  # a year and the week to compare it with
COMPARE_WEEKS = 13
WINDOW = 4  # weeks that a share, a median or one side of a comparison rests on
N_PANELS = 16
N_MOVERS = 20

NOT_TOOLS = (
    "certification", "degree", "domain_topic", "experimentation", "genai_concept", "ml_concept", "soft_skill",
    "software_practice",
)  # fmt: skip
REGIMES = {True: "under a pay law", False: "no pay law"}
MOVER_COLUMNS = (
    "share_before", "share_now", "q_value", "q_by", "mde80", "state", "is_driven_by_few", "is_dominated", "top_share",
    "change_without_top", "event", "n_tested", "placebo_alerts", "placebo_runs",
)  # fmt: skip
PAY_COLUMNS = ("p25_usd_year", "p75_usd_year", "median_low_usd_year", "median_high_usd_year", "disclosed_share", "flag")
ALERTS = ("confirmed", "new")
VERDICTS = {
    "snapshot": "read completely",
    "unchanged": "read completely",
    "window": "read completely",
    "empty": "empty or gone",
    "no_board": "empty or gone",
    "partial": "failed or partial",
    "failed": "failed or partial",
    "deferred": "put off or refused",
    "blocked": "put off or refused",
    "quarantined": "held for review",
}
CLASSES = ("read completely", "empty or gone", "put off or refused", "failed or partial", "held for review")
AGES = ((1, "within a day"), (3, "2–3 days ago"), (7, "4–7 days ago"), (14, "8–14 days ago"), (10**6, "longer: dark"))
NEVER = "never yet"
AGE_NAMES = (*(name for _, name in AGES), NEVER)
BOARD = ["platform", "board"]  # what names a board


def flow(market: Any, week: str) -> pd.DataFrame:
    """New and closed postings a week and the open stock at its end; group new, closed, open; low, high are bounds."""
    moved, stock = recent(market.flow(), week), recent(market.stock(), week)
    counts = [
        moved.assign(group=name, value=moved[name], n=moved[name], low=np.nan, high=np.nan)
        for name in ("new", "closed")
    ]
    return stack([*counts, stock.assign(group="open")])


def genai(market: Any, week: str) -> pd.DataFrame:
    """Share of new postings that ask for LLM/GenAI work; group matched boards (the headline chain) | all boards."""
    matched, on_all = recent(market.matched_share("genai"), week), recent(market.share("genai"), week)
    return stack([matched.assign(group="matched boards"), on_all.assign(group="all boards")])


def movers(market: Any, week: str) -> pd.DataFrame:
    """Change of share (0-1) in 13 weeks by term: every alert, then the most named tools, from rise to fall.

    More columns: `MOVER_COLUMNS`. placebo_alerts is the mean number of alerts in placebo_runs with weeks shuffled.
    """
    found = market.movers(weeks=COMPARE_WEEKS)
    found = found[found["week"] <= week]
    if found.empty:
        return stack([])
    found = found.assign(group=found["term"], value=found["change"], n=found["n_now"])
    found["status"] = found["value"].isna().map({True: "too_few", False: "ok"})
    wanted = found[found["is_alert"] | ~found["category"].isin(NOT_TOOLS)]
    order = wanted.sort_values(["is_alert", "share_now", "term"], ascending=[False, False, True], kind="stable")
    shown = order.head(N_MOVERS).sort_values(["value", "term"], ascending=[False, True], kind="stable")
    return stack([shown.assign(n_tested=len(found), **_by_chance(market))], MOVER_COLUMNS)


def _by_chance(market: Any) -> dict[str, float]:
    found = market.placebo(weeks=COMPARE_WEEKS)
    told = {"placebo_alerts": found["mean_alerts"], "placebo_runs": found["n_runs"]}
    return {name: float(held.iloc[0]) if len(held) else np.nan for name, held in told.items()}


def tools(market: Any, week: str) -> pd.DataFrame:
    """Share of new postings that ask for each of the 16 most named tools, by week; groups in alphabetical order.

    Chosen by how often they were ever named, never by how they moved: a choice after the fact would need a test.
    """
    named = market.terms()
    top = named.loc[~named["category"].isin(NOT_TOOLS), "term"].head(N_PANELS)
    names = sorted(top, key=lambda name: (name.casefold(), name))
    return stack([recent(market.share(name), week).assign(group=name) for name in names])


def pay(market: Any, week: str) -> pd.DataFrame:
    """Advertised base pay (USD a year) of the week's window by level: median, quartiles, medians of both bounds."""
    series = pay_history(market, week)
    return series[series["week"] == week].reset_index(drop=True)


def pay_history(market: Any, week: str) -> pd.DataFrame:
    """The same by week, levels in the order of a career; levels never seen with pay are left out.

    flag: why the week's pay is not to be trusted, "" where nothing speaks against it.
    """
    series = recent(_offers(market), week)
    if series.empty:
        return stack([], PAY_COLUMNS)
    repeated, crossed = (series["week"].map(flag).fillna("") for flag in _flags(market))
    flag = repeated.where(repeated.ne(""), crossed)
    return stack([series.assign(group=series["level"], flag=flag)], PAY_COLUMNS)


@lru_cache(maxsize=1)
def _offers(market: Any) -> pd.DataFrame:
    found: pd.DataFrame = market.median_pay(by="level")  # two figures show it, and no other series takes as long
    return found


def disclosure(market: Any, week: str) -> pd.DataFrame:
    """Share of new postings that state pay, by week: all, and by whether a law asks for it where the job is."""
    overall, regimes = recent(market.disclosure(), week), recent(market.disclosure(by="pay_law"), week)
    named = regimes.assign(group=regimes["pay_law"].map(REGIMES))
    parts = [overall.assign(group="all postings"), *(named[named["group"] == name] for name in REGIMES.values())]
    whole = stack(parts, ("flag",))
    return whole.assign(flag=whole["week"].map(_flags(market)[1]).fillna("")) if len(whole) else whole


@lru_cache(maxsize=1)
def _flags(market: Any) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """By week why pay is not to be trusted: one value that repeats; a share of disclosure that a law's date parts."""
    repeated, crossed = market.repeated_pay(), market.disclosure_break()
    fills = [f"one range fills {share:.0%} of the postings" for share in repeated["share"]]
    still = repeated["share"].le(REPEATED).to_numpy() | repeated["share"].isna().to_numpy()
    said = np.where(still, repeated["reason"], fills)
    grew = [f"disclosure grew {times:.1f}-fold across a pay law ({law})"
            for times, law in zip(crossed["ratio"], crossed["laws"], strict=True)]  # fmt: skip
    words = [np.where(frame["is_flagged"], told, "") for frame, told in ((repeated, said), (crossed, grew))]
    return pd.Series(words[0], repeated["week"]), pd.Series(words[1], crossed["week"])


def boards(market: Any, week: str) -> pd.DataFrame:
    """Boards by last verdict of each week (panel verdict) and by age of the last complete reading (panel age)."""
    crawls = until(market.boards(), week)
    if crawls.empty:
        return stack([], ("panel",))
    crawls["week"] = _weeks_of(crawls["fetched_at"])
    last = _kinds(crawls.groupby(["week", *BOARD], observed=True).tail(1))
    cells = pd.MultiIndex.from_product([_weeks(last["week"].min(), week), CLASSES], names=["week", "group"])
    counts = last.value_counts(["week", "kind"]).reindex(cells, fill_value=0)
    verdicts = pd.DataFrame({"value": counts}).reset_index().assign(panel="verdict")
    verdicts["employers"] = verdicts["week"].map(last.groupby("week", observed=True)["company"].nunique())
    ages = latest_boards(market, week)["age"].value_counts().reindex(AGE_NAMES, fill_value=0)
    aged = pd.DataFrame({"group": ages.index, "value": ages.to_numpy(), "panel": "age", "week": week})
    return stack([recent(verdicts, week), aged], ("panel",)).assign(n=lambda frame: frame["value"], status="ok")


def latest_boards(market: Any, week: str) -> pd.DataFrame:
    """One row a board at the end of the week: platform, board, company, verdict, kind, note, complete_at, age."""
    crawls = until(market.boards(), week)
    last = _kinds(crawls.groupby(BOARD, observed=True).tail(1))
    complete = crawls[crawls["is_complete"].astype(bool)].groupby(BOARD, observed=True)["fetched_at"].max()
    last = last.merge(complete.rename("complete_at").reset_index(), on=BOARD, how="left").sort_values(
        BOARD, kind="stable"
    )
    end = min(week_end(week), cut_at(market))
    age = [_age(end, at) for at in last["complete_at"]]
    return last.assign(age=age).reset_index(drop=True)


def recent(frame: pd.DataFrame, week: str) -> pd.DataFrame:
    """The rows of the year that ends with `week`."""
    if frame.empty:
        return frame
    first = iso_week(week_start(week) - timedelta(weeks=WINDOW_WEEKS - 1))
    return frame[(frame["week"] >= first) & (frame["week"] <= week)]


def until(crawls: pd.DataFrame, week: str) -> pd.DataFrame:
    """The crawls made before the end of the week, in the order of their responses."""
    known = crawls[crawls["fetched_at"] < pd.Timestamp(week_end(week))]
    return known.sort_values(["fetched_at", "platform", "board"], kind="stable")


def stack(parts: list[pd.DataFrame], more: tuple[str, ...] = ()) -> pd.DataFrame:
    """The parts under one another with the columns of `SERIES` and `more`, absent ones empty."""
    names = [*SERIES, *more]
    kept = [part.reindex(columns=names) for part in parts if not part.empty]
    if not kept:
        return pd.DataFrame(columns=names)
    whole = pd.concat(kept, ignore_index=True)
    numbers = dict.fromkeys(("value", "low", "high", "n", "employers"), "float64")
    return whole.astype(numbers).assign(reason=whole["reason"].astype("object").fillna("").astype("str"))


def week_start(week: str) -> datetime:
    """Monday 00:00 UTC of an ISO week such as "2026-W05"; ValueError for anything else."""
    return datetime.strptime(f"{week}-1", "%G-W%V-%u").replace(tzinfo=UTC)


def week_end(week: str) -> datetime:
    """The first moment after the week."""
    return week_start(week) + timedelta(weeks=1)


def iso_week(at: datetime) -> str:
    """The ISO week of a moment, "2026-W05"."""
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02d}"


def cut_at(market: Any) -> datetime:
    """The moment of the newest thing the market knows, so that the same knowledge gives the same moment.

    A market that knows nothing is cut at the moment it was asked about, or now: the one look at a clock in here.
    """
    at: datetime | None = market.at or market.known_at
    return at or datetime.now(UTC).replace(microsecond=0)


def reported_week(market: Any) -> str:
    """The last ISO week that ended before the cut, or the running one when its boards have been read already."""
    ended = iso_week(cut_at(market) - timedelta(weeks=1))
    flow = market.flow()
    return max(str(name) for name in [ended, *flow.loc[flow["status"] == "ok", "week"].tail(1)])


def _kinds(crawls: pd.DataFrame) -> pd.DataFrame:
    return crawls.assign(kind=crawls["verdict"].map(VERDICTS).fillna("failed or partial"))


def _weeks_of(at: pd.Series[Any]) -> pd.Series[Any]:
    """The ISO week of each moment."""
    days = at.dt.normalize()
    weeks: pd.Series[Any] = days.map({day: iso_week(day) for day in days.unique()})
    return weeks


def _weeks(first: str, last: str) -> list[str]:
    n_weeks = (week_start(last) - week_start(first)).days // 7
    return [iso_week(week_start(first) + timedelta(weeks=k)) for k in range(n_weeks + 1)]


def _age(end: datetime, complete_at: pd.Timestamp) -> str:
    if pd.isna(complete_at):
        return NEVER
    days = (end - complete_at).total_seconds() / 86_400
    return next((name for most, name in AGES if days <= most), NEVER)
