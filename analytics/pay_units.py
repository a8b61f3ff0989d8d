"""How often a year has each unit of time that pay is stated by."""

from __future__ import annotations

YEAR_FACTORS = {"year": 1, "month": 12, "week": 52, "day": 260, "hour": 2080}
