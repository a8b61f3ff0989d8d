"""What a `Market` derives from the rows of a store, each frame made once, when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from analytics import derived, events, filters, offers_flags, panel, series, several
from analytics.coded import plain
from analytics.disclosure import headline_local, laws
from analytics.filters import LEVELS, Where
from analytics.frames import TEXTS, keyed, of_spells, posting_frame, spell_frame, texts
from analytics.load import Tables, load, reader_changes
from analytics.numeric import Bools
from analytics.spells import KEY, board_intervals, days, scopes
from store.connect import shown

GENAI_ASKED = ("role_required", "role_duty", "role_preferred")
ORDER = {"level": LEVELS}


class Knowledge:
    """The rows of one store at one moment, and the private frames that every question to a `Market` is put to."""

    def __init__(self, url: str, as_of: str | date | None = None) -> None:
        self.url = url
        self.known_at = None if as_of is None else moment(as_of)

    def __repr__(self) -> str:
        """Which store and moment, and what of it is at hand; reads nothing, and tells no password."""
        told = [shown(self.url) if self.url else "rows at hand"]
        told += [f"as_of {self.known_at:%Y-%m-%dT%H:%M:%SZ}"] if self.known_at else []
        if (tables := vars(self).get("_tables")) is not None:
            told.append(f"data cut {tables.at:%Y-%m-%dT%H:%M:%SZ}" if tables.at else "no data cut")
        if (postings := vars(self).get("_told")) is not None:
            told.append(f"{len(postings):,} posting spells")
        return f"<Market {', '.join(told)}>"

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
        """Advertisements and what they are; reads all texts. Raises ValueError in a market without a store."""
        from analytics import identity_load  # reads texts, as no series does: its libraries are not loaded for them

        if not self.url:
            raise ValueError("a market of rows at hand has no texts that would tell which advertisements are the same")
        return identity_load.load(self.url, self._tables.versions.drop(columns="content"), self._tables.boards)

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
        """Stretches of postings of core roles, one posting once on however many boards, text as categories; `row` is
        the number of a row of `_postings`."""
        core = self._segments[self._segments["scope"].eq("core")]
        return several.counted_once(core, self._postings, self._grouped) if self.url else core

    def _grouped(self, posting_ids: pd.Series[str]) -> pd.DataFrame:
        """Which of these advertisements are one posting: posting_id, posting_group. Reads their texts."""
        from analytics import identity_load

        versions = self._tables.versions.drop(columns="content")
        held = versions[versions["posting_id"].isin(posting_ids)]
        return identity_load.load(self.url, held, self._tables.boards)[1]

    @cached_property
    def _events(self) -> pd.DataFrame:
        changes = reader_changes(self.url, self.known_at, self._tables.reader)
        return events.events(self._calendar, self._intervals, self._new, changes, laws())

    @cached_property
    def _paid(self) -> pd.DataFrame:
        """New core postings with headline pay in their own currency, region and is_outlier; text as text."""
        local = headline_local(keyed(self._pay, self._postings))
        return offers_flags.pay_items(self._with(self._new[self._new["has_pay"]], *KEY, "places"), local)

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
        kind, name = self._named_term(term)
        items = self._where(self._new, where)
        if kind == filters.GENAI:
            return items.assign(y=items["genai_class"].isin(GENAI_ASKED).astype(float))
        asks = np.zeros(len(self._postings))
        asks[self._asked.loc[self._asked[kind].eq(name), "row"]] = 1.0
        return items.assign(y=asks[items["row"]])

    def _with(self, rows: pd.DataFrame, *names: str) -> pd.DataFrame:
        """`rows` with columns of postings beside their own, text as text."""
        lacking = [name for name in names if name not in rows]
        more = self._named(lacking)[lacking].iloc[rows["row"].to_numpy()].set_axis(rows.index)
        return plain(pd.concat([rows, more], axis=1))

    def _only(self, rows: pd.DataFrame, *names: str) -> pd.DataFrame:
        """These columns of `rows` or of postings, text as text, and `row`: of a million rows no column more."""
        return self._with(rows[["row", *(name for name in names if name in rows)]], *names)

    def _named(self, names: Iterable[str]) -> pd.DataFrame:
        """`_postings`, with its texts where one of the names is of them."""
        if not {*names} & {*TEXTS}:
            return self._postings
        told = texts(self._postings["content"], self._tables.versions, self._tables.heads)
        return pd.concat([self._postings, told], axis=1)

    def _where(self, items: pd.DataFrame, where: Where | None) -> pd.DataFrame:
        return filters.kept(items, self._named(where or ()), where)

    def _groups(self, items: pd.DataFrame, by: str) -> pd.Series[Any]:
        return filters.groups_of(items, self._named([by] if isinstance(by, str) else ()), by)

    def _named_term(self, term: str, others: Iterable[str] = ()) -> tuple[str, str]:
        return filters.term_named(term, self._asked, others)

    def _series(self, items: pd.DataFrame, by: str | None, make: series.Make) -> pd.DataFrame:
        if by is None:
            return make(items)
        grouped = items.assign(**{by: self._groups(items, by)})
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


def moment(at: str | date) -> datetime:
    """Aware UTC; a time without a zone is UTC, a bare date its first instant, an ISO week its Monday's.

    Raises ValueError for text that is not ISO 8601, and for what is no time.
    """
    try:
        given = datetime.fromisoformat(at) if isinstance(at, str) else at
        if not isinstance(given, date) or pd.isna(given):
            raise ValueError("no time")
        stamp = pd.Timestamp(given)
        utc = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
        return utc.to_pydatetime(warn=False)
    except (ValueError, OverflowError) as error:
        raise ValueError(f'as_of is an ISO date, time or week, as "2026-06-30", not {at!r:.80}') from error
