"""CPU of a first crawl and of crawling the same again, each beyond that of an empty crawl: `make bench`.

Boards that did not change must cost next to nothing, for they are nearly all boards of nearly all days. The recorded
Ashby boards are served from loopback with ETags; whole processes are measured. Starting one takes ten times what the
second crawl adds to it and varies by more than that, so an empty crawl and a second one run in pairs, one right after
the other, and the middle of their differences counts; its quartiles tell how far to trust it.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from tests.recorded import RECORDINGS, Recorded, load, served, settings_file

ROUNDS = 40
FIRST_CRAWLS = 5


def main() -> None:
    """Prints seconds and ratio."""
    if not RECORDINGS.exists():
        sys.stdout.write("the recorded boards are not here\n")
        return
    with _boards() as recorded, TemporaryDirectory() as name:
        first = [_first(recorded, Path(name) / str(at)) for at in range(FIRST_CRAWLS)]
        config, empty = Path(name) / "0" / "jobtide.toml", Path(name) / "0" / "empty.toml"
        pairs = [(_crawl_s(empty), _crawl_s(config)) for _ in range(ROUNDS)]
    nothing = median(pair[0] for pair in pairs)
    low, again_s, high = quantiles((again - empty for empty, again in pairs), n=4)
    first_s = median(first) - nothing
    sys.stdout.write(
        f"an empty crawl {nothing:.2f} s of CPU; beyond it the first crawl of {len(recorded.boards)} boards"
    )
    sys.stdout.write(f" {first_s:.2f} s, again {again_s:.3f} s (quartiles {low:.3f} and {high:.3f}):")
    sys.stdout.write(f" 1/{first_s / again_s:.1f}\n")


@contextmanager
def _boards() -> Iterator[Recorded]:
    recorded = load()
    recorded.boards = {key: board for key, board in recorded.boards.items() if key[0] == "ashby"}
    with served(recorded):
        yield recorded


def _first(recorded: Recorded, folder: Path) -> float:
    folder.mkdir()
    config = settings_file(recorded, folder, f"sqlite:///{folder}/jobtide.db")
    (folder / "none.csv").write_text("platform,token,company,sector,country\n", encoding="utf-8")
    told = config.read_text(encoding="utf-8").replace("boards.csv", "none.csv").replace("jobtide.db", "empty.db")
    (folder / "empty.toml").write_text(told, encoding="utf-8")
    _crawl_s(folder / "empty.toml")
    return _crawl_s(config)


def _crawl_s(config: Path) -> float:
    """CPU seconds of one `jobtide crawl`, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "jobtide", "--config", str(config), "crawl"]
    subprocess.run(command, check=False, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
