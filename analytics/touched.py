"""What a change of the terms can touch: only postings that hold a spelling of a row that changed.

A changed term can change the reading of others nearby (which vouches for which, which spelling is longest), but only
where it occurs itself.
"""

from __future__ import annotations

import csv

from analytics.lexicon import several
from analytics.vocabulary import exact_variants, loose_variants, lower


def changed_forms(old: bytes, new: bytes) -> frozenset[str]:
    """Every spelling, in small letters, of the rows of two `terms.csv` that differ, were added or were taken out."""
    before, after = _rows(old), _rows(new)
    differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    rows = [rows[name] for rows in (before, after) for name in differing if name in rows]
    return frozenset(lower(form) for row in rows for form in _spellings(row))


def touches(text: str, forms: frozenset[str]) -> bool:
    """Whether any of the spellings occurs in a plain text, as a word or within one; without one both lexicons read
    alike."""
    lowered = lower(text)
    return any(form in lowered for form in forms)


def _rows(lexicon: bytes) -> dict[str, dict[str, str]]:
    return {row["term"]: row for row in csv.DictReader(lexicon.decode("utf-8").splitlines())}


def _spellings(row: dict[str, str]) -> set[str]:
    """The forms of a row with their variants."""
    loose = {lower(form) for form in several(row["forms_ci"])}
    exact = set(several(row["forms_cs"]))
    return (
        loose
        | exact
        | {variant for form in loose for variant in loose_variants(form)}
        | {variant for form in exact for variant in exact_variants(form)}
    )
