"""The world: all employers and postings with their whole history, drawn at once from one seed.

Texts are not part of the draw: each version keeps the seed of its wording and is composed when it is first served, so
two hundred worlds whose texts nobody reads cost little.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from simulator.employers import draw_employers
from simulator.model import Employer, Posting
from simulator.openings import draw_postings
from simulator.platforms import FIRST_THREE


class World:
    """A seeded job market.

    `first_day` and `days` span the simulated time, `n_employers` boards share about `postings_a_year` postings a board
    in proportion to their sizes, on `platforms` by their weights. The arguments fix everything; a longer world begins
    exactly like a shorter one.
    """

    def __init__(
        self,
        seed: int = 1,
        first_day: date = date(2024, 1, 1),
        days: int = 420,
        n_employers: int = 36,
        postings_a_year: float = 18.0,
        platforms: Sequence[str] = FIRST_THREE,
    ) -> None:
        self.seed = seed
        self.platforms = tuple(platforms)
        self.first_at = datetime.combine(first_day, time(), UTC)
        self.end_at = self.first_at + timedelta(days=days)
        self.employers: list[Employer] = draw_employers(seed, self.first_at, n_employers, self.platforms)
        self.postings: list[Posting] = []
        mean_size = sum(employer.size for employer in self.employers) / n_employers
        self.by_board: dict[tuple[str, str], list[Posting]] = {}
        for employer in self.employers:
            rate = postings_a_year / 365 * employer.size / mean_size
            board = draw_postings(seed, employer, rate, self.first_at, self.end_at)
            self.by_board[employer.platform, employer.token] = board
            self.postings += board
        self.boards = {(employer.platform, employer.token): employer for employer in self.employers}
        # rendered parts of answers, filled by the platform formats; no part of the truth
        self.scratch: dict[Any, Any] = {}

    def listed(self, platform: str, token: str, at: datetime) -> list[Posting]:
        """The postings on a board at that moment, oldest first; empty when the board is not there."""
        employer = self.boards.get((platform, token))
        if employer is None or not employer.has_board(at):
            return []
        return [posting for posting in self.by_board[platform, token] if posting.spell_at(at) is not None]
