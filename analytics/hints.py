"""A cheap look before a dear one: the lines of a text that hold any of some words, found without a pattern."""

from __future__ import annotations

from collections.abc import Iterable

MAX_HITS = 400  # lines; a text with more is no posting


def line_bounds(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Bounds of the lines of `text` that contain any of `words` (small letters; any case in the text), in order."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters grow when lowered: offsets would not hold
        return [(0, len(text))]
    found: set[tuple[int, int]] = set()
    for word in words:
        at = lowered.find(word)
        while at >= 0 and len(found) < MAX_HITS:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            found.add((text.rfind("\n", 0, at) + 1, end))
            at = lowered.find(word, end)
    return sorted(found)


def lines_with(text: str, words: Iterable[str]) -> str:
    """Those lines as one text."""
    return "\n".join(text[start:end] for start, end in line_bounds(text, words))
