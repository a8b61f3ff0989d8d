"""Which part of a posting a line belongs to: the same word asks for a skill in one section and advertises in another.

Headings decide, by the phrases of `lexicon/headings.csv`; lines that are plainly a legal or privacy notice are one
wherever they stand. Where no known heading rules, the opening words of a sentence or item decide for it: "You will
build", "Experience with". An unknown heading leaves the section as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from analytics.memo import SURROUNDINGS
from analytics.scan import Line, scan_lines
from analytics.section_words import AHEAD, ANYTHING, MAY_BECOME, SECTIONS, first_word, headings, normal
from analytics.text import Plain

__all__ = ("SECTIONS", "Span", "section_at", "sections")

_LISTS = frozenset({"role", "duties", "requirements", "preferred"})
_STICKY = frozenset({"duties", "requirements"})  # "Requirements: SQL" opens a list, "Salary: ..." none
_ASKING = frozenset({"duties", "requirements", "preferred"})
_AMID = frozenset({"notice"})  # readers whose words tell sections amid a line
_AMID_ANYTHING = frozenset({"hiring", "notice"})  # where anything may follow
_NONE: frozenset[str] = frozenset()
_LEAD_CHARS = 50
_WHOLE = 1_500  # characters of a text that is too short to have an order
_MOST_SENTENCES = 1_000  # amid lines that are looked at; ten times what a posting has
_LONG = 120  # characters of a line that is no mere item of a list
_LEAD = re.compile(r"[:?.–—-](?:(?<=[:?.])|(?<=\s[–—-]))")  # one class first, or every character would be tried twice
_NOTICE_APART = 200  # characters of other matter before a notice that then does not cover them
_STOPS = (".", "!", "?", ";")  # each before a blank
_SENTENCE = re.compile(r"[.!?;] +")
_ITEM = frozenset("-–—•*·●▪◦✔✅→>")
_SET_OFF = ":….]-=*#~"  # the last characters of lines that look like headings
_YEARS = re.compile(
    r"\d{1,2}\+? ?(?:(?:-|–|to|bis|à|a|do) ?\d{1,2}\+? ?)?(?:or more )?"
    r"(?:years?|yrs?|jahre|ans|años|anos|jaar|lat|år)\b"
)
_SECOND_PERSON = frozenset(
    {"you", "you'll", "you'd", "you're", "you've", "as", "in", "du", "sie", "als", "vous", "tu", "je", "jij", "você"}
)

_HEADING_CHARS = 80
_ABOUT = re.compile(
    r"\W{0,4}(?:about|über|à propos d[eu']|sobre|over|om|o(?= (?:nas|firmie|projekcie|zespole)\b)) ?"
    r"(?!(?:you|the|this|your|die|den|das|dich|sie|vous|toi|le"
    r"|la|el|los|as|os|de|het|jou|dig|rollen|tjänsten|ti|tobie|vaga|puesto)\b)\w"
)
_ABOUT_STARTS = ("about", "über", "à", "sobre", "o")
_WHY = re.compile(r"\W{0,4}(?:why|warum|pourquoi|por qué|por que|waarom|dlaczego) (?!this\b|the\b|you\b)[\w ]")
_OPEN = (" if", " you", " you've", " you'll", " you're", " to", " wenn", " si", " als")


class Span(NamedTuple):
    """A stretch of the text in one section, offsets into it."""

    start: int
    end: int
    name: str


@dataclass(slots=True, eq=False)  # known by identity, as lines remember by it
class _Place:
    """What the lines before one have shown: the section, whether it is a guess as it stands below a heading that says
    nothing, and what the item before has shown. And where the line stands, as far as that can matter: whether it is
    set as a heading; a short one whether below a blank one or first, and before an item; a long one whether in the
    first half of a text."""

    current: str
    is_guess: bool
    item: str
    is_heading: bool
    is_apart: bool
    is_before_item: bool
    is_early: bool


_State = tuple[_Place, ...]  # what the lines so far have shown, as all the places of a line below them
_Told = tuple[_State, tuple[tuple[int, str], ...]]
_GOES_ON: _Told = (), ()  # told of a line that goes on with the section before it: the state stays as it is
_new = tuple.__new__  # as in `scan`
_HEADING, _APART, _BEFORE_ITEM, _EARLY = 1, 2, 4, 8


@cache
def _state(current: str, is_guess: bool, item: str) -> _State:
    """The places by the sum of what holds of them."""
    known = current, is_guess, item
    return tuple(
        _Place(*known, bool(at & _HEADING), bool(at & _APART), bool(at & _BEFORE_ITEM), bool(at & _EARLY))
        for at in range(2 * _EARLY)
    )


def sections(plain: Plain, looked: Sequence[Line] = ()) -> list[Span]:
    """The sections of a text in order: they touch, the first starts at its start, the last ends with it; none of an
    empty text. `looked` is what stands in its lines, where it is known already."""
    text, size = plain.text, len(plain.text)
    if not plain.lines:
        return []
    half = size // 2 if size > _WHOLE else 0  # notices come late in a text
    lines = looked or [line for _, line in scan_lines(text, plain.written).lines]
    state, starts, names, last = _state("intro", False, ""), [], [""], -2
    for (start, end, is_heading), line in zip(plain.lines, lines, strict=True):
        if end - start <= _HEADING_CHARS:
            at = is_heading + (_APART if start > last + 1 else 0)
            at += _BEFORE_ITEM if text[end + 1 : end + 2] in _ITEM else 0
        else:
            at = is_heading + (_EARLY if end < half else 0)
        last, place = end, state[at]
        remembered: dict[Any, _Told] = line.told
        told = remembered.get(place) or _told(line, place)
        if told is _GOES_ON:
            if place.current != names[-1]:
                starts.append(start)
                names.append(place.current)
            continue
        state, marks = told
        for at, name in marks:
            if name != names[-1]:
                starts.append(start + at)
                names.append(name)
    starts[:1] = [0]
    return [_new(Span, told) for told in zip(starts, [*starts[1:], size], names[1:] or ["intro"], strict=True)]


def _told(line: Line, place: _Place) -> _Told:
    """What a line makes of what was known, and where sections start in it; the line remembers it by its place."""
    low = line.lowered
    blank = low.find(" ")
    word, at = low[:blank] if blank > 0 else low, 0
    if not word.isalnum():  # most lines begin with a plain word
        word, at = first_word(low.replace("’", "'"), 0, len(low))
    if not word:
        told: _Told = _state(place.current, place.is_guess, place.item), ()
    elif _goes_on(line, word, at, place):
        told = _GOES_ON
    else:
        told = _Reader(line, place).told(word, at)
    remembered: dict[Any, _Told] = line.told
    if len(remembered) < SURROUNDINGS:
        remembered[place] = told
    return told


def _goes_on(line: Line, word: str, at: int, place: _Place) -> bool:
    """Whether a line, which has its first word at `at`, plainly tells of no other section and goes on with the one
    before it, as most do: there is no need to read it."""
    low, words, current = line.lowered, headings(), place.current
    size = len(low)
    if word in words.heads:
        if size <= _LEAD_CHARS:
            return False
        if words.may_name(word, low, at) and (size <= _HEADING_CHARS or _LEAD.search(low, at, at + _LEAD_CHARS)):
            return False
    if place.is_heading or (size <= _HEADING_CHARS and _is_set_off(line.text, place)):
        return False
    if line.marks and _is_amid(line, current, place.is_early):
        return False
    is_free = current in MAY_BECOME
    if (is_free or place.is_guess) and _is_open(place, word, words.begun.get(word)):
        return False
    if size <= (_LONG if current in _ASKING else _LEAD_CHARS) or not (is_free or ": " in low):
        return True
    return not (". " in low or "! " in low or "? " in low or "; " in low)


def _is_open(place: _Place, word: str, begun: frozenset[str] | None) -> bool:
    """Whether the first word of a line, or the item before it, may tell of another section than the one before; `begun`
    are the sections that openings of this word may lead out of."""
    if begun is None and not place.item and not word[0].isdigit():
        return False
    if place.is_guess:
        return place.current in MAY_BECOME or place.current not in _ASKING
    if place.current == "company" and word not in _SECOND_PERSON:
        return False
    return place.item != "" or begun is None or place.current in begun


def _is_amid(line: Line, current: str, is_early: bool) -> bool:
    """Whether words of readers tell of another section amid a line."""
    if current == "notice" or (current in _LISTS and (is_early or len(line.lowered) < _LONG)):
        return False
    sought = _AMID_ANYTHING if current in ANYTHING else _AMID
    return not sought.isdisjoint(line.marks)


def section_at(spans: list[Span], offset: int) -> str:
    """The name of the section that holds `offset`; "intro" in an empty text."""
    index = bisect_right(spans, offset, key=lambda span: span.start) - 1
    return spans[max(0, index)].name if spans else "intro"


class _Reader:
    """Goes over a line and keeps where another section starts."""

    __slots__ = (*("current", "is_guess", "item", "jobs", "line", "low", "marks", "place", "words"),)

    def __init__(self, line: Line, place: _Place) -> None:
        self.line, self.low, self.place = line, line.lowered.replace("’", "'"), place
        self.words = headings()
        self.current, self.is_guess, self.item = place.current, place.is_guess, place.item
        self.jobs: Sequence[int] = ()  # where pieces of sentences about the job stand
        self.marks: list[tuple[int, str]] = []

    @property
    def item_kept(self) -> str:
        """What the item has shown, as far as it can matter to those below: lines are known by it."""
        is_free = self.is_guess or self.current in ANYTHING
        return self.item if is_free or self.item in MAY_BECOME["role"] else ""

    def told(self, word: str, at: int) -> _Told:
        """What the line tells, which has its first word at `at`."""
        self._read(word, at)
        return _state(self.current, self.is_guess, self.item_kept), tuple(self.marks)

    def _read(self, word: str, at: int) -> None:
        size, is_head = len(self.low), word in self.words.heads
        if size <= _HEADING_CHARS and self._is_named(word, is_head):
            self.marks.append((0, self.current))
            return
        notice = self._look(size)
        here = self._lead(at, size) if is_head and self.words.may_name(word, self.low, at) else ""
        if not here and (self.is_guess or self.current in MAY_BECOME):
            here = self._opened(at, word)
        here = here or self.current
        if notice > 0:
            self.marks.append((0, here))
            if size > (_LONG if self.current in _ASKING else _LEAD_CHARS):
                self._within(notice, here)
        if notice < size:
            self.marks.append((notice, "notice"))

    def _look(self, size: int) -> int:
        """Find the pieces of sentences about the job; where a notice begins, the line's end when none does."""
        if not self.line.marks or self.place.is_heading or not _is_amid(self.line, self.current, self.place.is_early):
            return size
        self.jobs = self.line.marks.get("hiring", ()) if self.current in ANYTHING else ()
        notices = self.line.marks.get("notice")
        return self._notice(notices[0]) if notices else size

    def _is_named(self, word: str, is_head: bool) -> bool:
        """Whether the line is a heading that says which section follows; if so, that section is the current one."""
        is_titled = self.place.is_heading or _is_set_off(self.line.text, self.place)
        if not is_titled and not is_head:
            return False
        named, is_titled = self._heading(word, is_titled)
        if named or is_titled:
            self.is_guess, self.item = not named, ""
            self.current = named or self.current
        return bool(named)

    def _heading(self, word: str, is_titled: bool) -> tuple[str, bool]:
        """The section that a short line names, and whether it is set as a heading."""
        line = self.low
        phrase = normal(line)
        named = self.words.phrases.get(phrase, "")
        if named and (is_titled or " " in phrase or self.place.is_apart or line[0] not in _ITEM):
            return named, True
        is_short = is_titled or (len(line) <= _LEAD_CHARS and line[-1] not in ".,;")
        if is_short and word.startswith(_ABOUT_STARTS) and "," not in line and _ABOUT.match(line):
            return "company", True
        if not is_titled and not (is_short and phrase.endswith(_OPEN)):
            return "", False
        return self.words.within(phrase) or ("benefits" if self.place.is_heading and _WHY.match(line) else ""), True

    def _lead(self, start: int, end: int) -> str:
        """The section that the words before a colon, question mark or stop name for what follows them on the line."""
        mark = _LEAD.search(self.low, start, min(end - 2, start + _LEAD_CHARS))
        if mark is None:
            return ""
        phrase = normal(self.low[start : mark.start()])
        named = self.words.phrases.get(phrase, "") if mark[0] == ":" or " " in phrase else ""
        if named in _STICKY or (named == "role" and self.current in ("intro", "company")):
            self.current, self.is_guess = named, False
        return named

    def _opened(self, at: int, word: str) -> str:
        """The section that the first words of a line show, "" when they show none or stand where headings rule."""
        allowed = self._allowed(word)
        if not allowed:
            return self._hiring(at, len(self.low)) if self.jobs else ""
        is_item = at > 0 or self.line.text[-1] != "."
        shown = self._opening(at, word, is_item or self.is_guess)
        if shown and is_item:
            self.item = shown
        named = shown or (self.item if is_item else "")
        if named not in allowed:
            return self._hiring(at, len(self.low)) if self.jobs else ""
        if self.is_guess and named in _ASKING:
            self.current, self.is_guess = named, False
        return named

    def _allowed(self, word: str) -> frozenset[str]:
        if self.is_guess and self.current not in _ASKING:
            return MAY_BECOME["intro"]
        if self.current == "company" and word not in _SECOND_PERSON:
            return _NONE
        return MAY_BECOME.get(self.current, _NONE)

    def _opening(self, at: int, word: str, is_item: bool) -> str:
        known = self.words.openings.get(word)
        if known:
            behind = at + len(word)
            for phrase, named, is_of_items in known.get(self.low[behind : behind + AHEAD], ()) or known.get("", ()):
                beyond = at + len(phrase)
                fits = is_item or not is_of_items
                if fits and self.low.startswith(phrase, at) and not self.low[beyond : beyond + 1].isalnum():
                    return named
        return "requirements" if word[0].isdigit() and _YEARS.match(self.low, at) else ""

    def _hiring(self, at: int, end: int) -> str:
        """ "role" where the first sentence from `at` says who is wanted and no heading rules."""
        if self.current not in ("intro", "company"):
            return ""
        job = next((job for job in self.jobs if at <= job < end), None)
        return "role" if job is not None and _SENTENCE.search(self.low, at, job + 2) is None else ""

    def _within(self, end: int, here: str) -> None:
        """Sections that start amid the line: "... Your profile: ..." and, where no heading rules, by sentence."""
        is_free = here in MAY_BECOME or self.current in MAY_BECOME
        if not is_free and self.low.find(": ", 0, end) < 0:
            return
        heads, openings = self.words.heads, self.words.openings
        for stop in self._stops(end)[:_MOST_SENTENCES]:
            word, at = first_word(self.low, stop + 2, min(end, stop + 2 + _LEAD_CHARS))
            may_start = word in heads or self.jobs or self.is_guess
            if word and (may_start or (is_free and (word in openings or word[0].isdigit()))):
                named = self._sentence(at, end, word, is_free)
                if named and named != here:
                    here = named
                    self.marks.append((stop + 1, here))

    def _stops(self, end: int) -> list[int]:
        """Where sentences end amid the line. Searches for one character beat those for two, or for a class of them."""
        low, last, found = self.low, end - 1, []
        for mark in _STOPS:
            at = low.find(mark, 0, last)
            while at >= 0:
                if low[at + 1] == " ":
                    found.append(at)
                at = low.find(mark, at + 1, last)
        found.sort()
        return found

    def _sentence(self, at: int, end: int, word: str, is_free: bool) -> str:
        """The section that a sentence amid a line starts, "" when it goes on with the one before."""
        named = self._lead(at, end) if self.words.may_name(word, self.low, at) else ""
        if named or not is_free:
            return named
        if self.is_guess or self.current in self.words.begun.get(word, ()) or word[0].isdigit():
            named = self._opening(at, word, is_item=False)
            if named and named in self._allowed(word):
                return named
        return self._hiring(at, end) if self.jobs else ""

    def _notice(self, shown: int) -> int:
        """Where a notice begins on the line: at once, or at the sentence that shows it."""
        at = max(self.low.rfind(mark, 0, shown) for mark in (". ", "! ", "? "))
        return at + 1 if at > _NOTICE_APART else 0


def _is_set_off(text: str, place: _Place) -> bool:
    """Whether a line looks like a heading: "Skills:", "You will...", "SKILLS", "[Skills]", "- Skills -"."""
    last = text[-1]
    if last in _SET_OFF:
        return last in ":…" or text.endswith("...") or (last != "." and text[0] in "[-=*#~")
    if place.is_before_item and text[0] not in _ITEM and last not in ".,;":
        return place.is_apart or text.isupper()
    return text.isupper()
