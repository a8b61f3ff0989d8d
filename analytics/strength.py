"""How strongly a sentence asks for what it names: required, one of several, preferred, a duty, or not at all.

The heading gives the first guess, the words of the sentence the last: "nice to have" under *Requirements* is
preferred, and "no ... needed" is the opposite of a demand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

RANK = {"negated": 0, "none": 1, "preferred": 2, "duty": 3, "required_any": 4, "required": 5}
REACH = 25  # characters between a negation and what it negates
ANY_REACH = 120  # characters between "such as" and the last thing it lists

_BY_SECTION = {"requirements": "required", "preferred": "preferred", "duties": "duty", "role": "duty"}
_LINK = re.compile(r"[\s,/()&]{0,3}(?:(?:and|or|und|oder|et|ou|i|lub|y|o|and/or)\b)?[\s,/()]{0,3}")
_OR = re.compile(r"\b(?:or|oder|ou|lub|o)\b|/")
_OR_AFTER = re.compile(r",?\s(?:or|oder|ou|lub)\s")
_OR_BEFORE = re.compile(r"\s(?:or|oder|ou|lub)\s$")
_BREAK = re.compile(r"[,;:.–—]|\b(?:but|using|with|via|by|only|sondern|mais|through|while|that|which|who|to)\b")

Place = tuple[int, int, str]  # start, end, section


class Cue(NamedTuple):
    """A cue word at its place; `kind` as in `lexicon/cues.csv`."""

    start: int
    end: int
    kind: str


def strengths(text: str, mentions: Sequence[Place], cues: Sequence[Cue]) -> list[str]:
    """The strength of each mention of one sentence (they come in order), one of the keys of `RANK`."""
    found: list[str] = []
    for chain in _chains(text, mentions):
        is_negated = _is_negated(text, chain, cues)
        has_or = len(chain) > 1 and _OR.search(_gaps(text, chain)) is not None
        for mention in chain:
            strength = "negated" if is_negated else _asked(mention, cues)
            if strength == "required" and (has_or or _is_one_of(text, mention, cues)):
                strength = "required_any"
            found.append(strength)
    return found


def _chains(text: str, mentions: Sequence[Place]) -> list[list[Place]]:
    """The mentions grouped into lists: "A, B or C" is one."""
    chains: list[list[Place]] = []
    for mention in mentions:
        gap = text[chains[-1][-1][1] : mention[0]] if chains else ""
        if chains and len(gap) <= 12 and _LINK.fullmatch(gap):
            chains[-1].append(mention)
        else:
            chains.append([mention])
    return chains


def _gaps(text: str, chain: Sequence[Place]) -> str:
    return " ".join(text[left[1] : right[0]] for left, right in pairwise(chain))


def _is_negated(text: str, chain: Sequence[Place], cues: Sequence[Cue]) -> bool:
    start, end, section = chain[0][0], chain[-1][1], chain[0][2]
    for cue in cues:
        if cue.kind == "negate_next" and 0 <= start - cue.end <= REACH and not _BREAK.search(text, cue.end, start):
            return True
        if cue.kind == "negate_prev" and section != "preferred" and 0 <= cue.start - end <= 2 * REACH:
            return not re.search(r"[,;:]", text[end : cue.start])
    return False


def _asked(mention: Place, cues: Sequence[Cue]) -> str:
    """The strength by section and cue, leaving alternatives aside."""
    section = mention[2]
    given = _BY_SECTION.get(section, "none")
    if not cues:
        return given
    kinds = {cue.kind for cue in cues}
    if given == "none":
        return _asked_unzoned(mention, kinds, cues)
    word = _nearest(mention, cues)
    if word:
        return word
    is_demand = section == "role" and "skill" in kinds and "role" not in kinds
    return "required" if is_demand else given


def _asked_unzoned(mention: Place, kinds: set[str], cues: Sequence[Cue]) -> str:
    """Outside the sections about the role only a sentence that speaks of the applicant asks for anything."""
    section = mention[2]
    if section not in ("intro", "company"):
        return "none"
    is_about_you = "role" in kinds or section == "intro"
    if is_about_you and kinds & {"skill", "required"}:
        return _nearest(mention, cues) or "required"
    if "role" in kinds and section == "intro":
        return _nearest(mention, cues) or "duty"
    return "preferred" if section == "intro" and "preferred" in kinds else "none"


def _nearest(mention: Place, cues: Sequence[Cue]) -> str:
    """ "preferred" or "required", whichever is said nearest to the mention; "" when neither is."""
    best, word = 1 << 30, ""
    for cue in cues:
        if cue.kind == "preferred_next" and cue.end > mention[0]:
            continue
        if cue.kind in ("preferred", "preferred_next", "required"):
            distance = max(mention[0] - cue.end, cue.start - mention[1])
            if distance < best:
                best, word = distance, cue.kind.removesuffix("_next")
    return word


def _is_one_of(text: str, mention: Place, cues: Sequence[Cue]) -> bool:
    start, end, _ = mention
    if _OR_AFTER.match(text, end) or _OR_BEFORE.search(text, max(0, start - 6), start):
        return True
    return any(
        (cue.kind == "any_next" and 0 <= start - cue.end <= ANY_REACH)
        or (cue.kind == "any_prev" and 0 <= cue.start - end <= ANY_REACH // 2)
        for cue in cues
    )
