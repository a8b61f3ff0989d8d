"""The register: which boards there are, and which platforms may be crawled.

Employers are lines of CSV and platforms are tables of TOML, so that adding one needs no program. Every mistake in a
user's file is told with file, line and the next move, before anything is fetched.
"""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import unquote

from crawler.hygiene import clean_name
from crawler.platforms import platforms as platforms
from crawler.spiders import PLATFORMS
from crawler.spiders.listing import Board
from store.settings import ConfigError

HERE: Final = Path(__file__).parent
SHIPPED: Final = HERE / "boards.csv"
COLUMNS: Final = ("platform", "token", "company", "sector", "country")
NEEDED: Final = frozenset({"platform", "token"})
MAX_BYTES: Final = 16 * 1024 * 1024  # a hundred thousand boards
LONGEST_SHOWN: Final = 120
Key = tuple[str, str]


class RegisterError(ConfigError, ValueError):
    """A board file or a board name cannot be used; the message names it and the next move."""


def load_boards(shipped: bool = True, files: Iterable[Path | str] = ()) -> list[Board]:
    """All boards of the shipped list and of `files`, those of platforms that are off included.

    A later file overrides the same board of an earlier one, in its place. Raises RegisterError.
    """
    boards: dict[Key, Board] = {}
    for path in [*([SHIPPED] if shipped else []), *map(Path, files)]:
        boards |= _read(path)
    return list(boards.values())


def state_of(platform: str) -> str:
    """on, opt_in (crawled when it is named) or off; off too where there is no spider yet."""
    return str(platforms()[platform]["state"]) if platform in PLATFORMS else "off"


def shown(told: str) -> str:
    """What somebody wrote, quoted for a message, and cut where it is long."""
    return repr(told if len(told) <= LONGEST_SHOWN else told[:LONGEST_SHOWN] + "…")


def country_fault(country: str) -> str:
    """Why this is no country of a board, "" when it is one or empty."""
    if not country or (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        return ""
    return f"country {shown(country)} is no ISO code of two capital letters; leave it empty"


def lookup(boards: Iterable[Board]) -> Callable[[str, str], bool]:
    """Tells whether a platform's board is among these, however its token is written."""
    names = {_key(board.platform, board.token) for board in boards}
    return lambda platform, token: _key(platform, token) in names


def select(boards: Sequence[Board], names: Sequence[str] = (), opt_in: Sequence[str] = ()) -> list[Board]:
    """The boards that `names` (`greenhouse`, `greenhouse/anthropic`) mean, each once; without names all that are on,
    and those of the platforms in `opt_in`, by which an operator who may can also read one that is off.

    Raises RegisterError for an unknown name, with the names nearest to it, and for a platform that is off.
    """
    _check_opt_in(opt_in)
    if not names:
        return [board for board in boards if state_of(board.platform) == "on" or board.platform in opt_in]
    chosen: dict[Key, Board] = {}
    for name in names:
        chosen |= {_key(board.platform, board.token): board for board in _named(boards, name, opt_in)}
    return list(chosen.values())


def _check_opt_in(names: Sequence[str]) -> None:
    for name in names:
        if name not in platforms():
            near = _nearest(name, list(platforms()))
            raise RegisterError(f"[boards] opt_in: no platform is called {shown(name)}{near}")
        if name not in PLATFORMS:
            raise RegisterError(f"[boards] opt_in: platform {name} cannot be read: {platforms()[name]['why']}")


def _named(boards: Sequence[Board], name: str, opt_in: Sequence[str]) -> list[Board]:
    platform, slash, token = name.strip().partition("/")
    wanted = _key(platform, token)
    found = [b for b in boards if b.platform == platform and (not slash or _key(b.platform, b.token) == wanted)]
    if platform in platforms() and state_of(platform) == "off" and platform not in opt_in:
        raise RegisterError(f"{shown(name)[1:-1]}: platform {platform} is off: {platforms()[platform]['why']}")
    if not found and platform in platforms() and not slash:
        raise RegisterError(f"no board of {platform} is registered; add one to a file named in [boards] files")
    if not found:
        known = [*platforms(), *(f"{board.platform}/{board.token}" for board in boards)]
        raise RegisterError(f"no board is called {shown(name)}{_nearest(name, known)}; `jobtide boards list` shows all")
    return found


def _read(path: Path) -> dict[Key, Board]:
    lines: dict[Key, int] = {}
    boards: dict[Key, Board] = {}
    for line, row in _rows(path):
        board = _board(path, line, row)
        key = _key(board.platform, board.token)
        if key in lines:
            _refuse(path, line, f"{board.platform}/{board.token} stands in line {lines[key]} already; delete one")
        lines[key], boards[key] = line, board
    return boards


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        _check_columns(path, reader.fieldnames or [])
        return [(reader.line_num, _trimmed(path, reader.line_num, row)) for row in reader]
    except csv.Error as error:
        raise RegisterError(f"{path}: no readable CSV ({error}); check the quotes") from error


def _text(path: Path) -> str:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe or a device might never end
            raise RegisterError(f"{path}: no file; see [boards] files")
        if found.st_size > MAX_BYTES:
            raise RegisterError(f"{path}: over {MAX_BYTES // 1024**2} MB is no list of boards; see [boards] files")
        return path.read_bytes().decode("utf-8-sig")
    except RegisterError:
        raise
    except UnicodeDecodeError as error:
        raise RegisterError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except (OSError, ValueError) as error:  # the second: a NUL in the path
        told = getattr(error, "strerror", error)
        raise RegisterError(f"{path}: cannot be read ({told}); see [boards] files") from error


def _check_columns(path: Path, found: Sequence[str]) -> None:
    missing = sorted(NEEDED - set(found))
    unknown = sorted(set(found) - set(COLUMNS))
    if missing or unknown or len(found) != len(set(found)):
        told = shown(",".join(found))[1:-1] or "missing"
        _refuse(path, 1, f"columns are {told}; write {','.join(COLUMNS)}")


def _trimmed(path: Path, line: int, row: dict[str | Any, Any]) -> dict[str, str]:
    if None in row:
        _refuse(path, line, f"more than {len(row) - 1} cells; quote a cell that holds a comma")
    return {name: (value or "").strip() for name, value in row.items()}


def _board(path: Path, line: int, row: dict[str, str]) -> Board:
    told = {name: clean_name(row.get(name, "")) for name in ("company", "sector")}
    board = Board(**row | told | {"company": told["company"] or clean_name(row["token"]) or row["token"]})
    if board.platform not in platforms():
        near, known = _nearest(board.platform, list(platforms())), ", ".join(sorted(platforms()))
        _refuse(path, line, f"unknown platform {shown(board.platform)}{near}; known: {known}")
    if not board.token:
        _refuse(path, line, "no token; copy the last part of the board's public address")
    if fault := country_fault(board.country):
        _refuse(path, line, fault)
    _check_token(path, line, board)
    return board


def _check_token(path: Path, line: int, board: Board) -> None:
    if not board.token.isprintable():
        _refuse(path, line, f"token {shown(board.token)} holds a control character")
    if state_of(board.platform) == "off":
        return  # the other platforms have tokens of their own form
    try:
        PLATFORMS[board.platform].first_url("", board.token)
    except ValueError as error:
        _refuse(path, line, f"{_cut(str(error))}; copy the last part of the board's public address")


def _cut(told: str) -> str:
    return told if len(told) <= 2 * LONGEST_SHOWN else f"{told[:LONGEST_SHOWN]}… {told[-LONGEST_SHOWN:]}"


def _key(platform: str, token: str) -> Key:
    plain = unquote(token)
    return platform, plain.casefold() if platforms().get(platform, {}).get("folds_case") else plain


def _nearest(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=3, cutoff=0.6)
    return f" (did you mean {', '.join(near)}?)" if near else ""


def _refuse(path: Path, line: int, reason: str) -> NoReturn:
    raise RegisterError(f"{path}, line {line}: {reason}")
