"""The frames that a `Market` derives from its tables, each a pure function; what is wide or rare stays where it is.

`row` is the number of a posting spell: its row in the frame of postings. Stretches and what is made of them hold it and
what series count by, not the texts and times of a posting, of which there would be a copy in each of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analytics import panel
from analytics.coded import begins, plain
from analytics.disclosure import headline_pay, pay_in_dollars, under_pay_law
from analytics.frames import is_asked, matching, of_spells
from analytics.load import Tables
from analytics.money import annual_usd_columns
from analytics.numeric import Bools, Ints
from analytics.spells import DAYS, segments

LEFT = [
    "posting_id", "places", "content", "first_seen_at", "last_seen_at", "before_at",
    "absent_at", "posted_at", "closed_on", "closed_after", "closed_by", "n_versions", "is_open", "is_backdated",
]  # fmt: skip
CELL = ["week_number", "company", "platform", "board"]


def pay_frame(told: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """One row a pay range of a posting spell: `row`, what is stated, and the same in US dollars a year."""
    pay = of_spells(told, tables.pay)
    opened = told[["company", "opened_on", "first_seen_at"]].iloc[pay["row"].to_numpy()].reset_index(drop=True)
    return pay_in_dollars(pd.concat([pay, opened], axis=1), annual_usd_columns)


def with_pay(told: pd.DataFrame, pay: pd.DataFrame) -> pd.DataFrame:
    """`told` with the headline pay of each posting spell and whether a law asks for it."""
    headline = matching(headline_pay(pay, ["row"]), "row", pd.Series(np.arange(len(told))))
    n_ranges = headline["n_ranges"].fillna(0).astype("int64")
    known = headline.assign(n_ranges=n_ranges, is_ladder=headline["is_ladder"].eq(True), has_pay=n_ranges > 0)
    return pd.concat([told, known], axis=1).assign(pay_law=under_pay_law(told["places"], told["opened_on"]))


def stretches(postings: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Stretches in sight of real postings (no prospects, no guides): `row`, see `analytics.spells.segments`."""
    counted = ~postings["is_prospect"] & postings["document"].ne("guide")
    days = [f"{name}_day" for name in DAYS]
    points = postings[["scope_key", "is_closed", *days]].assign(row=np.arange(len(postings)))
    found = segments(points[counted], intervals).drop(columns=["scope_key", "is_closed", *days])
    told = postings.drop(columns=[*LEFT, *days]).iloc[found["row"].to_numpy()].reset_index(drop=True)
    return pd.concat([told, found], axis=1)


def new_postings(core: pd.DataFrame) -> pd.DataFrame:
    """The stretches that begin with a true opening, with the number of its week."""
    new = core[core["is_new"]].reset_index(drop=True)
    return new.assign(week_number=panel.week_of(new["start_day"].to_numpy()).astype("int64"))


def asked_terms(mentions: pd.DataFrame) -> pd.DataFrame:
    """One row a posting spell and term, capability and category that it asks for: those columns and `row`."""
    asked = mentions.loc[is_asked(mentions), ["row", "term", "category", "capability"]]
    return asked.reset_index(drop=True)


def term_counts(asked: pd.DataFrame, posting_id: pd.Series[str]) -> pd.DataFrame:
    """One row a term that is asked for, most named first: term, category, capability, n_postings (int64)."""
    posting = np.cumsum(begins(posting_id.to_frame()))[asked["row"].to_numpy()]
    first = asked[~duplicated(posting, asked["term"])]
    names = plain(first.drop_duplicates("term")[["term", "category", "capability"]])
    n_postings = first["term"].value_counts()
    told = names.assign(n_postings=names["term"].map(n_postings).astype("int64"))
    return told.sort_values(["n_postings", "term"], ascending=[False, True]).reset_index(drop=True)


def new_terms(new: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """One row a new posting and term that it asks for: `row`, term, and the week and board of the posting."""
    at = at_row(new, asked["row"].to_numpy())
    found = pd.DataFrame({"at": at, "term": asked["term"]})[at >= 0]
    found = found[~duplicated(found["at"].to_numpy(), found["term"])]
    cells = new[["row", *CELL]].iloc[found["at"].to_numpy()].reset_index(drop=True)
    return cells.assign(term=found["term"].to_numpy())


def at_row(held: pd.DataFrame, row: Ints) -> Ints:
    """Position in `held`, which has one row a posting spell, of each `row`; -1 where it is not held."""
    own = held["row"].to_numpy()
    place = np.full(max(own.max(initial=-1), row.max(initial=-1)) + 2, -1)
    place[own] = np.arange(len(own))
    return place[row]


def duplicated(group: Ints, text: pd.Series[Any]) -> Bools:
    """Whether a pair of a number and a text held as categories stood in an earlier row."""
    pair = group.astype("int64") * (len(text.cat.categories) + 1) + text.cat.codes.to_numpy()
    order = np.argsort(pair, kind="stable")
    repeated = np.zeros(len(pair), bool)
    repeated[order[1:]] = pair[order[1:]] == pair[order[:-1]]
    return repeated
