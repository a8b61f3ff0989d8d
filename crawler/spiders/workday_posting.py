"""What a row of a Workday list, and then the page of its own, tell of a posting.

Traps: titles and places are part of a path, its end is the id; "6 Locations" is no place; `postedOn` moves by itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

from crawler.hygiene import clean_url
from crawler.spiders import fields
from store.posting import Place, Posting

N_PLACES = re.compile(r"\d{1,3}\s*[^\W\d_]+")
KEYS = fields.Keys("title work_mode=remoteType employment=timeType", "externalPath locationsText")
KEYS_TEXT = fields.Keys(
    "url=externalUrl body_html=jobDescription work_mode=remoteType employment=timeType requisition=jobReqId "
    "deadline_at=endDate company=hiringOrganization.name",
    "externalPath locationsText title location additionalLocations country startDate jobFamilyGroup postedOn "
    "questionnaireId includeResumeParsing",
)
BESIDE = fields.names("jobPostingInfo similarJobs userAuthenticated")


def posting_of(row: dict[str, Any], site: str) -> Posting:
    """The posting of a row; without an id where its path cannot be trusted."""
    path = quote(fields.text(row.get("externalPath")), safe="/%:@!$&'()*+,;=~")
    is_usable = path.startswith("/job/") and "/.." not in path and clean_url(site + path) == site + path
    external_id = _id(path) if is_usable else ""
    bullets = [bullet for bullet in map(fields.text, fields.items(row.get("bulletFields"))) if bullet.strip()]
    requisition = next((bullet for bullet in bullets if external_id.startswith(bullet)), "")
    label = fields.text(row.get("locationsText")).strip()
    is_count = N_PLACES.fullmatch(label) is not None
    return fields.posting(
        row | {"bulletFields": [bullet for bullet in bullets if bullet != requisition]},
        KEYS,
        external_id=external_id,
        url=site + path,
        places=() if is_count else fields.places_of([label]),
        requisition=requisition,
        more={"locationsText": row["locationsText"]} if is_count else {},
    )


def with_text(posting: Posting, answer: dict[str, Any]) -> Posting:
    """The posting with what its own page says."""
    info = fields.mapping(answer["jobPostingInfo"])
    own = fields.posting(
        info | fields.left_over(answer, BESIDE),
        KEYS_TEXT,
        external_id=posting.external_id,
        title=posting.title,
        places=_places(info, posting.places),
        department=_words(info.get("jobFamilyGroup")),
        posted=(fields.day_time(info.get("startDate")), "start_date"),
    )
    return fields.with_more(posting, own)


def _id(path: str) -> str:
    """The end of a path, as `JR2017578-1`: what stands before it moves with title and place."""
    end = path.rpartition("/")[2].partition("_")[2]
    return fields.native_id(unquote(end if re.search(r"\d", end) else path.removeprefix("/job/")))


def _places(info: dict[str, Any], listed: tuple[Place, ...]) -> tuple[Place, ...]:
    labels = [info.get("location"), *fields.items(info.get("additionalLocations"))]
    country = _words(info.get("country"))
    places = fields.places_of(map(fields.text, labels)) or listed or ((Place(),) if country else ())
    return tuple(replace(place, country=country) if n == 0 else place for n, place in enumerate(places))


def _words(value: Any) -> str:
    """A text or a descriptor, or several of them."""
    parts = value if isinstance(value, list) else [value]
    told = (fields.text(part) or fields.text(fields.mapping(part).get("descriptor")) for part in parts)
    return "; ".join(part for part in told if part.strip())
