"""What texts say beyond their boards' and employers' standing words, signed for `analytics.near`.

Standing is what eight tenths of a board's first postings have, be it the employer's own words or what an aggregator
adds to every advertisement. It is told by shingles, not by lines, as boards break lines as they like. It is learnt
once, from the first postings, so that later ones change nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.boilerplate import LEAST_TITLES, SAMPLE, SHARED
from analytics.near import Signatures, Words, group_numbers, shingles, signatures

LEAST_LEFT = 12  # shingles; a text that says less beyond the standing ones is compared as a whole
Shingled = Callable[[Iterable[str]], Iterable[tuple[str, Words]]]  # content hashes -> them with their shingles


class Signed(NamedTuple):
    """One row a posting and version, in order of the postings: number of the posting, of its company, signature."""

    owners: Any  # int64
    groups: Words
    told: Signatures


def from_texts(texts: Mapping[str, str]) -> Shingled:
    """The shingles of texts in memory."""
    return lambda contents: ((content, shingles(texts[content])) for content in contents)


def signed(ads: pd.DataFrame, shingled: Shingled, standing: Mapping[str, Words] | None = None) -> Signed:
    """Signatures of all versions of `ads` (see `analytics.identity`); `standing` as learnt before, by `learnt`."""
    standing = learnt(ads, shingled) if standing is None else standing
    owners = np.repeat(np.arange(len(ads)), [len(one) for one in ads["contents"]])
    contents = [content for one in ads["contents"] for content in one]
    dropped = [_dropped(standing, board, company) for board, company in zip(ads["board"], ads["company"], strict=True)]
    told = _signed(contents, owners, dropped, shingled)
    return Signed(owners, group_numbers(ads["company"])[owners], told)


def _signed(contents: list[str], owners: Any, dropped: list[list[Words]], shingled: Shingled) -> Signatures:
    """By content in the order in which they are told, as memory holds only a few texts at once."""
    at = defaultdict(list)
    for row, content in enumerate(contents):
        at[content].append(row)
    rows: list[int] = []
    parts: list[Signatures] = []
    waiting: list[Words] = []
    for content, words in shingled(list(at)):
        rows += at[content]
        waiting += [without(words, dropped[owners[row]]) for row in at[content]]
        if len(waiting) >= 1024:
            parts.append(signatures(waiting))
            waiting = []
    parts.append(signatures(waiting))
    return _in_order(Signatures(*(np.concatenate(both) for both in zip(*parts, strict=True))), rows, len(contents))


def _in_order(told: Signatures, rows: list[int], n: int) -> Signatures:
    """Row `rows[i]` of the answer is row i of `told`; a text that was not told has size 0."""
    hashes, sizes = np.zeros((n, told.hashes.shape[1]), told.hashes.dtype), np.zeros(n, "int64")
    hashes[rows], sizes[rows] = told.hashes, told.sizes
    return Signatures(hashes, sizes)


def learnt(ads: pd.DataFrame, shingled: Shingled) -> dict[str, Words]:
    """Standing shingles by "board <board>", and by "company <company>" of all boards that are one company's own."""
    first = ads.sort_values(["first_at", "posting_id"]).groupby("board", sort=True).head(SAMPLE)
    columns = zip(first["board"], first["titles"], first["contents"], strict=True)
    sample = [(str(board), titles[0].key, contents[0]) for board, titles, contents in columns]
    words = dict(shingled(sorted({content for *_, content in sample})))
    by_board: dict[str, list[tuple[str, Words]]] = defaultdict(list)
    for board, title, content in sample:
        if content in words:
            by_board[board].append((title, words[content]))
    boards = {board: standing_of(told) for board, told in by_board.items()}
    return {f"board {board}": told for board, told in boards.items()} | _of_companies(ads, boards)


def _of_companies(ads: pd.DataFrame, boards: Mapping[str, Words]) -> dict[str, Words]:
    own = ads.loc[ads["is_own"], ["company", "board"]].drop_duplicates()
    told = {f"company {company}": list(rest["board"]) for company, rest in own.groupby("company")}
    return {name: _union([boards[board] for board in names if board in boards]) for name, names in told.items()}


def standing_of(told: list[tuple[str, Words]]) -> Words:
    """The shingles, sorted, that eight tenths of (title, shingles) have; none when too few differ in title."""
    if len({title for title, _ in told}) < LEAST_TITLES:
        return np.empty(0, np.uint64)
    sets = [np.array(list(set(words.tolist())), np.uint64) for _, words in told]  # several times as fast as np.unique
    every, counts = np.unique(np.concatenate(sets), return_counts=True)
    return every[counts >= SHARED * len(told)]


def without(words: Words, dropped: list[Words]) -> Words:
    """The shingles that are not dropped, in their order; all of them where too few would be left."""
    kept = words
    for standing in dropped:
        at = np.searchsorted(standing, kept)
        kept = kept[standing[np.minimum(at, len(standing) - 1)] != kept]
    return kept if len(kept) >= LEAST_LEFT else words


def _dropped(standing: Mapping[str, Words], board: str, company: str) -> list[Words]:
    names = (f"board {board}", f"company {company}")
    return [standing[name] for name in names if name in standing and len(standing[name])]


def _union(parts: list[Words]) -> Words:
    return np.unique(np.concatenate([np.empty(0, np.uint64), *parts]))


def batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of `size` rows, the last one shorter."""
    held: list[Any] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held
