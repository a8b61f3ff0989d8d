"""Reading all that a store holds, from the store into the store: `python bench/store_to_store.py [N]` (5,000 postings).

Prints seconds, milliseconds a posting and core, and the largest memory of any of the processes.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from analytics.observe import read_store
from analytics.parallel import n_cores
from bench.reading import Sample, simulated
from store import runs
from store.connect import open_engine
from store.migrate import upgrade
from store.posting import Place, Posting
from store.write import BoardResult, label_boards, record_board

N_POSTINGS = 5_000
AT = datetime(2026, 1, 5, 6, tzinfo=UTC)


def main(arguments: list[str]) -> None:
    """Fills a store, has it read, prints. A process each: workers inherit what their parent ever held."""
    if arguments[:1] == ["--fill"]:
        fill(arguments[1], int(arguments[2]))
    elif arguments[:1] == ["--read"]:
        measure(arguments[1])
    else:
        with TemporaryDirectory() as folder:
            url, n = f"sqlite:///{Path(folder)}/jobtide.db", arguments[0] if arguments else str(N_POSTINGS)
            for task in (["--fill", url, n], ["--read", url]):
                subprocess.run([sys.executable, __file__, *task], check=True)


def measure(url: str) -> None:
    """Reads a store and prints what it took."""
    start = perf_counter()
    done = read_store(open_engine(url), at=AT)
    seconds = perf_counter() - start
    each_ms = 1000 * seconds * n_cores() / done.n_read
    largest = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"{done.n_read:,} postings from store to store: {seconds:.1f} s on {n_cores()} cores: {each_ms:.2f} ms each")
    print(f"largest process {largest / 1024:.0f} MB")


def fill(url: str, n: int) -> None:
    """Makes a store of `n` simulated postings, a board an employer, as one crawl would."""
    engine = open_engine(url)
    upgrade(engine)
    claim = runs.claim(engine, "crawl", AT, now=AT, clock="given")
    by_company = groupby(sorted(simulated(n), key=lambda sample: sample.company), key=lambda sample: sample.company)
    for number, (company, samples) in enumerate(by_company):
        told = {"platform": "lever", "token": f"board-{number}", "company": company, "sector": "", "country": ""}
        label_boards(engine, [told], AT)
        postings = [_posting(at, sample) for at, sample in enumerate(samples)]
        result = BoardResult(
            platform="lever", token=told["token"], verdict="snapshot", fetched_at=AT, postings=postings
        )
        with engine.connect() as conn:
            record_board(conn, claim, result, AT)
    runs.finish(engine, claim.run_id, now=AT, state="done", exit_code=0)


def _posting(number: int, sample: Sample) -> Posting:
    return Posting(
        external_id=str(number), title=sample.title, body_html=sample.html, places=(Place(label=sample.location),)
    )


if __name__ == "__main__":
    main(sys.argv[1:])
