"""Exit codes: the contract with whoever runs us."""

from __future__ import annotations

from collections.abc import Collection

COMPLETE = 0
BUG = 1
SOME_FAILED = 3  # committed, but some boards failed or were skipped
QUARANTINED = 4  # committed, but something waits for a person
IO_ERROR = 74
NOT_NOW = 75  # locked, or nothing is due
CONFIGURATION = 78
INTERRUPTED = 130
TERMINATED = 143

FINE = ("snapshot", "unchanged", "window")


def of_verdicts(verdicts: Collection[str]) -> int:
    """The exit code of a crawl that ended by itself."""
    if "quarantined" in verdicts:
        return QUARANTINED
    return COMPLETE if all(verdict in FINE for verdict in verdicts) else SOME_FAILED
