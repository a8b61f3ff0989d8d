"""Answers of the platforms become postings: invented fixtures, hostile input, real recordings where there are some."""

from __future__ import annotations

import copy
import gzip
import json
import random
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from crawler.hygiene import clean
from crawler.spiders import PLATFORMS, fields
from crawler.spiders.fields import Keys, cut_div
from crawler.spiders.listing import Board, Detailed, NotAListing, Page, load_json
from crawler.spiders.pay import amount_of, component_of, period_of
from store.posting import Posting, from_json, to_json

HERE = Path(__file__).parent
CASES = sorted(path.parent for name in PLATFORMS for path in (HERE / "fixtures" / name).glob("*/case.toml"))
TYPED = sorted(name for name in PLATFORMS if (HERE / "fixtures" / name / "full" / "response.json").exists())
LIKE: dict[str, set[str]] = {"gem": {"greenhouse"}}  # same shape
RECORDINGS = HERE.parent.parent / "shared" / "recordings"
JSON = "application/json"
FIRST_THREE = ("ashby", "greenhouse", "lever")


def parsed(
    platform: str, body: bytes | str | dict[str, Any] | list[Any], content_type: str = JSON, url: str = ""
) -> Page:
    if isinstance(body, dict | list):
        body = json.dumps(body)
    raw = body.encode() if isinstance(body, str) else body
    url = url or PLATFORMS[platform].first_url("", "board")
    return PLATFORMS[platform].parse(raw, content_type, url, Board(platform, "board"))


def with_text(folder: Path, posting: Posting) -> Posting:
    """The posting with what its own page says, where the fixture has one: `detail_<external id>.json` or `.html`."""
    own = next(folder.glob(f"detail_{posting.external_id}.*"), None)
    platform = PLATFORMS[folder.parent.name]
    if own is None or not isinstance(platform, Detailed):
        return posting
    content_type = JSON if own.suffix == ".json" else "text/html; charset=utf-8"
    return clean(platform.parse_detail(own.read_bytes(), content_type, posting))


def full(platform: str) -> bytes:
    return next((HERE / "fixtures" / platform / "full").glob("response.*")).read_bytes()


def response(platform: str, case: str = "full") -> Any:
    return json.loads((HERE / "fixtures" / platform / case / "response.json").read_text(encoding="utf-8"))


def test_every_platform_has_fixtures() -> None:
    assert {case.parent.name for case in CASES} == set(PLATFORMS)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_fixture(folder: Path) -> None:
    case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    body = next(folder.glob("response.*")).read_bytes()
    if "error" in case:
        with pytest.raises(NotAListing) as told:
            parsed(folder.parent.name, body, case["content_type"], case["url"])
        assert told.value.reason == case["error"]
        return
    page = parsed(folder.parent.name, body, case["content_type"], case["url"])
    told = {"advertised": None} | case["page"]
    facts = {name: getattr(page, name) for name in ("listed", "advertised", "hidden", "complete", "malformed")}
    assert facts | {"window": page.window} == {"window": False} | told
    assert list(page.next_urls) == case.get("next_urls", [])
    postings = [with_text(folder, posting) for posting in page.postings]
    assert [to_json(posting) for posting in postings] == json.loads((folder / "postings.json").read_text("utf-8"))
    assert [from_json(to_json(posting)) for posting in postings] == postings


def test_key_order_and_row_order_make_no_difference() -> None:
    answer = response("greenhouse")
    turned = {"meta": answer["meta"], "jobs": [dict(reversed(row.items())) for row in reversed(answer["jobs"])]}
    hashes = [
        {p.external_id: p.content_hash() for p in parsed("greenhouse", told).postings} for told in (answer, turned)
    ]
    assert hashes[0] == hashes[1]


def test_what_moves_by_itself_makes_no_version() -> None:
    answer = response("greenhouse")
    touched = copy.deepcopy(answer)
    for row in touched["jobs"]:
        row |= {"updated_at": "2027-01-01T00:00:00-05:00", "brand_new_key": [1]}
    before, after = (parsed("greenhouse", told).postings for told in (answer, touched))
    assert [p.content_hash() for p in before] == [p.content_hash() for p in after]
    assert after[0].served["brand_new_key"] == [1]


def test_lever_pages_follow_until_one_is_not_full() -> None:
    rows = [{"id": f"id-{n}", "text": "ML Engineer"} for n in range(100)]
    url = PLATFORMS["lever"].first_url("http://127.0.0.1:9/", "Flex Co")
    assert url == "http://127.0.0.1:9/v0/postings/Flex%20Co?mode=json&skip=0&limit=100"
    second = parsed("lever", rows, url=url).next_urls[0]
    assert second == "http://127.0.0.1:9/v0/postings/Flex%20Co?mode=json&skip=100&limit=100"
    assert parsed("lever", rows, url=second).next_urls[0] == second.replace("skip=100", "skip=200")
    assert parsed("lever", rows[:99], url=second).next_urls == ()
    assert parsed("lever", [], url=second).next_urls == ()


def test_first_urls() -> None:
    urls = {name: PLATFORMS[name].first_url("", "northwind") for name in FIRST_THREE}
    assert urls == {
        "greenhouse": "https://boards-api.greenhouse.io/v1/boards/northwind/jobs?content=true&pay_transparency=true",
        "lever": "https://api.lever.co/v0/postings/northwind?mode=json&skip=0&limit=100",
        "ashby": "https://api.ashbyhq.com/posting-api/job-board/northwind?includeCompensation=true",
    }


@pytest.mark.parametrize(
    ("token", "quoted"),
    [
        ("Lake City AI", "Lake%20City%20AI"),
        ("Lake%20City%20AI", "Lake%20City%20AI"),
        ("lake.ai", "lake.ai"),
        ("É", "%C3%89"),
    ],
)
def test_tokens_are_quoted_once(token: str, quoted: str) -> None:
    assert f"/job-board/{quoted}?" in PLATFORMS["ashby"].first_url("", token)


@pytest.mark.parametrize(
    "token", ["", " ", "..", "a/b", "a%2Fb", "a%2e%2e", "a\\b", "a\nb", "a%0ab", "a?b", "a#b", "x" * 300]
)
def test_tokens_that_leave_the_path_are_refused(token: str) -> None:
    for platform in PLATFORMS.values():
        if platform.first_url("", "one") != platform.first_url("", "two"):  # the others have one list for all
            with pytest.raises(ValueError, match="token"):
                platform.first_url("", token)


def test_no_board() -> None:
    told = {"greenhouse": b'{"status":404,"error":"Job not found"}', "lever": b'{"ok":false}', "ashby": b"Not Found"}
    for name, body in told.items():
        assert PLATFORMS[name].is_no_board(404, body)
        assert not PLATFORMS[name].is_no_board(404, b" <html>gateway</html>")
        assert not any(PLATFORMS[name].is_no_board(status, body) for status in (200, 403, 410, 500))


def test_answers_of_other_platforms_are_never_believed() -> None:
    for name in PLATFORMS:
        for other in set(PLATFORMS) - {name} - LIKE.get(name, set()):
            try:
                page = parsed(name, full(other), JSON if other in TYPED else "application/xml")
            except NotAListing:
                continue
            assert (page.postings, bool(page.malformed)) == ([], True), (name, other)  # quarantined, never believed


def test_keys_of_objects_within_a_row() -> None:
    keys = Keys("title company=firm.name", "id firm.seat places.city")
    row = {
        "id": 1,
        "title": "ML",
        "firm": {"name": "Acme", "seat": "x", "size": 9},
        "places": [{"city": "Ulm", "n": 2}],
    }
    told = fields.posting(row | {"new": 3}, keys)
    assert (told.external_id, told.title, told.company) == ("1", "ML", "Acme")
    assert told.served == {"firm": {"size": 9}, "places": [{"n": 2}], "new": 3}
    assert fields.posting(row | {"firm": "Acme", "places": None}, keys).served == {}


def test_an_id_that_is_not_the_posting_s_is_served() -> None:
    row = {"id": "row-7", "number": 12, "title": "ML"}
    assert fields.posting(row, Keys("title")).served == {"number": 12}
    assert fields.posting(row, Keys("title external_id=number")).served == {"id": "row-7"}
    assert fields.posting(row, Keys("title"), external_id="12").served == {"id": "row-7", "number": 12}


def test_json_encodings() -> None:
    text = '{"jobs":["é"]}'
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert load_json(text.encode(encoding), "application/json; charset=idna") == {"jobs": ["é"]}
    little = b"\xff\xfe" + text.encode("utf-16-le")
    assert load_json(little, "") == {"jobs": ["é"]}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  ", "empty"),
        (b'{"a": "\xe9"}', "not UTF-8: byte 7"),
        ('{"a": 1}'.encode("utf-16-le"), "broken JSON"),
        (b"\xff\xfe{", "not UTF-16"),
        (b"<html>", "HTML"),
        (b'{"a": Infinity}', "Infinity"),
        (b'{"a": 1e999}', "out of range"),
        (b"1" * 5000, "too long"),
        (b"[" * 200_000, "nested too deep"),
        (b'{"a": 1} trailing', "broken JSON"),
    ],
)
def test_json_that_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(NotAListing, match=reason):
        load_json(body, JSON)


def test_html_content_type_is_refused() -> None:
    with pytest.raises(NotAListing, match="HTML"):
        load_json(b"[]", "text/html; charset=utf-8")


def test_cut_div() -> None:
    nested = 'a<div id="x" class="big content-intro">b<div>c</div>d</div>e<div class="content-introduction">f</div>'
    assert cut_div(nested, "content-intro") == ("b<div>c</div>d", 'ae<div class="content-introduction">f</div>')
    assert cut_div('<div class="content-intro">never ends', "content-intro") == (
        "",
        '<div class="content-intro">never ends',
    )


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("Annual Salary:", "year"),
        ("per annum", "year"),
        ("Hourly Pay Range", "hour"),
        ("$60/hr", "hour"),
        ("Monthly", "month"),
        ("per day", "day"),
        ("weekly", "week"),
        ("", ""),
        ("Salary", ""),
        ("annual bonus", ""),
        ("bi-weekly", ""),
        ("annual, paid monthly", ""),
        ("annual salary at 40 hours per week", "year"),
    ],
)
def test_period_words(words: str, period: str) -> None:
    assert period_of(words) == period


@pytest.mark.parametrize(
    ("words", "component"),
    [
        ("OTE $168K", "ote"),
        ("On-target earnings", "ote"),
        ("Base Salary", "base"),
        ("Total compensation", "total"),
        ("note", "unspecified"),
        ("Base Salary + Commission", "unspecified"),
        ("Base salary (excluding commission)", "base"),
        ("database", "unspecified"),
    ],
)
def test_component_words(words: str, component: str) -> None:
    assert component_of(words) == component


@pytest.mark.parametrize(
    ("printed", "amount"),
    [
        ("$265,000", 265000),
        ("€70.000", 70000),
        ("72,50 €", 72.5),
        ("$1,234.5", 1234.5),
        ("CHF 120'000", 120000),
        ("n/a", None),
        ("85000", 85000),
    ],
)
def test_printed_amounts(printed: str, amount: float | None) -> None:
    assert amount_of(printed) == amount


def test_sales_clause_below_every_role_marks_sales_roles_alone() -> None:
    entry = {
        "min_cents": 100,
        "max_cents": 200,
        "currency_type": "USD",
        "title": "",
        "blurb": "For sales roles, this is the OTE.",
    }
    rows = [
        {"id": n, "title": title, "pay_input_ranges": [entry]}
        for n, title in enumerate(["ML Engineer", "Head of Sales"], 1)
    ]
    page = parsed("greenhouse", {"jobs": rows, "meta": {"total": 2}})
    assert [posting.pay[0].component for posting in page.postings] == ["unspecified", "ote"]


ODD = [
    None,
    True,
    False,
    0,
    -1,
    10**30,
    1e300,
    "",
    "x" * 3000,
    "\ud800\x00\u202e",
    [],
    [None],
    {},
    {"name": []},
    [[[]]],
    "1e999",
]


def mutated(value: Any, chance: random.Random, share: float) -> Any:
    if chance.random() < share:
        return copy.deepcopy(chance.choice(ODD))
    if isinstance(value, dict):
        return {key: mutated(part, chance, share) for key, part in value.items() if chance.random() > share}
    return [mutated(part, chance, share) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("platform", TYPED)
@pytest.mark.parametrize("share", [0.02, 0.1, 0.4])
def test_wrong_types_anywhere(platform: str, share: float) -> None:
    chance, outcomes = random.Random(f"{platform}{share}"), Counter[str]()
    for _ in range(60):
        body = json.dumps(mutated(response(platform), chance, share)).encode()
        try:
            page = parsed(platform, body)
        except NotAListing:
            outcomes["no listing"] += 1
            continue
        outcomes["page"] += 1
        assert len(page.postings) + len(page.malformed) + page.hidden <= page.listed
        for posting in page.postings:
            assert posting.external_id
            assert posting.title
            json.dumps(to_json(posting), allow_nan=False).encode()
    assert outcomes["page"]


def test_cut_off_bodies_are_never_a_page() -> None:
    for platform in PLATFORMS:
        body = full(platform)
        for end in range(0, len(body.rstrip()), 97):
            with pytest.raises(NotAListing):
                parsed(platform, body[:end], JSON if platform in TYPED else "application/xml")


def recorded(platform: str) -> list[tuple[str, bytes]]:
    boards = [
        (unquote(p.name[:-8]), gzip.decompress(p.read_bytes()))
        for p in sorted((RECORDINGS / "ashby").glob("*.json.gz"))
    ]
    others = [(p.parent.name, p.read_bytes()) for p in sorted((RECORDINGS / "payloads").glob(f"*/{platform}*.json"))]
    return (boards if platform == "ashby" else []) + others


def walk_pay(compensation: dict[str, Any]) -> list[tuple[Any, ...]]:
    tiers = [(tier["title"], part) for tier in compensation["compensationTiers"] for part in tier["components"]]
    parts = tiers or [("", part) for part in compensation["summaryComponents"]]
    keys = ("minValue", "maxValue", "currencyCode", "interval", "compensationType")
    return [(title or "", *(part.get(key) for key in keys)) for title, part in parts]


PERIODS = {"year": "1 YEAR", "month": "1 MONTH", "hour": "1 HOUR", "": "NONE"}
COMPONENTS = {"EquityCashValue": "equity", "EquityPercentage": "equity", "Bonus": "bonus", "Commission": "commission"}


@pytest.mark.skipif(not RECORDINGS.exists(), reason="real payloads are not here")
@pytest.mark.parametrize("platform", FIRST_THREE)
def test_recordings_equal_a_plain_walk(platform: str) -> None:
    title_key = "text" if platform == "lever" else "title"
    for name, body in recorded(platform):
        answer, page = json.loads(body), parsed(platform, body)
        rows = answer if platform == "lever" else answer["jobs"]
        walked = [(str(row["id"]), unicodedata.normalize("NFC", row[title_key]).strip()) for row in rows]
        assert [(posting.external_id, posting.title) for posting in page.postings] == walked, name
        assert page.malformed == []
        assert all(posting.posted_at and posting.url and posting.body_html for posting in page.postings)
        if platform == "ashby":
            assert_pay_equal(rows, page)


def assert_pay_equal(rows: list[Any], page: Page) -> None:
    for row, posting in zip(rows, page.postings, strict=True):
        walked = walk_pay(row["compensation"])
        told = [(p.label, p.low, p.high, p.currency or None, PERIODS[p.period]) for p in posting.pay]
        assert told == [(title.strip(), *part) for title, *part, _ in walked]
        for pay, (*_, kind) in zip(posting.pay, walked, strict=True):
            assert kind in pay.raw
            assert pay.component == COMPONENTS.get(kind, pay.component)
