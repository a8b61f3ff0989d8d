"""Files that somebody saved: which there are, under what names they are kept, and their bytes as text.

Only regular files are opened, since a pipe or a device has no end; what cannot be read is a reason, never a crash.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from crawler.spiders import markup
from crawler.spiders.listing import NotAListing
from store.settings import ConfigError
from store.write import printable

MOST_BYTES: Final = 512 * 1024 * 1024
MOST_JSON_BYTES: Final = 32 * 1024 * 1024  # of one array or object, which is read at once
MOST_PAGE_BYTES: Final = 32 * 1024 * 1024
PAGES: Final = (".html", ".htm", ".xhtml")
KINDS: Final = (*PAGES, ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
SOURCE_OF_PAGES: Final = "pages"
SOURCE_CAP: Final = 80
MANY_NULS: Final = 8  # in the beginning of a file that is no text
_UNKNOWN: Final = "- -- 0 0.0 n/a #n/a na none null nan nat <na> \\n unknown undefined"
PLACEHOLDERS: Final = frozenset(_UNKNOWN.split()) | {""}  # in the place of an id, an address or a date
_BOMS: Final = {  # the longer ones first: a mark of UTF-32 begins like one of UTF-16
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32", codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_NOT_ITS_MARK: Final = "not all of it is in the encoding that its first bytes name: save it as UTF-8"


class Unreadable(ValueError):
    """A file of which nothing can be kept; says why, and what to do."""


class Refused(NamedTuple):
    """What was left out of a file: rows, and the value of the first that was at fault."""

    reason: str
    n_rows: int = 1
    example: str = ""


class Saved(NamedTuple):
    """A file: `folder` is the name of the folder that was imported (or holds it), `inside` its path below that."""

    path: Path
    folder: str
    inside: str

    @property
    def kind(self) -> str:
        """Its suffix in lower case."""
        return self.path.suffix.lower()

    @property
    def is_page(self) -> bool:
        """Whether it is a page of HTML."""
        return self.kind in PAGES


def shown(text: object, cap: int = 80) -> str:
    """A stranger's text as it may stand in a line that is printed: no control characters, at most `cap` characters."""
    told = " ".join(printable(str(text)).split())
    return told if len(told) <= cap else f"{told[: cap - 3]}..."


def source_of(told: str) -> str:
    """The name of --source; ConfigError for one that no line and no table would show as it is."""
    if not told.isprintable() or len(told) > SOURCE_CAP or told != told.strip():
        raise ConfigError(f"--source {shown(told)}: at most {SOURCE_CAP} printable characters, no blanks around them")
    return told


def files_of(paths: list[Path]) -> list[Saved]:
    """The files of these, folders searched; ConfigError for one that is missing or of an unknown kind."""
    found: dict[Path, Saved] = {}
    for path in paths:
        if not os.path.lexists(path):
            raise ConfigError(f"there is no {shown(path)}")
        inside = list(_within(path)) if path.is_dir() else [path]
        if not inside or (not path.is_dir() and path.suffix.lower() not in KINDS):
            raise ConfigError(f"{shown(path)} holds nothing that can be imported; there are {', '.join(KINDS)}")
        for one in inside:
            below = path if path.is_dir() else path.parent
            found.setdefault(
                Path(os.path.realpath(one)), Saved(one, Path(os.path.realpath(below)).name, str(one.relative_to(below)))
            )
    return list(found.values())


def _within(folder: Path) -> list[Path]:
    """What has the name of a file that can be imported, links last, and folders that cannot be searched.

    Links to folders are not followed: they may lead in a circle.
    """
    closed: list[Path] = []
    found = [
        Path(above) / name
        for above, _, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename)))
        for name in names
        if Path(name).suffix.lower() in KINDS
    ]
    return sorted(found + closed, key=lambda path: (path.is_symlink(), path))


def source_names(files: list[Saved]) -> list[str]:
    """The source of each file: one for all pages, whose ids hold everywhere; a table's own path within its folder.

    Two tables of one name are told apart by their folders: a row's id is of its table alone.
    """
    names = [SOURCE_OF_PAGES if file.is_page else _name(str(Path(file.inside).with_suffix(""))) for file in files]
    for told in (_with_folder, _with_digest):
        taken = Counter(name.casefold() for name, file in zip(names, files, strict=True) if not file.is_page)
        taken[SOURCE_OF_PAGES] += 2
        names = [
            name if file.is_page or taken[name.casefold()] == 1 else told(file)
            for name, file in zip(names, files, strict=True)
        ]
    return names


def _with_folder(file: Saved) -> str:
    return _name(f"{file.folder}-{Path(file.inside).with_suffix('')}")


def _with_digest(file: Saved) -> str:
    digest = sha256(os.fsencode(os.path.realpath(file.path))).hexdigest()[:8]
    return f"{_name(file.path.name)[: SOURCE_CAP - 9]}-{digest}"


def _name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text).strip("-.")[:SOURCE_CAP] or "file"


def check_file(path: Path, most_bytes: int, otherwise: str = "split it") -> None:
    """Unreadable for what is no regular file of at most `most_bytes`, or cannot be opened."""
    try:
        told = path.stat()
        if not stat.S_ISREG(told.st_mode):
            raise Unreadable("no regular file")
        if told.st_size > most_bytes:
            raise Unreadable(f"larger than {most_bytes >> 20} MB: {otherwise}")
        path.open("rb").close()
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error


def opened(path: Path, most_bytes: int = MOST_BYTES) -> TextIO:
    """A file as text in the encoding that its mark names, else as UTF-8 when it is, else as Windows wrote it.

    Unreadable for a file that is no text.
    """
    check_file(path, most_bytes)
    with path.open("rb") as handle:
        head = handle.read(4096)
    told = _marked(head)
    for encoding in (told,) if told else ("utf-8", "cp1252"):
        if _is_in(path, encoding):
            return path.open(encoding=encoding, newline="")
    if told:
        raise Unreadable(_NOT_ITS_MARK)
    return path.open(encoding="latin-1", newline="")


def page_of(path: Path) -> str:
    """The text of a saved page in the encoding that its mark or itself names; Unreadable when it is no text."""
    check_file(path, MOST_PAGE_BYTES)
    raw = path.read_bytes()
    told = _marked(raw[:4096])
    for encoding in (told,) if told else ("utf-8",):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    if told:
        raise Unreadable(_NOT_ITS_MARK)
    with suppress(NotAListing):
        return markup.page_text(raw, "")
    with suppress(UnicodeDecodeError):
        return raw.decode("cp1252")
    return raw.decode("latin-1")


def _marked(head: bytes) -> str:
    """The encoding that a byte order mark names, '' without one; Unreadable for what is no text."""
    told = next((name for mark, name in _BOMS.items() if head.startswith(mark)), "")
    if not told and head.count(0) >= min(MANY_NULS, len(head)) > 0:
        raise Unreadable("no text: if it is UTF-16 save it as UTF-8, if it is a workbook save it as CSV")
    return told


def _is_in(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as handle:
            for part in iter(lambda: handle.read(1 << 20), b""):
                decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def is_placeholder(value: object) -> bool:
    """Whether a value stands where no id, address or date is known."""
    if not isinstance(value, str):
        return value is None or (isinstance(value, float | int) and (not value or value != value))
    return len(value) <= 20 and value.strip().lower() in PLACEHOLDERS


def one_id(text: str) -> str:
    """An id of at most 80 characters: the text itself where it is fit to be one, else a digest of it."""
    is_fit = len(text) <= 80 and text.isprintable() and text == text.strip()
    return text if is_fit else digest_of(text)


def digest_of(*parts: str) -> str:
    """A short digest of texts."""
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def joined_reasons(reasons: Iterable[tuple[str, str]], most: int = 20) -> list[str]:
    """A line for each (file, why), at most `most` of them."""
    told = [f"{shown(name)}: {why}" for name, why in reasons]
    more = [f"and {len(told) - most} more files that cannot be read"] if len(told) > most else []
    return told[:most] + more
