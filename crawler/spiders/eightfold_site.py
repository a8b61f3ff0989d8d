"""Where an Eightfold site answers. A board is `host|domain`, or `host|domain|v2` for the older interface."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from crawler.spiders import listing

LIMIT: Final = 10  # rows a page, whatever is asked for
NAME = r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*"
TOKEN = re.compile(rf"({NAME})(?:\|({NAME})(\|v2)?)?")


def list_url(endpoint: str, token: str) -> str:
    """Where the list begins."""
    if _names(token)[2]:
        return _address(endpoint, token, "/api/apply/v2/jobs?", f"start=0&num={LIMIT}&sort_by=new")
    return _address(endpoint, token, "/api/pcsx/search?", "query=&location=&start=0&sort_by=timestamp")


def posting_url(endpoint: str, token: str, external_id: str) -> str:
    """Where one posting is told with its text."""
    position = listing.quoted_token(external_id)
    if _names(token)[2]:
        return _address(endpoint, token, f"/api/apply/v2/jobs/{position}?")
    return _address(endpoint, token, f"/api/pcsx/position_details?position_id={position}&", "hl=en")


def site_url(token: str) -> str:
    """Where people read it."""
    return f"https://{_names(token)[0]}"


def _names(token: str) -> tuple[str, str, bool]:
    """Host, domain, and whether the older interface is asked; a bare name stands for its host at Eightfold."""
    found = TOKEN.fullmatch(unquote(token))
    if found is None:
        raise ValueError(f"board token {token!r} is not host|domain")
    host = found[1] if "." in found[1] else f"{found[1]}.eightfold.ai"
    return host, found[2] or host, bool(found[3])


def _address(endpoint: str, token: str, path: str, asked: str = "") -> str:
    host, domain, _ = _names(token)
    path = "&".join(part for part in (f"{path}domain={domain}", asked) if part)
    return listing.board_url(endpoint.replace("//{token}", f"//{host}"), path, token)
