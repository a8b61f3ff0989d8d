"""From the address of a careers or posting page to the line of a board file."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.register import load_boards
from crawler.spiders.listing import Board, quoted_token
from store.settings import ConfigError, Settings

COLUMNS = ("platform", "token", "company", "sector", "country")
GREENHOUSE = re.compile(r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io")
PATHS = {
    "boards-api.greenhouse.io": ("greenhouse", r"/v1/boards/([^/]+)"),
    "jobs.lever.co": ("lever", r"/([^/]+)"),
    "api.lever.co": ("lever", r"/v0/postings/([^/]+)"),
    "jobs.ashbyhq.com": ("ashby", r"/([^/]+)"),
    "api.ashbyhq.com": ("ashby", r"/posting-api/job-board/([^/]+)"),
}


def recognise(url: str) -> Board:
    """The board behind an address; ConfigError when it is of no platform that can be crawled."""
    parts = urlsplit(url if "//" in url else f"https://{url}")
    host = (parts.hostname or "").lower()
    if GREENHOUSE.fullmatch(host):
        token = parse_qs(parts.query).get("for", [""])[0] or _first(parts.path, r"/(?!embed)([^/]+)")
        return _board("greenhouse", token, url)
    platform, path = PATHS.get(host, ("", ""))
    return _board(platform, _first(parts.path, path), url)


def add_board(settings: Settings, url: str, company: str = "", sector: str = "", country: str = "") -> str:
    """Appends the board to the first of `[boards] files` and says so; ConfigError when it cannot or is there."""
    board = recognise(url)
    if not settings.boards.files:
        raise ConfigError('name a file of your own first: [boards] files = ["mine.csv"] in jobtide.toml')
    target = settings.boards.files[0]
    existing = [path for path in settings.boards.files if path.exists()]
    if any(
        (b.platform, b.token) == (board.platform, board.token) for b in load_boards(settings.boards.shipped, existing)
    ):
        raise ConfigError(f"{board.platform}/{board.token} is in the register already")
    _append(target, [board.platform, board.token, company or board.token, sector, country])
    return f"{board.platform}/{board.token} added to {target}; `jobtide crawl {board.platform}/{board.token}` tries it"


def _append(target: Path, line: list[str]) -> None:
    """Writes the file anew beside itself and moves it into place."""
    text = target.read_text("utf-8-sig") if target.exists() else ",".join(COLUMNS) + "\n"
    part = target.with_name(target.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as handle:
        handle.write(text if text.endswith("\n") else text + "\n")
        csv.writer(handle, lineterminator="\n").writerow(line)
    part.replace(target)


def _first(path: str, pattern: str) -> str:
    match = re.match(pattern, path) if pattern else None
    return unquote(match[1]) if match else ""


def _board(platform: str, token: str, url: str) -> Board:
    try:
        quoted_token(token)
    except ValueError as error:
        raise ConfigError(f"{url!r} is no board of Greenhouse, Lever or Ashby") from error
    return Board(platform, token)
