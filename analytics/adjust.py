"""Shares with the mix of postings held fixed, beside the matched chain: three answers to "is it only composition?".

Post-stratification gives every cell (board type x level x country, say) the weight it had in a base year; the
continuous panel keeps the employers that were there nearly all of the last 53 weeks; employer fixed effects tell the
change within employers. And the share that a reader with known errors would have counted (methods 2.4, 3.3).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from analytics.numeric import Z95, Bools, Floats, Ints, t_quantile
from analytics.series import COLUMNS, Calendar, share_series
from analytics.share import design_effect, ratio, wilson

OFF_ONE = 1e-3  # by how much the shares of a target may miss 1: they are printed rounded
MIN_CELL = 30  # postings in a cell; smaller ones are joined with others
TRIM = (1 / 5, 5.0)  # least and greatest weight of a posting
PANEL_WEEKS, PRESENT = 53, 0.8
MIN_PANEL_EMPLOYERS, MIN_PANEL_SHARE = 30, 0.3
RARE, RARE_SPECIFICITY = 0.02, 0.995  # below this share, a reader must be at least so specific
ANY = "any"  # the value of a dimension over which a small cell was joined
LEAST_LEFT = 1e-9  # of a column, sum of squares that those before it do not explain: less is none
CELLS = {"cell": "str", "n": "int64", "y": "float64", "target": "float64", "weight": "float64"}
CHANGES = {"period": "int64", "change": "float64", "se": "float64", "low": "float64", "high": "float64", "n": "int64",
           "employers": "int64"}  # fmt: skip


class Weighted(NamedTuple):
    """A post-stratified share, 0-1. `se` takes postings for independent, low and high cluster them by employer;
    `n_eff` is Kish's. `cells` has the columns of `CELLS`. NaN with a `reason` where it cannot be told."""

    value: float
    raw: float
    low: float
    high: float
    se: float
    n_eff: float
    cells: pd.DataFrame
    reason: str


def rogan_gladen(share: float | Floats, sensitivity: float, specificity: float) -> Floats:
    """The true share behind one counted by a reader with these error rates, 0-1 (Rogan and Gladen 1978).

    NaN where the reader tells nothing (sensitivity + specificity <= 1), and for shares below 2 % unless specificity is
    at least .995: there false finds are as many as true ones.
    """
    counted = np.asarray(share, float)
    power = sensitivity + specificity - 1
    if power <= 0:
        return np.full(counted.shape, np.nan)
    true = np.clip((counted + specificity - 1) / power, 0, 1)
    return np.where((counted < RARE) & (specificity < RARE_SPECIFICITY), np.nan, true)


def post_stratified(items: pd.DataFrame, target: pd.DataFrame, by: list[str]) -> Weighted:
    """Share of `items` with y = 1, cells of the columns `by` weighted as in `target`.

    `items`: one row a posting, company, y and the columns `by` (text). `target`: those columns and target, the fixed
    share of each cell. Cells below 30 postings lose their last dimension, then the one before, until they are large
    enough; what is left small joins the smallest other cell. Weights are trimmed to [1/5, 5]. Raises ValueError as
    `check_target`.
    """
    check_target(target, by)
    held, wanted = _joined(items, target, by)
    cells = _cells(held, wanted)
    if cells.empty or not cells["target"].sum() > 0:
        return Weighted(*(float("nan"),) * 6, cells, "no posting in a weighted cell")
    return _weighted(held, cells)


def check_target(target: pd.DataFrame, by: list[str]) -> None:
    """Raises ValueError for a target without a column of `by`, with two rows of one cell, or that does not sum to 1."""
    columns = list(target) if isinstance(target, pd.DataFrame) else []
    if not by or (lacking := [name for name in (*by, "target") if name not in columns]):
        told = f"it lacks {', '.join(lacking)}" if by else "by names none"
        raise ValueError(f"target is a frame of the columns of by and target; {told}")
    if target.duplicated(by).any():
        raise ValueError("a cell stands twice in the target")
    shares = target["target"]
    if not is_numeric_dtype(shares) or is_bool_dtype(shares) or not np.isfinite(shares.to_numpy(float)).all():
        raise ValueError("target holds shares from 0 to 1, and something else")
    if (shares < 0).any() or abs(shares.sum() - 1) > OFF_ONE:
        raise ValueError(
            f"target holds shares that add up to 1; the least is {shares.min():g}, the sum {shares.sum():g}"
        )


def kish(weights: Floats) -> float:
    """Effective number of the postings with these weights (Kish 1965); NaN for none."""
    return float(ratio(weights.sum() ** 2, (weights**2).sum()))


def continuous_employers(presence: pd.DataFrame, weeks: Ints) -> list[str]:
    """Employers that were present in at least 80 % of the last 53 of `weeks`, sorted; none while there are fewer weeks.

    `presence` has week_number and company, rows as often as it likes (the frame of `panel.build`).
    """
    if len(weeks) < PANEL_WEEKS:
        return []
    last = weeks[-PANEL_WEEKS:]
    seen = presence.loc[presence["week_number"].between(last[0], last[-1]), ["week_number", "company"]]
    n_weeks = seen.drop_duplicates().groupby("company").size()
    return sorted(str(name) for name in n_weeks.index[n_weeks >= PRESENT * PANEL_WEEKS])


def continuous_series(items: pd.DataFrame, presence: pd.DataFrame, calendar: Calendar, window: int) -> pd.DataFrame:
    """Share among the continuous employers in the last 53 weeks: `series.COLUMNS`, panel_employers, panel_share.

    panel_share: part of the window's postings that are theirs. A point is not shown with fewer than 30 such employers
    or below 30 % of the postings. Empty while the market has fewer than 53 weeks.
    """
    employers = continuous_employers(presence, calendar.weeks)
    inside = items[items["company"].isin(employers)]
    table = share_series(inside, calendar, window)[list(COLUMNS)]
    whole = share_series(items, calendar, window)["n"].to_numpy(float)
    table["panel_employers"] = np.full(len(table), len(employers), "int64")
    table["panel_share"] = ratio(table["n"].to_numpy(float), whole)
    enough = calendar.weeks if len(calendar.weeks) >= PANEL_WEEKS else calendar.weeks[:0]
    return _without_small_panels(table).iloc[len(table) - min(len(enough), PANEL_WEEKS) :].reset_index(drop=True)


def within_employers(items: pd.DataFrame, controls: list[str] | None = None) -> pd.DataFrame:
    """Change of the share since the first period within employers: `CHANGES`, one row a later period.

    `items`: period (whole numbers), company, y and the numeric columns `controls`. Linear probability with an effect
    for each employer, taken out before the regression (Frisch and Waugh 1933, Lovell 1963); standard errors by
    employer, t with effective employers - 1 degrees of freedom. n and employers count those in more than one period,
    the only ones that tell anything. NaN where a period shares no employer with the others.
    """
    periods = np.sort(items["period"].unique())
    company = pd.factorize(items["company"])[0].astype("int64")
    x = np.column_stack([(items["period"].to_numpy()[:, None] == periods[1:]).astype(float),
                         items[controls or []].to_numpy(float)])  # fmt: skip
    x, y = _demeaned(x, company), _demeaned(items["y"].to_numpy(float)[:, None], company)[:, 0]
    coefficient, se = clustered_ols(x, y, company)
    k = max(len(periods) - 1, 0)
    several = items.groupby("company")["period"].transform("nunique") > 1
    sizes = np.bincount(company[several.to_numpy(bool)]).astype(float)
    half = t_quantile(0.975, np.fmax(ratio(sizes.sum() ** 2, (sizes**2).sum()), 2) - 1) * se[:k]
    told = {"change": coefficient[:k], "se": se[:k], "low": coefficient[:k] - half, "high": coefficient[:k] + half}
    held = items[several].groupby("period")["company"]
    told_by = {"n": held.size(), "employers": held.nunique()}
    counted = {name: size.reindex(periods[1:], fill_value=0).to_numpy() for name, size in told_by.items()}
    return pd.DataFrame({"period": periods[1:], **told, **counted}).astype(CHANGES)


def clustered_ols(x: Floats, y: Floats, cluster: Ints) -> tuple[Floats, Floats]:
    """Coefficients of y on x and their standard errors by cluster, C / (C - 1) corrected; NaN for what is not told.

    `x` holds no constant: take means out before, by cluster for fixed effects.
    """
    unknown = np.full(x.shape[1], np.nan)
    used = _independent(x)
    n_clusters = len(np.unique(cluster))
    if not used.any() or n_clusters < 2:
        return unknown, unknown.copy()
    bread = np.linalg.inv(x[:, used].T @ x[:, used])
    beta = bread @ x[:, used].T @ y
    scores = np.zeros((int(cluster.max()) + 1, int(used.sum())))
    np.add.at(scores, cluster, x[:, used] * (y - x[:, used] @ beta)[:, None])
    variance = n_clusters / (n_clusters - 1) * bread @ scores.T @ scores @ bread
    coefficient, se = unknown, unknown.copy()
    coefficient[used], se[used] = beta, np.sqrt(np.diag(variance))
    return coefficient, se


def _independent(x: Floats) -> Bools:
    """Columns that are no combination of those before them, by what these leave of their squares."""
    inner = x.T @ x
    used = np.zeros(x.shape[1], bool)
    for column, square in enumerate(np.diag(inner)):
        told = inner[used][:, column]
        left = square - told @ np.linalg.solve(inner[np.ix_(used, used)], told)
        used[column] = left > LEAST_LEFT * max(square, 1.0)
    return used


def _demeaned(x: Floats, cluster: Ints) -> Floats:
    if not len(x):
        return x
    sums = np.zeros((int(cluster.max()) + 1, x.shape[1]))
    np.add.at(sums, cluster, x)
    return np.asarray(x - (sums / np.bincount(cluster)[:, None])[cluster], float)


def _joined(items: pd.DataFrame, target: pd.DataFrame, by: list[str]) -> tuple[pd.DataFrame, pd.Series[Any]]:
    """`items` with their cell, and the target of each cell, small cells joined."""
    goal = target[by].assign(target=target["target"].astype(float) / target["target"].sum())
    counted = items.groupby(by).size().rename("n").reset_index()
    table = counted.merge(goal, on=by, how="outer").fillna({"n": 0, "target": 0.0})
    table["cell"] = _cell_names(table, by)
    held = items[list(dict.fromkeys(["company", "y", *by]))].merge(table[[*by, "cell"]], on=by, how="left")
    return held, table.groupby("cell")["target"].sum()


def _cell_names(table: pd.DataFrame, by: list[str]) -> pd.Series[Any]:
    """The joined cell of each row of by, n: dimensions of small cells become "any", from the last to the first."""
    parts = table[by].astype("str").reset_index(drop=True)
    n = table["n"].reset_index(drop=True)
    for name in reversed(by):
        total = n.groupby([parts[c] for c in by]).transform("sum")
        parts[name] = parts[name].where(total >= MIN_CELL, ANY)
    cell = parts.agg(" / ".join, axis=1) if len(parts) else pd.Series(dtype="str")
    total = n.groupby(cell).sum()
    small, others = total[total < MIN_CELL].index, total[total >= MIN_CELL]
    named = cell.where(~cell.isin(small), others.idxmin()) if len(small) and len(others) else cell
    return named.set_axis(table.index)


def _cells(held: pd.DataFrame, target: pd.Series[Any]) -> pd.DataFrame:
    """`CELLS` of the cells with postings: weight = target over the share of the sample, trimmed."""
    told = held.groupby("cell")["y"].agg(n="size", y="sum").reset_index()
    told["target"] = told["cell"].map(target).astype("float64")
    told["weight"] = (told["target"] / (told["n"] / max(len(held), 1))).clip(*TRIM)
    return told[list(CELLS)].astype(CELLS)


def _weighted(held: pd.DataFrame, cells: pd.DataFrame) -> Weighted:
    by_cell = cells.set_index("cell")
    p = by_cell["y"] / by_cell["n"]
    part = by_cell["weight"] * by_cell["n"]
    part = part / part.sum()  # the target, but for what was trimmed
    value, variance = float((part * p).sum()), float((part**2 * p * (1 - p) / by_cell["n"]).sum())
    weights = held["cell"].map(by_cell["weight"]).to_numpy(float)
    residual = weights * (held["y"].to_numpy(float) - held["cell"].map(p).to_numpy(float)) / weights.sum()
    raw, n_eff = float(held["y"].mean()), kish(weights)
    low, high = _limits(value, variance, n_eff, residual, pd.factorize(held["company"])[0].astype("int64"))
    return Weighted(value, raw, low, high, variance**0.5, n_eff, cells, "")


def _limits(value: float, variance: float, n_eff: float, residual: Floats, company: Ints) -> tuple[float, float]:
    """Wilson's limits at the sample size that the clustered variance is worth, as for plain shares."""
    m = np.bincount(company).astype(float)
    clustered = ratio(len(m), len(m) - 1) * (np.bincount(company, residual) ** 2).sum()
    known = 0 < value < 1 and len(m) > 1
    deff = design_effect(np.zeros(len(m)), m)  # of the assumed correlation
    worth = ratio(value * (1 - value), np.maximum(clustered, variance)) if known else n_eff / deff
    c_eff = np.maximum(ratio(m.sum() ** 2, (m**2).sum()), 2)
    low, high = wilson(value, worth * (Z95 / t_quantile(0.975, c_eff - 1)) ** 2)
    return float(low), float(high)


def _without_small_panels(table: pd.DataFrame) -> pd.DataFrame:
    few = np.where(table["panel_share"] >= MIN_PANEL_SHARE, "", "panel holds less than 30 % of the postings")
    few = np.where(table["panel_employers"] >= MIN_PANEL_EMPLOYERS, few, "fewer than 30 continuous employers")
    hidden = (few != "") & table["status"].ne("dark").to_numpy()
    table.loc[hidden, ["value", "low", "high"]] = np.nan
    table["status"] = table["status"].mask(hidden, "too_few")
    table["reason"] = table["reason"].mask(hidden, pd.Series(few, index=table.index, dtype="str"))
    return table
