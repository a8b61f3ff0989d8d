"""`Posting`: the one shape in which every platform's advertisement is kept, as printed.

A posting says what the platform said. Nothing here is interpreted: readers in `analytics` do that later, and can do it
again for the past. The content hash covers the fields an employer edits; what changes by itself does not (`posted_at`
moves when a board is republished, `served` holds left-over keys of the platform), so noise makes no versions.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

UNHASHED = frozenset({"posted_at", "served"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """One pay statement typed into a platform's own fields. Amounts in major units of `currency`."""

    low: float | None = None
    high: float | None = None
    currency: str = ""  # ISO code as printed, "" when the platform gives none
    period: str = ""  # year month week day hour, "" when unknown; never guessed here
    component: str = "unspecified"  # base ote total equity bonus commission unspecified
    label: str = ""  # zone, tier or level the range belongs to, as printed
    raw: str = ""  # the platform's own words or values


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A location as printed; the parts are the platform's own and often empty."""

    label: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One advertisement as a platform printed it. All texts are clean (see `crawler.hygiene`) and masked."""

    external_id: str
    title: str
    url: str = ""
    company: str = ""  # only where the platform prints it; the register names the employer otherwise
    body_html: str = ""  # the advertisement itself
    intro_html: str = ""  # the employer's text before it, where the platform keeps it apart
    conclusion_html: str = ""  # and after it
    places: tuple[Place, ...] = ()  # primary first
    work_mode: str = ""  # as printed: "Remote", "hybrid", "On-Site"
    employment: str = ""  # as printed: "FullTime", "Full-time"
    department: str = ""
    team: str = ""
    requisition: str = ""  # proves difference between postings, never sameness
    opening: str = ""  # the platform's own id of the opening that several postings may share
    language: str = ""
    deadline_at: str = ""  # as printed
    pay: tuple[Pay, ...] = ()
    is_prospect: bool = False  # "join our talent pool": kept, but no part of any trend
    posted_at: datetime | None = None  # aware UTC, as the platform says
    posted_basis: str = ""  # first_published published_at created_at
    served: dict[str, Any] = field(default_factory=dict)  # remaining keys of the platform, masked

    def content_hash(self) -> str:
        """SHA-256 (hex) of the fields an employer edits, empty ones left out so that a new field makes no versions."""
        return content_hash(to_json(self))


def to_json(posting: Posting) -> dict[str, Any]:
    """The posting as plain JSON values, empty fields left out."""
    told = _told(posting, _POSTING_FIELDS)
    if posting.posted_at is not None:
        told["posted_at"] = posting.posted_at.isoformat()
    if posting.pay:
        told["pay"] = [_told(pay, _PAY_FIELDS) for pay in posting.pay]
    if posting.places:
        told["places"] = [_told(place, _PLACE_FIELDS) for place in posting.places]
    return told


def from_json(told: dict[str, Any]) -> Posting:
    """The posting that `to_json` wrote; unknown keys are ignored so that an older program reads a newer store."""
    values = {name: told[name] for name in _POSTING_FIELDS if name in told}
    values["pay"] = tuple(Pay(**pay) for pay in told.get("pay", ()))
    values["places"] = tuple(Place(**place) for place in told.get("places", ()))
    if "posted_at" in values:
        values["posted_at"] = datetime.fromisoformat(values["posted_at"])
    return Posting(**values)


def content_hash(told: dict[str, Any]) -> str:
    """SHA-256 (hex) of a posting written by `to_json`, without the fields that change by themselves."""
    return hashlib.sha256(canonical({k: v for k, v in told.items() if k not in UNHASHED})).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON bytes that depend on the value alone: sorted keys, no spaces, UTF-8, finite numbers only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _told(part: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields that say something; `dataclasses.asdict` would copy every text of every posting of every crawl."""
    values = ((name, getattr(part, name)) for name in names)
    return {name: value for name, value in values if value or (value == 0 and value is not False)}


_POSTING_FIELDS, _PAY_FIELDS, _PLACE_FIELDS = (tuple(f.name for f in fields(c)) for c in (Posting, Pay, Place))
