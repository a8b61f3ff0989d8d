"""How strongly a sentence asks for what it names: required, one of several, preferred, a duty, or not at all.

The heading gives the first guess, the words of the sentence the last: "nice to have" under *Requirements* is
preferred, and "no ... needed" is the opposite of a demand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from analytics.speech import (
    AS_TOOL,
    CONTRAST,
    FILLER,
    KIND_BEFORE,
    LINK,
    OFFER,
    USE,
    WILL_DO,
    YOU_MAY,
    asks,
    clause,
    is_condition,
    is_of_partner,
    is_wished,
    speech,
    tells_of_others,
)

RANK = {"negated": 0, "none": 1, "preferred": 2, "duty": 3, "required_any": 4, "required": 5}
REACH = 25  # characters between a negation and what it negates
MOST_SPOKEN = 40  # names in a sentence that speaks of somebody; one with more is a list
MOST_CUES = 40  # that are looked at in one sentence
ANY_REACH = 120  # characters between "such as" and the last thing it lists

_BY_SECTION = {"requirements": "required", "preferred": "preferred", "duties": "duty", "role": "duty"}
_SPOKEN = frozenset(("intro", "company", "role"))
_OPEN = frozenset(("none", "duty"))  # left to whom the sentence speaks of
_TOLD = frozenset(("skill", "required", "role", "negate_next", "negate_prev"))  # cues that ask, or deny
_SKILLED = frozenset(("skill", "required"))
_DENYING = frozenset(("negate_next", "negate_prev"))
_LISTING = _DENYING | {"any_next", "any_prev"}  # cues about whole lists
_WORDS = frozenset(("preferred", "preferred_next", "required"))
_HEADED = frozenset(("requirements", "preferred", "duties"))  # where no cue beats the heading but those of `_PLACED`
_PLACED = _WORDS | {"soft"}
_OR = re.compile(r"\b(?:or|OR|oder|ou|lub|o|oppure|eller|albo|bzw)\b")
_IDEAS = frozenset(("domain_topic", "experimentation", "genai_concept", "ml_concept", "mlops", "software_practice"))
_ONE = (" one", "eine", "einem", " un", " una", " uno", " een")  # before a kind: "at least one LLM product"
_OR_AFTER = (" or ", ", or ", " oder ", " ou ", ", ou ", " lub ", " eller ")
_OR_BEFORE = (" or ", " oder ", " ou ", " lub ", " eller ")
_KIND = re.compile(r"[^()]{0,30}?" + KIND_BEFORE.pattern[:-1] + r"[^()]{0,80}$")  # "at least one cloud platform (A, B"
SENTENCE = 300  # characters of a sentence that are looked at
# leads to who the employer is, on a line behind a list
_ABOUT = re.compile(r"\W{0,5}(?:About|Über|Sobre|Over|Om) (?=[A-Z])(?!(?:The|This|Our|Your?|Die|Das)\b)[^:.\n]{2,40}: ")
_CLOSE = re.compile(r"$|[.,;)!\n]| [–(-]| (?:but|aber|mais|pero|maar|too)\b")
_COLON = re.compile(r"(?: [\w-]{1,12}){0,2} ?:")
_APART = re.compile(r"[,;:()\n]")
LEAD = 30  # characters from the start of a line within which its first words stand
_BREAK = re.compile(r"[,;:.–—]|\b(?:but|using|with|via|by|only|sondern|mais|through|while|that|which|who|to)\b")


class Place(NamedTuple):
    """Where a term stands, and its kind."""

    start: int
    end: int
    section: str
    category: str
    is_core: bool = False  # of generative AI


class Cue(NamedTuple):
    """A cue word at its place; `kind` as in `lexicon/cues.csv`."""

    start: int
    end: int
    kind: str


def strengths(
    text: str,
    mentions: Sequence[Place],
    cues: Sequence[Cue],
    kinds: Set[str],
    bounds: tuple[int, int],
    employer: str = "",
    is_offer: bool = False,
) -> list[str]:
    """The strength of each mention of one sentence of a line (they come in order, one at least), one of the keys of
    `RANK`. `kinds` are those of the cues, `bounds` those of the sentence. `is_offer`: a product's list."""
    section = mentions[0].section
    if len(cues) > MOST_CUES:
        cues = cues[:MOST_CUES]
        kinds = frozenset([cue.kind for cue in cues])
    if section == "role" and "skill" in kinds and _is_named(cues, mentions):
        kinds = kinds - {"skill"}
    alone = _alone(text, mentions, kinds, cues)
    if section in ("requirements", "role") and _TOLD.isdisjoint(kinds):
        is_firm = _ABOUT.match(text, bounds[0], mentions[0].start) is not None
        around = text[max(bounds[0], mentions[0].start - SENTENCE) : min(bounds[1], mentions[-1].end + SENTENCE)]
        if is_firm or tells_of_others(around, employer):
            return ["none" if is_firm or one.is_core else asked for asked, one in zip(alone, mentions, strict=True)]
    if section in _SPOKEN and len(mentions) <= MOST_SPOKEN:
        alone = _spoken(text, mentions, alone, bounds, employer, is_offer)
    elif section in ("requirements", "benefits") and _SKILLED.isdisjoint(kinds):
        alone = _done(text, mentions, alone, bounds[0])
    alone = _mended(text, bounds[0], alone, mentions)
    if "required" not in alone and _DENYING.isdisjoint(kinds):
        return alone
    return _grouped(text, mentions, alone, cues, kinds)


def _grouped(text: str, mentions: Sequence[Place], alone: list[str], cues: Sequence[Cue], kinds: Set[str]) -> list[str]:
    """The strengths by the lists in which the names stand: what is denied, and of what is required the choices."""
    cues = () if _LISTING.isdisjoint(kinds) else [cue for cue in cues if cue.kind in _LISTING]
    if not cues and len(mentions) == 1:
        one = mentions[0]
        is_choice = text.startswith(_OR_AFTER, one.end) or text.endswith(_OR_BEFORE, 0, one.start)
        return ["required_any"] if is_choice else alone
    found: list[str] = []
    denied = -ANY_REACH
    for chain in _chains(text, mentions):
        asked = alone[len(found) : len(found) + len(chain)]
        is_denied = cues and (_is_negated(text, chain, cues) or _goes_on(text, denied, chain[0].start))
        denied = chain[-1].end if is_denied else denied
        if is_denied or chain[0].section == "notice":  # a notice takes nothing from what is asked
            asked = ["none" if one.section == "notice" else "negated" for one in chain]
        elif "required" in asked and (choices := _choices(text, chain, cues)):
            asked = ["required_any" if one == "required" and at in choices else one for at, one in enumerate(asked)]
        found += asked
    return found


def _mended(text: str, low: int, alone: list[str], mentions: Sequence[Place]) -> list[str]:
    """The strengths, mild in a list of wishes, and none where a name is the work of others."""
    if low and text[low - 1] == ";" and "required" in alone and is_wished(text, low):
        alone = ["preferred" if asked == "required" else asked for asked in alone]
    for at, one in enumerate(mentions):
        if one.is_core and alone[at] in ("duty", "required"):
            before = text[max(low, one.start - SENTENCE) : one.start]
            alone[at] = "none" if is_of_partner(before) else alone[at]
    return alone


def _spoken(
    text: str, mentions: Sequence[Place], alone: list[str], bounds: tuple[int, int], employer: str, is_offer: bool
) -> list[str]:
    """The strengths in a sentence that no list rules, those left open decided by whom it speaks of."""
    if _OPEN.isdisjoint(alone):
        return alone
    low, high = max(bounds[0], mentions[0].start - SENTENCE), bounds[1]
    if is_offer and mentions[0].section == "intro" and "." not in text[:low]:
        return ["none"] * len(alone)
    found: list[str] = []
    told: dict[tuple[str, bool, int, int], str] = {}
    for asked, mention in zip(alone, mentions, strict=True):
        if asked in _OPEN:
            end = min(clause(text, low, high, mention.end, employer), mention.end + SENTENCE)
            key = mention.section, mention.is_core, mention.end if mention.is_core else end, end
            if key not in told:
                told[key] = asks(speech(text[low : key[2]], text[key[2] : end], employer), *key[:2])
            asked = asked if told[key] == "none" else told[key]
        found.append(asked)
    return found


def _done(text: str, mentions: Sequence[Place], alone: list[str], low: int) -> list[str]:
    """The strengths in a sentence among requirements or benefits, those of what is to be done mended."""
    low = max(low, mentions[0].start - SENTENCE)
    will = WILL_DO.search(text, low, mentions[-1].start)
    if not will:
        return alone
    at = will.end() - 2
    return ["duty" if o in ("required", "none") and at <= m.start else o for o, m in zip(alone, mentions, strict=True)]


def _is_named(cues: Sequence[Cue], mentions: Sequence[Place]) -> bool:
    """Whether whatever asks for skills is a part of a name, and so asks for none: "suivi d'expériences"."""
    asking = [cue for cue in cues if cue.kind == "skill"]
    return all(any(m.start <= cue.start and cue.end <= m.end for m in mentions) for cue in asking)


def moved_section(text: str, low: int, section: str, kinds: Set[str]) -> str:
    """The section that a GenAI term belongs to by the words of its sentence, which begins at `low`: one about the
    application or about a licence is so under any heading.
    """
    is_use = USE.search(text, low, low + SENTENCE) is not None
    if kinds >= {"paper", "written"} or ("ban" in kinds and is_use):
        return "notice"
    if "notice_strong" in kinds:
        return "notice"
    if "notice" in kinds and is_use and ("negate_next" in kinds or YOU_MAY.search(text, low, low + SENTENCE)):
        return "notice"
    if section == "notice" and "notice" not in kinds and not is_use and kinds & {"negate_next", "negate_prev"}:
        return "company"
    is_told = is_use and "benefit" in kinds and AS_TOOL.search(text, low, low + SENTENCE) is not None
    if "benefit" in kinds and not is_told and OFFER.match(text, low):
        return "benefits"
    if section in ("requirements", "preferred", "duties") or kinds & {"role", "skill", "required", "preferred"}:
        return section
    is_tool = is_told or ("assistant" in kinds and is_use)  # "we have licences for A and use it daily"
    return "notice" if "notice" in kinds else "benefits" if "benefit" in kinds and not is_tool else section


def _chains(text: str, mentions: Sequence[Place]) -> list[Sequence[Place]]:
    """The mentions grouped into lists: "A, B or C" is one."""
    chains: list[Sequence[Place]] = []
    first = 0
    for at in range(1, len(mentions)):
        gap = text[mentions[at - 1].end : mentions[at].start]
        if len(gap) > 12 or not LINK.fullmatch(gap):
            chains.append(mentions[first:at])
            first = at
    chains.append(mentions[first:])
    return chains


def _choices(text: str, chain: Sequence[Place], cues: Sequence[Cue]) -> set[int]:
    """Which of a list are alternatives: "A or B", "A, B or C", "A/B"; but of "A, B or C, D" only B and C."""
    start = chain[0].start
    is_or_after = text.startswith(_OR_AFTER, chain[-1].end)
    if is_or_after and len(chain) == 1:
        return {0}
    found = {0} if text.endswith(_OR_BEFORE, 0, start) else set()
    if cues:
        found |= {n for n, one in enumerate(chain) if _is_example(text, one, cues) or _is_one_of_more(text, one, cues)}
    if len(chain) == 1:
        return found
    if text[start - 1 : start] == "(" and KIND_BEFORE.search(text, max(0, start - 20), start):
        return set(range(len(chain)))
    joints = [_joint(text, chain, at) for at in range(1, len(chain))] + ["or"] * is_or_after
    if "or" not in joints and "/" not in joints:
        return found
    # a language is no alternative to a library, nor is SQL to another language
    is_language = [one.category == "language" and text[one.start : one.end] != "SQL" for one in chain]
    for at, joint in enumerate(joints):
        if joint in ("or", "/"):
            found |= {at, at + 1}
        if joint == "or" and not (at + 1 < len(joints) and joints[at + 1] == ","):
            while at and joints[at - 1] in (",", "or", "/") and is_language[at] == is_language[at - 1]:
                at -= 1
                found.add(at)
    return found


def _joint(text: str, chain: Sequence[Place], at: int) -> str:
    """What stands between a mention and the one before: "or", "/", "," or something else."""
    gap = text[chain[at - 1].end : chain[at].start]
    if gap == ", ":
        return ","
    if ("(" in gap and "(or" not in gap) or ")" in gap:
        return "("
    if _OR.search(gap) or (gap == " of " and not _IDEAS & {chain[at - 1].category, chain[at].category}):
        return "or"  # "Jenkins of GitLab CI" is Dutch, "monitoring of models" is not
    if "/" in gap:
        return "/" if chain[at].category == chain[at - 1].category else ","
    return "," if gap.strip() == "," else "and"


def _is_negated(text: str, chain: Sequence[Place], cues: Sequence[Cue]) -> bool:
    start, end, section = chain[0].start, chain[-1].end, chain[0].section
    for cue in cues:
        if cue.kind == "negate_next" and _reaches(text, cue.end, start):
            return True
        if cue.kind == "negate_prev" and cue.end < start and (text[cue.end] == ":" or _fills(text, cue.end, start)):
            return True  # "Not needed: A, B or C"; "Não é necessária experiência com A"
        is_after = cue.kind == "negate_prev" and section != "preferred" and 0 <= cue.start - end <= 2 * REACH
        if is_after and (not re.search(r"[,;:]", text[end : cue.start]) or is_condition(text, start)):
            return True
    return False


def _goes_on(text: str, end: int, start: int) -> bool:
    """Whether what is denied up to `end` is so at `start`: "no building of A or tuning of B"."""
    return 0 <= start - end <= REACH and bool(_OR.search(text, end, start)) and not _BREAK.search(text, end, start)


def _reaches(text: str, end: int, start: int) -> bool:
    """Whether a negation that ends at `end` is about the name at `start`."""
    if 0 <= start - end <= REACH and not _BREAK.search(text, end, start):
        return True
    return _fills(text, end, start)


def _fills(text: str, end: int, start: int) -> bool:
    """Whether only words like "any previous experience with" stand between a negation and a name."""
    return REACH // 2 < start - end <= 3 * REACH and FILLER.fullmatch(text, end, start) is not None


def _alone(text: str, mentions: Sequence[Place], kinds: Set[str], cues: Sequence[Cue]) -> list[str]:
    """The strengths by section and cue, leaving alternatives aside."""
    is_plain = _PLACED.isdisjoint(kinds)
    found: list[str] = []
    for mention in mentions:
        section = mention.section
        is_given = not kinds or (is_plain and section in _HEADED)
        found.append(_BY_SECTION.get(section, "none") if is_given else _asked(text, mention, kinds, cues))
    return found


def _asked(text: str, mention: Place, kinds: Set[str], cues: Sequence[Cue]) -> str:
    """The strength of one mention of a sentence with cues."""
    section = mention.section
    given = _BY_SECTION.get(section, "none")
    if given == "none":
        if section == "intro" and "soft" in kinds and _is_softened(text, mention, cues):
            return "preferred"
        near = [cue for cue in cues if cue.start < mention.end or not CONTRAST.search(text, mention.end, cue.start)]
        return _asked_unzoned(text, mention, {cue.kind for cue in near}, near)
    word = _nearest(text, mention, cues) if kinds & _WORDS else ""
    if not word and "soft" in kinds and section == "requirements" and _is_softened(text, mention, cues):
        word = "preferred"
    if word:
        return word
    is_demand = section == "role" and "skill" in kinds and "role" not in kinds
    return "required" if is_demand else given


def _asked_unzoned(text: str, mention: Place, kinds: Set[str], cues: Sequence[Cue]) -> str:
    """Outside the sections about the role only a sentence that speaks of the applicant asks for anything."""
    section = mention.section
    if section not in ("intro", "company"):
        return "none"
    is_about_you = "role" in kinds or section == "intro"
    if is_about_you and kinds & {"skill", "required"}:
        return _nearest(text, mention, cues) or "required"
    if "role" in kinds and section == "intro":
        return _nearest(text, mention, cues) or "duty"
    return "preferred" if section == "intro" and "preferred" in kinds else "none"


def _nearest(text: str, mention: Place, cues: Sequence[Cue]) -> str:
    """ "preferred" or "required", whichever is said nearest to the mention; "" when neither is."""
    best, word = 1 << 30, ""
    for cue in cues:
        if cue.kind == "preferred_next" and cue.end > mention.start:
            continue
        if cue.kind in _WORDS:
            distance = max(mention.start - cue.end, cue.start - mention.end)
            if distance < best and not _is_aside(text, mention, cue):
                best, word = distance, cue.kind.removesuffix("_next")
    return word


def _is_aside(text: str, mention: Place, cue: Cue) -> bool:
    """Whether a cue speaks of another thing in its own parenthesis: "Java (Kotlin is a plus)"."""
    if cue.start >= mention.end:
        opened = text.rfind("(", mention.end, cue.start)
        return opened >= text.rfind(")", mention.end, cue.start) + 1 and text[opened + 1 : cue.start].strip() != ""
    closed = text.find(")", cue.end, mention.start)
    is_closed = closed >= 0 and "(" not in text[cue.end : closed] and text[closed + 1 : closed + 2] != ":"
    return is_closed and not text[: cue.start].rstrip().endswith("(")


def _is_softened(text: str, mention: Place, cues: Sequence[Cue]) -> bool:
    """Whether a mild word ends the clause of a mention, "some Go helps", or opens its line, "Great extras: Go"."""
    for start, end, kind in cues:
        if kind != "soft":
            continue
        is_early = max(text.rfind(mark, 0, start) for mark in ("\n", ". ")) >= start - LEAD
        if is_early and end <= mention.start and _COLON.match(text, end):
            return True
        gap = text[mention.end : start].rstrip() if mention.end <= start <= mention.end + ANY_REACH else ";"
        if not _APART.search(gap, 0, len(gap) - 1) and _CLOSE.match(text, end):
            return True
    return False


def _is_example(text: str, mention: Place, cues: Sequence[Cue]) -> bool:
    """Whether the mention stands in a list of examples: "such as A, B"."""
    start = mention.start
    for first, last, kind in cues:
        if kind != "any_next" or not 0 <= start - last <= ANY_REACH:
            continue
        is_open = not _is_closed(text[last:start]) or _KIND.match(text, last, start)
        if is_open and not (start - last <= 2 and text.endswith(_ONE, first, last)):
            return True
    return False


def _is_one_of_more(text: str, mention: Place, cues: Sequence[Cue]) -> bool:
    """Whether others would do, unnamed or of a named kind: "A or similar", "A or another database"."""
    start, end = mention.start, mention.end
    for first, last, kind in cues:
        if kind != "any_prev":
            continue
        if 0 <= start - last <= 2 and text[last:start] != ", ":
            return True
        gap = text[end:first]
        if 0 <= first - end <= ANY_REACH // 2 and (not _is_closed(gap) or gap.strip() == "("):
            return True
    return False


def _is_closed(gap: str) -> bool:
    """Whether a parenthesis begins or ends in it."""
    return gap.count("(") != gap.count(")")
