"""The crawl as a process of its own: `python -m crawler`, started by `jobtide crawl` and `jobtide backfill`.

Scrapy exits 0 for almost every failure, and its reactor cannot be restarted; so each crawl is a child whose outcome is
computed from what was committed. SIGTERM ends it after the boards under way; a second one at once.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from store import exits

with exits.quiet_interrupt():
    import scrapy
    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.utils.log import configure_logging
    from scrapy.utils.reactor import install_reactor
    from sqlalchemy import Engine

    from crawler import backfill
    from crawler.backfill import Backfill, Wanted
    from crawler.fetch import Fetcher
    from crawler.plan import Plan, make_plan
    from crawler.policy import PublicOnlyResolver
    from crawler.robots import Robots
    from crawler.run import FAST_PARALLEL, Crawl, Outcome, work
    from crawler.settings import scrapy_settings
    from store import lock, runs
    from store.connect import open_engine
    from store.failure import exit_code_of
    from store.migrate import prepare
    from store.settings import Network, Settings, load

DRAIN_S = 20.0
PR_SET_PDEATHSIG = 1


class BoardsSpider(scrapy.Spider):
    """Lends Scrapy's downloader to a job; the job decides what is asked and what the answers mean."""

    name = "boards"
    job: Any

    async def start(self) -> Any:
        """Runs the job; yields nothing to Scrapy."""
        await self.job(self.crawler)
        return
        yield


class Child:
    """One process that asks others: its downloader, its signals, its exit code."""

    def __init__(self, engine: Engine, network: Network, quiet: bool):
        self.engine, self.network, self.quiet = engine, network, quiet
        self.signal: int | None = None
        self.error: BaseException | None = None
        self.codes: list[int] = []

    async def job(self, crawler: Any) -> None:
        """All runs; what goes wrong is kept for the exit code."""
        fetcher = Fetcher(crawler, self.network)
        try:
            await self.work(fetcher, Robots(fetcher.get, self.say))
        except* Exception as error:  # noqa: BLE001  turned into an exit code by main
            self.error = error.exceptions[0]

    async def work(self, fetcher: Fetcher, robots: Robots) -> None:
        """What this process is for."""
        raise NotImplementedError

    def stopping(self) -> bool:
        """Whether a signal came."""
        return self.signal is not None

    def say(self, line: str) -> None:
        """One line a board."""
        if not self.quiet:
            sys.stderr.write(line + "\n")

    def stop(self, number: int) -> None:
        """First signal: no new boards. Second, or the drain deadline: at once."""
        if self.signal is not None:
            os._exit(128 + number)  # boards under way are not committed, and will be read again
        self.signal = number
        signal.signal(signal.SIGALRM, lambda *_: os._exit(128 + number))
        signal.setitimer(signal.ITIMER_REAL, DRAIN_S)  # the loop's own clock would wait for a spider that parses

    def exit_code(self) -> int:
        """What the process says to its parent."""
        if self.error is not None:
            return exit_code_of(self.error)
        if self.signal is not None:
            return 128 + self.signal
        return max(self.codes, default=exits.COMPLETE)


class Boards(Child):
    """A crawl of boards: several given days are several runs, one after the other."""

    def __init__(self, engine: Engine, network: Network, quiet: bool, plan: Plan):
        super().__init__(engine, network, quiet)
        self.plan, self.outcome = plan, Outcome()

    async def work(self, fetcher: Fetcher, robots: Robots) -> None:
        """All runs of the plan."""
        for given in self.plan.given or (None,):
            if self.signal is None:
                await self.run(Crawl(
                    engine=self.engine, network=self.network, plan=self.plan, fetcher=fetcher, robots=robots,
                    say=self.say, given=given, stopping=self.stopping,
                ))  # fmt: skip

    async def run(self, crawl: Crawl) -> None:
        """One run from claim to finish."""
        slot = crawl.given or runs.unfinished(self.engine, self.plan.job, crawl.now()) or crawl.now()
        clock = "given" if crawl.given else "system"
        claim = runs.claim(self.engine, self.plan.job, slot, now=crawl.now(), clock=clock)
        if claim.resumed:
            self.say(f"resuming the run of {slot:%Y-%m-%d %H:%M} UTC")
        self.outcome = await work(crawl, claim)
        whole = len(self.outcome.verdicts) >= len(self.plan.boards)
        code = self.outcome.exit_code() if whole else exits.TERMINATED
        state = "done" if whole else "aborted"
        runs.finish(
            self.engine, claim.run_id, now=crawl.now(), state=state, exit_code=code, note=self.outcome.summary()
        )
        self.codes.append(code)


class History(Child):
    """A backfill of monthly threads: each is a run of its own."""

    def __init__(self, engine: Engine, network: Network, quiet: bool, wanted: Wanted):
        super().__init__(engine, network, quiet)
        self.wanted = wanted

    async def work(self, fetcher: Fetcher, robots: Robots) -> None:
        """All threads that are wanted."""
        self.codes.append(await backfill.run(Backfill(
            engine=self.engine, network=self.network, wanted=self.wanted, fetcher=fetcher, robots=robots,
            say=self.say, stopping=self.stopping,
        )))  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Crawls; returns the exit code."""
    _die_with_parent()
    gc.freeze()  # what was imported stays; lists of postings are many and short-lived
    gc.set_threshold(50_000, 20, 50)
    told = _parse(arguments)
    try:
        settings = load(told.config)
        make = _maker(told, settings)
        engine = open_engine(settings.database_url)
        with lock.held(settings.database_url):
            prepare(engine)
            return _work(make(engine))
    except KeyboardInterrupt:
        sys.stderr.write(exits.INTERRUPTED_LINE)
        return exits.INTERRUPTED
    except Exception as error:  # noqa: BLE001  every failure has its exit code and one clear line
        return exit_code_of(error)


def _maker(told: Namespace, settings: Settings) -> Callable[[Engine], Child]:
    """Makes the process that was asked for; what cannot be meant is refused before a store is opened."""
    network, quiet = settings.network, told.quiet
    if told.backfill:
        given = told.at[-1] if told.at else None
        wanted = backfill.make_wanted(settings, told.backfill, told.since, told.until, told.api, given)
        return lambda engine: History(engine, network, quiet, wanted)
    plan = make_plan(settings, told.names, told.at, told.job)
    return lambda engine: Boards(engine, network, quiet, plan)


def _work(child: Child) -> int:
    in_scrapy(child.network, child.job, child.stop)
    child.engine.dispose()
    return child.exit_code()


def in_scrapy(network: Network, job: Callable[[Any], Awaitable[None]], stop: Callable[[int], None]) -> None:
    """Runs `job(crawler)` with Scrapy's downloader to its end; SIGTERM and SIGINT call `stop`. Once a process."""
    parallel = 1 if network.delay_s else FAST_PARALLEL
    told = scrapy_settings(network, parallel=parallel)
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    reactor: Any = import_module("twisted.internet.reactor")  # exists only now

    configure_logging(told)
    logging.getLogger("scrapy").setLevel(told["LOG_LEVEL"])  # its handler would drop what has been written by then
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda told, _frame: stop(told))  # also while a spider parses, unlike the loop's own
    runner = AsyncCrawlerRunner(told)
    crawler = runner.create_crawler(BoardsSpider)
    PublicOnlyResolver.from_crawler(crawler, reactor).install_on_reactor()
    task = runner.crawl(crawler, job=job)
    task.add_done_callback(lambda _: reactor.stop())
    reactor.run(installSignalHandlers=False)


def _parse(arguments: list[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m crawler", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--job", default="")
    parser.add_argument("--at", type=_moment, action="append", default=[])
    for option, default in (("--backfill", ""), ("--since", ""), ("--until", ""), ("--api", "algolia")):
        parser.add_argument(option, default=default)
    parser.add_argument("--quiet", action="store_true")
    return parser.parse_args(arguments)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _die_with_parent() -> None:
    """A crawl never outlives who started it; a blocked signal mask is inherited and must be cleared."""
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
