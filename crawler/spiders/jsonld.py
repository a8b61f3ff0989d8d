"""An employer's own career site: schema.org JobPosting on pages that its sitemaps name.

A board is `host` or `host|part of the path of its job pages`: robots.txt, the sitemaps it names, each job page.
Traps: one posting may stand on a page of each language (name one in the path); a list page carries many postings that
have pages of their own; a page without markup or past its `validThrough` is a closed posting, a challenge is none; a
sitemap still names pages that are gone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from crawler.spiders import fields, listing, markup, schema_org, sitemap
from crawler.spiders.usual import Usual
from store.posting import Posting

MOVED = (301, 302, 303, 307, 308)


class JsonLd(Usual):
    overlaps = True  # sitemaps name pages that others name as well

    def first_url(self, endpoint: str, token: str) -> str:
        return listing.board_url(endpoint or self.host, "/robots.txt", sitemap.site_of(token).host)

    def parse(self, body: bytes, content_type: str, url: str, board: listing.Board, /) -> listing.Page:
        site, told = sitemap.site_of(board.token), sitemap.unpacked(body)
        if urlsplit(site.public(url)).path == "/robots.txt":
            return sitemap.robots_page(told, url, site)
        if sitemap.kind_of(told):
            return sitemap.sitemap_page(told, url, site)
        if not site.is_job(site.public(url)):
            raise listing.NotAListing("no sitemap: an XML of <urlset> or <sitemapindex> is due")
        return _job_page(markup.page_text(told, content_type), site.public(url))

    def instead(self, board: listing.Board, url: str, status: int, location: str, /) -> listing.Page | None:
        """A posting that is gone or leads to the list above it is not listed; no robots.txt names no sitemap."""
        site = sitemap.site_of(board.token)
        page = site.public(url)
        if urlsplit(page).path == "/robots.txt" and listing.is_gone_page(status, b""):
            return sitemap.robots_page(b"#", url, site)
        leads_up = status in MOVED and sitemap.is_above(location, page)
        gone = site.is_job(page) and (leads_up or listing.is_gone_page(status, b""))
        return listing.Page(postings=[], listed=0) if gone else None

    def is_no_board(self, _status: int, _body: bytes, /) -> bool:
        """A site is there or fails; without robots.txt its sitemap is asked for."""
        return False


PLATFORM = JsonLd()


def _job_page(html: str, url: str) -> listing.Page:
    rows, n_unreadable = markup.read_page(html)
    if not rows and n_unreadable:
        return listing.Page(postings=[], listed=1, malformed=[f"{url}: JobPosting markup that cannot be read"])
    if not rows and (why := markup.why_no_page(html)):
        raise listing.NotAListing(why)
    own = schema_org.own_postings(rows, url)
    open_ones = [row for row in own if not schema_org.is_expired(row, _now())]
    read = partial(_posting, url=url, is_only=len(own) == 1)
    return listing.page_of(open_ones, read, hidden=len(own) - len(open_ones))


def _posting(row: dict[str, Any], url: str, is_only: bool) -> Posting:
    """The posting of a page, under the page's address; of several each under its own."""
    told = sitemap.joined(url, fields.text(row.get("url"))) or url
    posting = schema_org.posting_of(row | {"url": url if is_only else told})
    return replace(posting, served=posting.served | {"url": told}) if posting.url != told else posting


def _now() -> datetime:
    return datetime.now(UTC)
