"""The tidy tables as files, for pandas, R or DuckDB; written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from analytics.market import Market

TABLES = ("postings", "versions", "pay", "mentions", "boards", "panel")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def export(market: Market, folder: Path, form: str = "parquet") -> Iterator[Path]:
    """Writes one file a table into `folder` and yields its path; columns as in docs/data.md, times aware UTC."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        frame: pd.DataFrame = getattr(market, name)()
        path = folder / f"{name}.{form}"
        part = path.with_suffix(f".{form}.part")
        if form == "parquet":
            frame.to_parquet(part, index=False)
        else:
            _harmless(frame).to_csv(part, index=False, lineterminator="\n")
        part.replace(path)
        yield path


def _harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers."""
    texts = frame.select_dtypes(include=["object", "string"]).columns
    return frame.assign(**{name: frame[name].map(_quoted, na_action="ignore") for name in texts})


def _quoted(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
