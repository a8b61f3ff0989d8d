"""The gazetteer: what the printed names and codes of places may mean."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from analytics.lexicon import lines, several


class Spot(NamedTuple):
    """One reading of a place; None is unknown."""

    city: str | None
    region: str | None
    country: str | None
    metro: str | None = None


@cache
def gazetteer() -> tuple[dict[str, list[Spot]], dict[str, list[Spot]]]:
    """Readings by casefolded name, and by code exactly as written."""
    by_name: dict[str, list[Spot]] = {}
    by_code: dict[str, list[Spot]] = {}
    for row in lines("places"):
        spot = Spot(row["city"], row["region"] or None, row["country"], row["metro"] or None)
        for name in (row["city"], *several(row["aliases"])):
            is_code = name.isupper() and len(name) <= 3
            (by_code if is_code else by_name).setdefault(name if is_code else name.casefold(), []).append(spot)
    for row in lines("regions"):
        spot = Spot(None, row["region"] or None, row["country"], row["metro"] or None)
        by_name.setdefault(row["name"].casefold(), []).append(spot)
        if row["country"] in ("US", "CA", "AU") and not row["metro"] and spot not in by_code.get(row["region"], []):
            by_code.setdefault(row["region"], []).append(spot)
    for row in lines("countries"):
        spot = Spot(None, None, row["code"])
        by_name.setdefault(row["name"].casefold(), []).append(spot)
        if len(row["code"]) == 2 and spot not in by_code.get(row["code"], []):
            by_code.setdefault(row["code"], []).append(spot)
    return by_name, by_code


@cache
def minor() -> frozenset[tuple[str | None, ...]]:
    """Namesakes of better known cities: meant only when their state or country stands beside them."""
    return frozenset((row["city"], row["region"] or None, row["country"]) for row in lines("places") if row["minor"])
