"""Rows of the store's tables that are kept: never another frame than without, and only new rows read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, event

from analytics import frame_cache
from analytics.load import load
from analytics.market import Market
from store import lasting, read, runs, write
from store.decide import decide
from store.schema import store as store_name
from store.write import rebuild_board
from tests.conftest import fresh_postgres
from tests.test_frame_cache import N_BOARDS, N_NEW, N_WEEKS, START, advert, again, checked, crawl, folder_of
from tests.test_frame_cache import made as made
from tests.test_frame_cache import store as store
from tests.test_market import Store


def test_only_rows_that_are_new_are_read(store: Store) -> None:
    """A version that is still open may be replaced by the next crawl and is read each time."""
    first = checked(store)
    n_open = int((~first.versions["is_closed"] & first.versions["valid_to"].isna()).sum())
    n_newest = 4  # the newest row kept of each table is read again, to see that it is as it was kept
    assert again(store, first).n_read == n_open + n_newest
    crawl(store, N_WEEKS)
    n_new, n_edited = N_BOARDS * (N_NEW + 1), N_BOARDS
    later = load(store.url, None)
    assert later.n_read == n_open + N_BOARDS * N_NEW + 2 * n_new + N_BOARDS + n_edited + n_newest
    assert later.n_read < len(later.versions) * 2 < first.n_read
    again(store, checked(store))


def test_either_engine_has_its_rows_read_once(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    store = Store(database_url)
    for week in range(N_WEEKS):
        crawl(store, week)
        told = again(store, checked(store))
    late(store)
    assert told.n_read < len(checked(store).versions)
    store.engine.dispose()


def released(store: Store) -> None:
    """A crawl whose list is too short to be believed, and the operator's word that it is right."""
    crawl(store, N_WEEKS)
    at = START + timedelta(weeks=N_WEEKS, days=1)
    store.crawl(at, {"b0": [advert(0, 0, 1, 0)]})
    with store.engine.connect() as conn:
        (uid,) = (row["board_run_uid"] for row in read.board_runs(conn) if row["verdict"] == "quarantined")
    load(store.url, None)
    decide(store.engine, uid, "released", at + timedelta(days=1))


def late(store: Store) -> None:
    """A crawl of two weeks ago comes in: the board's versions are derived anew, most of them as they were."""
    store.crawl(START + timedelta(days=3), {"b1": [advert(1, 0, 1, 0), advert(1, 9, 0, 9)]})


def rebuilt(store: Store) -> None:
    """All versions are derived anew and stand there as before, each by another id."""
    with store.engine.begin() as conn:
        for board_id in read.board_names(conn):
            rebuild_board(conn, board_id)


def gone(store: Store) -> None:
    """Postings are closed, one comes back."""
    for day in (1, 2, 3):
        listed = [advert(0, week, 1, 0) for week in range(N_WEEKS if day == 3 else 2)]
        store.crawl(START + timedelta(weeks=N_WEEKS, days=day), {"b0": listed})


@pytest.mark.parametrize("befallen", [released, late, rebuilt, gone])
def test_versions_that_were_replaced_are_not_told_from_what_is_kept(
    store: Store, befallen: Callable[[Store], None]
) -> None:
    load(store.url, None)
    befallen(store)
    for at in (None, START + timedelta(weeks=2), START + timedelta(weeks=N_WEEKS, days=1)):
        checked(store, at)
    crawl(store, N_WEEKS + 1)
    checked(store)


def test_a_word_said_later_is_not_known_before(store: Store) -> None:
    at = START + timedelta(weeks=N_WEEKS, days=1)
    released(store)
    then, now = checked(store, at), checked(store)
    assert then.boards["decision"].eq("").all()
    assert now.boards["decision"].tolist().count("released") == 1
    assert then.versions["absent_at"].isna().all()
    assert now.versions["absent_at"].notna().any()


def test_a_backup_put_back_is_not_taken_for_what_came_after_it(store: Store, tmp_path: Path) -> None:
    """The copy has the store's own name, and its next rows have the ids of those that were lost."""
    store.engine.dispose()
    shutil.copy(tmp_path / "jobtide.db", tmp_path / "backup.db")
    known = [[advert(board, week, 1, 0) for week in range(N_WEEKS)] for board in range(N_BOARDS)]
    last = advert(1, 9, 1, 9)  # is the newest content before and after
    at = START + timedelta(weeks=N_WEEKS)
    store.crawl(at, {"b0": [*known[0], advert(0, 8, 1, 8)], "b1": [*known[1], last]})
    load(store.url, None)
    store.engine.dispose()
    for end in ("-wal", "-shm"):
        (tmp_path / f"jobtide.db{end}").unlink(missing_ok=True)
    shutil.move(tmp_path / "backup.db", tmp_path / "jobtide.db")
    store.crawl(at + timedelta(days=1), {"b0": [*known[0], advert(0, 9, 1, 9)], "b1": [*known[1], last]})
    checked(store)
    crawl(store, N_WEEKS + 1)
    checked(store)


def test_a_transaction_that_ends_after_one_of_later_ids_is_not_missed(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A late crawl derives a board anew, each version by another id; before it ends another board has its crawl."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    store, other = Store(url := fresh_postgres(postgres)), Store(url)
    for week in range(N_WEEKS):
        crawl(store, week)
    load(url, None)
    at = START + timedelta(days=3)
    claim = runs.claim(store.engine, "crawl", at, now=at, clock="given")
    edited = [advert(0, 0, 0, 1), advert(0, 0, 1, 0)]  # as it was a week later, so that as many versions have an end
    late = write.BoardResult(platform="lever", token="b0", verdict="snapshot", fetched_at=at, postings=edited, listed=2)

    @event.listens_for(store.engine, "commit")
    def before(_: Connection) -> None:
        other.crawl(START + timedelta(weeks=N_WEEKS), {"b1": [advert(1, week, 0, 9) for week in range(N_WEEKS)]})
        checked(other)

    with store.engine.connect() as conn:
        write.record_board(conn, claim, late, START + timedelta(weeks=N_WEEKS))
    checked(other)
    store.engine.dispose()
    other.engine.dispose()


def test_of_a_store_that_lost_its_name_nothing_is_kept(store: Store) -> None:
    whole = load(store.url, None)
    with store.engine.begin() as conn:
        conn.execute(delete(store_name))
    assert again(store, again(store, whole)).n_read == whole.n_read
    assert Market(store.url).identity()["posting_group"].nunique() == whole.versions["posting_id"].nunique()


def test_kept_rows_that_are_torn_doubled_or_gone_are_read_anew(store: Store) -> None:
    whole = checked(store)
    for table in lasting.COLUMNS:
        (path,) = folder_of(store).glob(f"rows-{table}-*.arrow")
        sound = path.read_bytes()
        path.write_bytes(sound[:-9])
        assert again(store, whole).n_read > whole.n_read // 8
        assert path.read_bytes() == sound
        (one,) = frame_cache.held(path.parent, f"rows-{table}")
        frame_cache.keep(path.parent, f"rows-{table}", (one.tables[0].slice(1),))  # as by another process
        again(store, whole)
        assert len(list(path.parent.glob(f"rows-{table}-*.arrow"))) == 1
        path.unlink()
        again(store, whole)
