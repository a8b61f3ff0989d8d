"""What we or the law changed, week by week: steps that are not the market's.

A step in a series within a week of an event is not reported as a level shift, and a comparison of windows across a
change of source, reader, de-duplication or method raises no alert. Most events are derived from what the store holds;
others are rows of analytics/events.csv (kind, on, what, note, source); pay laws come from analytics/laws.csv.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from analytics.frames import OF_MANY
from analytics.numeric import Bools, Floats, Ints
from analytics.panel import week_labels, week_of
from analytics.series import Calendar
from analytics.share import ratio
from analytics.spells import dates, days

COLUMNS = {"week": "str", "on": "datetime64[us]", "kind": "str", "what": "str", "share": "float64"}
KINDS = ("dedupe", "law", "lexicon", "method", "outage", "source")
OF_COLLECTION = ("dedupe", "lexicon", "method", "source")  # no comparison of terms across one of these
MIN_ENTRY_SHARE = 0.05  # of new postings, by boards that came or left in one week
ENTRY_WEEKS = 4  # over which that share, and the mix of methods, is taken
MIX_WEEKS = 8  # a monthly thread is in every such window
MIN_SHIFT = 0.5  # of postings that would have to change their method to undo a change of the mix
MIN_SHIFT_OF_A_WEEK = 0.9  # where a mix is that of a single week
MIN_POSTINGS = 20  # on either side, before a mix is compared
CLASSES = ["employers' boards", "boards of many"]
METHODS = ("platform", "source_class", "provenance", "reader")  # columns that tell how postings were collected


def events(
    calendar: Calendar, intervals: pd.DataFrame, new: pd.DataFrame, readers: pd.DataFrame, laws: pd.DataFrame
) -> pd.DataFrame:
    """One row an event, oldest first: `COLUMNS`. `kind` is one of `KINDS`, `share` (0-1) the part of postings that it
    touches, NaN where unknown.

    `intervals`: when each board was in the panel (`spells.board_intervals`); `new`: new postings (week_number,
    platform, board, and any of `METHODS`); `readers`: reader, recorded_at and maybe share (the part of postings that it
    left to older readers); `laws`: as `disclosure.laws`.
    """
    parts = [
        shipped(), of_laws(laws), of_readers(readers), of_sources(calendar, intervals, new),
        method_breaks(new, calendar), outages(calendar),
    ]  # fmt: skip
    known = [part for part in parts if len(part)]
    found = pd.concat(known, ignore_index=True) if known else _rows([], [], "", [])
    return found.sort_values(["on", "kind", "what"], kind="stable").reset_index(drop=True).astype(COLUMNS)


@cache
def shipped() -> pd.DataFrame:
    """The dated rows of analytics/events.csv: `COLUMNS`. ValueError for a kind that is not one of `KINDS`."""
    with files("analytics").joinpath("events.csv").open(encoding="utf-8") as stream:
        told = pd.read_csv(stream, dtype="str", keep_default_na=False)
    if not told["kind"].isin(KINDS).all():
        raise ValueError(f"analytics/events.csv: kinds are {', '.join(KINDS)}")
    on = pd.to_datetime(told["on"], format="%Y-%m-%d").dt.tz_localize("UTC")
    return _rows(days(on), told["what"], told["kind"], np.nan)


def of_laws(laws: pd.DataFrame) -> pd.DataFrame:
    """Laws that ask for pay in the advertisement, by the day they came into force."""
    in_ad = laws[laws["in_ad"].eq("yes")]
    names = [f"pay law of {name}" for name in in_ad["region_name"].where(in_ad["region_name"].ne(""), in_ad["country"])]
    return _rows(days(in_ad["in_force_on"].dt.tz_localize("UTC")), names, "law", np.nan)


def of_readers(readers: pd.DataFrame) -> pd.DataFrame:
    """Changes of the readers and lexicons in force; the first reader changed nothing."""
    told = readers.sort_values("recorded_at", kind="stable")
    changed = told[told["reader"].ne(told["reader"].shift())].iloc[1:]
    share = changed["share"].to_numpy(float) if "share" in changed else np.nan
    return _rows(days(changed["recorded_at"]), [f"reader {name[:8]}" for name in changed["reader"]], "lexicon", share)


def of_sources(calendar: Calendar, intervals: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Weeks in which boards with over 5 % of the four weeks' new postings came into sight or left it.

    Boards there in the first week did not come, and one that was out of sight for a while neither left nor came: that
    is an outage. What came is measured in the four weeks from then, what left in the four weeks before.
    """
    names, weekly = _weekly(calendar, new, ("platform", "board"))
    code = names.get_indexer(pd.MultiIndex.from_frame(intervals[["platform", "board"]]))
    rows: list[tuple[float, str, float]] = []
    stretches = intervals.groupby(["platform", "board"], sort=False)
    ends = {"came": stretches.cumcount().eq(0), "left": stretches.cumcount(ascending=False).eq(0)}
    for column, word in (("start_day", "came"), ("end_day", "left")):
        day = intervals[column].to_numpy(float)
        known = np.isfinite(day) & (code >= 0) & ends[word].to_numpy()
        at = week_of(day[known]).astype("int64") - (calendar.weeks[0] if len(calendar.weeks) else 0)
        rows += _moves(at, day[known], code[known], names, weekly, word)
    on, what, share = zip(*rows, strict=True) if rows else ((), (), ())
    return _rows(np.array(on, float), list(what), "source", np.array(share, float))


def method_breaks(items: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Weeks in which the way postings were collected changed for at least half of them: kind "method".

    Compared are the mixes of the eight weeks with postings before and from each week, by platform and by whichever else
    of `METHODS` the items have (employers' own boards against boards of many employers where they have `sector`).
    `share` is half the sum of absolute differences: the part of postings that another method brought.
    """
    if "source_class" not in items and "sector" in items:
        is_of_many = items["sector"].eq(OF_MANY).to_numpy().astype("int64")
        items = items.assign(source_class=pd.Categorical.from_codes(is_of_many, pd.Index(CLASSES)))
    found = [_shifts(calendar, *_weekly(calendar, items, (name,)), name) for name in METHODS if name in items]
    known = [part for part in found if len(part)]
    if not known:
        return _rows([], [], "method", [])
    told = pd.concat(known, ignore_index=True)
    return told.drop_duplicates("week").reset_index(drop=True)  # a platform's change is its class's, too


def outages(calendar: Calendar) -> pd.DataFrame:
    """Weeks too badly crawled to be published; not the first one, nor the newest, which may be under way."""
    inner = np.arange(len(calendar.weeks))
    at = np.flatnonzero(~calendar.publishable & (inner > 0) & (inner < len(inner) - 1))
    words = np.where(calendar.dark[at], "no board in sight", "crawls incomplete")
    return _rows(calendar.weeks[at] * 7.0 - 3, list(words), "outage", np.nan)


def between(events: pd.DataFrame | None, first: str, last: str, kinds: tuple[str, ...] = OF_COLLECTION) -> str:
    """The events after week `first` and until week `last`, told in one line; "" where there is none.

    An event in `first` itself is in all that is compared. A change of readers that left no posting to older readers
    (share 0) has changed the whole history alike and is none.
    """
    if events is None:
        return ""
    told = events[events["kind"].isin(kinds) & events["week"].gt(first) & events["week"].le(last)]
    return describe(told[~touches_nothing(told)])


def describe(events: pd.DataFrame) -> str:
    """The events in one line: "2026-W05 source: lever/acme came; ..."."""
    return "; ".join(f"{row.week} {row.kind}: {row.what}" for row in events.itertuples())


def touches_nothing(events: pd.DataFrame) -> Bools:
    """Whether an event is known to leave every posting as it was."""
    return np.asarray(events["kind"].eq("lexicon") & events["share"].eq(0), bool)


def positions(labels: list[str], events: pd.DataFrame | None) -> tuple[Ints, list[str]]:
    """For consecutive weeks: position and line of each event, also of those before and after them."""
    if events is None or not len(labels):
        return np.array([], "int64"), []
    told = events[~touches_nothing(events)]
    first = week_numbers(labels[:1])[0]
    lines = [describe(told.iloc[[at]]) for at in range(len(told))]
    return week_numbers(list(told["week"])) - first, lines


def week_numbers(labels: list[str]) -> Ints:
    """Week numbers of labels such as "2026-W05"."""
    mondays = [pd.Timestamp.fromisocalendar(int(label[:4]), int(label[6:]), 1) for label in labels]
    return np.array([(monday - pd.Timestamp(0)).days + 3 for monday in mondays], "int64") // 7


def _rows(day: Any, what: Any, kind: Any, share: Any) -> pd.DataFrame:
    day = np.asarray(day, float)
    told = {"week": week_labels(week_of(day).astype("int64")), "on": dates(day), "what": list(what)}
    return pd.DataFrame(told).assign(kind=kind, share=share)[list(COLUMNS)].astype(COLUMNS)


def _weekly(calendar: Calendar, items: pd.DataFrame, names: tuple[str, ...]) -> tuple[Any, Floats]:
    """(weeks, classes) postings by week and by the values of some columns, and the classes as a MultiIndex."""
    at = items["week_number"].to_numpy("int64") - (calendar.weeks[0] if len(calendar.weeks) else 0)
    inside = (at >= 0) & (at < len(calendar.weeks))
    held = items.loc[inside, list(names)]
    code = held.groupby(list(names), sort=False, dropna=False, observed=True).ngroup().to_numpy("int64")
    found = pd.MultiIndex.from_frame(held.iloc[np.unique(code, return_index=True)[1]])
    shape = (len(calendar.weeks), len(found))
    weekly = np.bincount(at[inside] * shape[1] + code, minlength=shape[0] * shape[1]).reshape(shape)
    return found, weekly.astype(float)


def _moves(at: Ints, day: Floats, code: Ints, names: Any, weekly: Floats, word: str) -> list[tuple[float, str, float]]:
    """Day, words and share of each week in which boards with enough postings came or left."""
    found = []
    for week in np.unique(at):
        here = at == week
        weeks = slice(week, week + ENTRY_WEEKS) if word == "came" else slice(max(week - ENTRY_WEEKS, 0), week)
        moved = np.unique(code[here])
        share = float(ratio(weekly[weeks][:, moved].sum(), weekly[weeks].sum()))
        if week > 0 and share > MIN_ENTRY_SHARE:
            found.append((float(day[here].min()), f"{_named(names[moved])} {word}", share))
    return found


def _named(boards: Any) -> str:
    if len(boards) == 1:
        return "/".join(boards[0])
    platforms = sorted(set(boards.get_level_values(0)))
    return f"{len(boards)} boards of {platforms[0] if len(platforms) == 1 else f'{len(platforms)} platforms'}"


def _shifts(calendar: Calendar, names: Any, weekly: Floats, column: str) -> pd.DataFrame:
    """Peaks of the distance between the mixes before and from each week with postings."""
    some = np.flatnonzero(weekly.sum(1) > 0)
    before, after = _sums(weekly[some])
    sizes = np.minimum(before.sum(1), after.sum(1))
    mixes = [ratio(part, part.sum(1, keepdims=True)) for part in (before, after)]
    apart = np.where(sizes >= MIN_POSTINGS, np.abs(mixes[1] - mixes[0]).sum(1) / 2, 0.0)
    apart = np.nan_to_num(apart)
    at_edge = np.minimum(np.arange(len(some)), np.arange(len(some))[::-1] + 1) < 2
    enough = apart >= np.where(at_edge, MIN_SHIFT_OF_A_WEEK, MIN_SHIFT)
    peaks = [at for at in np.flatnonzero(enough) if at == _peak(apart, int(at))]
    labels = names.get_level_values(0)
    words = [f"{column} {labels[before[at].argmax()]}, then {labels[after[at].argmax()]}" for at in peaks]
    return _rows(calendar.weeks[some[peaks]] * 7.0 - 3, words, "method", apart[peaks])


def _sums(weekly: Floats) -> tuple[Floats, Floats]:
    """For each row the sums of the `MIX_WEEKS` rows before it, and of those that begin with it."""
    total = np.vstack([np.zeros((1, weekly.shape[1])), np.cumsum(weekly, axis=0)])
    at = np.arange(len(weekly))
    before = total[at] - total[np.maximum(at - MIX_WEEKS, 0)]
    return before, total[np.minimum(at + MIX_WEEKS, len(weekly))] - total[at]


def _peak(apart: Floats, at: int) -> int:
    """Position of the first greatest distance in the weeks around `at`."""
    first = max(at - ENTRY_WEEKS + 1, 0)
    return first + int(apart[first : at + ENTRY_WEEKS].argmax())
