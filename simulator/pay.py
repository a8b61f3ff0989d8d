"""Pay ranges by the employer's policy, and the ways in which employers spell them."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from simulator.data import pick, rows, table
from simulator.model import Employer, Pay, Place

HOURS_A_YEAR = 2080
YEARLY_DRIFT = 1.03
SHARE_OF_ZONE_B = 0.88
ZONES = ("Zone A – San Francisco, New York, Seattle", "Zone B – all other US locations")
STEPS = {"INR": 100_000}  # ranges are whole thousands elsewhere
US_ZONE_A = frozenset({"US-CA", "US-NY", "US-WA"})


def band(rng: Random, employer: Employer, place: Place, usd_year: float, period: str, at: datetime) -> Pay:
    """The employer's range for a job worth `usd_year` on the market of 2024, at that place and moment."""
    years = at.year + at.timetuple().tm_yday / 366 - 2024
    middle = usd_year * employer.pay_level * place.pay_factor * YEARLY_DRIFT**years * rng.uniform(0.96, 1.04)
    spread = employer.pay_spread * rng.uniform(0.8, 1.2)
    step = _step(place.currency, period)
    per = {"year": 1, "month": 12, "hour": HOURS_A_YEAR}[period]
    low, high = (max(step, round(middle * side / per / step) * step) for side in (1 - spread, 1 + spread))
    zoned = employer.pay_by_zone and place.country == "US" and period == "year"
    return Pay(low, max(high, low + step), place.currency, period, _zones(low, high, place) if zoned else ())


def raised(pay: Pay, factor: float) -> Pay:
    """The same range, `factor` times as high, rounded to the usual step."""
    step = _step(pay.currency, pay.period)

    def up(amount: int) -> int:
        return max(amount + step, round(amount * factor / step) * step)

    zones = tuple((label, up(low), up(high)) for label, low, high in pay.zones)
    return Pay(up(pay.low), up(pay.high), pay.currency, pay.period, zones)


def _step(currency: str, period: str) -> int:
    if period == "hour":
        return 50 if currency == "INR" else 1
    if period == "month":
        return 1000 if currency == "INR" else 100
    return STEPS.get(currency, 1000)


def _zones(low: int, high: int, place: Place) -> tuple[tuple[str, int, int], ...]:
    """Both zones of a US range; the posting's own place decides in which of them low and high stand."""
    other = SHARE_OF_ZONE_B if place.regime in US_ZONE_A else 1 / SHARE_OF_ZONE_B
    there = (round(low * other / 1000) * 1000, round(high * other / 1000) * 1000)
    own = (low, high)
    first, second = (own, there) if place.regime in US_ZONE_A else (there, own)
    return (ZONES[0], *first), (ZONES[1], *second)


def own_range(pay: Pay, place: Place) -> tuple[int, int]:
    """Low and high that hold at `place`: those of its zone when the employer pays by zone."""
    if not pay.zones:
        return pay.low, pay.high
    _, low, high = pay.zones[0 if place.regime in US_ZONE_A else 1]
    return low, high


def spelled(rng: Random, pay: Pay, country: str) -> list[str]:
    """The range as sentences, one a zone, in one of the spellings usual for country, currency and period."""
    fitting = [row for row in table("pay_spellings")["spelling"] if _fits(row, pay, country)]
    spelling = pick(rng, fitting)
    words = pick(rng, spelling["words"])
    ranges = pay.zones or (("", pay.low, pay.high),)
    return [
        f"{label}: {text}" if label else text
        for label, low, high in ranges
        for text in [words.format(low=grouped(low, spelling["grouping"]), high=grouped(high, spelling["grouping"]))]
    ]


def _fits(row: dict[str, Any], pay: Pay, country: str) -> bool:
    same = row["currency"] == pay.currency and row["period"] == pay.period
    return same and country in row.get("countries", (country,))


def grouped(amount: int, grouping: str) -> str:
    """`amount` in one of the groupings of `texts/pay_spellings.toml`; the range's step makes k and lakh exact."""
    if grouping == "k":
        return str(amount // 1000)
    if grouping == "lakh":
        return f"{amount / 100_000:g}"
    mark = {"comma": ",", "dot": ".", "space": "\N{NARROW NO-BREAK SPACE}", "plain": ""}[grouping]
    return f"{amount:,}".replace(",", mark)


def symbol(currency: str) -> str:
    """The sign that platforms put before an amount."""
    signs = {row["currency"]: row["sign"] for row in rows("currencies")}
    return signs[currency]
