"""Identity against the truth of a market that aggregators copy, by the rules one by one, and through a store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from analytics.identity import IDENTITY, OPENINGS, Known, frame, identities
from analytics.identity_names import company_key, requisition_of, spots, title_of, unlikeness
from analytics.identity_texts import from_texts, learnt
from analytics.market import Market
from analytics.near import Index, Signatures, components, group_numbers, shingles, signatures
from simulator import World
from simulator.copies import sightings
from store import runs, write
from store.connect import open_engine
from store.migrate import upgrade
from store.posting import Place, Posting
from tests.sightings import observed

SEEDS = range(31, 35)  # thresholds were chosen on others
AGGREGATORS = ("allboards/all", "otherboards/all")
START = datetime(2026, 1, 5, tzinfo=UTC)
TEXT = "You will train ranking models with us and measure them. " + " ".join(
    f"Duty {n} asks for {word} and for care with number {n * 7}." for n, word in enumerate("abcdefghijklmnopqrst")
)


# -- against the truth


class Score(NamedTuple):
    """Pairs found, true, and both."""

    found: int
    true: int
    both: int


def pairs(labels: Iterable[Any]) -> set[tuple[int, int]]:
    groups: dict[Any, list[int]] = {}
    for number, label in enumerate(labels):
        groups.setdefault(label, []).append(number)
    return {pair for members in groups.values() for pair in combinations(members, 2)}


def scored(found: Iterable[Any], true: Iterable[Any]) -> Score:
    mine, theirs = pairs(found), pairs(true)
    return Score(len(mine), len(theirs), len(mine & theirs))


@pytest.fixture(scope="module", params=[1, 7], ids=["daily", "weekly"])
def markets(request: pytest.FixtureRequest) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """(ads with the truth, identity) of worlds on the employers' boards and on two aggregators."""
    made = []
    for seed in SEEDS:
        world = World(seed=seed, days=300, n_employers=40, postings_a_year=30)
        ads, texts = observed(world, sightings(world, AGGREGATORS), days=request.param, aggregators=AGGREGATORS)
        made.append((ads, identities(ads, from_texts(texts))))
    return made


@pytest.mark.slow
@pytest.mark.parametrize(("column", "truth"), [("posting_group", "posting"), ("opening_id", "opening")])
def test_duplicates_are_found_and_little_else(
    markets: list[tuple[pd.DataFrame, pd.DataFrame]], column: str, truth: str
) -> None:
    scores = [scored(told[column], ads[truth]) for ads, told in markets]
    found, true, both = (sum(one) for one in zip(*scores, strict=True))
    assert true > 5_000
    assert both / found >= 0.99, (both, found)
    assert both / true >= 0.97, (both, true)


@pytest.mark.slow
def test_counts_equal_the_truth_within_a_hundredth(markets: list[tuple[pd.DataFrame, pd.DataFrame]]) -> None:
    for ads, told in markets:
        assert told["posting_id"].tolist() == ads["posting_id"].tolist()
        for column, truth in (("posting_group", "posting"), ("opening_id", "opening")):
            n, true = told[column].nunique(), ads[truth].nunique()
            assert abs(n / true - 1) <= 0.01, (column, n, true)


@pytest.fixture(scope="module")
def small() -> tuple[pd.DataFrame, dict[str, str]]:
    world = World(seed=5, days=200, n_employers=10, postings_a_year=30)
    return observed(world, sightings(world, AGGREGATORS), aggregators=AGGREGATORS)


def test_order_of_rows_changes_nothing(small: tuple[pd.DataFrame, dict[str, str]]) -> None:
    ads, texts = small
    told = identities(ads, from_texts(texts))
    mixed = identities(ads.sample(frac=1, random_state=3, ignore_index=True), from_texts(texts))
    pd.testing.assert_frame_equal(mixed.sort_values("posting_id", ignore_index=True), told)


def test_what_comes_later_is_told_as_if_it_had_come_at_once(small: tuple[pd.DataFrame, dict[str, str]]) -> None:
    ads, texts = small
    known, told = Known(learnt(ads, from_texts(texts))), {}
    for start, end in pairwise([0, 200, 210, len(ads)]):
        new = known.add(ads[start:end], from_texts(texts))
        assert set(ads["posting_id"][start:end]) <= set(new["posting_id"])
        assert start == 0 or len(new) < end  # of the others only those touched
        told |= {row.posting_id: row for row in new.itertuples(index=False)}
    whole = identities(ads, from_texts(texts)).itertuples(index=False)
    assert [told[row.posting_id] for row in whole] == [*identities(ads, from_texts(texts)).itertuples(index=False)]


# -- the rules, one by one


def ad(name: str, first: int, last: int, **told: Any) -> dict[str, Any]:
    """An advertisement of the days first to last; "board:id" names it."""
    row = {
        "company": "Acme",
        "title": "Senior ML Engineer",
        "place": "Boston, MA",
        "requisition": "",
        "text": TEXT,
    } | told
    board, _, number = name.partition(":")
    return {
        "posting_id": name, "board": board, "company": row["company"], "requisition": row["requisition"],
        "first_at": START + timedelta(days=first), "last_at": START + timedelta(days=last),
        "places": [{"label": row["place"]}] if row["place"] else [],
        "versions": [(f"{board}{number}", row["title"])], "text": row["text"],
    }  # fmt: skip


def told(*ads: dict[str, Any]) -> tuple[list[set[str]], list[set[str]], set[str]]:
    """Postings of several ads, openings of several ads, and re-posts."""
    texts = {one["versions"][0][0]: one["text"] for one in ads}
    found = identities(frame(ads, ["agg"]), from_texts(texts))
    groups = [
        sorted((set(held) for _, held in found.groupby(column)["posting_id"] if len(held) > 1), key=sorted)
        for column in ("posting_group", "opening_id")
    ]
    return groups[0], groups[1], set(found.loc[found["is_repost"], "posting_id"])


OWN = ad("own:1", 0, 30)


def test_the_same_ad_on_two_boards_is_one_posting() -> None:
    words = TEXT.split()
    words[10], words[50] = "entirely", "differently"
    other = ad("agg:1", 3, 35, text=" ".join(words), title="Sr. ML Engineer at Acme (Remote)", company="Acme, Inc.")
    assert told(OWN, other) == ([{"agg:1", "own:1"}], [{"agg:1", "own:1"}], set())


def test_a_text_cut_short_is_the_same_posting() -> None:
    assert told(OWN, ad("agg:1", 1, 30, text=TEXT[: len(TEXT) // 2]))[0] == [{"agg:1", "own:1"}]


@pytest.mark.parametrize(
    "other",
    [
        {"company": "Acme Foods"}, {"title": "Staff ML Engineer"}, {"title": "Payroll Clerk"}, {"place": "Berlin"},
        {"text": "Something else is wanted here, with other words for other people in another house altogether."},
        {"first": 60, "last": 70},
    ],
    ids=str,
)  # fmt: skip
def test_another_company_rung_job_place_text_or_time_is_another_posting(other: dict[str, Any]) -> None:
    assert told(OWN, ad("agg:1", other.pop("first", 1), other.pop("last", 30), **other))[0] == []


def test_the_same_role_in_several_cities_is_one_opening() -> None:
    cities = [ad(f"own:{n}", n, 30, place=place) for n, place in enumerate(("Boston, MA", "Austin, TX", "Denver, CO"))]
    assert told(*cities) == ([], [{"own:0", "own:1", "own:2"}], set())


def test_what_a_board_shows_twice_at_one_time_and_place_stays_apart() -> None:
    assert told(OWN, ad("own:2", 5, 40)) == ([], [], set())


def test_requisitions_prove_difference_never_sameness() -> None:
    one, other = ad("own:1", 0, 30, requisition="R-17"), ad("own:2", 0, 30, requisition="R-18", place="Austin, TX")
    assert told(one, other) == ([], [], set())
    same = ad("own:3", 0, 30, requisition="R-17", text="Another job. " * 40, title="Payroll Clerk")
    assert told(one, same) == ([], [], set())
    assert told(one, ad("own:4", 40, 60, requisition="R-18")) == ([], [], set())


def test_each_of_two_concurrent_requisitions_has_its_own_copy() -> None:
    ads = [
        ad("own:1", 0, 30, requisition="R-1"),
        ad("own:2", 9, 44, requisition="R-2"),
        ad("agg:1", 2, 31),
        ad("agg:2", 10, 49),
    ]
    assert told(*ads)[:2] == ([{"agg:1", "own:1"}, {"agg:2", "own:2"}],) * 2


@pytest.mark.parametrize(("first", "is_one"), [(20, False), (31, True), (89, True), (95, False)])
def test_a_repost_follows_an_absence_of_at_most_sixty_days(first: int, is_one: bool) -> None:
    postings, openings, reposts = told(OWN, ad("own:2", first, first + 20))
    assert (postings, openings) == ([], [{"own:1", "own:2"}] if is_one else [])
    assert reposts == ({"own:2"} if is_one else set())


def test_an_aggregators_stale_copy_does_not_hold_a_repost_back() -> None:
    ads = [OWN, ad("agg:1", 2, 60), ad("own:2", 40, 70), ad("agg:2", 42, 80)]
    assert told(*ads) == (
        [{"agg:1", "own:1"}, {"agg:2", "own:2"}],
        [{"agg:1", "agg:2", "own:1", "own:2"}],
        {"own:2", "agg:2"},
    )


def test_a_copy_under_another_source_changes_no_opening() -> None:
    cities = [OWN, ad("own:2", 0, 30, place="Austin, TX"), ad("own:3", 40, 50)]
    both = [*cities, *({**one, "posting_id": f"x{one['posting_id']}", "board": "agg"} for one in cities)]
    assert len(told(*both)[1]) == len(told(*cities)[1]) == 1


def test_nothing_gives_nothing() -> None:
    empty = identities(frame([]), from_texts({}))
    assert {name: str(kind) for name, kind in empty.dtypes.items()} == IDENTITY
    assert len(empty) == 0
    assert told(ad("own:1", 0, 9, text=""), ad("agg:1", 0, 9, text="")) == ([], [], set())


# -- names


@pytest.mark.parametrize(
    "name", ["ACME", "Acme, Inc.", "Acme GmbH & Co. KG", "Acme S.A.", "Ácme (YC W21)", "acme B. V."]
)
def test_companies_are_known_without_their_legal_form(name: str) -> None:
    assert company_key(name) == "acme"


def test_names_of_nothing_but_forms_stay() -> None:
    assert company_key("Co") == "co"
    assert company_key("株式会社") == "株式会社"
    assert company_key("!!!") == "!!!"


def test_titles_are_compared_without_what_boards_add() -> None:
    plain = title_of("Senior ML Engineer", "acme", "Boston, MA")
    for other in (
        "Sr. Machine Learning Engineer - Boston",
        "Senior ML Engineer (m/w/d) at Acme",
        "Senior ML Engineer, Remote",
    ):
        assert unlikeness(plain, title_of(other, "acme", "Boston, MA")) == 0, other
    assert unlikeness(plain, title_of("Senior ML Engineer, Search", "acme", "")) == 1
    assert unlikeness(plain, title_of("Staff ML Engineer", "acme", "")) is None


def test_requisitions_without_a_number_say_nothing() -> None:
    assert requisition_of("See Opening ID") is None
    one, other = requisition_of("R-0017"), requisition_of("r 0018")
    assert one is not None
    assert other is not None
    assert one.look == other.look


def test_an_unknown_place_stands_for_itself() -> None:
    assert spots([{"label": "Qwxyzburg"}]) != spots([{"label": "Qwxyzheim"}])
    assert spots([]) == frozenset()


# -- near-equal texts


def random_texts(n: int) -> list[str]:
    rng = np.random.default_rng(1)
    return [" ".join(f"w{number}" for number in rng.integers(0, 5_000, 300)) for _ in range(n)]


def test_signatures_tell_the_share_of_the_union() -> None:
    one = random_texts(1)[0].split()
    texts = [" ".join(one), " ".join([*one[:240], *random_texts(2)[1].split()[:60]]), " ".join(one[:100])]
    found = Index().add(group_numbers(["a"] * 3), signatures([shingles(text) for text in texts]))
    told = {(left, right): (j, c) for left, right, j, c in zip(*found[:4], strict=True)}
    assert told[1, 0][0] == pytest.approx(238 / 358, abs=0.12)
    assert told[2, 0][1] == pytest.approx(1.0, abs=0.2)


def test_groups_do_not_meet_and_empty_texts_are_like_none() -> None:
    told = signatures([shingles("one two three four")] * 2 + [shingles("")] * 2)
    assert len(Index().add(group_numbers("abcc"), told).left) == 0
    assert Index().add(group_numbers("aacc"), told).left.tolist() == [1]


@pytest.mark.parametrize("text", ["", "a", "\ud800", "機械学習エンジニア", "x" * 10_000, "\x00 \x01", "é"])
def test_shingles_of_anything(text: str) -> None:
    assert np.array_equal(shingles(text), shingles(f" {text}\n"))


def test_what_is_found_does_not_depend_on_how_many_come_at_once() -> None:
    texts = random_texts(200)
    texts += [text.replace("w12", "v") for text in texts[:100]]
    told, groups = signatures([shingles(text) for text in texts]), group_numbers(["g"] * 300)
    whole = Index().add(groups, told)
    index, parts = Index(), []
    for start, end in pairwise([0, 50, 51, 300]):
        parts.append(index.add(groups[start:end], Signatures(told.hashes[start:end], told.sizes[start:end])))
    found = {
        (left, right) for part in parts for left, right in zip(part.left.tolist(), part.right.tolist(), strict=True)
    }
    assert found == set(zip(whole.left.tolist(), whole.right.tolist(), strict=True))
    assert len(found) >= 95


def test_a_thousand_equal_texts_are_one_component_with_few_pairs() -> None:
    told = signatures([shingles(TEXT)] * 1000)
    found = Index().add(group_numbers(["g"] * 1000), told)
    assert len(found.left) < 1000 * 40
    assert not components(1000, found.left, found.right).any()


# -- through a store


def test_a_market_tells_its_openings(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/jobtide.db"
    engine = open_engine(url)
    upgrade(engine)

    def posting(name: str, place: str, **more: Any) -> Posting:
        return Posting(
            external_id=name,
            title="Senior ML Engineer",
            body_html=f"<p>{TEXT}</p>",
            places=(Place(label=place),),
            **more,
        )

    own = [posting("1", "Boston, MA"), posting("2", "Austin, TX")]
    copy = [posting("9", "Boston, Massachusetts, United States", company="Acme, Inc.")]
    prospect = posting("3", "Boston, MA", is_prospect=True)
    for week in range(3):
        at = START + timedelta(weeks=week)
        claim = runs.claim(engine, "crawl", at, now=at, clock="given")
        labels = [("lever", "acme", "Acme", ""), ("arbeitnow", "all", "Arbeitnow", "Aggregator")]
        rows = [
            dict(zip(("platform", "token", "company", "sector"), one, strict=True)) | {"country": ""} for one in labels
        ]
        write.label_boards(engine, rows, at)
        for (platform, token, *_), listed in zip(labels, ([*own, prospect], copy if week else []), strict=True):
            verdict = "snapshot" if listed else "empty"
            result = write.BoardResult(
                platform=platform, token=token, fetched_at=at, postings=listed, verdict=verdict, listed=len(listed)
            )
            with engine.connect() as conn:
                write.record_board(conn, claim, result, at)
        runs.finish(engine, claim.run_id, now=at, state="done", exit_code=0)
    engine.dispose()
    market = Market(url)
    identity = market.identity().set_index("posting_id")
    assert set(identity.index) == set(market.postings()["posting_id"])
    assert identity.loc["arbeitnow/all/9", "posting_group"] == "lever/acme/1"
    (row,) = market.openings().to_dict("records")
    assert {name: str(kind) for name, kind in market.openings().dtypes.items()} == OPENINGS
    counts = {name: row[name] for name in ("n_sightings", "n_postings", "n_boards", "n_places", "n_reposts")}
    assert counts == {"n_sightings": 3, "n_postings": 2, "n_boards": 2, "n_places": 2, "n_reposts": 0}
    assert (row["company"], row["is_open"]) == ("Acme", True)
    assert len(Market(url, START).openings()) == 1
    assert Market(url, START).openings()["n_sightings"].tolist() == [2]
