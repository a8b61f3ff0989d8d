"""Where a page carries its JobPosting objects, and how broken ones are mended.

The page is scanned, not parsed: what a stranger nests without end costs a parser the square of its depth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final, NamedTuple

from selectolax.lexbor import LexborNode

from crawler.spiders import fields, listing
from store.markup import TooCostly, parse_html

MOST_POSTINGS: Final = 500
MOST_PROPERTIES: Final = 300
MOST_COMMAS: Final = 60
DEEPEST: Final = 12
ITEM_CHARACTERS: Final = 100_000  # of a page, from the tag of a microdata posting on
HOLDERS: Final = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item")
GUARDS: Final = ("\ufeff", "<!--", "-->", "//", "/*", "*/", "<![CDATA[", "<!]]>", "]]>", ";")
CHARSETS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252", "cp1252": "cp1252"}
CHARSETS |= {name: name for name in ("iso-8859-2", "iso-8859-15", "windows-1250", "windows-1251", "koi8-r")}
CHARSETS |= {name: name for name in ("shift_jis", "euc-jp", "euc-kr", "big5", "gb2312", "gbk", "gb18030", "utf-16")}
_OPENING = re.compile(r"<!--|<script(?=[\s>])([^<>]{0,2000})>", re.I)
_SCRIPT_END = re.compile(r"</script", re.I)
_TYPE = re.compile(r"""(?<![\w-])type\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))?')
_MEMBER = re.compile(r'"[^"\n]{1,60}"\s*:|\{')
_ITEM = re.compile(r"<[a-z][^<>]{0,1000}?\sitemtype\s*=\s*[\"']?https?://schema\.org/JobPosting\b", re.I)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]{1,20})", re.I)
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,300})", re.I)
_CHALLENGE = re.compile(
    r"(?:just|one) (?:a )?moment|attention required|access (?:to this page has been )?denied|please wait|"
    r"(?:are you|you are not) a? ?robot|robot check|security check|verif(?:y|ying)\b|human verification|"
    r"checking your browser|pardon our interruption|request (?:rejected|blocked)|forbidden|40[13]\b|50\d\b|"
    r"service unavailable|too many requests|client challenge|ddos",
    re.I,
)
_PAGE_END = re.compile(r"</(?:html|body)\s*>", re.I)
_ITEMS = '[itemtype$="schema.org/JobPosting"]'


class Found(NamedTuple):
    """The JobPosting objects of a page, how many of its scripts name one but cannot be read, and how many objects are
    left out of a page that has more than it may have."""

    postings: list[dict[str, Any]]
    n_unreadable: int
    n_left: int


def job_postings(html: str) -> list[dict[str, Any]]:
    """Every JobPosting object of a page, in its order; [] when it has none that can be read."""
    return read_page(html)[0]


def read_page(html: str) -> tuple[list[dict[str, Any]], int]:
    """The JobPosting objects of a page, and how many of its scripts or items name one but cannot be read."""
    return read_whole(html)[:2]


def read_whole(html: str) -> Found:
    """What a page holds of JobPosting objects, in its order: the first `MOST_POSTINGS`, and what is not among them."""
    found: list[dict[str, Any]] = []
    n_unreadable = n_left = 0
    for script in _scripts(html):
        value = _loaded(script)
        found += _walk(value, 0)
        n_unreadable += value is None and "jobposting" in script.lower()
    try:
        found, n_left = (found, 0) if found else _microdata(html)
    except TooCostly:
        n_unreadable += 1
    return Found(found[:MOST_POSTINGS], n_unreadable, n_left + max(0, len(found) - MOST_POSTINGS))


def page_text(body: bytes, content_type: str) -> str:
    """The text of an HTML page in the character set that it names; NotAListing when it is written in another one."""
    if body.startswith(b"\xef\xbb\xbf"):
        return body.decode("utf-8-sig", "replace")
    told = _CHARSET.search(content_type) or _CHARSET.search(body[:2000].decode("ascii", "replace"))
    name = told[1].lower() if told else "utf-8"
    charset = CHARSETS.get(name, "utf-8")
    try:
        return body.decode(charset)
    except UnicodeDecodeError as error:
        raise listing.NotAListing(f"not {charset.upper()}: byte {error.start}") from None


def why_no_page(html: str) -> str:
    """Why a page without markup does not say that its posting is closed; "" when it may."""
    if not html.strip():
        return "empty body"
    if not re.match(r"[\s\ufeff]*<(?:!doctype html|html|head|body|!--|\?xml)", html, re.I):
        return "no page of HTML"
    if (title := _TITLE.search(html)) is not None and _CHALLENGE.match(unescape(title[1]).strip()):
        return f"a challenge, no page: {' '.join(unescape(title[1]).split())[:60]}"
    return "" if _PAGE_END.search(html[-5000:]) else "a page that is cut off"


def many(value: Any) -> list[Any]:
    """The entries of a list, or one value as the only entry; empty ones left out."""
    return [part for part in (value if isinstance(value, list) else [value]) if part not in fields.EMPTY]


def value_of(value: Any, key: str) -> str:
    """A text, or what an object (or the first of several) holds under `key`; entities are decoded."""
    for _ in range(DEEPEST):
        if isinstance(value, list):
            value = next(iter(many(value)), "")
        elif isinstance(value, dict):
            value = value.get(key, value.get("@value"))
    return unescape(fields.text(value)).strip()


def _scripts(html: str) -> Iterator[str]:
    """The texts of the JSON-LD scripts that no comment hides; the last one may be cut off."""
    at = 0
    while (opening := _OPENING.search(html, at)) is not None:
        if opening[1] is None:
            at = html.find("-->", opening.start() + 2)
            if at < 0:
                return
            continue
        ending = _SCRIPT_END.search(html, opening.end())
        at = ending.start() if ending else len(html)
        if _is_json_ld(opening[1]):
            yield html[opening.end() : at]


def _is_json_ld(attributes: str) -> bool:
    kind = _TYPE.search(attributes)
    return kind is not None and "ld+json" in unescape(kind[1] or kind[2] or kind[3] or "").lower()


def _loaded(script: str) -> Any:
    """The value of a script, mended where it can be; None when it cannot."""
    bare = _unguarded(script)
    for _ in range(2):
        bare = bare if '"' in bare else _unguarded(unescape(bare))
    for mended in (bare, _ESCAPE.sub(_legal, bare)):
        try:
            return _with_commas(mended)
        except (ValueError, RecursionError):
            continue
    return None


def _unguarded(script: str) -> str:
    """Without CDATA guards, comment marks and the like around the value, which begins and ends with a bracket."""
    bare = script.strip()
    for _ in range(DEEPEST):
        for guard in GUARDS:
            bare = bare.removeprefix(guard).removesuffix(guard).strip()
        bare = bare.removeprefix(">")
    return bare


def _legal(escape: re.Match[str]) -> str:
    if escape[1]:
        return escape[0]
    return f"\\u00{escape[2]}" if escape[2] else ""


def _with_commas(text: str) -> Any:
    """The JSON value; a comma that lacks between two members is set where the parser misses it."""
    for _ in range(MOST_COMMAS):
        try:
            return json.loads(text, strict=False, parse_constant=lambda _: None, object_pairs_hook=_members)
        except json.JSONDecodeError as error:
            if "delimiter" not in error.msg or _MEMBER.match(text, error.pos) is None:
                raise
            text = f"{text[: error.pos]},{text[error.pos :]}"
    raise ValueError("too many commas are missing")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object with keys as schema.org writes them: some pages write PascalCase."""
    told: dict[str, Any] = {}
    for key, value in pairs:
        name = key.lower() if key.isupper() else key[:1].lower() + key[1:]
        if name == key or name not in told:
            told[name] = value
    return told


def _walk(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for part in value:
            yield from _walk(part, depth + 1)
    elif isinstance(value, dict):
        if any(_last(kind) == "jobposting" for kind in many(value.get("@type"))):
            yield value
            return
        for name in HOLDERS:
            yield from _walk(value.get(name), depth + 1)


def _last(kind: Any) -> str:
    return re.split("[/#:]", fields.text(kind))[-1].strip().lower()


# microdata ---------------------------------------------------------------------------------------------------------


def _microdata(html: str) -> tuple[list[dict[str, Any]], int]:
    """The JobPosting items of a page without JSON-LD, and how many more it has; TooCostly when nested without end."""
    opening = _ITEM.search(html)
    if opening is None:
        return [], 0
    end = opening.start() + ITEM_CHARACTERS
    nodes = parse_html(html[opening.start() : end]).css(_ITEMS)
    n_behind = sum(1 for _ in _ITEM.finditer(html, end))
    return [_item(node, 0) for node in nodes[:MOST_POSTINGS]], n_behind + max(0, len(nodes) - MOST_POSTINGS)


def _item(item: LexborNode, depth: int) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for node in item.css("[itemprop]")[:MOST_PROPERTIES] if depth < DEEPEST else []:
        if _holder(node) != item.mem_id:
            continue
        value = _item(node, depth + 1) if "itemscope" in node.attributes else _printed(node)
        for name in (node.attributes.get("itemprop") or "").split():
            told[name] = [*many(told[name]), value] if name in told else value
    return told


def _holder(node: LexborNode) -> int:
    """The item that a property belongs to."""
    above = node.parent
    while above is not None and "itemscope" not in above.attributes:
        above = above.parent
    return above.mem_id if above is not None else 0


def _printed(node: LexborNode) -> str:
    told = node.attributes
    for name in ("content", "datetime", "href", "src"):
        if told.get(name):
            return str(told[name])
    inner = (node.inner_html or "").strip()
    return inner if "<" in inner else node.text().strip()
