"""Readings of postings from a file of JSON lines, with no store: what `jobtide read --jsonl` does."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from analytics.reading import Reading, read_posting

MAX_LINE = 32 << 20  # bytes; a longer line is no posting


def read_jsonl(source: str, target: str, with_text: bool = False) -> int:
    """Reads postings from a file of lines `{id, title, company, location, text or html}`; writes `{id, ...reading}`.

    "-" is standard input or output. Returns the number of unreadable lines: they come out as an empty reading
    flagged `unreadable_line`, so that lines in and out pair up. Raises OSError when a file cannot be opened or written;
    the target is then left as it was.
    """
    n_unreadable = 0
    with _opened(source) as lines, _written(target) as out:
        for line in _lines(lines):
            told = _parsed(line)
            n_unreadable += told is None
            out.write(json.dumps(_line(told, with_text), ensure_ascii=False) + "\n")
    return n_unreadable


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
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _parsed(line: bytes) -> dict[str, Any] | None:
    """The object of one line, None when it is none."""
    try:
        told = json.loads(line.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


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
