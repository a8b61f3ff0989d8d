"""The terms and cue words of the lexicon, compiled for one pass over a text.

`lexicon/terms.csv` says which spellings stand for a term and which of them are ordinary words too (Go, Scale,
Excel): those count only in a context, given by `cues` and `anti_cues`. `lexicon/cues.csv` holds the words that
change what a mention means ("nice to have", "no ... required"). A cue in lower case is found in any case, one
with a capital only as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import ahocorasick

from analytics.lexicon import lines, several

SHORT = 4  # characters: an ambiguous form this short also refuses a hyphen or an ampersand beside it


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One canonical term. `near` accepts an ambiguous spelling, `off` refuses any."""

    name: str
    category: str
    capability: str
    genai: str
    employers: frozenset[str]  # whose own product it is, or who bear its name
    near: tuple[str, ...]
    off: tuple[str, ...]  # in the same sentence
    off_here: tuple[str, ...]  # must touch the hit itself: "Series C" refuses that C, not another one


class Form(NamedTuple):
    """A spelling of a term."""

    term: Term
    is_ambiguous: bool


class Vocabulary(NamedTuple):
    """Two automata over (length, forms, cue kind, readers): in any case, with cues and triggers, and as written."""

    any_case: Any
    as_written: Any


@cache
def vocabulary() -> Vocabulary:
    """The compiled lexicon, built at the first call."""
    loose: dict[str, tuple[list[Form], str]] = {}
    exact: dict[str, tuple[list[Form], str]] = {}
    for row, term in zip(lines("terms"), terms(), strict=True):
        ambiguous = frozenset(several(row["context_required"]))
        for form in several(row["forms_ci"]):
            _claim(loose, form.lower(), Form(term, form in ambiguous))
        for form in several(row["forms_cs"]):
            _claim(exact, form, Form(term, form in ambiguous))
    _add_variants(loose, _loose_variants)
    _add_variants(exact, _exact_variants)
    for row in lines("cues"):
        if not row["kind"].startswith("assistant_"):
            forms, _ = loose.get(row["form"], ([], ""))
            loose[row["form"]] = (forms, row["kind"])
    triggers: dict[str, tuple[str, ...]] = {}
    told = [(row["word"], row["reader"]) for row in lines("triggers")]
    for word, reader in told + [(row["form"].lower(), "languages") for row in lines("languages")]:
        triggers[word] = tuple(dict.fromkeys((*triggers.get(word, ()), reader)))
    return Vocabulary(_automaton(loose, triggers), _automaton(exact, {}))


@cache
def terms() -> tuple[Term, ...]:
    """Every term of the lexicon, in its order."""
    return tuple(_term(row) for row in lines("terms"))


@cache
def subjects(kind: str) -> frozenset[str]:
    """Names of the terms that `lexicon/cues.csv` lists under `kind` ("assistant_subject", "assistant_generic")."""
    return frozenset(row["form"] for row in lines("cues") if row["kind"] == kind)


def _term(row: dict[str, str]) -> Term:
    spellings = "|".join(map(re.escape, several(row["forms_ci"]) + several(row["forms_cs"])))
    own = re.compile(rf"(?<!\w)(?:{spellings})(?!\w)", re.I)
    here: list[str] = []
    around: list[str] = []
    for cue in several(row["anti_cues"]):
        (here if own.search(cue) else around).append(cue)
    return Term(
        name=row["term"],
        category=row["category"],
        capability=row["capability"],
        genai=row["genai"],
        employers=frozenset(name.casefold() for name in several(row["employer_collision"])),
        near=several(row["cues"]),
        off=tuple(around),
        off_here=tuple(here),
    )


def cue_places(cues: Iterable[str], text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Where in `text[low:high]` any of the cues begins a word, as offsets into `text`."""
    window = text[low:high]
    lowered = window.lower()
    for cue in cues:
        searched = lowered if cue == cue.lower() else window
        at = searched.find(cue)
        while at >= 0:
            if at == 0 or not (cue[0].isalnum() and (searched[at - 1].isalnum() or searched[at - 1] == "_")):
                yield low + at, low + at + len(cue)
            at = searched.find(cue, at + 1)


def _claim(forms: dict[str, tuple[list[Form], str]], key: str, form: Form) -> None:
    forms.setdefault(key, ([], ""))[0].append(form)


def _add_variants(forms: dict[str, tuple[list[Form], str]], variants: Any) -> None:
    """Spellings that differ in hyphen, apostrophe or number only; one that the lexicon lists itself is left alone."""
    for key, value in list(forms.items()):
        for variant in variants(key):
            forms.setdefault(variant, value)


def _loose_variants(form: str) -> Iterator[str]:
    for spelled in _joined(form):
        yield spelled
        if not spelled[-1].isalpha():
            continue
        if spelled.endswith("s") and " " in spelled and not spelled.endswith(("ss", "us", "is")):
            yield spelled[:-1]
        elif len(spelled) > SHORT and not spelled.endswith(("s", "ing", "y")):
            yield spelled + "s"


def _exact_variants(form: str) -> Iterator[str]:
    yield from _joined(form)
    if form.isalpha() and form.isupper() and len(form) > 2:
        yield form + "s"


def _joined(form: str) -> Iterator[str]:
    """`form` with each inner blank or hyphen as either, and with both apostrophes."""
    parts = re.split(r"(?<=\w)[ -](?=\w)", form)
    if len(parts) <= 4:
        for glue in product(" -", repeat=len(parts) - 1):
            spelled = parts[0] + "".join(g + part for g, part in zip(glue, parts[1:], strict=True))
            yield spelled
            yield spelled.replace("'", "\u2019")


def _automaton(forms: dict[str, tuple[list[Form], str]], triggers: dict[str, tuple[str, ...]]) -> Any:
    automaton = ahocorasick.Automaton()
    for key in forms | triggers:
        found, kind = forms.get(key, ((), ""))
        automaton.add_word(key, (len(key), tuple(found), kind, triggers.get(key, ())))
    automaton.make_automaton()
    return automaton
