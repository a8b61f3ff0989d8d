"""What one crawl will do, checked before anything is fetched: boards, endpoints, and who may be crawled how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.policy import is_loopback, refusal
from crawler.register import load_boards, select
from crawler.spiders import PLATFORMS
from crawler.spiders.listing import Board
from store.settings import ConfigError, Settings

POLITE_DELAY_S = 1.0
THREADS = {"hn", "hn_firebase"}  # endpoints of the backfill
SOMEBODY = "board.example.com"  # where an address names the board


@dataclass(frozen=True, slots=True)
class Plan:
    """Boards to crawl, where, under which job name, and at which given moments (none: now)."""

    boards: tuple[Board, ...]
    endpoints: dict[str, str]
    job: str
    given: tuple[datetime, ...] = ()


def make_plan(settings: Settings, names: Sequence[str], given: Sequence[datetime] = (), job: str = "") -> Plan:
    """The plan; ConfigError says which setting or name cannot be used."""
    boards = select(load_boards(settings.boards.shipped, settings.boards.files), list(names), settings.boards.opt_in)
    endpoints = {name: endpoint_of(settings, name) for name in sorted({board.platform for board in boards})}
    unknown = sorted(set(settings.endpoints) - set(PLATFORMS) - THREADS)
    if unknown:
        raise ConfigError(f"[endpoints] names {', '.join(unknown)}; platforms are {', '.join(sorted(PLATFORMS))}")
    _only_on_loopback(settings, endpoints, given)
    return Plan(tuple(boards), endpoints, job or " ".join(["crawl", *sorted(names)]), tuple(given))


def crawled_boards(settings: Settings) -> list[Board]:
    """The boards of the register that a crawl visits."""
    return list(select(load_boards(settings.boards.shipped, settings.boards.files), [], settings.boards.opt_in))


def endpoint_of(settings: Settings, platform: str) -> str:
    """Where a platform is asked; ConfigError for an address that may not be fetched."""
    url = settings.endpoints.get(platform, PLATFORMS[platform].host).rstrip("/")
    if reason := refusal(url.replace("{token}", SOMEBODY), settings.network.allow):
        raise ConfigError(f"endpoint {platform} = {url} may not be fetched: {reason}")
    return url


def _only_on_loopback(settings: Settings, endpoints: dict[str, str], given: Sequence[datetime]) -> None:
    """The doors for simulators stay shut as soon as one real host is to be crawled."""
    public = [name for name, url in endpoints.items() if not is_loopback(url.replace("{token}", SOMEBODY))]
    if public and given:
        raise ConfigError(f"--at is for simulators on loopback; {', '.join(public)} would be asked as well")
    if public and settings.network.delay_s < POLITE_DELAY_S:
        raise ConfigError(f"network.delay_s under {POLITE_DELAY_S:g} is for loopback; {', '.join(public)} is public")
