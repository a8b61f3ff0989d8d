"""Postings out of pages that somebody saved: their JSON-LD or microdata, else the page itself.

A page without markup for machines is one posting: its heading is the title and its body the text. A posting is known
by its own id, else by its address or the page's, else by where the file lies; so the same page saved on another day is
the same posting, and pages of one name in several folders are several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from crawler.saved import Refused, Saved, is_placeholder, one_id, page_of
from crawler.saved_tables import posting_of, time_of
from crawler.spiders import fields, markup, schema_org
from store.markup import TooCostly, parse_html

Row = dict[str, Any]
JUNK: Final = "nav, header, footer, noscript, form, template, iframe, object"
_HIDDEN = re.compile(r"<!--|<(script|style|svg)(?=[\s/>])", re.I)
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,40};base64,[\w+/=%]++")
_HEAD_TAG = re.compile(r"<(?:link|meta)\s([^<>]{1,4000})>", re.I)
_PAIR = re.compile(r"""([\w:-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d{4}\)(\S{1,2048}) -->")


def page_rows(file: Saved) -> Iterator[Row | Refused]:
    """The postings of a page, each under `posting` of a row; Unreadable when it is no text."""
    html = page_of(file.path)
    address = _page_address(html)
    known = f"{file.folder}/{file.inside}"
    found = markup.read_whole(html)
    if found.n_unreadable:
        yield Refused("JSON-LD of a posting that cannot be read", found.n_unreadable)
    if found.n_left:
        yield Refused(f"more than {markup.MOST_POSTINGS} postings on one page", found.n_left)
    yield from _marked_up(found.postings, address, known)
    if not found.postings:
        yield _plain_page(html, address, known)


def _marked_up(rows: list[Row], address: str, known: str) -> Iterator[Row | Refused]:
    """The JobPosting objects of a page."""
    for row in rows:
        if n_left := schema_org.n_left_out(row):
            yield Refused(f"more than {schema_org.MOST_PARTS} places or pay ranges of one posting", n_left)
        url = _absolute(row, address) or address
        own = _own_id(row, url) or ("" if url else known)
        posting = schema_org.posting_of(row | {"url": url})
        yield {"posting": replace(posting, external_id=one_id(own)), "posted_on": row.get("datePosted")}


def _own_id(row: Row, url: str) -> str:
    """What a posting calls itself: its identifier, which holds for one employer; '' when there is none."""
    identifier = schema_org.identifier_of(row)
    if is_placeholder(identifier):
        return ""
    whose = markup.value_of(row.get("hiringOrganization"), "name") or urlsplit(url).netloc
    return f"{whose}/{identifier}" if whose else identifier


def _absolute(row: Row, address: str) -> str:
    return _web_address(fields.text(row.get("url")).strip(), address)


# addresses ---------------------------------------------------------------------------------------------------------


def _page_address(html: str) -> str:
    """Where a page is from: its canonical link, og:url, or what a browser noted when it saved it; '' when unknown."""
    told: dict[str, str] = {}
    for tag in _HEAD_TAG.finditer(html):
        pairs = {one[1].lower(): unescape(one[2] or one[3] or one[4] or "") for one in _PAIR.finditer(tag[1])}
        kind = (pairs.get("rel") or pairs.get("property") or pairs.get("name") or "").lower()
        if kind in ("canonical", "og:url"):
            told.setdefault(kind, _web_address((pairs.get("href") or pairs.get("content") or "").strip(), ""))
        if told.get("canonical"):
            break
    saved = _SAVED_FROM.search(html[:4000])
    return told.get("canonical") or told.get("og:url") or _web_address(saved[1] if saved else "", "")


def _web_address(told: str, base: str) -> str:
    """An address of the web, '' for none and for the first page of a site, which many pages name as theirs."""
    try:
        url = urljoin(base, told) if told else ""
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_page = parts.scheme in ("http", "https") and parts.netloc and (parts.path.strip("/") or parts.query)
    return url.rstrip("/") if is_page and len(url) <= 2048 else ""


# pages without markup ----------------------------------------------------------------------------------------------


def _plain_page(html: str, address: str, known: str) -> Row | Refused:
    """A page as one posting: heading, body, and the dates that its head names."""
    bare = _EMBEDDED.sub("", _without_hidden(html))
    try:
        tree = parse_html(bare)
    except TooCostly as costly:
        return Refused(f"a page of {costly}")
    stamps = [(node.attributes.get("content") or "") for node in tree.css('meta[property="article:published_time"]')]
    stamps += [(node.attributes.get("datetime") or "") for node in tree.css("time[datetime]")]
    site = tree.css_first('meta[property="og:site_name"]')
    own_head = tree.css_first("h1")  # counts only where no other stands outside the site's header
    title = own_head.text() if own_head else ""
    for junk in tree.css(JUNK):
        junk.decompose()
    heading = tree.css_first("h1") or (None if title else tree.css_first("title"))
    main = tree.css_first("main") or tree.css_first("article") or tree.body
    told = {
        "title": " ".join((heading.text() if heading else title).split()),
        "html": (main.html or "") if main and main.text().strip() else "",
        "company": (site.attributes.get("content") or "") if site else "",
        "posted_on": next((stamp for stamp in stamps if time_of(stamp)), next(filter(None, stamps), "")),
        "url": address,
    }
    own = "" if address else one_id(known)
    return {"posting": replace(posting_of(told), external_id=own), "posted_on": told["posted_on"]}


def _without_hidden(html: str) -> str:
    """The page without comments, scripts, styles and drawings: most of its bytes, and nothing to read."""
    parts, at = [], 0
    while (opening := _HIDDEN.search(html, at)) is not None:
        parts.append(html[at : opening.start()])
        closing = "-->" if opening[1] is None else f"</{opening[1]}"
        ending = re.compile(closing, re.I).search(html, opening.end())
        if ending is None:
            return "".join(parts)
        at = html.find(">", ending.start() + 1) + 1 if opening[1] else ending.end()
        if at == 0:
            return "".join(parts)
    return "".join([*parts, html[at:]])
