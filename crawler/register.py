"""The register: which boards there are, and which platforms may be crawled.

Employers are lines of CSV and platforms are tables of TOML, so that adding one needs no program. Every mistake in a
user's file is told with file, line and the next move, before anything is fetched.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import unquote

from crawler.platforms import platforms as platforms
from crawler.spiders import PLATFORMS
from crawler.spiders.listing import Board
from store.settings import ConfigError

HERE: Final = Path(__file__).parent
SHIPPED: Final = HERE / "boards.csv"
COLUMNS: Final = ("platform", "token", "company", "sector", "country")
NEEDED: Final = frozenset({"platform", "token"})
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
            raise RegisterError(f"[boards] opt_in: no platform is called {name!r}{_nearest(name, list(platforms()))}")
        if name not in PLATFORMS:
            raise RegisterError(f"[boards] opt_in: platform {name} cannot be read: {platforms()[name]['why']}")


def _named(boards: Sequence[Board], name: str, opt_in: Sequence[str]) -> list[Board]:
    platform, slash, token = name.strip().partition("/")
    wanted = _key(platform, token)
    found = [b for b in boards if b.platform == platform and (not slash or _key(b.platform, b.token) == wanted)]
    if platform in platforms() and state_of(platform) == "off" and platform not in opt_in:
        raise RegisterError(f"{name}: platform {platform} is off: {platforms()[platform]['why']}")
    if not found and platform in platforms() and not slash:
        raise RegisterError(f"no board of {platform} is registered; add one to a file named in [boards] files")
    if not found:
        known = [*platforms(), *(f"{board.platform}/{board.token}" for board in boards)]
        raise RegisterError(f"no board is called {name!r}{_nearest(name, known)}; `jobtide boards list` shows all")
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
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_columns(path, reader.fieldnames or [])
            return [(reader.line_num, _trimmed(path, reader.line_num, row)) for row in reader]
    except OSError as error:
        raise RegisterError(f"{path}: cannot be read ({error.strerror}); see [boards] files") from error
    except UnicodeDecodeError as error:
        raise RegisterError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except csv.Error as error:
        raise RegisterError(f"{path}: no readable CSV ({error}); check the quotes") from error


def _check_columns(path: Path, found: Sequence[str]) -> None:
    missing = sorted(NEEDED - set(found))
    unknown = sorted(set(found) - set(COLUMNS))
    if missing or unknown or len(found) != len(set(found)):
        _refuse(path, 1, f"columns are {','.join(found) or 'missing'}; write {','.join(COLUMNS)}")


def _trimmed(path: Path, line: int, row: dict[str | Any, Any]) -> dict[str, str]:
    if None in row:
        _refuse(path, line, f"more than {len(row) - 1} cells; quote a cell that holds a comma")
    return {name: (value or "").strip() for name, value in row.items()}


def _board(path: Path, line: int, row: dict[str, str]) -> Board:
    board = Board(**row | {"company": row.get("company") or row["token"]})
    if board.platform not in platforms():
        near, known = _nearest(board.platform, list(platforms())), ", ".join(sorted(platforms()))
        _refuse(path, line, f"unknown platform {board.platform!r}{near}; known: {known}")
    if not board.token:
        _refuse(path, line, "no token; copy the last part of the board's public address")
    if board.country and not (len(board.country) == 2 and board.country.isascii() and board.country.isupper()):
        _refuse(path, line, f"country {board.country!r} is no ISO code of two capital letters; leave it empty")
    _check_token(path, line, board)
    return board


def _check_token(path: Path, line: int, board: Board) -> None:
    if not board.token.isprintable():
        _refuse(path, line, f"token {board.token!r} holds a control character")
    if state_of(board.platform) == "off":
        return  # the other platforms have tokens of their own form
    try:
        PLATFORMS[board.platform].first_url("", board.token)
    except ValueError as error:
        _refuse(path, line, f"{error}; copy the last part of the board's public address")


def _key(platform: str, token: str) -> Key:
    plain = unquote(token)
    return platform, plain.casefold() if platforms().get(platform, {}).get("folds_case") else plain


def _nearest(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=3, cutoff=0.6)
    return f" (did you mean {', '.join(near)}?)" if near else ""


def _refuse(path: Path, line: int, reason: str) -> NoReturn:
    raise RegisterError(f"{path}, line {line}: {reason}")
