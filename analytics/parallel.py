"""Work on all cores, in order, with no more in flight than the workers can soon do: memory stays bounded."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import current_process
from typing import TypeVar

AHEAD = 3  # batches a worker: one under way, two waiting
T = TypeVar("T")
R = TypeVar("R")


def n_cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def workers(*, worth_it: bool = True) -> Iterator[ProcessPoolExecutor | None]:
    """A pool of one process a core; None where there is one core, or where this process may start none."""
    if not worth_it or n_cores() < 2 or current_process().daemon:
        yield None
        return
    gc.freeze()  # what the workers inherit need not be looked through, nor copied by the looking
    with ProcessPoolExecutor(n_cores()) as pool:
        try:
            yield pool
        except BaseException:  # also Ctrl-C: what waits is not worth waiting for
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            gc.unfreeze()


def in_order(pool: ProcessPoolExecutor | None, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`map(work, items)`, by the pool where there is one; items are taken only as they are needed."""
    if pool is None:
        yield from map(work, items)
        return
    source = iter(items)
    waiting: deque[Future[R]] = deque(pool.submit(work, item) for item in islice(source, AHEAD * n_cores()))
    while waiting:
        done = waiting.popleft().result()
        waiting.extend(pool.submit(work, item) for item in islice(source, 1))
        yield done
