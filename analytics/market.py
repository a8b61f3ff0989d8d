"""`Market`: what a store knows, as plain DataFrames. The frames and their columns are described in docs/data.md.

Everything is a pure function of the rows known at `as_of`: two Markets on the same rows give the same frames.
Series are about postings of core machine-learning roles; prospects and guides are in no series.
"""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd

from analytics import arguments, derived, filters, movers, panel, revisions, series
from analytics.coded import plain
from analytics.filters import Where
from analytics.frames import POSTINGS, TEXTS, keyed
from analytics.knowledge import GENAI_ASKED, moment
from analytics.load import Tables
from analytics.questions import Questions
from analytics.spells import KEY

__all__ = ["GENAI_ASKED", "Market", "moment"]

PANEL = [
    "platform", "board", "company", "sector", "title", "role", "scope", "level", "country", "work_mode",
    "genai_class", "genai_asked", "opened_on", "pay_mid_usd_year", "content_hash",
]  # fmt: skip


@arguments.checked
class Market(Questions):
    """One store at one moment. `as_of` (text or time, UTC when it names no zone) knows only what was recorded then.

    Raises `store.connect.StoreError` when there is no store at `url`; an empty store gives empty frames.
    """

    @classmethod
    def of(cls, tables: Tables) -> Market:
        """The market of rows that are at hand instead of in a store: it has neither another moment nor texts, and no
        `url`."""
        market = cls("")
        vars(market)["_tables"] = tables
        return market

    def as_of(self, at: str | date | None) -> Market:
        """The same store with the knowledge of another moment, also of a later one than this market's; None: all.

        Raises ValueError for what is no moment, and in a market of rows at hand.
        """
        if not self.url:
            raise ValueError("a market of rows at hand knows no other moment than theirs")
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
        told = self._with(built, *KEY, *PANEL)
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

    def published(self) -> pd.DataFrame:
        """One row a number of a report that was written; with `as_of` only of data cuts before it."""
        return revisions.published(self.url, self.known_at)

    def revisions(self) -> pd.DataFrame:
        """One row a number printed by two reports: the first value against the newest printed, with the cause."""
        return revisions.revisions(self.published(), decided=revisions.decided(self.url, self.known_at))

    # -- series

    def share(self, term: str, by: str | None = None, where: Where | None = None, window: int = 4) -> pd.DataFrame:
        """Share of new postings that ask for `term` ("genai", a term, a capability or a category) by week.

        Trailing window of `window` weeks. `by` names a column of `postings()`; `where` keeps postings whose columns
        equal a value or one of a list: {"country": "US", "level": ["senior", "staff"]}. Names of terms are known in
        any case. Here and in all series ValueError names what is nearest to an unknown term, column or value.
        """
        return self._share(term, by, where, window)

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
        """Terms by the change of their share between the newest publishable window and that `weeks` before.

        Raises ValueError also where `weeks` is less than `window`: then the windows would overlap.
        """
        found = movers.movers(*self._asking(where), self._calendar, self._covered, weeks, window, self._events)
        names = self._mentions[["term", "category", "capability"]].drop_duplicates("term")
        return found.merge(plain(names), on="term", how="left")[movers.COLUMNS]

    def decompose(
        self, term: str = "genai", weeks: int = 13, window: int = 4, where: Where | None = None
    ) -> pd.DataFrame:
        """What changed a raw share over `weeks`: within and between boards, entry, leaving; parts add up to total.

        With `weeks` less than `window` the windows overlap: postings of the weeks that they share are in both shares.
        """
        return movers.decomposition(self._items(term, where), self._calendar, weeks, window)
