"""Workday CXS: a POST for each twenty rows, a page of its own for each text. A board is `tenant|wdN|Site`.

Traps: `total` is right on the first page only, null where too many rows are asked, and may stand at a cap, behind which
page 1 comes again: so the first page names all others, and a board above the cap is read by the values of a facet.
Titles and places are part of a path, its end is the id; "6 Locations" is no place; `postedOn` moves by itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from typing import Any, Final
from urllib.parse import quote, unquote

from crawler.hygiene import clean_url
from crawler.spiders import facets, listing
from store.posting import Place, Posting

LIMIT: Final = 20  # more are refused
CAP: Final = 2_000  # rows that one query gives
TOKEN = re.compile(r"([A-Za-z0-9_-]+)(?:\|(wd\d{1,4})\|([A-Za-z0-9_.-]+))?")
N_PLACES = re.compile(r"\d{1,3}\s*[^\W\d_]+")
USED = frozenset({"title", "externalPath", "locationsText", "timeType", "remoteType"})
USED_INFO = USED | {"jobDescription", "location", "additionalLocations", "country", "startDate", "endDate", "jobReqId"}
USED_INFO |= {"jobFamilyGroup", "externalUrl", "postedOn", "questionnaireId", "includeResumeParsing"}
USED_BESIDE = frozenset({"jobPostingInfo", "similarJobs", "userAuthenticated"})


class Workday:
    """See `listing.Platform` and `listing.Detailed`."""

    name = "workday"
    host = "https://{token}.myworkdayjobs.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        return _query(_address(endpoint or self.host, token) + "/jobs", {}, 0)

    def parse(self, body: bytes, content_type: str, url: str, board: listing.Board, /) -> listing.Page:
        answer = listing.mapping(listing.load_json(body, content_type))
        rows, total = answer.get("jobPostings"), answer.get("total")
        if not isinstance(rows, list) or type(total) is not int or total < 0:
            raise listing.NotAListing("no Workday list: `jobPostings` and a number in `total` are due")
        page = partial(listing.page_of, read=partial(_posting, site_url=_site_url(board.token)))
        address, _, posted = url.partition("#")
        asked = listing.mapping(json.loads(posted or "{}"))
        if asked.get("offset"):
            return page(rows)
        told, applied = facets.counts_of(answer.get("facets")), listing.mapping(asked.get("appliedFacets"))
        open_facets = {name: counts for name, counts in told.items() if name not in applied}
        n_rows = facets.n_rows(total, open_facets, CAP) or 0
        shares = facets.shares(open_facets, n_rows, min(CAP, total)) if n_rows >= CAP or n_rows > total else []
        if shares:
            urls = [_query(address, applied | share, 0) for share in shares]
            return replace(page([], advertised=n_rows), next_urls=tuple(urls))
        urls = [_query(address, applied, offset) for offset in range(LIMIT, min(total, CAP), LIMIT)]
        proved = n_rows == total < CAP and len(rows) <= total
        return replace(page(rows, advertised=total, complete=proved), next_urls=tuple(urls))

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        return _address(endpoint or self.host, token) + posting.url.removeprefix(_site_url(token))

    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting:
        answer = listing.mapping(listing.load_json(body, content_type))
        if not isinstance(answer.get("jobPostingInfo"), dict):
            raise listing.NotAListing("no Workday posting: an object with `jobPostingInfo` is due")
        return _told(posting, answer["jobPostingInfo"], listing.left_over(answer, USED_BESIDE))

    def is_no_board(self, status: int, body: bytes, /) -> bool:
        return listing.is_missing_page(404 if status == 422 else status, body)

    def is_gone(self, status: int, body: bytes, /) -> bool:
        return listing.is_gone_page(status, body) or (status == 403 and b'"S22"' in body)


PLATFORM = Workday()


def _names(token: str) -> tuple[str, str, str]:
    """Tenant, instance and site; a bare tenant stands for its site of the same name on the first instance."""
    found = TOKEN.fullmatch(unquote(token))
    if found is None:
        raise ValueError(f"board token {token!r} is not tenant|wdN|Site")
    return found[1], found[2] or "wd1", found[3] or found[1]


def _site_url(token: str) -> str:
    tenant, instance, site = _names(token)
    return f"https://{tenant}.{instance}.myworkdayjobs.com/{site}"


def _address(endpoint: str, token: str) -> str:
    tenant, instance, site = _names(token)
    own = endpoint.replace("//{token}.", f"//{tenant}.{instance}.")
    return listing.board_url(own, f"/wday/cxs/{tenant}/{site}", token)


def _query(address: str, applied: dict[str, Any], offset: int) -> str:
    asked = {"appliedFacets": applied, "limit": LIMIT, "offset": offset, "searchText": ""}
    return listing.post_url(address, asked)


def _posting(row: dict[str, Any], site_url: str) -> Posting:
    path = quote(listing.text(row.get("externalPath")), safe="/%:@!$&'()*+,;=~")
    is_usable = path.startswith("/job/") and "/.." not in path and clean_url(site_url + path) == site_url + path
    external_id = _id(path) if is_usable else ""
    bullets = [bullet for bullet in map(listing.text, listing.items(row.get("bulletFields"))) if bullet.strip()]
    requisition = next((bullet for bullet in bullets if external_id.startswith(bullet)), "")
    others = {"bulletFields": [bullet for bullet in bullets if bullet != requisition]}
    label = listing.text(row.get("locationsText")).strip()
    is_count = N_PLACES.fullmatch(label) is not None
    return Posting(
        external_id=external_id,
        title=listing.text(row.get("title")),
        url=site_url + path,
        places=() if is_count else listing.places_of([label]),
        work_mode=listing.text(row.get("remoteType")),
        employment=listing.text(row.get("timeType")),
        requisition=requisition,
        served=listing.left_over(row | others, USED - {"locationsText"} if is_count else USED),
    )


def _id(path: str) -> str:
    """The end of a path, as `JR2017578-1`: what stands before it moves with title and place."""
    end = path.rpartition("/")[2].partition("_")[2]
    return listing.native_id(unquote(end if re.search(r"\d", end) else path.removeprefix("/job/")))


def _told(posting: Posting, info: dict[str, Any], beside: dict[str, Any]) -> Posting:
    employer = listing.mapping(beside.pop("hiringOrganization", None))
    start_at = listing.day_time(info.get("startDate"))
    left = {"hiringOrganization": listing.left_over(employer, frozenset({"name"}))}
    return replace(
        posting,
        url=listing.text(info.get("externalUrl")) or posting.url,
        company=listing.text(employer.get("name")),
        body_html=listing.text(info.get("jobDescription")),
        places=_places(info, posting.places),
        work_mode=listing.text(info.get("remoteType")) or posting.work_mode,
        employment=listing.text(info.get("timeType")) or posting.employment,
        department=_words(info.get("jobFamilyGroup")),
        requisition=listing.text(info.get("jobReqId")) or posting.requisition,
        deadline_at=listing.text(info.get("endDate")),
        posted_at=start_at,
        posted_basis="start_date" if start_at else "",
        served=posting.served | listing.left_over(info | left | beside, USED_INFO),
    )


def _places(info: dict[str, Any], listed: tuple[Place, ...]) -> tuple[Place, ...]:
    labels = [info.get("location"), *listing.items(info.get("additionalLocations"))]
    country = _words(info.get("country"))
    places = listing.places_of(map(listing.text, labels)) or listed or ((Place(),) if country else ())
    return tuple(replace(place, country=country) if n == 0 else place for n, place in enumerate(places))


def _words(value: Any) -> str:
    """A text or a descriptor, or several of them."""
    parts = value if isinstance(value, list) else [value]
    told = (listing.text(part) or listing.text(listing.mapping(part).get("descriptor")) for part in parts)
    return "; ".join(part for part in told if part.strip())
