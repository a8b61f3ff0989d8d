"""JobPosting markup as pages carry it: broken scripts, odd shapes; and the sites that it is found on."""

from __future__ import annotations

import asyncio
import gzip
import html
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.board import read_board
from crawler.fetch import Answer
from crawler.hygiene import clean
from crawler.spiders import PLATFORMS, sitemap
from crawler.spiders.listing import Board, NotAListing, Page
from crawler.spiders.markup import job_postings, page_text, read_page, why_no_page
from crawler.spiders.schema_org import is_expired, n_left_out, own_postings, posting_of
from store.posting import Pay, Place, to_json

LD = "application/ld+json"
ROW = {"@context": "https://schema.org", "@type": "JobPosting", "title": "ML Engineer", "identifier": "R-1"}
JOB = {"@type": "JobPosting", "title": "ML Engineer"}
SITE = Board("jsonld", "careers.acme.example")
URL = "https://careers.acme.example"


def script(text: str, kind: str = LD) -> str:
    return f'<!doctype html><html><head><script type="{kind}">{text}</script></head><body></body></html>'


def titles(page: str) -> list[str]:
    return [posting_of(row).title for row in job_postings(page)]


def told(**more: Any) -> Any:
    return posting_of(ROW | more)


@pytest.mark.parametrize(
    "value",
    [
        ROW,
        [ROW],
        [{"@type": "BreadcrumbList"}, [ROW]],
        {"@graph": [{"@type": "Organization"}, ROW]},
        {"@graph": {"@graph": [ROW]}},
        ROW | {"@type": ["Thing", "JobPosting"]},
        ROW | {"@type": "http://schema.org/JobPosting"},
        ROW | {"@type": "schema:JobPosting"},
        {"@type": "WebPage", "mainEntity": ROW},
        {"@type": "WebPage", "mainEntityOfPage": [ROW]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "item": ROW}]},
        {"@type": "ItemList", "itemListElement": [ROW]},
        {"@type": "jobPosting", "Title": "ML Engineer"},
    ],
)
def test_a_posting_is_found_wherever_it_sits(value: Any) -> None:
    assert titles(script(json.dumps(value))) == ["ML Engineer"]


@pytest.mark.parametrize(
    "value",
    [{"@type": "Organization"}, {"@type": "WebPage", "about": ROW}, None, 1, "JobPosting", [[[]]], {"@type": 7}],
)
def test_what_is_no_posting_is_not_found(value: Any) -> None:
    assert job_postings(script(json.dumps(value))) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<![CDATA[", "]]>"),
        ("//<![CDATA[\n", "\n//]]>"),
        ("\n// <![CDATA[\n", "\n// ]]>\n"),
        ("/*<![CDATA[*/", "/*]]>*/"),
        ("<!--", "-->"),
        ("<!--//--><![CDATA[//><!--\n", "\n//--><!]]>"),
        ("\ufeff", ";"),
    ],
)
@pytest.mark.parametrize("value", [JOB, [JOB, [JOB]]])
def test_guards_are_taken_off(before: str, after: str, value: Any) -> None:
    assert set(titles(script(before + json.dumps(value) + after))) == {"ML Engineer"}


def test_a_block_written_in_entities() -> None:
    row = JOB | {"description": '<p class="x">A &amp; B</p>'}
    once = html.escape(json.dumps(row))
    for text in (once, html.escape(once), f"<![CDATA[{once}]]>"):
        assert posting_of(job_postings(script(text))[0]).body_html == '<p class="x">A &amp; B</p>'


@pytest.mark.parametrize(
    "opening",
    [
        '<script type="application/ld&#43;json">',
        '<script type="application/ld&#x2B;json" id=a>',
        "<script type='APPLICATION/LD+JSON'>",
        "<script type=application/ld+json>",
        '<SCRIPT\n id="x" type = " application/ld+json; charset=utf-8">',
        '<script data-type="text/javascript" type="application/ld+json" defer>',
    ],
)
def test_types_of_scripts(opening: str) -> None:
    assert titles(f"<html>{opening}{json.dumps(JOB)}</SCRIPT ></html>") == ["ML Engineer"]


def test_scripts_that_are_none() -> None:
    row = json.dumps(JOB)
    commented = f"<!-- a > b <script type='{LD}'>{row}</script> -->"
    code = f"<script>x = \"<script type='{LD}'>{row}\"</script>"
    other = f'<script data-type="{LD}" type="application/json">{row}</script>'
    assert read_page(commented + code + other + "<!-->") == ([], 0)
    assert titles(commented + code + other + script(row)) == ["ML Engineer"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("ML\nEngineer\t\x01II", "ML Engineer \x01II"),
        (r"Costs \$5", "Costs $5"),
        (r"It\'s \& \-", "It's & -"),
        (r"R\x26D", "R&D"),
        (r"C:\users \u00 \u00e9", "C:users u00 é"),
        (r"a \\$ b", r"a \$ b"),
        (r"a \\\$ b \"q\" \/", 'a \\$ b "q" /'),
        (r"caf\u00e9", "café"),
    ],
)
def test_controls_and_escapes_in_texts(written: str, title: str) -> None:
    assert titles(script(f'{{"@type": "JobPosting", "title": "{written}"}}')) == [title]


def test_an_address_sign_written_as_an_escape() -> None:
    assert titles(script(r'{"\u0040context": "https://schema.org", "\u0040type": "JobPosting", "title": "x"}')) == ["x"]


def test_commas_that_lack_between_members() -> None:
    text = '{"@type": "JobPosting"\n "title": "a, \\"b\\"" "url": "https://x.example/1"\n\n"baseSalary": {"value": 5} '
    (row,) = job_postings(script(text + '"skills": ["x"] "directApply": true "identifier": null "industry": "y"}'))
    assert row["title"] == 'a, "b"'
    assert (row["baseSalary"], row["skills"], row["directApply"], row["industry"]) == ({"value": 5}, ["x"], True, "y")


def test_texts_that_look_like_mistakes_stay() -> None:
    text = 'Say "x"\n "title": "y" \\$ // ]]> &quot; <!-- {'
    (row,) = job_postings(script(json.dumps(JOB | {"description": text})))
    assert row["description"] == text


def test_pascal_case_at_every_depth() -> None:
    row = {"@type": "JobPosting", "Title": "x", "URL": "https://x.example/1", "title": "exact"} | {
        "JobLocation": {"Address": {"AddressLocality": "Lyon", "AddressCountry": {"Name": "FR"}}}
    }
    posting = posting_of(job_postings(script(json.dumps(row)))[0])
    assert (posting.title, posting.url, posting.places[0].label) == ("exact", "https://x.example/1", "Lyon, FR")


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "JobPosting", "title": "a "b" c"}',
        '{"@type": "JobPosting", "title": "cut',
        '{"@type": "JobPosting"' + ' "a": 1' * 500,
        '{"@type": "JobPosting", "a": ' + "[" * 100_000,
    ],
)
def test_what_no_repair_can_read_is_counted(text: str) -> None:
    assert read_page(script(text)) == ([], 1)
    assert read_page(f'<script type="{LD}">{text}') == ([], 1)


@pytest.mark.parametrize(
    "page",
    [
        "<script" * 200_000,
        "<!--" * 300_000,
        "<div>" * 200_000,
        f"<script type='{LD}'>" * 50_000,
        script("//" * 300_000),
        script("\\" * 500_000),
        script("&" * 300_000),
        '<div itemscope itemtype="http://schema.org/JobPosting">' + "<b itemprop=x>" * 50_000,
        "<a " * 300_000,
    ],
)
def test_hostile_pages_cost_little(page: str) -> None:
    started = time.monotonic()
    read_page(page)
    assert time.monotonic() - started < 5


def test_microdata_where_there_is_no_json() -> None:
    page = (
        '<html itemscope itemtype="https://schema.org/WebPage"><ul><div class=x itemscope '
        'itemtype="https://schema.org/JobPosting"><h2 itemprop="title">NLP Engineer</h2>'
        '<div itemprop="description"><p>1<b>50</b></p></div><p itemprop="skills">a</p><p itemprop="skills">b</p>'
        '<div itemprop="hiringOrganization" itemscope><i itemprop="name">Acme</i></div>'
        '<div itemprop="baseSalary" itemscope><meta itemprop="currency" content="EUR"><div itemprop="value" itemscope>'
        '<b itemprop="minValue">50.000</b><b itemprop="maxValue">60.000</b><b itemprop="unitText">YEAR</b></div></div>'
    )
    posting = posting_of(job_postings(page)[0], "https://x.example/2")
    assert (posting.title, posting.company, posting.external_id) == ("NLP Engineer", "Acme", "https://x.example/2")
    assert posting.body_html == "<p>1<b>50</b></p>\n<h3>Skills</h3>a<br>b"
    assert [(pay.low, pay.high, pay.currency, pay.period) for pay in posting.pay] == [(50000, 60000, "EUR", "year")]
    assert titles(page + script(json.dumps(JOB))) == ["ML Engineer"]


# properties --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("description", "body"),
    [
        ("<p>1<b>50</b>,000 &amp; more</p>", "<p>1<b>50</b>,000 &amp; more</p>"),
        ("&lt;p&gt;Pay &amp;lt; 5&lt;/p&gt;", "<p>Pay &lt; 5</p>"),
        ("&amp;lt;p&amp;gt;x&amp;lt;/p&amp;gt;", "<p>x</p>"),
        ("R&D\nline 2", "R&amp;D<br>line 2"),
        ("R&amp;D, 3 < 5", "R&amp;D, 3 &lt; 5"),
        (["<p>a</p>", "<p>b</p>"], "<p>a</p><br><p>b</p>"),
        ({"@value": "x"}, "x"),
        (None, ""),
    ],
)
def test_descriptions(description: Any, body: str) -> None:
    assert told(description=description).body_html == body


def test_a_text_split_over_properties() -> None:
    posting = told(
        description="<p>a</p>",
        responsibilities="b\nc",
        qualifications=["<ul><li>d</li></ul>"],
        skills=["e", "f"],
        experienceRequirements={"@type": "OccupationalExperienceRequirements", "monthsOfExperience": "36"},
        educationRequirements=[{"credentialCategory": "bachelor degree"}, {"credentialCategory": {"name": "phd"}}],
    )
    assert posting.body_html.split("\n") == [
        "<p>a</p>",
        "<h3>Responsibilities</h3>b<br>c",
        "<h3>Qualifications</h3><ul><li>d</li></ul>",
        "<h3>Skills</h3>e<br>f",
        "<h3>Experience requirements</h3>36 months of experience",
        "<h3>Education requirements</h3>bachelor degree<br>phd",
    ]


@pytest.mark.parametrize(
    ("identifier", "external_id"),
    [
        ("R-77", "R-77"),
        (77, "77"),
        ({"@type": "PropertyValue", "name": "Acme", "value": 77}, "77"),
        ({"name": "Acme", "value": " R-77 "}, "R-77"),
        ([None, {"value": "R-77"}], "R-77"),
        ({"name": "Acme", "value": "Acme"}, "https://x.example/1"),
        ("Acme", "https://x.example/1"),
        ({}, "https://x.example/1"),
        ("x" * 300, "https://x.example/1"),
        (True, "https://x.example/1"),
    ],
)
def test_identifiers(identifier: Any, external_id: str) -> None:
    row = JOB | {"identifier": identifier, "hiringOrganization": {"name": "Acme"}}
    assert posting_of(row, "https://x.example/1").external_id == external_id


@pytest.mark.parametrize(
    ("printed", "posted_at"),
    [
        ("2026-11-03", "2026-11-03T00:00:00+00:00"),
        ("2026-11-03T09:30:00", "2026-11-03T00:00:00+00:00"),
        ("2026-11-03T09:30:00.0000000+01:00", "2026-11-03T08:30:00+00:00"),
        ("2026-11-03T09:30:00+0100", "2026-11-03T08:30:00+00:00"),
        ("2026-11-03T09:30:00Z", "2026-11-03T09:30:00+00:00"),
        ("Nov 3, 2026", None),
        ("0001-01-01", None),
    ],
)
def test_dates(printed: str, posted_at: str | None) -> None:
    posting = told(datePosted=printed)
    assert (posting.posted_at.isoformat() if posting.posted_at else None) == posted_at
    assert posting.posted_basis == ("date_posted" if posted_at else "")
    assert ("datePosted" in posting.served) == (posted_at is None)


@pytest.mark.parametrize(
    ("printed", "is_kept"),
    [
        ("2027-01-03", True),
        ("2027-01-03T23:59:59Z", True),
        ("2027-01-03T23:59", True),
        ("2027-01-03T00:00:00.000Z", True),
        ("2027-01-03 17:30:00", True),
        ("2027-01-03T09:12:44-08:00", False),
        ("2027-01-03T09:30:44", False),
        ("2027-01-03T09:07", False),
    ],
)
def test_a_deadline_reckoned_to_the_second_may_move(printed: str, is_kept: bool) -> None:
    posting = told(validThrough=printed)
    assert (posting.deadline_at, posting.served.get("validThrough")) == ((printed, None) if is_kept else ("", printed))


@pytest.mark.parametrize(
    ("printed", "expired"),
    [
        ("2026-11-20", True),
        ("2026-11-21", False),
        ("2026-11-22T11:59:00Z", True),
        ("2026-11-22T12:01:00Z", False),
        ("2026-11-22T13:30:00+02:00", True),
        ("2026-11-21T08:00:00", False),
        ("soon", False),
        (None, False),
        (["2020-01-01"], False),
    ],
)
def test_expiry(printed: Any, expired: bool) -> None:
    assert is_expired({"validThrough": printed}, datetime(2026, 11, 22, 12, tzinfo=UTC)) is expired


def address(city: str = "", region: str = "", country: Any = "", **more: Any) -> dict[str, Any]:
    return {"address": {"addressLocality": city, "addressRegion": region, "addressCountry": country}} | more


@pytest.mark.parametrize(
    ("location", "places"),
    [
        (address("Lyon", "", "FR"), [Place(label="Lyon, FR", city="Lyon", country="FR")]),
        (
            address("Lyon", "", {"@type": "Country", "name": "France"}),
            [Place(label="Lyon, France", city="Lyon", country="France")],
        ),
        (address("", "", {"name": ["France"]}), [Place(label="France", country="France")]),
        (address("", "", [{"name": "France"}, "DE"]), [Place(label="France", country="France")]),
        (address("Bern", "Bern"), [Place(label="Bern", city="Bern", region="Bern")]),
        (address("M&uuml;nchen"), [Place(label="München", city="München")]),
        ({"address": "1 Road, Lyon"}, [Place(label="1 Road, Lyon")]),
        ({"address": [{"addressLocality": "Lyon"}]}, [Place(label="Lyon", city="Lyon")]),
        ({"@type": "PostalAddress", "addressLocality": "Lyon"}, [Place(label="Lyon", city="Lyon")]),
        ({"name": "Remote"}, [Place(label="Remote")]),
        (["Lyon", "Ghent", "Lyon"], [Place(label="Lyon"), Place(label="Ghent")]),
        (address("Lyon", name="Head office"), [Place(label="Lyon", city="Lyon")]),
        ([address("Lyon"), address("Lyon")], [Place(label="Lyon", city="Lyon")]),
        ([None, {}, 7, {"address": {}}], [Place(label="7")]),
    ],
)
def test_places(location: Any, places: list[Place]) -> None:
    assert list(told(jobLocation=location).places) == places


def test_a_repeated_address_yields_to_the_name() -> None:
    repeated = [address("Menlo Park", "CA", "US", name=name) for name in ("Menlo Park, CA", "New York, NY", "Lyon")]
    places = told(jobLocation=[*repeated, address("Ghent", name="Ghent")]).places
    assert [place.label for place in places] == ["Menlo Park, CA, US", "New York, NY", "Lyon", "Ghent"]
    assert [place.city for place in places] == ["Menlo Park", "", "", "Ghent"]


def test_where_applicants_may_live_stands_in_for_a_place() -> None:
    lands = [{"@type": "Country", "name": "USA"}, {"@type": "Country", "name": "Canada"}]
    remote = told(jobLocationType="TELECOMMUTE", applicantLocationRequirements=lands)
    assert ([place.label for place in remote.places], remote.work_mode) == (["USA", "Canada"], "TELECOMMUTE")
    placed = told(jobLocation="Lyon", applicantLocationRequirements=lands)
    assert [place.label for place in placed.places] == ["Lyon"]
    assert placed.served["applicantLocationRequirements"] == lands


def amount(low: Any = None, high: Any = None, **more: Any) -> dict[str, Any]:
    return {"@type": "QuantitativeValue", "minValue": low, "maxValue": high, "unitText": "YEAR"} | more


@pytest.mark.parametrize(
    ("salary", "offers"),
    [
        ({"currency": "USD", "value": amount(150000, 210000)}, [(150000, 210000, "USD", "year")]),
        ({"currency": "USD", "value": amount("150,000", "210,000.00")}, [(150000, 210000, "USD", "year")]),
        ({"currency": "EUR", "value": amount("60.000", "70 000")}, [(60000, 70000, "EUR", "year")]),
        ({"currency": "USD", "value": amount("18.50", "22.2500", unitText="hour")}, [(18.5, 22.25, "USD", "hour")]),
        ({"currency": "USD", "value": amount(0, 210000)}, [(None, 210000, "USD", "year")]),
        ({"currency": "USD", "value": amount(0, "0", value=0)}, []),
        ({"currency": "USD", "value": amount(value=95000)}, [(95000, 95000, "USD", "year")]),
        ({"currency": "USD", "unitText": "Month", "value": {"value": 9000}}, [(9000, 9000, "USD", "month")]),
        ({"currency": "USD", "value": "95000"}, [(95000, 95000, "USD", "")]),
        ({"minValue": 5, "maxValue": 6, "unitText": "HOURLY", "currency": "GBP"}, [(5, 6, "GBP", "hour")]),
        ({"value": amount(5, 6, unitText="", unitCode="HUR", currency="GBP")}, [(5, 6, "GBP", "hour")]),
        ({"value": amount(5, 6, unitText="BIWEEKLY")}, [(5, 6, "CHF", "")]),
        (
            {"currency": "USD", "value": [amount(1, 2), amount(3, 4, unitText="WEEK")]},
            [(1, 2, "USD", "year"), (3, 4, "USD", "week")],
        ),
        ([{"currency": "USD", "value": amount(1, 2)}, 70000], [(1, 2, "USD", "year"), (70000, 70000, "CHF", "")]),
        ("80000", [(80000, 80000, "CHF", "")]),
        ("CHF 120'000 – 150'000 per year", [(120000, 150000, "CHF", "year")]),
        ("$120k-$150k", [(120000, 150000, "CHF", "")]),
        ("up to 60000", [(None, 60000, "CHF", "")]),
        ("from 50000", [(50000, None, "CHF", "")]),
        ("Competitive, 401k", []),
        (["n/a", None, True, {}, [], -5, {"value": {"minValue": "n/a"}}], []),
    ],
)
def test_pay(salary: Any, offers: list[Any]) -> None:
    posting = told(baseSalary=salary, salaryCurrency="CHF")
    assert [(pay.low, pay.high, pay.currency, pay.period) for pay in posting.pay] == offers
    assert ("baseSalary" in posting.served) == (not offers)


def test_pay_keeps_its_label_and_what_was_typed() -> None:
    offer = {"name": "Zone A", "currency": "USD", "value": amount("150,000", 210000)}
    (pay,) = told(baseSalary=offer, estimatedSalary={"median": 1}).pay
    raw = '"150,000" - 210000 USD; YEAR'
    assert pay == Pay(low=150000, high=210000, currency="USD", period="year", label="Zone A", raw=raw)
    assert told(estimatedSalary={"median": 1}).pay == ()
    assert told(estimatedSalary={"median": 1}).served["estimatedSalary"] == {"median": 1}


def test_what_no_field_holds_is_served_and_people_are_not() -> None:
    company = {"name": "Acme", "sameAs": "https://acme.example", "logo": "x.png", "email": "a@acme.example"}
    posting = told(
        hiringOrganization=company,
        jobLocation=address("Lyon", name="Annex") | {"geo": {"latitude": 1}},
        applicationContact={"name": "A. Person"},
        industry="Fruit",
        image="x.png",
    )
    assert posting.served == {
        "hiringOrganization": {"sameAs": "https://acme.example"},
        "jobLocation": {"name": "Annex", "geo": {"latitude": 1}},
        "industry": "Fruit",
    }
    assert told(hiringOrganization="Confidential").company == ""


ODD: list[Any] = [None, True, 0, -1, 10**30, 1e300, float("inf"), "", "x" * 3000, "\ud800\x00", [], [None], {}, [[[]]]]
ODD += [{"name": []}, {"@value": {}}, {"value": {"value": {}}}, {"address": [[]]}, "1e999", "[::1", "http://[x"]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
def test_odd_values_anywhere(odd: Any) -> None:
    names = ["title", "name", "url", "identifier", "datePosted", "validThrough", "employmentType", "hiringOrganization"]
    names += ["jobLocation", "jobLocationType", "applicantLocationRequirements", "baseSalary", "salaryCurrency"]
    names += ["description", "skills", "experienceRequirements", "educationRequirements"]
    for name in names:
        for value in (odd, [odd, odd], {"name": odd, "value": odd, "address": odd, "minValue": odd}):
            row = ROW | {name: value}
            json.dumps(to_json(clean(posting_of(row, "https://x.example/1"))), allow_nan=False).encode()
            own_postings([row, dict(ROW)], "https://x.example/1")
            is_expired(row, datetime(2026, 1, 1, tzinfo=UTC))


# pages -------------------------------------------------------------------------------------------------------------


def test_of_several_postings_the_one_of_the_page_is_taken() -> None:
    rows = [JOB | {"identifier": f"R-{n}", "url": f"{URL}/jobs/R-{n}?x"} for n in (1, 11, 111)]
    assert [row["identifier"] for row in own_postings(rows, f"{URL}/jobs/ml-R-11")] == ["R-11"]
    assert [row["identifier"] for row in own_postings(rows, f"{URL}/jobs/R-111?x")] == ["R-111"]
    assert own_postings(rows, f"{URL}/jobs/all") == []
    assert len(own_postings([JOB | {"title": "a"}, JOB | {"title": "b"}], f"{URL}/jobs")) == 2
    assert own_postings([rows[0]], f"{URL}/elsewhere") == [rows[0]]


def test_a_posting_told_once_for_each_place_is_one() -> None:
    rows = [JOB | {"identifier": "R-1", "jobLocation": {"address": city}} for city in ("Lyon", "Ghent")]
    (row,) = own_postings(rows, f"{URL}/jobs/R-1")
    assert [place.label for place in posting_of(row).places] == ["Lyon", "Ghent"]


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("é".encode(), "text/html", "é"),
        ("\ufeffé".encode(), "text/html; charset=latin1", "é"),
        ("é“".encode("cp1252"), "text/html; charset=ISO-8859-1", "é“"),
        (b'<meta charset="windows-1252">\xe9', "text/html", '<meta charset="windows-1252">é'),
        ("é".encode(), "text/html; charset=idna", "é"),
    ],
)
def test_character_sets(body: bytes, content_type: str, text: str) -> None:
    assert page_text(body, content_type) == text
    with pytest.raises(NotAListing, match="not UTF-8: byte 1"):
        page_text(b"x\xe9", "text/html")


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<!DOCTYPE html><html><title>Filled</title></html>", ""),
        (" <html><head></head><body></BODY>", ""),
        ("", "empty body"),
        ('{"error": 1}', "no page of HTML"),
        ("<html><head><title>x</title>", "a page that is cut off"),
        ("<html><title>Just a moment...</title></html>", "a challenge, no page: Just a moment..."),
        ("<html><title>\nAccess Denied</title></html>", "a challenge, no page: Access Denied"),
        ("<html><title>Access Control Engineer</title></html>", ""),
    ],
)
def test_pages_that_say_nothing(page: str, why: str) -> None:
    assert why_no_page(page) == why


# sites -------------------------------------------------------------------------------------------------------------


def parsed(body: bytes | str, path: str, token: str = SITE.token, base: str = URL) -> Page:
    raw = body.encode() if isinstance(body, str) else body
    return PLATFORMS["jsonld"].parse(raw, "", f"{base}{path}", Board("jsonld", token))


def urlset(*addresses: str) -> str:
    return f"<urlset>{''.join(f'<url><loc>{address}</loc></url>' for address in addresses)}</urlset>"


@pytest.mark.parametrize("token", ["a.example|/x?y", "a.example|a#b", "a.example:8080", "a b.example", "a@b.example"])
def test_tokens_that_name_no_site(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        PLATFORMS["jsonld"].first_url("", token)


def test_a_part_of_the_path_chooses_the_pages() -> None:
    body = urlset(*(f"{URL}/{path}" for path in ("en/career-hub/1", "de/career-hub/1", "en/career-hub/", "jobs/1")))
    for token in (f"{SITE.token}|/en/career-hub/", f"{SITE.token}|en%2FCareer-hub"):
        assert parsed(body, "/sitemap.xml", token).next_urls == (f"{URL}/en/career-hub/1",)
        assert PLATFORMS["jsonld"].first_url("", token) == f"{URL}/robots.txt"
    assert parsed(body, "/sitemap.xml").next_urls == (f"{URL}/jobs/1",)


def test_a_site_behind_an_endpoint_is_asked_there_and_told_as_itself() -> None:
    base = f"http://127.0.0.1:9/{SITE.token}"
    assert PLATFORMS["jsonld"].first_url("http://127.0.0.1:9/{token}", SITE.token) == f"{base}/robots.txt"
    assert parsed(f"Sitemap: http://{SITE.token}/s.xml", "/robots.txt", base=base).next_urls == (f"{base}/s.xml",)
    assert parsed(urlset(f"{URL}/jobs/1?a=b#c"), "/s.xml", base=base).next_urls == (f"{base}/jobs/1?a=b",)
    (posting,) = parsed(script(json.dumps(JOB)), "/jobs/1?a=b", base=base).postings
    assert (posting.url, posting.external_id) == (f"{URL}/jobs/1?a=b", f"{URL}/jobs/1?a=b")


def test_more_pages_than_are_read_are_no_whole_list() -> None:
    page = parsed(urlset(*(f"/jobs/{n}" for n in range(sitemap.MOST_NEXT + 1))), "/sitemap.xml")
    assert (len(page.next_urls), page.complete) == (sitemap.MOST_NEXT, False)


def test_packed_sitemaps_are_unpacked_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(urlset(f"{URL}/jobs/1").encode())
    assert parsed(packed, "/sitemap").next_urls == (f"{URL}/jobs/1",)
    for broken in (packed[:40], packed[:12] + b"\xff" * 20):
        with pytest.raises(NotAListing, match="gzip"):
            parsed(broken, "/sitemap")
    monkeypatch.setattr(sitemap, "MOST_BYTES", 20)
    with pytest.raises(NotAListing, match="more than 20 bytes"):
        parsed(packed, "/sitemap")


@pytest.mark.parametrize(
    ("path", "status", "location", "counts"),
    [
        ("/jobs/1", 404, "", True),
        ("/jobs/1", 410, "", True),
        ("/jobs/1", 302, "/jobs", True),
        ("/en/jobs/1/x", 301, f"{URL}/en/jobs/?gone=1", True),
        ("/jobs/1", 302, "/jobs/1/", False),
        ("/jobs/1/", 302, "/jobs/1", False),
        ("/jobs/1", 302, "https://[x", False),
        ("/jobs/1", 302, "/jobs/1?session=2", False),
        ("/jobs/1", 302, "/", False),
        ("/jobs/1", 302, "/login", False),
        ("/jobs/1", 302, "https://elsewhere.example/jobs", False),
        ("/jobs/1", 302, "", False),
        ("/jobs/1", 403, "", False),
        ("/sitemap-jobs/1", 404, "", False),
        ("/shards/jobs.xml.gz", 404, "", False),
        ("/robots.txt", 404, "", True),
        ("/robots.txt", 403, "", False),
    ],
)
def test_what_a_refused_address_counts_as(path: str, status: int, location: str, counts: bool) -> None:
    platform: Any = PLATFORMS["jsonld"]
    page = platform.instead(SITE, f"{URL}{path}", status, location)
    assert (page is not None) is counts
    if page is not None:
        assert page.next_urls == ((f"{URL}/sitemap.xml",) if path == "/robots.txt" else ())


def read(pages: dict[str, tuple[int, str]], known: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the engine makes of a site of these pages."""

    async def get(url: str, _headers: dict[str, str]) -> Answer:
        status, body = pages.get(url.removeprefix(URL), (404, ""))
        return Answer(url, status, {}, body.encode())

    return asyncio.run(read_board(SITE, PLATFORMS["jsonld"], "", get, known or {}))


def site(**jobs: tuple[int, str]) -> dict[str, tuple[int, str]]:
    named = urlset(*(f"{URL}/jobs/{name}" for name in jobs))
    return {"/sitemap.xml": (200, named)} | {f"/jobs/{name}": told for name, told in jobs.items()}


def job(name: str) -> tuple[int, str]:
    return 200, script(json.dumps(JOB | {"identifier": name}))


def test_a_page_that_is_gone_leaves_the_list_whole() -> None:
    first = read(site(a=job("a"), b=job("b")))
    assert (first["verdict"], first["listed"]) == ("snapshot", 2)
    known = {"n_304": 0} | first["validators"]
    assert read(site(a=job("a"), b=job("b")), known)["verdict"] == "unchanged"
    second = read(site(a=job("a"), b=(410, "")), known)
    assert (second["verdict"], [posting.external_id for posting in second["postings"]]) == ("snapshot", ["a"])
    assert read(site(a=job("a"), b=(410, "again")), {"n_304": 0} | second["validators"])["verdict"] == "unchanged"


@pytest.mark.parametrize("bad", [(403, ""), (302, ""), (200, ""), (200, "<html>"), (200, script("{JobPosting"))])
def test_a_page_that_fails_makes_the_list_partial(bad: tuple[int, str]) -> None:
    assert read(site(a=job("a"), b=bad))["verdict"] == "partial"


def test_a_missing_sitemap_makes_the_list_partial() -> None:
    index = "<sitemapindex><sitemap><loc>/jobs-sitemap.xml</loc></sitemap></sitemapindex>"
    assert read({"/sitemap.xml": (200, index)})["verdict"] == "partial"
    assert read({})["verdict"] == "partial"


def test_places_and_pay_of_a_posting_are_read_up_to_a_limit_and_the_rest_counted() -> None:
    pay = {"currency": "EUR", "value": [{"value": amount} for amount in range(50_000, 50_600)]}
    row = JOB | {"baseSalary": pay, "jobLocation": [{"address": f"Town {number}"} for number in range(700)]}
    posting = posting_of(row)
    assert (len(posting.pay), len(posting.places), n_left_out(row), n_left_out(JOB)) == (500, 500, 300, 0)
