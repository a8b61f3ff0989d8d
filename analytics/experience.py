"""Years of experience that a posting asks for: overall, for one skill, or only preferred.

The first demand without a skill is the overall one; where every demand names a skill the first of them stands for the
posting and says so (`kind`). Years of the company, of age, of vesting and anything above 25 are no demand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from analytics.scan import Scan, scan
from analytics.terms import Section

MOST_YEARS = 25
NONE: dict[str, Any] = {"low_years": None, "high_years": None, "kind": None, "skills": [], "preferred": []}

_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "ein": 1,
    "eine": 1,
    "einem": 1,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
    "sechs": 6,
    "sieben": 7,
    "acht": 8,
    "zehn": 10,
    "un": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "dix": 10,
}
_N = r"\d{1,2}(?:[.,]\d)?|" + "|".join(sorted(_WORDS, key=len, reverse=True))
_YEARS = re.compile(
    rf"(?<![\w.,$€£-])({_N})(?:\s?\(\s?\d{{1,2}}\s?\))?\s?\+?(?:\s?(?:-|–|—|to|bis|à|a|do|"
    rf"or)\s?({_N}))?\s?(?:\+|plus|or more|and more|ou plus|oder mehr)?[\s-]{{0,2}}"
    r"(years?|yrs?|yoe|jahren?|jahre|ans|années|lat|lata|años|anni|jaar|months?|monate|"
    r"mois)(?![\w])['’]?\s?(?:\+|or more|plus)?",
    re.I,
)
_ABOUT = re.compile(
    r"experience|experienced|erfahrung|expérience|doświadczeni|experiencia|esperienza|ervaring|background|"
    r"track record|yoe|"
    r"\b(?:of|spent|in|years?|yrs?|post-?\w{0,5})\s+(?:\w+ly )?(?:\w{3,14}ing)\b|praxis|industry|tenure|hands-on",
    re.I,
)
_NOT = re.compile(
    r"years? old|years? of age|\bage\b|vest|cliff|\bpast\b|\bago\b|founded|anniversary|combined|history of|"
    r"in business|warranty|"
    r"for (?:over|more than|nearly|almost) (?:\d|\w+ty)|over the (?:last|next)|(?:last|next|"
    r"previous) (?:\w+ )?(?:years|year)|within (?:the )?(?:first|next)|per year|every|"
    r"our team has|we have (?:over|more than)|collective|sabbatical|contract|fixed[- ]term|visa|lookback|"
    r"leave|parental|tenure with us|service award|"
    r"jahre alt|befristet|unternehmensgeschichte|années d'existence|years in a row|times in|growth over|"
    r"years of growth|look ahead|roadmap|degree program",
    re.I,
)
_NOT_BEFORE = re.compile(
    r"(?:last|past|next|first|over the|every|within|in under|in just|in only|for the|fast[- ]growing in|since|"
    r"after|up to) *$",
    re.I,
)
_WISH_BEFORE = re.compile(
    r"prefer|nice to have|nice-to-have|bonus|ideal(?:ly|erweise)|desir|idéalement|wünschenswert|souhait|"
    r"mile widzian",
    re.I,
)
_WISH_AFTER = re.compile(
    r"prefer|nice to have|\b(?:a|is|strong|big) plus\b|bonus|desir|wünschenswert|von vorteil|souhait|"
    r"mile widzian",
    re.I,
)
_BREAK = re.compile(r"[,;(:]")
_END = re.compile(r"\n|;|(?<!\d)\.(?=\s)|(?<=\d)\.(?=\s[A-Z])|•")
_FIELDS = frozenset(("soft_skill", "degree", "certification"))
_GENERAL = frozenset(
    ("Software engineering", "Distributed systems", "Full-stack", "Production deployment", "Collaboration")
)


class Demand(NamedTuple):
    """One statement of years."""

    low: float
    high: float | None
    skill: str | None
    is_preferred: bool


def read_experience(
    text: str | Scan, mentions: Iterable[Mapping[str, Any]] = (), spans: Iterable[Section] = ()
) -> dict[str, Any]:
    """Years asked for: low_years, high_years, kind (overall skill), skills, preferred; None and [] when not stated.

    `mentions` (as from `read_terms`) name the skills, `spans` tell the preferred section.
    """
    named = [m for m in mentions if m["category"] not in _FIELDS and m["term"] not in _GENERAL]
    preferred_spans = [(span.start, span.end) for span in spans if span.name == "preferred"]
    ignored = [(span.start, span.end) for span in spans if span.name in ("company", "benefits", "notice")]
    demands = [demand for demand in _demands(scan(text), named, preferred_spans, ignored) if demand is not None]
    asked = [demand for demand in demands if not demand.is_preferred]
    overall = next((demand for demand in asked if demand.skill is None), None)
    first = overall or next(iter(asked), None)
    return {
        "low_years": first.low if first else None,
        "high_years": first.high if first else None,
        "kind": None if first is None else "overall" if first.skill is None else "skill",
        "skills": _skills(asked),
        "preferred": [{"skill": d.skill, "low_years": d.low} for d in demands if d.is_preferred],
    }


def _skills(demands: Sequence[Demand]) -> list[dict[str, Any]]:
    least = {demand.skill: demand.low for demand in reversed(demands) if demand.skill is not None}
    return [{"skill": skill, "low_years": low} for skill, low in reversed(least.items())]


def _demands(
    scanned: Scan,
    named: Sequence[Mapping[str, Any]],
    preferred: Sequence[tuple[int, int]],
    ignored: Sequence[tuple[int, int]],
) -> Iterable[Demand | None]:
    text, lines = scanned.text, scanned.line_bounds("experience")
    for found in (year for start, end in lines for year in _YEARS.finditer(text, start, end)):
        if any(start <= found.start() < end for start, end in ignored):
            continue
        low, high = _clause(text, found.start(), found.end())
        is_preferred = any(start <= found.start() < end for start, end in preferred)
        yield _demand(text, found, low, high, named, is_preferred)


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Bounds of the sentence around a match, at most 160 characters to each side."""
    before = [m.end() for m in _END.finditer(text, max(0, start - 160), start)]
    after = _END.search(text, end, end + 160)
    return (before[-1] if before else max(0, start - 160)), (after.start() if after else min(len(text), end + 160))


def _demand(
    text: str, found: re.Match[str], low: int, high: int, named: Sequence[Mapping[str, Any]], is_preferred: bool
) -> Demand | None:
    near = text[max(low, found.start() - 40) : min(high, found.end() + 70)]
    skill = _skill(text, found.end(), high, named)
    if (
        (skill is None and not _ABOUT.search(near))
        or _NOT.search(near)
        or _NOT_BEFORE.search(text[max(low, found.start() - 20) : found.start()])
    ):
        return None
    least, most = _number(found[1]), _number(found[2]) if found[2] else None
    if found[3].lower().startswith(("month", "monat", "mois")):
        least, most = round(least / 12, 1), round(most / 12, 1) if most else None
    if least > MOST_YEARS or (most is not None and (most < least or most > MOST_YEARS + 5)):
        return None
    return Demand(least, most, skill, is_preferred or _is_wish(text, found, low, high))


def _is_wish(text: str, found: re.Match[str], low: int, high: int) -> bool:
    """Whether the clause of the years, not a neighbouring one, says that they are only preferred."""
    after = _BREAK.split(text[found.end() : high], maxsplit=1)[0]
    before = _BREAK.split(text[low : found.start()])[-1]
    return bool(_WISH_AFTER.search(after) or _WISH_BEFORE.search(before))


def _number(word: str) -> float:
    value = float(_WORDS.get(word.lower(), 0) or word.replace(",", "."))
    return int(value) if value == int(value) else value


def _skill(text: str, end: int, high: int, named: Sequence[Mapping[str, Any]]) -> str | None:
    """The first term that the years are years of: "of Python", "experience with Go", "building ETL"."""
    for mention in named:
        if end <= mention["start"] < min(high, end + 70):
            between = text[end : mention["start"]]
            return (
                str(mention["term"])
                if not re.search(r"[,;:(]|\b(?:and|or|und|et|including|preferably|ideally|at)\b", between)
                else None
            )
    return None
