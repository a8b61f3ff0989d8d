"""Two or three amounts that make one range because each end has its own word: "$118,000 to start, $151,000 at the top".

Whether words beside two amounts name their ends is asked last, when no dash or "to" stands between them alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from analytics.pay_table import Amount, is_column

_LADDER_CHARS = 160
_STEEP, _NARROW = 5.0, 2.5  # the most that the upper end can be of the lower one
_HEAD_CHARS, _TAIL_CHARS = 70, 45


def by_ends(phrases: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """The phrases by their last two characters, for `ends_in`."""
    found: dict[str, list[str]] = {}
    for phrase in phrases:
        found.setdefault(phrase[-2:], []).append(phrase)
    return found


UNIT = (
    r"(?:/ ?|per |an? |pro |por )(?:hours?|hr|h|years?|yr|annum|months?|mo|weeks?|days?"
    r"|stunde|monat|jahr|hora|mes)\b\.?"
)
_OF_RANGE = (
    r"(?: (?:of|in) (?:the |our |this |its |that )?(?:(?:pay|salary|hiring) )?(?:range|band|scale|grade|spine)"
    r"| (?:for|in) (?:this|the|our) (?:role|job|position|post|level|grade))?"
)
_OF_PAY = r"(?: (?:(?:base|annual|hourly) )?(?:salary|pay|compensation|rate|wage))?"
_GAP = rf"(?:[ ]?{UNIT})?[\s,;/|.•·*–-]{{0,5}}(?:(?:pay |salary )?range )?"
_OF_WHAT = (
    r"\.?(?: (?:of (?:the )?(?:pay |salary )?range|(?:base |annual )?(?:salary|pay|compensation)))?(?: is| of)?"
    r"[\s:–-]{1,3}"
)
_MAX = re.compile(
    rf"{_GAP}(?:and |to )?(?:(?:the|a) )?(?:max(?:imum)?|up to|high(?:est)?|top|upper(?: end)?){_OF_WHAT}", re.I
)
_MID = re.compile(rf"{_GAP}(?:mid(?:[- ]?point|dle)?|median|market|target){_OF_WHAT}", re.I)
# "$111,000 minimum, $139,000 midpoint, $167,000 maximum"
_LOW_BEHIND = re.compile(rf"\s\(?(?:min(?:imum)?|low|entry|start|floor){_OF_RANGE}\)?[\s,;/|–-]{{1,4}}", re.I)
_MID_BEHIND = re.compile(
    rf"\s\(?(?:mid(?:[- ]?point|dle)?|median|target){_OF_RANGE}\)?[\s,;/|–-]{{1,4}}(?:and )?", re.I
)
_MIN = by_ends((
    "minimum salary", "minimum pay", "min salary", "min. salary", "minimum base salary", "minimum annual salary",
    "min", "min.", "minimum", "from", "starting", "starting at", "starting from", "low", "lowest", "lower end",
    "minimum of range", "minimum of the range", "minimum of the pay range", "minimum compensation",
))  # fmt: skip
_TIME = rf"(?:\s?{UNIT}|\s(?:hourly|daily|weekly|monthly|yearly|annually|gross|brutto|bruto)\b)?"
# What a bracket says of an end: "(85%)", "(step 1)", "(Einstieg)"; not of another kind of pay or of contract
_BRACKET = (
    r"\((?![^()]*\b(?:base|ote|bonus|equity|total|variable|target|fixed|perm\w*|contract\w*|b2b|uop|umow\w*|w-?2|1099"
    r"|c2c|inside|outside|full|part|freelance|on[- ]call)\b)(?:[^()\d$€£\n;]|(?<!\d)\d{1,3}(?!\d)){1,40}\)"
)
_LOWEST = (
    r"(?:min(?:imum|imal|imaal|d\.|destens|\.)?|einstieg\w{0,9}|lägst\w?|mín(?:im[oa]|\.)?"
    r"|minim[oaie]|floor|low(?:er|est)?(?: end| point| step| rate)?"
    r"|bottom(?: end| step)?|base|start(?:er|ing)?(?: point)?|entry(?:[- ]level)?(?: point)?)"
)
_HIGHEST = (
    r"(?:max(?:imum|imal|imaal|\.)?|höchstens|högst\w?|maks(?:imum|ymalnie|imalt|\.)?|máx(?:im[oa]|\.)?|massim[oaie]|maxim[oaie]|ceiling|cap|plafond"
    r"|(?:top|upper|high(?:er|est)?)(?: end| point| limit| step| rate)?)"
)
# Behind the lower end: "to start", "at the bottom of the band", "at point 1"
_LOW_WORD = (
    rf",? (?:(?:as |at |for |on )?(?:the |an? |our )?{_LOWEST}(?![^\W\d_]){_OF_RANGE}"
    r"|to (?:start|begin)(?: with| out)?\b|starting(?: out| pay| salary| rate)?\b"
    r"|(?:on|at|upon) (?:appointment|joining|entry|hire|day one)\b|in (?:the first year|year (?:one|1))\b"
    r"|at (?:level|grade) (?:one|[a-z]\b|\d{1,2})|(?:at |on )?(?:step|point) (?:one|[a-z]\b|\d{1,2}))"
)
_REMARK = re.compile(rf"(?P<unit>{_TIME})(?:\s?{_BRACKET}|{_LOW_WORD})(?P<unit_behind>{_TIME})(?=[\s,–—-])", re.I)
_COMMA = re.compile(r"[,;](?= )")
_LOW_BEFORE = re.compile(
    rf"(?<![^\W\d_])(?:{_LOWEST}|from|ab|von|desde|dès|od|vanaf|från|fra|a partire? d[ae]|à partir de"
    rf"|(?:starts|starting|begins?|opens?))(?![^\W\d_]){_OF_RANGE}{_OF_PAY}"
    r"(?: (?:is|of|at|from|out at|are|bei))?[\s:–-]{0,3}$",
    re.I,
)
_RISES = (
    r"(?:up to|bis(?: zu)?|tot|hasta|até|jusqu['’]à|fino a|upp till|až do"
    r"|(?:top(?:s|ping)?|max(?:es|ing)?|cap(?:s|ped|ping)?) (?:it )?(?:out )?at"
    r"|(?:ris|go|grow|climb|increas|reach|end|finish|progress|mov)(?:es|ing|s)? ?(?:up |out )?(?:to|at|as high as)?)"
)
_HIGH_BEFORE = re.compile(
    rf"{_TIME}(?:\s?{_BRACKET})?(?:{_LOW_WORD})?[\s,;/|.•·*–-]{{0,5}}(?:(?:and|while|but|with|then|to|to a|a|und"
    r"|en|et|y|e|och|og) )?"
    r"(?:(?:after|with|nach|mit|après|avec|na|met|po|dopo|con|tras|após) (?:[^\W\d_]{1,12} ){1,3})?"
    r"(?:(?:it|they|the|an?|our|your|this|pay|salary|compensation|range|rate|annual|base|monthly|hourly|yearly|wage"
    rf"|which|that|can|will)(?: |[ ]?[-–:][ ])){{0,4}}(?:{_HIGHEST}(?![^\W\d_]){_OF_RANGE}{_OF_PAY}|{_RISES})"
    r"(?: (?:is|of|at|to|are|being))?[\s:–-]{1,3}",
    re.I,
)
_LOW_THEN = re.compile(
    rf"{_TIME}(?:\s?\({_LOWEST}\)|{_LOW_WORD}){_TIME}\s?[.,;/|–-]?\s(?:(?:and|then) )?"
    r"(?:(?:base|salary|pay)[: ]\s?)?",
    re.I,
)
_HIGH_BEHIND = re.compile(
    rf"{_TIME}(?:\s?\({_HIGHEST}|,? (?:(?:as |at |for )?(?:the |an? |our )?(?:very )?{_HIGHEST}"
    r"|at (?:step|point) \d))"
    r"(?![^\W\d_])",
    re.I,
)
_OTHER_MONEY = re.compile(
    r"[\s(]{0,2}(?:(?:in|of|annual|yearly|sign-on|signing|target|potential) ){0,2}"
    r"(?:bonus|equity|stocks?|rsus?|commission|relocation|allowance|stipend|ote)\b",
    re.I,
)
_IS_BASE = re.compile(rf"{_TIME}\s\(?(?:base|basic|fixed|fix)\b", re.I)
_IS_TARGET = re.compile(rf"{_TIME}\s\(?(?:ote|on[- ]target|total|tc|with bonus)\b", re.I)
# "£31,500, rising to £34,000 after a year, then £41,000": steps that are all told
_STEP_BEHIND = re.compile(r"[^.;\n]{0,40}\b(?:then|dann|puis|ensuite|daarna|luego|poi)\b", re.I)


def is_ladder(text: str, rungs: Sequence[Amount]) -> bool:
    """Whether the three are a minimum, a midpoint and a maximum, each under its name."""
    if len(rungs) < 3 or rungs[2].start - rungs[0].end > _LADDER_CHARS:
        return False
    low, middle, high = rungs
    if not low.value < middle.value < high.value <= _STEEP * low.value:
        return False
    head = text[max(0, low.start - 30) : low.start].lower().rstrip(" \n:–-")
    if is_column(text, low, middle, high):
        return True
    if _LOW_BEHIND.fullmatch(text[low.end : middle.start]) and _MID_BEHIND.fullmatch(text[middle.end : high.start]):
        return True
    is_named = ends_in(head, _MIN) and _MID.fullmatch(text[low.end : middle.start]) is not None
    return is_named and _MAX.fullmatch(text[middle.end : high.start]) is not None


def is_up_to(between: str, head: str) -> bool:
    """Whether "maximum" stands between two amounts and "minimum" ends what stands before them."""
    if _MAX.fullmatch(between) is None:
        return False
    return ends_in(head.lower().rstrip(" \n:").removesuffix(" is").removesuffix(" of"), _MIN)


def without_remark(between: str) -> str:
    """What stands between two amounts without what is said of the lower one: " (step 1) to " is " to "."""
    found = _REMARK.match(between) if len(between) > len(" (a)") else None
    if found is None:
        return between
    rest = between[found.end() :]
    return (found["unit"] or found["unit_behind"] or "") + (rest[1:] if _COMMA.match(rest) else rest)


def has_named_ends(text: str, first: Amount, second: Amount, between: str) -> bool:
    """Whether the words beside two amounts of one currency call one the lower and the other the upper end."""
    if not first.value < second.value <= _NARROW * first.value:
        return False
    is_money = all(a.mark or a.scale or a.grouped for a in (first, second)) and (first.mark or second.mark)
    if not is_money or (first.mark and second.mark and first.mark != second.mark):
        return False
    tail = text[second.end : second.end + _TAIL_CHARS]
    if _OTHER_MONEY.match(tail) or _STEP_BEHIND.match(tail):
        return False
    if _HIGH_BEFORE.fullmatch(between):
        head = text[max(0, first.start - _HEAD_CHARS) : first.start]
        return _LOW_BEFORE.search(head) is not None or _LOW_THEN.match(f"{between} ") is not None
    return _LOW_THEN.fullmatch(between) is not None and _HIGH_BEHIND.match(tail) is not None


def are_two_kinds(between: str, tail: str) -> bool:
    """Whether base pay and what is on target stand side by side: "$150k base - $190k OTE"."""
    return _IS_BASE.match(between) is not None and _IS_TARGET.match(tail) is not None


def ends_in(head: str, phrases: Mapping[str, Sequence[str]]) -> bool:
    """Whether `head`, lowered, ends in one of the phrases as whole words."""
    for phrase in phrases.get(head[-2:], ()):
        if head.endswith(phrase) and not head[: -len(phrase)][-1:].isalnum():
            return True
    return False
