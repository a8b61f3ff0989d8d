"""Starts a crawl as a child process, passes signals on, and returns the exit code that the child computed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from store import exits

KILL_AFTER_S = 45.0  # longer than the child's own drain
SLICE_S = 1.0
ECHO_S = 1.0  # of a killed parent the kernel tells once for each of its threads; that is one signal
SIGNALS = (signal.SIGTERM, signal.SIGINT)
PR_SET_PDEATHSIG = 1


def crawl(arguments: Sequence[str], config: Path | None = None, environment: dict[str, str] | None = None) -> int:
    """Runs `python -m crawler` with these arguments; exit code by the contract, 130 or 143 when we were stopped."""
    told = ["--config", str(config)] if config is not None else []
    return run_child([sys.executable, "-m", "crawler", *told, *arguments], environment)


def end_with(parent: int) -> None:
    """Ends this process by SIGTERM when the one that started it ends, however that ends (on Linux).

    What the clock blocks is inherited and cleared here: a child that blocks SIGTERM could not be stopped.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before we asked
        sys.exit(exits.TERMINATED)


def run_child(command: Sequence[str], environment: dict[str, str] | None = None) -> int:
    """Runs a command in its own session until it ends; our signals become its SIGTERM, the last resort is SIGKILL."""
    child = subprocess.Popen(command, start_new_session=True, env=os.environ | (environment or {}))  # noqa: S603
    got: list[tuple[int, float]] = []
    with _passing_on(child, got):
        code = _wait(child, got)
    if got:
        return 128 + got[0][0]
    if code < 0:
        sys.stderr.write(f"jobtide: the child process was killed by signal {-code}; the same command resumes\n")
        return exits.BUG
    return code


def _wait(child: subprocess.Popen[bytes], got: list[tuple[int, float]]) -> int:
    stopped_s = 0.0
    while True:
        try:
            return child.wait(SLICE_S)
        except subprocess.TimeoutExpired:
            stopped_s += SLICE_S if got else 0.0
        if stopped_s >= KILL_AFTER_S:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


@contextlib.contextmanager
def _passing_on(child: subprocess.Popen[bytes], got: list[tuple[int, float]]) -> Iterator[None]:
    def passed_on(number: int, _frame: object) -> None:
        if got and time.monotonic() - got[-1][1] < ECHO_S:
            return
        got.append((number, time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signal.SIGTERM)

    before = {number: signal.signal(number, passed_on) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
