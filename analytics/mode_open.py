"""A place that is preferred, and work from elsewhere that is also welcome: together a choice.

"Based in Leeds, but open to remote working", "poste basé à Lyon, ouvert au full remote": the place stands before, and a
word of openness beside the mode. "Headquartered in Leeds, fully remote" has none.
"""

from __future__ import annotations

import re

from analytics.mode_row import Row
from analytics.place import read_places

__all__ = ("OR_REMOTE", "is_open_to_remote", "is_place_or")

OR_REMOTE = re.compile(r"_V_{0,2}[RrGH]")

_AWAY = re.compile(r"[Rr]")
_OPEN = re.compile(
    r"\b(?:(?:are|is|also|fully|very|we're|remain|you're) open|open (?:to|for)|"
    r"(?:willing|happy|able) to (?:consider|hire|offer|support|accommodate)|"
    r"(?:will|would|can|could|may|might|also|we|do) (?:also |gladly |happily )?(?:consider|accept)|"
    r"considering|considered|"
    r"(?:is|are|also|very|most|more than|just as|equally|warmly) welcome|fine too|is fine|is ok|okay too|works too|"
    r"also (?:possible|an option|available|ok|okay|fine|works|be|hire|work)|an option|"
    r"(?:exceptional\w{0,2}|right|great|outstanding|strong) (?:\w+ )?(?:candidates?|persons?|people|applicants?|fit)|"
    r"offen für|(?:ist|sind|wäre) (?:\w+ )?willkommen|ouverts? (?:au|à|aux)|ouverte à|bienvenus|abiert[oa]s? a|"
    r"valora(?:mos|remos)|bienvenidas?|aceptamos|apert[oi] a|valutiamo|otwarci na|open voor|welkom|öppna för|välkomna|"
    r"åbne for|abertos? a|aceitamos|bem-vind\w{2})\b"
)
_ALSO = re.compile(  # of work that is remote and no more
    r"\b(?:also|too|auch|aussi|également|también|anche|również|także|ook|också|även|também|får gärna)\b"
)
_NEAR = 60  # characters between a word of openness and the mode
_PIECES = re.compile(
    r"[-–—,:;|(\n]| (?:in|at|near|around|from|à|au|en|em|w|we|i|te|is|are|on|ist|sind|est|but|though|preferred|"
    r"preferencialmente|preferiblemente|and|or|und|et|y|e) ",
    re.I,
)
_LAST = re.compile(r"[-–—,:;|(\n]| in | at ")
_LONGEST = 30  # characters of a city's name


def is_place_or(said: Row, text: str, start: int) -> bool:
    """Whether a city is the other choice: "Leeds or fully remote"."""
    found = OR_REMOTE.search(said.letters)
    before = text[start : said.words[found.start() + 1].start] if found else ""
    return _is_city(_LAST.split(f" {before.rstrip(' ,')}")[-1])


def _is_city(name: str) -> bool:
    name = name.strip(" .,")
    if not 2 < len(name) < _LONGEST:
        return False
    return any(place["city"] for place in read_places([name.title() if name.islower() else name]))


def is_open_to_remote(said: Row, text: str, lowered: str, start: int, end: int) -> bool:
    """Whether remote work is welcome besides a place that is named before it."""
    found = _AWAY.search(said.letters)
    if found is None or found.start() not in said.words:
        return False
    first, last = said.words[found.start()][1:]
    low, high = max(start, first - _NEAR), min(end, last + _NEAR)
    openness = _OPEN.search(lowered, low, high)
    if openness is None and (found[0] == "r" or "F" in said.letters):
        openness = _ALSO.search(lowered, low, high)
    if openness is None:
        return False
    before = text[start:first]
    if "O" in said.letters[: found.start()]:
        return True
    return any(part[:1].isupper() and _is_city(part) for part in map(str.strip, _PIECES.split(f" {before} ")) if part)
