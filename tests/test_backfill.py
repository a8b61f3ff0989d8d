"""History from monthly hiring threads: both forms of the site over real HTTP, a real store, kills, growth, manners."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics import Market
from analytics.longrun import months
from analytics.observe import read_store
from crawler import hn
from crawler.hn import Comment, Month
from reports import longrun, weekly
from simulator import threads
from simulator.threads import Server, invent, serve
from store import lock, read
from store.check import fsck, rebuild
from store.connect import open_engine
from store.migrate import upgrade
from tests.conftest import ROOT
from tests.forked import crawler, started

LABELLED: list[dict[str, Any]] = tomllib.loads((ROOT / "tests" / "hn_comments.toml").read_text("utf-8"))["comment"]
WORDS = {
    "remote": ("remote", "anywhere"),
    "onsite": ("onsite", "on-site", "in-person", "in office"),
    "hybrid": ("hybrid",),
}
MONTHS = [(2025, 11), (2025, 12), (2026, 1), (2026, 2)]
ALL = ("--since", "2025-11", "--until", "2026-02")


@pytest.fixture
def site() -> Iterator[Server]:
    wanted = threads.Thread(
        9, "Ask HN: Who wants to be hired? (January 2026)", _at(2026, 1, 1), [_comment(10, "A | B")]
    )
    with serve([*(invent(1, 1000 * (n + 1), *month) for n, month in enumerate(MONTHS)), wanted]) as server:
        yield server


def _at(*day: int) -> int:
    return int(datetime(*day, 15, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


def _comment(number: int, text: str) -> threads.Comment:
    return threads.Comment(number, _at(2026, 1, 2), text)


def setup(server: Server, folder: Path, more: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    config = folder / "jobtide.toml"
    config.write_text(
        f'database_url = "sqlite:///{folder}/jobtide.db"\n[endpoints]\nhn = "{server.endpoint}"\n'
        f'hn_firebase = "{server.endpoint}"\n[network]\nallow = ["{server.endpoint[7:]}"]\ndelay_s = 0\n{more}'
    )
    return config


def whole(config: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "jobtide", "--config", str(config), "backfill", "hn", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def forked(config: Path, *arguments: str) -> ForkServerProcess:
    return started("--config", str(config), "--backfill", "hn", *arguments)


def ended(job: subprocess.Popen[str] | ForkServerProcess) -> bool:
    return (job.poll() if isinstance(job, subprocess.Popen) else job.exitcode) is not None


def backfill(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return crawler("--config", str(config), "--backfill", "hn", *arguments)


def stored(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Board runs and versions."""
    engine = open_engine(f"sqlite:///{folder}/jobtide.db", readonly=True)
    with engine.connect() as conn:
        told = list(read.board_runs(conn)), list(read.versions(conn))
    engine.dispose()
    return told


def contents(folder: Path) -> dict[tuple[str, str], str]:
    return {(row["board"], row["external_id"]): row["content_hash"] for row in stored(folder)[1]}


def postings(folder: Path) -> dict[str, dict[str, Any]]:
    engine = open_engine(f"sqlite:///{folder}/jobtide.db", readonly=True)
    hashes = {row["content_hash"]: row["external_id"] for row in stored(folder)[1]}
    with engine.connect() as conn:
        told = {hashes[content]: posting for content, posting in read.contents(conn, sorted(hashes))}
    engine.dispose()
    return told


def counts(server: Server) -> Counter[str]:
    comments = [comment for thread in server.threads[:4] for comment in thread.comments]
    return Counter(
        "empty" if one.deleted or one.dead else "not" if one.text in threads.META else "posting" for one in comments
    )


# -- from a comment to its postings


def score() -> dict[str, list[bool]]:
    told: dict[str, list[bool]] = {}
    for row in LABELLED:
        found = hn.postings_of(Comment(7, None, row["html"]), 1)
        told.setdefault("posting", []).append(bool(found) == row.get("posting", True))
        if found and row.get("posting", True):
            mode = found[0].work_mode.lower().replace("no remote", "")
            named = [name for name, words in WORDS.items() if any(word in mode for word in words)]
            told.setdefault("company", []).append(found[0].company == row["company"])
            told.setdefault("roles", []).append([one.title for one in found] == row["roles"])
            told.setdefault("places", []).append([place.label for place in found[0].places] == row["places"])
            told.setdefault("mode", []).append(sorted(named) == sorted(row["mode"]))
            told.setdefault("pay", []).append(
                [pay.raw for pay in found[0].pay] == row.get("pay", []) or "$" in row["roles"][0]
            )
    return told


def test_labelled_comments_are_read_as_a_person_would() -> None:
    told = {name: sum(right) / len(right) for name, right in score().items()}
    assert len(LABELLED) >= 40
    least = {"posting": 1.0, "company": 0.97, "roles": 0.95, "places": 0.95, "mode": 0.97, "pay": 0.97}
    assert not {name: share for name, share in told.items() if share < least[name]}, told


def test_amounts_are_read_where_nothing_must_be_guessed() -> None:
    def pay(printed: str) -> tuple[Any, ...]:
        (found,) = hn.postings_of(Comment(7, None, f"Acme | Engineer | {printed} | Berlin"), 1)
        (one,) = found.pay
        return one.low, one.high, one.currency, one.period, one.raw

    assert pay("€70-95k") == (70000, 95000, "EUR", "", "€70-95k")
    assert pay("£80k–£100k per year") == (80000, 100000, "GBP", "year", "£80k–£100k per year")
    assert pay("$150k-$190k USD + equity")[:3] == (150000, 190000, "USD")
    assert pay("$150k-$190k")[:3] == (None, None, "")  # of which country?
    assert pay("€70-95k, later €100k")[:2] == (None, None)


def test_pay_of_a_role_is_not_that_of_another() -> None:
    told = hn.postings_of(Comment(7, None, "Acme | Junior SWE ($90k USD), Senior SWE ($190k USD) | Berlin"), 1)
    assert [[pay.raw for pay in one.pay] for one in told] == [["$90k USD"], ["$190k USD"]]


def test_contacts_are_masked_and_nobody_is_named() -> None:
    html = "Acme (jane@acme.example) | ML Engineer | Remote<p>Write to Jane, jane@acme.example or +1 415 555 0123."
    (one,) = hn.postings_of(Comment(7, None, html), 1)
    assert "jane@" not in repr(one)
    assert "555" not in repr(one)
    assert one.served.keys() == {"thread", "header", "n_roles"}


TITLES = {
    "Ask HN: Who is hiring? (April 2026)": Month(2026, 4),
    "Ask HN: Who is Hiring? (March 2012)": Month(2012, 3),
    "Ask HN: Who's Hiring? (Sept 2011)": Month(2011, 9),
    "ask hn: who is hiring? (december 2013)": Month(2013, 12),
    "Ask HN: Who wants to be hired? (April 2026)": None,
    "Ask HN: Freelancer? Seeking freelancer? (April 2026)": None,
    "Ask HN: Who is hiring interns? (April 2012)": None,
    "Ask HN: Who is hiring?": None,
    "Ask HN: Who is hiring? (Smarch 2020)": None,
}


@pytest.mark.parametrize("title", TITLES)
def test_only_hiring_threads_are_recognised(title: str) -> None:
    assert hn.month_of(title) == TITLES[title]


@pytest.mark.parametrize(
    "html", ["<p>" * 5000, "a|" * 20000, "(" * 30000, '<a href="' * 5000, "Acme | " + "x, " * 9000, "€1" * 9000]
)
def test_a_hostile_comment_costs_no_time(html: str) -> None:
    started = time.process_time()
    assert len(hn.postings_of(Comment(7, None, html), 1)) <= 20
    assert time.process_time() - started < 2


# -- the job


def test_both_forms_give_the_same_and_every_comment_is_accounted_for(site: Server, tmp_path: Path) -> None:
    for api in ("algolia", "firebase"):
        done = backfill(setup(site, tmp_path / api), *ALL, "--api", api)
        assert done.returncode == 0, done.stderr
        assert len(done.stderr.splitlines()) == 4
        assert done.stderr.startswith("[1/4] 2025-11 40 comments: ")
    assert contents(tmp_path / "algolia") == contents(tmp_path / "firebase")
    assert postings(tmp_path / "algolia") == postings(tmp_path / "firebase")
    runs, versions = stored(tmp_path / "algolia")
    assert [row["verdict"] for row in runs] == ["window"] * 4
    assert [row["listed"] for row in runs] == [40] * 4
    assert sum(row["hidden"] for row in runs) == counts(site)["empty"]
    commented = {row["external_id"].partition("-")[0] for row in versions}
    assert len(commented) == counts(site)["posting"]
    assert sum(row["kept"] for row in runs) == len(versions)
    assert "only a reply" not in repr(postings(tmp_path / "algolia"))
    assert "somebody" not in repr(postings(tmp_path / "algolia"))


def test_history_is_dated_by_its_month_and_never_closes(site: Server, tmp_path: Path) -> None:
    backfill(setup(site, tmp_path), *ALL)
    runs, versions = stored(tmp_path)
    assert [row["fetched_at"] for row in runs] == [Month(*month).last for month in MONTHS]
    assert all(row["recorded_at"] > row["fetched_at"] for row in runs)
    assert not any(row["is_closed"] or row["absent_at"] for row in versions)
    one = postings(tmp_path)["1010-1"]
    assert one["url"] == "https://news.ycombinator.com/item?id=1010"
    assert (one["posted_at"][:10], one["posted_basis"]) == ("2025-11-01", "comment_time")


def test_a_finished_month_is_asked_for_once(site: Server, tmp_path: Path) -> None:
    config = setup(site, tmp_path)
    assert backfill(config, "--since", "2025-11", "--until", "2025-12").returncode == 0
    site.log.clear()
    again = backfill(config, "--since", "2025-11", "--until", "2025-12")
    assert (again.returncode, site.log) == (0, [])
    assert again.stderr.count("done before") == 2
    assert backfill(config, *ALL).returncode == 0
    assert not [path for path in site.log if path.startswith(("/api/v1/items/1000", "/api/v1/items/2000"))]
    assert len(stored(tmp_path)[0]) == 4


@pytest.mark.parametrize("api", ["algolia", "firebase"])
def test_killed_at_random_moments_it_loses_and_doubles_nothing(api: str, site: Server, tmp_path: Path) -> None:
    assert backfill(setup(site, tmp_path / "whole"), *ALL, "--api", api).returncode == 0
    config, chance = setup(site, tmp_path / "killed"), random.Random(api)
    site.wait_s = 0.02
    for start in (whole, forked, forked):
        site.log.clear()
        goal = chance.randint(2, 5) if api == "algolia" else chance.randint(20, 90)
        job = start(config, *ALL, "--api", api)
        while len(site.log) < goal and not ended(job):
            time.sleep(0.005)
        chance.choice((job.kill, job.terminate))()
        while not ended(job):
            time.sleep(0.005)
        _until_free(config)
    site.wait_s = 0.0
    assert backfill(config, *ALL, "--api", api).returncode == 0
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
    assert len(stored(tmp_path / "killed")[0]) == 4
    engine = open_engine(f"sqlite:///{tmp_path}/killed/jobtide.db")
    assert not list(fsck(engine))
    assert not list(rebuild(engine, check=True))


def _until_free(config: Path) -> None:
    """A killed parent takes its child along, which may need a moment."""
    for _ in range(3000):
        try:
            with lock.held(f"sqlite:///{config.parent}/jobtide.db"):
                return
        except lock.Locked:
            time.sleep(0.01)
    raise AssertionError("the child outlives its parent")


def test_a_growing_thread_gains_only_what_is_new(site: Server, tmp_path: Path) -> None:
    config, thread = setup(site, tmp_path), site.threads[3]
    late = [thread.comments.pop() for _ in range(15)]
    _, first = whole(config, "--since", "2026-02", "--at", "2026-02-10").communicate(timeout=120)
    assert "(partial: the month is not over)" in first
    before = contents(tmp_path)
    thread.comments += late
    grown = next(one for one in thread.comments if one.text and not one.deleted and " | " in one.text)
    grown.text = grown.text.replace("<p>", "<p>Edited. ", 1)
    assert backfill(config, "--since", "2026-02", "--at", "2026-02-20").returncode == 0
    assert backfill(config, "--since", "2026-02", "--until", "2026-02", "--at", "2026-03-02").returncode == 0
    runs, versions = stored(tmp_path)
    assert [(row["fetched_at"].day, "partial" in row["note"]) for row in runs] == [(10, True), (20, True), (28, False)]
    edited = {row["external_id"] for row in versions if row["seq"] > 1}
    assert edited == {name for _, name in before if name.startswith(f"{grown.id}-")}
    after = contents(tmp_path)
    assert {key: after[key] for key in before if key[1] not in edited} == {
        key: content for key, content in before.items() if key[1] not in edited
    }
    assert len(after) > len(before)
    assert not any(row["is_closed"] for row in versions)


def test_a_comment_that_goes_later_stays_in_history(site: Server, tmp_path: Path) -> None:
    config, thread = setup(site, tmp_path), site.threads[3]
    backfill(config, "--since", "2026-02", "--at", "2026-02-10")
    before = contents(tmp_path)
    thread.comments[0].deleted = True
    backfill(config, "--since", "2026-02", "--at", "2026-02-11")
    assert contents(tmp_path) == before
    assert not any(row["is_closed"] for row in stored(tmp_path)[1])


def test_a_thread_that_fails_is_said_and_asked_for_again(site: Server, tmp_path: Path) -> None:
    config = setup(site, tmp_path)
    site.faults["/api/v1/items/2000"] = (500, {})
    failed = backfill(config, *ALL)
    assert failed.returncode == 3
    assert "[2/4] 2025-12 failed: answers 500" in failed.stderr
    assert len(stored(tmp_path)[0]) == 3
    site.faults.clear()
    assert backfill(config, *ALL).returncode == 0
    assert [row["board"] for row in stored(tmp_path)[0]] == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_comments_that_cannot_be_read_make_a_thread_partial(site: Server, tmp_path: Path) -> None:
    config, month = setup(site, tmp_path), ("--since", "2026-01", "--until", "2026-01", "--api", "firebase")
    site.faults["/v0/item/3010.json"] = (500, {})
    partial = backfill(config, *month)
    assert partial.returncode == 3
    assert "39 comments" in partial.stderr
    assert "partial: 1 comments could not be read" in partial.stderr
    site.faults.clear()
    assert backfill(config, *month).returncode == 0
    assert [row["verdict"] for row in stored(tmp_path)[0]] == ["partial", "window"]


def _set(key: str, change: Callable[[list[Any]], Any]) -> Callable[[Any], Any]:
    return lambda told: told | {key: change(told[key])}


# what becomes of an answer -> (what is said, comments kept of ten), a month each
UNBELIEVABLE: dict[str, list[tuple[str, Callable[[Any], Any], str, int]]] = {
    "firebase": [
        ("", _set("kids", lambda kids: []), "0 comments are listed, ", 0),
        ("", lambda told: {key: value for key, value in told.items() if key != "kids"}, "0 comments are listed, ", 0),
        ("", lambda told: told | {"kids": [], "descendants": 0}, "no comment is listed", 0),
        ("", _set("kids", lambda kids: kids[:4]), " comments are listed, 1", 4),
        ("", _set("kids", lambda kids: kids * 2), "10 comments are listed twice", 10),
        ("", _set("kids", lambda kids: [*kids, "x", None, -1, {}]), "4 comments could not be read", 10),
        ("", _set("kids", lambda kids: [*kids, 1010]), "1 comments could not be read", 10),
        ("10", lambda told: None, "1 comments could not be read", 9),
        ("", lambda told: told | {"descendants": 0}, " comments are listed, none told of", 10),
    ],
    "algolia": [
        ("", _set("children", lambda rows: []), "0 comments are listed, ", 0),
        ("", _set("children", lambda rows: rows[:4]), " comments are listed, 1", 4),
        ("", _set("children", lambda rows: rows * 2), "10 comments are listed twice", 10),
        ("", _set("children", lambda rows: [*rows, 7, {}, None]), "3 comments could not be read", 10),
        ("", _set("children", lambda rows: [*rows, {"id": 1, "parent_id": 9}]), "1 comments could not be read", 10),
        ("", _set("children", lambda rows: [row | {"text": None} for row in rows]), "10 comments have no text", 10),
    ],
}


@pytest.mark.parametrize("api", UNBELIEVABLE)
def test_a_finished_month_is_not_believed_to_be_whole_against_its_answers(api: str, tmp_path: Path) -> None:
    edits = UNBELIEVABLE[api]
    since = ("--since", "2025-01", "--until", f"2025-{len(edits):02d}", "--api", api)
    with serve([invent(1, 1000 * n, 2025, n, 10) for n in range(1, len(edits) + 1)]) as server:
        config = setup(server, tmp_path)
        for n, (below, edit, _, _) in enumerate(edits, 1):
            thread = f"/v0/item/{n}0{below or '00'}.json" if api == "firebase" else f"/api/v1/items/{n}000"
            server.edits[thread] = edit
        doubted = backfill(config, *since)
        server.edits.clear()
        server.log.clear()
        again = backfill(config, *since)
    assert (doubted.returncode, again.returncode, "(partial" in again.stderr) == (3, 0, False)
    for line, (_, _, told, n_kept) in zip(doubted.stderr.splitlines(), edits, strict=True):
        assert told in line.partition("(partial: ")[2], line
        assert f" {n_kept} comments: " in line
    runs, versions = stored(tmp_path)
    assert [row["verdict"] for row in runs] == ["partial", "window"] * len(edits)
    assert not any(row["is_closed"] for row in versions)


LACKING = [  # thread that is not listed, how many are told of -> what is said, exit code, threads kept
    ("2000", 5, "not whole: 4 of 5 stories were listed", 3, 3),
    ("2000", 4, "no thread of 2025-12 was found\nthe list of threads is not whole: a month between others", 3, 3),
    ("4000", 4, "no thread of 2026-02 was found\n[1/3]", 0, 3),  # it may not be there yet
]


@pytest.mark.parametrize(("hidden", "n_told", "said", "code", "n_kept"), LACKING)
def test_a_list_of_threads_that_lacks_some_is_said(
    hidden: str, n_told: int, said: str, code: int, n_kept: int, site: Server, tmp_path: Path
) -> None:
    config = setup(site, tmp_path)
    site.edits["/api/v1/search_by_date"] = lambda told: (
        told | {"hits": [hit for hit in told["hits"] if hit["objectID"] != hidden], "nbHits": n_told}
    )
    short = backfill(config, *ALL)
    assert (short.returncode, said in short.stderr, len(stored(tmp_path)[0])) == (code, True, n_kept), short.stderr
    site.edits.clear()
    assert backfill(config, *ALL).returncode == 0
    assert len(stored(tmp_path)[0]) == 4


def test_a_thread_whose_comments_the_list_of_threads_denies_is_asked_for_again(site: Server, tmp_path: Path) -> None:
    config = setup(site, tmp_path)
    site.edits["/api/v1/search_by_date"] = lambda told: (
        told | {"hits": [hit | {"num_comments": 0} for hit in told["hits"]]}
    )
    doubted = backfill(config, *ALL)
    assert (doubted.returncode, doubted.stderr.count(" comments are listed, none told of")) == (3, 4)
    site.edits.clear()
    assert backfill(config, *ALL).returncode == 0
    assert [row["verdict"] for row in stored(tmp_path)[0]] == ["partial", "window"] * 4


def test_a_host_that_wants_days_between_requests_is_not_waited_for(site: Server, tmp_path: Path) -> None:
    config = setup(site, tmp_path)
    config.write_text(config.read_text().replace("delay_s = 0", "delay_s = 1"))
    site.robots = "User-agent: *\nCrawl-delay: 1000000\n"
    job = whole(config, *ALL)
    try:
        _, said = job.communicate(timeout=60)
    finally:
        job.kill()
    assert (job.returncode, site.log) == (3, ["/robots.txt"])
    assert "asks to wait 1e+06 s" in said


def test_it_leaves_a_host_alone_that_asks_for_it(site: Server, tmp_path: Path) -> None:
    config = setup(site, tmp_path)
    site.faults["/api/v1/items/"] = (429, {"Retry-After": "3600"})
    assert "deferred" in (done := backfill(config, *ALL)).stderr
    assert done.returncode == 3
    assert sum(path.startswith("/api/v1/items/") for path in site.log) == 1
    site.faults.clear()
    site.log.clear()
    assert "left alone until" in backfill(config, *ALL).stderr
    assert site.log == []


def test_robots_fail_closed(site: Server, tmp_path: Path) -> None:
    config = setup(site, tmp_path)
    site.robots = "User-agent: *\nDisallow: /api/\n"
    done = backfill(config, *ALL)
    assert (done.returncode, site.log) == (3, ["/robots.txt"])
    assert "robots.txt disallows it" in done.stderr
    site.faults["/robots.txt"] = (503, {})
    assert "unreachable" in backfill(config, *ALL).stderr


REFUSED = {
    ("--since", "2024-13"): "no month",
    ("--since", "yesterday"): "no month",
    (): "--since is missing",
    ("--since", "2026-02", "--until", "2025-01"): "exchange them",
    ("--since", "2999-01"): "no month|has not begun",
    ("--since", "2025-01", "--api", "ftp"): "algolia or firebase",
}


@pytest.mark.parametrize("arguments", REFUSED)
def test_what_cannot_be_meant_is_refused(arguments: tuple[str, ...], site: Server, tmp_path: Path) -> None:
    done = backfill(setup(site, tmp_path), *arguments)
    assert done.returncode == 78
    assert len(done.stderr.splitlines()) == 1
    assert any(told in done.stderr for told in REFUSED[arguments].split("|"))
    assert site.log == []
    assert not (tmp_path / "jobtide.db").exists()


def test_other_histories_and_public_hosts_in_a_hurry_are_refused(tmp_path: Path) -> None:
    config = tmp_path / "jobtide.toml"
    config.write_text(f'database_url = "sqlite:///{tmp_path}/jobtide.db"\n[network]\ndelay_s = 0\n')
    hurried = backfill(config, "--since", "2026-01")
    assert (hurried.returncode, "hn is public" in hurried.stderr) == (78, True)
    other = subprocess.run(
        [sys.executable, "-m", "jobtide", "backfill", "usenet", "--since", "2026-01"],
        capture_output=True, text=True, timeout=60, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (other.returncode, "no history of 'usenet'" in other.stderr) == (78, True)


def test_no_thread_at_all_is_nothing_due(site: Server, tmp_path: Path) -> None:
    done = backfill(setup(site, tmp_path), "--since", "2020-01", "--until", "2020-02")
    assert (done.returncode, "no thread of 2020-01, 2020-02 was found" in done.stderr) == (75, True)


# -- the long run


def history(folder: Path, week: str) -> pd.DataFrame:
    assert not read_store(open_engine(f"sqlite:///{folder}/jobtide.db")).n_inherited
    return longrun.history(Market(f"sqlite:///{folder}/jobtide.db"), week)


def test_the_long_run_counts_roles_by_month_and_marks_the_one_that_grows(site: Server, tmp_path: Path) -> None:
    config = setup(site, tmp_path)
    assert backfill(config, "--since", "2025-11", "--at", "2026-02-15").returncode == 0
    found = history(tmp_path, "2026-W07")
    roles = found[found["group"] == longrun.ROLES].set_index("month")
    assert list(roles.index) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert list(roles["week"]) == ["2025-W48", "2026-W01", "2026-W05", "2026-W07"]
    assert set(roles["reason"]) == {"fewer than 10 employers"}  # there are seven
    told = Market(f"sqlite:///{tmp_path}/jobtide.db").postings()
    by_month = told.groupby("board").size()
    assert roles["n"].tolist() == by_month.rolling(3, min_periods=1).sum().tolist()
    assert list(history(tmp_path, "2026-W06")["month"].unique()) == ["2025-11", "2025-12", "2026-01"]


def test_months_are_partial_until_they_were_read_after_their_end() -> None:
    def frames(fetched_at: str, verdict: str = "window") -> list[str]:
        rows = [
            {"posting_id": f"hn/2026-02/{n}-1", "platform": "hn", "board": "2026-02", "company": f"C{n}"}
            for n in range(60)
        ]
        more = {"is_prospect": False, "scope": ["core", "none"] * 30, "genai_class": "role_duty"}
        boards = {"platform": ["hn"], "board": ["2026-02"], "verdict": [verdict]}
        at = pd.to_datetime([fetched_at], utc=True)
        return list(
            months(pd.DataFrame(rows).assign(**more), pd.DataFrame(boards).assign(fetched_at=at), ("role_duty",))[
                "status"
            ]
        )

    assert frames("2026-02-28T23:59:59Z") == ["ok", "ok"]
    assert frames("2026-02-20T08:00:00Z") == ["partial", "partial"]
    assert frames("2026-02-28T23:59:59Z", "partial") == ["partial", "partial"]


def test_a_report_shows_history_only_where_there_is_some(site: Server, tmp_path: Path) -> None:
    config = setup(site, tmp_path)
    assert backfill(config, *ALL, "--at", "2026-03-02").returncode == 0
    read_store(open_engine(f"sqlite:///{tmp_path}/jobtide.db"))
    market = Market(f"sqlite:///{tmp_path}/jobtide.db")
    assert [chart.key for chart in weekly.contents(market)][-2:] == ["long-run", "boards"]
    folder = weekly.build(market, "2026-W10", tmp_path / "out")
    page = (folder / "index.html").read_text("utf-8")
    assert "Who is hiring?" in page
    assert "is no random sample" in page
    empty = open_engine(f"sqlite:///{tmp_path}/empty.db")
    upgrade(empty)
    assert weekly.contents(Market(f"sqlite:///{tmp_path}/empty.db")) is weekly.CONTENTS
