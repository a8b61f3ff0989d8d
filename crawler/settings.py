"""Scrapy's settings: only what differs from its defaults, and why."""

from __future__ import annotations

from typing import Any

from scrapy import Spider
from scrapy.http import Request, Response
from scrapy.logformatter import LogFormatter

from store.runs import program
from store.settings import Network

PROJECT_URL = "https://github.com/jobtide/jobtide"
ROBOTS_NAME = "jobtide"

# the defaults are left out here because Scrapy imports a component that is only set to None, half a second for all
DOWNLOADER_MIDDLEWARES = {"scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590}
SETTINGS: dict[str, Any] = {
    "BOT_NAME": ROBOTS_NAME,
    "TELNETCONSOLE_ENABLED": False,  # both are listeners that run code for whoever reaches them
    "REMOTE_CONTROL_ENABLED": False,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_HANDLERS": {"file": None, "data": None, "ftp": None, "s3": None},
    "TWISTED_DNS_RESOLVER": "crawler.policy.PublicOnlyResolver",
    "COOKIES_ENABLED": False,
    "REDIRECT_ENABLED": False,  # a list that moved is said, not followed
    "METAREFRESH_ENABLED": False,
    "HTTPPROXY_ENABLED": False,  # a proxy variable would bypass the address guard
    "RETRY_ENABLED": False,  # ours honours Retry-After (crawler.fetch)
    "ROBOTSTXT_OBEY": False,  # Scrapy's fails open; ours fails closed (crawler.robots)
    "HTTPERROR_ALLOW_ALL": True,
    "HTTPCACHE_ENABLED": False,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "DOWNLOADER_MIDDLEWARES_BASE": DOWNLOADER_MIDDLEWARES,
    "EXTENSIONS_BASE": {},
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY_JITTER": 0,
    "DNS_TIMEOUT": 15,
    "LOG_LEVEL": "ERROR",
    "LOG_FORMATTER": "crawler.settings.Silent",
}


class Silent(LogFormatter):
    """Composes no line that LOG_LEVEL would drop."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> None:  # type: ignore[override]
        """Nothing."""


def scrapy_settings(network: Network, *, parallel: int = 1) -> dict[str, Any]:
    """The settings of one crawl: delay, caps and name come from the operator."""
    return SETTINGS | {
        "DOWNLOAD_DELAY": network.delay_s,
        "DOWNLOAD_TIMEOUT": network.timeout_s,  # of the whole answer, so that it also ends a slow drip
        "DOWNLOAD_MAXSIZE": network.max_megabytes * 1024 * 1024,
        "DOWNLOAD_WARNSIZE": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": parallel,
        "JOBTIDE_ALLOW": network.allow,
    }


def user_agent(network: Network) -> str:
    """Who we are, for those who are crawled."""
    contact = f"; {network.contact}" if network.contact else ""
    return f"{program().replace(' (not installed)', '').replace(' ', '/')} (+{PROJECT_URL}{contact})"
