"""What a caller of a series names: a term, a column, values. What nobody knows is an error that tells the nearest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache, wraps
from inspect import isfunction, signature
from numbers import Integral
from typing import Any, TypeVar

import pandas as pd
from pandas.api.types import is_bool_dtype, is_list_like, is_string_dtype

from analytics.frames import TEXTS
from analytics.lexicon import lines
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
LONGEST_WINDOW = 520  # weeks
Where = Mapping[str, Any]
Asked = TypeVar("Asked")


def term_named(name: str, asked: pd.DataFrame, others: Iterable[str] = ()) -> tuple[str, str]:
    """(kind, name as it is written) of a term, capability or category given in any case; ("genai", "genai") for that.

    Known are those of the lexicon and those that a posting names. Raises ValueError for others, with the nearest of
    them and of the `others` that a caller also takes.
    """
    known = {kind: sorted({*_lexicon(kind), *asked[kind].cat.categories}) for kind in KINDS} | {GENAI: [GENAI]}
    for alike in (str, str.casefold):
        for kind, names in known.items():
            for one in names:
                if alike(one) == alike(name):
                    return kind, one
    choices = {*others, *(n for names in known.values() for n in names)}
    raise unknown("term, capability or category", name, choices)


def value_named(value: str, postings: pd.DataFrame, names: Iterable[str]) -> Where:
    """The filter on the first of the columns `names` that may have the value. Raises ValueError, with the nearest."""
    known = {name: _legal(name) | set(postings[name].astype("str").unique()) for name in names}
    for name, values in known.items():
        if value in values:
            return {name: value}
    raise unknown(" or ".join(known), value, {one for values in known.values() for one in values})


def unknown(kind: str, name: str, choices: Iterable[str]) -> ValueError:
    """The error that tells the nearest of the choices."""
    return ValueError(f'no {kind} "{name}"{_nearest(name, choices)}')


def column_of(rows: pd.DataFrame, postings: pd.DataFrame, name: str) -> pd.Series[Any]:
    """The column of `postings` for each of `rows`, which tell theirs by `row`. Raises ValueError for an unknown one."""
    columns = [known for known in dict.fromkeys((*postings.columns, *TEXTS)) if known not in INTERNAL]
    if name not in columns:
        raise ValueError(f'no column "{name}" of postings{_nearest(name, columns)} Columns: {", ".join(columns)}')
    if name in rows:
        return rows[name]
    return postings[name].iloc[rows["row"].to_numpy()].set_axis(rows.index)


def kept(rows: pd.DataFrame, postings: pd.DataFrame, where: Where | None) -> pd.DataFrame:
    """The `rows` of postings whose columns equal a value or one of a list. Raises ValueError for what is unknown."""
    for name, wanted in (where or {}).items():
        column = column_of(rows, postings, name)
        values = list(wanted) if is_list_like(wanted) else [wanted]
        _check(postings[name], values)
        rows = rows[column.isin(values).to_numpy()]
    return rows


def windowed(asked: type[Asked]) -> type[Asked]:
    """The class, whose own methods raise ValueError for a `window` that is no number of weeks from 1 to 520."""
    for name, method in list(vars(asked).items()):
        if isfunction(method) and "window" in signature(method).parameters:
            setattr(asked, name, _window_checked(method))
    return asked


def _window_checked(method: Callable[..., Any]) -> Callable[..., Any]:
    told = signature(method)

    @wraps(method)
    def checked(*given: Any, **named: Any) -> Any:
        window = told.bind(*given, **named).arguments.get("window", 1)
        if not isinstance(window, Integral) or isinstance(window, bool) or not 1 <= int(window) <= LONGEST_WINDOW:
            raise ValueError(f"window is a whole number of weeks from 1 to {LONGEST_WINDOW}, not {window!r}")
        return method(*given, **named)

    return checked


def _check(column: pd.Series[Any], values: list[Any]) -> None:
    """Raises ValueError for a value that the column cannot have; a market without postings has any company."""
    name = str(column.name)
    if is_bool_dtype(column) and not all(value in (True, False) for value in values):
        raise ValueError(f"{name} is True or False, not {values}")
    if not isinstance(column.dtype, pd.CategoricalDtype) and not is_string_dtype(column):
        return
    legal = _legal(name)
    if not legal and column.empty:
        return
    unknown = [value for value in values if value not in legal]
    told = set(pd.unique(column)) if unknown else set()
    for value in unknown:
        if value not in told:
            choices = sorted(legal | told)
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


def _nearest(name: str, choices: Iterable[str]) -> str:
    by_form = {choice.casefold(): choice for choice in sorted(choices)}
    close = get_close_matches(name.casefold(), by_form, n=1)
    return f'; did you mean "{by_form[close[0]]}"?' if close else "."


def _choices(choices: list[str]) -> str:
    named = [choice for choice in choices if choice]
    return f" Choices: {', '.join(named[:SHOWN])}{', ...' if len(named) > SHOWN else ''}" if named else ""
