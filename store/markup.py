"""The one way from a stranger's HTML to a tree: what would cost the parser more than linear time is refused before.

The parser works once through all open elements at each tag, opens unclosed formatting anew in each block, and compares
each attribute of a tag with all before it. `_work` adds that up as a bound from above: what cannot be told from the
text alone counts as open. An ordinary page spends a fiftieth of what it may.
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser

HARMLESS_TAGS: Final = 1_000  # with so few tags on so few characters nothing can be costly
HARMLESS_CHARACTERS: Final = 20_000
LEAST_WORK: Final = 2_500_000  # steps of about 5 ns
WORK_A_CHARACTER: Final = 200
REOPENED: Final = 20  # steps for an element made anew
LONG_TAG: Final = 2_000  # characters
# No end tag is waited for: the next of its kind ends it, or nothing is put into it, in foreign content too.
FLAT: Final = frozenset(("p", "li", "dt", "dd", "br", "img", "hr", "meta", "embed"))
CELLS: Final = frozenset(("tr", "td", "th", "thead", "tbody", "tfoot"))  # likewise, but in foreign content
KEPT: Final = frozenset(("html", "body"))  # later ones add their attributes to the first
FORMATTING: Final = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
RAW: Final = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"))
ODD: Final = frozenset(("svg", "math", "select", "frameset"))  # in which raw elements may be ordinary ones
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
    at = n_formatting = 0
    is_odd = False
    while (token := _TOKEN.search(html, at)) is not None:
        at, name = token.end(), (token[2] or "").lower()
        most -= _work(token, len(open_) + REOPENED * n_formatting) if name else 0
        if most < 0:
            return True
        if token[1]:
            if open_ and open_[-1] == name and name not in KEPT:
                open_.pop()
                n_formatting -= name in FORMATTING
        elif name and name not in FLAT and (is_odd or name not in CELLS):
            open_.append(name)
            n_formatting += name in FORMATTING
            is_odd = is_odd or name in ODD
        ending = at if token[1] or name not in RAW else _raw_end(html, at, name)
        if is_odd and (token[4] or "<" in html[at:ending]):
            return _is_beyond_unclosed(html, at, most, len(open_), n_formatting)
        at = ending
    return False


def _work(token: re.Match[str], a_tag: int) -> int:
    if token.end() - token.start() <= LONG_TAG:
        return a_tag
    names = _ATTRIBUTE.findall(token[3])
    return a_tag + len(names) * len(set(names)) // 3


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
        n_open += name not in FLAT
        n_formatting += name in FORMATTING
    return False
