"""Compression: zstd, with a dictionary shared by all payloads once there is text enough to train one."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from store.connect import Damaged
from store.posting import canonical

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdCompressor, ZstdDecompressor, ZstdDict, train_dict
else:
    from backports.zstd import ZstdCompressor, ZstdDecompressor, ZstdDict, train_dict

LEVEL = 12
QUICK = 4  # of readings, which the highest level makes only a fortieth smaller
DICTIONARY_BYTES = 256 * 1024  # a quarter smaller than with 64 KiB on postings of a hundred employers
MAX_BYTES = 64 * 1024 * 1024  # a stored body that claims more is damaged


def pack(value: Any, dictionary: bytes | None = None, level: int = LEVEL) -> tuple[bytes, bytes]:
    """(canonical JSON bytes, their compressed form)."""
    plain = canonical(value)
    digested = _dict(dictionary).as_digested_dict if dictionary else None
    return plain, ZstdCompressor(level=level, zstd_dict=digested).compress(plain, ZstdCompressor.FLUSH_FRAME)


def unpack(body: bytes, dictionary: bytes | None = None) -> Any:
    """The JSON value that `pack` compressed; Damaged when the bytes are not what was written."""
    return json.loads(plain_bytes(body, dictionary))


def plain_bytes(body: bytes, dictionary: bytes | None = None) -> bytes:
    """The decompressed bytes; Damaged when they cannot be had in full."""
    decompressor = ZstdDecompressor(zstd_dict=_dict(dictionary) if dictionary else None)
    try:
        plain = decompressor.decompress(body, max_length=MAX_BYTES)
    except Exception as error:
        raise Damaged(str(error)) from error
    if not decompressor.eof:
        raise Damaged("the compressed body ends early")
    return plain


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


def train(samples: Sequence[bytes]) -> bytes:
    """A dictionary of at most 256 KiB trained on JSON bodies."""
    return train_dict(list(samples), DICTIONARY_BYTES).dict_content


@lru_cache(maxsize=8)
def _dict(content: bytes) -> ZstdDict:
    return ZstdDict(content)
