"""The season of counts: what may be said of it by the length of a series, and no more.

Under 53 weeks nothing; from 53 the difference to 52 weeks before, and borrowed factors for counts of new postings; from
156 own factors, by regression on the three years before. Shares are hardly seasonal: both their terms move together.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
import pandas as pd

from analytics.numeric import Bools, Floats, Ints
from analytics.series import Calendar
from analytics.spells import dates

YEAR_WEEKS, OWN_WEEKS = 53, 156
LAG_WEEKS = 52
HOLIDAY_WEEKS = (47, 48, 52, 53, 1)  # ISO: US Thanksgiving, Christmas, New Year
YEAR_DAYS = 365.25
WAVES = 3  # pairs of sine and cosine
MIN_YEARS_OF_WEEK = 2  # times that a holiday week was seen before it has an effect of its own
COLUMNS = {"week": "str", "value": "float64", "change_52": "float64", "factor": "float64", "adjusted": "float64",
           "method": "str", "is_holiday": "bool", "reason": "str"}  # fmt: skip
Method = Literal["none", "difference", "own"]


def method(n_weeks: int) -> Method:
    """What may be done about the season of a series of so many weeks."""
    return "own" if n_weeks >= OWN_WEEKS else "difference" if n_weeks >= YEAR_WEEKS else "none"


def is_holiday(labels: list[str]) -> Bools:
    """Whether the ISO week of a label such as "2026-W52" is one of holidays: drawn hatched, never "the latest week"."""
    return np.array([int(label[-2:]) in HOLIDAY_WEEKS for label in labels], bool)


def difference(values: Floats) -> Floats:
    """Change since 52 weeks before; NaN for the first 52."""
    before = np.r_[np.full(min(LAG_WEEKS, len(values)), np.nan), values[:-LAG_WEEKS]]
    return np.asarray(values - before, float)


@cache
def borrowed_factors(series: str = "new_postings") -> dict[int, float]:
    """Published factor by month of the year, from analytics/season_factors.csv; months without one are not in it."""
    with files("analytics").joinpath("season_factors.csv").open(encoding="utf-8") as stream:
        table = pd.read_csv(stream)
    held = table[table["series"].eq(series)]
    return dict(zip(held["month"].astype(int), held["factor"].astype(float), strict=True))


def borrowed(weeks: Ints, series: str = "new_postings") -> Floats:
    """The published factor of the month that holds each week's Thursday, NaN where none is published."""
    months = dates(np.asarray(weeks, float) * 7).dt.month
    return np.asarray(months.map(borrowed_factors(series)), float)


def own_factors(weeks: Ints, values: Floats, wanted: Ints) -> Floats:
    """Season of weekly counts at the weeks `wanted`, geometric mean 1 over a year, from the last 156 of `weeks`.

    Least squares of the log on a straight line, three waves of a year of 365.25 days (Fourier), and an effect for each
    ISO holiday week seen twice. Weeks without a positive count do not count. NaN with fewer than 156 weeks.
    """
    if len(weeks) < OWN_WEEKS or not (values[-OWN_WEEKS:] > 0).sum() > OWN_WEEKS / 2:
        return np.full(len(wanted), np.nan)
    at, count = weeks[-OWN_WEEKS:], values[-OWN_WEEKS:]
    known = count > 0
    numbers = _iso_weeks(at[known])
    holidays = [w for w in HOLIDAY_WEEKS if (numbers == w).sum() >= MIN_YEARS_OF_WEEK]
    trend = np.column_stack([np.ones(known.sum()), at[known] - at[0]])
    design = np.column_stack([trend, _season(at[known], holidays)])
    effects = np.linalg.lstsq(design, np.log(count[known]), rcond=None)[0][2:]
    season = _season(wanted, holidays) @ effects
    return np.asarray(np.exp(season - (_season(at[-LAG_WEEKS:], holidays) @ effects).mean()), float)


def seasonal_series(values: Floats, calendar: Calendar) -> pd.DataFrame:
    """Counts of new postings by week with what may be said of their season: `COLUMNS`.

    factor and adjusted (= value / factor) are borrowed from 53 weeks on, own from 156: those of a week come from the
    156 weeks before the ISO year of the week, so that they change once a year and never afterwards. Weeks before the
    first year with own factors keep borrowed ones.
    """
    kind = method(len(values))
    told = pd.DataFrame({"week": calendar.labels, "value": np.asarray(values, float)})
    told["change_52"] = difference(told["value"].to_numpy()) if kind != "none" else np.nan
    own = _own_by_year(calendar.weeks, told["value"].to_numpy())
    lent = borrowed(calendar.weeks) if kind != "none" else np.full(len(values), np.nan)
    told["factor"] = np.where(np.isnan(own), lent, own)
    told["adjusted"] = told["value"] / told["factor"]
    told["method"] = np.where(np.isnan(own), np.where(np.isnan(lent), "none", "borrowed"), "own")
    told["is_holiday"] = is_holiday(calendar.labels)
    reason = np.where(told["method"].eq("none"), "no published factor for the month", "")
    told["reason"] = reason if kind != "none" else "fewer than 53 weeks"
    return told[list(COLUMNS)].astype(COLUMNS)


def _own_by_year(weeks: Ints, values: Floats) -> Floats:
    factor = np.full(len(weeks), np.nan)
    years = dates(np.asarray(weeks, float) * 7).dt.isocalendar()["year"].to_numpy("int64")
    for year in np.unique(years):
        here = years == year
        factor[here] = own_factors(weeks[years < year], values[years < year], weeks[here])
    return factor


def _season(weeks: Ints, holidays: list[int]) -> Floats:
    """Waves at the week's Thursday and a column for each holiday week."""
    angle = 2 * np.pi * np.asarray(weeks, float)[:, None] * 7 / YEAR_DAYS * np.arange(1, WAVES + 1)
    return np.column_stack([np.sin(angle), np.cos(angle), _iso_weeks(weeks)[:, None] == np.array(holidays, int)])


def _iso_weeks(weeks: Ints) -> Ints:
    return np.asarray(dates(np.asarray(weeks, float) * 7).dt.isocalendar()["week"], "int64")
