"""What a row of a Google list tells of a posting: values by position.

Traps: a position may shift, so each is believed by its type alone and a row that breaks one is refused; 2 may be the
address to apply, one of 12 to 14 the last change; texts repeat each other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from crawler.spiders import fields, listing
from store.posting import Place, Posting

BODY = {"10": "", "3": "Responsibilities", "4": "", "15": "", "18": "", "19": ""}  # with headings, as they are read
KEYS = fields.Keys("external_id=0 title=1 company=7", f"2 9 {' '.join(BODY)}")


def posting_of(row: dict[str, Any], site: str) -> Posting:
    """The posting of a row; Unusable where a position holds what cannot be its own."""
    if broken := [n for n, fits in FITS.items() if not fits(row.get(n))]:
        raise listing.Unusable(f"position {broken[0]} is of another type")
    times = filter(None, (_time(row.get(n)) for n in ("12", "14")))
    return fields.posting(
        row,
        KEYS,
        url=f"{site}/about/careers/applications/jobs/results/{row['0']}",
        body_html=_body(row),
        places=tuple(_place(part) for part in row.get("9") or []),
        posted=(min(times, default=None), "created_at"),  # whichever of them moves, it moves forward
    )


def at(row: Any, n: int) -> Any:
    """What an array holds at a position; None behind its end and of anything else."""
    return row[n] if isinstance(row, list) and n < len(row) else None


def _time(value: Any) -> datetime | None:
    return fields.epoch_s_time(at(value, 0))


def _body(row: dict[str, Any]) -> str:
    """The texts, each once: some repeat what another says."""
    parts, words = list[str](), ""
    for n, heading in BODY.items():
        html = fields.text(at(row.get(n), 1))
        if (said := fields.plain_of(html)) and said not in words:
            parts, words = [*parts, fields.section(heading, html)], f"{words} {said}"
    return "\n".join(parts)


def _place(part: list[Any]) -> Place:
    label, city, region, country = (fields.text(at(part, n)) for n in (0, 2, 4, 5))
    return Place(label=label, city=city, region=region, country=country)


def _is_html(value: Any) -> bool:
    return value in (None, "") or (isinstance(value, list) and isinstance(at(value, 1), str | None))


FITS: dict[str, Callable[[Any], bool]] = {
    "0": lambda value: fields.native_id(value).isdigit(),
    "1": lambda value: isinstance(value, str) and not value.strip().isdigit(),
    "7": lambda value: isinstance(value, str | None),
    "9": lambda value: all(isinstance(at(part, 0), str) for part in (() if value is None else value)),
    **dict.fromkeys(BODY, _is_html),
    **dict.fromkeys(("12", "13", "14"), lambda value: value is None or _time(value) is not None),
}
