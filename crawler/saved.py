"""Postings out of files that somebody saved: pages with or without JSON-LD, CSV, JSON lines, Parquet.

A row is a dict of the column names below; a file may call them otherwise (`--column title=job_title`). A page without
JSON-LD is one posting: its heading is the title and its body the text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from crawler.hygiene import clean
from crawler.spiders import fields, schema_org
from store.posting import Posting
from store.settings import ConfigError

COLUMNS: Final = ("id", "title", "company", "location", "text", "html", "url", "observed_on", "posted_on")
COLUMNS_MORE: Final = ("work_mode", "employment", "department", "salary")
ALSO: Final = {  # what other people call them
    "id": ("job_id", "posting_id", "external_id"), "title": ("job_title", "position", "name"),
    "company": ("company_name", "employer", "organization"), "location": ("place", "city", "job_location"),
    "text": ("description", "job_description", "body", "content"), "html": ("description_html",),
    "url": ("link", "job_url", "job_link", "apply_url"), "observed_on": ("observed_at", "scraped_at", "crawled_at"),
    "posted_on": ("date_posted", "posted_at", "published_at", "original_listed_time", "listed_time", "date"),
    "work_mode": ("remote", "workplace_type", "work_type"), "employment": ("employment_type", "formatted_work_type"),
    "salary": ("salary_range", "compensation", "pay"),
}  # fmt: skip
MOST_BYTES: Final = 512 * 1024 * 1024
MOST_PAGE_BYTES: Final = 32 * 1024 * 1024
PAGES: Final = (".html", ".htm", ".xhtml")
KINDS: Final = (*PAGES, ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")


class Undated(ValueError):
    """A row without an observation date."""


def columns_of(told: list[str]) -> dict[str, str]:
    """`title=job_title` as ours -> theirs; ConfigError for a name that is none of ours."""
    columns = dict(pair.partition("=")[::2] for pair in told)
    for ours, theirs in columns.items():
        if ours not in (*COLUMNS, *COLUMNS_MORE) or not theirs:
            raise ConfigError(
                f"--column {ours}={theirs}: say ours=theirs; ours are {', '.join((*COLUMNS, *COLUMNS_MORE))}"
            )
    return columns


def day_of(told: str | None) -> datetime | None:
    """The day of --observed; ConfigError for what is none or lies ahead."""
    if told is None:
        return None
    day = fields.day_time(told) if len(told) == len("2026-01-31") else None
    if day is None or day > datetime.now(UTC):
        raise ConfigError(f"--observed {told}: a day is due that is not ahead, like 2026-01-31")
    return day


def files_of(paths: list[Path]) -> list[Path]:
    """The readable files of these, folders searched; ConfigError for one that is missing or of an unknown kind."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ConfigError(f"there is no {path}")
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in KINDS) if path.is_dir() else [path]
        found += inside
        if not inside or inside[0].suffix.lower() not in KINDS:
            raise ConfigError(f"{path} holds nothing that can be imported; there are {', '.join(KINDS)}")
    return found


def rows_of(path: Path, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of a file under our column names; ConfigError when it cannot be read as what its name says."""
    kind = path.suffix.lower()
    if path.stat().st_size > (MOST_PAGE_BYTES if kind in PAGES else MOST_BYTES):
        raise ConfigError(f"{path} is too large to be read at once; split it")
    try:
        yield from (_page_rows(path) if kind in PAGES else (_named(row, columns) for row in _table_rows(path, kind)))
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error


def observation(row: Mapping[str, Any], given: datetime | None) -> tuple[datetime, Posting]:
    """When a row was seen, and its posting. Undated without a date, ValueError without a title or any text."""
    ready = row.get("posting")
    posting = ready if isinstance(ready, Posting) else _posting(row)
    seen_at = given or _time(row.get("observed_on")) or posting.posted_at
    if seen_at is None:
        raise Undated("no observation date: name its column (--column observed_on=...) or the day (--observed)")
    told = clean(posting)
    if not told.title or not (told.body_html or told.pay):
        raise ValueError("no title" if not told.title else "no text")
    return seen_at, told


def _page_rows(path: Path) -> Iterator[dict[str, Any]]:
    html = _decoded(path.read_bytes())
    found = schema_org.job_postings(html)
    for row in found:
        yield {"posting": schema_org.posting_of(row, f"file:{path.name}")}
    if not found:
        yield _plain_page(html, path)


def _plain_page(html: str, path: Path) -> dict[str, Any]:
    """A page without markup for machines: heading, body, and the dates that its head names."""
    tree = LexborHTMLParser(html)
    for junk in tree.css("script, style, nav, header, footer, noscript, form"):
        junk.decompose()
    heading = tree.css_first("h1") or tree.css_first("title")
    main = tree.css_first("main") or tree.css_first("article") or tree.body
    stamps = [(node.attributes.get("content") or "") for node in tree.css('meta[property="article:published_time"]')]
    stamps += [(node.attributes.get("datetime") or "") for node in tree.css("time[datetime]")]
    site = tree.css_first('meta[property="og:site_name"]')
    return {
        "title": " ".join(heading.text().split()) if heading else "",
        "html": main.html if main else "",
        "company": (site.attributes.get("content") or "") if site else "",
        "posted_on": next(filter(None, stamps), ""),
        "url": f"file:{path.name}",
    }


def _decoded(raw: bytes) -> str:
    """The text of a page: as UTF-8 when it is, else as Windows reads it."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _table_rows(path: Path, kind: str) -> Iterator[dict[str, Any]]:
    if kind == ".parquet":
        yield from _parquet_rows(path)
    elif kind in (".csv", ".tsv"):
        text = _decoded(path.read_bytes())
        csv.field_size_limit(1 << 27)
        yield from csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if kind == ".tsv" else ",")
    else:
        yield from _json_rows(_decoded(path.read_bytes()))


def _json_rows(text: str) -> Iterator[dict[str, Any]]:
    """One list of objects, or one object a line; a broken line comes out as a row without anything."""
    if text.lstrip().startswith("["):
        yield from (fields.mapping(row) for row in fields.items(json.loads(text)))
        return
    for line in text.splitlines():
        if line.strip():
            try:
                yield fields.mapping(json.loads(line))
            except (ValueError, RecursionError):
                yield {}


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    from pyarrow import ArrowException, parquet

    try:
        for batch in parquet.ParquetFile(path).iter_batches(batch_size=1000):
            yield from batch.to_pylist()
    except ArrowException as error:
        raise ConfigError(f"{path} cannot be read as Parquet: {str(error)[:120]}") from error


def _named(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """The row under our names: as told, else by the same or a usual name."""
    lowered = {str(name).strip().lower(): value for name, value in row.items() if name is not None}
    told = {}
    for name in (*COLUMNS, *COLUMNS_MORE):
        theirs = (columns[name].lower(),) if name in columns else (name, *ALSO.get(name, ()))
        told[name] = next((lowered[one] for one in theirs if lowered.get(one) not in fields.EMPTY), None)
    return told


def _posting(row: Mapping[str, Any]) -> Posting:
    text = {name: fields.text(row.get(name)).strip() for name in (*COLUMNS, *COLUMNS_MORE)}
    posted_at = _time(row.get("posted_on"))
    html = text["html"] or (text["text"] if "</" in text["text"] else fields.html_of(text["text"]))
    identity = text["id"] or text["url"] or "\n".join((text["title"], text["company"], text["location"], html))
    return Posting(
        external_id=identity if len(identity) <= 80 else sha256(identity.encode()).hexdigest()[:32],
        title=text["title"],
        company=text["company"],
        url="" if text["url"].startswith("file:") else text["url"],
        body_html=html + (f"<p>Salary: {fields.html_of(text['salary'])}</p>" if text["salary"] else ""),
        places=fields.places_of([text["location"]]),
        work_mode=text["work_mode"],
        employment=text["employment"],
        department=text["department"],
        posted_at=posted_at,
        posted_basis="posted_on" if posted_at else "",
    )


def _time(value: Any) -> datetime | None:
    """A moment of a date, a time, an ISO text, or seconds or milliseconds since 1970."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    digits = fields.text(value).strip()
    number = fields.typed_number(value)
    if number is not None and number > 100_000_000:
        return fields.epoch_ms_time(number if number > 100_000_000_000 else number * 1000)
    return fields.iso_time(value) or fields.day_time(str(value) if value is not None else digits)
