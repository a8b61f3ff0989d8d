"""The words of years: how numbers with a unit of time are written, and what tells of other years than those asked for,
from `lexicon/years.csv`."""

from __future__ import annotations

import re
from typing import Any

import ahocorasick

from analytics.lexicon import lines


def listed(kind: str) -> tuple[str, ...]:
    """The words of that kind."""
    return tuple(row["word"] for row in lines("years") if row["kind"] == kind)


WORDS = {row["word"]: int(row["value"]) for row in lines("years") if row["kind"] == "number"}
# alternatives behind a look at their first letters: the regex engine would try each of them where none can stand
_INITIALS = "".join(sorted({word[0] for word in WORDS}))
_N = rf"\d{{1,2}}(?:[.,]\d)?|(?=[{_INITIALS}])(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})"
_MORE = (
    r"(?=[oalemp])(?:or more|and more|and above|or above|or over|oder mehr|ou plus|ou mais|o más|lub więcej|of meer|"
    r"eller mer|minimum|at least|plus)"
)
YEARS = re.compile(
    rf"(?:(?<![\w.,+$€£])(?<!\w-)|"
    rf"(?-i:(?<=[a-z][a-z]))(?=\d))(?P<low>{_N})(?:-?ish)?(?:\s?\(\s?\d{{1,2}}\s?\))?\s?(?P<plus>\+|"
    rf"-plus|\s{_MORE}(?=\s))?(?:\s?(?=[-–—~/tbàadoyeu])(?:[-–—~/à]|to\b|bis\b|a\b|do\b|or\b|tot\b|till\b|y\b|e\b|und\b|"
    rf"and\b|et\b)\s?(?P<high>{_N})(?:\s?\(\d{{1,2}}\))?)?\s?(?P<more>\+|\s{_MORE}(?=\s))?[\s-]{{0,2}}(?:full |solid |"
    rf"or so |odd )?"
    r"(?P<unit>years?|yrs?|yoe|jahren?|jahre?|jährig\w*|letni\w*|jarige?|ans?|années?|lat|lata|años?|anos?|anni|anno|"
    r"jaar|års?|yıl|let|ani|vuotta|vuoden|év|лет|года|months?|monaten?|mois|meses|maanden|年以上|年\s?이상|"
    r"년\s?이상)(?-i:(?![a-zà-ÿ0-9_]))['’]?\s?(?P<late>\+|"
    rf"(?:{_MORE}|au moins|mindestens|como mínimo)\b)?",
    re.I,
)
LABELLED = re.compile(  # "Years of experience: 3-5"
    r"(?i)(?P<unit>years?|yrs|yoe|jahre)(?: of)?(?: (?:relevant|work|professional|total))? ?(?:experience)?"
    r"(?: required)?\)?\s?[:–]\s?(?P<low>\d{1,2})(?:\s?(?:-|–|to)\s?(?P<high>\d{1,2}))?(?P<plus>\+)?(?P<more>)"
    r"(?P<late>)(?![\d.,%])"
)
DECADE = re.compile(  # the word is number and unit in one: "a decade or more of experience"
    r"(?P<unit>)(?P<low>decade(?!s)|rok(?= (?:doświad|prac|prakt|komerc)))(?P<high>(?!))?"
    r"(?P<plus>\+| or more| plus)?(?P<more>)(?P<late>)", re.I,
)  # fmt: skip


def _others() -> Any:
    """An automaton over what tells of other years than those asked for: pieces, each with the patterns one of which it
    must be part of."""
    patterns: dict[str, list[re.Pattern[str]]] = {}
    for row in lines("years"):
        if row["kind"] == "not":
            patterns.setdefault(row["word"], []).append(re.compile(row["value"]))
    automaton = ahocorasick.Automaton()
    for piece, told in patterns.items():
        automaton.add_word(piece, told)
    automaton.make_automaton()
    return automaton


OTHERS = _others()
