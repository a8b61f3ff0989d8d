"""XML of platforms: parsed without declared entities, network or other files, read by local names."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from crawler.spiders.fields import one_line
from crawler.spiders.listing import NotAListing


def load_xml(body: bytes, root: str) -> Element:
    """The root element, which must have the local name `root`; NotAListing for anything else, cut-off XML too."""
    if not body.strip():
        raise NotAListing("empty body")
    if b"<!ENTITY" in body[:10_000]:
        raise NotAListing("XML that declares entities")
    try:
        node = ElementTree.fromstring(body.strip())  # noqa: S314  no entity is declared, and expat fetches nothing
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise NotAListing(f"broken XML: {str(error)[:100]}") from None
    if name_of(node) != root:
        raise NotAListing(f"XML of <{name_of(node)[:40]}> where <{root}> is due")
    return node


def name_of(node: Element) -> str:
    """The local name of an element, '' for comments and the like."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def children(node: Element, name: str) -> Iterator[Element]:
    """The direct children of a local name."""
    return (child for child in node if name_of(child) == name)


def child_text(node: Element, name: str) -> str:
    """The trimmed text of the first direct child of a local name, '' when there is none."""
    child = next(children(node, name), None)
    return "".join(child.itertext()).strip() if child is not None else ""


def row_of(node: Element) -> dict[str, str]:
    """The direct children without children of their own as a row: local name -> text, the first of each."""
    row: dict[str, str] = {}
    for child in node:
        if name_of(child) and not len(child):
            row.setdefault(name_of(child), "".join(child.itertext()).strip())
    return row


def flat_row_of(node: Element) -> dict[str, str]:
    """The same with the children that have children of their own, each as the text within it on one line."""
    return {name_of(child): one_line(child.itertext()) for child in node if len(child)} | row_of(node)


def channel_of(body: bytes) -> Element | None:
    """The channel of an RSS feed, None where there is none; NotAListing for anything but RSS."""
    return next(children(load_xml(body, "rss"), "channel"), None)
