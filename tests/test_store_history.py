"""History against a small oracle: any order, repeats, both engines; A->B->A, gone and back, closings as intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from store import read, runs
from store.check import fsck, rebuild
from store.connect import open_engine
from store.decide import decide
from store.history import Observation, derive
from store.migrate import upgrade
from store.posting import Posting
from store.schema import board_run, manifest, payload, version
from store.write import BoardResult, label_boards, record_board
from tests.conftest import fresh_postgres

DAY0 = datetime(2026, 1, 5, 6, tzinfo=UTC)
BOARD = {"platform": "ashby", "token": "acme"}


@dataclass(frozen=True)
class Crawl:
    """One crawl of the board: day, verdict, external id -> text."""

    day: int
    verdict: str
    listed: dict[str, str]


def feed(engine: Engine, crawls: list[Crawl], token: str = "acme") -> list[str]:
    label = {"platform": "ashby", "token": token, "company": "Acme", "sector": "", "country": "US"}
    label_boards(engine, [label], DAY0)
    return [record(engine, crawl, token) for crawl in crawls]


def record(engine: Engine, crawl: Crawl, token: str) -> str:
    at = DAY0 + timedelta(days=crawl.day)
    try:
        claim = runs.claim(engine, "crawl", at, now=at, clock="given")
    except runs.NothingDue:
        return "done"
    saw = crawl.verdict in ("snapshot", "partial", "window", "empty")
    postings = [Posting(external_id=e, title=text, body_html=text) for e, text in crawl.listed.items()] if saw else None
    result = BoardResult(platform="ashby", token=token, verdict=crawl.verdict, fetched_at=at, postings=postings)
    with engine.connect() as conn:
        verdict = record_board(conn, claim, result, at)
    runs.finish(engine, claim.run_id, now=at, state="done", exit_code=0)
    return verdict


def stored(engine: Engine) -> list[tuple[object, ...]]:
    columns = [c for c in version.c if c.name not in ("id", "board_id")]
    with engine.connect() as conn:
        return [tuple(row) for row in conn.execute(select(*columns).order_by(version.c.external_id, version.c.seq))]


def oracle(crawls: list[Crawl]) -> dict[str, list[tuple[str, int, int, int | None, bool]]]:
    """external id -> (text, spell, from day, to day, closed), said posting by posting instead of crawl by crawl."""
    ordered = [c for c in sorted(crawls, key=lambda c: c.day) if c.verdict in ("snapshot", "partial")]
    ids = {e for c in ordered for e in c.listed}
    return {e: _life(e, ordered) for e in sorted(ids)}


def _life(e: str, ordered: list[Crawl]) -> list[tuple[str, int, int, int | None, bool]]:
    rows: list[list[object]] = []
    absent: list[int] = []
    for crawl in ordered:
        if e in crawl.listed:
            is_open = bool(rows) and not rows[-1][4]
            if not is_open:
                rows.append([crawl.listed[e], (rows[-1][1] if rows else 0) + 1, crawl.day, None, False])  # type: ignore[operator]
            elif rows[-1][0] != crawl.listed[e]:
                rows[-1][3] = crawl.day
                rows.append([crawl.listed[e], rows[-1][1], crawl.day, None, False])
            absent = []
        elif crawl.verdict == "snapshot" and rows and not rows[-1][4]:
            absent.append(crawl.day)
            if len(absent) == 2:
                rows[-1][3:] = [absent[0], True]
                absent = []
    return [tuple(row) for row in rows]  # type: ignore[misc]


def told(engine: Engine) -> dict[str, list[tuple[str, int, int, int | None, bool]]]:
    """The stored versions in the oracle's words."""
    with engine.connect() as conn:
        rows = list(read.versions(conn))
        titles = {h: p["title"] for h, p in read.contents(conn, [row["content_hash"] for row in rows])}
    lives: dict[str, list[tuple[str, int, int, int | None, bool]]] = {}
    for row in rows:
        to = None if row["valid_to"] is None else (row["valid_to"] - DAY0).days
        life = (titles[row["content_hash"]], row["spell"], (row["valid_from"] - DAY0).days, to, row["is_closed"])
        lives.setdefault(row["external_id"], []).append(life)
    return lives


listings = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["one", "two"]), max_size=4)
verdicts = st.sampled_from(["snapshot", "snapshot", "snapshot", "partial", "failed"])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Crawl], list[Crawl]]:
    days = draw(st.lists(st.integers(0, 40), min_size=1, max_size=9, unique=True))
    crawls = [Crawl(day, draw(verdicts), draw(listings)) for day in sorted(days)]
    fed = draw(st.permutations(crawls + draw(st.lists(st.sampled_from(crawls), max_size=3))))
    return crawls, list(fed)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories())
def test_any_order_with_repeats_gives_the_oracles_history(
    tmp_path_factory: pytest.TempPathFactory, history: tuple[list[Crawl], list[Crawl]]
) -> None:
    crawls, fed = history
    in_order, shuffled = (_fresh(tmp_path_factory, each) for each in (crawls, fed))
    assert told(shuffled) == {e: life for e, life in oracle(crawls).items() if life}
    assert stored(in_order) == stored(shuffled)
    assert not list(rebuild(shuffled, check=True))
    assert not list(fsck(shuffled))


def _fresh(factory: pytest.TempPathFactory, crawls: list[Crawl]) -> Engine:
    engine = open_engine(f"sqlite:///{factory.mktemp('s')}/s.db")
    upgrade(engine)
    feed(engine, crawls)
    return engine


def test_a_connection_that_breaks_amid_a_run_loses_no_board(postgres: str) -> None:
    engine = open_engine(fresh_postgres(postgres))
    upgrade(engine)
    label_boards(engine, [dict.fromkeys(("company", "sector", "country"), "") | BOARD], DAY0)
    claim = runs.claim(engine, "crawl", DAY0, now=DAY0, clock="given")
    result = BoardResult(**BOARD, verdict="snapshot", fetched_at=DAY0, postings=[Posting(external_id="a", title="A")])
    with engine.connect() as conn:
        backend = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
        conn.rollback()
        with engine.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
        assert record_board(conn, claim, result, DAY0) == "snapshot"
        assert record_board(conn, claim, result, DAY0) == "snapshot"
    assert len(stored(engine)) == 1
    engine.dispose()


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories())
def test_both_engines_give_the_same_rows(
    postgres: str, tmp_path_factory: pytest.TempPathFactory, history: tuple[list[Crawl], list[Crawl]]
) -> None:
    other = open_engine(fresh_postgres(postgres))
    upgrade(other)
    feed(other, history[1])
    rows = stored(other)
    other.dispose()
    assert rows == stored(_fresh(tmp_path_factory, history[1]))


def test_an_edit_and_its_undoing_are_three_versions(engine: Engine) -> None:
    feed(engine, [Crawl(day, "snapshot", {"a": text}) for day, text in enumerate(["A", "B", "A"])])
    assert [(row[0], row[1]) for row in told(engine)["a"]] == [("A", 1), ("B", 1), ("A", 1)]


def test_gone_and_back_has_two_spells_and_the_closing_is_an_interval(engine: Engine) -> None:
    feed(
        engine, [Crawl(d, "snapshot", {"a": "x", "b": "y"} if d not in (3, 4) else {"b": "y"}) for d in (0, 1, 3, 4, 6)]
    )
    with engine.connect() as conn:
        first, second = (row for row in read.versions(conn) if row["external_id"] == "a")
    assert (first["spell"], second["spell"]) == (1, 2)
    assert (first["last_seen_at"], first["absent_at"]) == (DAY0 + timedelta(days=1), DAY0 + timedelta(days=3))
    assert first["is_closed"]
    assert second["before_at"] == DAY0 + timedelta(days=4)


def test_one_absence_is_missing_not_closed_and_a_return_annuls_it(engine: Engine) -> None:
    feed(engine, [Crawl(0, "snapshot", {"a": "x", "b": "y"}), Crawl(1, "snapshot", {"b": "y"})])
    assert told(engine)["a"] == [("x", 1, 0, None, False)]
    feed(engine, [Crawl(2, "snapshot", {"a": "x", "b": "y"}), Crawl(3, "snapshot", {"b": "y"})])
    assert told(engine)["a"] == [("x", 1, 0, None, False)]


@pytest.mark.parametrize("verdict", ["failed", "partial", "empty", "no_board", "blocked", "deferred", "quarantined"])
def test_no_failure_closes_anything(engine: Engine, verdict: str) -> None:
    feed(engine, [Crawl(0, "snapshot", {"a": "x", "b": "y"}), *(Crawl(d, verdict, {}) for d in range(1, 9))])
    assert told(engine) == {"a": [("x", 1, 0, None, False)], "b": [("y", 1, 0, None, False)]}


def test_a_list_that_shrinks_too_much_is_quarantined_until_released(engine: Engine) -> None:
    full = {f"p{i}": "x" for i in range(20)}
    cut = {f"p{i}": "x" for i in range(8)}
    verdicts = feed(engine, [Crawl(0, "snapshot", full), *(Crawl(d, "snapshot", cut) for d in (1, 2))])
    assert verdicts == ["snapshot", "quarantined", "quarantined"]
    assert all(life[0][3] is None for life in told(engine).values())
    with engine.connect() as conn:
        uids = [row["board_run_uid"] for row in read.board_runs(conn) if row["verdict"] == "quarantined"]
    for uid in uids:
        decide(engine, uid[:12], "released", DAY0 + timedelta(days=3))
    assert sum(life[0][4] for life in told(engine).values()) == 12
    assert not list(rebuild(engine, check=True))


def test_a_drop_that_stays_is_believed_at_the_fourth_telling_and_keeps_its_date(engine: Engine) -> None:
    full, cut = ({f"p{i}": "x" for i in range(n)} for n in (20, 8))
    crawls = [Crawl(0, "snapshot", full), *(Crawl(d, "snapshot", cut) for d in (1, 2, 3))]
    assert feed(engine, crawls) == ["snapshot", *["quarantined"] * 3]
    assert not any(life[0][4] for life in told(engine).values())
    assert feed(engine, [Crawl(4, "snapshot", cut)]) == ["snapshot"]
    closed = [life[0] for life in told(engine).values() if life[0][4]]
    assert len(closed) == 12
    assert {day for _, _, _, day, _ in closed} == {1}
    assert not list(rebuild(engine, check=True))


@pytest.mark.parametrize("verdict", ["partial", "window"])
def test_what_an_incomplete_list_shows_again_was_seen_again(engine: Engine, verdict: str) -> None:
    feed(engine, [Crawl(day, verdict, {"a": "one"}) for day in (0, 3, 9)])
    with engine.connect() as conn:
        (row,) = read.versions(conn)
    assert (row["valid_from"], row["last_seen_at"]) == (DAY0, DAY0 + timedelta(days=9))
    assert not list(rebuild(engine, check=True))


def test_an_unchanged_board_costs_one_row(engine: Engine) -> None:
    verdicts = feed(engine, [Crawl(d, "snapshot", {"a": "x"}) for d in range(5)])
    assert verdicts == ["snapshot", *["unchanged"] * 4]
    with engine.connect() as conn:
        counts = [read.count(conn, table) for table in (board_run, manifest, payload, version)]
    assert counts == [5, 1, 1, 1]


def test_an_empty_board_that_was_always_empty_is_unchanged_once_confirmed(engine: Engine) -> None:
    assert feed(engine, [Crawl(d, "empty", {}) for d in range(3)]) == ["empty", "unchanged", "unchanged"]


def test_as_of_answers_with_what_was_known_then(engine: Engine) -> None:
    crawls = [Crawl(d, "snapshot", {"a": "A" if d < 2 else "B"} if d < 4 else {"b": "x"}) for d in range(7)]
    feed(engine, crawls[:4])
    with engine.connect() as conn:
        then = list(read.versions(conn)), list(read.board_runs(conn))
    feed(engine, crawls[4:])
    with engine.connect() as conn:
        at = DAY0 + timedelta(days=3)
        assert (list(read.versions(conn, at)), list(read.board_runs(conn, at))) == then


def test_fsck_names_a_damaged_payload(engine: Engine) -> None:
    feed(engine, [Crawl(0, "snapshot", {"a": "x"})])
    with engine.begin() as conn:
        body = bytearray(conn.execute(select(payload.c.body)).scalar_one())
        body[-3] ^= 0xFF
        conn.execute(payload.update().values(body=bytes(body)))
    assert any(line.startswith("payload") for line in fsck(engine))


def test_rebuild_finds_and_mends_a_wrong_version(engine: Engine) -> None:
    feed(engine, [Crawl(0, "snapshot", {"a": "x"})])
    with engine.begin() as conn:
        conn.execute(version.update().values(spell=7))
    assert list(rebuild(engine, check=True)) == ["ashby/acme: stored versions differ from those derived"]
    assert not list(rebuild(engine))
    assert not list(rebuild(engine, check=True))


def test_a_sighting_in_a_partial_list_never_proves_absence() -> None:
    at = [DAY0 + timedelta(days=d) for d in range(3)]
    seen = [
        Observation(at[0], "0", True, {"a": "x", "b": "y"}),
        Observation(at[1], "1", False, {"c": "z"}),
        Observation(at[2], "2", True, {"a": "x", "b": "y", "c": "z"}),
    ]
    rows = {row.external_id: row for row in derive(seen)}
    assert rows["a"].missing_since is None
    assert rows["c"].valid_from == at[1]
    assert rows["c"].before_at == at[0]


def test_one_release_is_enough(engine: Engine) -> None:
    full, cut = ({f"p{i}": "x" for i in range(n)} for n in (20, 4))
    feed(engine, [*(Crawl(d, "snapshot", full) for d in range(6)), Crawl(6, "snapshot", cut)])
    with engine.connect() as conn:
        (uid,) = (row["board_run_uid"] for row in read.board_runs(conn) if row["verdict"] == "quarantined")
    decide(engine, uid, "released")
    assert feed(engine, [Crawl(7, "snapshot", cut), Crawl(8, "snapshot", cut)]) == ["snapshot", "unchanged"]
    assert sum(life[0][4] for life in told(engine).values()) == 16


def test_one_release_of_an_empty_list_is_enough(engine: Engine) -> None:
    feed(engine, [Crawl(0, "snapshot", {"a": "x"}), Crawl(1, "empty", {})])
    with engine.connect() as conn:
        uid = list(read.board_runs(conn))[-1]["board_run_uid"]
    decide(engine, uid, "released")
    assert feed(engine, [Crawl(2, "empty", {})]) == ["unchanged"]
    assert told(engine)["a"] == [("x", 1, 0, 1, True)]


def by_id(engine: Engine) -> dict[int, tuple[object, ...]]:
    with engine.connect() as conn:
        return {row.id: tuple(row) for row in conn.execute(select(version))}


def test_no_id_of_a_version_is_used_twice(engine: Engine) -> None:
    """So a row once read is known by its id for ever: analytics keeps what it has read."""
    feed(engine, [Crawl(day, "snapshot", {"a": "one", "b": f"text {day}"}) for day in range(3)])
    known = by_id(engine)
    assert not list(rebuild(engine))
    assert len(by_id(engine)) == len(known)
    assert not by_id(engine).keys() & known.keys()


def test_a_store_of_the_schema_before_keeps_its_versions_and_gets_a_name(engine: Engine) -> None:
    feed(engine, [Crawl(day, "snapshot", {"a": "one", "b": f"text {day}"}) for day in range(3)])
    known = by_id(engine)
    with engine.begin() as conn:
        first = conn.execute(text("SELECT uid FROM store")).scalar_one()
        conn.execute(text("DROP TABLE store"))
        conn.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    upgrade(engine)
    with engine.connect() as conn:
        assert conn.execute(text("SELECT uid FROM store")).scalar_one() != first
    assert by_id(engine) == known
    feed(engine, [Crawl(3, "snapshot", {"a": "two", "b": "text 2"})])
    assert not list(fsck(engine))
