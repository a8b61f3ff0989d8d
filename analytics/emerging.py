"""Words that spread before anyone put them into the lexicon: candidates for a human to judge, counted by employer.

Counting postings would hand the list to one loud employer, and raw growth to whatever is rarest; so employers are
counted, and growth is told by log odds with a prior that needs evidence to be moved (Monroe, Colaresi and Quinn 2008,
"Fightin' Words"). Gates then ask for many employers, several platforms and texts, and that it was rare before
(methods 7). Counts, never percentages: nobody has said yet what such a word means.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics import ngrams
from analytics.change import benjamini_hochberg
from analytics.lexicon import lines, several
from analytics.ngrams import Corpus, Grams, Text
from analytics.numeric import Bools, Floats, Ints
from analytics.share import ratio
from analytics.spells import dates
from analytics.vocabulary import exact_variants, loose_variants, terms

KAPPA = 200.0  # employers that the prior weighs
MIN_EMPLOYERS, MIN_PLATFORMS, MIN_TEMPLATES, MAX_BASE, MAX_Q = 8, 2, 3, 0.005, 0.10
MIN_BURST_WEEKS, MIN_BURST_USES = 26, 20
BURST_TIMES, BURST_COST = 2.0, 1.0
COVERS = 0.8  # of a part's employers: a sequence with so many stands for the part
UNREVIEWED = "candidate, unreviewed"
COLUMNS = {
    "term": "str", "employers_now": "int64", "employers_before": "int64", "n_now": "int64", "n_before": "int64",
    "platforms": "int64", "templates": "int64", "z": "float64", "p_value": "float64", "q_value": "float64",
    "first_seen_on": "datetime64[us]", "example": "str", "burst_weight": "float64", "status": "str",
}  # fmt: skip


class LogOdds(NamedTuple):
    """Change of the log odds of a rate, its standard error, and their ratio."""

    change: Floats
    se: Floats
    z: Floats


class Burst(NamedTuple):
    """Rates of the two states, the state (0, 1) of each batch, and the weight of the batches in state 1."""

    base: float
    raised: float
    state: Ints
    weight: float


def emerging(texts: Iterable[Text], now: tuple[int, int], before: tuple[int, int]) -> pd.DataFrame:
    """One row a candidate, greatest z first: `COLUMNS`. Texts outside both windows of week numbers are passed over.

    Tested are sequences of one to three words outside the lexicon with 8 employers over both windows, by a one-sided
    test of employers now against before with Benjamini-Hochberg q-values over all of them. A row is what also passes
    q <= .10, 8 employers now, 2 platforms, 3 texts that differ, and less than 0.5 % of the postings before. Of
    sequences that contain each other one is told. first_seen_on is the Monday of the first week in the windows;
    burst_weight needs 26 weeks and 20 uses (an employer and week is one), else it is NaN.
    """
    corpus = ngrams.collect(text for text in texts if _within(text[1], now) or _within(text[1], before))
    is_now = np.array([_within(week, now) for week in corpus.week.tolist()], bool)
    parts = [_counted(corpus, grams, is_now) for grams in ngrams.frequent(corpus, is_now, MIN_EMPLOYERS)]
    table = _tested(pd.concat(parts, ignore_index=True), corpus, is_now)
    passed = _passed(table, int((~is_now).sum()))
    weeks = np.concatenate([np.arange(first, last + 1) for first, last in (before, now)])
    told = [_told(corpus, row, is_now, weeks) for row in passed.to_dict("records")]
    rows = passed.assign(**{name: [one[name] for one in told] for name in ("term", "example", "burst_weight")})
    rows["first_seen_on"] = dates(rows["first_week"].to_numpy(float) * 7 - 3).to_numpy()
    return rows.assign(status=UNREVIEWED)[list(COLUMNS)].astype(COLUMNS)


def log_odds(
    now: ArrayLike, n_now: ArrayLike, before: ArrayLike, n_before: ArrayLike, rate: ArrayLike, kappa: float = KAPPA
) -> LogOdds:
    """Change of log odds between two windows with the prior Beta(kappa rate, kappa (1 - rate)) on both sides."""
    y1, n1, y0, n0, pi = np.broadcast_arrays(*(np.asarray(v, float) for v in (now, n_now, before, n_before, rate)))
    a, b = kappa * pi, kappa * (1 - pi)
    cells = y1 + a, n1 - y1 + b, y0 + a, n0 - y0 + b
    change = np.log(cells[0]) - np.log(cells[1]) - np.log(cells[2]) + np.log(cells[3])
    se = np.sqrt(1 / cells[0] + 1 / cells[1] + 1 / cells[2] + 1 / cells[3])
    return LogOdds(change, se, change / se)


def burst(uses: ArrayLike, out_of: ArrayLike, times: float = BURST_TIMES, cost: float = BURST_COST) -> Burst:
    """The most likely path between the base rate and `times` of it, each rise costing `cost` ln(number of batches).

    Two-state automaton for batched arrivals (Kleinberg 2002), found by dynamic programming.
    """
    r, d = np.asarray(uses, float), np.asarray(out_of, float)
    base = float(ratio(r.sum(), d.sum())) if len(r) else math.nan
    if not 0 < base < 1:
        return Burst(base, base, np.zeros(len(r), "int64"), 0.0)
    rates = np.array([base, min(times * base, 0.9999)])[:, None]
    costs = -(r * np.log(rates) + (d - r) * np.log1p(-rates))
    state = _path(costs, cost * math.log(len(r)))
    return Burst(base, float(rates[1, 0]), state, float((costs[0] - costs[1])[state == 1].sum()))


def _path(costs: Floats, rise: float) -> Ints:
    """The cheapest sequence of states: to state 1 from state 0 costs `rise`, back nothing."""
    total, came = np.array([costs[0, 0], costs[1, 0] + rise]), []
    for down, up in costs.T[1:]:
        ways = np.array([[total[0], total[1]], [total[0] + rise, total[1]]])
        came.append(ways.argmin(1))
        total = ways.min(1) + np.array([down, up])
    state = [int(total.argmin())]
    for before in reversed(came):
        state.append(int(before[state[-1]]))
    return np.array(state[::-1], "int64")


@cache
def known_sequences() -> frozenset[str]:
    """The lexicon's spellings and the names of places, as folded sequences of words."""
    spelled = {variant for term in terms() for form in (term.name, *term.forms) for variant in _variants(form)}
    for row in lines("places"):
        spelled |= {row["city"], row["region"], row["metro"], *several(row["aliases"])}
    return frozenset(ngrams.folded_words(name) for name in spelled) - {""}


def _variants(form: str) -> Iterator[str]:
    yield form
    yield from loose_variants(form.lower())
    yield from exact_variants(form)


def is_known(written: str) -> bool:
    """Whether a sequence is of the lexicon, or a known one with common words about it: "PyTorch models" is, "Claude
    Code" is a name of its own."""
    words = written.split(" ")
    folded = [word.casefold() for word in words]
    for size in range(len(words), 0, -1):
        for at in range(len(words) - size + 1):
            if " ".join(folded[at : at + size]) in known_sequences():
                rest = words[:at] + words[at + size :]
                return not rest or not all(word != word.lower() for word in rest)
    return False


def _within(week: int, span: tuple[int, int]) -> bool:
    return span[0] <= week <= span[1]


def _counted(corpus: Corpus, grams: Grams, is_now: Bools) -> pd.DataFrame:
    """Of each sequence outside the lexicon: employers and postings of both windows, platforms, texts, first week."""
    n, n_texts = len(grams.first), max(len(corpus.week), 1)
    pair = ngrams.different(grams.code * n_texts + corpus.text[grams.at])
    code, text = pair // n_texts, pair % n_texts
    now = is_now[text] if len(text) else np.zeros(0, bool)
    first = np.full(n, np.iinfo("int64").max)
    np.minimum.at(first, code, corpus.week[text])
    table: dict[str, Any] = {"name": [ngrams.folded_name(corpus, at, grams.size) for at in grams.first.tolist()]}
    for side, held in (("now", now), ("before", ~now)):
        table[f"employers_{side}"] = ngrams.distinct(code[held], corpus.company[text[held]], n)
        table[f"n_{side}"] = np.bincount(code[held], minlength=n)
    table["platforms"] = ngrams.distinct(code[now], corpus.platform[text[now]], n)
    table["templates"] = ngrams.distinct(code[now], corpus.template[text[now]], n)
    table |= {"first_week": first, "code": np.arange(n), "grams": pd.Series([grams] * n, dtype="object")}
    written = [ngrams.written_name(corpus, at, grams.size) for at in grams.first.tolist()]
    new = np.array([not is_known(name) for name in written], bool)
    return pd.DataFrame(table).astype({"name": "str"})[new]


def _tested(table: pd.DataFrame, corpus: Corpus, is_now: Bools) -> pd.DataFrame:
    employers = [len(np.unique(corpus.company[held])) for held in (is_now, ~is_now)]
    y1, y0 = table["employers_now"].to_numpy(float), table["employers_before"].to_numpy(float)
    found = log_odds(y1, employers[0], y0, employers[1], (y1 + y0 + 0.5) / (sum(employers) + 1))
    p_value = np.array([math.erfc(z / math.sqrt(2)) / 2 for z in found.z], float)
    return table.assign(z=found.z, p_value=p_value, q_value=benjamini_hochberg(p_value))


def _passed(table: pd.DataFrame, n_before: int) -> pd.DataFrame:
    enough = table["employers_now"].ge(MIN_EMPLOYERS) & table["platforms"].ge(MIN_PLATFORMS)
    enough &= table["templates"].ge(MIN_TEMPLATES) & table["q_value"].le(MAX_Q)
    rare = table["n_before"] < MAX_BASE * max(n_before, 1)
    ordered = table[enough & rare].sort_values(["z", "name"], ascending=[False, True])
    kept = [
        name
        for name in ordered["name"]
        if not _is_covered(name, dict(zip(ordered["name"], ordered["employers_now"], strict=True)))
    ]
    return ordered[ordered["name"].isin(kept)].reset_index(drop=True)


def _is_covered(name: str, employers: dict[str, int]) -> bool:
    """Whether a longer sequence stands for this one, or a part that many more employers use does."""
    padded = f" {name} "
    longer = any(
        padded in f" {other} " and n >= COVERS * employers[name] for other, n in employers.items() if other != name
    )
    part = any(
        f" {other} " in padded and employers[name] < COVERS * n for other, n in employers.items() if other != name
    )
    return longer or part


def _told(corpus: Corpus, row: dict[Any, Any], is_now: Bools, weeks: Ints) -> dict[str, Any]:
    grams, code = row["grams"], row["code"]
    uses, out_of = ngrams.weekly(corpus, grams, code), ngrams.by_week(corpus.week, corpus.company)
    r, d = (held.reindex(weeks, fill_value=0).to_numpy(float) for held in (uses, out_of))
    weight = burst(r, d).weight if len(weeks) >= MIN_BURST_WEEKS and r.sum() >= MIN_BURST_USES else math.nan
    words = {"term": ngrams.spelling(corpus, grams, code), "example": ngrams.example(corpus, grams, code, is_now)}
    return words | {"burst_weight": weight}
