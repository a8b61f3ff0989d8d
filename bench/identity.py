"""What telling identities costs: `python bench/identity.py [N]`, N advertisements (100,000) of a simulated market.

From texts to postings and openings from scratch in one process, then a thousand new advertisements into these: their
texts signed, looked up, and all they touch told anew. Texts come as plain text; making it from HTML is a reader's work
and measured in `bench/reading.py`. The worlds are those of several seeds, on employers' boards and two aggregators.
"""

from __future__ import annotations

import sys
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from analytics.identity import Known
from analytics.identity_texts import from_texts, learnt
from analytics.near import Index, Signatures, group_numbers
from simulator import World
from simulator.copies import sightings
from tests.sightings import observed

N, NEW = 100_000, 1_000
AGGREGATORS = ("allboards/all", "otherboards/all")


def market(n: int) -> tuple[pd.DataFrame, dict[str, str]]:
    """`n` advertisements, as a crawler that reads every board daily knows them, and their texts by content."""
    frames: list[pd.DataFrame] = []
    texts: dict[str, str] = {}
    while sum(map(len, frames)) < n:
        world = World(seed=100 + len(frames), days=420, n_employers=300, postings_a_year=50)
        ads, more = observed(world, sightings(world, AGGREGATORS), mark=f"{len(frames)}/", aggregators=AGGREGATORS)
        frames.append(ads)
        texts |= more
    return pd.concat(frames, ignore_index=True).sample(n, random_state=1, ignore_index=True), texts


def lookup(n: int) -> float:
    """Seconds for NEW signatures into an index of `n` random ones, a hundredth of them doubles."""
    rng = np.random.default_rng(1)
    hashes = rng.integers(0, 1 << 32, (n + NEW, 176), dtype=np.uint32)
    hashes[n : n + NEW // 100] = hashes[: NEW // 100]
    sizes, groups = np.full(n + NEW, 300), group_numbers(str(number % 2000) for number in range(n + NEW))
    index = Index()
    index.add(groups[:n], Signatures(hashes[:n], sizes[:n]))
    start = perf_counter()
    found = index.add(groups[n:], Signatures(hashes[n:], sizes[n:]))
    assert len(found.left) >= NEW // 100
    return perf_counter() - start


def main(arguments: list[str]) -> None:
    n = int(arguments[0]) if arguments else N
    ads, texts = market(n + NEW)
    shingled = from_texts(texts)
    start, worked = perf_counter(), process_time()
    known = Known(learnt(ads[:n], shingled))
    told = known.add(ads[:n], shingled)
    seconds, worked = perf_counter() - start, process_time() - worked
    n_openings = told["opening_id"].nunique()
    print(f"{n:,} advertisements: {told['posting_group'].nunique():,} postings, {n_openings:,} openings")
    print(f"from scratch {seconds:.1f} s, {worked:.1f} s of them on a processor")
    start, worked = perf_counter(), process_time()
    touched = known.add(ads[n:], shingled)
    seconds, worked = perf_counter() - start, process_time() - worked
    print(f"{NEW:,} new into them {seconds:.2f} s, {worked:.2f} s on a processor, {len(touched):,} told anew")
    print(f"{NEW:,} signatures looked up among {n:,}: {lookup(n):.2f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
