"""robots.txt after RFC 9309, failing closed.

4xx means there are no rules; 429, 5xx, a timeout or a dead host mean "unreachable": nothing of that host is fetched in
this run. Redirects are followed five times. The rules are asked for once a day and host.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from protego import Protego

from crawler.fetch import Answer, Refused
from crawler.settings import ROBOTS_NAME

MAX_REDIRECTS = 5
MAX_BYTES = 500 * 1024  # RFC 9309: at least this much is honoured
KEPT_FOR = timedelta(hours=24)
UNREACHABLE_FOR = timedelta(hours=1)  # a dead host is not asked again for each of its boards
Get = Callable[[str], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host allows us; `unreachable` says why nothing is."""

    read_at: datetime
    parsed: Protego | None = None
    unreachable: str = ""

    def allows(self, url: str) -> bool:
        """Whether the rules let us fetch a URL."""
        return not self.unreachable and (self.parsed is None or self.parsed.can_fetch(url, ROBOTS_NAME))

    def crawl_delay_s(self) -> float:
        """Seconds the host asks us to wait between requests; 0 when it says nothing."""
        return float(self.parsed.crawl_delay(ROBOTS_NAME) or 0) if self.parsed is not None else 0.0


class Robots:
    """The rules of each host, read when first needed."""

    def __init__(self, get: Get):
        self._get = get
        self._rules: dict[str, Rules] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def rules(self, url: str, now: datetime) -> Rules:
        """The rules in force for a URL's host."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if (kept := self._fresh(origin, now)) is not None:
            return kept
        async with self._asking[origin]:  # boards of one host that are read at a time ask once
            if (kept := self._fresh(origin, now)) is None:
                kept = self._rules[origin] = await self._read(f"{origin}/robots.txt", now)
        return kept

    def _fresh(self, origin: str, now: datetime) -> Rules | None:
        kept = self._rules.get(origin)
        if kept is None or now - kept.read_at >= (UNREACHABLE_FOR if kept.unreachable else KEPT_FOR):
            return None
        return kept

    async def _read(self, url: str, now: datetime) -> Rules:
        for _ in range(MAX_REDIRECTS + 1):
            try:
                answer = await self._get(url)
            except Refused as refused:
                return Rules(now, unreachable=f"robots.txt is unreachable: {refused.note}")
            if 300 <= answer.status < 400 and (target := answer.headers.get("location")):
                url = urljoin(url, target)
                continue
            return _rules(answer, now)
        return Rules(now)  # RFC 9309 2.3.1.2: more than five redirects count as unavailable, that is: no rules


def _rules(answer: Answer, now: datetime) -> Rules:
    if answer.status == 429 or answer.status >= 500 or answer.status < 200:
        return Rules(now, unreachable=f"robots.txt answers {answer.status}")
    if answer.status >= 300:
        return Rules(now)
    return Rules(now, parsed=Protego.parse(answer.body[:MAX_BYTES].decode("utf-8-sig", "replace")))
