"""What is right, field by field: each function holds labels against a reading and gives a verdict.

None as a verdict means that the labels cannot tell, and the posting does not count for that field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

STRENGTHS = ("required", "required_any", "duty", "preferred", "none", "negated")  # strongest first
NO_TERMS = frozenset(("soft_skill", "degree"))  # left to no reader of terms: `education` says degrees
ASKED = ("role_required", "role_duty", "role_preferred")

Labels = dict[str, Any]
Read = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One field of one posting: `hits` of `n` were exact; of things counted one by one, `both` were labelled and read.

    `kinds` names the errors so that like ones can be counted."""

    expected: str
    found: str
    hits: int = 0
    n: int = 0
    both: int = 0
    labelled: int = 0
    read: int = 0
    kinds: tuple[str, ...] = ()

    @property
    def is_wrong(self) -> bool:
        return self.hits < self.n or self.both < max(self.labelled, self.read)


Judge = Callable[[Labels, Read], Verdict | None]


def exact(label: Callable[[Labels], Any], read: Callable[[Read], Any], labels: Labels, reading: Read) -> Verdict:
    """A value that every posting has."""
    expected, found = label(labels), read(reading)
    return Verdict(str(expected), str(found), hits=expected == found, n=1, kinds=_kinds((expected, found)))


def optional(
    label: Callable[[Labels], Any], read: Callable[[Read], Any], labels: Labels, reading: Read
) -> Verdict | None:
    """A value that few postings have: counted where label or reading says something; None and () say nothing."""
    expected, found = label(labels), read(reading)
    is_hit, is_said, is_read = expected == found, expected not in (None, ()), found not in (None, ())
    if not (is_said or is_read):
        return None
    kinds = _kinds((expected, found)) if is_said and is_read else ("added" if is_read else "missed",)
    return Verdict(str(expected), str(found), is_hit, 1, is_hit, is_said, is_read, kinds)


def where_labelled(
    label: Callable[[Labels], Any], read: Callable[[Read], Any], labels: Labels, reading: Read
) -> Verdict | None:
    """A value that is counted only where a label stands."""
    return None if label(labels) is None else exact(label, read, labels, reading)


def genai_asked(labels: Labels, reading: Read) -> Verdict:
    """Whether generative AI is asked of the applicant, which is what the charts count."""
    expected, found = labels["genai"] in ASKED, reading["genai"]["class"] in ASKED
    kinds = _kinds((labels["genai"], reading["genai"]["class"]))
    return Verdict(
        labels["genai"], reading["genai"]["class"], expected == found, 1, expected and found, expected, found, kinds
    )


Amounts = tuple[float | None, float | None, str | None, str | None]


def pay_complete(labels: Labels, reading: Read) -> Verdict:
    """All stated ranges and no other: the multiset of low, high, currency and period."""
    expected, found = _ranges(labels["pay"]), _ranges(_in_text(reading))
    both, labelled, read = ((expected & found).total(), expected.total(), found.total())
    kinds = ("a range added",) * (read > labelled) + ("a range missed",) * (read < labelled)
    kinds = kinds or ("other amounts, currency or period",)
    return Verdict(_ladder(expected), _told(reading), expected == found, 1, both, labelled, read, kinds)


def pay_false(labels: Labels, reading: Read) -> Verdict | None:
    """Nothing is read where nothing is stated."""
    if labels["pay"]:
        return None
    return Verdict("[]", _told(reading), hits=not _in_text(reading), n=1, kinds=("a range added",))


def pay_component(labels: Labels, reading: Read) -> Verdict | None:
    """Base, on-target, total: of the ranges that were found."""
    return _of_matched("component", labels, reading)


def pay_gross(labels: Labels, reading: Read) -> Verdict | None:
    """Gross or net: of the ranges that were found and of which label or reading says it."""
    return _of_matched("gross", labels, reading)


def _of_matched(key: str, labels: Labels, reading: Read) -> Verdict | None:
    expected, found = (_by_amount(key, ranges) for ranges in (labels["pay"], _in_text(reading)))
    pairs = [
        pair
        for amounts in expected
        for pair in zip(sorted(expected[amounts]), sorted(found.get(amounts, ())), strict=False)
        if any(pair)
    ]
    if not pairs:
        return None
    said = [" ".join(told or "-" for told in side) for side in zip(*pairs, strict=True)]
    n_hits = sum(a == b for a, b in pairs)
    return Verdict(said[0], f"{said[1]} {_told(reading)}", n_hits, len(pairs), kinds=_kinds(*pairs))


def _by_amount(key: str, ranges: Iterable[dict[str, Any]]) -> dict[Amounts, list[str]]:
    found: dict[Amounts, list[str]] = {}
    for one in ranges:
        found.setdefault(_amounts(one), []).append(one.get(key) or "")
    return found


def _in_text(reading: Read) -> list[dict[str, Any]]:
    return [one for one in reading["pay"] if one["source"] == "text"]


def _ranges(ranges: Iterable[dict[str, Any]]) -> Counter[Amounts]:
    return Counter(map(_amounts, ranges))


def _amounts(one: dict[str, Any]) -> Amounts:
    low, high = one.get("low"), one.get("high")
    return _cents(low), _cents(high), one.get("currency"), one.get("period")


def _cents(amount: float | None) -> float | None:
    return None if amount is None else round(float(amount), 2)


def _ladder(ranges: Counter[Amounts]) -> str:
    return "; ".join(_amount(key) for key in ranges.elements()) or "[]"


def _told(reading: Read) -> str:
    return "; ".join(f"{_amount(_amounts(one))} {one['raw']!r}" for one in _in_text(reading)) or "[]"


def _amount(key: Amounts) -> str:
    low, high, currency, period = key
    return f"{_plain(low)}-{_plain(high)} {currency}/{period}"


def _plain(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.10g}"


def terms(labels: Labels, reading: Read) -> Verdict:
    """Distinct terms of a posting."""
    expected, found = term_labels(labels), _terms_read(reading)
    missing, extra = sorted(expected.keys() - found.keys()), sorted(found.keys() - expected.keys())
    both = len(expected.keys() & found.keys())
    return Verdict(
        f"missing [{', '.join(f'{term}({expected[term]})' for term in missing)}]",
        f"extra [{', '.join(f'{term}({found[term]})' for term in extra)}]",
        both=both,
        labelled=len(expected),
        read=len(found),
        kinds=(*(f"{term} missed" for term in missing), *(f"{term} added" for term in extra)),
    )


def strength(wanted: str, labels: Labels, reading: Read) -> Verdict | None:
    """How strongly a term is asked for: of the terms found, those labelled `wanted` ("" for any)."""
    expected, found = term_labels(labels), _terms_read(reading)
    shared = [term for term in sorted(expected.keys() & found.keys()) if wanted in ("", expected[term])]
    wrong = [term for term in shared if expected[term] != found[term]]
    if not shared:
        return None
    said = [", ".join(f"{term}({side[term]})" for term in wrong) for side in (expected, found)]
    kinds = _kinds(*((expected[term], found[term]) for term in wrong))
    return Verdict(said[0], said[1], len(shared) - len(wrong), len(shared), kinds=kinds)


def term_labels(labels: Labels) -> dict[str, str]:
    """The labelled terms with their strongest strength."""
    told = labels["terms"]
    return {term: one for one in reversed(STRENGTHS) for term in told.get(one, ())}


def _terms_read(reading: Read) -> dict[str, str]:
    found: dict[str, str] = {}
    for mention in reading["mentions"]:
        if mention["category"] not in NO_TERMS:
            strengths = (found.get(mention["term"], mention["strength"]), mention["strength"])
            found[mention["term"]] = min(strengths, key=STRENGTHS.index)
    return found


def _years(told: dict[str, Any]) -> tuple[float | None, float | None] | None:
    """Overall years; years of one skill ("3 years of Go") are another question."""
    if told.get("kind") == "skill":
        return None
    low, high = told.get("low_years"), told.get("high_years")
    return None if low is None and high is None else (low, high)


def _names(key: str, pairs: Iterable[Any]) -> tuple[Hashable, ...]:
    return tuple(sorted({one[key] if isinstance(one, dict) else one[0] for one in pairs}))


def _countries(reading: Read) -> list[str]:
    return sorted({place["country"] for place in reading["places"] if place["country"]})


def _kinds(*pairs: tuple[Any, Any]) -> tuple[str, ...]:
    return tuple(f"{_said(expected)} read as {_said(found)}" for expected, found in pairs if expected != found)


def _said(value: Any) -> str:
    return "nothing" if value in (None, "", []) else str(value)


def _same(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda told: told.get(name)


def _inside(name: str, key: str) -> Callable[[dict[str, Any]], Any]:
    return lambda told: told[name][key]


FIELDS: dict[str, Judge] = {
    "document": partial(exact, lambda labels: labels.get("document", "posting"), _same("document")),
    "scope": partial(exact, _same("scope"), _inside("role", "scope")),
    "family": partial(exact, _same("family"), _inside("role", "family")),
    "level": partial(exact, _same("level"), _same("level")),
    "mode": partial(exact, _same("mode"), _same("work_mode")),
    "onsite_days": partial(optional, _same("onsite_days"), _same("onsite_days")),
    "countries": partial(exact, lambda labels: sorted(set(labels["countries"])), _countries),
    "pay": pay_complete,
    "pay_false": pay_false,
    "pay_component": pay_component,
    "pay_gross": pay_gross,
    "terms": terms,
    "strength": partial(strength, ""),
    **{f"strength.{one}": partial(strength, one) for one in STRENGTHS},
    "genai": partial(exact, _same("genai"), _inside("genai", "class")),
    "genai_asked": genai_asked,
    "experience": partial(optional, _years, lambda reading: _years(reading["experience"])),
    "education": partial(optional, _same("least"), _inside("education", "least")),
    "equivalent_ok": partial(where_labelled, _same("equivalent_ok"), _inside("education", "equivalent_ok")),
    "employment": partial(optional, _same("employment"), _same("employment")),
    "visa": partial(optional, _same("visa"), _same("visa")),
    "citizenship": partial(optional, _same("citizenship"), _same("citizenship")),
    "clearance": partial(
        optional,
        lambda labels: True if labels.get("clearance") else None,
        lambda reading: True if reading["clearance"] else None,
    ),
    "languages": partial(
        optional,
        lambda labels: _names("language", labels.get("languages", ())),
        lambda reading: _names("language", reading["languages"]),
    ),
    "certifications": partial(
        optional,
        lambda labels: _names("name", labels.get("certifications", ())),
        lambda reading: _names("name", reading["certifications"]),
    ),
    "equity": partial(where_labelled, _same("equity"), _inside("equity", "mentioned")),
    "bonus": partial(where_labelled, _same("bonus"), _inside("bonus", "mentioned")),
}
