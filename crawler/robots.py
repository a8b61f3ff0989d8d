"""robots.txt after RFC 9309, failing closed.

4xx means there are no rules; 429, 5xx, a timeout or a dead host mean "unreachable": nothing of that host is fetched in
this run. Redirects are followed five times. The rules are asked for once a day and host. What a web page in their place
tells is heeded; where it tells none, there are none (RFC 9309 2.2 passes over lines that are no rules), and it is said.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

from protego import Protego

from crawler.fetch import Answer, Refused
from crawler.settings import ROBOTS_NAME
from crawler.spiders.listing import BYTE_ORDER_MARKS

MAX_REDIRECTS = 5
MAX_BYTES = 500 * 1024  # RFC 9309: at least this much is honoured
KEPT_FOR = timedelta(hours=24)
UNREACHABLE_FOR = timedelta(hours=1)  # a dead host is not asked again for each of its boards
TAG = re.compile("<[^<>]*>")
AGENT = re.compile(r"([ \t]*user[- ]?agent[ \t]*:[ \t]*[^\s/#]+)", re.IGNORECASE)
Get = Callable[[str], Awaitable[Answer]]
Say = Callable[[str], None]


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

    def __init__(self, get: Get, say: Say | None = None):
        self._get, self._say = get, say
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
            return self._told(answer, now)
        return Rules(now)  # RFC 9309 2.3.1.2: more than five redirects count as unavailable, that is: no rules

    def _told(self, answer: Answer, now: datetime) -> Rules:
        rules = _rules(answer, now)
        if self._say is not None and rules.parsed is not None and _is_mere_page(_decoded(answer.body)):
            self._say(f"{urlsplit(answer.url).netloc}: robots.txt is a web page without rules; read as having none")
        return rules


def _rules(answer: Answer, now: datetime) -> Rules:
    if answer.status == 429 or answer.status >= 500 or answer.status < 200:
        return Rules(now, unreachable=f"robots.txt answers {answer.status}")
    if answer.status >= 300:
        return Rules(now)
    return Rules(now, parsed=Protego.parse("\n".join(map(_without_version, _lines(_decoded(answer.body))))))


def _decoded(body: bytes) -> str:
    """The text of the first bytes; without NUL, so that UTF-16 is read also where no mark says so."""
    body = body[:MAX_BYTES]
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if body.startswith(mark)), "utf-8")
    return body.decode(encoding, "replace").replace("\0", "").strip()


def _lines(text: str) -> list[str]:
    return (unescape(TAG.sub("\n", text)) if text.startswith("<") else text).splitlines()


def _is_mere_page(text: str) -> bool:
    return text.startswith("<") and not any(map(AGENT.match, _lines(text)))


def _without_version(line: str) -> str:
    """A group of `JobTide/9.9` is one of `JobTide`: product tokens have no version."""
    agent = AGENT.match(line)
    return agent[1] if agent else line
