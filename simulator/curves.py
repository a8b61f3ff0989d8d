"""The known curves: how LLM work, tools and pay disclosure spread over time, and how employers cluster on them.

Every share follows a logistic curve of the date. A posting says yes when sqrt(rho) z + sqrt(1-rho) e exceeds the normal
quantile of 1 - share, z being the employer's effect and e the posting's own draw (one-factor Gaussian copula). Over all
employers the share is then exactly the curve, while postings of one employer agree. rho .45 gives an intraclass
correlation of about .3 on the yes/no scale at a share of .3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from statistics import NormalDist

from simulator.data import rows

RHO_LLM = 0.45
RHO_TOOL = 0.25
RHO_PAY = 0.45
NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Curve:
    """A share that moves from `start_share` to `end_share`, half way on `middle_on`."""

    tool: str
    kind: str
    start_share: float
    end_share: float
    middle_on: date
    scale_days: float
    needs_llm: bool

    def share(self, on: date) -> float:
        """The share on that day; among LLM postings only where `needs_llm`."""
        steps = (on - self.middle_on).days / self.scale_days
        return self.start_share + (self.end_share - self.start_share) / (1 + math.exp(-max(-60.0, min(60.0, steps))))


def _curve(row: dict[str, str]) -> Curve:
    return Curve(
        tool=row["tool"],
        kind=row["kind"],
        start_share=float(row["start_share"]),
        end_share=float(row["end_share"]),
        middle_on=date.fromisoformat(row["middle_on"]),
        scale_days=float(row["scale_days"]),
        needs_llm=row["needs_llm"] == "yes",
    )


@cache
def curves() -> dict[str, Curve]:
    """All curves by name; "LLM" is the share of core postings that ask for LLM work."""
    return {row["tool"]: _curve(row) for row in rows("tools")}


@cache
def tools() -> tuple[Curve, ...]:
    """The curves of the tools."""
    return tuple(curve for curve in curves().values() if curve.kind != "curve")


@cache
def tool_thresholds(on: date) -> tuple[tuple[str, float, bool], ...]:
    """(tool, threshold on that day, whether only LLM postings ask for it): `says_yes` taken apart, for speed."""
    return tuple((curve.tool, threshold(curve.share(on)), curve.needs_llm) for curve in tools())


def says_yes(rng: Random, share: float, effect: float, rho: float) -> bool:
    """One posting's draw around the curve, given its employer's effect."""
    latent = math.sqrt(rho) * effect + math.sqrt(1 - rho) * rng.gauss(0.0, 1.0)
    return latent > threshold(share)


def threshold(share: float) -> float:
    """Normal quantile above which a draw is a yes."""
    return NORMAL.inv_cdf(1 - min(max(share, 1e-9), 1 - 1e-9))


def employer_share(share: float, effect: float, rho: float) -> float:
    """The share that one employer with this effect has in the long run."""
    return 1 - NORMAL.cdf((threshold(share) - math.sqrt(rho) * effect) / math.sqrt(1 - rho))


@cache
def _regimes() -> dict[str, tuple[date | None, float, float]]:
    return {
        row["regime"]: (
            date.fromisoformat(row["law_on"]) if row["law_on"] else None,
            float(row["before_share"]),
            float(row["after_share"]),
        )
        for row in rows("pay_regimes")
    }


def law_on(regime: str) -> date | None:
    """The day from which a posting there must tell pay; None where no such law is known."""
    return _regimes()[regime][0]


def has_pay_law(regime: str, on: date) -> bool:
    """Whether postings there have to tell pay on that day."""
    law = law_on(regime)
    return law is not None and on >= law


def disclosure_share(regime: str, on: date) -> float:
    """Share of postings opened there on that day that tell pay."""
    _, before, after = _regimes()[regime]
    return after if has_pay_law(regime, on) else before
