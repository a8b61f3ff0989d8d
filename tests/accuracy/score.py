"""Totals of a field over many postings, with Wilson's 95 % intervals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from analytics.share import wilson
from tests.accuracy.cases import Case
from tests.accuracy.fields import FIELDS, Verdict


class Share(NamedTuple):
    """`hits` of `n`."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        return self.hits / self.n

    @property
    def interval(self) -> tuple[float, float]:
        low, high = wilson(self.value, self.n)
        return float(low), float(high)

    def __str__(self) -> str:
        if not self.n:
            return f"{'-':>23}"
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}]"


class Total(NamedTuple):
    """One field of all postings."""

    field: str
    exact: Share
    precision: Share
    recall: Share


def verdicts(field: str, found: Iterable[Case]) -> list[tuple[str, Verdict]]:
    """(id, verdict) of the postings whose labels can tell."""
    judged = ((case.id, FIELDS[field](case.labels, case.reading)) for case in found)
    return [(name, verdict) for name, verdict in judged if verdict is not None]


def total(field: str, found: Iterable[Case]) -> Total:
    """A field's shares: exact by posting (or by thing found), precision and recall of what is counted one by one."""
    told = [verdict for _, verdict in verdicts(field, found)]
    both = sum(verdict.both for verdict in told)
    return Total(
        field,
        Share(sum(verdict.hits for verdict in told), sum(verdict.n for verdict in told)),
        Share(both, sum(verdict.read for verdict in told)),
        Share(both, sum(verdict.labelled for verdict in told)),
    )


def totals(found: list[Case]) -> list[Total]:
    """All fields that any label tells of."""
    made = [total(field, found) for field in FIELDS]
    return [one for one in made if one.exact.n or one.precision.n or one.recall.n]
