"""Keeps the parts that frames are made of (`analytics.parts`) in a folder, so that a later Market decodes only what is
new in the store. The folder may be deleted at any time: what is missing, torn or not ours is made anew.

A file holds one part as Arrow streams and bears the SHA-256 of its bytes and of what it is in its name. So it is
written whole under another name first, several processes may write at once, and nothing else says what is there. Files
of readings are told apart by reader; another version of the code that makes parts has a folder of its own.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import shutil
import stat
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from analytics import parts
from store.connect import parse_url, sqlite_path
from store.posting import UNHASHED

log = logging.getLogger(__name__)
SOURCES = (  # what is kept is a function of these
    *("analytics/frames.py", "analytics/parts.py", "analytics/frame_cache.py", "analytics/kept_rows.py"),
    *("analytics/document.py", "analytics/text.py", "store/markup.py", "store/lasting.py"),
)
N_TABLES = {"contents": 1, "readings": 3, "rows": 1, "texts": 1}
TEXTS = "texts"  # the kind of the parts with what contents are compared by
MOST_SMALL = 16  # files of one kind that are not full before they are made one
PART_ROWS = 50_000  # contents or readings of a full file
MOST_BYTES = 2**30  # of a file; a full one has some ten MB
ABANDONED_S = 86_400  # after which a file half written is nobody's
_chosen: list[Path] = []


class Kept(NamedTuple):
    """A part and the file that it stands in, None where it could not be written."""

    tables: parts.Tables
    path: Path | None = None


def use(folder: Path | None) -> None:
    """From now on all Markets of this process keep their parts in a folder in `folder`; None: in that of each store."""
    _chosen[:] = [] if folder is None else [folder]


def folder_of(url: str, uid: str) -> Path | None:
    """Where the parts of a store of this name are: beside a SQLite file, else in the user's cache folder; None without
    a name, and without a home."""
    if not uid:
        return None
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    if path is not None and not _chosen:
        return path.with_name(f"{path.name}.frames") / _made_by(uid)
    place = str(path.resolve()) if path is not None else parsed._replace(password=None).render_as_string()
    with suppress(RuntimeError):  # a user without a home
        above = _chosen[0] if _chosen else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jobtide"
        return above / _sha256(place.encode())[:16] / _made_by(uid)
    return None


def kind_of(reader: str | None) -> str:
    """The kind of the parts with what a reader read; of contents for None."""
    return "contents" if reader is None else f"readings-{_sha256(reader.encode())[:16]}"


def held(folder: Path | None, kind: str) -> list[Kept]:
    """All sound parts of a kind; files that are not are removed."""
    paths = sorted(folder.glob(f"{kind}-*.arrow")) if folder is not None else []
    return [one for path in paths if (one := _read(path, kind)) is not None]


def keep(folder: Path | None, kind: str, tables: parts.Tables) -> Kept:
    """The part with its file, which is written whole or not at all; where it cannot be written, without."""
    if folder is None or not len(tables[0]):
        return Kept(tables)
    try:
        return Kept(tables, _written(folder, kind, _packed(tables)))
    except OSError as error:
        _say_once(folder, error.strerror or str(error))
        return Kept(tables)


def tidy(folder: Path | None, kind: str, kept: Sequence[Kept]) -> None:
    """Makes one file of small ones when there are many."""
    small = [one for one in kept if one.path is not None and len(one.tables[0]) < PART_ROWS]
    if len(small) > MOST_SMALL:
        replace(folder, kind, small, [parts.joined([one.tables for one in small])])


def drop_gone(folder: Path | None, contents: pa.Array) -> None:
    """Takes out of all files what the store no longer has: all but these contents."""
    paths = sorted(folder.glob("*.arrow")) if folder is not None else []
    for path in [path for path in paths if not path.name.startswith("rows-")]:
        kind = path.name.rpartition("-")[0]
        if (one := _read(path, kind)) is not None:
            stays = np.flatnonzero(parts.positions(parts.hashes([one.tables]), contents) >= 0)
            if len(stays) < len(one.tables[0]):
                replace(folder, kind, [one], [parts.joined([one.tables], stays)])


def replace(folder: Path | None, kind: str, old: Sequence[Kept], new: Sequence[parts.Tables]) -> None:
    """Keeps parts in place of others, which go once all of the new ones are there."""
    stays = [keep(folder, kind, tables).path for tables in new if len(tables[0])]
    if None not in stays:
        for path in [one.path for one in old if one.path is not None and one.path not in stays]:
            _remove(path)


def _read(path: Path, kind: str) -> Kept | None:
    try:
        body = _body(path)
        if path.name != _name(kind, body):
            raise pa.ArrowInvalid("its checksum differs")
        return Kept(tuple(_tables(body, N_TABLES[kind.partition("-")[0]])), path)
    except FileNotFoundError:  # another process made one file of several
        return None
    except (OSError, KeyError, pa.ArrowException) as error:
        log.info("%s is made anew: %s", path, error)
        _remove(path)
        return None


def _body(path: Path) -> bytes:
    """What a file holds; a pipe would keep us waiting for ever, and a device has no end."""
    told = path.stat()
    if not stat.S_ISREG(told.st_mode) or told.st_size > MOST_BYTES:
        raise pa.ArrowInvalid("it is no regular file, or too large to be a part")
    return path.read_bytes()


def _tables(body: bytes, n: int) -> Iterator[pa.Table]:
    source = pa.BufferReader(body)
    for _ in range(n):
        yield pa.ipc.open_stream(source).read_all()


def _packed(tables: parts.Tables) -> bytes:
    sink = io.BytesIO()
    for table in tables:
        with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
            stream.write_table(table)
    return sink.getvalue()


def _written(folder: Path, kind: str, body: bytes) -> Path:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _remove_others(folder)
    for left in folder.glob("*.part"):
        if left.stat().st_mtime < time.time() - ABANDONED_S:
            _remove(left)
    path, unready = folder / _name(kind, body), folder / f"{uuid.uuid4().hex}.part"
    try:
        unready.write_bytes(body)
        unready.replace(path)
    except OSError:
        _remove(unready)
        raise
    return path


def _remove_others(folder: Path) -> None:
    """Folders of other versions of the code."""
    for other in folder.parent.iterdir():
        if other != folder and len(other.name) == len(folder.name) and other.is_dir():
            shutil.rmtree(other, ignore_errors=True)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _name(kind: str, body: bytes) -> str:
    return f"{kind}-{_sha256(kind.encode() + body)[:32]}.arrow"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@cache
def _made_by(uid: str) -> str:
    """Hash of the store's own name and of the code that makes parts."""
    sources = [(files(package) / name).read_bytes() for package, name in (path.split("/") for path in SOURCES)]
    return _sha256(repr((uid, sources, sorted(UNHASHED), parts.KEY)).encode())[:16]


@cache
def _say_once(folder: Path, why: str) -> None:
    log.warning("%s cannot be written (%s): each Market decodes what is not there anew", folder, why)
