"""One run: claim it, read each board that it still lacks, commit board by board, and settle its outcome."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine

from crawler import board as board_reader
from crawler.detail import with_texts
from crawler.fetch import TRIES, Answer, Fetcher, Refused
from crawler.manners import defer, heed_robots, heed_wait
from crawler.plan import Plan
from crawler.platforms import platforms
from crawler.robots import Robots
from crawler.spiders import PLATFORMS
from crawler.spiders.listing import Board, Detailed, NotAListing
from store import exits, hosts, runs
from store.accepted import validators
from store.connect import read_only
from store.posting import Posting
from store.read import open_postings
from store.settings import Network
from store.write import UNSTORABLE, BoardResult, label_boards, printable, record_board

BOARD_TIMEOUT_S = 3600.0  # five hundred pages and as many texts at one a second, and time to spare
MOST_DOWN = 5  # boards in a row that a host failed; each other is asked once, until one answers
FAST_PARALLEL = 4  # boards of one host at a time, on loopback without delay
LABEL = tuple(column.name for column in fields(Board))
Say = Callable[[str], None]


@dataclass(slots=True)
class Outcome:
    """What became of a run: verdict of each board it has committed."""

    verdicts: dict[tuple[str, str], str] = field(default_factory=dict)

    def exit_code(self) -> int:
        """The exit code by the contract of `store.exits`."""
        return exits.of_verdicts(self.verdicts.values())

    def summary(self) -> str:
        """One line for a person."""
        told = Counter(self.verdicts.values())
        return f"{len(self.verdicts)} boards: " + ", ".join(f"{n} {verdict}" for verdict, n in told.most_common())


@dataclass(slots=True)
class Crawl:
    """The parts that the boards of one run share."""

    engine: Engine
    network: Network
    plan: Plan
    fetcher: Fetcher
    robots: Robots
    say: Say
    given: datetime | None = None
    stopping: Callable[[], bool] = lambda: False
    waits: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    known: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # validators of the last crawl

    def now(self) -> datetime:
        """Our clock, or the day that a simulator was told."""
        return self.given or datetime.now(UTC)


async def work(crawl: Crawl, claim: runs.Claim) -> Outcome:
    """Reads and commits every board of the plan that the run lacks; boards of one host one after the other."""
    outcome = Outcome(runs.boards_done(crawl.engine, claim.run_id))
    label_boards(crawl.engine, [_label(board) for board in crawl.plan.boards], crawl.now())
    crawl.waits = hosts.waits(crawl.engine)
    with read_only(crawl.engine) as conn:
        crawl.known = validators(conn)
    todo = [board for board in crawl.plan.boards if (board.platform, board.token) not in outcome.verdicts]
    parallel = 1 if crawl.network.delay_s else FAST_PARALLEL
    lanes = [lane[start::parallel] for lane in _by_host(crawl.plan, todo) for start in range(parallel)]
    with crawl.engine.connect() as conn:
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(_lane(crawl, conn, claim, lane, outcome))
    return outcome


def _netloc(plan: Plan, board: Board) -> str:
    """The host that is asked for a board; of a token that makes no address the platform's."""
    endpoint = plan.endpoints[board.platform]
    try:
        return urlsplit(PLATFORMS[board.platform].first_url(endpoint, board.token)).netloc
    except ValueError:
        return urlsplit(endpoint).netloc


def _label(board: Board) -> dict[str, str]:
    return {name: getattr(board, name) for name in LABEL}


def _by_host(plan: Plan, boards: Iterable[Board]) -> list[list[Board]]:
    lanes: dict[str, list[Board]] = {}
    for board in boards:
        lanes.setdefault(_netloc(plan, board), []).append(board)
    return list(lanes.values())


async def _lane(crawl: Crawl, conn: Connection, claim: runs.Claim, boards: list[Board], outcome: Outcome) -> None:
    if crawl.network.delay_s and boards:
        await asyncio.sleep(crawl.network.delay_s)  # a run that was killed may have asked this host just now
    n_down = 0
    for board in boards:
        if crawl.stopping():
            return
        started = time.monotonic()
        is_doubted = n_down >= MOST_DOWN
        result = await _read(crawl, board, tries=1 if is_doubted else TRIES)
        n_down = n_down + 1 if _is_down(result) else 0
        if is_doubted and n_down:
            result = _put_off(result)
        verdict = _commit(crawl, conn, claim, board, result)
        outcome.verdicts[(board.platform, board.token)] = verdict
        count = f"[{len(outcome.verdicts)}/{len(crawl.plan.boards)}]"
        crawl.say(f"{count} {_line(result, verdict, time.monotonic() - started)}")
        await asyncio.sleep(0)


def _is_down(result: BoardResult) -> bool:
    """Whether it was the host that failed: no answer at all, or 5xx."""
    return result.verdict == "failed" and (result.http_status is None or result.http_status >= 500)


def _put_off(result: BoardResult) -> BoardResult:
    """What was asked once of a host that is down: left to the next run."""
    told = f"asked once, for the host failed for {MOST_DOWN} boards in a row: {result.note}"
    return replace(result, verdict="deferred", note=told[:500])


def _commit(crawl: Crawl, conn: Connection, claim: runs.Claim, board: Board, result: BoardResult) -> str:
    """Stores a result. What the store cannot hold is that board's failure; a store that fails ends the run."""
    try:
        return record_board(conn, claim, result, crawl.now())
    except UNSTORABLE as error:
        told = NotAListing(f"cannot be stored: {type(error).__name__}")
        return record_board(conn, claim, board_reader.refused_result(board, told, crawl.now()), crawl.now())


def _line(result: BoardResult, verdict: str, seconds: float) -> str:
    listed = "" if result.listed is None else f" {result.listed} listed"
    note = f" ({printable(result.note)})" if result.note else ""
    return f"{result.platform}/{result.token} {verdict}{listed} {seconds:.1f} s{note}"


async def _read(crawl: Crawl, board: Board, tries: int) -> BoardResult:
    """The board's result, whatever happened; one board's fault never stops the others."""
    before = crawl.fetcher.n_requests
    try:
        async with asyncio.timeout(BOARD_TIMEOUT_S):
            fields = await _fields(crawl, board, tries)
    except (Refused, NotAListing) as refused:
        return board_reader.refused_result(board, refused, crawl.now())
    except TimeoutError:
        return board_reader.refused_result(board, NotAListing(f"took over {BOARD_TIMEOUT_S:.0f} s"), crawl.now())
    except Exception as error:  # noqa: BLE001  a spider's bug is this board's failure, and is said
        told = NotAListing(f"{type(error).__name__} in the {board.platform} reader: {str(error)[:200]}")
        return board_reader.refused_result(board, told, crawl.now())
    n_requests = crawl.fetcher.n_requests - before
    return BoardResult(
        platform=board.platform, token=board.token, fetched_at=crawl.now(), n_requests=n_requests, **fields
    )


async def _fields(crawl: Crawl, board: Board, tries: int) -> dict[str, Any]:
    endpoint, platform = crawl.plan.endpoints[board.platform], PLATFORMS[board.platform]
    netloc, least_s = _netloc(crawl.plan, board), platforms()[board.platform]["crawl_delay_s"]
    heed_wait(crawl.waits, netloc, crawl.now())
    known = crawl.known.get((board.platform, board.token), {})
    if known and known["fetched_at"] > crawl.now():  # a clock that went back: "as before" would mean a later list
        known = {}

    async def get(url: str, headers: dict[str, str]) -> Answer:
        await heed_robots(crawl.robots, crawl.fetcher, crawl.network, url, crawl.now(), least_s)
        at = {"X-Jobtide-At": crawl.given.isoformat()} if crawl.given else {}
        own = platform.headers() if is_of(url, endpoint) else {}
        try:
            asked = {"Accept": platform.accept} | headers | at | own
            return await crawl.fetcher.get(url, asked, platform.too_often, tries)
        except Refused as refused:
            crawl.waits |= defer(crawl.engine, netloc, refused, crawl.now())
            raise

    def past() -> dict[str, Posting]:
        with read_only(crawl.engine) as conn:
            return open_postings(conn, board.platform, board.token)

    told = await board_reader.read_board(board, platform, endpoint, get, known)
    if told.get("postings") and isinstance(platform, Detailed):
        told = await with_texts(told, board, platform, endpoint, get, past, crawl.now())
    return told


def is_of(url: str, endpoint: str) -> bool:
    """Whether an address is of the platform's own host: a key goes to nobody else."""
    return urlsplit(url)[:2] == urlsplit(endpoint)[:2]
