"""Ways in which a board can fail, each for a span of simulated time. A fault spoils a good answer, nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from types import ModuleType
from typing import Any

from simulator.answer import Answer, dumped

CHALLENGE = """<!DOCTYPE html><html><head><title>One moment …</title></head><body><h1>Checking your browser</h1>
<p>This page checks that you are not a robot. Please switch JavaScript on.</p></body></html>""".encode()
SHARE_KEPT = 0.4
ROBOTS = "robots.txt"
XML_JOB = re.compile(rb"<(position|item|url)>.*?</\1>\s*", re.S)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. It holds while first <= simulated moment <= last (dates are whole days, None is without end).

    `platform` and `token` choose the boards, "*" all of them; token "robots.txt" is the platform's robots file, which
    "*" leaves alone. `times` lets it strike that often and then heal. `retry_after_s` is sent with a 429, `seconds` is
    how long a slow drip takes. Raises ValueError for a kind that is not in `FAULT_KINDS`.
    """

    kind: str
    platform: str = "*"
    token: str = "*"
    first: date | datetime | None = None
    last: date | datetime | None = None
    retry_after_s: int = 30
    seconds: float = 3.0
    times: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in FAULT_KINDS:
            raise ValueError(f"no fault is called {self.kind!r}; there are {', '.join(FAULT_KINDS)}")

    def strikes(self, platform: str, token: str, at: datetime) -> bool:
        """Whether a request to that board (or robots.txt) for that moment meets this fault."""
        any_board = self.token == "*" and token != ROBOTS
        chosen = self.platform in ("*", platform) and (any_board or self.token == token)
        return chosen and _reached(self.first, at) and _not_over(self.last, at)


def _reached(first: date | datetime | None, at: datetime) -> bool:
    return first is None or _moment(first, time.min) <= at


def _not_over(last: date | datetime | None, at: datetime) -> bool:
    return last is None or at <= _moment(last, time.max)


def _moment(bound: date | datetime, end: time) -> datetime:
    if isinstance(bound, datetime):
        return bound if bound.tzinfo else bound.replace(tzinfo=UTC)
    return datetime.combine(bound, end, UTC)


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes over the wire: an answer, and how the transport spoils it."""

    answer: Answer
    cut_at: int | None = None  # bytes of the body sent before the connection is dropped; -1: not even a head
    drip_s: float = 0.0
    ignores_etag: bool = False
    always_304: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A good answer, the fault that meets it, and the platform's format."""

    answer: Answer
    fault: Fault
    platform: ModuleType


def spoil(answer: Answer, fault: Fault, platform: ModuleType) -> Sent:
    """The good answer as the fault lets it through."""
    return FAULT_KINDS[fault.kind](Case(answer, fault, platform))


def _page(status: int, body: bytes) -> Callable[[Case], Sent]:
    """Always the same page for people, whatever was asked."""
    page = Sent(Answer(status, body, "text/html; charset=utf-8"), ignores_etag=True)
    return lambda _: page


def _too_many_requests(case: Case) -> Sent:
    headers = {"Retry-After": str(case.fault.retry_after_s)}
    return Sent(Answer(429, b'{"error":"rate limit exceeded"}', headers=headers))


def _empty(case: Case) -> Sent:
    return Sent(Answer(200, case.platform.EMPTY_LIST), ignores_etag=True)


def _empty_body(case: Case) -> Sent:
    return Sent(replace(case.answer, status=200, body=b""), ignores_etag=True)


def _truncated(case: Case) -> Sent:
    return Sent(case.answer, cut_at=int(len(case.answer.body) * 0.6), ignores_etag=True)


def _truncated_list(case: Case) -> Sent:
    return _shortened(case, honest=True)


def _truncated_total(case: Case) -> Sent:
    return _shortened(case, honest=False)


def _shortened(case: Case, honest: bool) -> Sent:
    """The first two fifths of the jobs; a total, where the platform tells one, agrees if `honest`."""
    return _with_jobs(case, lambda jobs: jobs[: int(len(jobs) * SHARE_KEPT)], honest)


def _reordered(case: Case) -> Sent:
    """The same jobs, last one first and their keys backwards: noise that changes nothing."""
    return _with_jobs(case, lambda jobs: [_backwards(job) for job in reversed(jobs)])


def _backwards(job: Any) -> Any:
    return dict(reversed(job.items())) if isinstance(job, dict) else job


def _with_jobs(case: Case, change: Callable[[list[Any]], list[Any]], honest: bool = False) -> Sent:
    """The answer with other jobs, in JSON or XML; any other answer as it is."""
    answer = case.answer
    if answer.status != 200 or not re.search("json|xml", answer.content_type):
        return Sent(answer)
    is_xml = "xml" in answer.content_type
    body = _xml_with(answer.body, change) if is_xml else _json_with(answer.body, case.platform, change, honest)
    return Sent(replace(answer, body=body, headers={}), ignores_etag=True)


def _xml_with(body: bytes, change: Callable[[list[Any]], list[Any]]) -> bytes:
    jobs = list(XML_JOB.finditer(body))
    if not jobs:
        return body
    told = change([job[0] for job in jobs])
    return body[: jobs[0].start()] + b"".join(told) + body[jobs[-1].end() :]


def _json_with(body: bytes, platform: ModuleType, change: Callable[[list[Any]], list[Any]], honest: bool) -> bytes:
    told = json.loads(body)
    jobs = _jobs(told, platform)
    jobs[:] = change(jobs)
    if honest and isinstance(told, dict) and "meta" in told:
        told["meta"]["total"] = len(jobs)
    return dumped(told)


def _jobs(told: Any, platform: ModuleType) -> list[Any]:
    """The rows of a list, in place; `ROWS` of a platform is the way to them."""
    found = told
    for key in getattr(platform, "ROWS", "jobs").split("."):
        found = found.get(key) if isinstance(found, dict) else found
    return found if isinstance(found, list) else []


def _not_found(case: Case) -> Sent:
    return Sent(case.platform.NOT_FOUND)


def _slow_drip(case: Case) -> Sent:
    return Sent(case.answer, drip_s=case.fault.seconds, ignores_etag=True)


def _wrong_charset(case: Case) -> Sent:
    """Says UTF-8, sends Windows-1252 (letters it lacks become question marks)."""
    body = case.answer.body.decode("utf-8").encode("cp1252", errors="replace")
    return Sent(replace(case.answer, body=body, headers={}), ignores_etag=True)


def _lying_etag(case: Case) -> Sent:
    """304 to any validator, though the board may have changed."""
    return Sent(case.answer, always_304=True)


def _disconnect(case: Case) -> Sent:
    return Sent(case.answer, cut_at=-1, ignores_etag=True)


FAULT_KINDS: dict[str, Callable[[Case], Sent]] = {
    "error_500": _page(500, b"<html><body><h1>Internal Server Error</h1></body></html>"),
    "error_503": _page(503, b"<html><body><h1>Service Unavailable</h1></body></html>"),
    "too_many_requests": _too_many_requests,  # 429 and Retry-After
    "empty": _empty,  # the platform's well-formed empty list
    "empty_body": _empty_body,  # 200 and not a single byte
    "truncated": _truncated,  # 60 % of the bytes, then the connection is dropped
    "truncated_list": _truncated_list,  # valid JSON or XML, 40 % of the jobs
    "truncated_total": _truncated_total,  # the same, while Greenhouse's meta.total tells the full number
    "not_found": _not_found,
    "html": _page(200, CHALLENGE),  # 200, a challenge page
    "slow_drip": _slow_drip,  # the body trickles over `seconds`
    "wrong_charset": _wrong_charset,
    "lying_etag": _lying_etag,
    "reordered": _reordered,  # no harm: the same jobs in another order
    "disconnect": _disconnect,  # closed without an answer
}
