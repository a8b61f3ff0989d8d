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

from analytics.experience_words import DECADE, LABELLED, OTHERS, WORDS, YEARS, listed
from analytics.mode_row import section_at, told_lines
from analytics.scan import Scan, scan
from analytics.terms import Section

MOST_YEARS = 25
MOST_PLACES = 150  # that are looked at; a text that names years more often is no posting
REACH = 160  # characters of the clause to each side of the years
NONE: dict[str, Any] = {"low_years": None, "high_years": None, "kind": None, "skills": [], "preferred": []}


_ABOUT = re.compile("|".join(listed("is_about")), re.I)
_WORK_FOLLOWS = re.compile(
    r"\s*(?:(?:or so|or thereabouts|or more|oder so),? )?(?:in|as|of|with|working|building|shipping|developing|using|"
    r"leading|applied|professional|relevant|outside|doing|als|im|in der|comme|en|como|como|som|jako|w|na|inom|"
    r"professionnelle)\b",
    re.I,
)
_LEAST = listed("least")
_OPENS = re.compile(
    r"[\W_]{0,6}(?:(?:o|\(?[a-z\d]{1,2}[.)])\s{1,4})?(?:you: |du: |(?:about|around|roughly|some|circa|ca\.?|etwa|rund|"
    r"ungefähr|environ|unos|ab|från|od) |(?:at )?(?:the )?(?:very )?least |no (?:fewer|less) than |min(?:imum|"
    r"\.)?(?: of)? |mindestens |au moins |requires? )?$",
    re.I,
)
_NOT_BEFORE = listed("not_before")
_FOR_WORK = re.compile(
    r"(?:work|experience|role|position|industry)\w* (?:\w+ ){0,4}for *$|"
    # what the reader has done: "you have sold cloud products to hospitals for five years", "Managed engineers for"
    r"^[\W_]{0,6}(?:\w+ed|built|led|run|sold|written|taught|spent|had|done)\b[^.;\n]{0,100} for (?:at least )?$|"
    r"\byou(?:['’]ve|['’]ll have| have| probably have| must have| should have)\b[^.;\n]{0,100} for (?:at least )?$|"
    r"\b(?:du|sie|ihr|vous|tu|je|u|qui|jemand\w*|alguien|iemand)\b[^.;\n]{0,80} (?:depuis|seit|desde|sinds|"
    r"od) (?:mindestens |au moins |al menos )?$",
    re.I,
)
_MONEY = re.compile(r"[$€£]|\b(?:m|b|tr)illion\b|budget|grant")
_STUDIED = re.compile(r"(?i)\b(?:stud(?:y|ies|ium)|degree|program(?:me)?|course)\b (?:of|lasting|with) (?:at least )?$")
_IN_PLACE = re.compile(  # years in the place of a degree, or fewer or more with another one
    r"(?:degree|bachelor|diplom|b\.?sc|apprenticeship)\w*['’]?s?\b[^.;\n]{0,60}\bor (?:at least |an? additional )?$|"
    r"either an? (?:doctorate|ph\.?d|master)[^.;\n]{0,30}\bor $",
    re.I,
)
_AT_MOST = re.compile(
    r"(?i)\b(?:up to|at most|no more than|not more than|(?<!no )(?<!not )(?:less|fewer) than|bis zu|jusqu['’]à|hasta) $"
)
_AFTER_SKILL = re.compile(r"\s?[(:–—-]\s?(?:min\.? |minimum |at least )?$", re.I)
_BESIDE = 12  # the most characters that it matches
# how the matches of `_FOR_WORK`, `_STUDIED` and `_AT_MOST` end, which is cheaper to see
_FOR_ENDS = ("for", "least", "depuis", "seit", "desde", "sinds", "od", "mindestens", "moins", "menos")
_STUDY_ENDS, _MOST_ENDS = ("of", "lasting", "with", "least"), ("up to", "most", "than", "zu", "à", "hasta")
_OTHER_DEGREE = re.compile(
    r"(?i)\bor (?:an? )?(?:m\.?s\.?c?|m\.?eng|master['’]?s?|b\.?s\.?c?|bachelor['’]?s?)(?: degree)? (?:with|plus|"
    r"\+) ?(?:at least |a minimum of )?$"
)
_LEADING = re.compile(
    r"\s*(?:of |experience |in ){0,3}(?:managing|leading|mentoring|supervising|people manag|as a lead\b|"
    r"an? (?:[\w-]+ ){0,2}(?:management|leadership|managerial) )",
    re.I,
)
_ADDED = ("plus", "+", "and", "with", ",", "have", "bring", "need", "(")
_OF_ONE_THING = re.compile(r"\b(?!work|pr[oaie]|rel|ind|tot|year|min|dem|hands|of |on )\w+ experience:? ?\($", re.I)
_LED_BEFORE = re.compile(
    r"(?:\bmanaged|\bled|supervised|managing|leading) (?:[\w-]+ ){0,3}(?:engineers|people|teams?|scientists|"
    r"developers|researchers|managers)\b[^.;\n]{0,30}\bfor (?:at least )?$",
    re.I,
)
_LED = ("managed", "led ", "supervised", "managing", "leading")
_WITH = re.compile(r"(?<!working )\b(?:with|mit|using)\b", re.I)
_WISH_BEFORE = listed("wish_before")
_WISH_SIGNS = listed("wish")
_WISH_AFTER = re.compile(
    r"(?i)(?<!\w)(?:a|is|strong|big) plus\b|prefer|nice to|bonus|desir|wünsch|vorteil|souhait|mile w"
)
_BREAK = re.compile(r"[,;(:]|(?<=[a-z]{7})(?=[A-Z][a-z])")  # and where a lost line break glued two lines
_DIGIT, _APART = re.compile(r"\d"), re.compile(r"[-–—()・•]")
_END = re.compile(r"[;•<.](?:(?<!\.)|(?<!\d\.)(?=\s)|(?<=\d\.)(?=\s[A-Z]))")
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
_RATE = ("per ", "/")  # before a unit: "$90,000 per year", which a search would go all over
_start = itemgetter("start")
_OURS = re.compile(r"\b(?:we|we've|our|us|wir|unser\w*|nous|notre|their)\b", re.I)
_OF_TERM = re.compile(
    r"(?i)\s*(?:degree|plan\b|project|grant|course|(?:of (?:\w+ )?)?residen|laufzeit|research|post\b)"
)


class Stated(NamedTuple):
    """Years in a line, by offsets into it, and the sentence around them, cut at `REACH` to each side."""

    start: int
    end: int
    printed: str
    low: float
    high: float | None
    is_bounded: bool
    is_months: bool
    before: str
    after: str
    is_most: bool
    is_leading: bool
    is_wish: bool  # whatever section they stand in


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
    if "experience" not in scanned.marks:
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
    for at, stated in told_lines(scanned, "experience", MOST_PLACES, _of_line):
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


def _of_line(line: str, marks: Sequence[int]) -> list[Stated]:
    """The possible years of a line in which units of time begin at the marks."""
    told: list[Stated] = []
    for found in _statements(line, marks):
        years = _stated(line, found)
        if years is not None:
            told.append(years)
    return told


def _statements(line: str, marks: Sequence[int]) -> list[re.Match[str]]:
    """Numbers with a unit of time, each found from its unit on backwards."""
    told: list[re.Match[str]] = []
    end = 0
    for at in marks:
        if at < end:
            continue
        start = _number_before(line, max(end, at - 48), at)
        if start < 0:
            found = _without_number(line, at)
        elif line.endswith(_RATE, 0, at):
            continue
        else:
            found = YEARS.search(line, start, at + 24)
        if found:
            told.append(found)
            end = found.end()
    return told


def _without_number(line: str, at: int) -> re.Match[str] | None:
    """Years that no number stands before: "Years of experience: 3-5", "a decade"."""
    return LABELLED.match(line, at) or DECADE.match(line, at)


def _number_before(text: str, start: int, at: int) -> int:
    """Where to look from for the number of a unit at `at`; -1 where no number stands before it: "last year"."""
    digit = _DIGIT.search(text, start, at)
    if digit:
        return start if text[digit.start() - 1 : digit.start()] == "(" or "to" in text[start:at] else digit.start()
    words = _APART.sub(" ", text[start:at].lower()).split()
    return -1 if WORDS.keys().isdisjoint(words) or words[-1:] == ["a"] else start


def _stated(line: str, found: re.Match[str]) -> Stated | None:
    """What a line says of years; None where they cannot be those asked for."""
    least, most, plus, more, late, unit = found.group("low", "high", "plus", "more", "late", "unit")
    is_months = unit[:1] in ("m", "M")
    low, high = _number(least), _number(most) if most and more != "+" else None
    if is_months:
        low, high = round(low / 12, 1), round(high / 12, 1) if high else None
    if low > MOST_YEARS or (high is not None and (high < low or high > MOST_YEARS + 5)):
        return None
    start, end = found.span()
    before, after = _before(line, start) if start else "", _after(line, end)
    if _is_of_others(f"{before[-40:]}{found[0]}{after[:50]}".lower()):
        return None
    ends = before.rstrip().lower()  # most years open their line, and nothing stands before them
    is_most = ends.endswith(_MOST_ENDS) and _AT_MOST.search(before) is not None
    if ends and not _is_possible(ends, before, after, is_most):
        return None
    is_bounded = bool(plus or more or late or most) or ends.endswith(_LEAST)
    is_leading = _LEADING.match(after) is not None or (ends != "" and _is_leading(before))
    is_wish = _is_wish_after(after) or (ends != "" and _is_wish_before(before))
    return Stated(start, end, found[0], low, high, is_bounded, is_months, before, after, is_most, is_leading, is_wish)


def _before(line: str, start: int) -> str:
    """The sentence of years up to them."""
    before = line[max(0, start - REACH) : start]
    cut = 0
    for stop in _END.finditer(before):
        cut = stop.end()
    return before[cut:]


def _after(line: str, end: int) -> str:
    """The sentence of years behind them."""
    after = line[end : end + REACH]
    stop = _END.search(after)
    return after[: stop.start()] if stop else after


def _is_of_others(near: str) -> bool:
    """Whether the words around years tell of other ones than those asked for."""
    for _, patterns in OTHERS.iter(near):
        for pattern in patterns:
            if pattern.search(near):
                return True
    return False


def _is_possible(ends: str, before: str, after: str, is_most: bool) -> bool:
    """Whether years can be asked for behind these words, which in small letters are `ends`."""
    if " or " in before:
        near = before[-40:]
        if " or " in near and _OTHER_DEGREE.search(near) and not _DIGIT.search(before):
            return False
        if " or " in near and _IN_PLACE.search(before):
            return False
    if ends.endswith(_STUDY_ENDS) and _STUDIED.search(before[-40:]):
        return False
    if ends.endswith("over") and _MONEY.search(before):
        return False
    return not ends.endswith(_NOT_BEFORE) or _is_of_work(ends, before, after, is_most)


def _is_of_work(ends: str, before: str, after: str, is_most: bool) -> bool:
    """Whether "for three years", "up to two years" are said of the applicant's work after all."""
    if ends.endswith(("for", "for at least")):
        return _is_for_work(before)
    return is_most and "experience" in after[:40]


def _says(signs: tuple[str, ...], text: str) -> bool:
    """Whether any of the signs is in the text: a pattern that needs one of them is tried only then."""
    lowered = text.lower()
    for sign in signs:  # noqa: SIM110  twice as fast as any() of a generator
        if sign in lowered:
            return True
    return False


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
    if _is_told_about(years) or _is_about(before[-40:]) or _is_for_work(before):
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


def _is_for_work(before: str) -> bool:
    return before.rstrip().lower().endswith(_FOR_ENDS) and _FOR_WORK.search(before) is not None


def _is_leading(before: str) -> bool:
    """Whether what stands before years makes them years of leading people, or of one kind of experience in brackets."""
    return bool(
        (before[-1:] == "(" and _OF_ONE_THING.search(before))
        or (before.endswith(("for ", "least ")) and _says(_LED, before) and _LED_BEFORE.search(before))
    )


def _is_narrow(skill: Mapping[str, Any], years: Stated, at: int) -> bool:
    """Whether years of this are not years of the profession: of a tool, or "with" a method beside other work."""
    start, end = skill["start"] - at - years.end, skill["end"] - at - years.end
    if skill["term"] in _PROFESSIONS or _TRADE.search(years.after[start:end]):
        return False
    return skill["category"] not in _PROFESSION or bool(_WITH.search(years.after[:start]))


def _is_wish_after(after: str) -> bool:
    """Whether the clause of the years, not a neighbouring one, goes on to say that they are only preferred."""
    if not _says(_WISH_SIGNS, after):
        return False
    clause = _BREAK.split(after, maxsplit=1)[0]
    return _says(_WISH_SIGNS, clause) and _WISH_AFTER.search(clause) is not None


def _is_wish_before(before: str) -> bool:
    """Whether the clause of the years, not a neighbouring one, begins by saying that they are only preferred."""
    return _says(_WISH_BEFORE, before) and _says(_WISH_BEFORE, _BREAK.split(before)[-1])


def _number(word: str) -> float:
    if word.isdecimal():
        return int(word)
    value = float(WORDS.get(word.lower(), 0) or word.replace(",", "."))
    return int(value) if value == int(value) else value


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
