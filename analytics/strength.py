"""How strongly a sentence asks for what it names: required, one of several, preferred, a duty, or not at all.

The heading gives the first guess, the words of the sentence the last: "nice to have" under *Requirements* is
preferred, and "no ... needed" is the opposite of a demand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

RANK = {"negated": 0, "none": 1, "preferred": 2, "duty": 3, "required_any": 4, "required": 5}
REACH = 25  # characters between a negation and what it negates
ANY_REACH = 120  # characters between "such as" and the last thing it lists

_BY_SECTION = {"requirements": "required", "preferred": "preferred", "duties": "duty", "role": "duty"}
_WORDS = frozenset(("preferred", "preferred_next", "required"))
_LINK = re.compile(
    r"[\s,/()&]{0,3}(?:(?:and|or|und|oder|et|ou|i|lub|y|o|and/or|eller|och|og|albo)\b(?: (?:in|with|mit|de|en|w))?)?"
    r"[\s,/()]{0,3}"
)
_OR = re.compile(r"\b(?:or|oder|ou|lub|o|eller|albo)\b")
_OR_AFTER = (" or ", ", or ", " oder ", " ou ", ", ou ", " lub ", " eller ")
_OR_BEFORE = (" or ", " oder ", " ou ", " lub ", " eller ")
_KIND_BEFORE = re.compile(  # "frameworks (A, B, C)": any of the kind will do
    r"\b(?:frameworks?|tools?|librar(?:y|ies)|platforms?|languages?|databases?|clouds?|providers?|engines?|stores?|packages?"
    r"|technologies|systems) \($"
)
_BREAK = re.compile(r"[,;:.–—]|\b(?:but|using|with|via|by|only|sondern|mais|through|while|that|which|who|to)\b")


class Place(NamedTuple):
    """Where a term stands, and its kind."""

    start: int
    end: int
    section: str
    category: str


class Cue(NamedTuple):
    """A cue word at its place; `kind` as in `lexicon/cues.csv`."""

    start: int
    end: int
    kind: str


def strengths(text: str, mentions: Sequence[Place], cues: Sequence[Cue]) -> list[str]:
    """The strength of each mention of one sentence (they come in order), one of the keys of `RANK`."""
    found: list[str] = []
    kinds = {cue.kind for cue in cues}
    for chain in _chains(text, mentions):
        if ("negate_next" in kinds or "negate_prev" in kinds) and _is_negated(text, chain, cues):
            found += ["negated"] * len(chain)
            continue
        asked = [_asked(mention, kinds, cues) for mention in chain]
        if "required" in asked:
            choices = _choices(text, chain, cues if "any_next" in kinds or "any_prev" in kinds else ())
            asked = ["required_any" if one == "required" and at in choices else one for at, one in enumerate(asked)]
        found += asked
    return found


def _chains(text: str, mentions: Sequence[Place]) -> list[list[Place]]:
    """The mentions grouped into lists: "A, B or C" is one."""
    chains: list[list[Place]] = []
    for mention in mentions:
        gap = text[chains[-1][-1].end : mention.start] if chains else "-" * 13
        if len(gap) <= 12 and _LINK.fullmatch(gap):
            chains[-1].append(mention)
        else:
            chains.append([mention])
    return chains


def _choices(text: str, chain: Sequence[Place], cues: Sequence[Cue]) -> set[int]:
    """Which of a list are alternatives: "A or B", "A, B or C", "A/B"; but of "A, B or C, D" only B and C."""
    start = chain[0].start
    joints = [_joint(text, chain, at) for at in range(1, len(chain))]
    if joints and text[start - 1 : start] == "(" and _KIND_BEFORE.search(text, max(0, start - 20), start):
        return set(range(len(chain)))
    found = set()
    if cues:
        found = {n for n, one in enumerate(chain) if _is_example(text, one, cues) or _is_one_of_more(text, one, cues)}
    if text.endswith(_OR_BEFORE, 0, start):
        found.add(0)
    if text.startswith(_OR_AFTER, chain[-1].end):
        joints.append("or")
    for at, joint in enumerate(joints):
        if joint in ("or", "/"):
            found |= {at, at + 1}
        if joint == "or" and not (at + 1 < len(joints) and joints[at + 1] == ","):
            while at and joints[at - 1] in (",", "or", "/") and _is_alike(chain, at):
                at -= 1
                found.add(at)
    return found


def _joint(text: str, chain: Sequence[Place], at: int) -> str:
    """What stands between a mention and the one before: "or", "/", "," or something else."""
    gap = text[chain[at - 1].end : chain[at].start]
    if ("(" in gap and "(or" not in gap) or ")" in gap:
        return "("
    if _OR.search(gap):
        return "or"
    if "/" in gap:
        return "/" if chain[at].category == chain[at - 1].category else ","
    return "," if gap.strip() == "," else "and"


def _is_alike(chain: Sequence[Place], at: int) -> bool:
    """Whether a mention and the one before can be alternatives: a language is none to a library."""
    return (chain[at].category == "language") == (chain[at - 1].category == "language")


def _is_negated(text: str, chain: Sequence[Place], cues: Sequence[Cue]) -> bool:
    start, end, section = chain[0].start, chain[-1].end, chain[0].section
    for cue in cues:
        if cue.kind == "negate_next" and 0 <= start - cue.end <= REACH and not _BREAK.search(text, cue.end, start):
            return True
        if cue.kind == "negate_prev" and section != "preferred" and 0 <= cue.start - end <= 2 * REACH:
            return not re.search(r"[,;:]", text[end : cue.start])
    return False


def _asked(mention: Place, kinds: set[str], cues: Sequence[Cue]) -> str:
    """The strength by section and cue, leaving alternatives aside."""
    section = mention.section
    given = _BY_SECTION.get(section, "none")
    if not kinds:
        return given
    if given == "none":
        return _asked_unzoned(mention, kinds, cues)
    word = _nearest(mention, cues) if kinds & _WORDS else ""
    if word:
        return word
    is_demand = section == "role" and "skill" in kinds and "role" not in kinds
    return "required" if is_demand else given


def _asked_unzoned(mention: Place, kinds: set[str], cues: Sequence[Cue]) -> str:
    """Outside the sections about the role only a sentence that speaks of the applicant asks for anything."""
    section = mention.section
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
        if cue.kind == "preferred_next" and cue.end > mention.start:
            continue
        if cue.kind in _WORDS:
            distance = max(mention.start - cue.end, cue.start - mention.end)
            if distance < best:
                best, word = distance, cue.kind.removesuffix("_next")
    return word


def _is_example(text: str, mention: Place, cues: Sequence[Cue]) -> bool:
    """Whether the mention stands in a list of examples: "such as A, B"."""
    return any(
        kind == "any_next" and 0 <= mention.start - last <= ANY_REACH and not _is_closed(text[last : mention.start])
        for _, last, kind in cues
    )


def _is_one_of_more(text: str, mention: Place, cues: Sequence[Cue]) -> bool:
    """Whether others would do, unnamed or of a named kind: "A or similar", "A or another database"."""
    start, end = mention.start, mention.end
    for first, last, kind in cues:
        if kind != "any_prev":
            continue
        if 0 <= start - last <= 2:
            return True
        gap = text[end:first] if 0 <= first - end <= ANY_REACH // 2 else "("
        if not _is_closed(gap) or (first - end <= 2 and gap.strip() == "("):
            return True
    return False


def _is_closed(gap: str) -> bool:
    """Whether a parenthesis begins or ends in it."""
    return gap.count("(") != gap.count(")")
