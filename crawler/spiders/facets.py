"""Facets of a search: whether a total can be believed, and how a list longer than one query gives is shared out."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from crawler.spiders.fields import items, mapping, number, text

ROUND: Final = 100  # caps are multiples of it
Facets = dict[str, dict[str, int]]  # parameter -> id of a value -> rows


def counts_of(told: Any) -> Facets:
    """The counts of all facets; a group holds facets where others hold values."""
    groups = [mapping(facet) for facet in items(told)]
    inner = [mapping(value) for group in groups for value in items(group.get("values"))]
    found = {text(facet.get("facetParameter")): _counts(facet) for facet in (*groups, *inner)}
    return {name: counts for name, counts in found.items() if name and counts}


def _counts(facet: dict[str, Any]) -> dict[str, int]:
    values = [mapping(value) for value in items(facet.get("values"))]
    told = ((text(value.get("id")), number(value.get("count"))) for value in values)
    return {name: int(count) for name, count in told if name and count and count > 0}


def n_rows(total: int, facets: Facets, cap: int) -> int | None:
    """How many rows there are; None when nothing proves it.

    A round total may stand at a cap, as may one of `cap` and more: it needs a facet that counts as many. Where none
    does, two facets that agree on more are believed instead.
    """
    sums = Counter(sum(counts.values()) for counts in facets.values())
    if total in sums or total == 0 or (total < cap and total % ROUND):
        return total
    agreed = [(n_facets, n) for n, n_facets in sums.items() if n_facets > 1 and n > total]
    return max(agreed)[1] if agreed else None


def shares(facets: Facets, n_rows: int, cap: int) -> list[dict[str, list[str]]]:
    """A filter for each value of the facet that shares the rows out best; none where no facet counts each row once.

    Best has the fewest values of those that all stay below the cap, else the smallest largest one.
    """
    fitting = [(name, counts) for name, counts in facets.items() if sum(counts.values()) == n_rows and len(counts) > 1]
    if not fitting:
        return []
    largest = {name: max(counts.values()) for name, counts in fitting}
    name, counts = min(fitting, key=lambda facet: (largest[facet[0]] * (largest[facet[0]] >= cap), len(facet[1])))
    return [{name: [value]} for value in sorted(counts)]
