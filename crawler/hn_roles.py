"""Titles of roles in the words of a hiring comment: whether a part is one, and how many it lists.

"Backend Engineer, Data Scientist & PM" names three roles; "Software Engineer, Data Platform" and "Senior/Staff Backend
or Mobile Engineers" name one each. So a list is cut at every sign that may divide it, and pieces that hold no word for
a person are put back where they came from. What stands in brackets is never cut.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

MOST_ROLES: Final = 20
MOST_WORDS: Final = 14
TITLE_CHARS: Final = 120
_DIVIDER: Final = re.compile(
    r"\s*[,;]\s*(?:and\s|or\s|&\s)?\s*|\s+(?:and|or|&|\+|/|//|\u2022|plus)\s+|(?<=\w)/(?=[A-Z])", re.I
)
_DASH: Final = re.compile(r"\s+[-\u2013\u2014]\s+")
_PROSE: Final = re.compile(
    r"(?<!\b[SsJj][Rr])[.!?]\s+\w|\b(?:we|we're|you|you'll|your|our|is|are|was|will|have|has|who|that|this|join|using|but|not|i|i'm|i’m|my)\b",
    re.I,
)
_LABEL: Final = re.compile(
    r"^(?:open |current )?(?:roles?|positions?|titles?|job|hiring(?: for)?|now hiring|openings?)\b\s*:?\s+(?=\S)", re.I
)
_EDGE: Final = " \t,;:.|*_-\u2013\u2014\u2022>\u2192[]"


@cache
def words(name: str) -> frozenset[str]:
    """A list of `hn_words.toml`."""
    return frozenset(tomllib.loads((Path(__file__).parent / "hn_words.toml").read_text("utf-8"))[name])


def pattern(*names: str, plural: bool = False, hyphened: bool = False) -> re.Pattern[str]:
    """Any word of some lists as a whole word, `hyphened` also behind a hyphen; its blanks may be hyphens."""
    every = sorted(set().union(*map(words, names)), key=lambda word: (-len(word), word))
    told = "|".join(re.escape(word).replace(r"\ ", r"[\s-]{1,3}") for word in every)
    before, end = ("" if hyphened else "-"), ("(?:s|es)?" if plural else "")
    return re.compile(rf"(?<![\w.@{before}])(?:{told}){end}(?![\w#]|\+\+|[.-]\w)", re.I)


@cache
def _nouns() -> re.Pattern[str]:
    noun = pattern("nouns", plural=True).pattern
    return re.compile(rf"{noun}(?!\s(?:{'|'.join(sorted(words('things')))})\b)", re.I)


@cache
def _employments() -> re.Pattern[str]:
    return pattern("employments")


@cache
def _fields() -> re.Pattern[str]:
    return pattern("fields")


def outside_brackets(text: str, divider: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where a divider stands outside of brackets; brackets that do not close are no brackets."""
    depth, open_at, spans = 0, [0] * (len(text) + 1), [match.span() for match in divider.finditer(text)]
    for at, sign in enumerate(text):
        depth = depth + 1 if sign in "([" else max(0, depth - 1) if sign in ")]" else depth
        open_at[at + 1] = depth
    return spans if depth else [span for span in spans if not open_at[span[0]]]


def without_brackets(text: str) -> str:
    """The text without what stands in its brackets."""
    return re.sub(r"\([^()]{0,300}\)|\[[^\[\]]{0,300}\]", " ", text)


@lru_cache(maxsize=4096)
def has_noun(text: str) -> bool:
    """Whether a word for a person stands outside of the brackets."""
    return _nouns().search(without_brackets(text)) is not None


def is_role(text: str) -> bool:
    """Whether a part is the title of a role or a list of such."""
    bare = without_brackets(_plain(text))
    short = len(bare) <= TITLE_CHARS and len(bare.split()) <= MOST_WORDS + 6 * bare.count(",")
    if not short or not has_noun(bare) or _PROSE.search(bare):
        return False
    return any(has_noun(piece) and not _is_employment(piece) for piece in _DIVIDER.split(bare))


def _plain(text: str) -> str:
    return _LABEL.sub("", _bare(text)).strip(_EDGE.replace(".", ""))


def _bare(text: str) -> str:
    return text.rstrip(_EDGE).lstrip(_EDGE.replace(".", ""))  # ".NET Engineer"


def _is_employment(bare: str) -> bool:
    return re.search(r"[^\W_]", _employments().sub("", bare)) is None


def is_field(text: str) -> bool:
    """Whether a part at least says what the work is: "Platform Engineering", "Multiple roles"."""
    bare = without_brackets(text)
    return len(bare) <= 80 and _fields().search(bare) is not None and not _PROSE.search(bare)


def split_roles(text: str) -> list[str]:
    """The titles that a part lists, as printed; one where it is no list of whole titles."""
    plain = _plain(text)
    dashes = outside_brackets(plain, _DASH)
    by_dash = _cut(plain, dashes)
    if len(by_dash) > 2 and all(map(has_noun, by_dash)):
        return by_dash[:MOST_ROLES]
    told = _glued(plain, outside_brackets(plain, _DIVIDER))
    return list(dict.fromkeys(piece for part in told if (piece := _bare(part))))[:MOST_ROLES]


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> list[str]:
    pieces, start = [], 0
    for begin, end in spans:
        pieces.append(text[start:begin])
        start = end
    return [*pieces, text[start:]]


def _glued(text: str, spans: list[tuple[int, int]]) -> list[str]:
    """The pieces between the dividers, those without a noun put back to the one before, or to the one behind."""
    bounds = [0, *(at for span in spans for at in span), len(text)]
    pieces = list(zip(bounds[::2], bounds[1::2], strict=True))
    titles: list[tuple[int, int]] = []
    held = -1  # where a piece begins that waits for the noun behind it
    for start, end in pieces:
        begin = held if held >= 0 else start
        if has_noun(text[start:end]):
            titles.append((begin, end))
            held = -1
        elif titles and held < 0 and text[end : end + 1] != "/" and not _leans_forward(text[start:end]):
            titles[-1] = (titles[-1][0], end)
        else:
            held = begin
    if held >= 0 and titles:
        titles[-1] = (titles[-1][0], len(text))
    return [text[start:end] for start, end in titles] or [text]


def _leans_forward(piece: str) -> bool:
    return piece.strip().lower().partition(" ")[0] in words("levels")
