"""Where the work is, in the words of a hiring comment: which parts name places, and how many.

"Remote (US) or Berlin" and "San Francisco, New York" are two places, "Paris, France" is one. A place keeps the mode
that is printed beside it. Known names only (`hn_words.toml`); a city that is not in the list is a place where its part
says "remote" or "onsite" beside it, or a known state or country behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from crawler.hn_roles import outside_brackets, pattern, without_brackets, words

PART_CHARS: Final = 90  # a longer part has run into the text
URL: Final = re.compile(r"(?:https?://|www\.)\S{1,500}", re.I)
EDGE: Final = " \t,;:|*_-\u2013\u2014\u2022>\u2192="
COMMA: Final = re.compile(r"\s*,\s+")
_EITHER: Final = re.compile(r"(?:,\s*|\s+)(?:or|and|&|\+|/)\s+|\s*;\s*", re.I)
_DAYS: Final = re.compile(r"\(?\b\d[\d/+-]{0,5}\s?(?:x|days?)\b[^(),;]{0,30}\)?", re.I)
_SLASH: Final = re.compile(r"/")


@cache
def found(*names: str) -> re.Pattern[str]:
    """Any word of some lists."""
    return pattern(*names, hyphened="modes" in names)


def pieces_of(text: str, sign: re.Pattern[str]) -> list[str]:
    """The pieces between the signs that stand outside of brackets, without the empty ones."""
    pieces, start = [], 0
    for begin, end in [*outside_brackets(text, sign), (len(text), len(text))]:
        pieces.append(text[start:begin].strip(EDGE))
        start = end
    return [piece for piece in pieces if piece]


def is_place(part: str) -> bool:
    """Whether a part names places and little else."""
    bare = without_brackets(part)
    pieces = [piece for piece in re.split(r"[,/&+;\u2192\u2013-]|\b(?:or|and)\b", bare, flags=re.I) if piece.strip()]
    named = [piece for piece in pieces if _place_in(piece)]
    return len(bare) <= 100 and len(named) * 2 >= max(1, len(pieces)) and len(bare.split()) <= 5 * len(named)


def _place_in(piece: str) -> bool:
    told = piece.strip(" .()").lower()
    if told in words("regions") or told in words("cities"):
        return True
    named = _any_place().search(piece)
    return named is not None and len(piece.split()) - len(named[0].split()) <= 2


@cache
def _any_place() -> re.Pattern[str]:
    """Any place that is more than two letters long."""
    return re.compile(
        "|".join(
            [
                pattern("cities").pattern,
                r"\b(?:us|uk|eu|usa)\b",
                *(rf"\b{re.escape(w)}\b" for w in sorted(words("regions")) if len(w) > 3),
            ]
        ),
        re.I,
    )


def places_in(part: str, kind: str) -> list[str]:
    """The places of a part, each as printed with its mode: "Remote (US) or Berlin" names two."""
    if kind not in ("place", "mode") or (kind == "mode" and len(part) > 2 * PART_CHARS):
        return []
    told = URL.sub("", part)
    told = (
        re.sub(rf"{found('employments').pattern}(?:\s+(?:in|only)\b)?", "", told, flags=re.I)
        if kind == "mode"
        else told
    )
    pieces = [piece.strip(EDGE + ".") for piece in _alternatives(told)]
    return [piece for piece in pieces if piece and len(piece) <= PART_CHARS and _says_where(piece)]


def _says_where(piece: str) -> bool:
    """Whether a piece names a place, or bounds a mode: "Remote (EU time zone)", not "Remote" or "Flexible"."""
    if found("modes").search(piece):
        return not _is_bare_mode(piece)
    return is_place(piece)


def _is_bare_mode(piece: str) -> bool:
    """Whether nothing but a mode stands there: "Hybrid (3 days/week)", "ONSITE, VISA"."""
    rest = found("eligibility").sub("", found("modes").sub("", _DAYS.sub("", piece)))
    return not re.sub(r"[\W_]|\b(?:or|and|only|possible|ok|welcome|in|first)\b", "", rest, flags=re.I)


def _alternatives(text: str) -> list[str]:
    slashed = (piece for part in pieces_of(text, _EITHER) for piece in _of_slashes(part))
    return [place for piece in slashed for place in _of_commas(pieces_of(piece, COMMA))]


def _of_slashes(part: str) -> list[str]:
    pieces = pieces_of(part, _SLASH)
    return pieces if all(_place_in(piece) or found("modes").search(piece) for piece in pieces) else [part]


def _of_commas(pieces: Sequence[str]) -> list[str]:
    """ "San Francisco, New York" are two places, "Paris, France" is one."""
    told: list[str] = []
    for piece in pieces:
        name = without_brackets(piece).strip().lower()
        if told and (name not in words("cities") or told[-1].lower() in words("modes")):
            told[-1] = f"{told[-1]}, {piece}"
        else:
            told.append(piece)
    return told
