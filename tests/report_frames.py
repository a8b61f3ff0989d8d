"""A stand-in for `analytics.Market`: invented frames of the documented shapes, equal for equal arguments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from analytics.events import between, shipped, week_numbers
from analytics.offers_flags import repeated_value
from analytics.series import Calendar

TERMS = (
    "PyTorch",
    "TensorFlow",
    "Kubernetes",
    "LangChain",
    "Ray",
    "MLflow",
    "vLLM",
    "JAX",
    "Spark",
    "Airflow",
    "Triton",
    "SageMaker",
    "Hugging Face",
    "Docker",
    "CUDA",
    "scikit-learn",
    "Weights & Biases",
    "dbt",
    "Kafka",
    "DeepSpeed",
)
LEVELS = ("entry", "mid", "senior", "staff", "principal", "manager")
LAST_WEEK = date(2026, 1, 26)
LAST_WEEKS_START = "2026-W01"  # since then one board fails every week


def week_names(n_weeks: int, last: date = LAST_WEEK) -> list[str]:
    mondays = [last - timedelta(weeks=back) for back in reversed(range(n_weeks))]
    return [f"{year}-W{week:02d}" for year, week, _ in (monday.isocalendar() for monday in mondays)]


def calendar(weeks: list[str]) -> Calendar:
    """A calendar in which every one of these weeks is published."""
    every = np.ones(len(weeks), bool)
    return Calendar(week_numbers(weeks), weeks, every, ~every)


def pay_by_week(lows: dict[str, list[int]]) -> pd.DataFrame:
    """Postings with pay as `analytics.offers_flags` takes them, one a lower bound, each of an employer of its own."""
    held = [(week, low) for week, found in lows.items() for low in found]
    low = np.array([low for _, low in held], float)
    told = {"pay_low_local_year": low, "pay_high_local_year": low * 1.4, "pay_mid_local_year": low * 1.2}
    number, company = week_numbers([week for week, _ in held]), [f"employer{k}" for k in range(len(held))]
    return pd.DataFrame({"week_number": number, "company": company, "currency": "USD", **told})


class FakeMarket:
    """`n_weeks` weeks of an invented market; `terms` and `companies` may be hostile."""

    def __init__(
        self, n_weeks: int = 40, terms: tuple[str, ...] = TERMS, companies: tuple[str, ...] = ("Acme", "Globex")
    ):
        self.at = datetime(2026, 2, 2, 6, tzinfo=UTC)
        self.reader = "1a2b3c4d5e6f7081"
        self.weeks = week_names(n_weeks)
        self.names = terms
        self.companies = companies
        self.url = ""
        self.happened = shipped().iloc[:0]  # events
        self.repeated = repeated_value(pay_by_week({}), calendar(self.weeks))

    def flow(self) -> pd.DataFrame:
        rng = np.random.default_rng(1)
        n = len(self.weeks)
        status = ["ok"] * n
        if n > 12:
            status[n - 9] = "partial"
        return pd.DataFrame(
            {
                "week": self.weeks,
                "new": rng.integers(150, 240, n),
                "closed": rng.integers(120, 220, n),
                "entered_panel": 0,
                "exited_panel": 0,
                "employers": 31,
                "status": status,
            }
        )

    def stock(self) -> pd.DataFrame:
        value = 1500 + np.cumsum(np.random.default_rng(2).integers(-20, 40, len(self.weeks))).astype(float)
        return pd.DataFrame(
            {
                "week": self.weeks,
                "value": value,
                "low": value - 25,
                "high": value + 30,
                "n": value.astype(int),
                "employers": 64,
                "status": "ok",
            }
        )

    def share(self, term: str, **_: object) -> pd.DataFrame:
        return self._series(0.12 + 0.4 * (len(term) % 7) / 7, seed=sum(map(ord, term)) % 997)

    def matched_share(self, term: str = "genai", **_: object) -> pd.DataFrame:
        return self._series(0.34, seed=5, drift=0.002)

    def terms(self) -> pd.DataFrame:
        sizes = [40 - place for place in range(len(self.names))] if self.weeks else []
        names = self.names[: len(sizes)]
        return pd.DataFrame({"term": names, "category": "mlops", "capability": "deployment", "n_postings": sizes})

    def events(self) -> pd.DataFrame:
        return self.happened

    def placebo(self, weeks: int = 13) -> pd.DataFrame:
        found = pd.DataFrame({"n_runs": [20], "mean_alerts": [0.3], "share_any": [0.1], "n_tested": [len(self.names)]})
        return found if len(self.weeks) > 16 else found.iloc[:0]

    def repeated_pay(self) -> pd.DataFrame:
        return self.repeated

    def disclosure_break(self) -> pd.DataFrame:
        return pd.DataFrame({"week": self.weeks, "ratio": np.nan, "laws": "", "is_flagged": False, "reason": ""})

    def movers(self, weeks: int = 13) -> pd.DataFrame:
        rng = np.random.default_rng(3)
        change = rng.normal(0, 0.02, len(self.names))
        now = np.array([self.share(term)["value"].iloc[-1] if self.weeks else np.nan for term in self.names])
        is_alert = np.zeros(len(self.names), bool)
        if len(self.names) > 4:
            change[2], is_alert[2] = 0.112, True
            change[4], is_alert[4] = -0.064, True
        event = between(self.happened, self.weeks[-17], self.weeks[-1]) if len(self.weeks) > 16 else ""
        found = pd.DataFrame(
            {
                "term": self.names,
                "category": "mlops",
                "week": self.weeks[-1] if self.weeks else "",
                "week_before": self.weeks[-14] if len(self.weeks) > 16 else "",
                "share_before": now - change,
                "share_now": now,
                "change": change,
                "low": change - 0.04,
                "high": change + 0.04,
                "p_value": 0.3,
                "q_value": 0.6,
                "q_by": 0.9,
                "mde80": 0.057,
                "n_now": 812,
                "employers": 60,
                "is_driven_by_few": np.arange(len(change)) == 3,
                "is_dominated": False,
                "top_share": 0.09,
                "change_without_top": change * 0.9,
                "event": event,
                "is_alert": is_alert & (event == ""),
            }
        )
        found["state"] = np.where(found["is_alert"], np.where(change > 0, "confirmed", "new"), "none")
        return found if len(self.weeks) > 16 else found.iloc[:0]

    def median_pay(self, by: str = "level", **_: object) -> pd.DataFrame:
        frames = [self._pay(level, place) for place, level in enumerate(LEVELS)]
        return pd.concat(frames, ignore_index=True)

    def disclosure(self, by: str | None = None, **_: object) -> pd.DataFrame:
        if by is None:
            return self._series(0.46, seed=11)
        frames = [
            self._series(share, seed=place).assign(pay_law=place == 0) for place, share in enumerate((0.71, 0.22))
        ]
        return pd.concat(frames, ignore_index=True)

    def boards(self) -> pd.DataFrame:
        verdicts = ("snapshot", "unchanged", "snapshot", "failed", "quarantined", "deferred", "blocked", "snapshot")
        lines = []
        for week in self.weeks[-20:]:
            monday = datetime.fromisocalendar(int(week[:4]), int(week[6:]), 1).replace(tzinfo=UTC)
            for place in range(24):
                verdict = verdicts[place % 8] if (place + int(week[6:])) % 3 else "snapshot"
                if place == 7 and week > LAST_WEEKS_START:
                    verdict = "failed"
                fetched = monday + timedelta(days=2 + place % 5, hours=4)
                lines.append(
                    {
                        "platform": "greenhouse",
                        "board": f"board{place}",
                        "company": self.companies[place % len(self.companies)],
                        "fetched_at": fetched,
                        "recorded_at": fetched + timedelta(minutes=1),
                        "verdict": verdict,
                        "listed": 40,
                        "kept": 9,
                        "is_complete": verdict in ("snapshot", "unchanged"),
                        "note": "" if verdict == "snapshot" else f"{verdict}: HTTP 503",
                    }
                )
        columns = [
            "platform",
            "board",
            "company",
            "fetched_at",
            "recorded_at",
            "verdict",
            "listed",
            "kept",
            "is_complete",
            "note",
        ]
        return pd.DataFrame(lines, columns=columns)

    def postings(self) -> pd.DataFrame:
        return pd.DataFrame(
            {"posting_id": ["greenhouse/board0/1"], "company": [self.companies[0]], "title": ["ML engineer"]}
        )

    def _pay(self, level: str, place: int) -> pd.DataFrame:
        frame = self._series(0.5, seed=place)
        middle = 130_000 * 1.17**place * (1 + 0.04 * (frame["value"] - 0.5))
        frame = frame.assign(
            level=level,
            value=middle,
            low=middle * 0.94,
            high=middle * 1.05,
            p25_usd_year=middle * 0.86,
            p75_usd_year=middle * 1.16,
            median_low_usd_year=middle * 0.82,
            median_high_usd_year=middle * 1.2,
            disclosed_share=0.46,
        )
        if level == "principal":
            numbers = [
                "value",
                "low",
                "high",
                "p25_usd_year",
                "p75_usd_year",
                "median_low_usd_year",
                "median_high_usd_year",
            ]
            frame[numbers] = np.nan
            frame["status"], frame["n"], frame["employers"] = "too_few", 9, 4
            frame["reason"] = "fewer than 30 with pay"
        return frame

    def _series(self, level: float, seed: int, drift: float = 0.0) -> pd.DataFrame:
        n = len(self.weeks)
        value = np.clip(level + drift * np.arange(n) + np.random.default_rng(seed).normal(0, 0.012, n), 0.01, 0.99)
        frame = pd.DataFrame(
            {
                "week": self.weeks,
                "value": value,
                "low": np.clip(value - 0.05, 0, 1),
                "high": np.clip(value + 0.05, 0, 1),
                "n": pd.array([200 + 3 * (k % 9) for k in range(n)], dtype="Int64"),
                "employers": pd.array([60] * n, dtype="Int64"),
                "n_eff": 120.0,
                "status": "ok",
                "reason": "",
            }
        )
        if n > 12:
            frame.loc[n - 9, "status"] = "partial"
            frame.loc[[4, 5], ["value", "low", "high"]] = np.nan
            frame.loc[[4, 5], ["status", "reason"]] = "too_few", "n too small"
        return frame
