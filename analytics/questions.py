"""The further questions to a market, each answered by a pure function of the module that it names.

Frames of associations are that: what goes with what, never why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from analytics import (
    adjust,
    arguments,
    breaks,
    demand,
    derived,
    explain,
    filters,
    lifetime,
    movers,
    nowcast,
    offers_flags,
    offers_index,
    offers_sensitivity,
    panel,
    placebo,
    premium,
    season,
    series,
    together,
    trend,
)
from analytics.coded import plain
from analytics.explain import Told
from analytics.filters import Where
from analytics.knowledge import ORDER, Knowledge
from analytics.spells import DAYS, KEY

LIVED = (*KEY, "company", "start_day", "end_day", "is_new", "is_closing", "is_exit")
COHORTS = ("opened_month", "opened_quarter")  # what lifetime() parts by besides columns of postings
PAID = {"median_pay": "pay_mid_usd_year", "disclosure": "has_pay"}  # column that a posting behind it has


@arguments.checked
class Questions(Knowledge):
    """What `Market` answers besides its frames and headline series; columns of all frames in docs/data.md."""

    # -- change

    def trend(
        self, term: str = "genai", by: str | None = None, where: Where | None = None, window: int = 4
    ) -> pd.DataFrame:
        """Mann-Kendall and Theil-Sen of the share of `term` over windows that share no week, one row a group."""
        return trend.trend(self._share(term, by, where, window), window, self._events, by)

    def level_shifts(self, term: str = "genai", where: Where | None = None, window: int = 1) -> pd.DataFrame:
        """Steps in the share of `term`, one row a step; only those with is_reported may be told."""
        return breaks.breaks(self._share(term, None, where, window), window, self._events)

    def placebo(self, weeks: int = 13, window: int = 4, runs: int = 20, where: Where | None = None) -> pd.DataFrame:
        """How many alerts `movers` would raise by chance: one row n_runs, mean_alerts, share_any, n_tested."""
        return placebo.placebo_runs(*self._asking(where), self._calendar, self._covered, weeks, window, runs)

    def events(self) -> pd.DataFrame:
        """One row an event that was not the market's: source, lexicon, method, law, outage, dedupe."""
        return self._events.copy()

    # -- pay

    def pay_index(self, by: str | None = None, where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """Pay of alike new postings by week, 100 where a segment begins; mix and exchange rates cannot move it."""
        items = self._where(self._paid, where)
        return self._series(items, by, lambda held: offers_index.pay_index(held, self._calendar, window))

    def pay_sensitivity(self, week: str = "", where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """Every other estimate of one window's pay beside the headline; `week` "": the newest publishable one.

        Raises ValueError for an unknown week.
        """
        if week:
            self._week_number(week)
        items = self._with(self._where(self._new, where), *KEY, "places")
        pay = self._with(self._pay, *KEY)
        paid = self._where(self._paid, where)
        return offers_sensitivity.pay_sensitivity(items, paid, pay, self._calendar, window, week)

    def repeated_pay(self, where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """By week the most frequent pay range, flagged where it fills most of the postings for months."""
        return offers_flags.repeated_value(self._where(self._paid, where), self._calendar, window)

    def disclosure_break(self, where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """By week whether a pay law doubled the share of postings with pay."""
        items = self._only(self._where(self._new, where), "week_number", "company", "has_pay", "places")
        return offers_flags.disclosure_break(items, self._calendar, window)

    def premium(self, weeks: int = 52, where: Where | None = None) -> pd.DataFrame:
        """What postings that ask for a term advertise more than others, to those of the same employer."""
        new, terms = self._recent(weeks, where)
        names = plain(self._mentions[["term", "category"]].drop_duplicates("term"))
        return premium.premium(new, terms).merge(names, on="term", how="left")

    def co_rising(self, window: int = 4, where: Where | None = None) -> pd.DataFrame:
        """Terms whose share rises while the postings that ask for them pay more."""
        at = movers.newest(self._calendar)
        new, terms = self._recent(len(self._calendar.weeks), where)
        return premium.co_rising(new, terms, self._calendar.weeks[: 0 if at is None else at + 1], window)

    def regional_premium(self, by: str = "metro", weeks: int = 52, where: Where | None = None) -> pd.DataFrame:
        """Pay of places (by: metro, country) against the most frequent one, level, role and employer equal."""
        arguments.one_of("by", by, ("metro", "country"))
        return demand.regional_premium(self._recent(weeks, where)[0], by)

    # -- postings' lives and texts

    def lifetime(self, by: str | None = None, where: Where | None = None) -> pd.DataFrame:
        """Median days in sight, by `opened_month`, `opened_quarter` or a column of postings(). Closed is not filled."""
        return lifetime.summary(self._lives(by, where), by, f"lifetime {by} {self._horizon:.0f}")

    def survival(self, by: str | None = None, where: Where | None = None) -> pd.DataFrame:
        """The curves behind lifetime(): share still advertised by age."""
        return lifetime.curve(self._lives(by, where), by)

    def emerging(self, weeks: int = 13) -> pd.DataFrame:
        """Candidate terms outside the lexicon, unreviewed. Reads the texts of the last `weeks` and those before."""
        from analytics import emerging, emerging_load

        at = movers.newest(self._calendar)
        last = 0 if at is None else int(self._calendar.weeks[at])
        now, before = (last - weeks + 1, last), (last - 2 * weeks + 1, last - weeks)
        new = self._new[self._new["week_number"].between(before[0], last)]
        texts = emerging_load.texts(self.url, self._with(new, "posting_id", "content_hash"), now, before)
        return emerging.emerging(texts if self.url else (), now, before)

    def explain(self, figure: str, week: str, value: str = "", window: int = 4) -> pd.DataFrame:
        """The postings behind one point, and the words in each that made it count, or that did not.

        `figure`: "genai" or any term, capability or category (a share); "median_pay" or "disclosure"; "new", "closed"
        or "stock". `value`: of one level or country alone. Raises ValueError for an unknown figure, week or value.
        """
        number, where = self._week_number(week), self._of_value(value)
        if figure in explain.COUNTS:
            on_day = float(panel.week_ends(np.array([number]), self._horizon)[0])
            held = explain.counted(self._where(self._core, where), figure, number, on_day)
            return explain.bare(self._evidence(held, figure))
        if figure in PAID:
            new = self._where(self._new, where)
            items = new.assign(y=new[PAID[figure]].astype(float))
            return explain.with_spans(*self._explained(items, number, window, explain.pay_spans))
        kind, name = self._named_term(figure, (*explain.COUNTS, *PAID))
        ways = explain.of_genai() if kind == "genai" else explain.of_term(kind, name)
        spans = partial(explain.mention_spans, is_of=ways[0], makes_count=ways[1])
        return explain.with_spans(*self._explained(self._items(name, where), number, window, spans))

    # -- what goes together, and what is asked besides tools

    def together(self, weeks: int = 52, where: Where | None = None) -> pd.DataFrame:
        """Which terms go with which, in both directions, and how much of it is mere length of a posting."""
        return together.together(*self._recent(weeks, where))

    def capabilities(self, by: str = "capability", where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """Share of new postings that ask for something of each capability (or category), by week."""
        arguments.one_of("by", by, ("capability", "category"))
        new = self._where(self._new, where)
        asked = self._asked[self._asked["row"].isin(new["row"])]
        return demand.capability_shares(self._with(new, *KEY), self._with(asked, *KEY), self._calendar, window, by)

    def mix(self, by: str = "role", where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """Share of each value of a column of postings() among new postings, by week."""
        items = self._where(self._new, where)
        items = items.assign(**{by: self._groups(items, by)})
        items = self._only(items, *dict.fromkeys(("week_number", "company", by)))
        return demand.mix(items, by, self._calendar, window, ORDER.get(by, []))

    def requirements(self, where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """Shares of new postings that ask for a degree, a certificate or years of experience, by week."""
        return demand.requirement_shares(self._where(self._new, where), self._calendar, window)

    def years(self, where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """Median of the least years of experience asked for, by week."""
        return demand.years_series(self._where(self._new, where), self._calendar, window)

    def employers(self, window: int = 4) -> pd.DataFrame:
        """By week how many employers with openings are new, return or stay, and how many are gone."""
        return demand.employer_moves(self._only(self._new, *derived.CELL), self._calendar, self._covered, window)

    def employer_names(self, window: int = 4) -> pd.DataFrame:
        """Which employers those were: data, never a cause."""
        return demand.employer_names(self._only(self._new, *derived.CELL), self._calendar, self._covered, window)

    # -- the share with the mix held fixed

    def post_stratified(self, term: str, target: pd.DataFrame, by: str | list[str], window: int = 4) -> adjust.Weighted:
        """The share of the newest publishable window with the cells of `by` weighted as in `target` (by..., target).

        Raises ValueError for a target with unknown values and as `adjust.check_target`.
        """
        names = list(by) if isinstance(by, list | tuple) else [by]
        at = movers.newest(self._calendar)
        last = -1 if at is None else int(self._calendar.weeks[at])
        items = self._items(term, None)
        held = items[items["week_number"].between(last - window + 1, last)]
        held = held.assign(**{name: self._groups(held, name) for name in names})
        names = list(dict.fromkeys(names))
        adjust.check_target(target, names)
        for name in names:
            filters.check_values(self._named([name])[name], list(target[name]))
        return adjust.post_stratified(self._with(held), target, names)

    def continuous_share(self, term: str = "genai", window: int = 4) -> pd.DataFrame:
        """The share among employers in sight in 80 % of the last 53 weeks."""
        held = self._core[["start_day", "end_day", "is_new", "company"]]
        built = panel.build(held, self._calendar.weeks, self._horizon)
        return adjust.continuous_series(self._items(term, None), built, self._calendar, window)

    def within_employers(self, term: str = "genai") -> pd.DataFrame:
        """Change of the share within employers since the first four weeks, by four-week period."""
        items = self._items(term, None)
        told = adjust.within_employers(items.assign(period=items["week_number"] // 4))
        first = panel.week_labels(told["period"].to_numpy() * 4)
        told.insert(0, "week", pd.Series(first, dtype="str"))
        return told.drop(columns="period")

    # -- counts of new postings

    def nowcast(self) -> pd.DataFrame:
        """New postings by the platform's own date, the newest weeks completed by how late postings come to be seen."""
        days = self._only(self._new, "posted_at", "is_backdated", "opened_day", "first_day")
        days = days[days["posted_at"].notna() & ~days["is_backdated"]]
        weeks = {
            f"{name}_week": panel.week_of(days[f"{day}_day"].to_numpy(float)).astype("int64")
            for name, day in (("opened", "opened"), ("recorded", "first"))
        }
        return nowcast.nowcast_series(days.assign(**weeks), self._calendar)

    def season(self) -> pd.DataFrame:
        """New postings by week with what may be said of their season."""
        new = self._flow(self._core)["new"].to_numpy(float, na_value=np.nan)
        return season.seasonal_series(new, self._calendar)

    # -- what the questions share

    def _share(self, term: str, by: str | None, where: Where | None, window: int) -> pd.DataFrame:
        items, edge = self._items(term, where), self._edge(window)
        return self._series(items, by, lambda held: series.share_series(held, self._calendar, window, edge))

    def _asking(self, where: Where | None) -> tuple[pd.DataFrame, pd.DataFrame]:
        """New postings and the terms that they ask for."""
        new = self._where(self._new, where)
        return new, self._new_terms[derived.at_row(new, self._new_terms["row"].to_numpy()) >= 0]

    def _recent(self, weeks: int, where: Where | None) -> tuple[pd.DataFrame, pd.DataFrame]:
        """New postings of the `weeks` up to the newest publishable one, and the terms that they ask for, with keys."""
        at = movers.newest(self._calendar)
        last = np.inf if at is None else self._calendar.weeks[at]
        new = self._where(self._new, where)
        new = new[(new["week_number"] > last - weeks) & (new["week_number"] <= last)]
        terms = self._new_terms[self._new_terms["row"].isin(new["row"])]
        return self._with(new, *KEY), self._with(terms, *KEY)

    def _lives(self, by: str | None, where: Where | None) -> pd.DataFrame:
        core = self._where(self._core, where)
        rows = core[["row"]].drop_duplicates()
        column = None if by is None or by in COHORTS else self._groups(rows, by)
        lived = lifetime.lives(self._only(core, *LIVED, "posted_at", *(f"{name}_day" for name in DAYS)))
        if by is None or by in lived:
            return lived
        named = plain(self._only(rows, *KEY).assign(**{by: column}))
        return lived.merge(named[[*KEY, by]], on=KEY, how="left")

    def _explained(
        self, items: pd.DataFrame, number: int, window: int, spans: Callable[[Iterator[Told]], pd.DataFrame]
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        from analytics import explain_load

        rows = self._evidence(explain.sample(items, number, window), "")
        return rows, spans(explain_load.told(self.url, rows["content_hash"], self.known_at))

    def _evidence(self, held: pd.DataFrame, figure: str) -> pd.DataFrame:
        names = ("title", "url", "content_hash", "before_at", "first_seen_at", "last_seen_at", "absent_at")
        return explain.rows(self._with(held, *KEY, *names, "opened_on"), figure)

    def _of_value(self, value: str) -> Where | None:
        return filters.value_named(value, self._postings, ("level", "country")) if value else None

    def _week_number(self, week: str) -> int:
        if week not in self._calendar.labels:
            raise filters.unknown_week(week, self._calendar.labels)
        return int(self._calendar.weeks[self._calendar.labels.index(week)])
