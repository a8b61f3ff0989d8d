"""All readers over one posting: text in, facts with their places out.

A reading is a pure function of the posting and of `READER`, the hash of the readers and of their word lists. A
fault in one reader leaves its value empty and a flag; it never stops a run over many postings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatch
from importlib.resources import files
from operator import attrgetter
from typing import Any, TypeVar

from analytics import (
    conditions,
    document,
    education,
    experience,
    genai,
    level,
    mode,
    pay,
    pay_share,
    place,
    place_home,
    role,
    terms,
)
from analytics.boilerplate import placed
from analytics.document import Document
from analytics.scan import Scan
from store.posting import Pay, Posting

SOURCES = (
    "boilerplate.py",
    "conditions.py",
    "document.py",
    "education*.py",
    "experience*.py",
    "genai.py",
    "languages.py",
    "level.py",
    "marked.py",
    "meaning.py",
    "memo.py",
    "mode*.py",
    "pay*.py",
    "place.py",
    "place_*.py",
    "reading.py",
    "role.py",
    "scan.py",
    "section_words.py",
    "sections.py",
    "speech.py",
    "strength.py",
    "terms.py",
    "text.py",
    "vocabulary.py",
)
PAY_DIFFERS = 0.02  # share by which a stated and a structured amount may differ and still agree
FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)

_NO_SHARE = {"mentioned": False, "low_pct": None, "high_pct": None}
_NO_MODE: dict[str, Any] = {
    "work_mode": "unspecified",
    "onsite_days": None,
    "remote_regions": [],
    "remote_excluded": [],
}
_NO_TERMS: dict[str, Any] = {"visa": None, "citizenship": None, "clearance": None, "languages": []}
_T = TypeVar("_T")


@dataclass(slots=True, kw_only=True)  # not frozen, which makes it three times as fast to make; nobody changes one
class Reading:
    """What one posting says; the values are those of the contract in `docs/readers.md`. Unknown is None, [] or
    "unspecified"."""

    reader: str
    document: str
    title: str
    role: dict[str, str]
    level: str
    level_inferred: str | None
    pay: list[dict[str, Any]]
    equity: dict[str, Any]
    bonus: dict[str, Any]
    mentions: list[dict[str, Any]]
    genai: dict[str, Any]
    experience: dict[str, Any]
    education: dict[str, Any]
    certifications: list[dict[str, str]]
    employment: str | None
    work_mode: str
    onsite_days: int | None
    remote_regions: list[str]
    remote_excluded: list[str]
    places: list[dict[str, Any]]
    visa: str | None
    citizenship: str | None
    clearance: str | None
    languages: list[dict[str, str]]
    flags: list[str]
    text: str = field(repr=False)

    def to_json(self, *, with_text: bool = False) -> dict[str, Any]:
        """The reading as JSON values; with the plain text that offsets refer to when `with_text`."""
        told: dict[str, Any] = dict(zip(_TOLD, _values(self), strict=True))
        return told | {"text": self.text} if with_text else told


_TOLD = tuple(one.name for one in fields(Reading) if one.name != "text")
_values = attrgetter(*_TOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What stands beside the text: all of it as printed."""

    title: str = ""
    company: str = ""
    labels: tuple[tuple[str, str, str, str], ...] = ()  # label, city, region, country
    work_mode: str = ""
    employment: str = ""
    pay: tuple[Pay, ...] = ()

    @property
    def location(self) -> str:
        """All labels as one."""
        return "; ".join([label or city or country for label, city, _, country in self.labels])


def read_posting(text: str, title: str = "", company: str = "", location: str = "") -> Reading:
    """The reading of one posting given as HTML or plain text. Raises nothing for any strings."""
    labels = ((location, "", "", ""),) if location else ()
    return _read(document.single(text), Printed(title=title, company=company, labels=labels))


def all_text(posting: Posting) -> str:
    """Title and text of a stored posting as the readers see them."""
    return "\n".join(title_and_text(posting))


def title_and_text(posting: Posting) -> tuple[str, str]:
    """Both, apart."""
    return posting.title, document.text_of((posting.intro_html, posting.body_html, posting.conclusion_html))


def text_read(posting: Posting) -> str:
    """The plain text of a stored posting that the offsets of its reading refer to."""
    return _document(posting).scanned.text


def _document(posting: Posting) -> Document:
    return document.joined(
        [("company", posting.intro_html), ("", posting.body_html), ("company", posting.conclusion_html)]
    )


def read_content(posting: Posting, company: str = "", standing: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The reading of a stored posting as JSON values. Offsets refer to intro, body and conclusion joined as plain text.

    Pay typed into the platform's fields stands beside pay found in the text, told apart by `source`. `standing` is
    the employer's standing text, see `analytics.boilerplate`.
    """
    labels = tuple((p.label, p.city, p.region, p.country) for p in posting.places)
    printed = Printed(
        title=posting.title,
        company=posting.company or company,
        labels=labels,
        work_mode=posting.work_mode,
        employment=posting.employment,
        pay=posting.pay,
    )
    told = _document(posting)
    return _read(replace(told, spans=placed(told.text, told.spans, standing)), printed).to_json()


def _read(told: Document, printed: Printed) -> Reading:
    flags = list(told.flags)
    scanned, spans = told.scanned, told.spans
    text, title, company = scanned.text, printed.title, printed.company
    found: list[terms.Mention] = _safe("terms", [], flags, terms.find_mentions, scanned, spans, company)
    mentions = [mention.to_json() for mention in found if not mention.is_own]
    years = _safe("experience", experience.NONE, flags, experience.read_experience, scanned, mentions, spans)
    rung = _safe("level", level.UNSPECIFIED, flags, level.read_level, title, company)
    kind = _safe("document", "posting", flags, document.kind, title, scanned)
    where = _safe("mode", _NO_MODE, flags, _mode, printed, scanned, kind)
    places: list[dict[str, Any]] = _safe("place", [], flags, _places, printed, scanned, where, kind, flags)
    ranges: list[dict[str, Any]] = _safe("pay", [], flags, _pay, scanned, printed.pay, places, flags)
    return Reading(
        reader=READER,
        document=kind,
        title=_safe("title", title, flags, role.clean_title, title, printed.location),
        role=_safe("role", role.OTHER, flags, role.read_role, title, mentions, bool(text.strip())),
        level=rung,
        level_inferred=_inferred(rung, years),
        pay=ranges,
        equity=_safe("equity", _NO_SHARE, flags, _equity, scanned, printed.pay),
        bonus=_safe("bonus", _NO_SHARE, flags, _bonus, scanned),
        mentions=mentions + _titled(printed, mentions),
        genai=_safe("genai", genai.NONE, flags, genai.read_genai, found, title, company),
        experience=years,
        education=_safe("education", education.NOTHING, flags, education.read_education, scanned, spans),
        certifications=_safe("certifications", [], flags, education.read_certifications, mentions),
        employment=_safe("employment", None, flags, conditions.read_employment, scanned, title, printed.employment),
        **where,
        places=places,
        **_safe("conditions", _NO_TERMS, flags, conditions.conditions, scanned, spans),
        flags=list(dict.fromkeys(flags)),
        text=text,
    )


def _safe(name: str, empty: _T, flags: list[str], reader: Callable[..., _T], *given: Any) -> _T:
    """What the reader says of what it is given, or a fresh empty value and a flag when it fails."""
    try:
        return reader(*given)
    except FAULTS:
        flags.append(f"reader_error:{name}")
        return deepcopy(empty)


def _titled(printed: Printed, mentions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What only the title names: duties, with no place in the text."""
    named = {mention["term"] for mention in mentions}
    found = terms.title_mentions(printed.title, printed.company)
    return [mention.to_json() | {"start": None, "end": None} for mention in found if mention.term.name not in named]


def _inferred(rung: str, years: dict[str, Any]) -> str | None:
    if rung != level.UNSPECIFIED:
        return None
    guess = level.infer_level(years["low_years"])
    return None if guess == level.UNSPECIFIED else guess


def _mode(printed: Printed, text: Scan, kind: str) -> dict[str, Any]:
    """Where the work is done; a page about many jobs is of none."""
    if kind != "posting":
        return deepcopy(_NO_MODE)
    return mode.read_mode(text, printed.location, printed.title, printed.work_mode)


def _places(
    printed: Printed, text: Scan, where: Mapping[str, Any], kind: str, flags: list[str]
) -> list[dict[str, Any]]:
    """Places by the platform's labels, else by the text's own "Location:" line, else by the end of the title; also
    those in which a remote worker may live; where none names a country, that of whose laws and money a posting
    speaks."""
    line = place.read_places([told]) if (told := place.place_line(text)) else []
    by_label = _distinct([spot for parts in printed.labels for spot in place.read_parts(*parts)])
    if by_label and line and _differ(_countries(by_label), _countries(line)):
        flags.append("location_conflict")
    found = by_label or line or _in_title(printed.title)
    known, remote = _countries(found), place.in_areas(where["remote_regions"])
    if known == {"US"} and all(spot["confidence"] == "medium" and spot["region"] for spot in found):
        home = place_home.province_country(text.lowered)  # an unknown town: "MO" is Modena's too
        found, known = [spot | {"country": home or "US"} for spot in found], {home or "US"}
    if known:
        is_wider = bool(remote) and known < _countries(remote)  # "Remote, US" whose text says where else one may live
        return found + [spot for spot in remote if spot["country"] not in known] if is_wider else found
    label = printed.location
    is_told = kind == "posting" and not remote and (not label or place.names_some_place(label))  # "Remote" names none
    country = place_home.home_country(text.lowered) if is_told else ""
    if not country and kind == "posting" and not remote:
        remote = place.in_areas(place_home.listed_countries(text))
    country = country or (place.state_country(label) if found else "")
    if not country:
        return found + remote
    return [spot | {"country": country} for spot in found] or place.in_areas([country])


def _in_title(title: str) -> list[dict[str, Any]]:
    """A known city at the end of a title: "ML Engineer (Berlin)"."""
    _, _, end = title.replace("(", " - ").replace(",", " - ").replace("|", " - ").rpartition(" - ")
    return [spot for spot in place.read_places([end.strip(" )")]) if spot["city"] and spot["confidence"] == "high"]


def _distinct(spots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(spots) < 2:
        return spots
    found = {(spot["city"], spot["region"], spot["country"]): spot for spot in reversed(spots)}
    return list(reversed(found.values()))


def _differ(some: set[str], others: set[str]) -> bool:
    return bool(some and others) and some.isdisjoint(others)


def _countries(spots: Sequence[dict[str, Any]]) -> set[str]:
    return {spot["country"] for spot in spots if spot["country"]}


def _pay(text: Scan, typed: Sequence[Pay], places: Sequence[dict[str, Any]], flags: list[str]) -> list[dict[str, Any]]:
    countries = _countries(places)
    country = next(iter(countries)) if len(countries) == 1 else ""
    scanned = pay.scan_pay(text, country)
    stated = [found.to_json() for found in scanned.ranges]
    flags.extend(scanned.flags)
    structured = [_structured(one) for one in typed if one.component in _COMPONENTS and (one.low or one.high)]
    if _disagree(structured, stated):
        flags.append("pay_conflict")
    return structured + stated


_COMPONENTS = frozenset(("base", "ote", "total", "unspecified"))


def _structured(typed: Pay) -> dict[str, Any]:
    """A platform's own pay field in the shape of a text range; its label goes to `place` or `level`."""
    low, high = typed.low, typed.high
    told: dict[str, Any] = {
        "low": low,
        "high": high,
        "currency": typed.currency or None,
        "period": typed.period or None,
        "component": typed.component,
        "gross": None,
        "source": "structured",
        "confidence": "high" if typed.currency and typed.period else "medium",
        "raw": typed.raw or typed.label,
        "start": None,
        "end": None,
    }
    if typed.label and place.read_places([typed.label]):
        told["place"] = typed.label
    elif typed.label and level.read_level(typed.label) != level.UNSPECIFIED:
        told["level"] = typed.label
    return told


def _disagree(structured: Sequence[dict[str, Any]], stated: Sequence[dict[str, Any]]) -> bool:
    """Whether text and fields name amounts of the same kind and none of the text's equals one of the fields'."""
    pairs = [
        (one, other)
        for one in structured
        for other in stated
        if (one["currency"], one["period"]) == (other["currency"], other["period"])
    ]
    return bool(pairs) and not any(_equal(a["low"], b["low"]) and _equal(a["high"], b["high"]) for a, b in pairs)


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= PAY_DIFFERS * max(abs(one), abs(other))


def _equity(text: Scan, typed: Sequence[Pay]) -> dict[str, Any]:
    told = dict(pay_share.read_equity(text))
    return told | {"mentioned": True} if typed and any(one.component == "equity" for one in typed) else told


def _bonus(text: Scan) -> dict[str, Any]:
    return dict(pay_share.read_bonus(text))


def _base_hash() -> str:
    """SHA-256 over the readers' sources and word lists but the terms, wherever the package is installed."""
    digest = hashlib.sha256()
    home = files("analytics")
    names = sorted(entry.name for entry in home.iterdir() if entry.name.endswith(".py"))
    lists = sorted(f"lexicon/{entry.name}" for entry in (home / "lexicon").iterdir() if entry.name.endswith(".csv"))
    for name in [name for name in names if is_source(name)] + [name for name in lists if name != TERMS_FILE]:
        digest.update(name.encode() + b"\0" + (home / name).read_bytes())
    digest.update((files("store") / "markup.py").read_bytes())  # decides which text is parsed as a page
    return digest.hexdigest()


def is_source(name: str) -> bool:
    """Whether a file of this package takes part in a reading."""
    return any(fnmatch(name, pattern) for pattern in SOURCES)


TERMS_FILE = "lexicon/terms.csv"
BASE = _base_hash()  # of a reader that differs only in its terms, this stays
TERMS = (files("analytics") / TERMS_FILE).read_bytes()
READER = hashlib.sha256(BASE.encode() + TERMS).hexdigest()[:16]
