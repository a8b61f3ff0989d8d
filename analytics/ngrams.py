"""Word sequences of many texts, counted by employer: texts come one by one, what stays of each is two numbers a word.

A sequence that few employers use has no rarer parts, so that longer ones are looked for only where all their parts are
frequent enough: of millions of sequences a few thousand are left to count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.numeric import Bools, Ints

LONGEST = 3  # words
EXAMPLE_WORDS, BEFORE_WORDS = 12, 5
Text = tuple[str, int, str, str, str]  # posting_id, week_number, company, platform, text

_SLASH = "\ue000"  # stands for the slash of a name such as "some-org/some-repo"
_REPOSITORY = re.compile(r"(?<![\w/.-])(?=[a-z]{0,39}[\d_-])[\w-]{1,40}+/[A-Za-z][\w.-]{0,60}\w")
# letters and digits with the marks that names have inside, and C++
_WORD = re.compile(rf"(\w++(?:[.&'’@+#{_SLASH}-](?=[^\W_])\w++)*+(?:\+\+?|#)?)")
_FUNCTION_WORDS = """
a about across after all also am an and any are as at be been being between both but by can do each for from get had has
have he help her his how i if in including into is it its like make may more most must my new no nor not of on one or
other our out over own s she should so some such t than that the their them then there these they this those through
to too under up us use used using via was we were what when where which while who why will with within without work
working would you your we're you're you'll you've i'm etc e.g i.e
au aux avec ce ces dans de des du en et la le les nos notre ou par pour que qui sur un une vos votre vous
als am auf aus bei das dem den der die du ein eine einer eines für im ist mit oder sie sind und uns unser von wir zu zum
al con del el los las para por se su sus y o e da di il per een het met van voor na w z
"""
STOP = frozenset(_FUNCTION_WORDS.split())


class Corpus(NamedTuple):
    """Texts as numbers: one row a word (spelling, gap before it, text), and one row a text."""

    spellings: list[str]
    gaps: list[str]
    folded: list[str]
    fold: Ints  # of each spelling
    word: Ints
    gap: Ints
    text: Ints
    week: Ints
    company: Ints
    platform: Ints
    template: Ints


class Grams(NamedTuple):
    """One row an occurrence of a sequence of `size` words that enough employers use: its code and first word.

    `first` is where each code occurs first."""

    size: int
    code: Ints
    at: Ints
    first: Ints


class _Numbers(dict[str, int]):
    """The number of each string, given when it is first asked for."""

    def __missing__(self, key: str) -> int:
        self[key] = len(self)
        return self[key]


def collect(texts: Iterable[Text]) -> Corpus:
    """The texts as numbers; each text is let go once it is read."""
    spelled, between, employers, platforms = (_Numbers() for _ in range(4))
    words: list[Ints] = []
    gaps: list[Ints] = []
    rows: list[tuple[int, int, int]] = []
    for _, week, company, platform, text in texts:
        parts = _WORD.split(_with_repositories(text))
        words.append(np.fromiter(map(spelled.__getitem__, parts[1::2]), "int32", len(parts) // 2))
        gaps.append(np.fromiter(map(between.__getitem__, parts[:-1:2]), "int32", len(parts) // 2))
        rows.append((week, employers[company], platforms[platform]))
    return _corpus(spelled, between, words, gaps, rows)


def _with_repositories(text: str) -> str:
    return _REPOSITORY.sub(lambda hit: hit[0].replace("/", _SLASH), text) if "/" in text else text


def _corpus(
    spelled: _Numbers, between: _Numbers, words: list[Ints], gaps: list[Ints], rows: list[tuple[int, int, int]]
) -> Corpus:
    folds = _Numbers()
    spellings = [name.replace(_SLASH, "/") for name in spelled]
    fold = np.array([folds[name.casefold()] for name in spellings], "int64")
    empty = [np.zeros(0, "int32")]
    word, gap = np.concatenate(words + empty), np.concatenate(gaps + empty)
    lengths = np.array([len(one) for one in words], "int64")
    text = np.repeat(np.arange(len(words), dtype="int32"), lengths)
    week, company, platform = np.array(rows, "int64").reshape(-1, 3).T
    template = _templates(fold[word], lengths)
    return Corpus(spellings, list(between), list(folds), fold, word, gap, text, week, company, platform, template)


def _templates(folded: Ints, lengths: Ints) -> Ints:
    """The least hash of a text's three-word shingles: texts that are alike mostly share it (Broder 1997)."""
    padded = np.concatenate([folded, np.zeros(2, "int64")]).astype("uint64")
    mixed = padded[:-2] * np.uint64(0x9E3779B97F4A7C15) + padded[1:-1] * np.uint64(0xC2B2AE3D27D4EB4F) + padded[2:]
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    least = np.zeros(len(lengths), "uint64")
    starts = np.cumsum(lengths) - lengths
    some = lengths > 0
    if some.any():
        least[some] = np.minimum.reduceat(mixed ^ (mixed >> np.uint64(32)), starts[some])
    return pd.factorize(least)[0].astype("int64")


def frequent(corpus: Corpus, is_now: Bools, least: int) -> list[Grams]:
    """The sequences of 1, 2 and 3 words with `least` employers, an employer counted once in each of both windows.

    Words of a sequence stand in one line with one blank between them; it neither begins nor ends with a function word
    or a number.
    """
    folded = corpus.fold[corpus.word]
    is_blank = np.array([gap == " " for gap in corpus.gaps] or [False])
    joined = is_blank[corpus.gap] & np.append(False, np.diff(corpus.text) == 0)[: len(folded)]
    may_end = np.array([name not in STOP and any(map(str.isalpha, name)) for name in corpus.folded] or [False])[folded]
    holder = corpus.company * 2 + is_now
    found: list[Grams] = []
    at, code = np.arange(len(folded)), folded
    for size in range(1, LONGEST + 1):
        if size > 1:
            at, code = _longer(at, code, joined, size)
        at, code = _supported(at, code, holder[corpus.text[at]], least)
        found.append(_grams(size, at, code, may_end))
    return found


def _grams(size: int, at: Ints, code: Ints, may_end: Bools) -> Grams:
    shown = may_end[at] & may_end[at + size - 1]
    dense = pd.factorize(code[shown])[0].astype("int64")
    first = np.flatnonzero(np.append(True, np.diff(np.maximum.accumulate(dense)) > 0)[: len(dense)])
    return Grams(size, dense, at[shown], at[shown][first])


def folded_name(corpus: Corpus, first: int, size: int) -> str:
    """The words from `first` on, in small letters."""
    return " ".join(corpus.folded[corpus.fold[word]] for word in corpus.word[first : first + size])


def written_name(corpus: Corpus, first: int, size: int) -> str:
    """The words from `first` on, as written."""
    return " ".join(corpus.spellings[word] for word in corpus.word[first : first + size])


def folded_words(text: str) -> str:
    """The words of a text as those of a corpus: in small letters, with one blank between."""
    return " ".join(_WORD.findall(_with_repositories(text))).replace(_SLASH, "/").casefold()


def _longer(at: Ints, code: Ints, joined: Bools, size: int) -> tuple[Ints, Ints]:
    """Sequences one word longer whose beginning and end are both among the shorter ones."""
    number = np.full(len(joined) + 1, -1)
    number[at] = code
    begin = at[at + size - 1 < len(joined)]
    last = begin + size - 1
    held = joined[last] & (number[begin + 1] >= 0)
    begin = begin[held]
    numbered = pd.factorize(number[begin] * (int(number.max(initial=0)) + 1) + number[begin + 1])[0]
    return begin, numbered.astype("int64")


def _supported(at: Ints, code: Ints, holder: Ints, least: int) -> tuple[Ints, Ints]:
    n_holders = int(holder.max(initial=0)) + 1
    pairs = different(code * n_holders + holder)
    support = np.bincount(pairs // n_holders, minlength=int(code.max(initial=-1)) + 1)
    kept = support[code] >= least
    return at[kept], code[kept]


def distinct(code: Ints, other: Ints, n_codes: int) -> Ints:
    """How many different `other` each code has."""
    size = int(other.max(initial=0)) + 1
    return np.bincount(different(code * size + other) // size, minlength=n_codes)


def different(values: Ints) -> Ints:
    """Each value once, in order. By sorting, as the hash table of np.unique is ten times as slow on such numbers."""
    ordered = np.sort(values)
    return np.asarray(ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]], "int64")


def spelling(corpus: Corpus, grams: Grams, code: int) -> str:
    """The sequence as it is mostly written."""
    at = grams.at[grams.code == code]
    ways = Counter(tuple(corpus.word[one : one + grams.size].tolist()) for one in at.tolist())
    written = max(ways, key=lambda way: (ways[way], tuple(corpus.spellings[n] for n in way)))
    return " ".join(corpus.spellings[n] for n in written)


def example(corpus: Corpus, grams: Grams, code: int, is_now: Bools) -> str:
    """At most 12 words around the first occurrence in a text of now, of one line."""
    at = grams.at[grams.code == code]
    now = at[is_now[corpus.text[at]]]
    first = int(now[0] if len(now) else at[0])
    begin, end = _reach(corpus, first, -1, BEFORE_WORDS), _reach(corpus, first, 1, EXAMPLE_WORDS)
    end = min(end, begin + EXAMPLE_WORDS - 1)
    words = [corpus.spellings[corpus.word[n]] for n in range(begin, end + 1)]
    gaps = [corpus.gaps[corpus.gap[n]] for n in range(begin + 1, end + 1)]
    return "".join(word + gap for word, gap in zip(words, [*gaps, ""], strict=True))


def _reach(corpus: Corpus, at: int, step: int, most: int) -> int:
    """The word `most` further, or the last one on the way that is in the same line."""
    for _ in range(most):
        beyond = at + step
        between = max(at, beyond)
        if not 0 <= beyond < len(corpus.word) or corpus.text[beyond] != corpus.text[at]:
            break
        if "\n" in corpus.gaps[corpus.gap[between]]:
            break
        at = beyond
    return at


def weekly(corpus: Corpus, grams: Grams, code: int) -> pd.Series[Any]:
    """Number of employers that use the sequence, by week_number."""
    held = corpus.text[grams.at[grams.code == code]]
    return by_week(corpus.week[held], corpus.company[held])


def by_week(week: Ints, company: Ints) -> pd.Series[Any]:
    """Number of employers by week_number."""
    return pd.DataFrame({"week": week, "company": company}).groupby("week")["company"].nunique()
