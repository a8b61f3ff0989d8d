"""Names by which postings of several boards are compared: companies, titles, places and requisitions, made alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from analytics.level import read_level
from analytics.place import read_parts
from analytics.role import OTHER, clean_title, normal, read_role

NAMES_KEPT = 8192
LEAST_SHARED = 0.5  # of the words of two titles of which one was edited
_LEGAL = (
    "inc incorporated llc lp llp ltd limited plc corp corporation co company gmbh mbh ag kg kgaa ug se sa sas sasu sarl"
    " srl spa bv nv oy oyj ab asa aps pty pte pvt pbc kk sl sro doo"
)
_FILLERS = "a an and at for in of on or the to with remote remotely hybrid onsite"
LEGAL, FILLERS = frozenset(_LEGAL.split()), frozenset(_FILLERS.split())
SHORT = {"sr": "senior", "snr": "senior", "jr": "junior", "eng": "engineer", "mgr": "manager"}
_ASIDE = re.compile(r"[(\[][^()\[\]]{0,60}[)\]]")
_WORD = re.compile(r"[^\W_]+(?:[+#]+)?")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_DIGITS = re.compile(r"\d+")

Spot = tuple[str, str, str]  # city, region, country; "" is unknown


class Title(NamedTuple):
    """A title as it is compared: its words in order, their set, and the rung and family that they name."""

    key: str
    words: frozenset[str]
    level: str
    family: str


@lru_cache(maxsize=NAMES_KEPT)
def company_key(name: str) -> str:
    """A company's name in plain small letters without legal form; the name itself where nothing else is left."""
    bare = unicodedata.normalize("NFKD", _ASIDE.sub(" ", name[:300])).casefold()
    words = _WORD.findall("".join(char for char in bare if not unicodedata.combining(char)))
    while n := _legal_words(words):
        del words[-n:]
    return " ".join(words) or name.casefold()


def _legal_words(words: list[str]) -> int:
    """How many words at the end are a legal form, some other word before them."""
    return next((n for n in (1, 2, 3) if len(words) > n and "".join(words[-n:]) in LEGAL), 0)


@lru_cache(maxsize=NAMES_KEPT)
def title_of(title: str, company: str, place: str) -> Title:
    """A title without company, place, work mode, gender marks and numbers of requisitions.

    `company` is a `company_key`, `place` the printed labels, "; " between them.
    """
    shown = normal(clean_title(title, place))
    dropped = FILLERS | set(_WORD.findall(place.casefold()))
    words = _WORD.findall(f" {' '.join(_WORD.findall(shown))} ".replace(f" {company} ", " "))
    kept = [SHORT.get(word, word) for word in words if word not in dropped] or words
    family = read_role(shown)["family"]
    return Title(" ".join(kept), frozenset(kept), read_level(title), family)


def unlikeness(one: Title, other: Title) -> int | None:
    """How far apart the titles are that two boards print of one posting: 0 equal, 1 with words added, 2 with words
    changed, as employers edit titles and aggregators do not look again; None for another rung, family or job."""
    if one.key == other.key:
        return 0
    families = {one.family, other.family} - {OTHER["family"]}
    shared = len(one.words & other.words)
    if one.level != other.level or len(families) > 1 or not shared:
        return None
    if shared == min(len(one.words), len(other.words)):
        return 1
    return 2 if shared >= LEAST_SHARED * len(one.words | other.words) else None


def spots(places: Iterable[Mapping[str, Any]]) -> frozenset[Spot]:
    """The places of a stored posting; a label that names none known to us stands for itself."""
    return frozenset(
        spot
        for place in places
        for spot in _spots(*(str(place.get(name) or "") for name in ("label", "city", "region", "country")))
    )


@lru_cache(maxsize=NAMES_KEPT)
def _spots(label: str, city: str, region: str, country: str) -> tuple[Spot, ...]:
    told = read_parts(label, city, region, country)
    if told:
        return tuple((one["city"] or "", one["region"] or "", one["country"] or "") for one in told)
    printed = " ".join(_WORD.findall((label or city).casefold()))
    return ((f"?{printed}", "", ""),) if printed else ()


def may_be_one(one: Iterable[Spot], other: Iterable[Spot]) -> bool:
    """Whether two boards may mean the same by these places: "Germany" and "Berlin, Germany"; unknown fits all."""
    one, other = frozenset(one), frozenset(other)
    return not one or not other or any(_fits(left, right) for left in one for right in other)


def _fits(left: Spot, right: Spot) -> bool:
    """A place unknown to us may lie in any other that is known."""
    if left[0].startswith("?") != right[0].startswith("?"):
        return True
    return all(a == b or not a or not b for a, b in zip(left, right, strict=True))


class Requisition(NamedTuple):
    """A requisition's number, and how it looks: on two boards only numbers of one look can prove a difference."""

    look: str
    number: str


@lru_cache(maxsize=NAMES_KEPT)
def requisition_of(printed: str) -> Requisition | None:
    """None for what is no number: nothing, "See opening"."""
    number = _NO_LETTER.sub("", printed.casefold()[:80])
    if not any(char.isdigit() for char in number):
        return None
    return Requisition(_DIGITS.sub("0", number), number)
