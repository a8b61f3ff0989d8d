"""The words around an amount of money that say whether it is pay: salary and rate, or stipend, funding, revenue.

The vocabulary is `lexicon/pay_words.csv`: `salary` (pay of the work itself), `pay` (pay, of what is left open), `weak`
(only with more evidence), `block` (other money), `stop` (ends what an amount is called), `apart` (what follows is not
part of the amount: "excluding bonus").
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

LEXICON = Path(__file__).parent / "lexicon" / "pay_words.csv"
Kind = Literal["", "salary", "pay", "weak", "block"]

_WORD = re.compile(r"[^\W\d_]+|40[13]")
_CLAUSE = re.compile(r"[,;(+&|•·/:*]|\.(?:\s|$)| [-–—] |—")
_APART = re.compile(r"[,;):]")
_FIXED = ("base", "basic", "fixed")  # "$90k base"
_COMPOUNDS = ("gehalt", "gehälter", "lohn", "vergütung", "entgelt")  # Bruttomonatsgehalt
_BARS = "|•·"  # a block beyond a bar names something else
_MAX_BEFORE = 32


@dataclass(frozen=True, slots=True)
class Cue:
    """The nearest telling word: its kind, the words themselves, and for a block whether it names this very amount."""

    kind: Kind = ""
    phrase: str = ""
    is_binding: bool = False
    salary_behind: str = ""  # a pay word farther off, when the nearest is a block


@cache
def vocabulary() -> dict[str, dict[str, str]]:
    """Phrase (lower case, words joined by one blank) -> {"kind": ..., "stop": ..., "apart": ...}."""
    table: dict[str, dict[str, str]] = {}
    with LEXICON.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            slot = row["kind"] if row["kind"] in ("stop", "apart") else "kind"
            table.setdefault(row["word"], {})[slot] = row["kind"]
    return table


def words(text: str) -> list[str]:
    """The words of a text in lower case; digits and signs are left out."""
    return _WORD.findall(text.lower())


def cue_after(text: str, is_range: bool) -> Cue:
    """What the amount is called by the words right after it, up to the end of the clause."""
    clause = _CLAUSE.split(text, maxsplit=1)[0]
    told = words(clause)[: 5 if is_range else 9]
    for at, word in enumerate(told):
        for size in (3, 2, 1):
            entry = vocabulary().get(" ".join(told[at : at + size])) if at + size <= len(told) else None
            kind = entry.get("kind", "") if entry else ""
            if kind in ("salary", "pay", "block") or (kind == "weak" and word in _FIXED and at == 0):
                kind = "salary" if kind == "weak" else kind
                return Cue(kind, " ".join(told[at : at + size]), is_binding=True)  # type: ignore[arg-type]
        if "stop" in vocabulary().get(word, {}) or (is_range and word == "for"):
            break
    return Cue()


def cue_before(text: str) -> Cue:
    """What the amount is called by the nearest telling words before it."""
    told = list(_WORD.finditer(text.lower()))[-_MAX_BEFORE:]
    weak = blocked = Cue()
    edge = max(text.rfind(bar) for bar in _BARS)
    at = len(told) - 1
    if any(m[0] in _FIXED for m in told[-2:]) and "of" not in {m[0] for m in told[-4:-2]}:
        return Cue("salary", "base")  # "Base: $150,000"
    while at >= 0:
        kind, size, phrase = _ending_at(told, at)
        if kind in ("salary", "pay"):
            found = Cue(kind, phrase)
            return found if not blocked.kind else Cue("block", blocked.phrase, blocked.is_binding, phrase)
        if kind == "block" and not blocked.kind and told[at].start() > edge:
            blocked = Cue("block", phrase, _is_binding(text, told, at, size))
        elif kind == "weak" and not weak.kind and not blocked.kind:
            weak = Cue("weak", phrase)
        at -= size
    return blocked if blocked.kind else weak


def _ending_at(told: list[re.Match[str]], at: int) -> tuple[Kind, int, str]:
    for size in (3, 2, 1):
        if at - size + 1 >= 0:
            phrase = " ".join(m[0] for m in told[at - size + 1 : at + 1])
            kind = vocabulary().get(phrase, {}).get("kind", "") or ("salary" if phrase.endswith(_COMPOUNDS) else "")
            if kind:
                return kind, size, phrase  # type: ignore[return-value]
    return "", 1, ""


def _is_binding(text: str, told: list[re.Match[str]], at: int, size: int) -> bool:
    if len(told) - at > 7 or _APART.search(text[told[at].end() :].rstrip(" :-–—(")):
        return False
    return not any("apart" in vocabulary().get(m[0], {}) for m in told[max(0, at - size - 3) : at - size + 1])
