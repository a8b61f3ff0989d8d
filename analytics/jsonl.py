"""Readings of postings from a file of JSON lines, with no store: what `jobtide read --jsonl` does."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO

from analytics.parallel import in_order, workers
from analytics.reading import Reading, read_posting

MAX_LINE = 32 << 20  # bytes; a longer line is no posting
BATCH_LINES, BATCH_BYTES = 200, 1 << 20
KEYS = ("title", "company", "location", "text", "html")
Progress = Callable[[int, int | None], None]


class Done(NamedTuple):
    """Lines that were read, and those of them that hold no posting."""

    n_lines: int
    n_unreadable: int


def read_jsonl(source: str, target: str, *, with_text: bool = False, progress: Progress | None = None) -> Done:
    """Reads postings from a file of lines `{id, title, company, location, text or html}`; writes `{id, ...reading}`.

    "-" is standard input or output. Lines in and out pair up: an unreadable one comes out as an empty reading flagged
    `unreadable_line`. A long file is read by all cores, in bounded memory. Raises OSError when a file cannot be opened
    or written; the target is then left as it was.
    """
    n_lines = n_unreadable = 0
    with _opened(source) as handle, _written(target) as out:
        batches = _batches(_lines(handle))
        first = list(islice(batches, 2))
        with workers(worth_it=len(first) > 1) as pool:
            for text, n_read, n_bad in in_order(pool, partial(_read, with_text), chain(first, batches)):
                out.write(text)
                n_lines, n_unreadable = n_lines + n_read, n_unreadable + n_bad
                if progress is not None:
                    progress(n_lines, None)
    return Done(n_lines, n_unreadable)


def _read(with_text: bool, batch: list[bytes]) -> tuple[str, int, int]:
    """(output lines, lines read, unreadable ones)."""
    told = [_parsed(line) for line in batch]
    text = "".join(json.dumps(_line(one, with_text), ensure_ascii=False) + "\n" for one in told)
    return text, len(told), told.count(None)


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The lines in lists of at most `BATCH_LINES`, fewer when they are long."""
    batch: list[bytes] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if len(batch) == BATCH_LINES or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _line(told: dict[str, Any] | None, with_text: bool) -> dict[str, Any]:
    if told is None:
        reading = read_posting("").to_json(with_text=with_text)
        return {"id": None} | reading | {"flags": ["unreadable_line"]}
    return {"id": _name(told.get("id"))} | _reading(told).to_json(with_text=with_text)


def _name(value: Any) -> Any:
    """The id as given where JSON can hold it, else as text."""
    return value if value is None or isinstance(value, bool | int) else _string(value)


def _reading(told: dict[str, Any]) -> Reading:
    body = _string(told.get("text")) or _string(told.get("html"))
    return read_posting(body, *(_string(told.get(key)) for key in ("title", "company", "location")))


def _string(value: Any) -> str:
    """A value as text; half a surrogate pair, which no file can hold, is replaced."""
    text = "" if value is None else str(value)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _parsed(line: bytes) -> dict[str, Any] | None:
    """The object of one line; None when it is none, or when what should be text is something else."""
    try:
        told = json.loads(line.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    is_posting = isinstance(told, dict) and all(isinstance(told.get(key), str | None) for key in KEYS)
    return told if is_posting else None


def _lines(handle: BinaryIO) -> Iterator[bytes]:
    """The non-blank lines; of one longer than `MAX_LINE` only an unreadable beginning, so that memory stays bounded."""
    while line := handle.readline(MAX_LINE):
        rest = line
        while len(rest) == MAX_LINE and not rest.endswith(b"\n"):
            rest = handle.readline(MAX_LINE)
            line = b"too long"
        if line.strip():
            yield line


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    if source == "-":
        yield sys.stdin.buffer
        return
    with Path(source).open("rb") as handle:
        yield handle


@contextmanager
def _written(target: str) -> Iterator[TextIO]:
    """The target, put in place only when all of it is written."""
    if target == "-":
        yield sys.stdout
        return
    part = Path(f"{target}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as handle:
            yield handle
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
