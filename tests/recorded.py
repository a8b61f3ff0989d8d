"""Serves recorded payloads from loopback as the platforms do: paths, ETags, 304, 404; used where they are present."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.spiders.listing import Board
from jobtide_demo import configure

RECORDINGS = Path(__file__).parent.parent.parent / "shared" / "recordings"


class Recorded:
    """Boards by (platform, token), the requests they got, and the address they are served at."""

    def __init__(self) -> None:
        self.boards: dict[tuple[str, str], Any] = {}
        self.log: list[tuple[str, int]] = []
        self.port = 0
        self._pages: dict[str, tuple[int, bytes, str]] = {}

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, target: str) -> tuple[int, bytes]:
        url = urlsplit(target)
        parts = [unquote(part) for part in url.path.split("/") if part]
        if parts == ["robots.txt"]:
            return 200, b"User-agent: *\nAllow: /\n"
        kinds = {"v1": ("greenhouse", 2), "v0": ("lever", 2), "posting-api": ("ashby", 2)}
        platform, at = kinds[parts[0]]
        board = self.boards.get((platform, parts[at]))
        if board is None:
            return 404, b'{"error": "no such board"}'
        if platform == "lever":
            query = {name: int(values[0]) for name, values in parse_qs(url.query).items() if name in ("skip", "limit")}
            skip, limit = query.get("skip", 0), query.get("limit", 10**6)
            board = board[skip : skip + limit]
        return 200, json.dumps(board).encode()

    def page(self, target: str) -> tuple[int, bytes, str]:
        """Status, body and ETag, made once: a server's own work is not to be measured with the crawl's."""
        if target not in self._pages:
            status, body = self.answer(target)
            self._pages[target] = status, body, f'"{hashlib.sha256(body).hexdigest()}"'
        return self._pages[target]


def load() -> Recorded:
    """All recorded boards of the three platforms."""
    recorded = Recorded()
    for path in sorted((RECORDINGS / "ashby").glob("*.json.gz")):
        recorded.boards["ashby", unquote(path.name.removesuffix(".json.gz"))] = json.loads(
            gzip.decompress(path.read_bytes())
        )
    for path in sorted((RECORDINGS / "payloads").glob("*/*.json")):
        platform = path.name.split("_")[0].removesuffix(".json")
        if platform in ("greenhouse", "lever"):
            recorded.boards[platform, path.parent.name] = json.loads(path.read_bytes())
    return recorded


@contextmanager
def served(recorded: Recorded) -> Iterator[Recorded]:
    """Serves them until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            status, body, etag = recorded.page(self.path)
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            recorded.log.append((self.path, status))
            head = [f"HTTP/1.1 {status} X", f"ETag: {etag}", "Content-Type: application/json"]
            head += [f"Content-Length: {len(body)}"] if status != 304 else []
            self.wfile.write("\r\n".join([*head, "", ""]).encode() + body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    recorded.port = server.server_port
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield recorded
    finally:
        server.shutdown()
        server.server_close()


def settings_file(recorded: Recorded, folder: Path, database_url: str) -> Path:
    """A jobtide.toml that crawls the recorded boards."""
    boards = [Board(platform, token, token) for platform, token in recorded.boards]
    endpoints = dict.fromkeys(("greenhouse", "lever", "ashby"), recorded.origin)
    return configure(endpoints, boards, folder, database_url)
