"""From the address of a careers or posting page to the line of a board file.

What addresses of a platform look like stands in its row of the register (`addresses` of `platforms.toml`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from crawler.platforms import platforms
from crawler.register import RegisterError, load_boards, select, state_of
from crawler.spiders.listing import Board, quoted_token
from store.health import alike
from store.settings import ConfigError, Settings
from store.write import printable

COLUMNS = ("platform", "token", "company", "sector", "country")
SEGMENT = r"(?P<{}>[^/?#]+)"
LABEL = r"(?P<{}>[a-z0-9][a-z0-9-]*)"
LONGEST_SHOWN = 120
LOCALE = r"(?:[a-z]{2}(?:-[A-Za-z]{2})?/)?"


def recognise(url: str) -> Board:
    """The board behind an address; ConfigError when it is of no platform that can be crawled."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").lower()
    except ValueError as error:
        raise ConfigError(f"{_short(url)} is no address: {error}") from error
    if parts.scheme not in ("http", "https") or parts.username is not None:
        raise ConfigError(f"{_short(url)} is no address of a web page")
    for platform, told in platforms().items():
        for template in told.get("addresses", ()):
            names = _match(template, host, parts)
            if names is not None and not set(names.values()) & set(told.get("reserved", ())):
                return _board(platform, told.get("token", "{token}").format(**names), url)
    raise ConfigError(
        f"{url!r} is a board of none of {', '.join(n for n, t in platforms().items() if 'addresses' in t)}"
    )


def _short(told: str) -> str:
    return repr(told if len(told) <= LONGEST_SHOWN else told[:LONGEST_SHOWN] + "…")


def _match(template: str, host: str, parts: SplitResult) -> dict[str, str] | None:
    """The named parts of an address of this form, unquoted; None for an address of another form."""
    host_form, path_form, query_name = _form(template)
    at_host, at_path = host_form.fullmatch(host), path_form.match(parts.path or "/")
    if at_host is None or at_path is None:
        return None
    names = at_host.groupdict() | {name: unquote(value) for name, value in at_path.groupdict().items()}
    if query_name:
        names["token"] = parse_qs(parts.query).get(query_name, [""])[0]
    return names


@cache
def _form(template: str) -> tuple[re.Pattern[str], re.Pattern[str], str]:
    """Patterns of host and path, and the name of the parameter that holds the token."""
    where, _, query = template.partition("?")
    host, _, path = where.partition("/")
    named = re.findall(r"\{(\w+)\}", host)
    host_form = re.sub(r"\\\{(\w+)\\\}", lambda name: LABEL.format(name[1]), re.escape(host))
    shown = re.escape("/" + path).replace(r"\*", ".*").replace(r"\{locale\}", LOCALE)
    path_form = re.sub(r"\\\{(\w+)\\\}", lambda name: "[^/?#]+" if name[1] in named else SEGMENT.format(name[1]), shown)
    return re.compile(host_form), re.compile(path_form + r"(?=/|$)"), query.partition("=")[0]


def add_board(
    settings: Settings, url: str, look: Callable[[Board], dict[str, Any]], company: str, sector: str, country: str
) -> str:
    """Appends the board to the first of `[boards] files` and says so; ConfigError when it cannot, or must not.

    `look` asks the platform (see `crawler.probe`): a board that does not answer with postings, or shows another company
    than the one named, is refused, for tokens are not to be guessed and often belong to somebody else.
    """
    board = recognise(url)
    if not settings.boards.files:
        raise ConfigError('name a file of your own first: [boards] files = ["mine.csv"] in jobtide.toml')
    target, name = settings.boards.files[0], f"{board.platform}/{board.token}"
    existing = [path for path in settings.boards.files if path.exists()]
    if state_of(board.platform) == "off" and board.platform not in settings.boards.opt_in:
        raise ConfigError(f"{name}: platform {board.platform} is off: {platforms()[board.platform]['why']}")
    if _is_known(load_boards(settings.boards.shipped, existing), name):
        raise ConfigError(f"{name} is in the register already")
    seen = look(board)
    owner = _owner(name, seen, company)
    _append(target, (board.platform, board.token, owner, sector, country))
    return f"{name} added to {target}: {seen['listed']} postings of {owner}; `jobtide crawl {name}` reads them"


def _owner(name: str, seen: dict[str, Any], company: str) -> str:
    """The company of a board that was looked at; ConfigError when it cannot be verified."""
    if seen["verdict"] not in ("snapshot", "window", "partial"):
        raise ConfigError(
            f"{name} cannot be verified ({printable(seen['note'] or seen['verdict'])}): check the address"
        )
    shown = printable(seen["company"])
    if not shown and not company:
        raise ConfigError(f"{name} lists {seen['listed']} postings but not whose it is; say --company NAME")
    if shown and company and not alike(shown, company):
        raise ConfigError(f"{name} shows {shown}, not {company}; leave --company out if that is right")
    return company or shown


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


def _board(platform: str, token: str, url: str) -> Board:
    try:
        quoted_token(token)
    except ValueError as error:
        raise ConfigError(f"{_short(url)} names no board: {_short(str(error))}") from error
    return Board(platform, token)
