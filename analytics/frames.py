"""From the store's rows to typed DataFrames: small pure functions over lists of dicts.

A posting is told by the first version of its spell: what an employer asked for when it opened the position. Empty
inputs give empty frames with the same columns and dtypes.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from analytics.spells import KEY, dates, point_days, without_flicker

OF_MANY = "Aggregator"  # sector of boards that list postings of many employers
TIME = "datetime64[us, UTC]"
BOARDS = {
    "platform": "str", "board": "str", "company": "str", "sector": "str", "country": "str", "fetched_at": TIME,
    "recorded_at": TIME, "verdict": "str", "decision": "str", "is_complete": "bool", "listed": "Int64",
    "advertised": "Int64", "kept": "Int64", "hidden": "Int64", "note": "str",
}  # fmt: skip
VERSIONS = {
    "posting_id": "str", "platform": "str", "board": "str", "external_id": "str", "spell": "int64", "seq": "int64",
    "content_hash": "str", "valid_from": TIME, "valid_to": TIME, "before_at": TIME, "last_seen_at": TIME,
    "absent_at": TIME, "is_closed": "bool", "close_reason": "str",
}  # fmt: skip
HEADS = {
    "content_hash": "str", "title": "str", "url": "str", "printed_company": "str", "posted_at": TIME,
    "is_prospect": "bool",
}  # fmt: skip
FACTS = {
    "content_hash": "str", "document": "str", "role": "str", "scope": "str", "level": "str", "level_inferred": "str",
    "country": "str", "metro": "str", "work_mode": "str", "genai_class": "str", "genai_asked": "bool",
    "years_low": "float64", "degree": "str", "certification": "str", "places": "object",
}  # fmt: skip
PAY = {
    "content_hash": "str", "source": "str", "low": "float64", "high": "float64", "currency": "str", "period": "str",
    "component": "str", "gross": "str", "place": "str", "level": "str", "contract": "bool", "confidence": "str",
    "raw": "str",
}  # fmt: skip
MENTIONS = {
    "content_hash": "str", "term": "str", "category": "str", "capability": "str", "genai": "str", "section": "str",
    "strength": "str",
}  # fmt: skip
SPELLS = {
    "posting_id": "str", "platform": "str", "board": "str", "company": "str", "sector": "str", "spell": "int64",
    "first_seen_at": TIME, "before_at": TIME, "last_seen_at": TIME, "absent_at": TIME, "is_closed": "bool",
    "posted_at": TIME, "content_hash": "str", "n_versions": "int64",
}  # fmt: skip
POSTINGS = [
    *SPELLS, "title", "url", "is_prospect", "document", "role", "scope", "level", "level_inferred", "country", "metro",
    "work_mode", "genai_class", "genai_asked", "years_low", "degree", "certification", "places", "opened_on",
    "closed_on", "closed_after", "closed_by", "is_open", "is_backdated", "first_day", "last_day", "before_day",
    "gone_day", "opened_day", "closed_day",
]  # fmt: skip
REQUIRED = ("required", "required_any")
ROLE_SECTIONS = ("intro", "role", "duties", "requirements", "preferred")


def typed(rows: Iterable[Mapping[str, Any]], schema: Mapping[str, str]) -> pd.DataFrame:
    """The rows as a frame of exactly the schema's columns and dtypes; missing text is "", a missing flag False."""
    held = list(rows)
    return pd.DataFrame({name: _column([row.get(name) for row in held], kind) for name, kind in schema.items()})


def _column(values: list[Any], kind: Any) -> pd.Series[Any]:
    if kind == "str":
        return pd.Series(["" if value is None else str(value) for value in values], dtype="str")
    if kind == "bool":
        return pd.Series([bool(value) for value in values], dtype="bool")
    if kind == TIME:
        return pd.to_datetime(pd.Series(values, dtype="object"), utc=True, format="ISO8601").dt.as_unit("us")
    column: pd.Series[Any] = pd.Series(values, dtype=kind)
    return column


def board_frame(boards: Iterable[Mapping[str, Any]], runs: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a board and crawl, oldest first: `BOARDS`."""
    labels = {row["board_id"]: row for row in boards}
    empty: Mapping[str, Any] = {}
    named = ({**_label(labels.get(row["board_id"], empty)), **row} for row in runs)
    return typed(named, BOARDS)


def _label(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in ("company", "sector", "country")}


def version_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a version, in order of posting, spell and seq: `VERSIONS`."""
    named = ({**row, "posting_id": f"{row['platform']}/{row['board']}/{row['external_id']}"} for row in rows)
    return typed(named, VERSIONS).sort_values(["posting_id", "spell", "seq"]).reset_index(drop=True)


def head(content_hash: str, posting: Mapping[str, Any]) -> dict[str, Any]:
    """What a posting frame needs of a stored content: `HEADS`."""
    told = {name: posting.get(name) for name in ("title", "url", "posted_at", "is_prospect")}
    return {"content_hash": content_hash, "printed_company": posting.get("company"), **told}


def field_digests(posting: Mapping[str, Any], ignored: frozenset[str]) -> dict[str, int]:
    """A checksum of each field, enough to say which fields two versions differ in."""
    return {
        name: zlib.crc32(json.dumps(value, sort_keys=True).encode())
        for name, value in posting.items()
        if name not in ignored
    }


def facts(content_hash: str, reading: Mapping[str, Any]) -> dict[str, Any]:
    """What a reading says of the whole posting: `FACTS`."""
    role, genai, places = (reading.get(name) or {} for name in ("role", "genai", "places"))
    experience, education = (reading.get(name) or {} for name in ("experience", "education"))
    return {
        "content_hash": content_hash,
        "role": role.get("family"),
        "scope": role.get("scope"),
        "country": next((place["country"] for place in places if place.get("country")), None),
        "metro": next((place["metro"] for place in places if place.get("metro")), None),
        "genai_class": genai.get("class"),
        "genai_asked": genai.get("asked"),
        "years_low": experience.get("low_years"),
        "degree": education.get("least"),
        "certification": _asked_most(reading.get("certifications") or ()),
        "places": tuple((place.get("country") or "", place.get("region") or "") for place in places),
        **{name: reading.get(name) for name in ("document", "level", "level_inferred", "work_mode")},
    }


def _asked_most(certifications: Iterable[Mapping[str, Any]]) -> str:
    """required, preferred or "": the most that is asked of any."""
    strengths = {told.get("strength") for told in certifications}
    if strengths & set(REQUIRED):
        return "required"
    return "preferred" if strengths else ""


def pay_rows(content_hash: str, reading: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The pay ranges of a reading: `PAY`."""
    return [{"content_hash": content_hash, **pay} for pay in reading.get("pay") or ()]


def mention_rows(content_hash: str, reading: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The terms of a reading: `MENTIONS`."""
    return [{"content_hash": content_hash, **mention} for mention in reading.get("mentions") or ()]


def spell_frame(versions: pd.DataFrame, boards: pd.DataFrame, heads: pd.DataFrame) -> pd.DataFrame:
    """One row a posting spell, flickers joined: `SPELLS` and the columns of `heads`.

    The employer is the register's name of the board, else the name printed in the posting, else the board itself.
    """
    first, last = (versions.drop_duplicates(KEY, keep=end).reset_index(drop=True) for end in ("first", "last"))
    spells = first[[*KEY, "platform", "board", "before_at", "content_hash"]].assign(
        first_seen_at=first["valid_from"],
        last_seen_at=last["last_seen_at"],
        absent_at=last["absent_at"],
        is_closed=last["is_closed"],
        n_versions=versions.groupby(KEY).size().to_numpy("int64"),
    )
    joined = without_flicker(spells)
    labels = boards.drop_duplicates(["platform", "board"], keep="last")[["platform", "board", "company", "sector"]]
    told = joined.merge(labels, on=["platform", "board"], how="left").merge(heads, on="content_hash", how="left")
    own = told["company"].mask(told["sector"].eq(OF_MANY))  # the employer of such a board's posting is the printed one
    told["company"] = _first_told(own, told["printed_company"], told["company"], told["board"])
    told["is_prospect"] = told["is_prospect"].eq(True)
    return told.fillna({"sector": "", "title": "", "url": ""})


def posting_frame(spells: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """One row a posting spell with what its reading says and when it opened and closed: `POSTINGS`.

    A posting without a reading has empty text there, so that it is in no ML series until it is read.
    """
    told = point_days(spells).merge(readings, on="content_hash", how="left")
    texts = [name for name, kind in FACTS.items() if kind == "str"]
    told[texts] = told[texts].fillna("")
    told["genai_asked"] = told["genai_asked"].eq(True)
    told["places"] = [held if isinstance(held, tuple) else () for held in told["places"]]
    told["opened_on"] = dates(told["opened_day"].to_numpy())
    told["closed_on"] = dates(told["closed_day"].where(told["is_closed"]).to_numpy())
    told["is_open"] = ~told["is_closed"]
    told["closed_after"] = told["last_seen_at"].where(told["is_closed"])
    told["closed_by"] = told["absent_at"].where(told["is_closed"])
    return told[POSTINGS]


def of_spells(spells: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows keyed by content hash repeated for each spell that began with that content: posting_id, spell, ..."""
    return spells[[*KEY, "content_hash"]].merge(rows, on="content_hash", how="inner").drop(columns="content_hash")


def is_asked(mentions: pd.DataFrame) -> pd.Series[Any]:
    """Whether a mention is of the work itself: in a section about the role and not negated."""
    return mentions["section"].isin(ROLE_SECTIONS) & mentions["strength"].ne("negated")


def _first_told(*columns: pd.Series[Any]) -> pd.Series[Any]:
    """The first column's text where there is some, else the next one's."""
    told = columns[0].fillna("")
    for column in columns[1:]:
        told = told.where(told.ne(""), column.fillna(""))
    return told
