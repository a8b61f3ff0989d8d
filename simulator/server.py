"""Serves a world over HTTP/1.1 on loopback, one port a platform, as of any simulated moment.

A request that carries `X-Jobtide-At: <ISO timestamp>` is answered as of that moment, any other as of `Server.at`. The
day answered for comes back as `X-Simulated-At`.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from simulator.answer import Answer, Ask
from simulator.faults import Fault, Sent, spoil
from simulator.market import World
from simulator.platforms import PLATFORMS

CLOCK_HEADER = "x-jobtide-at"
DRIP_PIECES = 40


class Request(NamedTuple):
    """One line of the request log; status 0 is a dropped connection, token "" a path without a board."""

    at: datetime
    platform: str
    token: str
    path: str
    status: int


class Server:
    """The running simulator. `at` may be set at any time, `faults` may be appended to or cleared."""

    def __init__(self, world: World, faults: Sequence[Fault], at: datetime) -> None:
        self.world = world
        self.at = at
        self.faults = list(faults)
        self.log: list[Request] = []
        self.endpoints: dict[str, str] = {}
        self._struck: defaultdict[int, list[Fault]] = defaultdict(list)
        self._lock = Lock()

    def respond(
        self, platform: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[Sent, datetime]:
        """What to send for one GET request, or POST of `body`, and the moment it is answered for.

        Header names are in lower case.
        """
        url = urlsplit(target)
        try:
            at = self._moment(headers.get(CLOCK_HEADER))
        except ValueError:
            return Sent(Answer(400, b'{"error":"bad clock"}')), self.at
        ask = Ask(url.path, dict(parse_qsl(url.query, keep_blank_values=True)), headers.get("accept", ""), at, body)
        format_ = PLATFORMS[platform]
        robots = ask.path == "/robots.txt"
        token = "robots.txt" if robots else format_.token_of(ask.path)
        sent = Sent(format_.robots() if robots else format_.answer(self.world, ask))
        fault = self._fault(platform, token, at)
        if fault is not None:
            sent = spoil(sent.answer, fault, format_)
        sent = _validated(sent, headers.get("if-none-match"))
        self.log.append(Request(at, platform, token, target, 0 if sent.cut_at == -1 else sent.answer.status))
        return sent, at

    def _moment(self, stamp: str | None) -> datetime:
        """Raises ValueError when the stamp is no ISO timestamp with a zone."""
        if stamp is None:
            return self.at
        moment = datetime.fromisoformat(stamp)
        if moment.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return moment.astimezone(UTC)

    def _fault(self, platform: str, token: str, at: datetime) -> Fault | None:
        """The first fault that strikes and has not healed."""
        with self._lock:
            for fault in self.faults:
                strikes = self._struck[id(fault)]  # the list holds the fault, so its id is not given away again
                if fault.strikes(platform, token, at) and (fault.times is None or len(strikes) < fault.times):
                    strikes.append(fault)
                    return fault
        return None


def _validated(sent: Sent, if_none_match: str | None) -> Sent:
    """304 without a body when the validator still holds (weak comparison), the full answer otherwise."""
    answer = sent.answer
    if if_none_match is None or sent.ignores_etag or answer.status != 200 or "ETag" not in answer.headers:
        return sent
    sent_tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if sent.always_304 or answer.headers["ETag"].removeprefix("W/") in sent_tags:
        return Sent(Answer(304, b"", headers=answer.headers))
    return sent


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, server: Server, platform: str, port: int) -> None:
        self.simulator = server
        self.platform = platform
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is its own affair."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    server: _Listener

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("content-length", "0"))))

    def _answer(self, posted: bytes | None) -> None:
        sent, at = self.server.simulator.respond(
            self.server.platform, self.path, {k.lower(): v for k, v in self.headers.items()}, posted
        )
        if sent.cut_at == -1:
            self.close_connection = True
            return
        head, body = _head(sent.answer, at), sent.answer.body
        if sent.cut_at is not None:
            self.close_connection = True
            self.wfile.write(head + body[: sent.cut_at])
        elif sent.drip_s:
            self.wfile.write(head)
            self._drip(body, sent.drip_s)
        else:
            self.wfile.write(head + body)  # one write: two would wait for the client's delayed acknowledgement

    def _drip(self, body: bytes, seconds: float) -> None:
        size = max(1, -(-len(body) // DRIP_PIECES))
        for start in range(0, len(body), size):
            self.wfile.write(body[start : start + size])
            time.sleep(seconds / DRIP_PIECES)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Requests are kept in `Server.log`, not printed."""


def _head(answer: Answer, at: datetime) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}", f"Date: {formatdate(usegmt=True)}"]
    if answer.status != HTTPStatus.NOT_MODIFIED:
        lines += [f"Content-Type: {answer.content_type}", f"Content-Length: {len(answer.body)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    lines.append(f"X-Simulated-At: {at.date().isoformat()}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


@contextmanager
def serve(
    world: World, faults: Sequence[Fault] = (), at: datetime | None = None, port_base: int = 0
) -> Iterator[Server]:
    """Serves `world` until the block ends. `at` is the moment answered for without a clock header, the world's first
    by default. Ports are free ones, or `port_base` and the following."""
    server = Server(world, faults, at or world.first_at)
    listeners = [
        _Listener(server, platform, port_base + number if port_base else 0)
        for number, platform in enumerate(world.platforms)
    ]
    for listener in listeners:
        own_hosts = "/{token}" if getattr(PLATFORMS[listener.platform], "TENANTS", False) else ""
        server.endpoints[listener.platform] = f"http://127.0.0.1:{listener.server_port}{own_hosts}"
        Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        for listener in listeners:
            listener.shutdown()
            listener.server_close()
