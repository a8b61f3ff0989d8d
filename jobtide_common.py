"""What the modules of the command line share: the settings of this call, the store, how findings are said.

Imports that take long stand in the functions: `jobtide crawl` only starts another process.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store import exits

if TYPE_CHECKING:
    from store.settings import Settings


class State:
    """What the options before the verb said."""

    config: Path | None = None

    @classmethod
    def settings(cls) -> Settings:
        """The settings of this call."""
        from store.settings import load

        return load(cls.config)


def refused(told: str) -> Exception:
    """The error of a call that cannot be meant."""
    from store.settings import ConfigError

    return ConfigError(told)


def say(line: str) -> None:
    """A line for whoever asked."""
    sys.stdout.write(line + "\n")


def findings(lines: Any, fine: str, found: int = exits.IO_ERROR) -> int:
    """Says the findings, or that all is fine; the exit code."""
    code = exits.COMPLETE
    for line in lines:
        code = found
        say(line)
    if code == exits.COMPLETE:
        say(fine)
    return code


def open_store(*, readonly: bool = False) -> Any:
    """The engine of a store that is there and of this program's schema."""
    from store.connect import open_engine
    from store.migrate import check, require

    engine = open_engine(require(State.settings().database_url), readonly=readonly)
    check(engine)
    return engine


def moment(text: str) -> datetime:
    """An aware UTC time; ConfigError when the text is none."""
    try:
        told = datetime.fromisoformat(text)
        told = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise refused(f"{text!r} is no ISO time such as 2026-06-30 or 2026-06-30T06:00Z") from error
    if not 1990 <= told.year < 2200:
        raise refused(f"{text!r} is not of this age")
    return told


def lock() -> Any:
    """The lock of the crawl: what derives versions anew must not meet it."""
    from store.lock import held

    return held(State.settings().database_url)


def publish(url: str, printed: tuple[dict[str, Any], list[dict[str, Any]]], as_of: str | None = None) -> None:
    """Keeps the numbers of a report that stands, as `reports.vintages.printed` gives them; but of none as of the past:
    that was published then, or never."""
    from store.connect import open_engine
    from store.published import Publication, keep

    if as_of is None:
        made, numbers = printed
        keep(open_engine(url), Publication(**made), numbers)
