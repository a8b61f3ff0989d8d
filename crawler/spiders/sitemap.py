"""robots.txt and sitemaps of a site: the addresses of its job pages.

Traps: sitemaps come packed without saying so, with a byte order mark and blank lines, in a namespace of http, https or
none; addresses are written for http though the site is asked over https; `lastmod` is no posting date.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from crawler.spiders import feed, fields, listing

MOST_BYTES: Final = 50 * 1024 * 1024  # of a sitemap, by its protocol
MOST_NEXT: Final = 450  # a board is read in 500 pages at most
GZIP: Final = b"\x1f\x8b"
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.I | re.M)
_ROOT = re.compile(
    rb"(?:\s|<\?[^>]*>|<!--(?:(?!-->).)*-->|<!DOCTYPE[^>\[]*>)*<(?:[\w.-]+:)?(urlset|sitemapindex)[\s>/]", re.S
)
_SITEMAP = re.compile(r"sitemap|\.(?:xml|gz|txt|rss)$", re.I)
_JOB = re.compile(
    r"/(?:(?:job|stelle)\w*[-_/?]|"
    r"(?:careers?|karriere|positions?|openings?|vacanc(?:y|ies)|offres?|emplois?|empleos?|vagas?)[/?])[^/?]",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Site:
    """A host, and what the addresses of its job pages hold ("" for the usual words)."""

    host: str
    holds: str = ""

    def is_job(self, url: str) -> bool:
        """Whether an address is that of a job page, by its path alone."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}".rstrip("?")
        if _SITEMAP.search(parts.path):
            return False
        if not self.holds:
            return _JOB.search(path) is not None
        return bool(path.casefold().partition(self.holds.casefold())[2].strip("/"))

    def public(self, url: str) -> str:
        """The address that people use for one that we ask (which differs where an endpoint stands for the site)."""
        parts, at = urlsplit(url), f"/{quote(self.host)}"
        is_asked_elsewhere = parts.hostname != self.host and parts.path.startswith(f"{at}/")
        return f"https://{self.host}{url.partition(at)[2]}" if is_asked_elsewhere else url

    def asked(self, told: str, url: str) -> str:
        """The address to ask for one that the answer of `url` names; "" for another host's without https."""
        public = self.public(url)
        parts = urlsplit(joined(public, told))
        if parts.hostname != self.host:
            return parts._replace(fragment="").geturl() if parts.scheme == "https" else ""
        path = f"{parts.path or '/'}?{parts.query}".rstrip("?")
        at = f"/{quote(self.host)}"
        if public != url:
            return f"{url.partition(at)[0]}{at}{path}"
        return f"https://{self.host}{path}"


def site_of(token: str) -> Site:
    """The site of `host` or `host|part of the path`; ValueError for anything else."""
    host, _, holds = unquote(token, errors="strict").partition("|")
    listing.quoted_token(host)
    if not _HOST.fullmatch(host):
        raise ValueError(f"board token {token!r} names no host")
    if len(holds) > fields.ID_CAP or not holds.isprintable() or not listing.UNSAFE.isdisjoint(holds.replace("/", "")):
        raise ValueError(f"board token {token!r} names no part of a path")
    return Site(host.lower(), holds.strip())


def joined(base: str, told: str) -> str:
    """The address that a page names; "" when it is none."""
    try:
        return urljoin(base, told.strip())
    except ValueError:
        return ""


def is_above(told: str, url: str) -> bool:
    """Whether a page names the address of a list above it: the same site, a part of its path, not the whole site."""
    above, page = urlsplit(joined(url, told)), urlsplit(url)
    path = above.path.rstrip("/")
    return bool(path) and above.hostname == page.hostname and page.path.rstrip("/").startswith(f"{path}/")


def unpacked(body: bytes) -> bytes:
    """The answer, unpacked where it is gzip; NotAListing when it is cut off or larger than a sitemap may be."""
    if not body.startswith(GZIP):
        return body
    packed = zlib.decompressobj(31)
    try:
        told = packed.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        raise listing.NotAListing("broken gzip") from None
    if len(told) > MOST_BYTES:
        raise listing.NotAListing(f"more than {MOST_BYTES} bytes once unpacked")
    if not packed.eof:
        raise listing.NotAListing("gzip that is cut off")
    return told


def kind_of(body: bytes) -> str:
    """`urlset` or `sitemapindex`, "" for what is no sitemap."""
    root = _ROOT.match(_bare(body)[:5000])
    return root[1].decode() if root else ""


def robots_page(body: bytes, url: str, site: Site) -> listing.Page:
    """The sitemaps that robots.txt names, without any /sitemap.xml."""
    text = body.decode("utf-8-sig", "replace").strip()
    if not text or text[0] in "<{[":
        raise listing.NotAListing("no robots.txt: text is due" if text else "empty robots.txt")
    return _leading_to(_LINE.findall(text) or ["/sitemap.xml"], url, site)


def sitemap_page(body: bytes, url: str, site: Site) -> listing.Page:
    """The shards of a sitemap index, the job pages of a sitemap."""
    kind = kind_of(body)
    root = feed.load_xml(_bare(body), kind)
    entries = feed.children(root, "sitemap" if kind == "sitemapindex" else "url")
    addresses = [feed.child_text(entry, "loc") for entry in entries]
    if len(addresses) > listing.MOST_ROWS:
        raise listing.NotAListing(f"{len(addresses)} addresses in one sitemap")
    is_wanted = [kind == "sitemapindex" or site.is_job(joined(url, address)) for address in addresses]
    return _leading_to([told for told, wanted in zip(addresses, is_wanted, strict=True) if wanted], url, site)


def _leading_to(addresses: Iterable[str], url: str, site: Site) -> listing.Page:
    """A page without postings; not complete when it names what may not be asked, or more than can be."""
    asked = dict.fromkeys(site.asked(told, url) for told in addresses if told)
    following = tuple(address for address in asked if address and address != url)
    complete = "" not in asked and len(following) <= MOST_NEXT
    return listing.Page(postings=[], listed=0, next_urls=following[:MOST_NEXT], complete=complete)


def _bare(body: bytes) -> bytes:
    return body.removeprefix(b"\xef\xbb\xbf").strip()
