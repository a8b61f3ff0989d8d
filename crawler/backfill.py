"""The job `backfill hn`: the monthly hiring threads, one after the other, each committed in one transaction.

A thread is a board (`hn`, `2021-07`) with the verdict `window`: it shows what was advertised in its month and proves no
absence. A month that is over is observed at its last second and its run has the month's first moment as slot, so that
it is asked for once; the thread of the present month still grows, is observed now under a slot of its own, and is asked
again each time. So what a finished month shows is later than what it showed while it grew.

A run is claimed when its thread has been read: a process that is killed while it asks leaves nothing behind, one that
is killed after its commit is found done. A thread that cannot be read leaves an aborted run with the reason, and is
asked for again by the next call.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from sqlalchemy import Connection, Engine

from crawler import hn
from crawler.fetch import Answer, Fetcher, Refused
from crawler.hn import Account, Month, Story, Thread
from crawler.manners import defer, heed_robots, heed_wait
from crawler.plan import POLITE_DELAY_S
from crawler.policy import is_loopback, refusal
from crawler.robots import Robots
from crawler.spiders.listing import NotAListing, load_json
from store import exits, hosts, runs
from store.connect import read_only
from store.read import runs as all_runs
from store.settings import ConfigError, Network, Settings
from store.write import BoardResult, printable, record_board

JOB: Final = f"backfill {hn.PLATFORM}"
APIS: Final = {
    "algolia": ("hn", "https://hn.algolia.com"),
    "firebase": ("hn_firebase", "https://hacker-news.firebaseio.com"),
}
HITS_A_PAGE: Final = 200
MOST_HITS: Final = 1000  # of one search, whatever its pages say
MOST_SEARCHES: Final = 60
AT_ONCE: Final = 5  # comments asked for at a time; the fetcher still keeps the delay of the host
THREAD_TIMEOUT_S: Final = 3600.0  # a thousand comments at one a second, and time to spare
MOST_FAILURES: Final = 5  # of single comments, before the rest of a thread is left to the next call
EARLY: Final = timedelta(days=4)  # a thread may be opened before its month
LEAVES: Final = ("deferred", "blocked")  # the host wants none of our requests now: neither for the other threads


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which months, through which interface; `given` is the clock of a simulator."""

    since: Month
    until: Month
    api: str
    endpoint: str
    given: datetime | None = None


@dataclass(slots=True)
class Backfill:
    """The parts that the threads of one call share."""

    engine: Engine
    network: Network
    wanted: Wanted
    fetcher: Fetcher
    robots: Robots
    say: Callable[[str], None]
    stopping: Callable[[], bool] = lambda: False
    verdicts: list[str] = field(default_factory=list)
    n_before: int = 0  # requests for the threads before
    doubt: str = ""  # why there may be more threads than were found

    def now(self) -> datetime:
        """Our clock, or the day that a simulator was told."""
        return self.wanted.given or datetime.now(UTC)


class Stopped(Exception):
    """A signal came while a thread was read."""


def make_wanted(
    settings: Settings, source: str, since: str, until: str = "", api: str = "algolia", given: datetime | None = None
) -> Wanted:
    """What was asked for; ConfigError says what cannot be meant, and the next move."""
    if source != hn.PLATFORM:
        raise ConfigError(f"there is no history of {source!r}; write `jobtide backfill hn --since 2011-04`")
    if api not in APIS:
        raise ConfigError(f"--api is {' or '.join(APIS)}, not {api!r}")
    now = given or datetime.now(UTC)
    present = Month(now.year, now.month)
    first, last = _month("--since", since), _month("--until", until) if until else present
    if first > present:
        raise ConfigError(f"--since {first} has not begun; the present month is {present}")
    if first > last:
        raise ConfigError(f"--since {first} is after --until {last}; exchange them")
    return Wanted(first, min(last, present), api, _endpoint(settings, api, given), given)


def _month(option: str, told: str) -> Month:
    if not told:
        raise ConfigError(f"{option} is missing; write a month such as {option} {Month(*hn.FIRST_MONTH)}, the first")
    month = hn.month(told)
    if month is None:
        raise ConfigError(f"{option} {told!r} is no month; write one such as {option} {Month(*hn.FIRST_MONTH)}")
    return month


def _endpoint(settings: Settings, api: str, given: datetime | None) -> str:
    name, public = APIS[api]
    url = settings.endpoints.get(name, public).rstrip("/")
    if reason := refusal(url, settings.network.allow):
        raise ConfigError(f"endpoint {name} = {url} may not be fetched: {reason}")
    if is_loopback(url):
        return url
    if given:
        raise ConfigError(f"--at is for simulators on loopback; {name} would be asked at {url}")
    if settings.network.delay_s < POLITE_DELAY_S:
        raise ConfigError(f"network.delay_s under {POLITE_DELAY_S:g} is for loopback; {name} is public")
    return url


async def run(job: Backfill) -> int:
    """All threads that are wanted and not done; returns the exit code."""
    done = _settled(job.engine)
    pending = [month for month in _months(job.wanted) if month.start not in done]
    try:
        threads = await _threads(job, pending) if pending else {}
    except Stopped:
        return exits.TERMINATED
    except (Refused, NotAListing) as error:
        job.say(f"the list of threads cannot be read: {printable(str(error))}; the same command tries again")
        return exits.SOME_FAILED
    listed = [month for month in _months(job.wanted) if month in threads or month.start in done]
    _say_missing(job, [month for month in pending if month not in threads], listed)
    await _all(job, listed, threads)
    if not listed and not job.doubt:
        return exits.NOT_NOW
    is_left = bool(job.doubt) or (len(job.verdicts) < len(listed) and not job.stopping())
    return exits.of_verdicts([*job.verdicts, *(["deferred"] if is_left else [])])


async def _all(job: Backfill, listed: list[Month], threads: dict[Month, Story]) -> None:
    with job.engine.connect() as conn:
        for number, month in enumerate(listed, 1):
            label = f"[{number}/{len(listed)}] {month}"
            if job.stopping() or not await _one(job, conn, month, threads.get(month), label):
                return


def _months(wanted: Wanted) -> list[Month]:
    """The months wanted, without those before there was a thread."""
    month, told = max(wanted.since, Month(*hn.FIRST_MONTH)), []
    while month <= wanted.until:
        told.append(month)
        month = month.next
    return told


def _settled(engine: Engine) -> set[datetime]:
    """Slots of the months that are stored for good."""
    with read_only(engine) as conn:
        return {row["scheduled_for"] for row in all_runs(conn) if row["job"] == JOB and row["state"] == "done"}


def _say_missing(job: Backfill, missing: list[Month], listed: list[Month]) -> None:
    """Says which months have no thread, and doubts the list when one of them lies between others."""
    if missing:
        more = " ..." if len(missing) > 12 else ""
        job.say(f"no thread of {', '.join(map(str, missing[:12]))}{more} was found")
    if listed and any(listed[0] < month < listed[-1] for month in missing):
        job.doubt = job.doubt or "a month between others has no thread"
    if job.doubt:
        job.say(f"the list of threads is not whole: {job.doubt}; the same command tries again")


async def _one(job: Backfill, conn: Connection, month: Month, story: Story | None, label: str) -> bool:
    """Reads and commits one thread; False when no other may be asked for now."""
    job.n_before = job.fetcher.n_requests
    if story is None:
        job.verdicts.append("window")
        job.say(f"{label} done before")
        return True
    try:
        async with _in_time():
            thread = await (_algolia_thread if job.wanted.api == "algolia" else _firebase_thread)(job, story)
    except Stopped:
        return False
    except (Refused, NotAListing) as error:
        return _fail(job, month, label, error)
    told = await asyncio.to_thread(hn.account, thread)
    job.verdicts.append(_commit(job, conn, month, thread, told))
    job.say(f"{label} {_line(thread, told)}{_doubt(job, month, thread)}")
    return True


def _fail(job: Backfill, month: Month, label: str, error: Refused | NotAListing) -> bool:
    verdict = error.verdict if isinstance(error, Refused) else "failed"
    job.verdicts.append(verdict)
    job.say(f"{label} {verdict}: {printable(str(error))}; the same command tries again")
    claim = runs.claim(job.engine, JOB, _slot(job, month, whole=True), now=job.now(), clock=_clock(job))
    note = f"hn/{month} {verdict}: {printable(str(error))}"
    runs.finish(job.engine, claim.run_id, now=job.now(), state="aborted", exit_code=exits.SOME_FAILED, note=note)
    return verdict not in LEAVES


def _line(thread: Thread, told: Account) -> str:
    counts = ", ".join(f"{told.counts[name]} {name}" for name in ("posting", "not", "empty"))
    return f"{len(thread.comments)} comments: {counts} -> {len(told.postings)} roles"


def _doubt(job: Backfill, month: Month, thread: Thread) -> str:
    if not thread.is_whole:
        lacking = f"{thread.lacking} comments could not be read" if thread.lacking else ""
        told = "; ".join(filter(None, (lacking, thread.doubt)))
        return f" (partial: {told}; the same command tries again)"
    return "" if _is_over(job, month) else " (partial: the month is not over)"


def _is_over(job: Backfill, month: Month) -> bool:
    """Comments close after two weeks, so that a thread is whole when its month is over."""
    return job.now() >= month.next.start


def _commit(job: Backfill, conn: Connection, month: Month, thread: Thread, told: Account) -> str:
    claim = runs.claim(job.engine, JOB, _slot(job, month, whole=thread.is_whole), now=job.now(), clock=_clock(job))
    verdict = record_board(conn, claim, _result(job, month, thread, told), job.now())
    code, note = exits.of_verdicts([verdict]), f"hn/{month}: {_line(thread, told)}"
    runs.finish(job.engine, claim.run_id, now=job.now(), state="done", exit_code=code, note=note)
    return verdict


def _result(job: Backfill, month: Month, thread: Thread, told: Account) -> BoardResult:
    observed_at = min(job.now(), month.last)
    if not thread.is_whole:  # so that the whole thread, read later, is the later word
        observed_at -= timedelta(seconds=1)
    return BoardResult(
        platform=hn.PLATFORM,
        token=str(month),
        verdict="window" if thread.is_whole else "partial",
        fetched_at=observed_at,
        postings=told.postings,
        listed=len(thread.comments) + thread.lacking,
        hidden=told.counts["empty"],
        malformed=thread.lacking,
        parser_version=hn.PARSER_VERSION,
        http_status=200,
        n_requests=job.fetcher.n_requests - job.n_before,
        note=f"thread {thread.story}, {_line(thread, told)}{_doubt(job, month, thread)}",
    )


def _slot(job: Backfill, month: Month, *, whole: bool) -> datetime:
    """The month's first moment when it is over; else this moment, or that of a run of this month that was killed."""
    if whole and _is_over(job, month):
        return month.start
    killed = runs.unfinished(job.engine, JOB, job.now())
    return killed if killed and month.start < killed <= job.now() else job.now()


def _clock(job: Backfill) -> str:
    return "given" if job.wanted.given else "system"


# -- asking


async def _threads(job: Backfill, pending: list[Month]) -> dict[Month, Story]:
    async with _in_time():
        found = await (_algolia_stories if job.wanted.api == "algolia" else _firebase_stories)(job, pending)
    return hn.one_a_month(story for story in found if story.month in pending)


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Refused when a host lets us ask so slowly that there is no end to it."""
    try:
        async with asyncio.timeout(THREAD_TIMEOUT_S):
            yield
    except TimeoutError:
        raise Refused("deferred", f"took over {THREAD_TIMEOUT_S:.0f} s at the pace of the host") from None


async def _algolia_stories(job: Backfill, pending: list[Month]) -> list[Story]:
    """All threads of the author in the months, page by page; from the oldest hit on where one search ends early."""
    begin, end = int((pending[0].start - EARLY).timestamp()), int(pending[-1].next.start.timestamp())
    told: dict[int, Story] = {}
    page, seen = 0, set[int]()
    for _ in range(MOST_SEARCHES):
        hits = hn.algolia_stories(await _ask(job, _search_url(job, begin, end, page)))
        told |= {story.id: story for story in hits.stories}
        page, seen = page + 1, seen | set(hits.ids)
        if hits.times and page < hits.n_pages:
            continue
        if len(seen) < min(hits.n_told, MOST_HITS):
            job.doubt = f"{len(seen)} of {hits.n_told} stories were listed"
        if len(seen) < MOST_HITS or not hits.times or min(hits.times) >= end:
            break
        end, page, seen = min(hits.times), 0, set()
    return list(told.values())


def _search_url(job: Backfill, begin: int, end: int, page: int) -> str:
    query = {
        "tags": f"story,author_{hn.AUTHOR}",
        "numericFilters": f"created_at_i>={begin},created_at_i<{end}",
        "hitsPerPage": HITS_A_PAGE,
        "page": page,
    }
    return f"{job.wanted.endpoint}/api/v1/search_by_date?{urlencode(query)}"


async def _algolia_thread(job: Backfill, story: Story) -> Thread:
    answer = await _ask(job, f"{job.wanted.endpoint}/api/v1/items/{story.id}")
    return hn.algolia_thread(answer, story.id, story.n_comments)


async def _firebase_stories(job: Backfill, pending: list[Month]) -> list[Story]:
    """The author's stories, newest first, until they are older than the months wanted."""
    ids = hn.submitted(await _ask(job, f"{job.wanted.endpoint}/v0/user/{hn.AUTHOR}.json"))
    told: list[Story] = []
    for start in range(0, len(ids), AT_ONCE):
        rows = await _gathered(_item(job, key) for key in ids[start : start + AT_ONCE])
        stories = [hn.firebase_story(row) for row in rows]
        told += [story for story, _ in stories if story]
        times = [at for _, at in stories if at]
        if times and max(times) < pending[0].start - EARLY:
            break
    return told


async def _firebase_thread(job: Backfill, story: Story) -> Thread:
    kids = hn.firebase_kids(await _item(job, story.id), story.id)
    told: list[hn.Comment] = []
    n_failed = 0
    for start in range(0, len(kids.ids), AT_ONCE):
        if n_failed >= MOST_FAILURES:
            break
        for found in await _gathered(_comment(job, kid, story.id) for kid in kids.ids[start : start + AT_ONCE]):
            n_failed += found is None
            told += [found] if found else []
    if kids.ids and not told:
        raise NotAListing(f"none of its {len(kids.ids)} comments could be read")
    return hn.whole(story.id, told, kids, lacking=len(kids.ids) - len(told))


async def _comment(job: Backfill, kid: int, story: int) -> hn.Comment | None:
    """A comment, or None when it cannot be had; what concerns the whole host is raised."""
    try:
        return hn.firebase_comment(await _item(job, kid), kid, story)
    except NotAListing:
        return None
    except Refused as refused:
        if refused.verdict in LEAVES:
            raise
        return None


async def _item(job: Backfill, key: int) -> Any:
    return await _ask(job, f"{job.wanted.endpoint}/v0/item/{key}.json")


async def _gathered(asked: Iterable[Awaitable[Any]]) -> list[Any]:
    """All answers in order; the first failure is raised when all have ended."""
    told = await asyncio.gather(*asked, return_exceptions=True)
    if failed := next((answer for answer in told if isinstance(answer, BaseException)), None):
        raise failed
    return told


async def _ask(job: Backfill, url: str) -> Any:
    """The JSON of one polite request: our host's wish, robots.txt, the delay, Retry-After."""
    if job.stopping():
        raise Stopped
    netloc = urlsplit(url).netloc
    heed_wait(hosts.waits(job.engine), netloc, job.now())
    await heed_robots(job.robots, job.fetcher, job.network, url, job.now())
    try:
        return _json(await job.fetcher.get(url, {"Accept": "application/json"}))
    except Refused as refused:
        defer(job.engine, netloc, refused, job.now())
        raise


def _json(answer: Answer) -> Any:
    if answer.status in (401, 403, 451):
        raise Refused("blocked", f"answers {answer.status}", answer.status)
    if answer.status != 200:
        raise Refused("failed", f"answers {answer.status}", answer.status)
    return load_json(answer.body, answer.headers.get("content-type", ""))
