"""Recorded payloads of every platform: each value of each row is in the posting, or on the list of what is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from crawler.hygiene import clean
from crawler.spiders import PLATFORMS
from crawler.spiders.listing import Board, Detailed, Page
from store.posting import Posting, to_json

PAYLOADS = Path(__file__).parent.parent.parent / "shared" / "recordings" / "payloads"
NAMES = {"wwr": "weworkremotely"}  # file names that are no platform
OTHERS = {"adzuna", "himalayas", "hn", "workingnomads", "icims"}  # not crawled, or no board (hn)
NOT_READ = {"teamtailor.json", "workday_job_detail.json"}  # another feed; the detail is walked with its list
DROPPED = {  # keys on purpose: form and branding, persons, self-moving values, what is said twice
    "*": {"updated_at", "updatedAt", "applyUrl", "company_logo", "company_logo_url", "logo", "companyLogo"}
    | {"first_published", "createdAt", "releasedDate", "publishedAt", "published_on", "publication_date", "pubDate"}
    | {"t_create", "startDate", "date", "PublicationStartDate"},  # parsed: the fixtures compare them
    "greenhouse": {"id", "data_compliance", "child_ids", "parent_id", "value_type", "employment", "internal_job_id"},
    "lever": {"descriptionPlain", "additionalPlain", "descriptionBodyPlain", "openingPlain", "description"},
    "ashby": {
        "descriptionPlain", "isListed", "id", "tierSummary", "summary", "compensationTierSummary", "isRemote",
        "scrapeableCompensationSalarySummary", "shouldDisplayCompensationOnJobPostings", "interval", "compensationType",
        "additionalInformation", "summaryComponents", "addressRegion", "addressCountry", "addressLocality",
    },
    "workable": {"application_url", "shortlink", "countryCode", "telecommuting"},
    "recruitee": {
        "mailbox_email", "open_questions", "dynamic_fields", "position", "created_at", "translations",
        "careers_apply_url", "cover_image", "location", "street", "note", "postal_code", "country_code", "state_code",
        "name", "id",
        "locations",
        "remote", "hybrid", "on_site", "published_at",
    },
    "remoteok": {"epoch", "description"},
    "jobicy": {"jobExcerpt"},
    "usajobs": {
        "ApplyURI", "PositionURI", "Longitude", "Latitude", "Code", "RelevanceRank", "RemoteIndicator",
        "ApplyOnlineUrl",
        "PositionFormattedDescription", "IsRadialSearch", "DetailStatusUrl", "AgencyContactEmail", "AgencyContactPhone",
    },
    "smartrecruiters": {"creator", "name", "ref"},
    "workday": {"questionnaireId"},
}  # fmt: skip
OPTIONS = ("options_", "sharing_", "location_question", "locations_question")
FILES = sorted(path for path in PAYLOADS.glob("*/*") if PAYLOADS.exists())


def platform_of(path: Path) -> str:
    name = re.split(r"[_.]", path.name)[0]
    return NAMES.get(name, name)


def rows_of(value: Any) -> list[dict[str, Any]]:
    """The rows of a list, wherever the platform keeps them."""
    if isinstance(value, list):
        return [row for row in value if isinstance(row, dict) and "legal" not in row]
    for key in ("jobs", "offers", "positions", "content", "jobPostings", "SearchResultItems", "results"):
        if isinstance(value.get(key), list):
            return list(value[key])
    return rows_of(value["SearchResult"]) if "SearchResult" in value else []


def leaves(value: Any, dropped: set[str], key: str = "") -> Iterator[tuple[str, Any]]:
    if key in dropped or key.startswith(OPTIONS):
        return
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, dropped, name)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part, dropped, key)
    elif value not in (None, "", False, True, 0):
        yield key, value


def words(text: str) -> str:
    """Letters and digits alone: markup, entities, hygiene and number forms differ."""
    return re.sub(r"[\W_]+", "", re.sub(r"<[^>]*>", " ", unescape(unescape(text)))).casefold()


def flat(posting: Posting) -> str:
    """All that a posting holds, each value as words."""
    return " ".join(words(str(value)) for _, value in leaves(to_json(posting), set()))


def lost(platform: str, row: dict[str, Any], told: str) -> list[str]:
    """The keys of a row of whose value the posting holds no trace (the first pieces of it)."""
    dropped = DROPPED["*"] | DROPPED.get(platform, set())
    return [
        f"{key}={str(value)[:60]!r}"
        for key, value in leaves(row, dropped)
        if not all(one in told for one in pieces(value))
    ]


def pieces(value: Any) -> list[str]:
    """The first letters of the first pieces of a value: places are split, texts parted."""
    told = unescape(unescape(f"{value:.1f}" if isinstance(value, float) else str(value)))
    shown = re.sub(r"<[^>]*(?:>|$)", "|", told)
    return [words(piece)[:25] for piece in re.split(r"[|;,\n]", shown) if words(piece)][:3]


def parse(platform: str, body: bytes, name: str) -> Page:
    kind = "application/xml" if name.endswith("xml") else "application/json"
    token = {"workday": "acme|wd1|Site", "lever": "acme"}.get(platform, "acme.example|acme")
    url = PLATFORMS[platform].first_url("", token)
    return PLATFORMS[platform].parse(body, kind, url, Board(platform, "acme"))


@pytest.mark.skipif(not FILES, reason="real payloads are not here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_no_field_of_a_recording_is_lost(path: Path) -> None:
    platform = platform_of(path)
    if platform in OTHERS or path.name in NOT_READ or platform not in PLATFORMS:
        pytest.skip("not read by a spider")
    body = path.read_bytes()
    if path.parent.name == "manwithaplandy":  # several answers in one file
        body = json.dumps(json.loads(body)["list_pages"][0]).encode()
    page = parse(platform, body, path.name)
    assert page.postings
    assert not page.malformed
    if path.suffix == ".json":
        told = {
            posting.external_id: words(json.dumps(to_json(posting), ensure_ascii=False)) for posting in page.postings
        }
        every = " ".join(told.values())
        assert {key for row in rows_of(json.loads(body)) for key in lost(platform, row, every)} == set()


@pytest.mark.skipif(not FILES, reason="real payloads are not here")
def test_no_field_of_a_recorded_detail_is_lost() -> None:
    row = json.loads((PAYLOADS / "aws-job-streamer" / "workday_search.json").read_text("utf-8"))["jobPostings"][0]
    detail = (PAYLOADS / "aws-job-streamer" / "workday_job_detail.json").read_bytes()
    answer = json.dumps({"total": 1, "jobPostings": [row], "facets": []}).encode()
    platform = PLATFORMS["workday"]
    assert isinstance(platform, Detailed)
    posting = clean(platform.parse_detail(detail, "application/json", parse("workday", answer, "x.json").postings[0]))
    assert lost("workday", json.loads(detail)["jobPostingInfo"], flat(posting)) == []
