"""Years of experience that a posting asks for: overall, for one skill, or only preferred.

The first demand that is not of a tool alone is the overall one: years "in machine learning" are years of the
profession. Where every demand names a tool the first of them stands for the posting and says so (`kind`). Years of the
company, of age, of vesting and anything above 25 are no demand.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from analytics.experience_line import Stated, is_for_work, stated_in
from analytics.experience_words import listed
from analytics.marked import section_at, told_lines
from analytics.scan import Scan, scan
from analytics.terms import Section

MOST_PLACES = 150  # that are looked at; a text that names years more often is no posting
NONE: dict[str, Any] = {"low_years": None, "high_years": None, "kind": None, "skills": [], "preferred": []}
_ABOUT = re.compile("|".join(listed("is_about")), re.I)
_WORK_FOLLOWS = re.compile(
    r"\s*(?:(?:or so|or thereabouts|or more|oder so),? )?(?:in|as|of|with|working|building|shipping|developing|using|"
    r"leading|applied|professional|relevant|outside|doing|als|im|in der|comme|en|como|como|som|jako|w|na|inom|"
    r"professionnelle)\b",
    re.I,
)
_OPENS = re.compile(
    r"[\W_]{0,6}(?:(?:o|\(?[a-z\d]{1,2}[.)])\s{1,4})?(?:you: |du: |(?:about|around|roughly|some|circa|ca\.?|etwa|rund|"
    r"ungefähr|environ|unos|ab|från|od) |(?:at )?(?:the )?(?:very )?least |no (?:fewer|less) than |min(?:imum|"
    r"\.)?(?: of)? |mindestens |au moins |requires? )?$",
    re.I,
)
_AFTER_SKILL = re.compile(r"\s?[(:–—-]\s?(?:min\.? |minimum |at least )?$", re.I)
_BESIDE = 12  # the most characters that it matches
_ADDED = ("plus", "+", "and", "with", ",", "have", "bring", "need", "(")
_WITH = re.compile(r"(?<!working )\b(?:with|mit|using)\b", re.I)
# words that may stand between the years and the skill that they are years of: "3+ years of hands-on experience with Go"
_DIRECT = re.compile(
    r"(?:[\s'’]|\+|\b(?:of|in|im|mit|on|with|using|avec|en|con|de|d|z|w|i|der|den|the|a|or more|experiences?|exp|"
    r"expertise|erfahrung|expérience|experiencia|experiência|doświadczenia|ervaring|erfarenhet|hands-on|practical|"
    r"solid|strong|deep|proven|relevant|recent|direct|demonstrated|extensive|applied|working|building|developing|"
    r"writing|programming|coding|operating|training|deploying|production|programmeren)\b)*",
    re.I,
)
_NO_SKILL = frozenset(("soft_skill", "degree", "certification"))
_PROFESSION = frozenset(("ml_concept", "domain_topic"))  # whose years are years of the profession
_NEVER_BEFORE = _NO_SKILL | _PROFESSION
_PROFESSIONS = frozenset(listed("profession"))
_TRADE = re.compile(r"(?:engineering|development|administration|analytics|research|SRE)$", re.I)
_GENERAL = frozenset(listed("general"))
_ELSEWHERE = frozenset(("company", "benefits", "notice"))  # where only a plain demand, under a strange heading, counts
_start = itemgetter("start")
_OURS = re.compile(r"\b(?:we|we've|our|us|wir|unser\w*|nous|notre|their)\b", re.I)
_OF_TERM = re.compile(
    r"(?i)\s*(?:degree|plan\b|project|grant|course|(?:of (?:\w+ )?)?residen|laufzeit|research|post\b)"
)


class Demand(NamedTuple):
    """One statement of years. `is_narrow`: of a tool or of leading people, not of the work as a whole."""

    low: float | None
    high: float | None
    skill: str | None
    is_narrow: bool
    is_preferred: bool


def read_experience(
    text: str | Scan, mentions: Sequence[Mapping[str, Any]] = (), spans: Iterable[Section] = ()
) -> dict[str, Any]:
    """Years asked for: low_years, high_years, kind (overall skill), skills, preferred; None and [] when not stated.

    `mentions` (as from `read_terms`, in order) name the skills, `spans` tell the preferred section.
    """
    scanned = scan(text)
    if "experience" not in scanned.marked:
        return NONE | {"skills": [], "preferred": []}
    asked: list[Demand] = []
    preferred: list[dict[str, Any]] = []
    overall = None
    for demand in _demands(scanned, mentions, spans):
        if demand.is_preferred:
            preferred.append({"skill": demand.skill, "low_years": demand.low})
            continue
        asked.append(demand)
        overall = overall or (None if demand.is_narrow else demand)
    if not asked:
        return NONE | {"skills": [], "preferred": preferred}
    first = overall or asked[0]
    return {
        "low_years": first.low,
        "high_years": first.high,
        "kind": "overall" if overall else "skill",
        "skills": _skills(asked),
        "preferred": preferred,
    }


def _skills(demands: Sequence[Demand]) -> list[dict[str, Any]]:
    named = [demand for demand in demands if demand.skill is not None and demand.low is not None]
    if not named:
        return []
    least = {demand.skill: demand.low for demand in reversed(named)}
    return [{"skill": skill, "low_years": low} for skill, low in reversed(least.items())]


def _demands(scanned: Scan, mentions: Sequence[Mapping[str, Any]], spans: Iterable[Section]) -> list[Demand]:
    demands: list[Demand] = []
    for at, stated in told_lines(scanned, "experience", MOST_PLACES, stated_in):
        for years in stated:
            start = at + years.start
            section = section_at(spans, start)
            following = bisect_left(mentions, start, key=_start)
            skill = _skill(years, at, mentions, following) or (
                _skill_before(years, at, mentions[following - 1]) if following else None
            )
            if (skill is not None and section not in _ELSEWHERE) or _is_demand(years, section):
                demands.append(_demand(years, at, skill, section))
    return demands


def _is_demand(years: Stated, section: str) -> bool:
    """Whether the words beside the years, or their place, say that they are asked of the applicant."""
    before, after, is_bounded = years.before, years.after, years.is_bounded
    if section in _ELSEWHERE:
        return _is_plain(years) and not _OURS.search(f"{before}{after}")
    if years.is_months:
        return _is_told_about(years) or (is_bounded and _opens(before) and _is_work(after))
    is_listed = section in ("requirements", "preferred")  # where nothing says that it is of something else
    if is_listed and (is_bounded or _opens(before) or _is_added(before)) and not _OF_TERM.match(after):
        return True
    if _is_told_about(years) or _is_about(before[-40:]) or is_for_work(before):
        return True
    if is_listed:
        return False
    if _opens(before):
        is_told = after[:1].islower() and "-" not in years.printed
        return is_bounded or is_told or _is_work(after)
    return is_bounded and (("(" in before[-14:] and after[:1] == ")") or _is_work(after))


def _is_plain(years: Stated) -> bool:
    """Whether the words say, wherever they stand, that years are asked for."""
    is_first = _opens(years.before)
    return (years.is_bounded or is_first) and (_is_told_about(years) or (is_first and _is_work(years.after)))


def _opens(before: str) -> bool:
    return _OPENS.fullmatch(before) is not None


def _is_work(after: str) -> bool:
    return _WORK_FOLLOWS.match(after) is not None


def _is_added(before: str) -> bool:
    return before.rstrip().lower().endswith(_ADDED)


def _is_told_about(years: Stated) -> bool:
    return _is_about(f"{years.printed}{years.after[:50]}")


def _demand(years: Stated, at: int, skill: Mapping[str, Any] | None, section: str) -> Demand:
    is_narrow = years.is_leading or (skill is not None and _is_narrow(skill, years, at))
    name = None if skill is None else str(skill["term"])
    low, high = (None, years.low) if years.is_most and years.high is None else (years.low, years.high)
    return Demand(low, high, name, is_narrow, section == "preferred" or years.is_wish)


def _is_about(text: str) -> bool:
    return "experien" in text or _ABOUT.search(text) is not None


def _is_narrow(skill: Mapping[str, Any], years: Stated, at: int) -> bool:
    """Whether years of this are not years of the profession: of a tool, or "with" a method beside other work."""
    start, end = skill["start"] - at - years.end, skill["end"] - at - years.end
    if skill["term"] in _PROFESSIONS or _TRADE.search(years.after[start:end]):
        return False
    return skill["category"] not in _PROFESSION or bool(_WITH.search(years.after[:start]))


def _skill(years: Stated, line: int, named: Sequence[Mapping[str, Any]], at: int) -> Mapping[str, Any] | None:
    """The term that the years are years of: "of Python", "experience with Go", "building ETL"; none before the one at
    `at` is behind them."""
    end = line + years.end
    while at < len(named) and (gap := named[at]["start"] - end) <= min(70, len(years.after)):
        if gap >= 0 and named[at]["category"] not in _NO_SKILL and named[at]["term"] not in _GENERAL:
            return named[at] if _DIRECT.fullmatch(years.after[:gap]) else None
        at += 1
    return None


def _skill_before(years: Stated, line: int, last: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The last term before the years where it opens their line: "Python (5+ years)", "Go: 3 years"."""
    before, start = years.before, line + years.start
    if start - last["end"] > _BESIDE or last["category"] in _NEVER_BEFORE:
        return None
    opened = _AFTER_SKILL.search(before)
    is_whole = opened is not None and last["end"] == start - len(opened[0])
    opens = before[: max(0, last["start"] - start + len(before))]
    return last if is_whole and not opens.strip(" -*•–·") else None
