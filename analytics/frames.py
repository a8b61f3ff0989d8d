"""From the store's rows to typed DataFrames: small pure functions over lists of dicts.

A posting is told by the first version of its spell: what an employer asked for when it opened the position. Empty
inputs give empty frames with the same columns and dtypes.

A market may have a million postings. So contents are numbers here (the same in all frames of one market), text that
repeats is held as sorted categories, and rows of a posting spell carry the number of its row. `plain` makes text of it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from analytics.coded import begins, expanded, or_empty, plain
from analytics.spells import KEY, dates, point_days, scope_codes, scopes, without_flicker
from store.accepted import COMPLETE, is_complete

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
    "content": "int64", "title": "str", "url": "str", "printed_company": "str", "posted_at": TIME,
    "is_prospect": "bool",
}  # fmt: skip
FACTS = {
    "content": "int64", "document": "category", "role": "category", "scope": "category", "level": "category",
    "level_inferred": "category", "country": "category", "metro": "category", "work_mode": "category",
    "genai_class": "category", "genai_asked": "bool", "years_low": "float64", "degree": "category",
    "certification": "category", "places": "object",
}  # fmt: skip
PAY = {
    "content": "int64", "source": "category", "low": "float64", "high": "float64", "currency": "category",
    "period": "category", "component": "category", "gross": "category", "place": "category", "level": "category",
    "contract": "bool", "confidence": "category", "raw": "str",
}  # fmt: skip
MENTIONS = {
    "content": "int64", "term": "category", "category": "category", "capability": "category", "genai": "category",
    "section": "category", "strength": "category",
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
STORED = {name: kind for name, kind in VERSIONS.items() if name != "posting_id"}
LABELS = ("company", "sector", "country")  # what the register says of a board
AT_ONCE = 20_000  # rows that are held as lists before they are columns
TEXTS = ["content_hash", "title", "url"]  # long and rarely asked for: see `texts`
ROLE_SECTIONS = ("intro", "role", "duties", "requirements", "preferred")


def typed(rows: Iterable[Mapping[str, Any]], schema: Mapping[str, str]) -> pd.DataFrame:
    """The rows as a frame of exactly the schema's columns and dtypes; missing text is "", a missing flag False."""
    held = list(rows)
    return pd.DataFrame({name: _column([row.get(name) for row in held], kind) for name, kind in schema.items()})


def _column(values: list[Any], kind: Any) -> pd.Series[Any]:
    if kind in ("str", "category"):
        return pd.Series(["" if value is None else str(value) for value in values], dtype="str").astype(kind)
    if kind == "bool":
        return pd.Series([bool(value) for value in values], dtype="bool")
    if kind == TIME:
        return pd.to_datetime(pd.Series(values, dtype="object"), utc=True, format="ISO8601").dt.as_unit("us")
    column: pd.Series[Any] = pd.Series(values, dtype=kind)
    return column


def typed_rows(rows: Iterable[Sequence[Any]], names: Sequence[str], schema: Mapping[str, str]) -> pd.DataFrame:
    """`typed` of many rows whose values are named by `names`, never holding many of them as they come."""
    source = iter(rows)
    parts: list[pd.DataFrame] = []
    while held := list(islice(source, AT_ONCE)):
        columns = dict(zip(names, zip(*held, strict=True), strict=True))
        parts.append(pd.DataFrame({name: _column(list(columns[name]), kind) for name, kind in schema.items()}))
    return pd.concat(parts, ignore_index=True) if parts else typed([], schema)


def board_frame(boards: Iterable[Mapping[str, Any]], runs: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a board and crawl, oldest first: `BOARDS`."""
    kinds = {name: kind for name, kind in BOARDS.items() if name not in LABELS}
    return crawl_frame(boards, typed(runs, {"board_id": "object", **kinds}))


def crawl_frame(boards: Iterable[Mapping[str, Any]], crawls: pd.DataFrame) -> pd.DataFrame:
    """`board_frame` of typed crawls with board_id; what they lack of its columns `boards` tells, a row a board."""
    told = {row["board_id"]: row for row in boards}
    lacking = [name for name in BOARDS if name not in crawls]
    names = {name: {key: row.get(name) for key, row in told.items()} for name in lacking}
    named = {name: _looked_up(crawls["board_id"], known) for name, known in names.items()}
    return crawls.assign(**named)[list(BOARDS)]


def _looked_up(keys: pd.Series[Any], names: Mapping[Any, Any]) -> pd.Series[Any]:
    """The name of each key as text, "" where it has none."""
    number, known = pd.factorize(keys)
    told = pd.Series([str(names.get(key) or "") for key in known], dtype="str")
    return told.take(number).set_axis(keys.index)


def decided(runs: pd.DataFrame, words: Mapping[int, str]) -> pd.DataFrame:
    """Crawls with the operator's last word on each and whether it proves absence, oldest first."""
    word = runs["id"].map(words).astype("str").fillna("")
    is_proof = runs["verdict"].isin(COMPLETE)
    spoken = runs.loc[word.ne(""), "verdict"]
    proofs = [is_complete(*told) for told in zip(spoken, word[spoken.index], strict=True)]
    is_proof.loc[spoken.index] = np.array(proofs, bool)
    told = runs.assign(decision=word, is_complete=is_proof)
    return told.sort_values(["fetched_at", "uid"], ignore_index=True)


def of_boards(rows: pd.DataFrame, names: Mapping[int, tuple[str, str]]) -> pd.DataFrame:
    """Rows with board_id and the platform and board that go by it."""
    platforms, tokens = ({key: told[at] for key, told in names.items()} for at in (0, 1))
    return rows.assign(platform=_looked_up(rows["board_id"], platforms), board=_looked_up(rows["board_id"], tokens))


def told_versions(stored: pd.DataFrame, crawls: pd.DataFrame) -> pd.DataFrame:
    """Versions as the table has them, `of_boards`, with what is known of them: `STORED`.

    A version that is not missing was last seen in its board's last complete list, as `store.history.last_seen`.
    """
    proofs = crawls[crawls["is_complete"]].drop_duplicates("board_id", keep="last").set_index("board_id")["fetched_at"]
    listed, sighted = proofs.reindex(stored["board_id"]).set_axis(stored.index), stored["confirmed_at"]
    told = stored.assign(
        last_seen_at=stored["last_seen_at"].fillna(sighted.mask(listed > sighted, listed)),
        absent_at=stored["missing_since"],
        is_closed=stored["closed_at"].notna(),
    )
    return told[list(STORED)]


def version_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a version, in order of posting, spell and seq: `VERSIONS` and content, the number of its content."""
    return versions_of(typed(rows, STORED))


def versions_of(told: pd.DataFrame) -> pd.DataFrame:
    """`version_frame` of versions as `STORED`."""
    named = told["platform"] + "/" + told["board"] + "/" + told["external_id"]
    versions = told.assign(posting_id=named).sort_values(["posting_id", "spell", "seq"], ignore_index=True)
    return versions[list(VERSIONS)].assign(content=pd.factorize(versions["content_hash"])[0].astype("int64"))


def head(content: int, posting: Mapping[str, Any]) -> dict[str, Any]:
    """What a posting frame needs of a stored content: `HEADS`."""
    told = {name: posting.get(name) for name in ("title", "url", "posted_at", "is_prospect")}
    return {"content": content, "printed_company": posting.get("company"), **told}


def field_digests(posting: Mapping[str, Any], ignored: frozenset[str]) -> dict[str, int]:
    """A checksum of each field, enough to say which fields two versions differ in."""
    return {
        name: zlib.crc32(json.dumps(value, sort_keys=True).encode())
        for name, value in posting.items()
        if name not in ignored
    }


def facts(content: int, reading: Mapping[str, Any]) -> dict[str, Any]:
    """What a reading says of the whole posting: `FACTS`."""
    role, genai, places = (reading.get(name) or {} for name in ("role", "genai", "places"))
    experience, education = (reading.get(name) or {} for name in ("experience", "education"))
    return {
        "content": content,
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


def pay_rows(content: int, reading: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The pay ranges of a reading: `PAY`."""
    return [{"content": content, **pay} for pay in reading.get("pay") or ()]


def mention_rows(content: int, reading: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The terms of a reading: `MENTIONS`."""
    return [{"content": content, **mention} for mention in reading.get("mentions") or ()]


def spell_frame(versions: pd.DataFrame, boards: pd.DataFrame, heads: pd.DataFrame) -> pd.DataFrame:
    """One row a posting spell, flickers joined: `SPELLS`, content, scope_key ("platform/board") and of `heads` no text.

    The employer is the register's name of the board, else the name printed in the posting, else the board itself.
    """
    starts = np.flatnonzero(begins(versions[KEY]))
    ends = np.append(starts[1:], len(versions))[: len(starts)]
    first = versions[[*KEY, "platform", "board", "before_at", "content", "valid_from"]].iloc[starts]
    last = versions[["last_seen_at", "absent_at", "is_closed"]].iloc[ends - 1].reset_index(drop=True)
    spells = pd.concat([first.rename(columns={"valid_from": "first_seen_at"}).reset_index(drop=True), last], axis=1)
    spells["n_versions"] = ends - starts
    joined = without_flicker(spells)
    return _labelled(joined.assign(scope_key=scopes(joined)), boards, heads)


def _labelled(spells: pd.DataFrame, boards: pd.DataFrame, heads: pd.DataFrame) -> pd.DataFrame:
    """`spells` with what the register says of the board and what the first version says of itself."""
    labels = boards.drop_duplicates(["platform", "board"], keep="last").reset_index(drop=True)
    at = scope_codes(spells, pd.Index(labels["platform"] + "/" + labels["board"]))
    register = labels[["company", "sector"]].reindex(at).reset_index(drop=True)  # -1 is no row
    told = pd.concat(
        [spells, register, matching(heads.drop(columns=["title", "url"]), "content", spells["content"])], axis=1
    )
    own = told["company"].mask(told["sector"].eq(OF_MANY))  # the employer of such a board's posting is the printed one
    told["company"] = _first_told(own, told["printed_company"], told["company"], told["board"])
    told["is_prospect"] = told["is_prospect"].eq(True)
    repeated = dict.fromkeys(("platform", "board", "company", "sector"), "category")
    return told.fillna({"sector": ""}).astype(repeated)


def posting_frame(spells: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """One row a posting spell with what its reading says and when it opened and closed.

    Columns: `POSTINGS` without `TEXTS`, content, scope_key.
    A posting without a reading has empty text there, so that it is in no ML series until it is read.
    """
    told = pd.concat([point_days(spells), matching(readings, "content", spells["content"])], axis=1)
    for name in (name for name, kind in FACTS.items() if kind == "category"):
        told[name] = or_empty(told[name])
    told["genai_asked"] = told["genai_asked"].eq(True)
    told["places"] = _or_nowhere(told["places"])
    told["opened_on"] = dates(told["opened_day"].to_numpy())
    told["closed_on"] = dates(told["closed_day"].where(told["is_closed"]).to_numpy())
    told["is_open"] = ~told["is_closed"]
    told["closed_after"] = told["last_seen_at"].where(told["is_closed"])
    told["closed_by"] = told["absent_at"].where(told["is_closed"])
    return told[[*(name for name in POSTINGS if name not in TEXTS), "content", "scope_key"]]


def texts(content: pd.Series[Any], versions: pd.DataFrame, heads: pd.DataFrame) -> pd.DataFrame:
    """`TEXTS` of each content."""
    hashes = versions[["content", "content_hash"]].drop_duplicates("content")
    told = [matching(rows, "content", content) for rows in (hashes, heads[["content", "title", "url"]])]
    return pd.concat(told, axis=1).fillna("")


def matching(rows: pd.DataFrame, key: str, wanted: pd.Series[Any]) -> pd.DataFrame:
    """The row of `rows` for each wanted value of its unique column `key`, without it; missing where there is none."""
    return rows.set_index(key).reindex(wanted).reset_index(drop=True)


def of_spells(spells: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows keyed by content repeated for each spell that began with that content; `row` tells the spell's row."""
    content, ordered = spells["content"].to_numpy(), np.argsort(rows["content"].to_numpy(), kind="stable")
    known = rows["content"].to_numpy()[ordered]
    first = np.searchsorted(known, content)
    row, at = expanded(first, np.searchsorted(known, content, side="right") - first)
    return rows.drop(columns="content").iloc[ordered[at]].reset_index(drop=True).assign(row=row)


def keyed(rows: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """`rows` with posting_id and spell of their `row` in front instead of it, text as text."""
    keys = spells[KEY].iloc[rows["row"].to_numpy()].reset_index(drop=True)
    return pd.concat([keys, plain(rows.drop(columns="row").reset_index(drop=True))], axis=1)


def is_asked(mentions: pd.DataFrame) -> pd.Series[Any]:
    """Whether a mention is of the work itself: in a section about the role and not negated."""
    return mentions["section"].isin(ROLE_SECTIONS) & mentions["strength"].ne("negated")


def _or_nowhere(places: pd.Series[Any]) -> pd.Series[Any]:
    """No places where they are missing."""
    held = places.to_numpy(copy=True)
    for at in np.flatnonzero(places.isna()):
        held[at] = ()
    return pd.Series(held, places.index, dtype="object")


def _first_told(*columns: pd.Series[Any]) -> pd.Series[Any]:
    """The first column's text where there is some, else the next one's."""
    told = columns[0].fillna("")
    for column in columns[1:]:
        told = told.where(told.ne(""), column.fillna(""))
    return told
