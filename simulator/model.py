"""What the simulated market consists of: employers, postings, their versions and spells. Plain records, UTC times."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a posting is; `regime` names the pay law that holds there, `pay_factor` turns USD into local pay."""

    city: str
    region: str
    country: str
    label: str
    office: str
    address_country: str
    regime: str
    currency: str
    pay_factor: float
    weight: float


@dataclass(frozen=True, slots=True)
class Traits:
    """What the boards of a platform are like: shares of boards or postings, and what the platform can do."""

    boards: float  # weight of the platform among all boards
    leaves_empty: float = 0.0  # left boards that answer an empty list, the others answer 404
    prospects: float = 0.0  # postings that are no real opening
    unlisted: float = 0.0  # postings reachable by link only
    republishes: bool = False  # an edit may be a mere republication
    one_place: bool = False  # each city needs a posting of its own


@dataclass(frozen=True, slots=True)
class Pay:
    """A pay range in major units; `zones` holds (label, low, high) when the employer pays by zone."""

    low: int
    high: int
    currency: str
    period: str  # year month hour
    zones: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Employer:
    """One employer and its board. Effects are standard normal; they make postings of one employer alike."""

    index: int
    platform: str
    token: str
    company: str
    sector: str
    product: str
    country: str
    size: int  # drawn from a Pareto distribution: arrivals are in proportion to it
    joins_at: datetime | None  # None: there before the simulation begins
    leaves_at: datetime | None
    leaves_as: str  # not_found | empty
    effects: dict[str, float]
    places: tuple[Place, ...]
    pay_level: float  # employer's pay policy, times the market's band
    pay_spread: float  # half width of a range as a share of its middle
    pay_by_zone: bool
    pay_channel: str  # text | structured | both: where pay stands when it is told at all
    says_llm: bool  # company boilerplate speaks of LLMs
    has_notice: bool  # "no AI assistants in your application"
    touches: bool  # platform stamps every posting as updated on the first of each month
    style: int  # seed of headings and markup

    def has_board(self, at: datetime) -> bool:
        """Whether the board is there at that moment."""
        joined = self.joins_at is None or self.joins_at <= at
        return joined and (self.leaves_at is None or at < self.leaves_at)


@dataclass(frozen=True, slots=True)
class Version:
    """What a posting says from `valid_from` on. `revision` 0 is the first wording."""

    valid_from: datetime
    change: str  # new title pay text back republish
    title: str
    pay: Pay
    revision: int

    def content(self) -> tuple[str, Pay, int]:
        """What a reader could tell two versions apart by."""
        return self.title, self.pay, self.revision


@dataclass(frozen=True, slots=True)
class Spell:
    """One stay on the board: [opened_at, closed_at)."""

    opened_at: datetime
    closed_at: datetime
    closed_by: str = "filled"  # filled | left (the employer's board went away)


@dataclass(frozen=True, slots=True, eq=False)
class Posting:
    """One advertisement with all that is true of it. `opening` is shared by city copies and re-posts."""

    employer: Employer
    external_id: str
    opening: int
    family: str
    scope: str  # core adjacent out
    department: str
    text: str  # which sentences it is made of
    level: str
    years: int
    places: tuple[Place, ...]  # primary first
    work_mode: str  # remote hybrid onsite
    employment: str  # full_time contract internship
    llm: bool
    assistant: bool
    tools: tuple[str, ...]
    discloses: str  # none text structured both
    is_prospect: bool
    is_listed: bool
    text_seed: int
    repost_of: str
    spells: tuple[Spell, ...]
    versions: tuple[Version, ...]
    team: str = field(default="")

    @property
    def posting_id(self) -> str:
        """platform/token/external id."""
        return f"{self.employer.platform}/{self.employer.token}/{self.external_id}"

    def spell_at(self, at: datetime) -> int | None:
        """Number (from 0) of the spell that holds at that moment, None when not on the board."""
        for number, spell in enumerate(self.spells):
            if spell.opened_at <= at < spell.closed_at:
                return number
        return None

    def version_at(self, at: datetime) -> int:
        """Number (from 0) of the version that holds at that moment."""
        number = 0
        for later, version in enumerate(self.versions[1:], start=1):
            if version.valid_from <= at:
                number = later
        return number
