"""Under which id a posting of a file is kept. None depends on the order of rows or files.

An id of its own is enough, unless several jobs bear it on a day. Without one it is the address and what the job is
called (many pages name one list as their address), without an address all of it. What tells one job in two texts on a
day may be two jobs: both are kept.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from crawler.saved import digest_of, one_id
from store.posting import Posting

Key = TypeVar("Key", bound=Hashable)
Told = TypeVar("Told", bound=Hashable)
_WHOLE: Final = re.compile(r"\d{1,18}(?:\.0)?")


class Sighting(NamedTuple):
    """What a row tells: `external_id` of the posting is its own id or '', `address` its address as it was printed."""

    day: datetime  # midnight
    posting: Posting
    address: str

    @property
    def known_by(self) -> tuple[str, str]:
        """Its id, else its address."""
        return self.posting.external_id, "" if self.posting.external_id else self.address

    @property
    def job(self) -> tuple[str, ...]:
        """What the job is called."""
        posting = self.posting
        return (*self.known_by, posting.title, posting.company, *sorted({place.label for place in posting.places}))


def with_ids(seen: list[Sighting]) -> tuple[list[Sighting], int]:
    """What one table, or the pages of a source, tell under the ids to keep it by; how often it tells a job once more on
    a day in another text. What was found to share an id is told apart on every day.
    """
    seen = _whole_numbers(seen)
    jobs = _by_key(((one.known_by, one.day), one.job) for one in seen)
    texts = _by_key(((one.job, one.day), one.posting.body_html) for one in seen)
    shared = {known_by for (known_by, _), told in jobs.items() if len(told) > 1}
    retold = {job for (job, _), told in texts.items() if len(told) > 1}
    ids = (_id(one, is_shared=one.known_by in shared, is_retold=one.job in retold) for one in seen)
    kept = [one._replace(posting=replace(one.posting, external_id=told)) for one, told in zip(seen, ids, strict=True)]
    return kept, sum(len(told) - 1 for told in texts.values())


def _by_key(pairs: Iterable[tuple[Key, Told]]) -> dict[Key, set[Told]]:
    found: defaultdict[Key, set[Told]] = defaultdict(set)
    for key, told in pairs:
        found[key].add(told)
    return found


def _id(one: Sighting, *, is_shared: bool, is_retold: bool) -> str:
    own, address = one.known_by
    by_text = is_retold or not (own or address)
    if own and not (is_shared or by_text):
        return own
    digest = digest_of(*one.job, *([one.posting.body_html] if by_text else []))
    return one_id(f"{own} {digest[:12]}") if own else digest


def _whole_numbers(seen: list[Sighting]) -> list[Sighting]:
    """Ids that are all whole numbers without the `.0` that programs add to a column with gaps."""
    own = {one.posting.external_id for one in seen} - {""}
    if not all(map(_WHOLE.fullmatch, own)):
        return seen
    bare = (one.posting.external_id.removesuffix(".0") for one in seen)
    return [one._replace(posting=replace(one.posting, external_id=told)) for one, told in zip(seen, bare, strict=True)]
