"""`Market`: what a store knows, as plain DataFrames. The frames and their columns are described in docs/data.md.

Everything is a pure function of the rows known at `as_of`: two Markets on the same rows give the same frames.
Series are about postings of core machine-learning roles; prospects and guides are in no series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from analytics import derived, filters, movers, panel, series
from analytics.coded import plain
from analytics.filters import LEVELS, Where
from analytics.frames import POSTINGS, TEXTS, keyed, of_spells, posting_frame, spell_frame, texts
from analytics.load import Tables, load
from analytics.numeric import Bools
from analytics.spells import KEY, board_intervals, days, scopes

GENAI_ASKED = ("role_required", "role_duty", "role_preferred")
ORDER = {"level": LEVELS}
PANEL = [
    "platform", "board", "company", "sector", "title", "role", "scope", "level", "country", "work_mode",
    "genai_class", "genai_asked", "opened_on", "pay_mid_usd_year", "content_hash",
]  # fmt: skip


class Market:
    """One store at one moment. `as_of` (text or time, UTC when it names no zone) knows only what was recorded then.

    Raises `store.connect.StoreError` when there is no store at `url`; an empty store gives empty frames.
    """

    def __init__(self, url: str, as_of: str | datetime | None = None) -> None:
        self.url = url
        self.known_at = None if as_of is None else moment(as_of)

    @classmethod
    def of(cls, tables: Tables) -> Market:
        """The market of rows that are at hand instead of in a store: it has neither another moment nor texts."""
        market = cls("")
        vars(market)["_tables"] = tables
        return market

    def as_of(self, at: str | datetime) -> Market:
        """The same market with the knowledge of another moment."""
        return Market(self.url, at)

    @property
    def at(self) -> datetime | None:
        """When the newest thing that this market knows was written down: the data cut. None when it knows nothing."""
        return self._tables.at

    @property
    def reader(self) -> str:
        """Hash of the readers and lexicons behind its readings, "" when nothing was read."""
        return self._tables.reader

    @property
    def n_unread(self) -> int:
        """Stored texts that no reader has read: they are in no series, so that series without them are not whole."""
        return self._tables.n_unread

    # -- frames

    def postings(self) -> pd.DataFrame:
        """One row a posting spell, see docs/data.md. Prospects are here, marked `is_prospect`."""
        told = self._named(TEXTS)
        names = [*POSTINGS, *(name for name in told.columns if name not in POSTINGS)]
        return plain(told[[name for name in names if name not in filters.INTERNAL]])

    def versions(self) -> pd.DataFrame:
        """One row a version: posting_id, spell, seq, title, changed (names of the fields that differ), from and to."""
        return self._tables.versions.drop(columns="content")

    def pay(self) -> pd.DataFrame:
        """One row a pay range as stated, with annual US dollars at the rate of the opening day."""
        return keyed(self._pay.drop(columns="company"), self._postings)

    def mentions(self) -> pd.DataFrame:
        """One row a term in a context of a posting."""
        return keyed(self._mentions, self._postings)

    def terms(self) -> pd.DataFrame:
        """One row a term that postings of any scope ask for, most named first: n_postings and what the lexicon says."""
        return derived.term_counts(self._asked, self._postings["posting_id"])

    def boards(self) -> pd.DataFrame:
        """One row a board and crawl, oldest first."""
        return self._tables.boards.copy()

    def panel(self) -> pd.DataFrame:
        """One row a posting spell and ISO week in which it was advertised and its board in sight."""
        built = panel.build(self._segments, self._calendar.weeks, self._horizon)
        told = self._with(built, *(name for name in (*KEY, *PANEL) if name not in built))
        return told[["week", "week_on", *KEY, "weight", "is_new", "is_active_at_end", *PANEL]]

    def identity(self) -> pd.DataFrame:
        """One row a sighting (platform, board, native id): its posting_group on all boards and its opening_id."""
        return self._identity[1].copy()

    def openings(self) -> pd.DataFrame:
        """One row an opening: the same role on several boards, in several cities, or re-posted. Without prospects."""
        from analytics.identity import opening_frame

        told = self._postings[~self._postings["is_prospect"]]
        last = told.drop_duplicates("posting_id", keep="last").set_index("posting_id")
        return opening_frame(*self._identity, ~last["is_closed"])

    # -- series

    def share(self, term: str, by: str | None = None, where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """Share of new postings that ask for `term` ("genai", a term, a capability or a category) by week.

        Trailing window of `window` weeks. `by` names a column of `postings()`; `where` keeps postings whose columns
        equal a value or one of a list: {"country": "US", "level": ["senior", "staff"]}. Names of terms are known in
        any case. Here and in all series ValueError names what is nearest to an unknown term, column or value.
        """
        items, edge = self._items(term, where), self._edge(window)
        return self._series(items, by, lambda held: series.share_series(held, self._calendar, window, edge))

    def median_pay(self, by: str | None = "level", where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """Median of the geometric midpoints of posted base pay of new postings, US dollars a year, by week."""
        items = self._where(self._new, where)
        return self._series(items, by, lambda held: series.median_series(held, self._calendar, window))

    def disclosure(self, by: str | None = None, where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """Share of new postings with usable pay, by week; by="pay_law" parts them by legal regime."""
        items = self._where(self._new, where)
        items = items.assign(y=items["has_pay"].astype(float))
        return self._series(items, by, lambda held: series.share_series(held, self._calendar, window))

    def matched_share(
        self, term: str = "genai", where: Where | None = None, window: int = 4, resamples: int = 400
    ) -> pd.DataFrame:
        """The share chained on boards observed throughout, which new boards cannot bend; `raw` stands beside it."""
        items = self._items(term, where)
        return series.matched_series(
            items, self._calendar, window, self._covered, resamples, f"{term} {self._horizon:.0f}"
        )

    def flow(self, by: str | None = None, where: Where | None = None) -> pd.DataFrame:
        """Weekly new, entered_panel, closed, exited_panel and stock at the week's end, which they explain exactly."""
        return self._series(self._where(self._core, where), by, self._flow)

    def stock(self, by: str | None = None, where: Where | None = None) -> pd.DataFrame:
        """Open postings at each week's end; low and high are bounds by what crawls could see."""
        return self._series(
            self._where(self._core, where), by, lambda held: series.count_series(self._flow(held), self._calendar)
        )

    def movers(self, weeks: int = 13, window: int = 4, where: Where | None = None) -> pd.DataFrame:
        """Terms by the change of their share between the newest publishable window and that `weeks` before."""
        new = self._where(self._new, where)
        terms = self._new_terms[derived.at_row(new, self._new_terms["row"].to_numpy()) >= 0]
        found = movers.movers(new, terms, self._calendar, self._covered, weeks, window)
        names = self._mentions[["term", "category", "capability"]].drop_duplicates("term")
        return found.merge(plain(names), on="term", how="left")[movers.COLUMNS]

    def decompose(
        self, term: str = "genai", weeks: int = 13, window: int = 4, where: Where | None = None
    ) -> pd.DataFrame:
        """What changed a raw share over `weeks`: within and between boards, entry, leaving; parts add up to total."""
        return movers.decomposition(self._items(term, where), self._calendar, weeks, window)

    # -- what they are made of, each made once

    @cached_property
    def _tables(self) -> Tables:
        return load(self.url, self.known_at)

    @cached_property
    def _horizon(self) -> float:
        """Day number of the newest crawl: the market is not known beyond it."""
        fetched = self._tables.boards["fetched_at"]
        return float(days(fetched).max()) if len(fetched) else 0.0

    @cached_property
    def _told(self) -> pd.DataFrame:
        spells = spell_frame(self._tables.versions, self._tables.boards, self._tables.heads)
        return posting_frame(spells, self._tables.facts)

    @cached_property
    def _pay(self) -> pd.DataFrame:
        """Ranges with `row`, the number of a row of `_postings`."""
        return derived.pay_frame(self._told, self._tables)

    @cached_property
    def _mentions(self) -> pd.DataFrame:
        """Mentions with `row`, text as categories."""
        return of_spells(self._told, self._tables.mentions)

    @cached_property
    def _asked(self) -> pd.DataFrame:
        return derived.asked_terms(self._mentions)

    @cached_property
    def _postings(self) -> pd.DataFrame:
        return derived.with_pay(self._told, self._pay)

    @cached_property
    def _identity(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Advertisements and what they are; reads all texts."""
        from analytics import identity_load  # reads texts, as no series does: its libraries are not loaded for them

        return identity_load.load(self.url, self.versions(), self._tables.boards)

    @cached_property
    def _crawls(self) -> pd.DataFrame:
        return self._tables.boards.assign(scope_key=scopes)

    @cached_property
    def _intervals(self) -> pd.DataFrame:
        return board_intervals(self._crawls, self._horizon)

    @cached_property
    def _segments(self) -> pd.DataFrame:
        return derived.stretches(self._postings, self._intervals)

    @cached_property
    def _calendar(self) -> series.Calendar:
        weeks = panel.axis(self._intervals, self._horizon)
        fit = panel.publishable(self._segments, self._crawls, self._intervals, weeks, self._horizon)
        return series.Calendar(weeks, panel.week_labels(weeks), fit, panel.dark(self._intervals, weeks))

    @cached_property
    def _core(self) -> pd.DataFrame:
        """Stretches of postings of core roles, text as categories; `row` is the number of a row of `_postings`."""
        return self._segments[self._segments["scope"].eq("core")]

    @cached_property
    def _new(self) -> pd.DataFrame:
        """One row a new core posting, with the number of its week."""
        return derived.new_postings(self._core)

    @cached_property
    def _new_terms(self) -> pd.DataFrame:
        """One row a new core posting and term that it asks for."""
        return derived.new_terms(self._new, self._asked)

    @cached_property
    def _edge(self) -> Callable[[int], series.EdgeDeff]:
        return cache(lambda window: series.edge_of_terms(self._new_terms, self._new, self._calendar, window))

    def _items(self, term: str, where: Where | None) -> pd.DataFrame:
        """New core postings with y = 1 where they ask for the term."""
        kind, name = filters.term_named(term, self._asked)
        items = self._where(self._new, where)
        if kind == filters.GENAI:
            return items.assign(y=items["genai_class"].isin(GENAI_ASKED).astype(float))
        asks = np.zeros(len(self._postings))
        asks[self._asked.loc[self._asked[kind].eq(name), "row"]] = 1.0
        return items.assign(y=asks[items["row"]])

    def _with(self, rows: pd.DataFrame, *names: str) -> pd.DataFrame:
        """`rows` with columns of postings beside their own, text as text."""
        more = self._named(names)[list(names)].iloc[rows["row"].to_numpy()].set_axis(rows.index)
        return plain(pd.concat([rows, more], axis=1))

    def _named(self, names: Iterable[str]) -> pd.DataFrame:
        """`_postings`, with its texts where one of the names is of them."""
        if not {*names} & {*TEXTS}:
            return self._postings
        told = texts(self._postings["content"], self._tables.versions, self._tables.heads)
        return pd.concat([self._postings, told], axis=1)

    def _where(self, items: pd.DataFrame, where: Where | None) -> pd.DataFrame:
        return filters.kept(items, self._named(where or ()), where)

    def _series(self, items: pd.DataFrame, by: str | None, make: series.Make) -> pd.DataFrame:
        if by is None:
            return make(items)
        grouped = items.assign(**{by: filters.column_of(items, self._named([by]), by)})
        return plain(series.by_group(grouped, by, make, ORDER.get(by, [])))

    def _flow(self, held: pd.DataFrame) -> pd.DataFrame:
        """Counts by week with the week's label and status."""
        table = panel.flow(held, self._calendar.weeks, self._horizon)
        table.insert(0, "week", pd.Series(self._calendar.labels, dtype="str"))
        counts = [name for name in table.columns if name not in ("week", "week_number")]
        table.loc[self._calendar.dark, counts] = pd.NA  # no board in sight is not an empty market
        return table.drop(columns="week_number").assign(status=series.plain_status(self._calendar))

    def _covered(self, boards: pd.Index[Any]) -> Bools:
        return panel.covered(self._intervals, self._calendar.weeks, boards)


def moment(at: str | datetime) -> datetime:
    """Aware UTC; a time without a zone is UTC, a bare date its first instant."""
    stamp = pd.Timestamp(at)
    utc = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
    return utc.to_pydatetime()
