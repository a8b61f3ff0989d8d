"""Pay in text: every example of tests/examples/pay.toml, and what holds for all input."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics.money import annual_usd
from analytics.pay import PayRange, PayReading, read_bonus, read_equity, read_pay, scan_pay
from analytics.scan import scan

EXAMPLES = tomllib.loads((Path(__file__).parent / "examples" / "pay.toml").read_text(encoding="utf-8"))["example"]
KNOWN_FAILURE = pytest.mark.xfail(strict=True, reason="known failure of the pay reader")


def _cases() -> list[Any]:
    return [
        pytest.param(example, id=example["text"][:50], marks=[KNOWN_FAILURE] * (example["role"] == "known-failure"))
        for example in EXAMPLES
    ]


def _told(pay: PayRange, keys: list[str]) -> dict[str, Any]:
    return {key: "open" if getattr(pay, key) is None else getattr(pay, key) for key in keys}


@pytest.mark.parametrize("example", _cases())
def test_reads_every_stated_range_and_no_other_money(example: dict[str, Any]) -> None:
    ranges = read_pay(example["text"], example.get("country", ""))
    assert [_told(pay, list(want)) for pay, want in zip(ranges, example["pay"], strict=False)] == example["pay"]
    assert len(ranges) == len(example["pay"])


def test_a_range_carries_its_own_words_and_their_place() -> None:
    text = "What we offer\n\nSalary: $141,000 - $163,500 per year."
    (pay,) = read_pay(text, "US")
    assert text[pay.start : pay.end] == pay.raw == "$141,000 - $163,500"
    assert pay.to_json()["source"] == "text"
    assert "place" not in pay.to_json()


def test_what_is_inferred_is_flagged_and_less_sure() -> None:
    stated, inferred = read_pay("Salary: $133,000 a year", "US"), read_pay("Salary: $133,000")
    assert stated[0].flags == ()
    assert stated[0].confidence == "high"
    assert set(inferred[0].flags) == {"currency_inferred", "period_inferred"}
    assert inferred[0].confidence != "high"


def test_an_implausible_range_is_refused_with_a_flag() -> None:
    assert scan_pay("Salary: $95k - $950k", "US").flags == ("implausible_pay",)
    assert scan_pay("Salary: $180,000 - $120,000", "US").flags == ("implausible_pay",)


def test_pay_by_a_unit_that_no_reading_has_is_refused_with_a_flag() -> None:
    assert scan_pay("Pay: $3,600 - $4,300 bi-weekly", "US") == PayReading([], ("ambiguous_pay",))


def test_a_scan_reads_as_its_text() -> None:
    text = "Salary: $141,000 - $163,500 per year, 10% bonus, stock options"
    assert scan_pay(scan(text), "US") == scan_pay(text, "US")
    assert read_bonus(scan(text)) == read_bonus(text)
    assert read_equity(scan(text))["mentioned"]


def test_a_row_is_read_by_the_heads_of_its_columns_whatever_was_read_before() -> None:
    row = "and so forth " * 28 + "\nML Engineer | $120,000 | $150,000\n"
    for heads, ends in (("Minimum | Maximum", [(120_000, 150_000)]), ("Houston | Memphis", [])) * 2:
        told = read_pay(f"Base salary bands\n{heads}\n{row}", "US")
        assert [(pay.low, pay.high) for pay in told if pay.is_closed] == ends, heads


def test_a_wide_range_is_kept_with_low_confidence() -> None:
    (pay,) = read_pay("Hourly rate: $30 - $140", "US")
    assert (pay.low, pay.high, pay.period, pay.confidence) == (30, 140, "hour", "low")


def test_equal_ranges_are_told_once_and_labelled_ones_each() -> None:
    assert len(read_pay("Salary: $120k - $150k\nThe base salary is $120,000 to $150,000 a year.", "US")) == 1
    text = "Salary:\nDenver: $120,000 - $150,000\nAustin: $120,000 - $150,000"
    assert [pay.place for pay in read_pay(text, "US")] == ["Denver", "Austin"]


@pytest.mark.parametrize(
    "pumped",
    ["1" * 1_000_000, "$1-" * 10_000, "$1," * 30_000, "$120,000 - " * 5_000, "1 000 " * 50_000, "salary $" * 50_000,
     "a " * 200_000, "$1.1.1.1" * 20_000, "\n" * 300_000 + "$5", "€" * 300_000, "$9k to " * 20_000],
    ids=lambda text: text[:10].strip(),
)  # fmt: skip
def test_pumped_input_is_read_to_a_bounded_end(pumped: str) -> None:
    reading = scan_pay(pumped + "\nSalary: $120,000 - $150,000 per year", "US")
    assert len(reading.ranges) <= 100
    truncated = "truncated" in reading.flags
    assert truncated or (120_000, 150_000) in {(pay.low, pay.high) for pay in reading.ranges}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Equity: 0.4% - 1.2%", 0.4, 1.2),
        ("0.05–0.3% equity plus a salary of $150k", 0.05, 0.3),
        ("competitive salary and equity", None, None),
        ("15% bonus and equity", None, None),
        ("Stock awards for every employee", None, None),
        ("Competitive pay and EMI options", None, None),
        ("Salary CAD 150k, plus options", None, None),
    ],
)
def test_equity_offered(text: str, low: float | None, high: float | None) -> None:
    assert read_equity(text) == {"mentioned": True, "low_pct": low, "high_pct": high}


@pytest.mark.parametrize(
    "text",
    ["we work on health equity", "diversity, equity, and inclusion", "private equity", "we keep our options open."],
)
def test_equity_of_another_kind(text: str) -> None:
    assert not read_equity(text)["mentioned"]


@pytest.mark.parametrize(
    ("text", "mentioned", "low", "high"),
    [
        ("target bonus of 10-15% of base", True, 10, 15),
        ("up to 20% annual bonus", True, None, 20),
        ("salary, bonus and benefits", True, None, None),
        ("salary plus bonus and 0.1% - 0.3% equity", True, None, None),
        ("Bonus points if you know Rust", False, None, None),
        ("$5,000 referral bonus", False, None, None),
        ("there is no bonus", False, None, None),
        ("Benefits: Jahresbonus, Betriebsrente", True, None, None),
        ("PACKAGE\n* 41-49 K€ fixe + variable", True, None, None),
        ("a variable, a prime location", False, None, None),
        ("Bonus:\nRust, Zig", False, None, None),
    ],
)
def test_bonus(text: str, mentioned: bool, low: float | None, high: float | None) -> None:
    assert read_bonus(text) == {"mentioned": mentioned, "low_pct": low, "high_pct": high}


def _usd(low: float | None, high: float | None, currency: str, period: str, **more: str) -> Any:
    return annual_usd({"low": low, "high": high, "currency": currency, "period": period, **more}, date(2026, 3, 7))


def test_a_year_in_dollars() -> None:
    assert _usd(50, 75, "USD", "hour") == (104_000, 156_000)
    assert _usd(500, None, "USD", "day") == (130_000, None)
    assert _usd(2_000, 3_000, "USD", "week") == (104_000, 156_000)
    assert _usd(156_000, 104_000, "USD", "year") == (104_000, 156_000)


def test_a_weekend_takes_the_last_rate_before_it() -> None:
    pay = {"low": 100_000, "high": 120_000, "currency": "EUR", "period": "year"}
    friday, sunday = annual_usd(pay, date(2026, 3, 6)), annual_usd(pay, date(2026, 3, 8))
    assert friday == sunday
    assert friday[0] is not None
    assert 80_000 < friday[0] < 160_000


def test_no_number_without_a_rate_or_outside_the_fences() -> None:
    assert _usd(100_000, 120_000, "XXX", "year") == (None, None)
    assert _usd(300_000, 400_000, "AED", "year") == (None, None)
    assert _usd(100_000, 120_000, "USD", "") == (None, None)
    assert _usd(21_000, 25_000, "USD", "year", component="base") == (None, None)
    assert _usd(2_000_000, 3_000_000, "USD", "year") == (None, None)
    assert annual_usd({"low": 1e5, "high": 1e5, "currency": "EUR", "period": "year"}, date(2090, 1, 1)) == (None, None)
