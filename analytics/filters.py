"""What a caller of a series names: a term, a column, values. What nobody knows is an error that tells the nearest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_list_like, is_numeric_dtype, is_string_dtype

from analytics.frames import TEXTS
from analytics.lexicon import lines, several
from analytics.spells import DAYS

GENAI = "genai"
KINDS = ("term", "capability", "category")
LEVELS = ["intern", "entry", "mid", "senior", "staff", "principal", "lead", "manager", "director", "unspecified"]
INTERNAL = ("places", "content", "scope_key", *(f"{name}_day" for name in DAYS))  # columns that no user sees
LEGAL = {  # what a reading may say, whether or not any posting of this market does
    "level": (*LEVELS, ""),
    "level_inferred": (*LEVELS, ""),
    "scope": ("core", "adjacent", "out", ""),
    "document": ("posting", "guide", "category", ""),
    "work_mode": ("remote", "hybrid", "onsite", "flexible", "unspecified", ""),
    "genai_class": (
        "role_required", "role_duty", "role_preferred", "assistant_only", "benefit_only", "company_only",
        "notice_only", "negated", "adjacent", "none", "",
    ),
}  # fmt: skip
SHOWN = 20  # choices that a message lists
MOST_GROUPS = 200  # of `by`: each is a series of its own, and of a column that names single postings none is one
Where = Mapping[str, Any]


def term_named(name: str, asked: pd.DataFrame, others: Iterable[str] = ()) -> tuple[str, str]:
    """(kind, name as it is written) of a term, capability or category given in any case; ("genai", "genai") for that.

    Known are those of the lexicon and those that a posting names. Raises ValueError for others, with the terms whose
    form it is in texts, else the nearest of the names and of the `others` that a caller also takes.
    """
    known = {kind: sorted({*_lexicon(kind), *asked[kind].cat.categories}) for kind in KINDS} | {GENAI: [GENAI]}
    for alike in (str, str.casefold):
        for kind, names in known.items():
            for one in names:
                if alike(one) == alike(name):
                    return kind, one
    meant = _by_form().get(name.strip().casefold())
    choices = {*others, *(n for names in known.values() for n in names)}
    raise unknown("term, capability or category", name, choices, meant)


def value_named(value: str, postings: pd.DataFrame, names: Iterable[str]) -> Where:
    """The filter on the first of the columns `names` that may have the value. Raises ValueError, with the nearest."""
    known = {name: _legal(name) | set(postings[name].astype("str").unique()) for name in names}
    for name, values in known.items():
        if value in values:
            return {name: value}
    raise unknown(" or ".join(known), value, {one for values in known.values() for one in values})


def unknown(kind: str, name: str, choices: Iterable[str], meant: Iterable[str] | None = None) -> ValueError:
    """The error that tells what is `meant`, else the nearest of the choices."""
    named = " or ".join(f'"{one}"' for one in sorted(meant or ()))
    return ValueError(f'no {kind} "{name}"{f"; did you mean {named}?" if named else _nearest(name, choices)}')


def unknown_week(week: str, labels: list[str]) -> ValueError:
    """The error that tells from when to when there are weeks."""
    told = f"weeks are {labels[0]} to {labels[-1]}" if labels else "nothing was crawled yet"
    return ValueError(f'no week "{week}"; {told}')


def column_of(rows: pd.DataFrame, postings: pd.DataFrame, name: str) -> pd.Series[Any]:
    """The column of `postings` for each of `rows`, which tell theirs by `row`. Raises ValueError for an unknown one."""
    if not isinstance(name, str):
        raise ValueError(f'a column of postings is named by text, as "level", not {name!r:.80}')
    columns = [known for known in dict.fromkeys((*postings.columns, *TEXTS)) if known not in INTERNAL]
    if name not in columns:
        raise ValueError(f'no column "{name}" of postings{_nearest(name, columns)} Columns: {", ".join(columns)}')
    if name in rows:
        return rows[name]
    return postings[name].iloc[rows["row"].to_numpy()].set_axis(rows.index)


def groups_of(rows: pd.DataFrame, postings: pd.DataFrame, by: str) -> pd.Series[Any]:
    """`column_of` to part the rows by. Raises ValueError also where that makes more than `MOST_GROUPS` groups."""
    column = column_of(rows, postings, by)
    n_groups = column.nunique()
    if n_groups > MOST_GROUPS:
        raise ValueError(
            f'by="{by}" makes {n_groups:,} groups, at most {MOST_GROUPS} are told apart; '
            f'keep fewer, as where={{"{by}": [...]}}'
        )
    return column


def kept(rows: pd.DataFrame, postings: pd.DataFrame, where: Where | None) -> pd.DataFrame:
    """The `rows` of postings whose columns equal a value or one of a list. Raises ValueError for what is unknown."""
    for name, wanted in (where or {}).items():
        column = column_of(rows, postings, name)
        values = list(wanted) if is_list_like(wanted) else [wanted]
        check_values(postings[name], values)
        rows = rows[column.isin(values).to_numpy()]
    return rows


def check_values(column: pd.Series[Any], values: list[Any]) -> None:
    """Raises ValueError for a value that the column cannot have; a market without postings has any company."""
    name = str(column.name)
    if any(is_list_like(value) for value in values):
        raise ValueError(f"{name} is one value or a list of them, not {values!r:.80}")
    if is_bool_dtype(column) and not all(value in (True, False) for value in values):
        raise ValueError(f"{name} is True or False, not {values!r:.80}")
    if is_numeric_dtype(column) and any(isinstance(value, str) for value in values):
        raise ValueError(f"{name} is a number, not {values!r:.80}")
    if not isinstance(column.dtype, pd.CategoricalDtype) and not is_string_dtype(column):
        return
    legal = _legal(name)
    if not legal and column.empty:
        return
    unknown = [value for value in values if value not in legal]
    told = set(pd.unique(column)) if unknown else set()
    for value in unknown:
        if value not in told:
            choices = [*sorted(told), *sorted(legal - told)]
            raise ValueError(f'no {name} "{value}"{_nearest(str(value), choices)}{_choices(choices)}')


@cache
def _legal(name: str) -> frozenset[str]:
    if name == "role":
        return frozenset({*(row["family"] for row in lines("titles")), "other", ""})
    if name == "country":
        return frozenset({*(row["code"] for row in lines("countries")), ""})
    return frozenset(LEGAL.get(name, ()))


@cache
def _lexicon(kind: str) -> frozenset[str]:
    return frozenset(row[kind] for row in lines("terms"))


@cache
def _by_form() -> Mapping[str, set[str]]:
    """The terms of each form that texts have for them, in small letters."""
    found = defaultdict(set)
    for row in lines("terms"):
        for form in (*several(row["forms_ci"]), *several(row["forms_cs"])):
            found[form.casefold()].add(row["term"])
    return found


def _nearest(name: str, choices: Iterable[str]) -> str:
    by_form = {choice.casefold(): choice for choice in sorted(choices)}
    close = get_close_matches(name.strip().casefold(), by_form, n=1)
    return f'; did you mean "{by_form[close[0]]}"?' if close else "."


def _choices(choices: list[str]) -> str:
    named = [choice for choice in choices if choice]
    return f" Choices: {', '.join(named[:SHOWN])}{', ...' if len(named) > SHOWN else ''}" if named else ""
