"""One posting counts once on however many boards; and what must hold for any counts and any history."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import panel, series
from analytics.chain import decompose
from analytics.once import once
from analytics.share import headline_share, share, wilson
from tests.test_panel import History, crawls_of, spell, spells_of

FEW = settings(max_examples=10, deadline=None, derandomize=True, database=None)
FEWER = settings(FEW, max_examples=3)  # of whole histories
DAILY = tuple(range(1, 61))
TOLD = ["posting_id", "start_day", "end_day", "is_new", "is_entry", "is_closing", "is_exit", "is_closed"]


def history(lives: dict[str, tuple[int, int]], dark: range = range(0), boards: str = "b") -> History:
    """Postings "name@board" advertised from a day until another; board b is not read on the days of `dark`, board n
    from day 10 on only."""
    closed = {"b": dark, "n": range(10)}
    complete = {board: [d for d in DAILY if d not in closed.get(board, ())] for board in boards}
    rows = []
    for name, (first, last) in lives.items():
        board = name.partition("@")[2] or "b"
        seen = [d for d in complete[board] if first <= d <= last]
        if seen:
            told = {"board": board, "posting_id": f"p/{board}/{name}", "company": "c"}
            rows.append(spell(name, seen, complete[board], **told))
    crawls = pd.concat([crawls_of(held, DAILY, board) for board, held in complete.items()], ignore_index=True)
    return History(spells_of(rows), crawls.sort_values("fetched_at", ignore_index=True))


def groups(held: History) -> pd.DataFrame:
    """The part of a name before "@" tells the posting; its id is that of the advertisement on board b."""
    ids = held.segments["posting_id"].drop_duplicates()
    names = ids.str.rpartition("/")[2].str.partition("@")[0]
    return pd.DataFrame({"posting_id": ids, "posting_group": "p/b/" + names})


def joined(lives: dict[str, tuple[int, int]], dark: range = range(0), boards: str = "b") -> list[list[Any]]:
    held = history(lives, dark, boards)
    found = once(held.segments, groups(held)).sort_values(["start_day", "posting_id"])
    from_day = float(held.intervals["start_day"].min()) - 1
    found[["start_day", "end_day"]] -= from_day
    return found[["start_day", "end_day", "is_new", "is_closing"]].values.tolist()


def test_a_posting_on_two_boards_lives_from_its_first_day_to_its_last() -> None:
    assert joined({"A": (10, 20), "A@z": (12, 30)}, boards="bz") == [[10, 31, True, True]]
    assert joined({"A": (12, 30), "A@z": (10, 20)}, boards="bz") == [[10, 31, True, True]]
    assert joined({"A": (12, 60), "A@z": (10, 20)}, boards="bz") == [[10, np.inf, True, False]]
    assert joined({"A": (10, 20), "B": (12, 30)}) == [[10, 21, True, True], [12, 31, True, True]]


def test_what_was_there_at_first_is_not_new_for_being_copied_later() -> None:
    assert joined({"A": (1, 20), "A@z": (5, 12)}, boards="bz") == [[1, 21, False, True]]


def test_a_board_that_is_read_first_on_the_opening_day_does_not_make_it_old() -> None:
    assert joined({"A@n": (10, 20), "A": (10, 20)}, boards="bn") == [[10, 21, True, True]]
    assert joined({"A@z": (10, 20), "A": (10, 20)}, range(10), "bz") == [[10, 21, True, True]]
    assert joined({"A@n": (10, 20), "A": (9, 20)}, boards="bn") == [[9, 21, True, True]]
    assert joined({"A@n": (10, 20), "A": (11, 20)}, boards="bn") == [[10, 21, False, True]]


def test_a_copy_bridges_a_board_that_is_out_of_sight() -> None:
    lives, dark = {"A": (5, 55)}, range(20, 45)
    assert joined(lives, dark) == [[5, 20, True, False], [45, 56, False, True]]
    assert joined({**lives, "A@z": (8, 50)}, dark, "bz") == [[5, 56, True, True]]


def test_a_copy_that_follows_within_14_days_is_the_same_stay() -> None:
    assert joined({"A": (5, 10), "A@z": (20, 30)}, boards="bz") == [[5, 31, True, True]]
    assert joined({"A": (5, 10), "A@z": (26, 40)}, boards="bz") == [[5, 11, True, True], [26, 41, True, True]]


def test_nothing_is_joined_without_identity_and_nothing_of_nothing() -> None:
    held = history({"A": (5, 10), "B": (6, 30)})
    alone = pd.DataFrame({"posting_id": pd.Series(dtype="str"), "posting_group": pd.Series(dtype="str")})
    pd.testing.assert_frame_equal(once(held.segments, alone), held.segments)
    empty = once(held.segments.iloc[:0], alone)
    assert empty.dtypes.to_dict() == held.segments.dtypes.to_dict()


LIVES = st.lists(st.tuples(st.integers(1, 55), st.integers(0, 40), st.booleans()), min_size=8, max_size=20)


@FEWER
@given(LIVES)
def test_an_advertisement_on_another_board_changes_nothing(drawn: list[tuple[int, int, bool]]) -> None:
    """Copies appear when their original does or later, and are taken down no later."""
    lives = {f"N{i}": (first, first + stay) for i, (first, stay, _) in enumerate(drawn)}
    copies = {f"N{i}@z": (first + stay // 3, first + stay - stay // 4)
              for i, (first, stay, copied) in enumerate(drawn) if copied}  # fmt: skip
    alone, both = history(lives, boards="bz"), history({**lives, **copies}, boards="bz")
    found, expected = once(both.segments, groups(both)), alone.segments
    order = ["posting_id", "start_day"]
    pd.testing.assert_frame_equal(
        found.sort_values(order, ignore_index=True)[TOLD], expected.sort_values(order, ignore_index=True)[TOLD]
    )
    pd.testing.assert_frame_equal(flow(found, both), flow(expected, alone))
    pd.testing.assert_frame_equal(shares(found, both), shares(expected, alone))


def flow(segments: pd.DataFrame, held: History) -> pd.DataFrame:
    """Asserts the identity of stock and flow as it counts."""
    return panel.flow(segments, held.weeks, held.horizon)


def shares(segments: pd.DataFrame, held: History) -> pd.DataFrame:
    new = segments[segments["is_new"]]
    items = new.assign(week_number=panel.week_of(new["start_day"].to_numpy()).astype("int64"),
                       y=new["posting_id"].str.contains("[02468]").astype(float))  # fmt: skip
    fit = np.ones(len(held.weeks), bool)
    return series.share_series(items, series.Calendar(held.weeks, panel.week_labels(held.weeks), fit, ~fit), 4)


@FEWER
@given(LIVES, LIVES, st.integers(10, 40), st.integers(0, 25))
def test_stock_is_explained_by_flow_and_bounded_for_any_history(
    own: list[tuple[int, int, bool]], other: list[tuple[int, int, bool]], dark: int, long: int
) -> None:
    lives = {f"N{i}": (first, first + stay) for i, (first, stay, _) in enumerate(own)}
    lives |= {f"N{i}@z": (first, first + stay) for i, (first, stay, _) in enumerate(other)}
    held = history(lives, range(dark, dark + long), "bz")
    for segments in (held.segments, once(held.segments, groups(held))):
        told = flow(segments, held)  # asserts stock = stock before + new + entered - closed - exited
        assert (told["low"] <= told["stock"]).all()
        assert (told["stock"] <= told["high"]).all()
    assert len(once(held.segments, groups(held))) <= len(held.segments)


COUNTS = st.lists(st.tuples(st.integers(1, 30), st.floats(0, 1)), min_size=2, max_size=25)


def counts(drawn: list[tuple[int, float]]) -> tuple[Any, Any]:
    m = np.array([size for size, _ in drawn], float)
    return np.round(m * [rate for _, rate in drawn]), m


@FEW
@given(COUNTS, st.integers(0, 24))
def test_an_employer_told_as_two_narrows_the_interval(drawn: list[tuple[int, float]], which: int) -> None:
    """Why names of companies must be brought together: every split looks like more independent evidence."""
    y, m = counts(drawn)
    at = which % len(m)
    y[at], m[at] = 2 * y[at], 2 * m[at]
    parts_y, parts_m = (np.r_[np.delete(v, at), v[at] / 2, v[at] / 2] for v in (y, m))
    one, two = share(y, m), share(parts_y, parts_m)
    assert two.high - two.low <= one.high - one.low + 1e-12
    assert two.c_eff > one.c_eff


@FEW
@given(COUNTS)
def test_no_printed_interval_is_shorter_than_that_of_independent_postings(drawn: list[tuple[int, float]]) -> None:
    found = headline_share(*counts(drawn))
    low, high = wilson(found.value, found.n)
    assert found.low <= low + 1e-12
    assert found.high >= high - 1e-12
    measured = share(*counts(drawn))
    assert (found.value, found.deff, found.n_eff) == (measured.value, measured.deff, measured.n_eff)


@FEW
@given(st.lists(st.tuples(*[st.integers(0, 20)] * 2, *[st.floats(0, 1)] * 2), min_size=1, max_size=9))
def test_parts_of_any_change_add_up(units: list[tuple[int, int, float, float]]) -> None:
    m = np.array([(a, b) for a, b, _, _ in units], float).T
    y = np.round(m * np.array([(p, q) for _, _, p, q in units]).T)
    found = decompose(y, m)
    assert abs(found.total - sum(found[1:])) < 1e-9


def test_a_steadied_design_effect_lies_between_the_measured_and_the_assumed() -> None:
    y, m = np.array([0.0, 0, 1, 0, 1, 0, 0, 0, 1, 0] * 4), np.array([30.0, 9, 3, 2, 1, 1, 5, 8, 2, 1] * 4)
    measured, headline, told = share(y, m), headline_share(y, m), headline_share(y, m, edge_deff=2.0)
    assert measured.deff < 2 < 1 + 0.3 * ((m**2).sum() / m.sum() - 1)
    assert headline.n_star < told.n_star < measured.n_star  # comparable terms tell better than the assumption
    many = headline_share(np.tile(y, 40), np.tile(m, 40))
    assert many.n_star / share(np.tile(y, 40), np.tile(m, 40)).n_star > 0.9  # many employers need no assumption
