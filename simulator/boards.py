"""What the formats of platforms share: which board is asked for, what it lists, and answers that are kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.answer import Answer, kept, state_of
from simulator.model import Posting

if TYPE_CHECKING:
    from simulator.market import World


def first_part(path: str, rest: str) -> str:
    """The first part of a path, which names the board where each has a host of its own; "" where another follows."""
    token, _, told = path.strip("/").partition("/")
    return token if told == rest else ""


def rows_of(world: World, platform: str, token: str, at: datetime) -> list[Posting] | None:
    """The postings that a board lists; None where there is no such board at that time."""
    employer = world.boards.get((platform, token))
    return world.listed(platform, token, at) if employer is not None and employer.has_board(at) else None


def answered(
    world: World,
    key: tuple[Hashable, ...],
    rows: Sequence[Posting],
    at: datetime,
    make: Callable[[], Answer],
    *also: Hashable,
) -> Answer:
    """The answer that `make` gives, kept until one of the rows changes, or what stands in `also`."""
    state = (*(state_of(posting, at) for posting in rows), *also)
    found: Answer = kept(world, key, state, make)
    return found


def number_of(told: str, otherwise: int) -> int:
    """A number of a query; `otherwise` for anything else."""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else otherwise


def opened_at(posting: Posting) -> datetime:
    """When a posting was first opened, to the second."""
    return posting.spells[0].opened_at.replace(microsecond=0)
