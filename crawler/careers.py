"""From the address of a careers or posting page to the line of a board file."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.register import RegisterError, load_boards, select
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
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise ConfigError(f"{url!r} is no address: {error}") from error
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
    target, name = settings.boards.files[0], f"{board.platform}/{board.token}"
    existing = [path for path in settings.boards.files if path.exists()]
    if _is_known(load_boards(settings.boards.shipped, existing), name):
        raise ConfigError(f"{name} is in the register already")
    _append(target, (board.platform, board.token, company or board.token, sector, country))
    return f"{name} added to {target}; `jobtide crawl {name}` tries it"


def _is_known(boards: list[Board], name: str) -> bool:
    try:
        return bool(select(boards, [name]))
    except RegisterError:
        return False


def _append(target: Path, cells: tuple[str, ...]) -> None:
    """Writes the file anew beside itself, reads that back, and only then moves it into place."""
    text = target.read_text("utf-8-sig") if target.exists() else ",".join(COLUMNS) + "\n"
    columns = next(csv.reader(text.splitlines()), list(COLUMNS))
    part = target.with_name(target.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as handle:
            handle.write(text if text.endswith("\n") else text + "\n")
            row = csv.DictWriter(handle, columns, extrasaction="ignore", lineterminator="\n")
            row.writerow(dict(zip(COLUMNS, cells, strict=True)))
        load_boards(shipped=False, files=[part])
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _first(path: str, pattern: str) -> str:
    match = re.match(pattern, path) if pattern else None
    return unquote(match[1]) if match else ""


def _board(platform: str, token: str, url: str) -> Board:
    try:
        quoted_token(token)
    except ValueError as error:
        raise ConfigError(f"{url!r} is no board of Greenhouse, Lever or Ashby") from error
    return Board(platform, token)
