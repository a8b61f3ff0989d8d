"""One polite request: the guard, the slot of its host, bounded retries, Retry-After.

What cannot be had comes back as `Refused` with the verdict it means for the board: blocked (not allowed), deferred (the
host asked us to wait longer than we may), failed (anything else).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, ResponseDataLossError
from scrapy.http import Request, Response
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.endpoints import HostnameEndpoint

from crawler.policy import PublicOnlyResolver, refusal
from crawler.settings import user_agent
from store.settings import Network

TRIES = 3
BACKOFF_S = 1.0
DEFAULT_WAIT_S = 300.0  # a 429 that does not say for how long
LONGEST_WAIT_S = 24 * 3600.0
BUSY = (429, 503)
CUT_SHORT = 200  # an answer that came, but not whole


# a twentieth of a request's cost: the host's name is encoded anew for each request of its boards
HostnameEndpoint._hostAsBytesAndText = staticmethod(lru_cache(HostnameEndpoint._hostAsBytesAndText))  # type: ignore[method-assign]


class Refused(Exception):
    """A request that gave no usable answer; carries the verdict for the board, and no status where nothing came."""

    def __init__(self, verdict: str, note: str, status: int | None = None, wait_s: float = 0.0):
        super().__init__(note)
        self.verdict, self.note, self.status, self.wait_s = verdict, note, status, wait_s


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; header names in lower case, values of repeated headers: the first."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


class Fetcher:
    """Makes requests through Scrapy's downloader, which keeps the delay of each host."""

    def __init__(self, crawler: Crawler, network: Network):
        self._crawler = crawler
        self._network = network
        self._headers = {"Accept": "*/*", "Accept-Language": "en", "User-Agent": user_agent(network)}
        self.n_requests = 0

    async def get(
        self, url: str, headers: dict[str, str] | None = None, too_often: Collection[int] = (), tries: int = TRIES
    ) -> Answer:
        """The answer, whatever its status but 429, 503 and 5xx, which are tried again and then Refused.

        The statuses of `too_often` say what 429 says elsewhere.
        """
        for attempt in range(1, tries + 1):
            try:
                return await self._once(url, headers or {}, too_often)
            except Refused as refused:
                again = refused.verdict == "failed" or 0 < refused.wait_s <= self._network.max_wait_s
                if attempt == tries or not again:
                    raise
                await asyncio.sleep(refused.wait_s or self._backoff(attempt))
        raise AssertionError("unreachable")

    def slow_down(self, netloc: str, delay_s: float) -> None:
        """Honours a host's Crawl-delay where it is longer than our own delay."""
        assert self._crawler.engine is not None
        slot = self._crawler.engine.downloader.slots.get(netloc)
        if slot is not None and delay_s > slot.delay:
            slot.delay = delay_s

    def _backoff(self, attempt: int) -> float:
        base = BACKOFF_S if self._network.delay_s else 0.02  # a simulator on loopback need not be waited for
        return float(base * 2**attempt * random.uniform(0.5, 1))  # noqa: S311  jitter, no secret

    async def _once(self, url: str, headers: dict[str, str], too_often: Collection[int]) -> Answer:
        if reason := refusal(url, self._network.allow):
            raise Refused("blocked", reason)
        self.n_requests += 1
        address, _, posted = url.partition("#")  # see `listing.post_url`
        meta = {"download_slot": urlsplit(url).netloc, "download_timeout": self._network.timeout_s}
        if posted:
            headers = headers | {"Content-Type": "application/json"}
        try:
            assert self._crawler.engine is not None
            asked = Request(
                address,
                method="POST" if posted else "GET",
                headers=self._headers | headers,
                body=posted.encode(),
                meta=meta,
            )
            # the downloader itself: the engine would look for scheduled requests after each answer, and has none
            response = await maybe_deferred_to_future(self._crawler.engine.downloader.fetch(asked))
            assert isinstance(response, Response), "no middleware of ours asks for something else"
        except (DownloadCancelledError, IgnoreRequest) as error:  # the second: too large once decompressed
            raise Refused("failed", f"more than {self._network.max_megabytes} MB were sent", CUT_SHORT) from error
        except Exception as error:
            raise _meaning(error, urlsplit(url).hostname or "") from error
        return _answer(response, too_often)


def _meaning(error: Exception, host: str) -> Refused:
    if host in PublicOnlyResolver.refused:
        return Refused("blocked", PublicOnlyResolver.refused[host])
    detail = " ".join(str(error).split())[:200]
    told = f"{type(error).__name__}: {detail}" if detail else type(error).__name__
    return Refused("failed", told, CUT_SHORT if isinstance(error, ResponseDataLossError) else None)


def _answer(response: Response, too_often: Collection[int]) -> Answer:
    headers = {
        name.decode("latin-1").lower(): values[0].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }
    if response.status in BUSY or response.status in too_often:
        told_s = headers.get("retry-after") or headers.get("x-ratelimit-reset", "")
        wait_s = retry_after_s(told_s, datetime.now(UTC))
        told = f"answers {response.status}" + (f", Retry-After {wait_s:.0f} s" if wait_s else "")
        if response.status != 503 or wait_s:
            raise Refused("deferred", told, response.status, wait_s or DEFAULT_WAIT_S)
    if response.status >= 500:
        raise Refused("failed", f"answers {response.status}", response.status)
    return Answer(response.url, response.status, headers, response.body)


def retry_after_s(value: str, now: datetime) -> float:
    """Seconds to wait by a Retry-After header (delta or HTTP date), 1 s to 24 h; 0 when it says nothing usable."""
    try:
        wait = float(value) if value.strip().isdigit() else (_date(value) - now).total_seconds()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(wait, 1.0), LONGEST_WAIT_S) if wait > 0 else 0.0


def _date(value: str) -> datetime:
    when = parsedate_to_datetime(value)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def later(now: datetime, wait_s: float) -> datetime:
    """The moment before which a host is not asked again."""
    return now + timedelta(seconds=wait_s)
