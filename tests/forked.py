"""Crawls in processes of their own that need no start: each is forked from one that has imported what a crawl needs.

A reactor cannot be run twice, so every crawl needs a process. Most tests ask what it does; those that ask how the whole
command is started and stopped (test_cli, test_scheduler, test_backfill) start it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from tempfile import TemporaryDirectory

TIMEOUT_S = 120.0
_processes = get_context("forkserver")
_processes.set_forkserver_preload(["crawler.__main__", "scrapy.core.downloader.handlers.http11", __name__])


def crawler(*arguments: str) -> CompletedProcess[str]:
    """What `python -m crawler` does with these arguments in this folder and environment, to its end."""
    with TemporaryDirectory() as folder:
        said = Path(folder, "out"), Path(folder, "err")
        child = started(*arguments, said=said)
        child.join(TIMEOUT_S)
        if child.exitcode is None:
            child.kill()
            raise TimeoutExpired(arguments, TIMEOUT_S, *(path.read_bytes() for path in said))
        return CompletedProcess(arguments, child.exitcode, *(path.read_text("utf-8") for path in said))


def started(*arguments: str, said: tuple[Path, Path] = (Path(os.devnull),) * 2) -> ForkServerProcess:
    """The same, under way; it writes to the files `said`."""
    child = _processes.Process(target=_crawl, args=(arguments, dict(os.environ), said))
    child.start()
    return child


def process(job: Callable[..., None], *arguments: str) -> ForkServerProcess:
    """A function, under way in such a process."""
    child = _processes.Process(target=job, args=arguments)
    child.start()
    return child


def run_child(command: Sequence[str], environment: dict[str, str] | None = None) -> int:
    """For `crawler.launch.run_child` where it would start a crawl."""
    assert list(command[:3]) == [sys.executable, "-m", "crawler"]
    assert not environment
    done = crawler(*command[3:])
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    return done.returncode


def _crawl(arguments: Sequence[str], environment: dict[str, str], said: tuple[Path, Path]) -> None:
    from crawler.__main__ import main

    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(said, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.exit(main(list(arguments)))
