"""The one way from a stranger's HTML to a tree: what would cost the parser more than linear time is refused before.

The parser works once through all open elements at each tag, opens unclosed formatting anew in each block, and compares
each attribute of a tag with all before it. `_work` adds that up as a bound from above: an element counts as closed only
where the parser must see it so, all else as open. An ordinary page spends a fiftieth of what it may.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from selectolax.lexbor import LexborHTMLParser

HARMLESS_TAGS: Final = 1_000  # with so few tags on so few characters nothing can be costly
HARMLESS_CHARACTERS: Final = 20_000
LEAST_WORK: Final = 2_500_000  # steps of about 5 ns
WORK_A_CHARACTER: Final = 200
REOPENED: Final = 20  # steps for an element made anew
ALIKE: Final = 3  # of formatting elements that are alike so many are opened anew (Noah's Ark clause)
LONG_TAG: Final = 200  # characters
NEAR: Final = 40  # open elements that an end tag may close with its own


def _names(told: str) -> frozenset[str]:
    return frozenset(told.split())


VOID: Final = _names("area base br col embed hr img input link meta param source track wbr")
BREAKOUT: Final = _names("br embed hr img meta")  # of these the ones that are void in foreign content too
KEPT: Final = _names("html body")  # later ones add their attributes to the first
FORMATTING: Final = _names("a b big code em font i nobr s small strike strong tt u")
ENDED_BY: Final = {  # which open elements a start tag closes, where only those of `PASSED` lie above them
    "p": _names("p"), "li": _names("li"), "dd": _names("dd dt"), "dt": _names("dd dt"),
    "td": _names("td th"), "th": _names("td th"), "tr": _names("tr"),
}  # fmt: skip
PASSED: Final = {"tr": _names("p td th")}
OVER: Final = FORMATTING | _names("p li dd dt span")  # an end tag of none of these closes them with its own element
RAW: Final = _names("script style textarea title xmp iframe noembed noframes plaintext")
ODD: Final = _names("svg math select frameset")  # in which raw elements may be ordinary ones
_WS = r" \t\n\f\r"
_NAME = rf"[^{_WS}/>][^{_WS}/>=]*+"
_VALUE = rf"(?:[{_WS}]*+=[{_WS}]*+(?:\"[^\"]*+\"|'[^']*+'|[^{_WS}>\"'][^{_WS}>]*+)?+)?+"
_ATTRIBUTE = re.compile(f"({_NAME}){_VALUE}")
_TOKEN = re.compile(
    rf"<(?:(/?)([a-zA-Z][^{_WS}/>]*+)((?:[{_WS}/]++|{_NAME}{_VALUE})*+)>?"
    r"|!--(?:-?>|.*?(?:--!?>|\Z))|(!\[)|[!?/][^>]*+)",
    re.S,
)
_OPENING = re.compile(rf"<([a-zA-Z][^{_WS}/>]*+)")
_RAW_END = {name: re.compile(rf"</{name}(?=[{_WS}/>])", re.I) for name in RAW - {"plaintext"}}
_RAW_END["plaintext"] = re.compile(r"\Z")
_P = _names("p")


class TooCostly(ValueError):
    """Markup nested, left open or attributed so much that a parser would take no end."""

    def __init__(self) -> None:
        super().__init__("markup nested or attributed beyond measure")


def parse_html(html: str) -> LexborHTMLParser:
    """The tree of a page or of a piece of one; TooCostly where its making would take more than linear time."""
    if is_costly(html):
        raise TooCostly
    return LexborHTMLParser(html)


def is_costly(html: str, most: int | None = None) -> bool:
    """Whether a parser would take more than linear time, or than `most` steps of 5 ns; told in linear time."""
    if len(html) <= HARMLESS_CHARACTERS and html.count("<") <= HARMLESS_TAGS:
        return False
    return _is_beyond(html, LEAST_WORK + WORK_A_CHARACTER * len(html) if most is None else most)


def _is_beyond(html: str, most: int) -> bool:
    open_: list[str] = []
    formats: Counter[str] = Counter()  # by the whole tag
    at = n_formatting = n_kept = 0
    is_odd = False
    while (token := _TOKEN.search(html, at)) is not None:
        at, name = token.end(), (token[2] or "").lower()
        if not name:
            if token[4] and is_odd:
                return _is_beyond_unclosed(html, at, most, len(open_), n_formatting)
            at = _end_of(html, ">", at) if token[4] else at
            continue
        if name in KEPT and not token[1]:
            n_kept += len(_ATTRIBUTE.findall(token[3]))
            most -= n_kept * n_kept // 3
        most -= _work(token, len(open_) + REOPENED * n_formatting)
        if most < 0:
            return True
        if token[1]:
            n_formatting -= _close(open_, name) and name in FORMATTING
        elif name not in VOID or (is_odd and name not in BREAKOUT):
            _open(open_, name)
            is_odd = is_odd or name in ODD
            if name in FORMATTING:
                formats[token[0]] += 1
                n_formatting += formats[token[0]] <= ALIKE
        ending = at if token[1] or name not in RAW else _raw_end(html, at, name)
        if (is_odd and "<" in html[at:ending]) or (name == "script" and _is_doubled(html, at, ending)):
            return _is_beyond_unclosed(html, at, most, len(open_), n_formatting)
        at = ending
    return False


def _open(open_: list[str], name: str) -> None:
    """A start tag closes what cannot lie around it, when nothing lies above that but what is closed with it."""
    ended, passed = ENDED_BY.get(name), PASSED.get(name, _P)
    if ended is not None:
        back = 1
        while back <= len(open_) and open_[-back] not in ended and open_[-back] in passed:
            back += 1
        if back <= len(open_) and open_[-back] in ended:
            del open_[-back:]
    open_.append(name)


def _close(open_: list[str], name: str) -> bool:
    """Whether an end tag surely closes an element of its name; formatting only when nothing lies above it."""
    if name in KEPT:
        return False
    for back in range(1, min(1 if name in OVER else NEAR, len(open_)) + 1):
        if open_[-back] == name:
            del open_[-back:]
            return True
        if open_[-back] not in OVER:
            return False
    return False


def _work(token: re.Match[str], a_tag: int) -> int:
    if token.end() - token.start() <= LONG_TAG:
        return a_tag
    names = _ATTRIBUTE.findall(token[3])
    return a_tag + len(names) * len(set(names)) // 3


def _is_doubled(html: str, at: int, ending: int) -> bool:
    """Whether a script may go on behind what looks like its end."""
    start = html.find("<!--", at, ending)
    return start >= 0 and "<script" in html[start:ending].lower()


def _end_of(html: str, sign: str, at: int) -> int:
    found = html.find(sign, at)
    return len(html) if found < 0 else found + 1


def _raw_end(html: str, at: int, name: str) -> int:
    ending = _RAW_END[name].search(html, at)
    return ending.start() if ending else len(html)


def _is_beyond_unclosed(html: str, at: int, most: int, n_open: int, n_formatting: int) -> bool:
    """The same, from where on a parser may see other tags than we do: nothing is believed to be closed."""
    for opening in _OPENING.finditer(html, at):
        most -= n_open + REOPENED * n_formatting
        if most < 0:
            return True
        name = opening[1].lower()
        n_open += name not in BREAKOUT
        n_formatting += name in FORMATTING
    return False
