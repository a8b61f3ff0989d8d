"""One board: its pages, whether they are the whole list, and what that means (the verdict)."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.fetch import Answer, Refused
from crawler.spiders.listing import Board, NotAListing, Page, Platform
from store.posting import Posting
from store.write import BoardResult

MAX_PAGES = 200
UNCONDITIONAL_EVERY = 20  # servers lie about ETags
Get = Callable[[str, dict[str, str]], Awaitable[Answer]]
Stamp = dict[str, Any]  # of one URL: etag, modified, sha256, next


@dataclass(slots=True)
class Reading:
    """What was read of a board so far."""

    stamps: dict[str, Stamp] = field(default_factory=dict)
    pages: list[Page | None] = field(default_factory=list)  # None: the same as last time
    status: int | None = None
    used_304: bool = False
    note: str = ""


async def read_board(
    board: Board, platform: Platform, endpoint: str, get: Get, known: dict[str, Any]
) -> dict[str, Any]:
    """The fields of a BoardResult that the answers decide; `known` are the validators of the last complete crawl."""
    usable = known.get("parser_version") == platform.parser_version and known.get("n_304", 0) < UNCONDITIONAL_EVERY
    stamps: dict[str, Stamp] = known.get("stamps", {}) if usable else {}
    reading = await _pages(board, platform, endpoint, get, stamps)
    if None in reading.pages and any(reading.pages):
        reading = await _pages(board, platform, endpoint, get, {})  # a list that changed in part is read whole
    return _result(reading, platform, known)


async def _pages(board: Board, platform: Platform, endpoint: str, get: Get, stamps: dict[str, Stamp]) -> Reading:
    reading = Reading()
    url: str | None = platform.first_url(endpoint, board.token)
    while url is not None and url not in reading.stamps and len(reading.pages) < MAX_PAGES:
        try:
            url = await _page(reading, board, platform, get, url, stamps.get(url, {}))
        except (Refused, NotAListing) as error:
            if not any(reading.pages):
                raise
            reading.note = f"page {len(reading.pages) + 1}: {error}"
            break
    if url is not None and not reading.note:
        reading.note = f"the list does not end after {len(reading.pages)} pages"
    return reading


async def _page(reading: Reading, board: Board, platform: Platform, get: Get, url: str, stamp: Stamp) -> str | None:
    """Reads one page into `reading` and returns the address of the next."""
    answer = await get(url, conditions(stamp))
    reading.status = answer.status
    if answer.status == 304 and stamp:
        reading.used_304 = True
        reading.pages.append(None)
        reading.stamps[url] = stamp
        return str(stamp["next"]) if stamp.get("next") else None
    if answer.status != 200:
        raise refusal(answer, platform)
    digest = hashlib.sha256(answer.body).hexdigest()
    same = digest == stamp.get("sha256")
    page = None if same else platform.parse(answer.body, answer.headers.get("content-type", ""), url, board)
    following = stamp.get("next") if page is None else page.next_url
    reading.pages.append(page)
    reading.stamps[url] = _stamp(answer, digest, following)
    return str(following) if following else None


def conditions(stamp: Stamp) -> dict[str, str]:
    """Headers of a conditional request."""
    told = {"If-None-Match": stamp.get("etag"), "If-Modified-Since": stamp.get("modified")}
    return {name: value for name, value in told.items() if value}


def _stamp(answer: Answer, digest: str, following: str | None) -> Stamp:
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
    n_304 = known.get("n_304", 0) + 1 if reading.used_304 else 0
    validators = {"parser_version": platform.parser_version, "stamps": reading.stamps, "n_304": n_304}
    pages = [page for page in reading.pages if page is not None]
    if not pages:
        return fields | {"verdict": "unchanged", "validators": validators}
    postings, doubt = combine(pages, reading.note)
    counts = {name: sum(getattr(page, name) for page in pages) for name in ("listed", "hidden")}
    malformed = [line for page in pages for line in page.malformed]
    fields |= counts | {"malformed": len(malformed), "advertised": _advertised(pages), "postings": postings}
    verdict = _verdict(counts["listed"] - counts["hidden"], postings, doubt)
    if verdict == "snapshot":
        fields["validators"] = validators
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
    if not all(page.complete for page in pages):
        listed, advertised = sum(page.listed for page in pages), _advertised(pages)
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
