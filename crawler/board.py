"""One board: its pages, whether they are the whole list, and what that means (the verdict)."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from crawler.fetch import Answer, Refused
from crawler.spiders.listing import Board, NotAListing, Page, Platform
from store.posting import Posting
from store.write import BoardResult

MAX_PAGES = 500  # 2,000 rows of the platform with the smallest pages, four times
UNCONDITIONAL_EVERY = 20  # servers lie about ETags
Get = Callable[[str, dict[str, str]], Awaitable[Answer]]
Stamp = dict[str, Any]  # of one URL: etag, modified, sha256, next
Later = Callable[[], Page]


@dataclass(slots=True)
class Reading:
    """What was read of a board so far."""

    stamps: dict[str, Stamp] = field(default_factory=dict)
    pages: list[Page | Later | None] = field(default_factory=list)  # Later: the same bytes as last time; None: a 304
    status: int | None = None
    note: str = ""


async def read_board(
    board: Board, platform: Platform, endpoint: str, get: Get, known: dict[str, Any]
) -> dict[str, Any]:
    """The fields of a BoardResult that the answers decide; `known` are the validators of the last complete crawl."""
    usable = known.get("parser_version") == platform.parser_version and known.get("n_304", 0) < UNCONDITIONAL_EVERY
    stamps: dict[str, Stamp] = known.get("stamps", {}) if usable else {}
    reading = await _pages(board, platform, endpoint, get, stamps)
    if None in reading.pages and any(isinstance(page, Page) for page in reading.pages):
        reading = await _pages(board, platform, endpoint, get, {})  # a list that changed in part is read whole
    return _result(reading, platform, known)


async def _pages(board: Board, platform: Platform, endpoint: str, get: Get, stamps: dict[str, Stamp]) -> Reading:
    reading = Reading()
    asked = [platform.first_url(endpoint, board.token)]
    for url in asked:  # which grows meanwhile
        try:
            following = await _page(reading, board, platform, get, url, stamps.get(url, {}))
        except (Refused, NotAListing) as error:
            if not any(isinstance(page, Page) for page in reading.pages):
                raise
            reading.note = f"page {len(reading.pages) + 1}: {error}"
            break
        if platform.overlaps:
            following = [one for one in following if one not in asked]
        reading.note = _endless(reading, asked, following)
        if reading.note:
            break
        asked += following
    return reading


def _endless(reading: Reading, asked: list[str], following: list[str]) -> str:
    """Why no further page is read, "" to go on. Some platforms begin again at their first page after the last."""
    if not following:
        return ""
    newest = reading.pages[-1]
    ids = [posting.external_id for posting in newest.postings] if isinstance(newest, Page) else []
    before = ([p.external_id for p in page.postings] for page in reading.pages[:-1] if isinstance(page, Page))
    if ids and ids in before:
        return f"page {len(reading.pages)} repeats an earlier one"
    if not set(following).isdisjoint(asked) or len(asked) + len(following) > MAX_PAGES:
        return f"the list does not end after {len(reading.pages)} pages"
    return ""


async def _page(reading: Reading, board: Board, platform: Platform, get: Get, url: str, stamp: Stamp) -> list[str]:
    """Reads one page into `reading` and returns the addresses that it leads to."""
    answer = await get(url, conditions(stamp))
    reading.status = answer.status
    if answer.status == 304 and stamp:
        reading.pages.append(None)
        reading.stamps[url] = stamp
        return _next(stamp)
    digest, parse = _reader(answer, board, platform, url)
    page = parse if digest == stamp.get("sha256") else parse()
    following = list(page.next_urls) if isinstance(page, Page) else _next(stamp)
    reading.pages.append(page)
    reading.stamps[url] = _stamp(answer, digest, following)
    return following


def _reader(answer: Answer, board: Board, platform: Platform, url: str) -> tuple[str, Later]:
    """What tells this answer from the last one, and how it is read; raises Refused."""
    if answer.status == 200:
        content_type = answer.headers.get("content-type", "")
        return hashlib.sha256(answer.body).hexdigest(), partial(platform.parse, answer.body, content_type, url, board)
    told = platform.instead(board, url, answer.status, answer.headers.get("location", ""))
    if told is not None:
        return f"answers {answer.status}", lambda: told
    raise refusal(answer, platform)


def _next(stamp: Stamp) -> list[str]:
    told = stamp.get("next", [])
    return [told] if isinstance(told, str) else list(told)  # older stores hold a single address


def conditions(stamp: Stamp) -> dict[str, str]:
    """Headers of a conditional request."""
    told = {"If-None-Match": stamp.get("etag"), "If-Modified-Since": stamp.get("modified")}
    return {name: value for name, value in told.items() if value}


def _stamp(answer: Answer, digest: str, following: list[str]) -> Stamp:
    found = {"etag": answer.headers.get("etag"), "modified": answer.headers.get("last-modified"), "next": following}
    return {"sha256": digest} | {name: value for name, value in found.items() if value}


def refusal(answer: Answer, platform: Platform) -> Refused:
    """What a status other than 200 means."""
    if platform.is_no_board(answer.status, answer.body):
        return Refused("no_board", f"answers {answer.status}: the platform knows no such board", answer.status)
    if answer.status in (401, 403, 451):
        return Refused("blocked", f"answers {answer.status}", answer.status)
    moved = f" to {answer.headers['location'][:100]}" if "location" in answer.headers else ""
    return Refused("failed", f"answers {answer.status}{moved}", answer.status)


def _result(reading: Reading, platform: Platform, known: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {"http_status": reading.status, "parser_version": platform.parser_version}
    n_304 = known.get("n_304", 0) + 1 if None in reading.pages else 0
    validators = {"parser_version": platform.parser_version, "stamps": reading.stamps, "n_304": n_304}
    if not any(isinstance(page, Page) for page in reading.pages):
        return fields | {"verdict": "unchanged", "validators": validators}
    pages = [page if isinstance(page, Page) else page() for page in reading.pages if page is not None]
    postings, doubt = combine(pages, reading.note)
    counts = {name: sum(getattr(page, name) for page in pages) for name in ("listed", "hidden")}
    malformed = [line for page in pages for line in page.malformed]
    fields |= counts | {"malformed": len(malformed), "advertised": _advertised(pages), "postings": postings}
    verdict = _verdict(counts["listed"] - counts["hidden"], postings, doubt)
    if verdict == "snapshot":
        fields["validators"] = validators
        verdict = "window" if any(page.window for page in pages) else verdict
    return fields | {"verdict": verdict, "note": "; ".join([doubt, *malformed[:3]] if doubt else malformed[:3])}


def combine(pages: list[Page], doubt: str = "") -> tuple[list[Posting], str]:
    """The postings of all pages, each once, and why the list may not be whole ("" when it is proved)."""
    postings = {posting.external_id: posting for page in pages for posting in page.postings}
    n_malformed = sum(len(page.malformed) for page in pages)
    n_rows = sum(len(page.postings) for page in pages)
    if n_rows > len(postings) and len(pages) > 1:
        doubt = doubt or "the list moved while it was read"
    if n_malformed:
        doubt = doubt or f"{n_malformed} rows cannot be read"
    listed, advertised = sum(page.listed for page in pages), _advertised(pages)
    if not all(page.complete for page in pages) or listed < (advertised or 0):
        doubt = doubt or f"{listed} rows listed, {advertised} advertised"
    return list(postings.values()), doubt


def _advertised(pages: list[Page]) -> int | None:
    totals = [page.advertised for page in pages if page.advertised is not None]
    return max(totals) if totals else None


def _verdict(n_expected: int, postings: list[Posting], doubt: str) -> str:
    if n_expected and not postings:
        return "quarantined"  # every row was unusable: the platform's format changed
    if doubt:
        return "partial"
    return "snapshot" if n_expected or postings else "empty"


def refused_result(board: Board, refused: Refused | NotAListing, fetched_at: datetime) -> BoardResult:
    """The board run of a board that could not be read."""
    verdict = refused.verdict if isinstance(refused, Refused) else "failed"
    status = refused.status if isinstance(refused, Refused) else 200
    return BoardResult(
        platform=board.platform,
        token=board.token,
        verdict=verdict,
        fetched_at=fetched_at,
        http_status=status,
        note=str(refused)[:500],
    )
