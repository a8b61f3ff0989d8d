"""The country whose laws, money and language a posting speaks of, where no label of it names one.

A place too small for the gazetteer ("Harsewinkel") lies in the country whose collective agreement, pension or tax form
the text names; language alone tells little.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from analytics.lexicon import lines

ENOUGH = 3  # weight of marks; the next country must have less than half as much
MAX_TEXT = 30_000  # characters that are looked at
MAX_TRIES = 20  # places of a mark that are looked at


def home_country(lowered: str) -> str:
    """ISO2 of that country for a text in small letters, "" when the marks are few or at odds."""
    lowered = lowered[:MAX_TEXT]
    weights: Counter[str] = Counter()
    for country, word, weight in _marks():
        if word in lowered and _stands(word, lowered):
            weights[country] += weight
    best = weights.most_common(2)
    if not best or best[0][1] < ENOUGH or (len(best) > 1 and 2 * best[1][1] > best[0][1]):
        return ""
    return best[0][0]


def _stands(word: str, lowered: str) -> bool:
    """Whether it is once no part of a longer word: "aud" of "audience"."""
    at = lowered.find(word)
    for _ in range(MAX_TRIES):
        end = at + len(word)
        is_cut = word[0].isalpha() and lowered[at - 1 : at].isalpha()
        if not is_cut and not (word[-1].isalpha() and lowered[end : end + 1].isalpha()):
            return True
        at = lowered.find(word, end)
        if at < 0:
            break
    return False


@cache
def _marks() -> tuple[tuple[str, str, int], ...]:
    return tuple((row["country"], row["word"], int(row["weight"])) for row in lines("homelands"))
