"""Monthly hiring threads of a discussion site, served over HTTP on loopback in both of its public forms.

One listener answers the paths of both: Algolia (`/api/v1/search_by_date`, `/api/v1/items/ID`: a whole thread as a tree)
and Firebase (`/v0/user/NAME.json`, `/v0/item/ID.json`: one item an answer, `null` for an unknown one). Threads may grow
while they are served. `log` holds the paths asked for, `faults` the answers that take the place of the true ones,
`edits` what is made of the true ones.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread as Worker
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

AUTHOR = "whoishiring"
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
COMPANIES = ("Marrow Labs", "Tidepool Robotics", "Kestrel & Finch", "Oslo Grid", "Pebbleworks", "Quillon", "Umbra AI")
ROLES = ("ML Engineer", "Senior Backend Engineer", "Data Scientist", "Product Designer", "Staff Research Engineer")
PLACES = ("Berlin, Germany", "Remote (EU)", "NYC (Hybrid)", "Toronto, Canada", "REMOTE", "San Francisco, ONSITE")
PAY = ("", "$150k - $190k USD + equity", "\u20ac70-95k", "\u00a380k\u2013\u00a3100k")
TEXTS = (
    "We measure rivers with cheap sensors and sell the forecast. Python, PyTorch and a little Rust.",
    "Our planner routes freight trains. You would own the retrieval service and its evaluation.",
    "Small team, paying customers, no meetings on Wednesday. Postgres, Go, Kubernetes.",
)
META = ("Is this list searchable by country?", "Please say where the work is. Thank you.")


@dataclass(slots=True)
class Comment:
    """A comment with its replies; `deleted` and `dead` ones are served without a text."""

    id: int
    at: int  # epoch seconds
    text: str
    deleted: bool = False
    dead: bool = False
    replies: list[Comment] = field(default_factory=list)


@dataclass(slots=True)
class Thread:
    """A story of the author; only some are hiring threads, by their title."""

    id: int
    title: str
    at: int  # epoch seconds
    comments: list[Comment] = field(default_factory=list)


class Server:
    """The running site. `threads` may change at any time.

    `faults`: beginning of a path -> (status, headers); `edits`: the same -> the value told in place of the true one.
    """

    def __init__(self, threads: Sequence[Thread]) -> None:
        self.threads = list(threads)
        self.log: list[str] = []
        self.faults: dict[str, tuple[int, dict[str, str]]] = {}
        self.edits: dict[str, Callable[[Any], Any]] = {}
        self.robots = ""
        self.wait_s = 0.0
        self.endpoint = ""

    def answer(self, target: str) -> tuple[int, str]:
        """(status, body) of a path."""
        status, body = self._true(target)
        edit = next((edit for start, edit in self.edits.items() if target.startswith(start)), None)
        return status, body if edit is None else json.dumps(edit(json.loads(body)))

    def _true(self, target: str) -> tuple[int, str]:
        url = urlsplit(target)
        if url.path == "/robots.txt":
            return (200, self.robots) if self.robots else (404, "")
        if url.path == "/api/v1/search_by_date":
            return 200, json.dumps(_search(self.threads, dict(parse_qsl(url.query))))
        head, _, name = unquote(url.path).rpartition("/")
        if head == "/api/v1/items":
            found = [thread for thread in self.threads if str(thread.id) == name]
            return (200, json.dumps(_tree(found[0]))) if found else (404, '{"status":404,"error":"Not Found"}')
        if head == "/v0/user":
            return 200, json.dumps(_user(self.threads) if name == f"{AUTHOR}.json" else None)
        if head == "/v0/item":
            return 200, json.dumps(_items(self.threads).get(name.removesuffix(".json")))
        return 404, "{}"


@contextmanager
def serve(threads: Sequence[Thread]) -> Iterator[Server]:
    """Serves threads on a free port until the block ends."""
    server = Server(threads)
    listener = _Listener(server)
    server.endpoint = f"http://127.0.0.1:{listener.server_port}"
    Worker(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()


def title_of(year: int, month: int) -> str:
    """The title of a month's hiring thread."""
    return f"Ask HN: Who is hiring? ({MONTHS[month - 1]} {year})"


def invent(seed: int, number: int, year: int, month: int, n_comments: int = 40) -> Thread:
    """A hiring thread of invented comments: postings, questions, deleted and dead ones, replies."""
    chance = random.Random(f"{seed} {number}")
    at = int(datetime(year, month, 1, 15, tzinfo=UTC).timestamp())
    comments = [_comment(chance, number + 10 * at_ + 10, at + 60 * at_ + 60) for at_ in range(n_comments)]
    return Thread(number, title_of(year, month), at, comments)


def _comment(chance: random.Random, number: int, at: int) -> Comment:
    if chance.random() < 0.06:
        return Comment(number, at, chance.choice(META))
    told = Comment(number, at, _text(chance), deleted=chance.random() < 0.03, dead=chance.random() < 0.03)
    if chance.random() < 0.2:
        told.replies.append(Comment(number + 1, at + 30, "Marrow Labs | Sales Lead | Remote | this is only a reply"))
    return told


def _text(chance: random.Random) -> str:
    roles = ", ".join(chance.sample(ROLES, chance.choice((1, 1, 2, 3))))
    parts = [chance.choice(COMPANIES), roles, chance.choice(PLACES), "Full-time", chance.choice(PAY)]
    header = chance.choice((" | ", " | ", " \u2014 ")).join(part for part in parts if part)
    link = (
        '<a href="https:&#x2F;&#x2F;jobs.example.com&#x2F;apply" rel="nofollow">https:&#x2F;&#x2F;jobs.example.com</a>'
    )
    return f"{escape(header)}<p>{escape(chance.choice(TEXTS))} Ref {chance.randrange(10**6)}.<p>Apply: {link}"


def _search(threads: Sequence[Thread], query: dict[str, str]) -> dict[str, Any]:
    rows = sorted(threads, key=lambda thread: -thread.at)
    for condition in filter(None, query.get("numericFilters", "").split(",")):
        bound = int(condition.rpartition("=" if "=" in condition else "<")[2])
        rows = [row for row in rows if (row.at >= bound if ">=" in condition else row.at < bound)]
    size, page = int(query.get("hitsPerPage", "20")), int(query.get("page", "0"))
    hits = [_hit(row) for row in rows[:1000][page * size : (page + 1) * size]]
    n_pages = -(-min(len(rows), 1000) // size)
    return {"hits": hits, "nbHits": len(rows), "page": page, "nbPages": n_pages, "hitsPerPage": size}


def _hit(thread: Thread) -> dict[str, Any]:
    tags = ["story", f"author_{AUTHOR}", f"story_{thread.id}"]
    told = {"author": AUTHOR, "title": thread.title, "created_at": _iso(thread.at), "created_at_i": thread.at}
    return told | {
        "objectID": str(thread.id),
        "num_comments": _size(thread.comments),
        "story_id": thread.id,
        "_tags": tags,
    }


def _tree(thread: Thread) -> dict[str, Any]:
    children = [_node(comment, thread.id, thread.id) for comment in thread.comments]
    told = {"id": thread.id, "created_at": _iso(thread.at), "created_at_i": thread.at, "type": "story"}
    return told | {"author": AUTHOR, "title": thread.title, "parent_id": None, "children": children, "options": []}


def _node(comment: Comment, parent: int, story: int) -> dict[str, Any]:
    hidden = comment.deleted or comment.dead
    return {
        "id": comment.id,
        "created_at": _iso(comment.at),
        "created_at_i": comment.at,
        "type": "comment",
        "author": None if hidden else "somebody",
        "title": None,
        "text": None if hidden else comment.text,
        "parent_id": parent,
        "story_id": story,
        "children": [_node(reply, comment.id, story) for reply in comment.replies],
        "options": [],
    }


def _user(threads: Sequence[Thread]) -> dict[str, Any]:
    return {"id": AUTHOR, "submitted": sorted((thread.id for thread in threads), reverse=True)}


def _items(threads: Sequence[Thread]) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = {}
    for thread in threads:
        story = {"by": AUTHOR, "id": thread.id, "time": thread.at, "title": thread.title, "type": "story"}
        kids = [comment.id for comment in reversed(thread.comments)]
        told[str(thread.id)] = story | {"kids": kids, "descendants": _size(thread.comments)}
        for comment in thread.comments:
            _add_item(told, comment, thread.id)
    return told


def _add_item(told: dict[str, dict[str, Any]], comment: Comment, parent: int) -> None:
    item: dict[str, Any] = {"id": comment.id, "parent": parent, "time": comment.at, "type": "comment"}
    item |= {"deleted": True} if comment.deleted else {"by": "somebody", "text": comment.text}
    item |= {"dead": True, "text": "[dead]"} if comment.dead else {}
    item |= {"kids": [reply.id for reply in comment.replies]} if comment.replies else {}
    told[str(comment.id)] = item
    for reply in comment.replies:
        _add_item(told, reply, comment.id)


def _size(comments: Sequence[Comment]) -> int:
    return sum(1 + _size(comment.replies) for comment in comments)


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, site: Server) -> None:
        self.site = site
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is its own affair."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    server: _Listener

    def do_GET(self) -> None:
        site = self.server.site
        site.log.append(self.path)
        time.sleep(site.wait_s)
        fault = next((fault for start, fault in site.faults.items() if self.path.startswith(start)), None)
        status, body = (fault[0], "{}") if fault else site.answer(self.path)
        kind = "text/plain" if self.path == "/robots.txt" else "application/json; charset=utf-8"
        headers = {"Content-Type": kind, "Content-Length": str(len(body.encode()))} | (fault[1] if fault else {})
        lines = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            *(f"{name}: {told}" for name, told in headers.items()),
        ]
        self.wfile.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Requests are kept in `Server.log`, not printed."""
