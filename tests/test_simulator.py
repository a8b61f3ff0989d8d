"""The simulated market: determinism, its known curves, and that truth, listing and texts agree."""

from __future__ import annotations

import ast
import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

import simulator
from simulator import World, truth
from simulator.curves import disclosure_share, law_on
from simulator.model import Pay
from simulator.pay import spelled
from simulator.prose import compose, plain

FOLDER = Path(simulator.__file__).parent


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=1)


def text_of(posting, version=None) -> str:
    prose = compose(posting, version or posting.versions[0])
    return plain([prose.intro, *prose.body, *prose.closing])


def test_a_seed_fixes_the_world(world):
    again, other = World(seed=1), World(seed=2)
    assert truth.postings(world).equals(truth.postings(again))
    assert truth.versions(world).equals(truth.versions(again))
    assert [text_of(one) for one in world.postings[:50]] == [text_of(one) for one in again.postings[:50]]
    assert set(truth.postings(world)["posting_id"]).isdisjoint(truth.postings(other)["posting_id"])


def test_a_longer_world_begins_like_a_shorter_one(world):
    long = World(seed=1, days=700)
    at = world.first_at + timedelta(days=300, hours=9)
    for employer in world.employers:
        board = (employer.platform, employer.token)
        assert truth.listing(world, *board, at) == truth.listing(long, *board, at)


def test_the_default_world_has_the_promised_size(world):
    board_sizes = [
        len(truth.listing(world, employer.platform, employer.token, end_at))
        for end_at in truth.week_ends(world)
        for employer in world.employers
    ]
    assert len(world.employers) == 36
    assert 500 <= len(world.postings) <= 900
    assert len(truth.week_ends(world)) == 60
    assert max(board_sizes) <= 60
    assert sum(board_sizes) / len(board_sizes) < 15


def test_sizes_are_heavy_tailed_and_boards_come_and_go():
    frame = truth.employers(World(seed=3, n_employers=300, postings_a_year=1))
    assert frame["size"].median() <= 3
    assert 30 <= frame["size"].max() <= 60
    assert 0.1 < frame["joins_at"].notna().mean() < 0.4
    assert frame["token"].is_unique
    assert frame["company"].is_unique
    assert set(frame["leaves_as"]) == {"not_found", "empty"}


def test_llm_and_tool_shares_follow_the_curve_and_cluster_by_employer():
    world = World(seed=5, n_employers=600, postings_a_year=8)
    frame = truth.llm_share(world).iloc[10:]
    assert (frame["stock_share"] - frame["stock_expected"]).abs().max() < 0.09
    assert frame["stock_share"].iloc[-1] - frame["stock_share"].iloc[0] > 0.15
    assert (frame["stock_share"] - frame["employers_expected"]).abs().max() < 0.05
    pytorch = truth.share(world, "PyTorch").iloc[10:]
    assert (pytorch["stock_share"] - pytorch["stock_expected"]).abs().max() < 0.06
    counted = truth.postings(world).query("in_scope")
    by_employer = counted.groupby("company")["llm"].agg(["mean", "count", "sum"]).query("count >= 5")
    share = counted["llm"].mean()
    naive = (share * (1 - share) / by_employer["count"]).mean()
    assert by_employer["mean"].var() > 2 * naive


def test_pay_is_told_where_a_law_asks_for_it():
    world = World(seed=5, n_employers=600, postings_a_year=4, first_day=date(2025, 7, 1), days=240)
    frame = truth.postings(world).query("regime == 'US-MA' and repost_of == ''")
    shares = (frame["discloses"] != "none").groupby(frame["has_pay_law"]).mean()
    assert shares[True] == pytest.approx(disclosure_share("US-MA", date(2026, 1, 1)), abs=0.12)
    assert shares[False] == pytest.approx(disclosure_share("US-MA", date(2025, 8, 1)), abs=0.15)
    assert law_on("GB") is None


def test_stock_is_stock_before_plus_opened_minus_closed(world):
    frame = truth.stock_and_flow(world, in_scope=False)
    change = frame["n_stock"].diff().iloc[1:]
    assert (change == (frame["n_opened"] - frame["n_closed"]).iloc[1:]).all()
    for row in frame.iloc[::12].itertuples():
        at = row.end_at.to_pydatetime()
        listed = sum(len(truth.listing(world, one.platform, one.token, at)) for one in world.employers)
        assert listed == row.n_stock


def test_every_kind_of_history_occurs(world):
    postings, versions = truth.postings(world), truth.versions(world)
    assert set(versions["change"]) == {"new", "title", "pay", "text", "back", "republish"}
    assert (postings["n_spells"] > 1).any()
    assert (postings["repost_of"] != "").any()
    copies = postings.query("platform == 'greenhouse' and repost_of == ''").groupby("opening")["city"]
    assert (copies.nunique() > 1).any()
    assert (postings["n_places"] > 1).any()
    assert postings["is_prospect"].any()
    assert not postings["is_listed"].all()
    assert set(postings["scope"]) == {"core", "adjacent", "out"}
    assert postings["posting_id"].is_unique


def test_a_turned_back_edit_restores_the_first_wording(world):
    turned = [one for one in world.postings if any(version.change == "back" for version in one.versions)]
    assert turned
    for posting in turned:
        first, second, third = posting.versions[:3]
        assert text_of(posting, first) == text_of(posting, third)
        assert first.content() == third.content()
        assert second.change in ("title", "pay", "text")


def test_texts_say_what_is_true(world):
    for posting in world.postings:
        text = text_of(posting)
        assert not text.isascii()
        assert 180 < len(text.split()) < 600
        assert all(tool in text for tool in posting.tools)
        speaks = any(word in text for word in ("LLM", "large language model", "enerative AI", "retrieval-augmented"))
        assert speaks or not (posting.llm or posting.employer.says_llm)
        if not (posting.llm or posting.employer.says_llm or posting.employer.has_notice):
            assert not speaks
        shown = str(posting.versions[0].pay.high)[:2]
        if posting.discloses in ("text", "both"):
            assert shown in text


def test_an_edited_text_differs(world):
    edited = [one for one in world.postings if len(one.versions) > 1 and one.versions[1].change == "text"]
    assert edited
    assert all(text_of(one, one.versions[0]) != text_of(one, one.versions[1]) for one in edited)


def test_reposts_keep_the_text_under_a_new_id(world):
    by_id = {one.posting_id: one for one in world.postings}
    pairs = [(by_id[one.repost_of], one) for one in world.postings if one.repost_of in by_id]
    assert pairs
    for first, again in pairs:
        assert text_of(first, first.versions[-1]) == text_of(again)
        assert again.external_id != first.external_id
        assert again.spells[0].opened_at > first.spells[-1].closed_at


def test_pay_is_spelled_in_many_ways(world):
    lines = {
        line
        for one in World(seed=9, n_employers=120).postings
        for section in compose(one, one.versions[0]).body
        if section.kind == "pay"
        for line in section.lines
    }
    for mark in (" per year", "k–", "per annum", "brutto/Jahr", "brut par an", "per hour", "Zone B", "CHF "):
        assert any(mark in line for line in lines), mark
    rupees = {spelled(Random(n), Pay(4_000_000, 5_500_000, "INR", "year"), "IN")[0] for n in range(30)}
    assert rupees == {"Compensation: ₹40–55 LPA.", "Salary: INR 4,000,000 - INR 5,500,000 per annum."}


def test_nothing_outside_its_span_is_listed(world):
    early = datetime(2020, 1, 1, tzinfo=UTC)
    employer = next(one for one in world.employers if one.joins_at)
    assert truth.listing(world, employer.platform, employer.token, early) == set()
    assert truth.listing(world, "lever", "no such site", world.first_at) == set()
    leaver = next(one for one in world.employers if one.leaves_at and one.leaves_at < world.end_at)
    assert truth.listing(world, leaver.platform, leaver.token, leaver.leaves_at) == set()
    assert all(math.isfinite(value) for value in truth.llm_share(world)["stock_share"])


def test_a_platform_needs_one_module_and_one_line(monkeypatch):
    from simulator.platforms import FIRST_THREE, PLATFORMS

    monkeypatch.setitem(PLATFORMS, "fourth", PLATFORMS["lever"])
    drawn = [employer.platform for employer in World(seed=1, platforms=(*FIRST_THREE, "fourth")).employers]
    assert drawn.count("fourth") == drawn.count("lever") == 6
    assert drawn.count("greenhouse") == drawn.count("ashby") == 12


def test_the_simulator_stands_alone():
    ours = {"store", "analytics", "crawler", "reports", "jobtide", "scheduler"}
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & ours, path.name
