"""The tidy tables as files, for pandas, R or DuckDB; all of them written whole, or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from analytics.market import Market

TABLES = ("postings", "versions", "pay", "mentions", "terms", "boards", "panel", "events", "published")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def export(market: Market, folder: Path, form: str = "parquet") -> Iterator[Path]:
    """Writes one file a table into `folder` and yields its path; columns as in docs/data.md, times aware UTC."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / f"{name}.{form}" for name in TABLES}
    with TemporaryDirectory(prefix=".export-", dir=folder) as shelf:
        for name, path in paths.items():
            _write(getattr(market, name)(), Path(shelf, path.name), form)
        for path in paths.values():
            yield Path(shelf, path.name).replace(path)


def _write(frame: pd.DataFrame, path: Path, form: str) -> None:
    if form == "parquet":
        frame.to_parquet(path, index=False)
    else:
        _harmless(frame).to_csv(path, index=False, lineterminator="\n")


def _harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers."""
    texts = frame.select_dtypes(include=["object", "string"]).columns
    return frame.assign(**{name: frame[name].map(_quoted, na_action="ignore") for name in texts})


def _quoted(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
