"""What stands behind one point of a series: the postings it counts, and the words of each that made it count.

The quotes come out of the stored texts when they are asked for; nothing of them is kept in a frame of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analytics.frames import ROLE_SECTIONS
from analytics.spells import KEY

AROUND = 60  # characters of context on each side of what was read
ROWS = {
    "posting_id": "str", "spell": "int64", "company": "str", "platform": "str", "board": "str", "title": "str",
    "url": "str", "opened_on": "datetime64[us]", "after_at": "datetime64[us, UTC]", "by_at": "datetime64[us, UTC]",
    "is_counted": "bool", "content_hash": "str",
}  # fmt: skip
SPANS = {"what": "str", "section": "str", "strength": "str", "start": "Int64", "end": "Int64", "quote": "str"}
COLUMNS = ROWS | SPANS
COUNTS = ("new", "closed", "stock")  # figures that count postings, without a word of theirs
ENDS = {"closed": ("last_seen_at", "absent_at"), "stock": ("last_seen_at", "absent_at")}
OPENED = ("before_at", "first_seen_at")
DEMANDS = ("required", "required_any", "duty", "preferred")  # strengths that ask something of the applicant
Told = tuple[str, Mapping[str, Any], str]  # content hash, its reading, the text that offsets refer to
Is = Callable[[Mapping[str, Any]], bool]


def sample(items: pd.DataFrame, week: int, window: int) -> pd.DataFrame:
    """The `items` (week_number, y) of a windowed series that end with `week`, with is_counted: where y is 1."""
    held = items[items["week_number"].between(week - window + 1, week)]
    return held.assign(is_counted=held["y"] > 0)


def counted(stretches: pd.DataFrame, figure: str, week: int, on_day: float) -> pd.DataFrame:
    """The `stretches` that one of `COUNTS` holds: that opened or closed in a week, or were open at the end of a day."""
    if figure == "stock":
        held = stretches[(stretches["start_day"] <= on_day) & (stretches["end_day"] > on_day)]
    else:
        flag, day = ("is_new", "start_day") if figure == "new" else ("is_closing", "end_day")
        held = stretches[stretches[flag].to_numpy(bool) & (np.floor((stretches[day].to_numpy(float) + 3) / 7) == week)]
    return held.assign(is_counted=True)


def rows(held: pd.DataFrame, figure: str) -> pd.DataFrame:
    """`ROWS` of postings with the times of their sightings.

    after_at and by_at: the moments between which each opened, of "closed" and "stock" those between which it closed
    (by_at is NaT while it is open).
    """
    after, by = ENDS.get(figure, OPENED)
    return held.assign(after_at=held[after], by_at=held[by])[list(ROWS)].astype(ROWS).reset_index(drop=True)


def of_term(kind: str, name: str) -> tuple[Is, Is]:
    """Whether a mention is of a term, capability or category; and whether it makes its posting count there."""
    return lambda mention: mention.get(kind) == name, is_of_the_work


def of_genai() -> tuple[Is, Is]:
    """Whether a mention has to do with generative AI; and whether it makes its posting count as asking for it."""
    return lambda mention: mention.get("genai", "no") != "no", _is_demand_for_genai


def is_of_the_work(mention: Mapping[str, Any]) -> bool:
    """As `frames.is_asked`, of one mention."""
    return mention["section"] in ROLE_SECTIONS and mention["strength"] != "negated"


def _is_demand_for_genai(mention: Mapping[str, Any]) -> bool:
    return mention["genai"] == "core" and mention["strength"] in DEMANDS and mention["section"] != "notice"


def mention_spans(told: Iterator[Told], is_of: Is, makes_count: Is) -> pd.DataFrame:
    """One row a mention that `is_of` the figure: content_hash, is_counted (it makes the posting count) and `SPANS`."""
    return _spans(
        {"content_hash": content, "is_counted": makes_count(mention), **_quoted(mention, mention["term"], text)}
        for content, reading, text in told
        for mention in reading.get("mentions") or ()
        if is_of(mention)
    )


def pay_spans(told: Iterator[Told]) -> pd.DataFrame:
    """One row a pay range, `what` its source, for counted rows and one for others: as `mention_spans`. A structured one
    is quoted as served."""
    return _spans(
        {"content_hash": content, "is_counted": is_counted, **_quoted(one, one["source"], text)}
        for content, reading, text in told
        for one in reading.get("pay") or ()
        for is_counted in (True, False)
    )


def with_spans(rows: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """`COLUMNS`: the rows, repeated for each span of their content; one without any has "" and <NA> there.

    Counted rows have the spans that make them count, others those that do not, so that one sees why. Counted rows come
    first, then by posting and place in the text.
    """
    joined = rows.merge(spans, on=["content_hash", "is_counted"], how="left").astype({"start": "Int64", "end": "Int64"})
    joined = joined.fillna({name: "" for name, kind in SPANS.items() if kind == "str"})
    is_title = joined["section"].eq("role") & joined["start"].isna()  # what a title names has no place in the text
    joined["quote"] = joined["quote"].mask(is_title, joined["title"])
    order = ["is_counted", *KEY, "start"]
    told = joined.sort_values(order, ascending=[False, True, True, True], kind="stable", ignore_index=True)
    return told[list(COLUMNS)].astype(COLUMNS)


def bare(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without spans, as `COLUMNS`."""
    return with_spans(rows, _spans(iter(())))


def _spans(rows: Iterator[dict[str, Any]]) -> pd.DataFrame:
    schema = {"content_hash": "str", "is_counted": "bool", **SPANS}
    return pd.DataFrame(list(rows), columns=list(schema)).astype(schema)


def _quoted(found: Mapping[str, Any], what: str, text: str) -> dict[str, Any]:
    start, end = found.get("start"), found.get("end")
    told = found.get("raw") or "" if start is None or end is None else _quote(text, int(start), int(end))
    named = {name: found.get(name) or "" for name in ("section", "strength")}
    return {"what": what, **named, "start": start, "end": end, "quote": told}


def _quote(text: str, start: int, end: int) -> str:
    """The span with whole words around it, on one line."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    before = text[first:start].partition(" ")[2] if first else text[:start]
    after = text[end:last].rpartition(" ")[0] if last < len(text) else text[end:]
    return " ".join(
        f"{'… ' if first else ''}{before}{text[start:end]}{after}{' …' if last < len(text) else ''}".split()
    )
