"""The monthly thread "Ask HN: Who is hiring?": which stories are such threads, and what a comment becomes.

Pure: answers of the two public forms of the site (Algolia: a whole thread in one answer; Firebase: item by item) come
in, the same comments and postings go out. Only direct children of the story count. A comment becomes a posting for each
role its first line names; one that hires nobody becomes none. Nobody's name is kept: `by` and `author` are never read.

A thread is believed to be whole only when its list of comments is one of distinct ids, each of them was answered, most
with a text, and the story tells of them and not of many more: `Thread.doubt` says what speaks against it.

Traps: the number of comments that a story tells holds replies at any depth, and lags behind deleted ones; titles of
other threads of the same author differ by a word ("Who wants to be hired?"); Algolia keeps the text of a comment that
died later, Firebase says `dead`; an unknown Firebase item is `null` with status 200, a deleted one says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from crawler.hn_comment import Parts, is_posting, posting_parts
from crawler.hygiene import clean
from crawler.spiders.fields import EPOCH, items, mapping, text
from crawler.spiders.listing import NotAListing
from store.posting import Place, Posting

PLATFORM: Final = "hn"
PARSER_VERSION: Final = 1
AUTHOR: Final = "whoishiring"
FIRST_MONTH: Final = (2011, 4)  # the author's first thread
PAGE: Final = "https://news.ycombinator.com/item?id="
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LEAST_SEEN: Final = 0.7  # of the comments that a story tells of; Firebase shows replies to replies only one by one
_TITLE: Final = re.compile(
    r"^\s*(?:ask\s+hn\s*[:\-\u2013\u2014]?\s*)?who(?:\s+is|['\u2019]s)\s+hiring\s*(?:right now)?\s*\??\s*"
    r"[(\[]?\s*([a-z]{3,9})\.?,?\s+(\d{4})\s*[)\]]?\s*$",
    re.I,
)
_HIDDEN: Final = frozenset(("[dead]", "[deleted]", "[flagged]", "[flagged] [dead]"))


class Month(NamedTuple):
    """A calendar month in UTC."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def next(self) -> Month:
        """The month after it."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def last(self) -> datetime:
        """Its last second."""
        return self.next.start - timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Story:
    """A thread as the lists of threads name it."""

    id: int
    month: Month
    n_comments: int | None = None  # at any depth, where it says so


@dataclass(frozen=True, slots=True)
class Comment:
    """A direct child of the story; no text where it was deleted, killed or left empty."""

    id: int
    at: datetime | None
    html: str = ""
    n_replies: int = 0  # as far as its own answer shows them
    is_hidden: bool = False  # said to be deleted or killed


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread read whole, or as far as it could be: `lacking` comments could not be had.

    `doubt` says why there may be more of them, "" when nothing speaks for it.
    """

    story: int
    comments: tuple[Comment, ...]
    lacking: int = 0
    doubt: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every comment of the story was read, as far as its answers tell."""
        return not self.lacking and not self.doubt


class Kids(NamedTuple):
    """The list of a story's direct comments; `n_unusable` entries are no ids, `n_told` comments are told of in all."""

    ids: list[int]
    n_unusable: int
    n_twice: int
    n_told: int | None


class Hits(NamedTuple):
    """One page of a search: `ids` of all stories, the hiring threads among them, and how many the search tells of."""

    stories: list[Story]
    ids: list[int]
    times: list[int]
    n_pages: int
    n_told: int


@dataclass(slots=True)
class Account:
    """What became of the comments of a thread: every one is a posting, none, or empty."""

    postings: list[Posting] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    malformed: list[str] = field(default_factory=list)


def month_of(title: str) -> Month | None:
    """The month of a hiring thread's title; None for any other title."""
    match = _TITLE.match(title)
    name = match[1].lower()[:3] if match else ""
    if match is None or name not in MONTHS or not 2007 <= int(match[2]) < 2100:
        return None
    return Month(int(match[2]), MONTHS.index(name) + 1)


def month(text_: str) -> Month | None:
    """The month of `2021-07`; None for anything else."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text_.strip())
    told = Month(int(match[1]), int(match[2])) if match else None
    return told if told and 1 <= told.month <= 12 and 2006 <= told.year < 2100 else None


def algolia_stories(answer: Any) -> Hits:
    """One page of a search for stories."""
    told = mapping(answer)
    if not isinstance(told.get("hits"), list):
        raise NotAListing("no list of stories")
    hits = [mapping(row) for row in told["hits"]]
    found = [_story(hit.get("objectID"), hit.get("title"), hit.get("num_comments")) for hit in hits]
    ids = [at for hit in hits if (at := _integer(hit.get("objectID")))]
    times = [at for hit in hits if (at := _integer(hit.get("created_at_i")))]
    stories = [story for story in found if story]
    return Hits(stories, ids, times, _integer(told.get("nbPages")), _integer(told.get("nbHits")))


def firebase_story(item: Any) -> tuple[Story | None, datetime | None]:
    """(the hiring thread that an item is, or None; when it was written)."""
    told = mapping(item)
    is_story = told.get("type") == "story" and not told.get("deleted") and not told.get("dead")
    return _story(told.get("id"), told.get("title"), told.get("descendants")) if is_story else None, _time(
        told.get("time")
    )


def submitted(answer: Any) -> list[int]:
    """Ids that the author submitted, newest first."""
    rows = mapping(answer).get("submitted")
    if not isinstance(rows, list):
        raise NotAListing("no list of what the author submitted")
    return sorted({at for row in rows if (at := _integer(row))}, reverse=True)


def one_a_month(stories: Iterable[Story]) -> dict[Month, Story]:
    """The thread of each month: where an author began twice, the one with more comments."""
    told: dict[Month, Story] = {}
    for story in sorted(stories, key=lambda story: (story.n_comments or 0, -story.id)):
        told[story.month] = story
    return dict(sorted(told.items()))


def algolia_thread(answer: Any, story: int, n_told: int | None = None) -> Thread:
    """The direct comments of a story that tells of `n_told` comments; replies below them are left out."""
    told = mapping(answer)
    if _integer(told.get("id")) != story or not isinstance(told.get("children"), list):
        raise NotAListing(f"not the thread {story}")
    children = [mapping(child) for child in told["children"]]
    own = [child for child in children if _integer(child.get("id")) and _is_of(child.get("parent_id"), story)]
    comments = [_comment(row, _integer(row["id"]), row.get("created_at_i"), _n_below(row)) for row in own]
    n_twice = len(own) - len({comment.id for comment in comments})
    return whole(story, comments, Kids([], len(children) - len(own), n_twice, n_told))


def firebase_kids(item: Any, story: int) -> Kids:
    """The direct comments of a story, as its item lists them."""
    told = mapping(item)
    if _integer(told.get("id")) != story or told.get("type") != "story":
        raise NotAListing(f"not the thread {story}")
    rows = told.get("kids", [])
    if not isinstance(rows, list):
        raise NotAListing(f"the thread {story} has no list of comments")
    ids = [at for row in rows if (at := _integer(row)) and at != story]
    distinct = sorted(set(ids))
    return Kids(distinct, len(rows) - len(ids), len(ids) - len(distinct), _count(told.get("descendants")))


def firebase_comment(item: Any, kid: int, story: int) -> Comment:
    """The comment of an item, which says so when it was deleted or killed; NotAListing for any other item and none."""
    told = mapping(item)
    if _integer(told.get("id")) != kid or not _is_of(told.get("parent"), story):
        raise NotAListing(f"not the comment {kid}")
    return _comment(told, kid, told.get("time"), len(items(told.get("kids"))))


def account(thread: Thread) -> Account:
    """The postings of a thread and what became of each comment."""
    told = Account()
    for comment in thread.comments:
        postings = postings_of(comment, thread.story) if comment.html else []
        told.counts["posting" if postings else "not" if comment.html else "empty"] += 1
        told.postings += postings
    return told


def postings_of(comment: Comment, story: int) -> list[Posting]:
    """A posting for each role that a comment names; none where it hires nobody."""
    if not is_posting(comment.html):
        return []
    named = [(parts, title) for parts in posting_parts(comment.html) for title in parts.titles]
    told = (_posting(comment, story, parts, title) for parts, title in named)
    return [
        clean(replace(posting, external_id=f"{comment.id}-{number}", served=posting.served | {"n_roles": len(named)}))
        for number, posting in enumerate(told, 1)
    ]


def _posting(comment: Comment, story: int, parts: Parts, title: str) -> Posting:
    return Posting(
        external_id="",
        title=title,
        url=f"{PAGE}{comment.id}",
        company=parts.company,
        body_html=comment.html,
        places=tuple(Place(label=label) for label in parts.places),
        work_mode=parts.work_mode,
        employment=parts.employment,
        pay=parts.pay_of(title),
        posted_at=comment.at,
        posted_basis="comment_time" if comment.at else "",
        served={"thread": story, "header": parts.header},
    )


def _story(id_: Any, title: Any, n_comments: Any) -> Story | None:
    told, number = month_of(text(title)), _integer(id_)
    return Story(number, told, _count(n_comments)) if told and number else None


def _comments(comments: Iterable[Comment]) -> tuple[Comment, ...]:
    """Each comment once, in the order of their ids: the two forms list them in orders of their own."""
    told = {comment.id: comment for comment in comments}
    return tuple(told[key] for key in sorted(told))


def _comment(row: Mapping[str, Any], number: int, at: Any, n_replies: int) -> Comment:
    told = text(row.get("text"))
    is_hidden = bool(row.get("deleted") or row.get("dead")) or told.strip().lower() in _HIDDEN
    return Comment(number, _time(at), told if told.strip() and not is_hidden else "", n_replies, is_hidden)


def _is_of(parent: Any, story: int) -> bool:
    return parent is None or _integer(parent) == story


def _n_below(row: Mapping[str, Any]) -> int:
    """Replies at any depth; without recursion, since strangers nest."""
    n_found, rows = 0, items(row.get("children"))
    while rows:
        n_found += len(rows)
        rows = [reply for one in rows for reply in items(mapping(one).get("children"))]
    return n_found


def whole(story: int, comments: Sequence[Comment], kids: Kids, lacking: int = 0) -> Thread:
    """A thread of the comments that were read, with what speaks against its being whole."""
    told = _comments(comments)
    return Thread(story, told, lacking + kids.n_unusable, _doubt(told, kids))


def _count(value: Any) -> int | None:
    """A number that is told; None where there is none, which contradicts nothing."""
    return None if value is None else _integer(value)


def _doubt(comments: Sequence[Comment], kids: Kids) -> str:
    n_seen = sum(1 + comment.n_replies for comment in comments)
    if kids.n_twice:
        return f"{kids.n_twice} comments are listed twice"
    if n_seen < LEAST_SEEN * (kids.n_told or 0):
        return f"{n_seen} comments are listed, {kids.n_told} told of"
    if comments and kids.n_told == 0:
        return f"{n_seen} comments are listed, none told of"
    n_without = sum(not comment.html and not comment.is_hidden for comment in comments)
    if n_without > len(comments) / 2:
        return f"{n_without} comments have no text"
    return "" if comments else "no comment is listed"


def _integer(value: Any) -> int:
    """A positive whole number, also one written as text; 0 for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 else 0


def _time(value: Any) -> datetime | None:
    seconds = _integer(value)
    return EPOCH + timedelta(seconds=seconds) if 10**9 <= seconds < 4_102_444_800 else None
