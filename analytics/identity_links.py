"""Which advertisements with alike texts are one posting, and which postings one opening.

One posting: the same advertisement on several boards, at most one of each board. One opening: postings of the same
role at the same time in different places, or at the same place one after the other. What a board advertises twice at
one time for one place, or under different requisitions, is never one opening. The best links are made first; a
link that would break a rule is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, combinations
from typing import NamedTuple, TypeVar

from analytics.identity_names import Requisition, Spot, Title, may_be_one, unlikeness

NEAR_DAYS = 14.0  # between the lives of one posting on two boards: aggregators come late
EARLY_DAYS = 10.0  # what it counts if an aggregator has a posting before its employer
REPOST_DAYS = 60.0  # from the last sighting to the re-post
MOST_UNCROSSED = 64  # links between two boards
LOOK_BACK = 32  # postings of a role that a new one is compared with, the latest ones

Posting = list["Ad"]
T = TypeVar("T")


class Ad(NamedTuple):
    """One advertisement on one board; times in days."""

    posting_id: str
    board: str
    is_own: bool  # the board is one company's
    first: float
    last: float
    wordings: frozenset[int]
    titles: tuple[Title, ...]  # of its versions
    spots: frozenset[Spot]
    requisition: Requisition | None


# one posting on several boards ---------------------------------------------------------------------------------------


def postings(ads: Sequence[Ad]) -> list[Posting]:
    """The postings that the advertisements are, in order of their first sighting, as are the ads in them."""
    ordered = sorted(ads, key=_age)
    held: dict[str, Posting] = {ad.posting_id: [ad] for ad in ordered}
    for link in _matched(_copies(ordered)):
        mine, theirs = held[link.one.posting_id], held[link.other.posting_id]
        if not {ad.board for ad in mine} & {ad.board for ad in theirs}:
            joined = sorted(mine + theirs, key=_age)
            held.update((ad.posting_id, joined) for ad in joined)
    return _distinct(held[ad.posting_id] for ad in ordered)


class _Link(NamedTuple):
    """Two ads, in order of their boards, that may be one posting; smaller is likelier, first by rank."""

    rank: tuple[int, ...]
    late: float
    one: Ad
    other: Ad


def _matched(links: Iterable[_Link]) -> list[_Link]:
    """The likeliest links, at most one of each ad for each pair of boards, in order of likeliness."""
    by_boards: dict[tuple[str, str], list[_Link]] = defaultdict(list)
    for link in links:
        by_boards[link.one.board, link.other.board].append(link)
    return sorted(chain.from_iterable(map(_one_to_one, by_boards.values())), key=_likeliness)


def _one_to_one(links: list[_Link]) -> list[_Link]:
    if len(links) == 1:
        return links
    taken: dict[str, _Link] = {}
    for link in sorted(links, key=_likeliness):
        if link.one.posting_id not in taken and link.other.posting_id not in taken:
            taken[link.one.posting_id] = taken[link.other.posting_id] = link
    found = _distinct(taken.values())
    return _uncrossed(found, links) if 1 < len(found) <= MOST_UNCROSSED else found


def _uncrossed(found: list[_Link], links: list[_Link]) -> list[_Link]:
    """Of two vacancies with the same words the earlier one is likelier to be the earlier copy: two links are changed
    for the two across where that makes the squares of what is late smaller."""
    known = {(link.one.posting_id, link.other.posting_id): link for link in links}
    for i, j in combinations(range(len(found)), 2):
        first, second = found[i], found[j]
        across = known.get((first.one.posting_id, second.other.posting_id))
        back = known.get((second.one.posting_id, first.other.posting_id))
        if across and back and _cost(across, back) < _cost(first, second):
            found[i], found[j] = across, back
    return found


def _cost(one: _Link, other: _Link) -> tuple[list[tuple[int, ...]], float]:
    return sorted((one.rank, other.rank)), one.late + other.late


def _likeliness(link: _Link) -> tuple[tuple[int, ...], float, str, str]:
    return link.rank, link.late, link.one.posting_id, link.other.posting_id


def _copies(ordered: Sequence[Ad]) -> Iterator[_Link]:
    known: dict[tuple[int, str], dict[str, list[Ad]]] = defaultdict(lambda: defaultdict(list))
    for ad in ordered:
        for other in _distinct(chain.from_iterable(_others(ad, known))):
            titles = _titles_apart(ad, other)
            if titles is not None and _may_be_copies(ad, other):
                yield _link(titles, *sorted((ad, other), key=lambda one: one.board))
        for wording in ad.wordings:
            for city in {*_cities(ad), "*"}:
                known[wording, city][ad.board].append(ad)


def _others(ad: Ad, known: dict[tuple[int, str], dict[str, list[Ad]]]) -> Iterator[list[Ad]]:
    cities = _cities(ad)
    wanted = {"*"} if "" in cities else {*cities, ""}
    for wording in sorted(ad.wordings):
        for city in sorted(wanted):
            for board, there in known[wording, city].items() if (wording, city) in known else ():
                if board != ad.board:
                    yield there[-LOOK_BACK:]


def _cities(ad: Ad) -> set[str]:
    """The cities of an advertisement, an empty one for a place of which none is known."""
    return {"" if spot[0].startswith("?") else spot[0] for spot in ad.spots} or {""}


def _may_be_copies(one: Ad, other: Ad) -> bool:
    return (
        one.first <= other.last + NEAR_DAYS
        and other.first <= one.last + NEAR_DAYS
        and not _are_proved_different(one, other)
        and may_be_one(one.spots, other.spots)
    )


def _titles_apart(one: Ad, other: Ad) -> int | None:
    apart = (unlikeness(a, b) for a in one.titles for b in other.titles)
    return min((step for step in apart if step is not None), default=None)


def _link(titles: int, one: Ad, other: Ad) -> _Link:
    """First an employer's own with another's, of the same requisition, of near titles, of the same place; then those
    that begin and end together, the employer first."""
    is_told = one.requisition is not None and one.requisition == other.requisition
    rank = (one.is_own == other.is_own, not is_told, titles, not one.spots & other.spots)
    source, copy = (one, other) if one.is_own >= other.is_own else (other, one)
    early = EARLY_DAYS * (source.is_own > copy.is_own and copy.first < source.first)
    late = (one.first - other.first) ** 2 + (one.last - other.last) ** 2 + early**2
    return _Link(tuple(map(int, rank)), late, one, other)


def _are_proved_different(one: Ad, other: Ad) -> bool:
    mine, theirs = one.requisition, other.requisition
    return mine is not None and theirs is not None and mine.look == theirs.look and mine.number != theirs.number


# one opening of several postings -------------------------------------------------------------------------------------


class _Opening:
    """Postings joined so far, and what tells whether more fit in."""

    def __init__(self, posting: Posting) -> None:
        self.postings = [posting]
        self.stays: dict[tuple[str, Spot | None], list[tuple[float, float]]] = {}
        self.requisitions = {ad.board: ad.requisition.number for ad in telling(posting) if ad.requisition is not None}
        for ad in telling(posting):
            for spot in ad.spots or (None,):
                self.stays[ad.board, spot] = [(ad.first, ad.last)]

    def fits(self, other: _Opening) -> bool:
        """Whether no board shows both at one time for one place, or under different requisitions."""
        differ = any(other.requisitions.get(board, mine) != mine for board, mine in self.requisitions.items())
        return not differ and not any(
            _overlap(stays, other.stays[key]) for key, stays in self.stays.items() if key in other.stays
        )

    def take(self, other: _Opening) -> None:
        self.postings += other.postings
        for key, stays in other.stays.items():
            self.stays[key] = self.stays.get(key, []) + stays
        self.requisitions |= other.requisitions


def _overlap(some: Iterable[tuple[float, float]], others: Sequence[tuple[float, float]]) -> bool:
    return any(first <= end and start <= last for first, last in some for start, end in others)


def telling(posting: Posting) -> Posting:
    """The ads by which a posting's places and times are told: the employer's own, if there are any."""
    return [ad for ad in posting if ad.is_own] or posting


def openings(held: Sequence[Posting]) -> list[list[Posting]]:
    """The openings that postings belong to; their postings in order of first sighting."""
    made = {_name(posting): _Opening(posting) for posting in held}
    for *_, one, other in sorted(_links(held), key=lambda link: link[:2]):
        mine, theirs = made[_name(one)], made[_name(other)]
        if mine is not theirs and mine.fits(theirs):
            large, small = (mine, theirs) if len(mine.postings) >= len(theirs.postings) else (theirs, mine)
            made.update((_name(posting), large) for posting in small.postings)
            large.take(small)
    return [sorted(one.postings, key=_start) for one in _distinct(made[_name(posting)] for posting in held)]


def _links(held: Sequence[Posting]) -> Iterator[tuple[tuple[float, ...], tuple[str, str], Posting, Posting]]:
    """(badness, names, posting, posting) of those that may be one opening: re-posts first, then copies for cities."""
    known: dict[tuple[int, str], list[Posting]] = defaultdict(list)
    lately: dict[tuple[int, str, Spot | None], list[Posting]] = defaultdict(list)
    for posting in sorted(held, key=_start):
        keys = _roles(posting)
        there = [(*key, spot) for key in keys for spot in _spots(posting) or (None,)]
        former = chain(_latest(known, keys), _latest(lately, there))
        for other in _distinct(former):
            if (badness := _distance(other, posting)) is not None:
                yield badness, (_name(other), _name(posting)), other, posting
        for key in keys:
            known[key].append(posting)
        for place in there:
            lately[place].append(posting)


def _latest(known: dict[T, list[Posting]], keys: Iterable[T]) -> Iterator[Posting]:
    return chain.from_iterable(known[key][-LOOK_BACK:] for key in keys if key in known)


def _distance(one: Posting, other: Posting) -> tuple[float, ...] | None:
    """How far apart two postings of a role are, the second the later; None when they are no one opening."""
    (start, end), (begin, _) = _life(one), _life(other)
    is_there = bool(_spots(one) & _spots(other)) or _spots(one) == _spots(other)
    if is_there:
        return (0, begin - end) if 0 < begin - end <= REPOST_DAYS else None
    return (1, begin - start) if begin <= end else None


def is_repost(posting: Posting, opening: Sequence[Posting]) -> bool:
    """Whether an earlier posting of the opening had left one of its places before it came."""
    begin = _life(posting)[0]
    return any(_life(one)[1] < begin and (_spots(one) & _spots(posting) or not _spots(one)) for one in opening)


def _roles(posting: Posting) -> list[tuple[int, str]]:
    ads = telling(posting)
    return sorted({(wording, title.key) for ad in ads for wording in ad.wordings for title in ad.titles})


def _spots(posting: Posting) -> frozenset[Spot]:
    return frozenset[Spot]().union(*(ad.spots for ad in telling(posting)))


def _life(posting: Posting) -> tuple[float, float]:
    ads = telling(posting)
    return min(ad.first for ad in ads), max(ad.last for ad in ads)


def _age(ad: Ad) -> tuple[float, str]:
    return ad.first, ad.posting_id


def _start(posting: Posting) -> tuple[float, str]:
    return _life(posting)[0], _name(posting)


def _name(posting: Posting) -> str:
    """The id of its first advertisement."""
    return posting[0].posting_id


def _distinct(items: Iterable[T], key: Callable[[T], int] = id) -> list[T]:
    """The items, each once, in order."""
    return list({key(item): item for item in items}.values())
