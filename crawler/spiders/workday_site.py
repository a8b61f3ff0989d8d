"""Where a Workday board `tenant|wdN|Site` stands: the site for people, and what answers programs."""

from __future__ import annotations

import re
from urllib.parse import unquote

from crawler.spiders.listing import board_url

TOKEN = re.compile(r"([A-Za-z0-9_-]+)(?:\|(wd\d{1,4})\|([A-Za-z0-9_.-]+))?")


def site_url(token: str) -> str:
    """The address of the site for people, where the addresses of postings begin."""
    tenant, instance, site = _names(token)
    return f"https://{tenant}.{instance}.myworkdayjobs.com/{site}"


def api_url(endpoint: str, token: str) -> str:
    """The address that answers programs."""
    tenant, instance, site = _names(token)
    own = endpoint.replace("//{token}.", f"//{tenant}.{instance}.")
    return board_url(own, f"/wday/cxs/{tenant}/{site}", token)


def _names(token: str) -> tuple[str, str, str]:
    """Tenant, instance and site; a bare tenant stands for its site of the same name on the first instance."""
    found = TOKEN.fullmatch(unquote(token))
    if found is None:
        raise ValueError(f"board token {token!r} is not tenant|wdN|Site")
    return found[1], found[2] or "wd1", found[3] or found[1]
