"""Versions from board runs: a pure fold, so that history never depends on the order in which runs arrived.

A posting opens with its first sighting, changes with its content, is *missing* from its first proved absence and
*closed* by the second in a row. Only a complete list proves absence; a partial one only sees. A posting that returns
after one absence never left; one that returns after its closing starts a new spell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Observation:
    """One accepted board run: what was listed, and whether the list was proved whole."""

    at: datetime
    uid: str
    complete: bool
    postings: Mapping[str, str]  # external id -> content hash

    @property
    def order(self) -> tuple[datetime, str]:
        return self.at, self.uid


@dataclass(frozen=True, slots=True)
class Version:
    """One content of one posting over one stretch of time; the columns of the table `version`."""

    external_id: str
    seq: int
    spell: int
    content_hash: str
    valid_from: datetime
    confirmed_at: datetime  # last sighting that no complete list tells: first, after an absence, by an incomplete list
    before_at: datetime | None = None
    valid_to: datetime | None = None
    last_seen_at: datetime | None = None
    missing_since: datetime | None = None
    closed_at: datetime | None = None
    close_reason: str | None = None


@dataclass(slots=True)
class Board:
    """What must be known of a board to take the next observation."""

    last_complete_at: datetime | None = None
    live: dict[str, Version] = field(default_factory=dict)  # newest version of each posting not closed
    past: dict[str, tuple[int, int]] = field(default_factory=dict)  # closed: external id -> (spell, seq)


Key = tuple[str, int]  # external id, seq


def derive(observations: Iterable[Observation]) -> list[Version]:
    """All versions of one board, in order of (external id, seq); observations may come in any order, and repeated."""
    rows: dict[Key, Version] = {}
    board = Board()
    for observation in _in_order(observations):
        rows.update({(row.external_id, row.seq): row for row in step(board, observation)})
    return [rows[key] for key in sorted(rows)]


def step(board: Board, observation: Observation) -> list[Version]:
    """The versions that one later observation adds or changes; `board` is moved on."""
    changed = list(_sightings(board, observation))
    if observation.complete:
        changed += _absences(board, observation)
        board.last_complete_at = observation.at
    for row in changed:
        _remember(board, row)
    return changed


def _in_order(observations: Iterable[Observation]) -> list[Observation]:
    return sorted({o.uid: o for o in observations}.values(), key=lambda o: o.order)


def _remember(board: Board, row: Version) -> None:
    if row.valid_to is None:
        board.live[row.external_id] = row
    elif row.closed_at is not None:
        board.live.pop(row.external_id, None)
        board.past[row.external_id] = (row.spell, row.seq)


def _sightings(board: Board, observation: Observation) -> Iterator[Version]:
    for external_id, content in observation.postings.items():
        row = board.live.get(external_id)
        if row is None:
            yield _opened(board, observation, external_id, content)
        elif row.content_hash != content:
            yield replace(row, valid_to=observation.at, last_seen_at=None, missing_since=None)
            yield _edited(row, observation, content)
        elif row.missing_since is not None or not observation.complete:  # a complete list is remembered as a whole
            yield replace(row, confirmed_at=observation.at, last_seen_at=None, missing_since=None)


def _opened(board: Board, observation: Observation, external_id: str, content: str) -> Version:
    spell, seq = board.past.get(external_id, (0, 0))
    return Version(
        external_id,
        seq + 1,
        spell + 1,
        content,
        observation.at,
        observation.at,
        before_at=board.last_complete_at,
    )


def _edited(row: Version, observation: Observation, content: str) -> Version:
    at = observation.at
    return Version(row.external_id, row.seq + 1, row.spell, content, at, at, before_at=row.before_at)


def _absences(board: Board, observation: Observation) -> Iterator[Version]:
    for external_id, row in board.live.items():
        if external_id in observation.postings:
            continue
        if row.missing_since is None:
            yield replace(row, last_seen_at=last_seen(row, board.last_complete_at), missing_since=observation.at)
        else:
            yield replace(row, valid_to=row.missing_since, closed_at=observation.at, close_reason="absent twice")


def last_seen(row: Version, last_complete_at: datetime | None) -> datetime:
    """Last proved sighting of a version that is not missing: its own, or the board's last complete list."""
    return max(row.confirmed_at, last_complete_at) if last_complete_at else row.confirmed_at
