"""What reading a posting costs: `python bench/reading.py [N]`, N simulated postings (2,000) beside the recorded ones.

Milliseconds a posting from plain text and from HTML on one core, in the same run those of the two libraries that no
reader can do without (the automata over the same texts, lexbor parsing the same HTML), which reader takes how much, and
how much more two processes read than one. Postings pass in batches, each measured in all ways in turn, so that a busy
machine slows all of them alike. A reader remembers lines it has seen (`analytics.memo`), and employers repeat theirs:
postings come as boards have them, and each pass over a batch begins with an empty memory, so that none finds its own
lines; "no line known" is the time when the memory is emptied before each posting.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby, islice
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple
from unittest.mock import patch

from selectolax.lexbor import LexborHTMLParser

from analytics import document, reading
from analytics.memo import forget
from analytics.reading import read_posting
from analytics.vocabulary import lower, vocabulary
from simulator import World
from simulator.model import Posting as Simulated
from simulator.prose import compose, content
from store import codec
from tests.accuracy.cases import board
from tests.recorded import load

N_SIMULATED, N_RECORDED = 2_000, 400
SHORTEST, LONGEST = 4_000, 8_000  # characters of a recorded posting's text
BATCH, PROCESSES, ROUNDS = 200, 2, 3
PART, SHARED = 20, 2_000  # postings that a process is given at once, and that processes share
USUAL_RATE, ENOUGH = 18.0, 70  # postings a board and year; 70 boards' worth of them suffice, as 100 are drawn


class Sample(NamedTuple):
    """One posting in both forms."""

    title: str
    company: str
    location: str
    text: str
    html: str


@dataclass
class Times:
    """Seconds, a value a posting; `one` and `two` are of so many processes for the same texts."""

    plain: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)
    html: list[float] = field(default_factory=list)
    automata: list[float] = field(default_factory=list)
    lexbor: list[float] = field(default_factory=list)
    one: float = 0.0
    two: float = 0.0
    characters: list[int] = field(default_factory=list)
    readers: dict[str, float] = field(default_factory=lambda: defaultdict(float))


def recorded() -> list[Sample]:
    """Recorded postings of the usual size: all those of some boards, for a board's postings share lines; none where
    there are no recordings."""
    found = [
        Sample(posting.title, token, posting.places[0].label if posting.places else "", text, posting.body_html)
        for platform, token in load().boards
        for posting in board(platform, token).values()
        if SHORTEST < len(text := document.single(posting.body_html).text) < LONGEST
    ]
    of_boards = [list(group) for _, group in groupby(found, key=lambda sample: sample.company)]
    return [sample for group in of_boards[:: -(-len(found) // N_RECORDED) or 1] for sample in group]


def simulated(n: int) -> Iterator[Sample]:
    """`n` simulated postings, composed as they are asked for."""
    world = World(seed=1, days=365, n_employers=100, postings_a_year=max(USUAL_RATE, n / ENOUGH))
    postings = [posting for posting in world.postings if not posting.repost_of]
    yield from map(_sample, islice(postings[:: len(postings) // n or 1], n))  # of all employers


def _sample(posting: Simulated) -> Sample:
    told = compose(posting, posting.versions[0])
    html = "".join(
        f"<h3>{section.heading}</h3>{content(section)}" for section in (told.intro, *told.body, *told.closing)
    )
    place = posting.places[0].label
    return Sample(posting.versions[0].title, posting.employer.company, place, document.single(html).text, html)


def measure(samples: Iterable[Sample], pool: Executor, rounds: int) -> Times:
    """All the times of all the samples."""
    times, left = Times(), iter(samples)
    shared: list[list[tuple[str, str, str, str]]] = []
    while batch := list(islice(left, BATCH)):
        if not times.characters:
            _shares(batch, times.readers)  # also warms up
        _add(times, batch, rounds)
        shared += _texts(batch) if len(shared) * PART < SHARED else []
    _share(times, shared, pool)
    return times


def _share(times: Times, texts: list[list[tuple[str, str, str, str]]], pool: Executor) -> None:
    """What one process and two need for the same texts, in turn; many, or the last part would leave one idle."""
    list(pool.map(_read_all, texts))  # warms up
    turns = [(_seconds(lambda: list(map(_read_all, texts))), _seconds(lambda: list(pool.map(_read_all, texts))))
             for _ in range(ROUNDS)]  # fmt: skip
    times.one, times.two = (min(told) for told in zip(*turns, strict=True)) if texts else (0.0, 0.0)


def _add(times: Times, batch: list[Sample], rounds: int) -> None:
    timed = partial(_timed, batch, rounds)
    times.characters += [len(sample.text) for sample in batch]
    times.plain += timed(lambda sample: _read(sample))
    times.unknown += timed(lambda sample: _read(sample), before=forget)
    times.html += timed(lambda sample: read_posting(sample.html, sample.title, sample.company, sample.location))
    times.automata += timed(_search)
    times.lexbor += timed(lambda sample: LexborHTMLParser(sample.html))


def _timed(
    batch: list[Sample], rounds: int, call: Callable[[Sample], Any], before: Callable[[], None] = lambda: None
) -> list[float]:
    """Seconds a posting, the least of the rounds: what disturbs only ever adds. A round is over the whole batch, or
    all that one posting touches would still be in the processor's cache the second time; it starts with no line known,
    and `before` is done before each posting."""
    passes: list[list[float]] = []
    for _ in range(rounds):
        forget()
        told: list[float] = []
        for sample in batch:
            before()
            told.append(_seconds(partial(call, sample)))
        passes.append(told)
    return [min(told) for told in zip(*passes, strict=True)]


def _seconds(call: Callable[[], Any]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def _texts(batch: list[Sample]) -> list[list[tuple[str, str, str, str]]]:
    """The plain texts of a batch with what stands beside them, in the parts that a process is given at once."""
    told = [(sample.text, sample.title, sample.company, sample.location) for sample in batch]
    return [told[at : at + PART] for at in range(0, len(told), PART)]


def _read_all(texts: list[tuple[str, str, str, str]]) -> list[bytes]:
    """Readings packed as for the store, which is how processes hand them over."""
    forget()  # once a part rather than a batch, as no call reaches every process
    return [codec.pack(read_posting(*told).to_json(), level=codec.QUICK)[1] for told in texts]


def _read(sample: Sample) -> dict[str, Any]:
    return read_posting(sample.text, sample.title, sample.company, sample.location).to_json()


def _search(sample: Sample) -> None:
    for _ in vocabulary().automaton.iter(lower(sample.text)):
        pass


def _shares(batch: list[Sample], spent: dict[str, float]) -> None:
    """Adds to `spent` the seconds of each reader, of making the text, of its sections and of the scan."""
    for sample in batch:
        _read(sample)
    forget()
    with _clocked(spent):
        spent["all"] += _seconds(lambda: [_read(sample) for sample in batch])


@contextmanager
def _clocked(spent: dict[str, float]) -> Iterator[None]:
    safe, plain, scan_lines, sections = reading._safe, document.plain, document.scan_lines, document.sections

    def clocked(name: str, call: Callable[[], Any]) -> Any:
        start = perf_counter()
        try:
            return call()
        finally:
            spent[name] += perf_counter() - start

    with (
        patch.object(reading, "_safe", lambda name, *rest: clocked(name, lambda: safe(name, *rest))),
        patch.object(document, "plain", lambda served: clocked("text", lambda: plain(served))),
        patch.object(document, "scan_lines", lambda *told: clocked("scan", lambda: scan_lines(*told))),
        patch.object(document, "sections", lambda *told: clocked("sections", lambda: sections(*told))),
    ):
        yield


def show(name: str, times: Times) -> None:
    """Prints them."""
    if not times.plain:
        print(f"{name}: none here")
        return
    plain, unknown, html, automata, lexbor = (
        1000 * median(told) for told in (times.plain, times.unknown, times.html, times.automata, times.lexbor)
    )
    print(f"{name}: {len(times.plain):,} postings of {median(times.characters):,.0f} characters (median)")
    print(f"  from plain text {plain:6.3f} ms; automata alone {automata:.3f} ms: {plain / automata:.1f} times that")
    print(f"    with no line known {unknown:.3f} ms")
    print(f"  from HTML       {html:6.3f} ms; lexbor alone   {lexbor:.3f} ms: {html / lexbor:.1f} times that")
    print(f"  {PROCESSES} processes read {times.one / times.two:.2f} times what one does")
    total = times.readers.pop("all")
    by_time = sorted(times.readers.items(), key=lambda reader: -reader[1])
    told = [f"{reader} {spent / total:.1%}" for reader, spent in by_time]
    rest = 1 - sum(times.readers.values()) / total
    print(f"  of plain text: {', '.join(told)}, the rest {rest:.1%}")


def main(arguments: list[str]) -> None:
    n = int(arguments[0]) if arguments else N_SIMULATED
    with ProcessPoolExecutor(PROCESSES) as pool:
        show("recorded", measure(recorded(), pool, ROUNDS))
        show("simulated", measure(simulated(n), pool, 1))


if __name__ == "__main__":
    main(sys.argv[1:])
