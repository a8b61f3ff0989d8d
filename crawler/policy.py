"""Where a crawl may go. Two walls: every URL is judged before its request, every address when it is connected to.

Names can resolve to private addresses, differently each time; so the resolver itself refuses whatever is not public.
The exceptions are exact `host:port` pairs of `[network] allow`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred

DEFAULT_PORT = {"http": 80, "https": 443}


class NotPublic(OSError):
    """A name led to an address that is not public."""


def refusal(url: str, allow: Sequence[str]) -> str:
    """Why a URL may not be fetched, "" when it may: https to public hosts on the usual port, or an allowed pair."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORT.get(parts.scheme, 0)
    except ValueError:
        return "not a URL"
    if parts.username is not None or parts.password is not None:
        return "a URL with a user name"
    if parts.scheme in DEFAULT_PORT and f"{parts.hostname}:{port}" in allow:
        return ""
    if parts.hostname in {pair.rsplit(":", 1)[0] for pair in allow}:
        return f"{parts.hostname} is allowed on the port that [network] allow names only"
    if parts.scheme != "https" or port != 443:
        return (
            f"{parts.scheme}://{parts.hostname}:{port} is neither https on its usual port nor named in [network] allow"
        )
    return "" if is_public_name(parts.hostname or "") else f"{parts.hostname} is not a public host"


def is_public_name(host: str) -> bool:
    """Whether a host is a dotted name (resolved and judged later) or a public address."""
    try:
        return is_public_address(host.strip("[]"))
    except ValueError:
        return "." in host.strip(".") and not host.rsplit(".", 1)[-1].isdigit()


def is_public_address(text: str) -> bool:
    """Whether an address is global; mapped and multicast ones are not. ValueError when it is no address."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast


def is_loopback(url: str) -> bool:
    """Whether a URL names a loopback address literally."""
    try:
        return ipaddress.ip_address((urlsplit(url).hostname or "").strip("[]")).is_loopback
    except ValueError:
        return False


class PublicOnlyResolver(CachingThreadedResolver):
    """Resolves names as Twisted does and refuses addresses that are not public; asked for literal addresses too."""

    allowed_hosts: frozenset[str] = frozenset()
    refused: ClassVar[dict[str, str]] = {}  # Twisted swallows our reason; it is looked up here

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> PublicOnlyResolver:
        """Made by Scrapy."""
        resolver = cls(reactor, cache_size=0, timeout=crawler.settings.getfloat("DNS_TIMEOUT"))
        allow = crawler.settings.getlist("JOBTIDE_ALLOW")
        resolver.allowed_hosts = frozenset(pair.rsplit(":", 1)[0] for pair in allow)
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802  Twisted's name
        """The address of a host, or a failure with NotPublic."""
        return super().getHostByName(name, timeout).addCallback(self._judge, name)

    def _judge(self, address: str, name: str) -> str:
        if name not in self.allowed_hosts and not is_public_address(address):
            self.refused[name] = f"{name} leads to {address}, which is not public"
            raise NotPublic(self.refused[name])
        return address
