"""A lexicon that grows re-reads only what it can touch, and a new term's series starts where the term first stood."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics import reading
from analytics.market import Market
from analytics.observe import Done, read_store
from store import read, readings
from tests.test_market import Store, posting

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
ROOT = Path(__file__).parent.parent
PARTS = ("analytics", "crawler", "reports", "simulator", "store", "jobtide.py", "jobtide_boards.py")
PARTS += ("jobtide_common.py", "jobtide_demo.py", "scheduler.py")
LINE = "Frobnicator,frobnicator|frobnicators,,ml_framework,model_development,no,,,,,2026,\n"
N_TEXTS = 40


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Four weeks of a board; from the third on two postings ask for a tool that no lexicon knows yet."""
    made = Store(f"sqlite:///{tmp_path}/jobtide.db")
    texts = [posting(number, " Requirements: Python") for number in range(N_TEXTS)]
    new = [
        posting(100 + number, f" Requirements: {word}") for number, word in enumerate(("Frobnicator", "frobnicators"))
    ]
    for week in range(4):
        made.crawl(START + timedelta(weeks=week), {"acme": texts + (new if week >= 2 else [])})
    return made


def test_a_new_term_reads_again_only_the_postings_that_hold_a_form_of_it(store: Store, tmp_path: Path) -> None:
    assert read_store(store.engine) == Done(N_TEXTS + 2, 0)
    assert read_store(store.engine) == Done(0, 0)
    program = grown(tmp_path / "program")
    assert jobtide(program, store, "read") == f"2 postings read, {N_TEXTS} stand: no term that changed occurs in them\n"
    assert jobtide(program, store, "read") == "0 postings read\n"
    with store.engine.connect() as conn:
        by = {made_by for _, made_by, _ in read.readings(conn)}
        now = readings.in_force(conn)
        assert now is not None
        assert by == {reading.READER, now}
        assert readings.progress(conn, now) == (N_TEXTS + 2,) * 2
    mentions, postings = Market(store.url).mentions(), Market(store.url).postings()
    named = mentions[mentions["term"] == "Frobnicator"].merge(postings, on=["posting_id", "spell"])
    assert len(named) == 2
    seen_between = START + timedelta(weeks=1), START + timedelta(weeks=2)
    assert (seen_between[0].date() <= named["opened_on"].dt.date).all()
    assert (named["opened_on"].dt.date <= seen_between[1].date()).all()


def test_what_was_known_before_the_lexicon_grew_stays_known_as_of_then(store: Store, tmp_path: Path) -> None:
    read_store(store.engine)
    store.crawl(START + timedelta(weeks=5), {"acme": []})  # time passes
    jobtide(grown(tmp_path / "program"), store, "read")
    then = Market(store.url).as_of(START + timedelta(weeks=4))
    assert "Frobnicator" not in set(then.mentions()["term"])
    assert len(then.postings()) == N_TEXTS + 2
    assert "Frobnicator" in set(Market(store.url).mentions()["term"])


def grown(folder: Path) -> Path:
    """The program with one line more in its lexicon."""
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        folder.mkdir(exist_ok=True)
        copy(ROOT / name, folder / name)
    terms = folder / "analytics" / "lexicon" / "terms.csv"
    head, *lines = terms.read_text(encoding="utf-8").splitlines(keepends=True)
    terms.write_text(head + "".join(sorted([*lines, LINE], key=str.casefold)), encoding="utf-8")
    return folder


def jobtide(program: Path, store: Store, *verb: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(program), "JOBTIDE_DATABASE_URL": store.url}
    command = [sys.executable, "-m", "jobtide", *verb]
    done = subprocess.run(command, cwd=program, env=environment, capture_output=True, text=True, check=True)
    return done.stdout
