"""How long postings stay advertised: product-limit survival with late entry, by cohort, clustered by employer.

Closed is not filled: a posting may be taken down, expire or be given up. A posting that was there when its board was
first read has already survived so long, so it enters the risk set at that age and not at age 0 (left truncation);
one that is still open, or whose board went dark, leaves it without closing (right censoring). Leaving out either group
bends the curve (methods 6; Kaplan and Meier 1958, Greenwood 1926, clusters: Williams 1995).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.chain import seed
from analytics.numeric import Bools, Floats, Ints, t_quantile
from analytics.share import ratio, reason_few
from analytics.spells import GRACE_DAYS, KEY, dates, days

MAX_AGE_DAYS = 730  # beyond it a curve is not followed
MIN_AT_RISK, MIN_CLOSED = 10, 50
RESAMPLES, CHUNK = 2000, 250
SURELY_BELOW = 0.4  # an upper limit of survival that puts an age beyond the median
SPIKE_AGES = (30, 60, 90)  # days after which platforms take advertisements down by themselves
SPIKE_REACH, SPIKE_TIMES, SPIKE_SIGMA = 10, 3.0, 3.0
GAPS_BELOW_MEDIAN = 3  # a median below so many crawl gaps hangs on where in the gap a posting closed
LIVES = {
    "posting_id": "str", "spell": "int64", "company": "str", "entry_days": "float64", "exit_days": "float64",
    "is_event": "bool", "gap_days": "float64", "opened_month": "str", "opened_quarter": "str",
}  # fmt: skip
CURVE = {
    "group": "str", "age_days": "int64", "survival": "float64", "low": "float64", "high": "float64",
    "n_at_risk": "int64", "n_closed": "int64", "is_spike": "bool",
}  # fmt: skip
SUMMARY = {
    "group": "str", "median_days": "float64", "low": "float64", "high": "float64", "from_age_days": "int64",
    "n": "int64", "n_closed": "int64", "employers": "int64", "crawl_gap_days": "float64", "spikes": "str",
    "status": "str", "reason": "str",
}  # fmt: skip


class Survival(NamedTuple):
    """One row an age at which something closed: S(age), Greenwood's standard error, at risk, closed."""

    age: Ints
    survival: Floats
    se: Floats
    at_risk: Floats
    closed: Floats


class Counts(NamedTuple):
    """At risk and closed by (employer, age 1..last)."""

    at_risk: Floats
    closed: Floats


class Used(NamedTuple):
    """The ages of a curve with their counts; survival is conditional on reaching `from_age` days."""

    age: Ints
    counts: Counts
    from_age: int
    is_spike: Bools


def product_limit(entry: Floats, exit_: Floats, is_event: Bools) -> Survival:
    """Kaplan-Meier estimate of whole-day ages for lives at risk in (entry, exit].

    At age t at risk are those with entry < t <= exit. The standard error is NaN where nothing is left.
    """
    at_risk, closed = (v[0] for v in _counts(entry, exit_, is_event, np.zeros(len(entry), "int64"), 1))
    some = closed > 0
    n, d = at_risk[some], closed[some]
    survival = np.cumprod(1 - d / n)
    greenwood = np.cumsum(ratio(d, n * (n - d)))
    return Survival(np.flatnonzero(some) + 1, survival, survival * np.sqrt(greenwood), n, d)


def median_age(age: Ints, survival: Floats) -> float:
    """First age at which at most half survive; inf when more than half still do at the last one."""
    below = np.flatnonzero(survival <= 0.5)
    return float(age[below[0]]) if len(below) else float("inf")


def lives(stretches: pd.DataFrame) -> pd.DataFrame:
    """One row a stretch of a posting in sight whose age is known: `LIVES`, ages in days.

    `stretches` are those of `analytics.spells.segments`. The age is counted from the opening, of postings that were
    there before their board was read from the platform's own date. Left out is what has neither, and what opened
    somewhere in a gap of more than 14 days between crawls. Provisional closings (absent once) count as closings.
    """
    opened = _opened(stretches)
    held = stretches.assign(opened=opened)[np.isfinite(opened) & (opened <= stretches["start_day"])]
    end = np.minimum(held["end_day"].where(held["is_closing"], held["end_day"] - 1), _last(held))
    frame = held[[*KEY, "company"]].assign(
        entry_days=(held["start_day"] - held["opened"]).where(~held["is_new"], 0.0),
        exit_days=end - held["opened"],
        is_event=held["is_closing"],
        gap_days=(held["gone_day"] - held["last_day"]).where(held["is_closing"]),
        **_cohorts(held["opened"].to_numpy(float)),
    )
    followed = _until(frame, MAX_AGE_DAYS)
    return followed[followed["exit_days"] > followed["entry_days"]].reset_index(drop=True)[list(LIVES)].astype(LIVES)


def curve(lived: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Share of postings still advertised by age, of each group of column `by`: `CURVE`.

    Only ages with at least 10 at risk; where the youngest ages lack them, survival is conditional on reaching the
    first age that has them (`from_age_days` of `summary`). The 95 % interval is made on the scale log(-log S) with the
    greater of Greenwood's variance and that with employers as clusters. `is_spike` marks closings by the calendar.
    """
    parts = [_curve(held).assign(group=name) for name, held in _groups(lived, by)]
    return pd.concat([_typed({}, CURVE), *parts], ignore_index=True)[list(CURVE)].astype(CURVE)


def summary(lived: pd.DataFrame, by: str | None = None, key: str = "lifetime") -> pd.DataFrame:
    """Median age at closing of each group of column `by`: `SUMMARY`, days, 95 % by resampling employers 2,000 times.

    The resampling is seeded by `key` and the group. status: ok; conditional (survival from `from_age_days` on);
    coarse (median below three crawl gaps); too_few, with the reason and without numbers. A limit that was not reached
    is NaN.
    """
    rows = [_summary(held, name, f"{key} {name}") for name, held in _groups(lived, by)]
    return _typed({name: [row[name] for row in rows] for name in SUMMARY}, SUMMARY)


def _groups(lived: pd.DataFrame, by: str | None) -> list[tuple[str, pd.DataFrame]]:
    if by is None:
        return [("all", lived)] if len(lived) else []
    return [(str(name), held) for name, held in lived.groupby(by, sort=True)]


def _typed(columns: dict[str, Any], schema: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(columns.get(name, []), dtype=kind) for name, kind in schema.items()})


def _opened(stretches: pd.DataFrame) -> pd.Series[Any]:
    """Day of opening; NaN where it is unknown, or known only to lie in a gap too long to tell an age by."""
    posted = pd.Series(days(stretches["posted_at"]), index=stretches.index)
    posted = posted.where(posted <= stretches["first_day"])
    gap = stretches["first_day"] - stretches["before_day"]
    is_vague = (gap > GRACE_DAYS) & stretches["opened_day"].ne(posted)
    return stretches["opened_day"].mask(is_vague).where(stretches["before_day"].notna(), posted)


def _last(held: pd.DataFrame) -> pd.Series[Any]:
    """The last day that is known of: of a closing all is known, else the last sighting."""
    return held["last_day"].mask(held["is_closing"], np.inf)


def _cohorts(opened: Floats) -> dict[str, Any]:
    on = dates(opened)
    month = on.dt.strftime("%Y-%m")
    return {"opened_month": month.to_numpy(), "opened_quarter": (on.dt.year.astype("str") + "-Q" +
            on.dt.quarter.astype("str")).to_numpy()}  # fmt: skip


def _until(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """Followed for at most so many days; who lives longer is censored there."""
    is_longer = frame["exit_days"] > most
    return frame.assign(exit_days=frame["exit_days"].clip(upper=most), is_event=frame["is_event"] & ~is_longer)


def _counts(entry: Floats, exit_: Floats, is_event: Bools, code: Ints, n_codes: int) -> Counts:
    last = int(exit_.max(initial=0))
    begun, ended, closed = (np.zeros((n_codes, last + 2)) for _ in range(3))
    np.add.at(begun, (code, np.minimum(entry, exit_).astype("int64") + 1), 1.0)
    np.add.at(ended, (code, exit_.astype("int64") + 1), 1.0)
    np.add.at(closed, (code[is_event], exit_[is_event].astype("int64")), 1.0)
    at_risk = np.cumsum(begun - ended, axis=1)
    return Counts(at_risk[:, 1 : last + 1], closed[:, 1 : last + 1])


def _of(held: pd.DataFrame) -> Counts:
    code, names = pd.factorize(held["company"], sort=True)
    entry, exit_ = (held[name].to_numpy(float) for name in ("entry_days", "exit_days"))
    return _counts(entry, exit_, held["is_event"].to_numpy(bool), code.astype("int64"), len(names))


def _used(held: pd.DataFrame) -> Used:
    """The ages that enough are at risk at: from the first such age at which some close to the last in a row."""
    counts = _of(held)
    n, d = (v.sum(0) for v in counts)
    some = np.flatnonzero(d > 0)
    enough = n[some] >= MIN_AT_RISK
    begin = int(enough.argmax()) if enough.any() else len(some)
    lacking = np.flatnonzero(~enough[begin:])
    kept = some[begin : begin + int(lacking[0]) if len(lacking) else None]
    start = int(kept[0]) if begin and len(kept) else 0
    return Used(kept + 1, Counts(counts.at_risk[:, kept], counts.closed[:, kept]), start, _spikes(n, d)[kept])


def _survival(counts: Counts) -> Floats:
    return np.asarray(np.cumprod(1 - ratio(counts.closed.sum(0), counts.at_risk.sum(0))), float)


def _curve(held: pd.DataFrame) -> pd.DataFrame:
    used = _used(held)
    survival = _survival(used.counts)
    low, high = _limits(survival, used.counts, _c_eff(held))
    told = {"age_days": used.age, "survival": survival, "low": low, "high": high, "is_spike": used.is_spike}
    return pd.DataFrame({**told, "n_at_risk": used.counts.at_risk.sum(0), "n_closed": used.counts.closed.sum(0)})


def _limits(survival: Floats, counts: Counts, c_eff: float) -> tuple[Floats, Floats]:
    """95 % limits on log(-log S), whose standard error is that of log S over |log S|."""
    n, d, count = counts.at_risk.sum(0), counts.closed.sum(0), len(counts.closed)
    greenwood = np.cumsum(ratio(d, n * (n - d)))
    influence = np.cumsum(ratio(counts.closed - ratio(d, n) * counts.at_risk, n - d), axis=1)
    clustered = ratio(count, count - 1) * (influence**2).sum(0)
    inside = (survival > 0) & (survival < 1)
    log_s = np.log(np.where(inside, survival, 0.5))
    half = t_quantile(0.975, max(c_eff, 2.0) - 1) * np.sqrt(np.fmax(greenwood, clustered)) / -log_s
    inside &= count > 1  # how employers differ is unknown of one
    low, high = (np.where(inside, np.exp(log_s * np.exp(sign * half)), np.nan) for sign in (1, -1))
    return low, high


def _c_eff(held: pd.DataFrame) -> float:
    sizes = held["company"].value_counts().to_numpy(float)
    return float(ratio(sizes.sum() ** 2, (sizes**2).sum()))


def _spikes(at_risk: Floats, closed: Floats) -> Bools:
    """Whether far more close within a day of 30, 60 or 90 days than at the ages around, by rate and by count."""
    age = np.arange(len(closed)) + 1
    found = np.zeros(len(closed), bool)
    for mark in SPIKE_AGES:
        here, around = abs(age - mark) <= 1, abs(age - mark) <= SPIKE_REACH
        rest = around & ~here
        expected = float(np.nan_to_num(ratio(closed[rest].sum(), at_risk[rest].sum()) * at_risk[here].sum()))
        most = max(expected * SPIKE_TIMES, expected + SPIKE_SIGMA * (expected + 1) ** 0.5)
        found |= here & (closed[here].sum() > most)
    return found


def _summary(held: pd.DataFrame, name: str, key: str) -> dict[str, Any]:
    used = _used(held)
    median = median_age(used.age, _survival(used.counts))
    gap = float(held["gap_days"].median()) if held["is_event"].any() else float("nan")
    reason = _reason(held, median)
    low, high = (np.nan, np.nan) if reason else _interval(_until_half(used, _c_eff(held)), key)
    spikes = [str(mark) for mark in SPIKE_AGES if used.is_spike[abs(used.age - mark) <= 1].any()]
    told = {"group": name, "median_days": np.nan if reason else median, "low": low, "high": high}
    sample = {"n": len(held), "n_closed": int(held["is_event"].sum()), "employers": held["company"].nunique()}
    shape = {"from_age_days": used.from_age, "crawl_gap_days": gap, "spikes": ", ".join(spikes)}
    return told | sample | shape | _status(reason, used.from_age, median, gap)


def _reason(held: pd.DataFrame, median: float) -> str:
    if held["is_event"].sum() < MIN_CLOSED:
        return "fewer than 50 closings"
    few = str(reason_few(np.array(held["company"].nunique()), np.array(_c_eff(held))))
    return few or ("more than half outlive the ages observed" if median == np.inf else "")


def _status(reason: str, from_age: int, median: float, gap: float) -> dict[str, str]:
    if reason:
        return {"status": "too_few", "reason": reason}
    if from_age:
        return {"status": "conditional", "reason": f"fewer than 10 at risk before {from_age} days"}
    if median < GAPS_BELOW_MEDIAN * gap:
        return {"status": "coarse", "reason": "the median is below three crawl gaps"}
    return {"status": "ok", "reason": ""}


def _until_half(used: Used, c_eff: float) -> Used:
    """Without the ages that hardly a resample would have its median at: this is most of the work."""
    _, high = _limits(_survival(used.counts), used.counts, c_eff)
    kept = slice(0, int((high < SURELY_BELOW).argmax()) + 1 if (high < SURELY_BELOW).any() else None)
    return used._replace(age=used.age[kept], counts=Counts(*(v[:, kept] for v in used.counts)))


def _interval(used: Used, key: str) -> tuple[float, float]:
    """2.5 and 97.5 percentile of the median over resampled employers; a limit that is not reached is NaN."""
    at_risk, closed = (np.ascontiguousarray(v, "float32") for v in used.counts)
    count = len(at_risk)
    rng = np.random.default_rng(seed(key))
    draws = (_drawn(rng, count) for _ in range(RESAMPLES // CHUNK))
    found = [_medians(used.age, times @ at_risk, times @ closed) for times in draws]
    limits = np.quantile(np.concatenate(found), [0.025, 0.975], method="inverted_cdf")
    low, high = (float(v) if np.isfinite(v) else float("nan") for v in limits)
    return low, high


def _drawn(rng: np.random.Generator, count: int) -> Any:
    """(resamples, employers): how often each was drawn; many times as fast as a multinomial draw."""
    cell = rng.integers(0, count, (CHUNK, count)) + np.arange(CHUNK)[:, None] * count
    return np.bincount(cell.ravel(), minlength=CHUNK * count).reshape(CHUNK, count).astype("float32")


def _medians(age: Ints, at_risk: Floats, closed: Floats) -> Floats:
    """`median_age` of each row."""
    below = np.cumprod(1 - np.nan_to_num(ratio(closed, at_risk)), axis=1) <= 0.5
    return np.where(below.any(1), age[below.argmax(1)], np.inf)
