"""The words by which sections are known: the phrases of `lexicon/headings.csv`, ready to be looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from analytics.lexicon import lines

SECTIONS = ("intro", "role", "duties", "requirements", "preferred", "company", "benefits", "notice")

# What the opening words of a sentence may make of it, by the section that the headings give.
MAY_BECOME = {
    "intro": frozenset(SECTIONS),
    "role": frozenset({"requirements", "preferred", "company"}),
    "company": frozenset({"role", "duties", "requirements"}),
    "duties": frozenset({"requirements", "preferred"}),
}
ANYTHING = frozenset({"intro", "company"})  # where all that an item shows is remembered for those below
AHEAD = 3  # characters behind the first word that tell openings apart
_MOST_WORDS = 12  # of a heading that are looked at

_FIRST = re.compile(r"[^\W_]+(?:['-][^\W_]+){0,3}")
_WORD = re.compile(r"[^\W_]+(?:['&-][^\W_]+)*|&")
_EDGES = " :.?!,;-–—*"  # none that is a word
_ABOUT_WORDS = frozenset({"about", "über", "à", "sobre", "over", "om", "o"})
# Longer forms first: a phrase is taken to start with the first that fits.
_SPOKEN = (
    ("you will", "you would", "you'll", "you'd"),
    ("you are", "you're"),
    ("you have", "you've"),
    ("we are", "we're"),
    ("what is", "what's"),
)
_CONTRACTED = (
    ("you will", "you'll"),
    ("you would", "you'll"),
    ("you'd", "you'll"),
    ("you are", "you're"),
    ("you have", "you've"),
    ("we are", "we're"),
    ("we will", "we'll"),
    ("we would", "we'd"),
    ("what is", "what's"),
)

_Rows = list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Headings:
    """Sections by phrase. `phrases` are whole headings, `firsts` their first words, `openings` start a sentence or an
    item, by first word; `heads` are the words that can start a heading as printed, each with the letters that can
    begin the second word; `begun` has the sections that a line may leave by its first word."""

    phrases: dict[str, str]
    firsts: frozenset[str]
    heads: dict[str, frozenset[str]]
    openings: dict[str, dict[str, list[tuple[str, str, bool]]]]
    begun: dict[str, frozenset[str]]

    def may_name(self, word: str, line: str, at: int) -> bool:
        """Whether a phrase may begin at the first word of a line, which stands there."""
        letters = self.heads.get(word)
        if letters is None:
            return False
        blank = at + len(word)
        letter = line[blank + 1 : blank + 2]
        return letter in letters or not letter.isalnum() or line[blank] != " "

    def within(self, phrase: str) -> str:
        """The section of the longest known phrase of at least two words inside a heading; of a single word at its
        end."""
        words = phrase.split()[:_MOST_WORDS]
        begun = [at for at, word in enumerate(words) if word in self.firsts]
        for size in range(min(6, len(words)), 1, -1) if begun else ():
            for at in begun:
                named = self.phrases.get(" ".join(words[at : at + size])) if at + size <= len(words) else None
                if named:
                    return named
        ends = (self.phrases.get(word, "") for word in (words[-1:] + words[:1] if len(words) <= 5 else []))
        return next((named for named in ends if named), "")


def first_word(line: str, start: int, end: int) -> tuple[str, int]:
    """The first word of a stretch of a line, "" where there is none, and where it stands."""
    blank = line.find(" ", start, end)
    word = line[start : blank if blank >= 0 else end]
    if word.isalnum():  # most are plain
        return word, start
    first = _FIRST.search(line, start, end)
    return (first[0], first.start()) if first else ("", end)


def normal(line: str) -> str:
    """The words of a line in small letters as the phrases have them, one blank between."""
    bare = line.strip(_EDGES)
    is_simple = bare.replace(" ", "").isalnum()
    phrase = " ".join(bare.split() if is_simple else _WORD.findall(line))
    if "you" in phrase or "we " in phrase or "what is" in phrase:
        for long, short in _CONTRACTED:
            if long in phrase:
                phrase = phrase.replace(long, short)
    return phrase


@cache
def headings() -> Headings:
    """The lexicon."""
    rows = [(row["phrase"], row["section"], row["place"]) for row in lines("headings")]
    openings = _openings(rows)
    phrases = _table(rows, "heading")
    heads = _seconds(phrases, _starts(rows, "heading") | _ABOUT_WORDS)
    firsts = frozenset(phrase.partition(" ")[0] for phrase in phrases)
    return Headings(phrases, firsts, heads, openings, {word: _left_by(openings[word]) for word in openings})


def _left_by(openings: dict[str, list[tuple[str, str, bool]]]) -> frozenset[str]:
    """The sections that openings of one word may lead out of, or that remember what an item has shown."""
    shown = {section for known in openings.values() for _, section, _ in known}
    return ANYTHING | {section for section in MAY_BECOME if not shown.isdisjoint(MAY_BECOME["role"])}


def _table(rows: _Rows, wanted: str) -> dict[str, str]:
    return {normal(phrase.lower()): section for phrase, section, place in rows if place == wanted}


def _starts(rows: _Rows, wanted: str) -> frozenset[str]:
    """The first words of the phrases as printed."""
    forms = (form for phrase, _, place in rows if place == wanted for form in _spoken(phrase, "opening"))
    found = (_FIRST.match(form) for form in forms)
    return frozenset(match[0] for match in found if match)


def _seconds(phrases: Iterable[str], starts: Iterable[str]) -> dict[str, frozenset[str]]:
    """The letters that begin the second words of phrases, in any spelling that `normal` takes for theirs, by their
    first words."""
    found: dict[str, set[str]] = {start: set() for start in starts}
    for phrase in phrases:
        long_forms = [long + phrase[len(short) :] for long, short in _CONTRACTED if phrase.startswith(short)]
        for form in (phrase, *long_forms):
            first, _, rest = form.partition(" ")
            if first in found:
                found[first].add(rest[:1])
    return {first: frozenset(letters) for first, letters in found.items()}


def _openings(rows: _Rows) -> dict[str, dict[str, list[tuple[str, str, bool]]]]:
    """Phrases, the longest first, with their sections and whether they start items only, by their first word as
    printed and by the `AHEAD` characters behind it; those of a word alone stand in every list."""
    found: dict[str, dict[str, list[tuple[str, str, bool]]]] = {}
    forms = [(form, section, place == "item") for phrase, section, place in rows for form in _spoken(phrase, place)]
    for form in sorted(forms, key=lambda form: -len(form[0])):
        first = _FIRST.match(form[0])
        if first:
            known = found.setdefault(first[0], {"": []})
            behind = form[0][first.end() :][:AHEAD]
            for ahead in [behind] if behind else list(known):
                known.setdefault(ahead, []).append(form)
    return found


def _spoken(phrase: str, place: str) -> list[str]:
    """The forms of an opening in speech and writing: "you'll" is "you will" too; none of other phrases."""
    if place not in ("opening", "item"):
        return []
    for forms in _SPOKEN:
        if any(phrase == form or phrase.startswith(f"{form} ") for form in forms):
            said = next(form for form in forms if phrase == form or phrase.startswith(f"{form} "))
            return [form + phrase[len(said) :] for form in forms]
    return [phrase]
