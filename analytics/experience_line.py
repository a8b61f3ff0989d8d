"""Years in one line that may be those asked for: how many, and the words of their sentence around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from analytics.experience_words import DECADE, LABELLED, OTHERS, WORDS, YEARS, listed

MOST_YEARS = 25
REACH = 160  # characters of the clause to each side of the years
_LEAST = listed("least")
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
_OF_ONE_THING = re.compile(r"\b(?!work|pr[oaie]|rel|ind|tot|year|min|dem|hands|of |on )\w+ experience:? ?\($", re.I)
_LED_BEFORE = re.compile(
    r"(?:\bmanaged|\bled|supervised|managing|leading) (?:[\w-]+ ){0,3}(?:engineers|people|teams?|scientists|"
    r"developers|researchers|managers)\b[^.;\n]{0,30}\bfor (?:at least )?$",
    re.I,
)
_LED = ("managed", "led ", "supervised", "managing", "leading")
_WISH_BEFORE = listed("wish_before")
_WISH_SIGNS = listed("wish")
_WISH_AFTER = re.compile(
    r"(?i)(?<!\w)(?:a|is|strong|big) plus\b|prefer|nice to|bonus|desir|wünsch|vorteil|souhait|mile w"
)
_BREAK = re.compile(r"[,;(:]|(?<=[a-z]{7})(?=[A-Z][a-z])")  # and where a lost line break glued two lines
_DIGIT, _APART = re.compile(r"\d"), re.compile(r"[-–—()・•]")
_END = re.compile(r"[;•<.](?:(?<!\.)|(?<!\d\.)(?=\s)|(?<=\d\.)(?=\s[A-Z]))")
_RATE = ("per ", "/")  # before a unit: "$90,000 per year", which a search would go all over


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


def stated_in(line: str, marks: Sequence[int]) -> list[Stated]:
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
        return is_for_work(before)
    return is_most and "experience" in after[:40]


def _says(signs: tuple[str, ...], text: str) -> bool:
    """Whether any of the signs is in the text: a pattern that needs one of them is tried only then."""
    lowered = text.lower()
    for sign in signs:  # noqa: SIM110  twice as fast as any() of a generator
        if sign in lowered:
            return True
    return False


def is_for_work(before: str) -> bool:
    """Whether what stands before years makes them years of work that the reader has done."""
    return before.rstrip().lower().endswith(_FOR_ENDS) and _FOR_WORK.search(before) is not None


def _is_leading(before: str) -> bool:
    """Whether what stands before years makes them years of leading people, or of one kind of experience in brackets."""
    return bool(
        (before[-1:] == "(" and _OF_ONE_THING.search(before))
        or (before.endswith(("for ", "least ")) and _says(_LED, before) and _LED_BEFORE.search(before))
    )


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
