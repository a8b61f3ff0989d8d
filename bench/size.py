"""What every series of a report costs with the number of postings: `python bench/size.py [N ...]`.

Markets of N postings over five years (100,000 and 1,000,000) are made as the typed tables that a store gives: 2,000
boards crawled weekly, some with outages, 3,000 employers of heavy-tailed sizes, five mentions of 300 terms a posting,
pay in 30 %. Making them is not counted; all that a `Market` derives from them is. One process a size, on one core,
prints seconds of CPU a step and its largest memory. Last, what
`import analytics` costs beyond pandas. Further questions, which no report asks, are measured after its series.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pandas as pd

from analytics.frames import BOARDS, FACTS, HEADS, MENTIONS, PAY, TIME, VERSIONS
from analytics.lexicon import lines
from analytics.load import Tables
from analytics.market import Market
from reports.metrics import NOT_TOOLS

SIZES = (100_000, 1_000_000)
WEEKS, N_BOARDS, N_EMPLOYERS, N_TERMS, MENTIONS_EACH = 260, 2_000, 3_000, 300, 5
FIRST_US = 1_577_923_200_000_000  # Thursday 2020-01-02
WEEK_US = 7 * 86_400_000_000
PLATFORMS = ("ashby", "greenhouse", "lever", "personio", "recruitee", "teamtailor", "workable", "workday")
N_AGGREGATORS = 10  # boards of many employers
FAILED, DARK = 0.02, 0.05  # of crawls; of boards, that have an outage of ten weeks
SECOND_SPELL, SECOND_VERSION, PAID = 0.03, 0.12, 0.30
Columns = dict[str, Any]


def tables(n: int, seed: int = 1) -> Tables:
    """Rows of about `n` posting spells as `analytics.load` would give them."""
    rng = np.random.default_rng(seed)
    begun = np.where(rng.random(N_BOARDS) < 0.6, 0, rng.integers(0, WEEKS - 30, N_BOARDS))
    outage = np.where(rng.random(N_BOARDS) < DARK, rng.integers(20, WEEKS - 20, N_BOARDS), -99)
    versions, printed = _versions(rng, n, begun)
    n_contents = int(versions["content"].max()) + 1
    heads = {
        "content": np.arange(n_contents), "title": _drawn(rng, [f"ML Engineer {k}" for k in range(5000)], n_contents),
        "url": [f"https://boards.example/jobs/{k:010d}" for k in range(n_contents)], "printed_company": printed,
        "posted_at": _times(_nat(n_contents)), "is_prospect": rng.random(n_contents) < 0.01,
    }  # fmt: skip
    read = ((_facts(rng, n_contents), FACTS), (_pay(rng, n_contents), PAY), (_mentions(rng, n, n_contents), MENTIONS))
    boards = _frame(_crawls(rng, begun, outage), BOARDS)
    return Tables(boards, versions, _frame(heads, HEADS), *(_frame(*told) for told in read))


def _versions(rng: np.random.Generator, n: int, begun: np.ndarray) -> tuple[pd.DataFrame, pd.Series]:
    """Versions in order of posting, spell and seq, and the company printed in each content."""
    size = (rng.pareto(1.1, N_BOARDS) + 0.2).clip(max=150)
    size[:N_AGGREGATORS] = 100
    board = np.sort(rng.choice(N_BOARDS, n, p=size / size.sum()))
    first = begun[board] + (rng.random(n) * (WEEKS - begun[board])).astype(int)
    last = np.minimum(first + rng.geometric(1 / 6, n) - 1, WEEKS - 1)
    again = (rng.random(n) < SECOND_SPELL) & (last + 6 < WEEKS)
    spells = pd.DataFrame({"board": board, "first": first, "last": last, "number": np.arange(n), "spell": 1})
    later = spells[again].assign(first=lambda s: s["last"] + rng.integers(2, 5, again.sum()), last=WEEKS - 1, spell=2)
    told = pd.concat([spells, later]).sort_values(["number", "spell"], ignore_index=True)
    told = told.loc[told.index.repeat(1 + (rng.random(len(told)) < SECOND_VERSION))].reset_index(drop=True)
    told["seq"] = told.groupby(["number", "spell"]).cumcount() + 1
    aggregated = told["board"].to_numpy() < N_AGGREGATORS
    employer = np.where(aggregated, rng.zipf(1.3, len(told)) % (N_EMPLOYERS - N_BOARDS), -1)
    printed = np.array([*(f"Employer {N_BOARDS + k:04d}" for k in range(N_EMPLOYERS - N_BOARDS)), ""], object)[employer]
    return _frame(_version_columns(told), {**VERSIONS, "title": "str", "changed": "str", "content": "int64"}), printed


def _version_columns(told: pd.DataFrame) -> Columns:
    platform = np.array(PLATFORMS, object)[told["board"] * len(PLATFORMS) // N_BOARDS]
    board, number = ([f"{part}-{k:07d}" for k in told[name]] for part, name in (("board", "board"), ("job", "number")))
    seen, gone = told["last"].to_numpy(), told["last"].to_numpy() + 1
    n, versions = len(told), told["seq"].to_numpy()
    digest = np.random.default_rng(2).bytes(32 * n).hex()
    return {
        "posting_id": [f"{p}/{b}/{k}" for p, b, k in zip(platform, board, number, strict=True)],
        "platform": platform, "board": board, "external_id": number, "spell": told["spell"], "seq": versions,
        "content_hash": [digest[at : at + 64] for at in range(0, 64 * n, 64)],
        "valid_from": _times(_at(told["first"].to_numpy(), told["board"].to_numpy())), "valid_to": _times(_nat(n)),
        "before_at": _times(_at(np.where(told["first"] > 0, told["first"] - 1, -1), told["board"].to_numpy())),
        "last_seen_at": _times(_at(seen, told["board"].to_numpy())),
        "absent_at": _times(_at(np.where(gone < WEEKS, gone, -1), told["board"].to_numpy())),
        "is_closed": gone + 1 < WEEKS, "close_reason": "", "title": "", "changed": "", "content": np.arange(n),
    }  # fmt: skip


def _crawls(rng: np.random.Generator, begun: np.ndarray, outage: np.ndarray) -> Columns:
    week, board = (grid.ravel() for grid in np.meshgrid(np.arange(WEEKS), np.arange(N_BOARDS), indexing="ij"))
    held = week >= begun[board]
    week, board = week[held], board[held]
    failed = (rng.random(len(week)) < FAILED) | ((week >= outage[board]) & (week < outage[board] + 10))
    sector = np.where(
        board < N_AGGREGATORS, "Aggregator", np.array(["Software", "Finance", "Health"], object)[board % 3]
    )
    at = _times(_at(week, board))
    return {
        "platform": np.array(PLATFORMS, object)[board * len(PLATFORMS) // N_BOARDS],
        "board": _named("board-{:07d}", N_BOARDS)[board], "company": _named("Employer {:04d}", N_BOARDS)[board],
        "sector": sector, "country": "US", "fetched_at": at, "recorded_at": at,
        "verdict": np.where(failed, "failed", "snapshot"), "decision": "", "is_complete": ~failed,
        "listed": 50, "advertised": 50, "kept": 5, "hidden": 0, "note": "",
    }  # fmt: skip


def _facts(rng: np.random.Generator, n: int) -> Columns:
    levels = ["entry", "mid", "senior", "staff", "principal", "lead", "manager", "director", "intern", "unspecified"]
    places = [(("US", state),) for state in ("CA", "NY", "WA", "TX", "CO", "MA")] + [(("DE", ""),), (("GB", ""),), ()]
    asked = ["none", "role_required", "role_duty", "role_preferred", "company_only", "adjacent"]
    where = rng.integers(0, len(places), n)
    held = np.empty(len(places), object)
    held[:] = places
    country = np.array([place[0][0] if place else "" for place in places], object)[where]
    return {
        "content": np.arange(n), "document": _drawn(rng, ["posting"] * 50 + ["guide"], n),
        "role": _drawn(rng, ["ml_engineer", "data_scientist", "mlops_engineer", "ai_engineer"], n),
        "scope": _drawn(rng, ["core"] * 8 + ["adjacent", "out"], n), "level": _drawn(rng, levels, n),
        "level_inferred": _drawn(rng, levels, n), "country": country,
        "metro": _drawn(rng, ["", "San Francisco Bay Area", "New York", "Seattle", "London"], n),
        "years_low": rng.integers(0, 9, n).astype(float), "degree": _drawn(rng, ["", "bachelor", "master", "phd"], n),
        "certification": _drawn(rng, ["", "", "", "preferred"], n),
        "work_mode": _drawn(rng, ["remote", "hybrid", "onsite", "unspecified"], n),
        "genai_class": _drawn(rng, asked, n), "genai_asked": rng.random(n) < 0.4, "places": held[where],
    }  # fmt: skip


def _pay(rng: np.random.Generator, n: int) -> Columns:
    content = np.flatnonzero(rng.random(n) < PAID)
    content = np.sort(np.concatenate([content, content[rng.random(len(content)) < 0.1]]))
    n_rows = len(content)
    low = np.round(np.exp(rng.normal(11.9, 0.3, n_rows)), -3)
    is_hour = rng.random(n_rows) < 0.07
    return {
        "content": content, "source": _drawn(rng, ["text", "structured"], n_rows),
        "low": np.where(is_hour, low / 2000, low), "high": np.where(is_hour, low / 1500, low * 1.35),
        "currency": _drawn(rng, ["USD"] * 6 + ["EUR", "GBP", "CAD", "INR"], n_rows),
        "period": np.where(is_hour, "hour", "year"), "component": _drawn(rng, ["base", "base", "unspecified"], n_rows),
        "gross": "gross", "place": "", "level": "", "contract": False, "confidence": "high", "raw": "as stated",
    }  # fmt: skip


def _mentions(rng: np.random.Generator, n: int, n_contents: int) -> Columns:
    told = lines("terms")[:: len(lines("terms")) // N_TERMS][:N_TERMS]
    weight = 1 / (np.arange(N_TERMS) + 3)
    at = rng.permutation(N_TERMS)[rng.choice(N_TERMS, n * MENTIONS_EACH, p=weight / weight.sum())]
    names, strengths = ("term", "category", "capability", "genai"), ["required", "preferred", "none", "negated"]
    sections = ["requirements"] * 4 + ["preferred", "duties", "company", "benefits"]
    return {
        "content": np.sort(rng.integers(0, n_contents, len(at))),
        **{name: _drawn(rng, [row[name] for row in told], len(at), at) for name in names},
        "section": _drawn(rng, sections, len(at)), "strength": _drawn(rng, strengths, len(at)),
    }  # fmt: skip


def _drawn(rng: np.random.Generator, names: list[str], n: int, at: np.ndarray | None = None) -> pd.Series:
    """`n` of the names, as sorted categories."""
    known = sorted(set(names))
    code = np.array([known.index(name) for name in names], "int32")[
        rng.integers(0, len(names), n) if at is None else at
    ]
    return pd.Series(pd.Categorical.from_codes(code, categories=pd.Index(known, dtype="str")))


def _frame(columns: Columns, schema: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(columns)[list(schema)].astype(schema)


def _named(form: str, n: int) -> np.ndarray:
    return np.array([form.format(k) for k in range(n)], object)


def _at(week: np.ndarray, board: np.ndarray) -> np.ndarray:
    """Microseconds of a board's crawl in a week, NaT for week -1."""
    at = FIRST_US + week * WEEK_US + board * 20_000_000
    return np.where(week >= 0, at, np.iinfo("int64").min).astype("datetime64[us]")


def _nat(n: int) -> np.ndarray:
    return np.full(n, np.datetime64("NaT", "us"))


def _times(at: np.ndarray) -> pd.Series:
    return pd.Series(at).dt.tz_localize("UTC").astype(TIME)


def _tools(market: Market) -> None:
    named = market.terms()
    for term in named.loc[~named["category"].isin(NOT_TOOLS), "term"].head(16):
        market.share(term)


STEPS: dict[str, Callable[[Market], object]] = {
    "boards": Market.boards,
    "flow, and what all series share": Market.flow,
    "stock": Market.stock,
    "share of GenAI": lambda market: market.share("genai"),
    "matched share of GenAI": Market.matched_share,
    "movers": Market.movers,
    "shares of the 16 most named": _tools,
    "median pay by level": Market.median_pay,
    "disclosure, all and by law": lambda market: (market.disclosure(), market.disclosure(by="pay_law")),
    "decompose": Market.decompose,
    "events, repeated pay, law dates": lambda market: (
        market.events(),
        market.repeated_pay(),
        market.disclosure_break(),
    ),
    "placebo, 20 runs": Market.placebo,
}
FURTHER: dict[str, Callable[[Market], object]] = {
    "trend and level shifts of GenAI": lambda market: (market.trend(), market.level_shifts()),
    "pay index": Market.pay_index,
    "pay sensitivity": Market.pay_sensitivity,
    "premium of each term": Market.premium,
    "terms together": Market.together,
    "lifetime and survival": lambda market: (market.lifetime(), market.survival()),
    "capabilities, roles, requirements, years": lambda market: (
        market.capabilities(), market.mix(), market.requirements(), market.years(),
    ),
    "employers": Market.employers,
    "continuous and within employers": lambda market: (market.continuous_share(), market.within_employers()),
    "nowcast and season": lambda market: (market.nowcast(), market.season()),
}  # fmt: skip
TOTALS = ("all: seconds of CPU", "all: seconds by the clock", "largest memory, MB", "of that with the tables alone")
IMPORTS = {"pandas": "import pandas", "analytics": "import analytics", "Market": "import analytics; analytics.Market"}


def main(arguments: list[str]) -> None:
    """Prints the table of all sizes, or of one size the seconds of each step and the memory."""
    if arguments[:1] == ["--one"]:
        sys.stdout.write(" ".join(f"{told:.3f}" for told in measured(int(arguments[1]))))
        return
    sizes = [int(told) for told in arguments] or SIZES
    columns = [[float(told) for told in _run(__file__, "--one", str(n)).split()] for n in sizes]
    print(f"{'postings':<36}" + "".join(f"{n:>12,}" for n in sizes) + f"{'ratio':>8}")
    names = (*STEPS, *TOTALS, *FURTHER, "with these: seconds of CPU", "with these: largest memory, MB")
    for name, row in zip(names, zip(*columns, strict=True), strict=True):
        print(f"{name:<36}" + "".join(f"{told:>12.2f}" for told in row) + f"{row[-1] / max(row[0], 0.01):>8.1f}")
    seconds = {name: _import_s(code) for name, code in IMPORTS.items()}
    print(", ".join(f"import {name} {s:.2f} s ({s / seconds['pandas']:.2f} of pandas)" for name, s in seconds.items()))


def measured(n: int) -> list[float]:
    """Seconds of CPU of each step and of all, seconds of all, peak MB, and MB before the first step; then of the
    further questions: seconds of CPU of each and of all so far, peak MB."""
    market = Market.of(tables(n))
    before, began, began_cpu = _peak_mb(), perf_counter(), process_time()
    of_report = _timed(STEPS, market)
    totals = [process_time() - began_cpu, perf_counter() - began, _peak_mb(), before]
    further = _timed(FURTHER, market)
    return [*of_report, *totals, *further, process_time() - began_cpu, _peak_mb()]


def _timed(steps: dict[str, Callable[[Market], object]], market: Market) -> list[float]:
    seconds = []
    for step in steps.values():
        start = process_time()
        step(market)
        seconds.append(process_time() - start)
    return seconds


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _import_s(code: str) -> float:
    timed = f"from time import perf_counter; s = perf_counter(); {code}; print(perf_counter() - s)"
    return median(float(_run("-c", timed)) for _ in range(5))


def _run(*arguments: str) -> str:
    one_core = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=one_core).stdout


if __name__ == "__main__":
    main(sys.argv[1:])
