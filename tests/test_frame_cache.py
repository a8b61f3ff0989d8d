"""What is kept of contents and readings beside a store: never another frame than without, and only new rows decoded."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import delete, update

import jobtide
from analytics import frame_cache, parts
from analytics.frames import version_frame
from analytics.load import Tables, load
from analytics.market import Market
from store import codec, lasting, read, readings
from store.connect import Damaged
from store.posting import Posting, content_hash, to_json
from store.schema import payload, reading, version
from tests.test_market import Store, Told, pay, posting
from tests.test_market import reading as told_reading

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
N_WEEKS, N_BOARDS, N_NEW = 3, 2, 2
FRAMES = ("boards", "versions", "heads", "facts", "pay", "mentions")
TERMS = ("PyTorch", "Ray", "Kubernetes")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three weeks of two boards, each with two more postings a week; in each week one older posting was edited."""
    path = tmp_path_factory.mktemp("made") / "jobtide.db"
    store = Store(f"sqlite:///{path}")
    for week in range(N_WEEKS):
        crawl(store, week)
    store.engine.dispose()
    return path


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of the store."""
    shutil.copy(made, tmp_path / "jobtide.db")
    copy = Store(f"sqlite:///{tmp_path}/jobtide.db")
    yield copy
    copy.engine.dispose()


def crawl(store: Store, week: int, by: str = "reader") -> None:
    at = START + timedelta(weeks=week)
    listed = {f"b{board}": [advert(board, old, k, week) for old in range(week + 1) for k in range(N_NEW)]
              for board in range(N_BOARDS)}  # fmt: skip
    store.crawl(at, dict(listed))
    read_by(store, by, [one for adverts in listed.values() for one in adverts], at)


def advert(board: int, week: int, k: int, now: int) -> Posting:
    """An advertisement of a board's week; the first of a week is edited a week later."""
    told = " edited" if k == 0 and now > week else ""
    made = posting(1000 * board + 10 * week + k, told, posted_at=START + timedelta(days=week))
    return replace(made, url="https://a.example/jobs") if told else made


def read_by(store: Store, by: str, adverts: list[Posting], at: datetime) -> None:
    """Readings of a reader: terms, pay and places differ by posting, and by reader."""
    told: Told = [
        (one, told_reading(
            terms=TERMS[: int(one.external_id) % 4] + ((by,) if by != "reader" else ()),
            pay=[pay(150e3 + int(one.external_id), None)] * (int(one.external_id) % 3),
            places=[{"country": "US", "region": region} for region in ("CO", "CA", "")[: int(one.external_id) % 3]],
        )) for one in adverts
    ]  # fmt: skip
    rows = [(content_hash(to_json(one)), codec.pack(said)[1]) for one, said in told]
    readings.record(store.engine, by, rows, at)
    inherits = None if by == "reader" else "reader"
    readings.complete(store.engine, readings.Reader(by, "base", b"", inherits), at)


def checked(store: Store, as_of: datetime | None = None, by: str | None = None) -> Tables:
    """What is loaded with what is kept, which is what is loaded without."""
    fresh = load(store.url, as_of, by, cached=False)
    told = fresh.versions.drop(columns=["title", "changed"])
    pd.testing.assert_frame_equal(told, of_store(store, as_of), check_exact=True)
    assert fresh.n_decoded == (len(fresh.heads), len(fresh.facts))
    return again(store, fresh, as_of, by)


def of_store(store: Store, as_of: datetime | None = None) -> pd.DataFrame:
    """The versions by the store's own rows, each with its times made one by one."""
    with store.engine.connect() as conn:
        return version_frame(list(read.versions(conn, as_of)))


def again(store: Store, whole: Tables, as_of: datetime | None = None, by: str | None = None) -> Tables:
    """What is loaded with what is kept, which is the same as `whole`."""
    kept = load(store.url, as_of, by)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(kept, name), getattr(whole, name), check_exact=True, obj=name)
    assert kept[len(FRAMES) : -2] == whole[len(FRAMES) : -2]
    return kept


def folder_of(store: Store) -> Path:
    with store.engine.connect() as conn:
        found = frame_cache.folder_of(store.url, lasting.uid(conn))
    assert found is not None
    return found


def kept_files(store: Store) -> list[Path]:
    """Those of contents and readings."""
    return sorted(path for path in folder_of(store).glob("*.arrow") if not path.name.startswith("rows-"))


def test_only_what_is_new_is_decoded_and_the_frames_are_the_same(store: Store) -> None:
    first = checked(store)
    n_contents = N_BOARDS * N_NEW * N_WEEKS + N_BOARDS * (N_WEEKS - 1)
    assert first.n_decoded == (n_contents, n_contents)
    assert set(first.versions["changed"]) == {"", "body_html, url"}
    assert again(store, first).n_decoded == (0, 0)
    crawl(store, N_WEEKS)
    n_new = N_BOARDS * (N_NEW + 1)
    later = checked(store)
    assert later.n_decoded == (n_new, n_new)
    assert len(later.heads) == n_contents + n_new
    then = START + timedelta(weeks=1)
    past = checked(store, then)
    assert (len(past.heads), past.n_decoded) == (N_BOARDS * (2 * N_NEW + 1), (0, 0))


def test_another_reader_and_what_it_inherits_are_told_apart(store: Store) -> None:
    load(store.url, None)
    at = START + timedelta(weeks=N_WEEKS)
    read_by(store, "second", [advert(0, 0, 0, 0), advert(1, 1, 1, 1)], at)
    now = checked(store)
    assert (now.n_decoded, now.reader) == ((0, 2), "second")
    assert set(now.mentions.loc[now.mentions["term"] == "second", "content"]) == set(
        now.heads.loc[now.heads["title"].isin(["ML Engineer 0", "ML Engineer 1011"]), "content"]
    ) - set(now.versions.loc[now.versions["changed"] != "", "content"])
    for older in (checked(store, by="reader"), checked(store, at - timedelta(days=1))):
        assert older.n_decoded == (0, 0)
        assert "second" not in older.mentions["term"].cat.categories


def test_a_file_that_is_torn_changed_or_of_something_else_is_made_anew(store: Store) -> None:
    whole = checked(store)
    contents, of_reader = kept_files(store)
    sound = contents.read_bytes(), of_reader.read_bytes()
    contents.write_bytes(sound[0][:-9])
    assert again(store, whole).n_decoded == (len(whole.heads), 0)
    of_reader.write_bytes(sound[1][:600] + bytes([sound[1][600] ^ 1]) + sound[1][601:])
    assert again(store, whole).n_decoded == (0, len(whole.facts))
    contents.write_bytes(sound[1])  # whole, but not what it is called
    of_reader.write_bytes(b"")
    (contents.parent / "contents-ours.arrow").write_text("not ours")
    (contents.parent / "stray.arrow").mkdir()
    assert again(store, whole).n_decoded == (len(whole.heads), len(whole.facts))
    assert again(store, whole).n_decoded == (0, 0)
    assert (contents.read_bytes(), of_reader.read_bytes()) == sound


def test_what_is_no_file_of_bounded_size_is_not_read(store: Store) -> None:
    whole = checked(store)
    contents, of_reader = kept_files(store)
    with contents.open("wb") as huge:
        huge.truncate(frame_cache.MOST_BYTES + 1)  # takes no room on the disk
    of_reader.unlink()
    of_reader.symlink_to("/dev/zero")  # which has no end
    os.mkfifo(contents.with_name(f"contents-{'0' * 32}.arrow"))  # whose writer never comes
    assert again(store, whole).n_decoded == (len(whole.heads), len(whole.facts))
    assert again(store, whole).n_decoded == (0, 0)
    assert [path for path in kept_files(store) if path.is_file() and not path.is_symlink()] == [contents, of_reader]


def test_a_folder_that_cannot_be_written_is_said_once(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    folder = folder_of(store)
    folder.parent.write_text("in the way")
    with caplog.at_level(logging.WARNING):
        assert checked(store).n_decoded == load(store.url, None).n_decoded
    assert sum("cannot be written" in record.message for record in caplog.records) == 1
    assert folder.parent.read_text() == "in the way"


def test_what_the_store_no_longer_has_does_not_come_back(store: Store) -> None:
    whole = load(store.url, None)
    gone = content_hash(to_json(advert(0, 1, 1, 1)))
    with store.engine.begin() as conn:
        for table in (payload, reading, version):
            conn.execute(delete(table).where(table.c.content_hash == gone))
    now = checked(store)
    assert (len(now.heads), len(now.facts), now.n_decoded) == (len(whole.heads) - 1, len(whole.facts) - 1, (0, 0))
    for path in kept_files(store):
        kind = path.name.rpartition("-")[0]
        kept = [one.tables for one in frame_cache.held(path.parent, kind)]
        assert len(parts.hashes(kept)) == len(now.heads)
        assert gone not in parts.hashes(kept).to_pylist()


def test_another_store_in_the_same_place_is_not_taken_for_the_old_one(store: Store, tmp_path: Path) -> None:
    load(store.url, None)
    store.engine.dispose()
    other = Store(f"sqlite:///{tmp_path}/other.db")
    adverts = [replace(advert(board, 0, 1, 0), posted_at=START - timedelta(days=99)) for board in range(N_BOARDS)]
    other.crawl(START, {f"b{board}": [one] for board, one in enumerate(adverts)})
    read_by(other, "reader", adverts, START + timedelta(hours=1))
    other.engine.dispose()
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"jobtide.db{end}").unlink(missing_ok=True)
    shutil.move(tmp_path / "other.db", tmp_path / "jobtide.db")
    assert checked(store).n_decoded == (N_BOARDS, N_BOARDS)


def test_texts_that_were_compared_once_are_not_read_again(tmp_path: Path) -> None:
    """An employer on two boards shows each posting on both; which are the same is told by their texts."""
    store = Store(f"sqlite:///{tmp_path}/jobtide.db")
    words = " ".join(f"word{number}" for number in range(60))
    for week in range(N_WEEKS):
        at = START + timedelta(weeks=week)
        adverts = [posting(100 * week + k, f" {words} {k}", posted_at=at) for k in range(N_NEW)]
        store.crawl(at, {"acme": adverts, "acme-inc": [replace(one, url="https://a.example/job") for one in adverts]})
        read_by(store, "reader", adverts, at)
    told = Market(store.url)
    known = told.share("PyTorch"), told.identity(), told.openings()
    assert known[1]["posting_group"].nunique() == N_WEEKS * N_NEW == len(known[1]) // 2
    with store.engine.begin() as conn:
        conn.execute(update(payload).values(body=b"no text"))
    again = Market(store.url)
    for one, other in zip(known, (again.share("PyTorch"), again.identity(), again.openings()), strict=True):
        pd.testing.assert_frame_equal(one, other)
    with store.engine.begin() as conn:
        conn.execute(update(payload).values(body_sha256="another text"))
    with pytest.raises(Damaged):
        Market(store.url).identity()
    store.engine.dispose()


def test_two_at_once_and_many_small_files(store: Store) -> None:
    with ThreadPoolExecutor(2) as pool:
        for told in pool.map(lambda _: load(store.url, None), range(2)):
            assert len(told.heads) == len(told.facts) > 0
    folder, kind = folder_of(store), frame_cache.kind_of(None)
    (half,) = frame_cache.held(folder, kind)[:1]
    n_rows = len(half.tables[0])
    for row in range(frame_cache.MOST_SMALL + 1):
        frame_cache.keep(folder, kind, parts.of_contents([(f"{row:064x}", "stamp", {"title": f"Title {row}"})]))
    frame_cache.tidy(folder, kind, frame_cache.held(folder, kind))
    (one,) = frame_cache.held(folder, kind)
    assert len(one.tables[0]) == n_rows + frame_cache.MOST_SMALL + 1
    assert load(store.url, None).n_decoded == (0, 0)  # and takes out what the store never had
    (one,) = frame_cache.held(folder, kind)
    assert len(one.tables[0]) == n_rows


def test_the_folder_is_told_by_the_store_and_not_by_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    open_, secret, other = (
        frame_cache.folder_of(f"postgresql://{name}", "a name") for name in ("a@h/b", "a:secret@h/b", "a@h/c")
    )
    assert open_ == secret != other
    assert open_ is not None
    assert open_.is_relative_to(tmp_path / "home" / "jobtide")
    frame_cache.use(tmp_path / "chosen")
    try:
        told = [frame_cache.folder_of(url, "a name") for url in ("postgresql://a@h/b", "sqlite:///jobtide.db")]
    finally:
        frame_cache.use(None)
    assert all(folder is not None and folder.is_relative_to(tmp_path / "chosen") for folder in told)
    assert told[0] != told[1]
    assert frame_cache.folder_of("sqlite:///x/jobtide.db", "a name").parent == Path("x/jobtide.db.frames")  # type: ignore[union-attr]


def test_the_setting_names_the_folder(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBTIDE_DATABASE_URL", store.url)
    monkeypatch.setenv("JOBTIDE_ANALYTICS__CACHE", str(tmp_path / "kept"))
    try:
        with pytest.raises(SystemExit) as ended:
            jobtide.main(["export", str(tmp_path / "out")])
    finally:
        frame_cache.use(None)
    assert not ended.value.code
    assert list((tmp_path / "kept").rglob("contents-*.arrow"))
    assert not (tmp_path / "jobtide.db.frames").exists()
