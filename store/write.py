"""The only writer of what a crawl saw: one transaction a board, and the commit is the only acknowledgement."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, delete, insert, select, text
from sqlalchemy import func as sql
from sqlalchemy.exc import DataError

from store import codec, history
from store.accepted import COMPLETE, RELEASABLE, is_accepted, last_accepted, observations, read_manifest, standing
from store.hot import Hot
from store.insert import chunks, insert_new, retrying
from store.judge import Judgement, judge_empty, judge_list
from store.posting import Posting, content_hash, to_json
from store.runs import Claim
from store.schema import board, board_label, board_run, decision, dictionary, manifest, payload, version

UNSTORABLE = (ValueError, OverflowError, TypeError, DataError)  # what a database says of values it cannot hold
TRAIN_AFTER = 400  # payloads, before a shared dictionary pays


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardResult:
    """What one crawl of one board found. `postings` is None when no list was read (or the same as before)."""

    platform: str
    token: str
    verdict: str
    fetched_at: datetime
    postings: list[Posting] | None = None
    listed: int | None = None
    advertised: int | None = None
    hidden: int = 0
    malformed: int = 0
    validators: dict[str, Any] = field(default_factory=dict)
    parser_version: int = 0
    http_status: int | None = None
    n_requests: int = 0
    note: str = ""


def record_board(conn: Connection, claim: Claim, result: BoardResult, recorded_at: datetime) -> str:
    """Commits one board of a run and returns the verdict that was stored (a second call changes nothing).

    A run keeps one connection for all its boards; one that broke is opened anew.
    """

    def work() -> str:
        with conn.begin():
            return _record(conn, claim, result, recorded_at)

    return retrying(work)


def label_boards(engine: Engine, labels: list[dict[str, str]], recorded_at: datetime) -> None:
    """Keeps what the register says of each board (platform, token, company, sector, country) where it is new."""
    names = ("company", "sector", "country")
    with engine.begin() as conn:
        query = select(board.c.platform, board.c.token, board_label).join(
            board_label, board_label.c.board_id == board.c.id
        )
        rows = conn.execute(query.order_by(board_label.c.recorded_at, board_label.c.id))
        known = {(row.platform, row.token): {name: getattr(row, name) for name in names} for row in rows}
        for label in labels:
            told = {name: printable(label[name]) for name in names}
            if known.get((label["platform"], label["token"])) != told:
                board_id = _board_id(conn, label["platform"], label["token"])
                insert_new(conn, board_label, [told | {"board_id": board_id, "recorded_at": recorded_at}])


def rebuild_board(conn: Connection, board_id: int) -> None:
    """Drops and derives anew the versions of one board."""
    rows = history.derive(observations(conn, board_id))
    conn.execute(delete(version).where(version.c.board_id == board_id))
    if rows:
        conn.execute(insert(version), [_columns(row, board_id) for row in rows])


def printable(text: str) -> str:
    """A note or name that any database holds and any terminal shows harmlessly; at most 500 characters."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:500])


def run_uid(job: str, scheduled_for: datetime, platform: str, token: str) -> str:
    """Name of a board run that is the same wherever and whenever it is written."""
    return hashlib.sha256(f"{job}|{scheduled_for.isoformat()}|{platform}|{token}".encode()).hexdigest()[:32]


def _record(conn: Connection, claim: Claim, result: BoardResult, recorded_at: datetime) -> str:
    stands = _standing(conn, claim, result)
    if stands.done is not None:
        return str(stands.done)
    board_id, newest = stands.of_board, stands if stands.id is not None else None
    values = _board_run(claim, board_id, result, recorded_at)
    order = (values["fetched_at"], values["uid"])
    late = newest is not None and order < (newest.fetched_at, newest.uid)
    previous = last_accepted(conn, board_id, before=order) if late else newest
    manifest_id, listing = _keep_list(conn, result, previous, recorded_at)
    is_repeated = previous is not None and previous.verdict in COMPLETE and previous.manifest_id == manifest_id
    same = is_repeated and result.verdict in COMPLETE
    live = {} if same and not stands.any_missing else _live(conn, board_id, only_missing=same)
    judged = _judge(conn, board_id, result, listing, live, same=same)
    _release(conn, judged, recorded_at)
    values |= {"verdict": judged.verdict, "note": printable(judged.note), "manifest_id": manifest_id}
    values |= _counts(judged.verdict, listing, previous)
    _NEW_BOARD_RUN.run(conn, values)
    if is_accepted(judged.verdict, None) and manifest_id is not None:
        if late or judged.confirming:
            rebuild_board(conn, board_id)
        elif live or not same:
            _advance(conn, values, previous, {} if same else listing, live)
    return judged.verdict


def _standing(conn: Connection, claim: Claim, result: BoardResult) -> Any:
    """How the board stands; no other writer touches it until we are through."""
    names = {"platform": result.platform, "token": result.token}
    if conn.dialect.name == "postgresql":  # SQLite's BEGIN IMMEDIATE keeps all others out
        conn.execute(_ALONE, {"key": f"{result.platform}/{result.token}"})
    if (found := standing(conn, claim.run_id, **names)) is None:
        insert_new(conn, board, [names])
        found = standing(conn, claim.run_id, **names)
    assert found is not None, "a board that was just written down"
    return found


def _release(conn: Connection, judged: Judgement, recorded_at: datetime) -> None:
    release = {"word": "released", "recorded_at": recorded_at}
    insert_new(conn, decision, [release | {"board_run_id": key} for key in judged.confirming])


def _counts(verdict: str, listing: dict[str, str] | None, previous: Row[Any] | None) -> dict[str, Any]:
    if listing is not None:
        return {"kept": len(listing)}
    if verdict in COMPLETE and previous is not None:
        return {name: getattr(previous, name) for name in ("listed", "advertised", "kept", "hidden")}
    return {"kept": None}


def _board_run(claim: Claim, board_id: int, result: BoardResult, recorded_at: datetime) -> dict[str, Any]:
    same = (
        "fetched_at",
        "listed",
        "advertised",
        "hidden",
        "malformed",
        "parser_version",
        "http_status",
        "n_requests",
    )
    return {name: getattr(result, name) for name in same} | {
        "uid": run_uid(claim.job, claim.scheduled_for, result.platform, result.token),
        "run_id": claim.run_id,
        "board_id": board_id,
        "recorded_at": recorded_at,
        "validators": json.dumps(result.validators, sort_keys=True),
    }


def _judge(
    conn: Connection,
    board_id: int,
    result: BoardResult,
    listing: dict[str, str] | None,
    live: dict[str, history.Version],
    *,
    same: bool,
) -> Judgement:
    there = [external_id for external_id, row in live.items() if row.missing_since is None]
    if result.verdict == "empty":
        return Judgement(judge_empty(conn, board_id, result.fetched_at, there), result.note)
    if result.verdict != "snapshot" or listing is None:
        return Judgement(result.verdict, result.note)
    if same:
        return Judgement("unchanged", result.note)
    judged = judge_list(conn, board_id, result.fetched_at, listing, there)
    return judged if judged.note else replace(judged, note=result.note)


def _keep_list(
    conn: Connection, result: BoardResult, previous: Row[Any] | None, recorded_at: datetime
) -> tuple[int | None, dict[str, str] | None]:
    """(manifest id, external id -> content hash); the previous manifest stands for a list that did not change."""
    if result.postings is None:
        return (previous.manifest_id if previous and result.verdict == "unchanged" else None), None
    listing = _keep_payloads(conn, result.postings, recorded_at)
    plain, body = codec.pack(sorted(listing.items()))
    row = {
        "sha256": codec.sha256(plain),
        "body": body,
        "n_postings": len(listing),
        "recorded_at": recorded_at,
    }
    insert_new(conn, manifest, [row])
    return conn.execute(_MANIFEST, {"sha256": row["sha256"]}).scalar_one(), listing


def _keep_payloads(conn: Connection, postings: list[Posting], recorded_at: datetime) -> dict[str, str]:
    told = {posting.external_id: to_json(posting) for posting in postings}
    listing = {external_id: content_hash(json_) for external_id, json_ in told.items()}
    known = set[str]()
    for chunk in chunks(listing.values()):
        known |= set(conn.execute(_KNOWN, {"hashes": chunk}).scalars())
    new = {content: external_id for external_id, content in listing.items() if content not in known}
    if new:
        shared = _dictionary(conn, recorded_at)
        conn.execute(insert(payload), [_payload(told[e], content, shared, recorded_at) for content, e in new.items()])
    return listing


def _payload(told: dict[str, Any], content: str, shared: Row[Any] | None, recorded_at: datetime) -> dict[str, Any]:
    plain, body = codec.pack(told, shared.body if shared else None)
    return {
        "content_hash": content,
        "body_sha256": codec.sha256(plain),
        "dictionary_id": shared.id if shared else None,
        "body": body,
        "n_bytes": len(plain),
        "recorded_at": recorded_at,
    }


def _dictionary(conn: Connection, recorded_at: datetime) -> Row[Any] | None:
    """The newest dictionary, trained once from the first payloads."""
    row = conn.execute(_NEWEST_DICTIONARY).first()
    if row is not None or conn.execute(select(sql.count()).select_from(payload)).scalar_one() < TRAIN_AFTER:
        return row
    bodies = conn.execute(select(payload.c.body).order_by(payload.c.id).limit(4 * TRAIN_AFTER)).scalars()
    trained = codec.train([codec.plain_bytes(body) for body in bodies])
    conn.execute(insert(dictionary).values(body=trained, recorded_at=recorded_at))
    return conn.execute(_NEWEST_DICTIONARY).first()


def _live(conn: Connection, board_id: int, *, only_missing: bool) -> dict[str, history.Version]:
    """Newest version of each posting that is not closed; where the list is as before, only the missing can change."""
    rows = conn.execute(_MISSING if only_missing else _LIVE, {"board_id": board_id})
    return {row.external_id: _version(row) for row in rows}


def _advance(
    conn: Connection,
    values: dict[str, Any],
    previous: Row[Any] | None,
    listing: dict[str, str] | None,
    live: dict[str, history.Version],
) -> None:
    """Moves the versions of one board on by its newest run; an empty `listing` stands for "as before"."""
    board_id = values["board_id"]
    postings = read_manifest(conn, values["manifest_id"]) if listing is None else listing
    state = history.Board(live=live)
    if previous is not None:
        state.last_complete_at = _last_complete_at(conn, board_id, previous)
    if any(external_id not in live for external_id in postings):
        past = conn.execute(_LAST, {"board_id": board_id})
        state.past = {external_id: (spell, seq) for external_id, spell, seq in past if external_id not in live}
    seen = history.Observation(values["fetched_at"], values["uid"], values["verdict"] in COMPLETE, postings)
    _store_versions(conn, board_id, history.step(state, seen))


def _last_complete_at(conn: Connection, board_id: int, previous: Row[Any]) -> datetime | None:
    if previous.verdict in COMPLETE:
        return previous.fetched_at  # type: ignore[no-any-return]
    order = (previous.fetched_at, previous.uid)
    believed = (
        previous if previous.verdict in RELEASABLE else last_accepted(conn, board_id, complete=True, before=order)
    )
    return believed.fetched_at if believed is not None else None


_RUN_COLUMNS = (
    "uid", "run_id", "board_id", "fetched_at", "recorded_at", "verdict", "note", "manifest_id", "validators",
    "listed", "advertised", "kept", "hidden", "malformed", "parser_version", "http_status", "n_requests",
)  # fmt: skip
_NEW_BOARD_RUN = Hot(insert(board_run), _RUN_COLUMNS)
# built once: building an expression costs more than running it
_LIVE = select(version).where(version.c.board_id == bindparam("board_id"), version.c.valid_to.is_(None))
_MISSING = _LIVE.where(version.c.missing_since.is_not(None))
_LAST = (
    select(version.c.external_id, sql.max(version.c.spell), sql.max(version.c.seq))
    .where(version.c.board_id == bindparam("board_id"))
    .group_by(version.c.external_id)
)
_MANIFEST = select(manifest.c.id).where(manifest.c.sha256 == bindparam("sha256"))
_KNOWN = select(payload.c.content_hash).where(payload.c.content_hash.in_(bindparam("hashes", expanding=True)))
_NEWEST_DICTIONARY = select(dictionary).order_by(dictionary.c.id.desc()).limit(1)
_BOARD = select(board.c.id).where(board.c.platform == bindparam("platform"), board.c.token == bindparam("token"))
_REPLACED = delete(version).where(
    version.c.board_id == bindparam("b"), version.c.external_id == bindparam("e"), version.c.seq == bindparam("s")
)
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


def _version(row: Row[Any]) -> history.Version:
    return history.Version(**{name: getattr(row, name) for name in history.Version.__slots__})


def _columns(row: history.Version, board_id: int) -> dict[str, Any]:
    return {name: getattr(row, name) for name in history.Version.__slots__} | {"board_id": board_id}


def _store_versions(conn: Connection, board_id: int, rows: list[history.Version]) -> None:
    """Replaces the rows that changed; all are taken out first, so that no posting has two open versions in between."""
    final = {(row.external_id, row.seq): _columns(row, board_id) for row in rows}
    if not final:
        return
    conn.execute(_REPLACED, [{"b": board_id, "e": external_id, "s": seq} for external_id, seq in final])
    conn.execute(insert(version), list(final.values()))


def _board_id(conn: Connection, platform: str, token: str) -> int:
    names = {"platform": platform, "token": token}
    if (found := conn.execute(_BOARD, names).scalar()) is None:
        insert_new(conn, board, [names])
        found = conn.execute(_BOARD, names).scalar_one()
    return int(found)
