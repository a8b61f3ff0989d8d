"""What a platform format is asked and what it answers. Rendered parts are kept: an unchanged board costs little."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.model import Posting

if TYPE_CHECKING:
    from simulator.market import World

JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: the path as sent (still percent-encoded), its parameters, and the simulated moment."""

    path: str
    query: Mapping[str, str]
    accept: str
    at: datetime
    body: bytes | None = None  # of a POST


@dataclass(frozen=True, slots=True)
class Answer:
    """One response. The server adds Date, Content-Length and the simulated day."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a platform tells of a posting, as its spider should keep it: the truth of one format.

    `places` are labels; `pay` holds (low, high, currency, period, label) in major units, period "" where the platform
    names none.
    """

    title: str
    places: tuple[str, ...]
    posted_at: datetime | None = None
    posted_basis: str = ""
    pay: tuple[tuple[float | None, float | None, str, str, str], ...] = ()


def dumped(value: Any) -> bytes:
    """Compact JSON in UTF-8, non-ASCII letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def kept(world: World, key: Hashable, state: Hashable, make: Callable[[], Any]) -> Any:
    """`make()`, or what it gave last time under `key` if `state` is still the same."""
    found = world.scratch.get(key)
    if found is None or found[0] != state:
        found = (state, make())
        world.scratch[key] = found
    return found[1]


def state_of(posting: Posting, at: datetime) -> tuple[str, int, int | None]:
    """Changes exactly when the posting as listed changes."""
    return posting.external_id, posting.version_at(at), posting.spell_at(at)


def digest(body: bytes) -> str:
    """Hash for validators (hex)."""
    return hashlib.sha256(body).hexdigest()
