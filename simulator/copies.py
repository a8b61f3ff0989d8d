"""The same market on more boards: what the employers' postings look like on aggregators, and twins that are none.

An aggregator prints a share of all postings of all employers, some days late, some days too long, under ids of its own
and no requisition; titles and company names in its own manner, the text with small edits, sometimes cut short, and a
footer of its own. A twin is a second vacancy on the employer's own board: the same text, title and place at the same
time; a sibling has the same text too, and the title of another rung or team. All are drawn here, and the truth of them
is known. Some platforms print requisitions, the others do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from simulator.data import chance, pick
from simulator.market import World
from simulator.model import Place, Posting, Version
from simulator.prose import compose, plain

SHARE_COPIED = 0.6  # of the postings, by each aggregator
SHARE_TWINS = 0.03
SHARE_SIBLINGS = 0.04
WITH_REQUISITIONS = ("greenhouse", "workday")
SHARE_CUT = 0.2  # of an aggregator's texts
LONGEST_DELAY, LONGEST_STALE = 5.0, 10.0  # days
FOOTER = (
    "Please mention that you found this job on {board}, it helps us to list more of them. {board} gathers positions "
    "from the careers pages of many employers; apply with the employer only, and never pay for an application."
)
FORMS = ("{}", "{}", "{}, Inc.", "{} GmbH", "{} Ltd")
TITLES = ("{title}", "{title}", "{title}", "{title} at {company}", "{title} ({mode})", "{title} - {city}")
TEAMS = ("Payroll", "Routing", "Archives")
WORDS = ("carefully", "team", "various", "together", "new", "daily")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One advertisement on one board with its wordings over time, and which posting and opening it truly is."""

    posting_id: str
    board: str  # platform/token
    company: str
    places: tuple[Place, ...]
    labels: tuple[str, ...]  # of the places, as printed
    requisition: str
    opened_at: datetime
    closed_at: datetime
    versions: tuple[tuple[datetime, str, str], ...]  # (valid from, title, text)
    posting: str  # shared by the same ad on several boards
    opening: str  # shared by city copies and re-posts


def sightings(world: World, aggregators: tuple[str, ...] = ("allboards/all",)) -> list[Sighting]:
    """All advertisements of the world on the employers' boards and on the aggregators'."""
    own = [one for posting in world.postings if not posting.is_prospect for one in _own(world, posting)]
    return own + [copy for board in aggregators for copy in _copied(world, own, board)]


def _own(world: World, posting: Posting) -> Iterator[Sighting]:
    rng = Random(f"{world.seed}/{posting.posting_id}/twin")
    first = Sighting(
        posting.posting_id, f"{posting.employer.platform}/{posting.employer.token}", posting.employer.company,
        posting.places, tuple(place.label for place in posting.places), _requisition(posting),
        posting.spells[0].opened_at, posting.spells[-1].closed_at,
        tuple((one.valid_from, one.title, _text(posting, one)) for one in posting.versions),
        posting.posting_id, str(posting.opening),
    )  # fmt: skip
    yield first
    if chance(rng, SHARE_TWINS) and not posting.repost_of:
        yield _twin(first, rng)
    if chance(rng, SHARE_SIBLINGS) and not posting.repost_of:
        yield _sibling(_twin(first, rng), rng)


def _requisition(posting: Posting) -> str:
    return f"R-{posting.opening}" if posting.employer.platform in WITH_REQUISITIONS else ""


def _text(posting: Posting, version: Version) -> str:
    prose = compose(posting, version)
    return plain([prose.intro, *prose.body, *prose.closing])


def _twin(first: Sighting, rng: Random) -> Sighting:
    """A second vacancy, opened up to three weeks later while the first is advertised."""
    length, mark = first.closed_at - first.opened_at, f"{rng.randrange(10**6)}"
    later = timedelta(days=min(rng.uniform(1, 21), length / timedelta(days=2)))
    return replace(
        first,
        posting_id=first.posting_id + mark,
        requisition=first.requisition and first.requisition + mark,
        opened_at=first.opened_at + later,
        closed_at=first.closed_at + timedelta(days=rng.uniform(0, 20)),
        posting=first.posting_id + mark,
        opening=first.opening + mark,
    )


def _sibling(twin: Sighting, rng: Random) -> Sighting:
    """With the title of another rung, or of another team; in the text nothing differs but that."""
    at, title, text = twin.versions[0]
    bare = title.partition(",")[0]
    other = f"{bare}, {pick(rng, TEAMS)}" if chance(rng, 0.5) else f"Staff {bare.removeprefix('Staff ')}"
    shown = other if other != title else f"Principal {bare.removeprefix('Staff ')}"
    return replace(twin, versions=((at, shown, text),))


def _copied(world: World, own: list[Sighting], board: str) -> Iterator[Sighting]:
    for number, one in enumerate(own):
        rng = Random(f"{world.seed}/{board}/{one.posting_id}")
        if chance(rng, SHARE_COPIED):
            yield _copy(one, board, f"{board}/{number:06}", rng)


def _copy(one: Sighting, board: str, name: str, rng: Random) -> Sighting:
    """An aggregator reads a posting once, as it is then, and does not look again."""
    length = (one.closed_at - one.opened_at) / timedelta(days=1)
    opened_at = one.opened_at + timedelta(days=min(rng.uniform(0, LONGEST_DELAY), length / 2))
    _, title, text = one.versions[0]
    return replace(
        one, posting_id=name, board=board, company=pick(rng, FORMS).format(one.company), requisition="",
        labels=tuple(getattr(place, pick(rng, ("label", "office"))) for place in one.places),
        opened_at=opened_at,
        closed_at=one.closed_at + timedelta(days=rng.uniform(0, LONGEST_STALE)),
        versions=((opened_at, _titled(one, title, rng), _printed(text, board, rng)),),
    )  # fmt: skip


def _titled(one: Sighting, title: str, rng: Random) -> str:
    mode = pick(rng, ("Remote", "Hybrid", "On-site"))
    return pick(rng, TITLES).format(title=title, company=one.company, mode=mode, city=one.places[0].city)


def _printed(text: str, board: str, rng: Random) -> str:
    """Up to 3 % of the words changed, sometimes cut after 35 to 80 %, line breaks lost by some, with a footer."""
    words = text.split(" ")
    for _ in range(int(len(words) * rng.uniform(0, 0.03))):
        words[int(rng.random() * len(words))] = pick(rng, WORDS)
    if chance(rng, SHARE_CUT):
        words = [*words[: int(len(words) * rng.uniform(0.35, 0.8))], "…"]
    shown = " ".join(words)
    return (shown.replace("\n", " ") if chance(rng, 0.3) else shown) + "\n\n" + FOOTER.format(board=board)
