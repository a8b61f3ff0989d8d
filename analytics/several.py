"""Which advertisements stand on several boards, so that a posting counts once without the texts of all being read.

Only employers whose name is on two boards or more can have an advertisement twice; theirs alone are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analytics.numeric import Bools
from analytics.once import once
from analytics.spells import KEY

Grouped = Callable[["pd.Series[str]"], pd.DataFrame]


def counted_once(stretches: pd.DataFrame, postings: pd.DataFrame, grouped: Grouped) -> pd.DataFrame:
    """`stretches` with one stretch a posting in place of those of its advertisements on other boards.

    `postings` has the key of each `row`; `grouped` tells the posting_group of advertisements, as `Market.identity`.
    """
    on_several = stretches[_on_several(stretches)]
    if on_several.empty:
        return stretches
    keys = postings[KEY].iloc[on_several["row"].to_numpy()].set_axis(on_several.index)
    groups = grouped(keys["posting_id"].drop_duplicates())
    is_shared = groups["posting_group"].duplicated(keep=False)
    named = on_several.assign(**{name: keys[name] for name in KEY})
    named = named[named["posting_id"].isin(groups.loc[is_shared, "posting_id"])]
    if named.empty:
        return stretches
    joined = once(named, groups)[list(stretches.columns)].astype(stretches.dtypes)
    return pd.concat([stretches.drop(index=named.index), joined], ignore_index=True)


def _on_several(stretches: pd.DataFrame) -> Bools:
    """Whether a stretch is of an employer whose name, written in whatever way, stands on more than one board."""
    pairs = stretches[["platform", "board", "company"]].drop_duplicates()
    alike = pairs[_first_word(pairs["company"]).duplicated(keep=False).to_numpy()]
    names = pd.unique(alike["company"].astype("str"))
    keys = alike["company"].astype("str").map(dict(zip(names, _keys(list(names)), strict=True)))
    several = alike[keys.duplicated(keep=False).to_numpy()]
    return stretches["company"].isin(several["company"].astype("str")).to_numpy(bool)


def _first_word(names: pd.Series[Any]) -> pd.Series[Any]:
    return names.astype("str").str.casefold().str.extract(r"(\w+)", expand=False)


def _keys(names: list[str]) -> list[str]:
    from analytics.identity_names import company_key  # its word lists are not loaded where no name is on two boards

    return [company_key(name) for name in names]
