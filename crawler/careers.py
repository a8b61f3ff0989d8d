"""From the address of a careers or posting page to the line of a board file.

What addresses of a platform look like stands in its row of the register (`addresses` of `platforms.toml`).
"""

from __future__ import annotations

import codecs
import csv
import fcntl
import io
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from crawler.hygiene import clean_name
from crawler.platforms import platforms
from crawler.policy import DEFAULT_PORT
from crawler.register import COLUMNS, RegisterError, country_fault, load_boards, lookup, shown, state_of
from crawler.spiders.listing import Board, quoted_token
from store.health import alike
from store.settings import ConfigError, Settings
from store.write import printable

SEGMENT = r"(?P<{}>[^/?#]+)"
LABEL = r"(?P<{}>[a-z0-9][a-z0-9-]*)"
LOCALE = r"(?:[a-z]{2}(?:-[A-Za-z]{2})?/)?"

NEXT = {  # what to do about a board that was not seen
    "empty": "it lists nothing, so it cannot be told whose it is: try again when it does",
    "deferred": "try again later",
    "blocked": "it may not be read",
}


def recognise(url: str) -> Board:
    """The board behind an address; ConfigError when it is of no platform that can be crawled."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise ConfigError(f"{shown(url)} is no address: {shown(str(error))[1:-1]}") from error
    if parts.scheme not in DEFAULT_PORT or parts.username is not None:
        raise ConfigError(f"{shown(url)} is no address of a web page")
    if port not in (None, DEFAULT_PORT[parts.scheme]):
        raise ConfigError(f"{shown(url)} names port {port}; boards are on the usual one: leave it out")
    for platform, told in platforms().items():
        for address in told.get("addresses", ()):
            template, _, token = address.partition(" as ")
            names = _match(template, host, parts)
            if names is not None and not set(names.values()) & set(told.get("reserved", ())):
                return _board(platform, (token or told.get("token", "{token}")).format(**names), url)
    raise ConfigError(
        f"{shown(url)} is a board of none of {', '.join(n for n, t in platforms().items() if 'addresses' in t)}"
    )


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
    company, sector = _named("--company", company), _named("--sector", sector)
    if fault := country_fault(country):
        raise ConfigError(f"--country: {fault}")
    board = recognise(url)
    if not settings.boards.files:
        raise ConfigError('name a file of your own first: [boards] files = ["mine.csv"] in jobtide.toml')
    target, name = settings.boards.files[0], f"{board.platform}/{board.token}"
    if not _behind_links(target).parent.is_dir():
        raise ConfigError(f"{target}: there is no such folder; make it, or see [boards] files")
    existing = [path for path in settings.boards.files if path.exists() or path != target]
    if state_of(board.platform) == "off" and board.platform not in settings.boards.opt_in:
        raise ConfigError(f"{name}: platform {board.platform} is off: {platforms()[board.platform]['why']}")
    if lookup(load_boards(settings.boards.shipped, existing))(board.platform, board.token):
        raise ConfigError(f"{name} is in the register already")
    seen = look(board)
    owner = _owner(name, seen, company)
    left_out = _append(target, (board.platform, board.token, owner, sector, country))
    without = f", without {' and '.join(left_out)}: it has no such column" if left_out else ""
    return f"{name} added to {target}{without}: {_count(seen)} of {owner}; `jobtide crawl {name}` reads them"


def _named(option: str, told: str) -> str:
    name = clean_name(told)
    if told and not name:
        raise ConfigError(f"{option} {shown(told)} is no name")
    return name


def _count(seen: dict[str, Any]) -> str:
    """How many postings were seen, in words."""
    n = seen["listed"]
    least = "at least " if seen["verdict"] == "partial" else ""
    return "postings" if n is None else f"{least}{n} posting{'' if n == 1 else 's'}"


def _owner(name: str, seen: dict[str, Any], company: str) -> str:
    """The company of a board that was looked at; ConfigError when it cannot be verified."""
    if seen["verdict"] not in ("snapshot", "window", "partial"):
        told, move = (
            printable(seen["note"] or seen["verdict"]),
            NEXT.get(seen["verdict"], "check the address, or try again later"),
        )
        raise ConfigError(f"{name} cannot be verified ({told}): {move}")
    owner = clean_name(seen["company"])
    if not owner and not company:
        raise ConfigError(f"{name} lists {_count(seen)} but not whose it is; say --company NAME")
    if owner and company and not alike(owner, company):
        raise ConfigError(f"{name} shows {owner}, not {company}; leave --company out if that is right")
    return company or owner


def _append(target: Path, cells: tuple[str, ...]) -> list[str]:
    """Adds a line and returns the columns told that the file lacks.

    The file is written anew beside itself, behind its links if it is one, read back, and only then moved into place.
    """
    target = _behind_links(target)
    with _alone_in(target.parent):
        old = target.read_bytes() if target.exists() else b""
        columns, new = _with_line(old, dict(zip(COLUMNS, cells, strict=True)))
        part = target.with_name(target.name + ".part")
        try:
            part.write_bytes(new)
            _check_loads(part, target)
            if old:
                shutil.copymode(target, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return [name for name, cell in zip(COLUMNS, cells, strict=True) if cell and name not in columns]


def _behind_links(target: Path) -> Path:
    """The file itself; ConfigError for links in a circle, which older Pythons tell by an error."""
    try:
        found = target.resolve()
    except (OSError, RuntimeError):
        found = target
    if found.is_symlink():
        raise ConfigError(f"{target}: its links lead in a circle; see [boards] files")
    return found


def _check_loads(part: Path, target: Path) -> None:
    try:
        load_boards(shipped=False, files=[part])
    except RegisterError as error:  # somebody else added the same board meanwhile
        raise ConfigError(str(error).replace(str(part), str(target))) from error


def _with_line(old: bytes, row: dict[str, str]) -> tuple[list[str], bytes]:
    """The columns of a file, and its bytes with one line more, that ends as its first line does."""
    old = old or (",".join(COLUMNS) + "\n").encode()
    first = old.splitlines(keepends=True)[0]
    end = first[len(first.rstrip(b"\r\n")) :] or b"\n"
    columns = next(csv.reader([first.removeprefix(codecs.BOM_UTF8).decode().rstrip("\r\n")]))
    line = io.StringIO()
    csv.DictWriter(line, columns, extrasaction="ignore", lineterminator="").writerow(row)
    return columns, old + (b"" if old.endswith((b"\r", b"\n")) else end) + line.getvalue().encode() + end


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Who adds a board at the same time waits, and does not lose the other's."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _board(platform: str, token: str, url: str) -> Board:
    try:
        quoted_token(token)
    except ValueError as error:
        raise ConfigError(f"{shown(url)} names no board: {shown(str(error))}") from error
    return Board(platform, token)
