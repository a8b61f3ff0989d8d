"""What a change of the terms can touch: only postings that hold a spelling of a row that changed."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from analytics.lexicon import several
from analytics.scan import lower
from analytics.vocabulary import _exact_variants, _loose_variants


def changed_forms(old: bytes, new: bytes) -> frozenset[str]:
    """Every spelling, in small letters, of the rows of two `terms.csv` that differ, were added or were taken out."""
    before, after = _rows(old), _rows(new)
    differing = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    rows = (rows[name] for rows in (before, after) for name in differing if name in rows)
    return frozenset(lower(spelled) for row in rows for spelled in _spelled(row))


def touches(text: str, forms: frozenset[str]) -> bool:
    """Whether any of the spellings occurs in a text, as a word or within one; without one both lexicons read alike."""
    lowered = lower(text)
    return any(form in lowered for form in forms)


def _rows(lexicon: bytes) -> dict[str, dict[str, str]]:
    return {row["term"]: row for row in csv.DictReader(lexicon.decode("utf-8").splitlines())}


def _spelled(row: dict[str, str]) -> Iterator[str]:
    for form in several(row["forms_ci"]) + several(row["forms_cs"]):
        yield form
        yield from _loose_variants(form)
        yield from _exact_variants(form)
