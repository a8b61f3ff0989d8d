"""Near-equal texts of one group: MinHash signatures (rensa) and an index that takes new texts as they come.

A text is the set of its three-word shingles. Two texts of a group meet when a band of their signatures is equal, or a
band of the signatures of their beginnings, so that a text cut short meets the whole one. For those that meet the
signatures tell how much they share. rensa's own index answers which texts have a double, not which two are alike, and
knows no groups; the bands are sorted arrays here, and a thousand new texts find their places among a hundred thousand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from analytics.numeric import Floats, Ints

Words = NDArray[np.uint64]
Rows = NDArray[np.uint32]

SEED = 42
WHOLE, HEAD = 128, 48  # hashes of the whole text and of its beginning
HEAD_SHINGLES = 64
# 32 bands of 4 hashes find 99 % of the pairs of texts that share six tenths, 16 of 3 those of beginnings that share so
BANDS = [(at, at + 4) for at in range(0, WHOLE, 4)] + [(at, at + 3) for at in range(WHOLE, WHOLE + HEAD, 3)]
LOOK_BACK = 32  # texts of a full bucket that a new one is compared with, the latest ones
LEAST = 0.4  # share of the shorter one, of a pair that is told
AT_ONCE = 4096  # texts signed together
BLOCK = 1 << 16  # pairs compared together

BLANK = 32
_SMALL = bytes(code if code > 127 or chr(code).isalnum() else BLANK for code in range(256)).lower()
# blanks too, as all of ASCII but letters and digits
_MARKS = "\u2019\u2018\u201c\u201d\u2013\u2014\u2022\u2026\u00b7\u00a0\u00ab\u00bb\u3001\u3002"
_UNSPACED = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")  # in UTF-8: characters of scripts without blanks, each a word
_NOT_UNSPACED = bytes(code for code in range(256) if not 0xE3 <= code <= 0xE9)
_MIX = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


class Pairs(NamedTuple):
    """Texts that share much, by their numbers, left > right: share of the union, of the shorter one, and of the union
    of their beginnings."""

    left: Ints
    right: Ints
    jaccard: Floats
    contained: Floats
    heads: Floats


class Signatures(NamedTuple):
    """One row a text: hashes of the whole and of its beginning, and the number of its distinct shingles."""

    hashes: Rows
    sizes: Ints


def shingles(text: str) -> Words:
    """The three-word shingles of a text in their order, as numbers; a shorter text is one shingle."""
    words = _words(text)
    if 0 < len(words) < 3:
        words = np.concatenate([words, np.zeros(3 - len(words), np.uint64)])
    return mixed(words[:-2] * _MIX[0] + words[1:-1] * _MIX[1] + words[2:] * _MIX[2])


def _words(text: str) -> Words:
    """A number for each word: the sum of its bytes, each times an odd number of its place."""
    raw = text.encode() if text.isascii() else _spaced(text)
    held = np.frombuffer(raw.translate(_SMALL).strip(), np.uint8)
    if not len(held):
        return np.empty(0, np.uint64)
    starts = np.concatenate([[0], np.flatnonzero((held[:-1] == BLANK) & (held[1:] != BLANK)) + 1])
    lengths = np.concatenate([starts[1:], [len(held)]]) - starts
    place = np.arange(len(held)) - np.repeat(starts, lengths)
    return mixed(np.add.reduceat(_PLACES[place & 63] * _WEIGHTS[held], starts))


def _spaced(text: str) -> bytes:
    for mark in _MARKS:
        if mark in text:
            text = text.replace(mark, " ")
    raw = text.encode("utf-8", "surrogatepass")
    return _UNSPACED.sub(rb" \g<0> ", raw) if raw.translate(None, _NOT_UNSPACED) else raw


def mixed(values: Words) -> Words:
    """The numbers, well mixed (splitmix64)."""
    held = values + _MIX[0]
    held = (held ^ (held >> np.uint64(30))) * _MIX[1]
    held = (held ^ (held >> np.uint64(27))) * _MIX[2]
    return held ^ (held >> np.uint64(31))


_PLACES = mixed(np.arange(64, dtype=np.uint64)) | np.uint64(1)
_WEIGHTS = np.arange(1, 257, dtype=np.uint64) * (np.arange(256) != BLANK)


def signatures(texts: Sequence[Words]) -> Signatures:
    """The signatures of texts given by their shingles."""
    parts = [_signed(texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)]
    hashes = np.concatenate([np.empty((0, WHOLE + HEAD), np.uint32), *parts])
    return Signatures(hashes, np.array([len(set(text.tolist())) for text in texts], "int64"))


def _signed(texts: Sequence[Words]) -> Rows:
    return np.hstack([_hashed(texts, WHOLE), _hashed([text[:HEAD_SHINGLES] for text in texts], HEAD)])


def _hashed(texts: Sequence[Words], n_hashes: int) -> Rows:
    ends = np.cumsum([0, *map(len, texts)], dtype=np.uint64)
    flat = np.concatenate([np.empty(0, np.uint64), *texts])
    told = RMinHash.digest_matrix_from_flat_token_hashes(flat, ends, n_hashes, SEED)
    return np.array(told.to_rows(), np.uint32).reshape(len(texts), n_hashes)


class Index:
    """Texts by number, in the order of their coming. What `add` tells does not depend on how many come at once."""

    def __init__(self) -> None:
        self._told = Signatures(np.empty((0, WHOLE + HEAD), np.uint32), np.empty(0, "int64"))
        self._bands = [(np.empty(0, np.uint64), np.empty(0, "int64")) for _ in BANDS]

    def __len__(self) -> int:
        return len(self._told.sizes)

    def add(self, groups: Words, told: Signatures) -> Pairs:
        """Takes texts in, each with the number of its group; pairs of one group in which at least one text is new.

        A text without shingles is like no other.
        """
        first = len(self)
        hashes = np.concatenate([self._told.hashes, told.hashes])
        self._told = Signatures(hashes, np.concatenate([self._told.sizes, told.sizes]))
        some = np.flatnonzero(told.sizes > 0)
        met = [self._met(band, _keys(groups, told.hashes, band)[some], some + first) for band in range(len(BANDS))]
        codes = np.unique(np.concatenate(met))
        return _alike(self._told, codes >> 32, codes & 0xFFFFFFFF)

    def _met(self, band: int, keys: Words, rows: Ints) -> Ints:
        """Takes new keys into a band; numbers of the pairs that meet there, the larger one in the upper half."""
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        known_keys, known_rows = self._bands[band]
        before = np.searchsorted(known_keys, keys, side="right")
        held = np.insert(known_keys, before, keys), np.insert(known_rows, before, rows)
        self._bands[band] = held
        return _look_back(*held, before + np.arange(len(keys)))


def _look_back(keys: Words, rows: Ints, at: Ints) -> Ints:
    found = []
    for back in range(1, LOOK_BACK + 1):
        at = at[at >= back]
        at = at[keys[at] == keys[at - back]]
        if not len(at):
            break
        found.append(rows[at] << 32 | rows[at - back])
    return np.concatenate([np.empty(0, "int64"), *found])


def _keys(groups: Words, hashes: Rows, band: int) -> Words:
    keys = mixed(groups + np.uint64(band))
    for column in range(*BANDS[band]):
        keys = mixed(keys ^ hashes[:, column])
    return keys


def _alike(told: Signatures, left: Ints, right: Ints) -> Pairs:
    """Of the pairs those that share much."""
    blocks = [slice(at, at + BLOCK) for at in range(0, len(left), BLOCK)]
    shares = [_shares(told.hashes, left[block], right[block]) for block in blocks]
    jaccard, heads = np.concatenate([np.empty((2, 0)), *shares], axis=1)
    one, other = told.sizes[left], told.sizes[right]
    shared = jaccard * (one + other) / (1 + jaccard)
    contained = np.minimum(shared / np.maximum(np.minimum(one, other), 1), 1.0)
    much = contained >= LEAST
    return Pairs(left[much], right[much], jaccard[much], contained[much], heads[much])


def _shares(hashes: Rows, left: Ints, right: Ints) -> Floats:
    same = hashes[left] == hashes[right]
    return np.stack([same[:, :WHOLE].mean(axis=1), same[:, WHOLE:].mean(axis=1)])


def components(n: int, left: Ints, right: Ints) -> Ints:
    """The smallest number of each number's component; `left` and `right` are joined."""
    label = np.arange(n, dtype="int64")
    while len(left):
        low = np.minimum(label[left], label[right])
        np.minimum.at(label, label[left], low)
        np.minimum.at(label, label[right], low)
        while not np.array_equal(label, deeper := label[label]):
            label = deeper
        apart = label[left] != label[right]
        left, right = left[apart], right[apart]
    return label


def group_numbers(names: Iterable[str]) -> Words:
    """Numbers of group names, the same in every process."""
    told: dict[str, Any] = {}
    numbers = (told.setdefault(name, _group(name)) for name in names)
    return np.fromiter(numbers, np.uint64)


def _group(name: str) -> int:
    raw = name.encode("utf-8", "surrogatepass")
    return crc32(raw) << 32 | crc32(raw[::-1])
