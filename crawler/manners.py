"""What every request heeds beside its own: robots.txt, the delay of the host, and the rest it once asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Engine

from crawler.fetch import Fetcher, Refused, later
from crawler.robots import Robots
from store import hosts
from store.settings import Network

Waits = Mapping[str, tuple[datetime, str]]


def heed_wait(waits: Waits, netloc: str, now: datetime) -> None:
    """Refused for a host that asked to be left alone until later."""
    until, reason = waits.get(netloc, (None, ""))
    if until is not None and until > now:
        raise Refused("deferred", f"the host is left alone until {until:%Y-%m-%d %H:%M} UTC: it {reason}")


async def heed_robots(
    robots: Robots, fetcher: Fetcher, network: Network, url: str, now: datetime, least_s: float = 0.0
) -> None:
    """Refused for an address that robots.txt does not allow, or only more slowly than we wait for anybody; else its
    delay, or ours of `least_s`, is kept.
    """
    rules = await robots.rules(url, now)
    if rules.unreachable:
        raise Refused("blocked", rules.unreachable)
    if not rules.allows(url):
        raise Refused("blocked", "robots.txt disallows it")
    if network.delay_s:
        asked_s, most_s = rules.crawl_delay_s(), max(network.max_wait_s, network.delay_s, least_s)
        if asked_s > most_s:
            told = f"robots.txt asks to wait {asked_s:g} s between requests, we wait {most_s:g} s at most"
            raise Refused("deferred", f"{told} (max_wait_s); nothing was asked")
        fetcher.slow_down(urlsplit(url).netloc, max(asked_s, least_s))


def defer(engine: Engine, netloc: str, refused: Refused, now: datetime) -> dict[str, tuple[datetime, str]]:
    """Notes the rest that a host asked for, for this run and the next; {} where it asked for none."""
    if refused.verdict != "deferred" or refused.wait_s <= 0:
        return {}
    until = later(now, refused.wait_s)
    hosts.wait(engine, netloc, until, refused.note, now)
    return {netloc: (until, refused.note)}
