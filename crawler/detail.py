"""Texts that stand on pages of their own: which are read, kept from before, or left for the next crawl.

A text is read again when its row in the list changed, and every two weeks in turn. Titles far from this market keep
their row without a text: they count in the denominators, and cost no request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from crawler.board import Get
from crawler.fetch import Answer, Refused
from crawler.hygiene import clean
from crawler.spiders.listing import Board, Detailed, NotAListing
from store.posting import Posting

MOST_DETAILS: Final = 500  # requests a board and crawl; the rest waits for the next one
MOST_FAILURES: Final = 5
REREAD_DAYS: Final = 14
NEAR: Final = re.compile(
    r"\b(?:ai|ml|nlp|llms?|gpus?|genai|gen ai|cv|asr|tts|mlops|llmops|cuda|gpt|bi|r&d|k[ií]|ia)\b|machine|learning|"
    r"deep|artificial|intelligen[ct]|künstlich|data|daten|donn[ée]es|datos|scien|wissenschaft|forsch|recherche|research|"
    r"neural|vision|percep|language|linguist|speech|robot|autonom|generat|agent|prompt|model|modell|algorit|statist|"
    r"recommend|ranking|relevance|search|personali[sz]|quant|analytic|inference|training|platform|backend|software|"
    r"developer|engineer|ingenieur|ing[ée]nieur|entwickl|architect|architekt|member of technical staff",
    re.I,
)
Past = Callable[[], Mapping[str, Posting]]


@dataclass(slots=True)
class Texts:
    """What came of the details of one board."""

    postings: list[Posting] = field(default_factory=list)
    n_asked: int = 0
    n_failed: int = 0
    n_lacking: int = 0  # rows whose text nobody has read yet
    why: str = ""


def is_near(title: str) -> bool:
    """Whether a title may be of this market, widely understood; what it is, `analytics` decides from the text."""
    return NEAR.search(title) is not None


async def with_texts(
    fields: dict[str, Any], board: Board, platform: Detailed, endpoint: str, get: Get, past: Past, now: datetime
) -> dict[str, Any]:
    """The fields of a BoardResult with the texts of its postings; `past` gives the board's open postings by id.

    A posting whose page is gone is left out, as if it were not listed. One whose text cannot be had is left out too,
    and makes the list partial, unless an earlier text is kept.
    """
    before, texts = past(), Texts()
    for row in fields["postings"]:
        kept = before.get(row.external_id)
        if not is_near(row.title):
            texts.postings.append(row)
        elif kept is not None and kept.served.get("listed_as") == _row_hash(row) and not _is_due(row, now):
            texts.postings.append(kept)
        else:
            texts.postings += await _read(
                texts, row, kept, platform, platform.detail_url(endpoint, board.token, row), get
            )
    return _settled(fields, texts)


async def _read(
    texts: Texts, row: Posting, kept: Posting | None, platform: Detailed, url: str, get: Get
) -> list[Posting]:
    """The whole posting, the one kept from before when it cannot be read now, or none."""
    if texts.n_asked < MOST_DETAILS and texts.n_failed < MOST_FAILURES:
        texts.n_asked += 1
        try:
            answer = await get(url, {})
            return [] if platform.is_gone(answer.status, answer.body) else [_whole(answer, row, platform)]
        except (Refused, NotAListing) as error:
            texts.n_failed += 1
            texts.why = texts.why or str(error)
    texts.n_lacking += kept is None
    return [kept] if kept is not None else []


def _whole(answer: Answer, row: Posting, platform: Detailed) -> Posting:
    if answer.status != 200:
        raise NotAListing(f"answers {answer.status}")
    told = clean(platform.parse_detail(answer.body, answer.headers.get("content-type", ""), row))
    return replace(told, served=told.served | {"listed_as": _row_hash(row)})


def _settled(fields: dict[str, Any], texts: Texts) -> dict[str, Any]:
    told = fields | {"postings": texts.postings}
    if not texts.n_lacking or told["verdict"] not in ("snapshot", "window"):
        return told
    why = f" ({texts.why})" if texts.why else "; the next crawl goes on"
    note = f"{texts.n_lacking} of {len(fields['postings'])} texts are not read yet{why}"
    return told | {"verdict": "partial", "note": note, "validators": {}}


def _row_hash(row: Posting) -> str:
    return row.content_hash()[:16]


def _is_due(row: Posting, now: datetime) -> bool:
    turn = int(sha256(row.external_id.encode()).hexdigest()[:8], 16)
    return turn % REREAD_DAYS == now.toordinal() % REREAD_DAYS
