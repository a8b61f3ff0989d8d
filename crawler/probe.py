"""One look at a board, as a process of its own: `python -m crawler.probe PLATFORM TOKEN`, started by `boards add`.

Prints one line of JSON: verdict, note, listed, and the company that the platform itself prints ("" where it prints
none). Nothing is stored.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from crawler.__main__ import in_scrapy
from crawler.board import read_board
from crawler.fetch import Answer, Fetcher, Refused
from crawler.manners import heed_robots
from crawler.plan import endpoint_of
from crawler.platforms import platforms
from crawler.robots import Robots
from crawler.run import is_of
from crawler.spiders import PLATFORMS
from crawler.spiders.listing import Board, NotAListing
from store.settings import Settings, load

TIMEOUT_S = 600.0
MOST_PAGES = 3  # enough to see whether it is a board, and whose
NOTHING_SEEN: dict[str, Any] = {"verdict": "failed", "note": "", "listed": None, "company": ""}


def look(board: Board, config: Path | None = None) -> dict[str, Any]:
    """What a child process saw of a board: verdict, note, listed, company."""
    told = ["--config", str(config)] if config is not None else []
    command = [sys.executable, "-m", "crawler.probe", *told, "--", board.platform, board.token]
    try:
        child = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return NOTHING_SEEN | {"note": f"no answer within {TIMEOUT_S:.0f} s"}
    try:
        return NOTHING_SEEN | dict(json.loads(child.stdout))
    except ValueError:
        lines = child.stderr.strip().splitlines()
        return NOTHING_SEEN | {"note": lines[-1] if lines else "no answer"}


async def _job(settings: Settings, board: Board, told: dict[str, Any], crawler: Any) -> None:
    fetcher = Fetcher(crawler, settings.network)
    robots = Robots(fetcher.get)
    platform, endpoint = PLATFORMS[board.platform], endpoint_of(settings, board.platform)
    least_s, numbers = platforms()[board.platform]["crawl_delay_s"], count(1)

    async def get(url: str, headers: dict[str, str]) -> Answer:
        if next(numbers) > MOST_PAGES:
            raise Refused("partial", "the rest is read by the crawl")
        await heed_robots(robots, fetcher, settings.network, url, datetime.now(UTC), least_s)
        own = platform.headers() if is_of(url, endpoint) else {}
        return await fetcher.get(url, {"Accept": platform.accept} | headers | own, platform.too_often)

    try:
        found = await read_board(board, platform, endpoint, get, {})
        told |= {"verdict": found["verdict"], "note": found.get("note", ""), "listed": found.get("listed")}
        names = Counter(posting.company.strip() for posting in found.get("postings", []))
        told["company"] = max(names, key=lambda name: (names[name], name), default="")
    except (Refused, NotAListing, ValueError) as error:
        told |= {"verdict": getattr(error, "verdict", "failed"), "note": str(error)}


def main() -> int:
    """Looks, prints, returns 0."""
    parser = ArgumentParser(prog="python -m crawler.probe", description=__doc__)
    parser.add_argument("--config", type=Path)
    parser.add_argument("platform", choices=sorted(PLATFORMS))
    parser.add_argument("token")
    asked = parser.parse_args()
    told = dict(NOTHING_SEEN)
    settings = load(asked.config)
    in_scrapy(settings.network, partial(_job, settings, Board(asked.platform, asked.token), told), os._exit)
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
