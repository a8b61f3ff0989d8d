"""The platform register as it stands in `platforms.toml`, which explains its keys."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def platforms() -> dict[str, dict[str, Any]]:
    """The tables by platform name: state, why, cadence, crawl_delay_s, terms, terms_checked_on, and `spider`."""
    return tomllib.loads((Path(__file__).parent / "platforms.toml").read_text(encoding="utf-8"))
