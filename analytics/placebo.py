"""How many alerts appear by chance: the detection rerun on windows in which nothing can have changed.

Each run deals the weeks of both windows anew, half of each to either side, so that a true change between them cancels
and what is left is noise with the data's own employers, batches and terms (methods 0, 5.4). The line is printed in
every report. A window of one week cannot be dealt.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.chain import seed
from analytics.movers import Counts, Covered, alerts, gather, windows
from analytics.numeric import Bools
from analytics.series import Calendar

RUNS = 20
COLUMNS = {"n_runs": "int64", "mean_alerts": "float64", "share_any": "float64", "n_tested": "int64"}


class Placebo(NamedTuple):
    """Alerts a run on average, and the share of runs with any; NaN without runs."""

    n_runs: int
    mean_alerts: float
    share_any: float


def placebo(counts: Counts, is_now: Bools, key: str, runs: int = RUNS) -> Placebo:
    """Reruns the gates of `movers` with the weeks dealt anew, seeded by `key` alone. Events play no part in it."""
    if min(is_now.sum(), (~is_now).sum()) < 2 or not counts.n_terms or not runs:
        return Placebo(0, float("nan"), float("nan"))
    rng = np.random.default_rng(seed(f"placebo {key}"))
    found = [int(alerts(counts, dealt(is_now, rng)).sum()) for _ in range(runs)]
    return Placebo(runs, float(np.mean(found)), float(np.mean(np.array(found) > 0)))


def dealt(is_now: Bools, rng: np.random.Generator) -> Bools:
    """Both windows' weeks in random order, half of each window on either side; odd halves are rounded at random."""
    sides = np.zeros(len(is_now), bool)
    for side in (False, True):
        weeks = rng.permutation(np.flatnonzero(is_now == side))
        half = (len(weeks) + int(rng.integers(2))) // 2
        sides[weeks[:half]] = True
    return sides


def placebo_runs(
    new: pd.DataFrame, terms: pd.DataFrame, calendar: Calendar, covered: Covered, weeks: int, window: int,
    runs: int = RUNS,
) -> pd.DataFrame:  # fmt: skip
    """One row for the windows that `movers.movers` compares: `COLUMNS`; no row where it has nothing to compare.

    mean_alerts: alerts a run on average; share_any: share of runs (0-1) with any; n_tested: terms.
    """
    spans = windows(calendar, weeks, window)
    if spans is None:
        return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)
    names, counts = gather(new, terms, spans, calendar, covered)
    found: dict[str, Any] = placebo(
        counts, spans.is_now, f"{calendar.labels[spans.at]} {weeks} {window}", runs
    )._asdict()
    return pd.DataFrame([{**found, "n_tested": len(names)}]).astype(COLUMNS)
