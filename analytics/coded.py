"""Text as numbers: what makes grouping, joining and counting of millions of rows cheap.

Text that repeats is held as pandas categories in sorted order, so that sorting codes sorts text; `plain` makes text of
it again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analytics.numeric import Bools, Ints


def codes(column: pd.Series[Any]) -> tuple[Ints, pd.Index[Any]]:
    """Number of each row's value among the sorted values that occur, and these."""
    number, known = pd.factorize(column, sort=True)
    names = pd.Index(known)
    return number.astype("int64"), names.astype("str") if isinstance(names, pd.CategoricalIndex) else names


def positions(column: pd.Series[Any], known: pd.Index[Any]) -> Ints:
    """Position of each row's value among the `known`, -1 for others."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.append(known.get_indexer(column.cat.categories), -1)[column.cat.codes]  # code -1 is the last
    return np.asarray(known.get_indexer(pd.Index(column)), "int64")


def begins(key: pd.DataFrame) -> Bools:
    """Whether each row differs from the one before it in any column."""
    differs = np.ones(len(key), bool)
    differs[1:] = False
    for column in (key[name].array for name in key):
        differs[1:] |= np.asarray(column[1:] != column[:-1], bool)
    return differs


def expanded(first: Ints, count: Ints) -> tuple[Ints, Ints]:
    """For runs that begin at `first` and have `count` members: the number of the run of each member, and its place."""
    run = np.repeat(np.arange(len(first)), count)
    return run, np.arange(len(run)) - np.repeat(np.cumsum(count) - count - first, count)


def or_empty(column: pd.Series[Any]) -> pd.Series[Any]:
    """Categories with "" instead of what is missing."""
    if not column.isna().any():
        return column
    known = pd.Index(sorted({"", *column.cat.categories}), dtype="str")
    return column.cat.set_categories(known).fillna("")


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with text that is held as categories as text."""
    held = [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.CategoricalDtype)]
    return frame.assign(**{str(name): _spelled(frame[name]) for name in held})


def _spelled(column: pd.Series[Any]) -> pd.Series[Any]:
    """Categories as text; `astype` would make an object of each row and costs five times as much."""
    spelled = column.cat.categories.astype("str").array
    return pd.Series(spelled.take(column.cat.codes.to_numpy(), allow_fill=True), column.index)
