"""Exit codes: the contract with whoever runs us."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread

COMPLETE = 0
BUG = 1
SOME_FAILED = 3  # committed, but some boards failed or were skipped
QUARANTINED = 4  # committed, but something waits for a person
IO_ERROR = 74
NOT_NOW = 75  # locked, or nothing is due
CONFIGURATION = 78
INTERRUPTED = 130
TERMINATED = 143

INTERRUPTED_LINE = "jobtide: interrupted\n"
FINE = ("snapshot", "unchanged", "window")


@contextmanager
def quiet_interrupt() -> Iterator[None]:
    """While modules are imported, Ctrl-C ends the process with one line in place of a trace."""
    is_ours = current_thread() is main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_ours:
        signal.signal(signal.SIGINT, _interrupted)
    yield
    if is_ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupted(_number: int, _frame: object) -> None:
    os.write(2, INTERRUPTED_LINE.encode())
    os._exit(INTERRUPTED)


def of_verdicts(verdicts: Collection[str]) -> int:
    """The exit code of a crawl that ended by itself."""
    if "quarantined" in verdicts:
        return QUARANTINED
    return COMPLETE if all(verdict in FINE for verdict in verdicts) else SOME_FAILED
