"""Eightfold career sites: ten rows a page, the text on a page of its own. A board is `host|domain`, or `host|domain|v2`
where the site answers the older interface alone.

Traps: replicas order rows of one day differently, so pages may repeat rows and lack others; some sites end at 2,000
rows; times are seconds; `location` is the primary place, `standardizedLocations` are their own, shorter words; a page
of a posting that is gone may show another one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any, Final
from urllib.parse import unquote

from crawler.spiders import listing
from store.posting import Place, Posting

LIMIT: Final = 10  # whatever is asked for
CAP: Final = 2_000  # a total that is just this may stand for more
NAME = r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*"
TOKEN = re.compile(rf"({NAME})(?:\|({NAME})(\|v2)?)?")
START = re.compile(r"(?<=[?&]start=)\d{1,6}(?!\d)")
GONE = re.compile(rb'\A\s*\{\s*"status"\s*:\s*4(?:04|10)\b|"isFallback"\s*:\s*true')
EMPLOYMENT = re.compile(r"efcustomText\w*(?:EmploymentType|TimeType)")
TEXTS: dict[str, tuple[str, ...]]
TEXTS = {"title": ("name", "posting_name"), "body_html": ("jobDescription", "job_description")}
TEXTS |= {"department": ("department",), "team": ("business_unit",), "requisition": ("displayJobId", "display_job_id")}
TEXTS |= {"work_mode": ("workLocationOption", "work_location_option"), "url": ("publicUrl", "canonicalPositionUrl")}
USED = frozenset({"id", "location", "locations", "positionUrl", "postedTs", "t_update", "stars", "isHot", "hot"})
USED |= {"solrScore", "jdHighlight", "positionExtraDetails", "positionUserActions"}  # of visitors and employees
USED |= {key for keys in TEXTS.values() for key in keys} - {"posting_name"}


class Eightfold:
    """See `listing.Platform` and `listing.Detailed`."""

    name = "eightfold"
    host = "https://{token}"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        if _names(token)[2]:
            return _address(endpoint or self.host, token, "/api/apply/v2/jobs?", f"start=0&num={LIMIT}&sort_by=new")
        asked = "query=&location=&start=0&sort_by=timestamp"
        return _address(endpoint or self.host, token, "/api/pcsx/search?", asked)

    def parse(self, body: bytes, content_type: str, url: str, board: listing.Board, /) -> listing.Page:
        answer = listing.mapping(listing.load_json(body, content_type))
        told = answer if "positions" in answer else listing.mapping(answer.get("data"))
        rows, total = told.get("positions"), listing.number(told.get("count"))
        if not isinstance(rows, list) or answer.get("status", 200) != 200:
            raise listing.NotAListing("no Eightfold list: an array `positions` is due, with status 200")
        read = partial(_posting, site=f"https://{_names(board.token)[0]}")
        following = _following(url, len(rows), total or None)
        return listing.page_of(rows, read, advertised=total, next_url=following, complete=total != CAP)

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        position = listing.quoted_token(posting.external_id)
        if _names(token)[2]:
            return _address(endpoint or self.host, token, f"/api/apply/v2/jobs/{position}?")
        path = f"/api/pcsx/position_details?position_id={position}&"
        return _address(endpoint or self.host, token, path, "hl=en")

    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting:
        answer = listing.mapping(listing.load_json(body, content_type))
        row = listing.mapping(answer.get("data")) or answer
        if listing.native_id(row.get("id")) != posting.external_id or row.keys().isdisjoint(TEXTS["body_html"]):
            raise listing.NotAListing("no Eightfold posting: this posting's `id` and a text are due")
        told = _told(row)
        return replace(posting, **told | {"served": posting.served | told["served"]})

    def is_gone(self, status: int, body: bytes, /) -> bool:
        return listing.is_gone_page(status, body) or (status == 200 and GONE.search(body) is not None)

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = Eightfold()


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


def _following(url: str, n_rows: int, total: float | None) -> str | None:
    """The address of the next page; without a total, a full page leads on."""
    told = START.search(url)
    if told is None or not n_rows:
        return None
    n_seen = int(told[0]) + n_rows
    goes_on = n_rows >= LIMIT if total is None else n_seen < total
    return START.sub(str(n_seen), url) if goes_on else None


def _posting(row: dict[str, Any], site: str) -> Posting:
    position, path = listing.native_id(row.get("id")), listing.text(row.get("positionUrl"))
    own = f"/careers/job/{listing.quoted_token(position)}" if position else ""
    url = site + (path if path.startswith("/") else own)
    return replace(Posting(external_id=position, title="", url=url), **_told(row))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """The fields that a row of the list, or a posting of its own page, fills."""
    told: dict[str, Any] = {
        name: next((text for text in map(listing.text, map(row.get, keys)) if text.strip()), "")
        for name, keys in TEXTS.items()
    }
    kinds = sorted(key for key in row if EMPLOYMENT.fullmatch(key))
    told["employment"] = "; ".join(dict.fromkeys(word for key in kinds for word in _words(row[key])))
    told["places"] = _places(row)
    for key, basis in (("t_create", "created_at"), ("creationTs", "created_at"), ("postedTs", "published_at")):
        if at := listing.epoch_ms_time((listing.number(row.get(key)) or 0) * 1000):
            told |= {"posted_at": at, "posted_basis": basis}
    served = listing.left_over(row, USED | frozenset(kinds))
    return {name: value for name, value in told.items() if value} | {"served": served}


def _words(value: Any) -> list[str]:
    """The texts of a list, or a text."""
    told = (listing.text(part).strip() for part in (value if isinstance(value, list) else [value]))
    return [word for word in told if word]


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    """Printed labels, the primary first; city, region and country where the site's own short form tells all three."""
    labels, short = (_words(row.get(key)) for key in ("locations", "standardizedLocations"))
    parts = {}
    for label, told in zip(labels, short, strict=False) if len(labels) == len(short) else ():
        names = [name.strip() for name in told.split(",")]
        if len(names) == 3:
            parts[label] = dict(zip(("city", "region", "country"), names, strict=True))
    places = listing.places_of([listing.text(row.get("location")), *labels])
    return tuple(replace(place, **parts.get(place.label, {})) for place in places)
