"""Draws the employers: heavy-tailed sizes, pay policy, habits, and when their boards come and go."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from random import Random

import numpy as np

from simulator.curves import tools
from simulator.data import chance, pick, pick_by, rows, some, table
from simulator.model import Employer, Place
from simulator.platforms import PLATFORMS

STREAM = 10  # sets these draws apart from other users of the same seed
SIZE_SHAPE, SIZE_CAP = 1.3, 60
SHARE_THERE_AT_START = 0.75
MEAN_DAYS_TO_JOIN = 150
MEAN_DAYS_TO_LEAVE = 2200


@cache
def all_places() -> tuple[Place, ...]:
    """Every place of `texts/places.csv`."""
    return tuple(
        Place(
            city=row["city"], region=row["region"], country=row["country"], label=row["label"], office=row["office"],
            address_country=row["address_country"], regime=row["regime"], currency=row["currency"],
            pay_factor=float(row["pay_factor"]), weight=float(row["weight"]),
        )
        for row in rows("places")
    )  # fmt: skip


def draw_employers(seed: int, first_at: datetime, count: int, platforms: tuple[str, ...]) -> list[Employer]:
    """`count` employers. Sizes are ceil(Pareto(1.3)) capped at 60; effects are independent of size."""
    numbers = np.random.default_rng([seed, STREAM])
    sizes = np.minimum(np.ceil(numbers.pareto(SIZE_SHAPE, count) + 0.3), SIZE_CAP).astype(int)
    names = ["LLM", "pay", *(tool.tool for tool in tools())]
    effects = numbers.standard_normal((count, len(names)))
    return [
        _draw(
            seed,
            index,
            _platform(index, platforms),
            first_at,
            int(sizes[index]),
            dict(zip(names, effects[index].tolist(), strict=True)),
        )
        for index in range(count)
    ]


def _draw(seed: int, index: int, platform: str, first_at: datetime, size: int, effects: dict[str, float]) -> Employer:
    rng = Random(f"{seed}/{index}")
    format_ = PLATFORMS[platform]
    company = _company(seed, index)
    sector = pick(rng, list(table("companies")["sectors"]))
    places = _places(rng)
    joins_at, leaves_at = _stay(rng, first_at, index)
    return Employer(
        index=index, platform=platform, token=format_.new_token(company, rng), company=company, sector=sector,
        product=pick(rng, table("companies")["sectors"][sector]), country=places[0].country, size=size,
        joins_at=joins_at, leaves_at=leaves_at,
        leaves_as="empty" if chance(rng, format_.TRAITS.leaves_empty) else "not_found",
        effects=effects, places=places, pay_level=rng.lognormvariate(0.0, 0.14), pay_spread=rng.uniform(0.08, 0.22),
        pay_by_zone=chance(rng, 0.3), pay_channel=pick_by(rng, ("text", "structured", "both"), (0.4, 0.35, 0.25)),
        says_llm=chance(rng, 0.3), has_notice=chance(rng, 0.25), touches=chance(rng, 0.2),
        style=rng.getrandbits(32),
    )  # fmt: skip


def _company(seed: int, index: int) -> str:
    """Names differ within a world: stems are shuffled and their suffix moves on after each round."""
    stems, suffixes = table("companies")["stems"], table("companies")["suffixes"]
    shuffled = Random(f"{seed}/names").sample(stems, len(stems))
    lap, position = divmod(index, len(shuffled))
    suffix = suffixes[(position * 7 + lap) % len(suffixes)]
    more = f" {lap // len(suffixes) + 1}" if lap >= len(suffixes) else ""
    return f"{shuffled[position]} {suffix}{more}"


@cache
def _platform(index: int, platforms: tuple[str, ...]) -> str:
    """The platform that is furthest behind its share among the first employers."""
    before = [_platform(other, platforms) for other in range(index)]
    weights = {name: PLATFORMS[name].TRAITS.boards for name in platforms}
    total = sum(weights.values())
    behind = {name: weight / total * (index + 1) - before.count(name) for name, weight in weights.items()}
    return max(behind, key=behind.__getitem__)


def _places(rng: Random) -> tuple[Place, ...]:
    places = all_places()
    home = pick_by(rng, places, [place.weight for place in places])
    inland = [place for place in places if place.country == home.country and place is not home]
    abroad = [place for place in places if place.country != home.country]
    count = pick_by(rng, (0, 1, 2, 4), (0.35, 0.3, 0.2, 0.15))
    pool = some(rng, inland, count) + (some(rng, abroad, 1) if chance(rng, 0.3) else [])
    return (home, *pool)


def _stay(rng: Random, first_at: datetime, index: int) -> tuple[datetime | None, datetime | None]:
    """When the board appears and goes. Dates do not depend on the horizon, so a longer world begins like a shorter."""
    late, wait, life = rng.random(), rng.expovariate(1 / MEAN_DAYS_TO_JOIN), rng.expovariate(1 / MEAN_DAYS_TO_LEAVE)
    joins_at = None
    if index > 4 and late > SHARE_THERE_AT_START:  # each platform has a board from the start
        joins_at = first_at + timedelta(days=1 + wait)
    return joins_at, (joins_at or first_at) + timedelta(days=30 + life)
