"""The terms and cue words of the lexicon, compiled for one pass over a text.

`lexicon/terms.csv` says which spellings stand for a term and which of them are ordinary words too (Go, Scale,
Excel): those count only in a context, given by `cues` and `anti_cues`. `lexicon/cues.csv` holds the words that
change what a mention means ("nice to have", "no ... required"). A cue in lower case is found in any case, one
with a capital only as written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import ahocorasick

from analytics.lexicon import lines, several

AMID = {"sentence": "notice", "hiring": "hiring"}  # phrases of `lexicon/headings.csv` that stand amid a line
SHORT = 4  # characters: an ambiguous form this short also refuses a hyphen or an ampersand beside it


class Words(NamedTuple):
    """Words of a context: those in small letters are looked for in any case, the others as written."""

    any_case: tuple[str, ...]
    as_written: tuple[str, ...]

    def places(self, window: str, lowered: str) -> list[tuple[int, int]]:
        """Where any of the words begins a word of the window, which is given as written and in small letters."""
        found: list[tuple[int, int]] = []
        for word in self.any_case:
            if word in lowered:
                found += _begun(word, lowered)
        for word in self.as_written:
            if word in window:
                found += _begun(word, window)
        return found


# looked up, not searched; so are the classes of words by which `strength` sees whom a sentence speaks of
_APART = ("assistant_generic", "assistant_subject", "skill_next", "skill_prev", "said_")


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One canonical term. `near` accepts an ambiguous spelling, `off` refuses any."""

    name: str
    category: str
    capability: str
    genai: str
    forms: tuple[str, ...]
    employers: frozenset[str]  # whose own product it is, or who bear its name
    near: Words | None
    off: Words | None  # in the same sentence
    off_here: Words | None  # must touch the hit itself: "Series C" refuses that C, not another one


class Form(NamedTuple):
    """A spelling of a term."""

    term: Term
    is_ambiguous: bool
    is_sure: bool  # it means the term wherever it stands


Trigger = tuple[str, bool]  # of a reader; whether it is one amid a word too


# What a spelling in small letters may stand for: its length, whose trigger it is, its forms in any case and those only
# as written, and the kind of a cue. It is passed over by `scan` when none of its parts applies. A plain tuple: a named
# one takes twice as long to unpack.
Entry = tuple[int, tuple[Trigger, ...], tuple[Form, ...], Mapping[str, tuple[Form, ...]], str]


_NONE: Mapping[str, tuple[Form, ...]] = {}  # one for all, which stays at hand


class Vocabulary(NamedTuple):
    """An automaton over the `Entry` of every spelling, and apart the single letters that count only as written: in
    small letters these stand in every word."""

    automaton: Any
    letters: tuple[tuple[str, tuple[Form, ...]], ...]


@cache
def vocabulary() -> Vocabulary:
    """The compiled lexicon, built at the first call."""
    loose, exact = _spellings()
    letters = tuple((form, tuple(forms)) for form, forms in exact.items() if len(form) == 1)
    cased: dict[str, dict[str, tuple[Form, ...]]] = {}
    for form, forms in exact.items():
        if len(form) > 1:
            cased.setdefault(lower(form), {})[form] = tuple(forms)
    cues = {row["form"]: row["kind"] for row in lines("cues") if not row["kind"].startswith(_APART)}
    cues |= {form.replace("'", "\u2019"): kind for form, kind in cues.items() if "'" in form}
    triggers = _triggers()
    automaton = ahocorasick.Automaton()
    for key in _ordered({*loose, *cased, *cues, *triggers}):
        anyhow = tuple(loose.get(key, ()))
        written = {form: anyhow + own for form, own in cased[key].items()} if key in cased else _NONE
        entry: Entry = len(key), triggers.get(key, ()), anyhow, written, cues.get(key, "")
        automaton.add_word(key, entry)
    automaton.make_automaton()
    return Vocabulary(automaton, letters)


def _ordered(keys: AbstractSet[str]) -> list[str]:
    """The keys of an automaton, what begins with common letters first: it tries the letters that may follow one by one
    in the order in which they came, and so takes a third less time."""
    counted = sorted(Counter("".join(keys)).items(), key=lambda pair: (-pair[1], pair[0]))
    rank = {ord(letter): at for at, (letter, _) in enumerate(counted)}
    return sorted(keys, key=lambda key: key.translate(rank))


def _spellings() -> tuple[dict[str, list[Form]], dict[str, list[Form]]]:
    """The forms of each spelling in any case, and of each as written; with variants that no term lists itself."""
    loose: dict[str, list[Form]] = {}
    exact: dict[str, list[Form]] = {}
    for row, term in zip(lines("terms"), terms(), strict=True):
        ambiguous = frozenset(several(row["context_required"]))
        for form in several(row["forms_ci"]):
            loose.setdefault(lower(form), []).append(_form(term, form in ambiguous))
        for form in several(row["forms_cs"]):
            exact.setdefault(form, []).append(_form(term, form in ambiguous))
    for spellings, variants in ((loose, loose_variants), (exact, exact_variants)):
        for key, forms in list(spellings.items()):
            for variant in variants(key):
                spellings.setdefault(variant, forms)
    return loose, exact


def _triggers() -> dict[str, tuple[Trigger, ...]]:
    """The readers of each trigger word; every name of a language is one, and so are the phrases that tell sections
    amid a line, with both apostrophes. A word after "^" is none amid another: no "usine" is in "business"."""
    told = [(row["word"], row["reader"]) for row in lines("triggers")]
    told += [(row["form"].lower(), "languages") for row in lines("languages")]
    for row in lines("headings"):
        if row["place"] in AMID:
            told += [(phrase, AMID[row["place"]]) for phrase in _quoted(row["phrase"])]
    found: dict[str, tuple[Trigger, ...]] = {}
    for word, reader in told:
        bare = word.removeprefix("^")
        found[bare] = tuple(dict.fromkeys((*found.get(bare, ()), (reader, bare == word))))
    return found


@cache
def terms() -> tuple[Term, ...]:
    """Every term of the lexicon, in its order."""
    return tuple(_term(row) for row in lines("terms"))


@cache
def subjects(kind: str) -> frozenset[str]:
    """Names of the terms that `lexicon/cues.csv` lists under `kind` ("assistant_subject", "assistant_generic")."""
    return frozenset(row["form"] for row in lines("cues") if row["kind"] == kind)


@cache
def phrases(kind: str) -> tuple[str, ...]:
    """What stands before a skill with the blank between ("skill_next"), or after it ("skill_prev")."""
    forms = [row["form"] for row in lines("cues") if row["kind"] == kind]
    return tuple(f"{form} " if kind == "skill_next" else f" {form}" for form in forms)


@cache
def word_classes() -> dict[str, str]:
    """The classes of words that tell whom a sentence speaks of, and as "said_do" the verbs that begin a duty."""
    duties = [row for row in lines("headings") if row["place"] == "item" and row["section"] == "duties"]
    told = {row["phrase"]: "said_do" for row in duties}
    return told | {row["form"]: row["kind"] for row in lines("cues") if row["kind"].startswith("said_")}


def _term(row: dict[str, str]) -> Term:
    forms, cues = several(row["forms_ci"]) + several(row["forms_cs"]), several(row["anti_cues"])
    here = _naming(forms, cues)
    return Term(
        name=row["term"],
        category=row["category"],
        capability=row["capability"],
        genai=row["genai"],
        forms=forms,
        employers=frozenset(name.casefold() for name in several(row["employer_collision"])),
        near=_words(several(row["cues"])),
        off=_words(cue for cue in cues if cue not in here),
        off_here=_words(here),
    )


def _naming(forms: Iterable[str], cues: Iterable[str]) -> list[str]:
    """The cues that hold one of the spellings as words of their own."""
    likely = [cue for cue in cues if any(form.lower() in cue.lower() for form in forms)]
    own = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)", re.I) if likely else None
    return [cue for cue in likely if own and own.search(cue)]


def _form(term: Term, is_ambiguous: bool) -> Form:
    return Form(term, is_ambiguous, not (is_ambiguous or term.off or term.off_here))


def _words(told: Iterable[str]) -> Words | None:
    words = tuple(told)
    loose = tuple(word for word in words if word == word.lower())
    return Words(loose, tuple(word for word in words if word not in loose)) if words else None


def _begun(word: str, string: str) -> Iterator[tuple[int, int]]:
    at = string.find(word)
    while at >= 0:
        if at == 0 or not (word[0].isalnum() and (string[at - 1].isalnum() or string[at - 1] == "_")):
            yield at, at + len(word)
        at = string.find(word, at + 1)


def lower(text: str) -> str:
    """`text` in small letters, of the same length: the few letters that grow when lowered are left."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return lowered


def loose_variants(form: str) -> Iterator[str]:
    """`form` in small letters with hyphens, apostrophes or number otherwise."""
    for spelled in _joined(form):
        yield spelled
        if not spelled[-1].isalpha():
            continue
        if spelled.endswith("s") and " " in spelled and not spelled.endswith(("ss", "us", "is")):
            yield spelled[:-1]
        elif len(spelled) > SHORT and not spelled.endswith(("s", "ing", "y")):
            yield spelled + "s"


def exact_variants(form: str) -> Iterator[str]:
    """`form` with hyphens or apostrophes otherwise; of an abbreviation the plural."""
    yield from _joined(form)
    if form.isalnum() and form.isupper() and len(form) > 2:
        yield form + "s"


def _quoted(form: str) -> Iterator[str]:
    """`form` with each of its apostrophes as either."""
    parts = form.split("'")
    for marks in product("'\u2019", repeat=len(parts) - 1):
        yield parts[0] + "".join(mark + part for mark, part in zip(marks, parts[1:], strict=True))


def _joined(form: str) -> Iterator[str]:
    """`form` with each inner blank or hyphen as either, and with both apostrophes."""
    parts = re.split(r"(?<=\w)[ -](?=\w)", form)
    if len(parts) <= 4:
        for glue in product(" -", repeat=len(parts) - 1):
            spelled = parts[0] + "".join(g + part for g, part in zip(glue, parts[1:], strict=True))
            yield spelled
            yield spelled.replace("'", "\u2019")
