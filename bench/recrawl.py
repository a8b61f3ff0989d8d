"""CPU of a first crawl and of crawling the same again, each beyond that of an empty crawl: `make bench`.

Boards that did not change must cost next to nothing, for they are nearly all boards of nearly all days. The recorded
Ashby boards are served from loopback with ETags. Importing what a crawl needs takes ten times what the second crawl
adds and varies by more than that, in the same way for all three; so one process imports it, and each crawl is a fork of
it, measured whole. A round is an empty, a first, an empty and a second crawl, so that all see the same clock; the
middle of the rounds' ratios counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from store import exits
from tests.recorded import RECORDINGS, Recorded, load, served, settings_file

ROUNDS = 25


def main(told: list[str]) -> None:
    """Serves the boards to a process of its own, which is this file again and prints seconds and ratio."""
    if told:
        _measure(Path(told[0]))
    elif RECORDINGS.exists():
        with _boards() as recorded, TemporaryDirectory() as name:
            for at in range(ROUNDS):
                _prepare(recorded, Path(name) / str(at))
            subprocess.run([sys.executable, __file__, name], check=True)
    else:
        sys.stdout.write("the recorded boards are not here\n")


@contextmanager
def _boards() -> Iterator[Recorded]:
    recorded = load()
    recorded.boards = {key: board for key, board in recorded.boards.items() if key[0] == "ashby"}
    with served(recorded):
        yield recorded


def _prepare(recorded: Recorded, folder: Path) -> None:
    folder.mkdir()
    config = settings_file(recorded, folder, f"sqlite:///{folder}/jobtide.db")
    (folder / "none.csv").write_text("platform,token,company,sector,country\n", encoding="utf-8")
    told = config.read_text(encoding="utf-8").replace("boards.csv", "none.csv").replace("jobtide.db", "empty.db")
    config.rename(folder / "boards.toml")
    (folder / "empty.toml").write_text(told, encoding="utf-8")


def _measure(folder: Path) -> None:
    import twisted.internet.asyncioreactor  # noqa: F401

    rounds = [_round(folder / str(at)) for at in range(ROUNDS)]
    first, again = (median(column) for column in zip(*rounds, strict=True))
    low, ratio, high = quantiles((first_s / again_s for first_s, again_s in rounds), n=4)
    sys.stdout.write(
        f"beyond an empty crawl: the first {first:.2f} s of CPU, again {again:.3f} s: 1/{ratio:.1f}"
        f" (half of {ROUNDS} rounds between 1/{low:.1f} and 1/{high:.1f})\n"
    )


def _round(folder: Path) -> tuple[float, float]:
    """CPU seconds of the first and of the second crawl beyond those of an empty one."""
    _crawl_s(folder / "empty.toml")  # makes the empty store, as the crawls measured after it need not
    empty, first = _crawl_s(folder / "empty.toml"), _crawl_s(folder / "boards.toml")
    empty_again, again = _crawl_s(folder / "empty.toml"), _crawl_s(folder / "boards.toml")
    return first - empty, again - empty_again


def _crawl_s(config: Path) -> float:
    """CPU seconds of one crawl process, after its imports."""
    from crawler.__main__ import main as crawl

    child = os.fork()
    if child == 0:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            os._exit(crawl(["--config", str(config)]))
    _, code, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(code) not in (exits.COMPLETE, exits.SOME_FAILED):  # some recorded lists are empty
        raise SystemExit(f"a crawl of {config} ended with {os.waitstatus_to_exitcode(code)}")
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1:])
