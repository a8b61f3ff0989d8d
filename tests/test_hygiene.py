"""What leaves a spider can be kept by both engines, found again, and names no person's contacts."""

from __future__ import annotations

import gzip
import json
import math
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.contacts import mask
from crawler.hygiene import BODY_CAP_BYTES, SERVED_CAP_BYTES, clean
from crawler.spiders import fields, markup
from store.markup import TooCostly, parse_html
from store.posting import Pay, Place, Posting, from_json, to_json

RECORDINGS = Path(__file__).parent.parent.parent / "shared" / "recordings"

CONTACTS = """\
jane.doe@acme.com
jobs+ml@mail.acme.co.uk
jane&#64;acme.io
jane%40acme.com
jane (at) acme (dot) com
jane [at] acme.com
jane[@]acme.com
jane at acme dot com
mailto:jane@acme.com?subject=Jane
ü.müller@übung.de
+14155550123
+1 415 555 0123
+1 (415) 555-0123
(415) 555-0123
(415)555-0123
415-555-0123
415.555.0123
123-456-7890
1-800-555-0199
+44 20 7946 0958
+44 (0)20 7946 0958
+49 (0) 30 1234567
+49-151-23456789
+91 98765 43210
+33 1 23 45 67 89
+353 1 234 5678
(415)&nbsp;555-0123
415\u2011555\u20110123
tel:+14155550123
https://wa.me/14155550123
linkedin.com/in/jane-doe
https://uk.linkedin.com/in/jane-doe/?trk=x
data-cfemail="a1b2c3d4e5"
""".splitlines()

NOT_CONTACTS = """\
$150,000 - $190,000
150,000 - 190,000
150,000-190,000 USD
$120-150-180
$120 - 150 - 180k
$200-250-3000
USD 200.000.0000
70.000 - 90.000 EUR
70 000 - 90 000 EUR
150 000 - 190 000
150000-190000
₹ 25,00,000 - 40,00,000
INR 2500000 - 4000000
8 000 000 - 12 000 000 JPY
90,000 + 10,000 bonus
+150 000 000 users
+10.000.000 Kunden
+12.345.678
+1,000 employees
1,000,000+ users
2024-2026
2019 - 2024
2026-10-07
2026-10-07T20:47:09.753+00:00
10-07-2026
07.10.2026
gh_jid=4155550123
https://acme.example/jobs/4155550123
https://acme.example/415-555-0123
03e2d4e1-0000-4f09-a058-2eb9ce34c2bc
Job ID: 415-555-0123
req 415-555-0123
R-1042
1234567890
12345678901
call 10000000 times
call center 2023 2024
mobile 2023-2024
401(k)
24/7
C++17
GMT+0200
3.11.4
10-15%
192.168.100.1000
@handle
https://medium.com/@jane
python@3.11
engineer @ Acme
great at ML dot products
linkedin.com/company/acme
hotel: 4 stars
<div style="min-height:1.5em">12345</div>
""".splitlines()

ANNOUNCED = [
    "Tel: 030 1234567",
    "Phone: 6505551234",
    "call us at 415 555 0123",
    "Phone:</strong> 0201/123456",
    "WhatsApp: 98765 43210",
]


@pytest.mark.parametrize("contact", CONTACTS)
@pytest.mark.parametrize("frame", ["{}", "Write to {}.", "<p>{}</p>", '<a href="{}">us</a>', "now {}, or 2026"])
def test_contacts_are_masked(contact: str, frame: str) -> None:
    told = mask(frame.format(contact))
    assert re.search(r"\[(?:email|phone|profile)\]", told)
    private = set(re.findall(r"[\w.]{4,}", contact)) - {"data", "cfemail"}
    assert not [word for word in private if word in told]
    assert mask(told) == told


@pytest.mark.parametrize("text", ANNOUNCED)
def test_a_word_announces_a_number(text: str) -> None:
    assert not re.search(r"\d", mask(text))
    assert mask(text).startswith(text[:3])


@pytest.mark.parametrize("text", NOT_CONTACTS)
@pytest.mark.parametrize("frame", ["{}", "from {} on", "<li>{}</li>", "({})"])
def test_other_numbers_stay(text: str, frame: str) -> None:
    assert mask(frame.format(text)) == frame.format(text)


def test_the_name_on_a_profile_link_goes_with_it() -> None:
    link = '<a href="https://www.linkedin.com/in/jane/" rel="x"><u>Jane Doe</u></a> leads'
    assert mask(link) == '<a href="[profile]" rel="x"><u>[profile]</u></a> leads'


NUMBER_PUMPS = ["1", "1.", "1-", "1 ", "0 ", "(", "+", "+1", "+1 ", "123-456-", "12345 ", "123 456 ", "tel:", "call "]
MAIL_PUMPS = [
    "@",
    "a@",
    "a.",
    "a@a.",
    "a@b.b.b.b.b.b.",
    "mailto:",
    "a (at) b ",
    "&#64;",
    "(at)",
    " dot ",
    "a at b dot ",
    "[at",
]
OTHER_PUMPS = ["linkedin.com/in/", "é\u0301", "\u0301\u0327", "<", "\r"]


@pytest.mark.parametrize("pump", [*NUMBER_PUMPS, *MAIL_PUMPS, *OTHER_PUMPS])
def test_pumped_text_ends(pump: str) -> None:
    """No time is measured: a pattern that is not linear would not come back from a megabyte."""
    body = clean(
        Posting(external_id="1", title="x", body_html=pump * (1_000_000 // len(pump)) + " tel: a@b (at) dot")
    ).body_html
    assert len(body.encode()) <= BODY_CAP_BYTES


ODD = "\x00\r\n\ud800\u202e\u0301\u0344\ufdd0\U0001fffe\u212b\u1100\u1161é@.+-() 0123456789at"
TEXTS = st.text(alphabet=ODD, max_size=40)
CONTACT_PIECES = [
    "jane@acme.com",
    "+1 415 555 0123",
    "415-555-0123",
    "(at)",
    " dot ",
    "mailto:",
    "tel:",
    "linkedin.com/in/x",
]
PIECES = st.sampled_from([*CONTACT_PIECES, "[email]", "call "])
MIXED = st.lists(st.one_of(TEXTS, PIECES), max_size=5).map("".join)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), MIXED),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(MIXED, inner, max_size=3)),
    max_leaves=6,
)
POSTINGS = st.builds(
    Posting,
    external_id=MIXED,
    title=MIXED,
    url=MIXED,
    body_html=MIXED,
    company=MIXED,
    deadline_at=MIXED,
    places=st.lists(st.builds(Place, label=MIXED, city=MIXED), max_size=2).map(tuple),
    pay=st.lists(
        st.builds(Pay, low=st.none() | st.floats(), high=st.none() | st.floats(), currency=MIXED, raw=MIXED), max_size=2
    ).map(tuple),
    served=st.dictionaries(MIXED, VALUES, max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(POSTINGS)
def test_clean_twice_is_clean_once(posting: Posting) -> None:
    told = clean(posting)
    assert clean(told) == told
    stored = json.dumps(to_json(told), ensure_ascii=False, allow_nan=False)
    stored.encode()
    assert unicodedata.is_normalized("NFC", told.title)
    assert unicodedata.is_normalized("NFC", told.body_html)
    assert not re.search("[\x00-\x08\x0b-\x1f\ufdd0-\ufdef]", told.title + told.body_html)
    named = replace(told, external_id=told.external_id or "1", title=told.title or "x")
    assert from_json(json.loads(json.dumps(to_json(named)))) == named


@settings(max_examples=150, deadline=None)
@given(MIXED)
def test_mask_twice_is_mask_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


def cleaned(**fields: Any) -> Posting:
    return clean(Posting(**{"external_id": "1", "title": "ML Engineer"} | fields))


def test_text_both_engines_can_keep() -> None:
    told = cleaned(
        title=" \u202eML\x00 Engine\u0301er \u2066", body_html="a\r\nb\rc\td\x00\x0be\ud800f\ufdd0g\U0001ffffh"
    )
    assert told.title == "ML Enginéer"
    assert told.body_html == "a\nb\nc\tde\ufffdf\ufffdg\ufffdh"


def test_floods_of_combining_marks_are_cut() -> None:
    told = cleaned(body_html="a" + "\u0301\u0327" * 400_000 + "b")
    assert len(told.body_html) < 40
    assert told.body_html.endswith("b")


def test_caps() -> None:
    told = cleaned(
        title="x" * 9_000, company="y" * 9_000, body_html="é" * 1_000_000, url="https://a.example/" + "z" * 3_000
    )
    assert (len(told.title), len(told.company), told.url) == (500, 300, "")
    assert len(told.body_html.encode()) == BODY_CAP_BYTES
    assert told.served == {"_cut": ["body_html"]}
    assert clean(told) == told


def test_a_cut_lays_no_number_bare() -> None:
    told = cleaned(title="x" * 487 + " 415-555-01234")
    assert clean(told) == told


DEEP = {  # repeated for a megabyte: each takes the parser from seconds to hours
    "nested": "<div>",
    "nested in twos": "<ul><li>",
    "formatting": "<font size=%d><p>",
    "formatting, closed by others": "<font size=%d><p></x></x>",
    "ends that are none": '<i title="</i>"></p>',
    "ends in comments": "<div><!--</div>-->",
    "ends in raw text": "<div><textarea></div></textarea>",
    "ends out of scope": "<div><object></div></object>",
    "closed in themselves": "<x-y/>",
    "names with a tab of another kind": "<div\x0b></div>",
    "foreign": "<svg><td>",
    "raw text that is none": "<svg><style><!--</style></div>--><div>",
    "data that is none": "<svg><![CDATA[><div></div>",
    "later bodies": "<body a%d></body>",
    "items of two kinds": "<li><dd>",
    "ends in comments that are none": "<div><![</div>",
    "formatting in rows": "<table><tr><b a%d><td></b>",
    "formatting around paragraphs": "<b a%d><p></b>",
    "scripts in scripts": "<div><script><!--<script></script></div>--></script>",
}
ATTRIBUTES = "<div {}>".format(" ".join(f"a{n}" for n in range(300_000)))


def pumped(pump: str, characters: int) -> str:
    return "".join(pump.replace("%d", str(n)) for n in range(characters // len(pump)))


@pytest.mark.parametrize(
    "html", [*(pumped(pump, 1_000_000) for pump in DEEP.values()), ATTRIBUTES], ids=[*DEEP, "attributes"]
)
def test_markup_that_a_parser_would_take_no_end_with_is_refused(html: str) -> None:
    """No time is measured: the parser itself would not come back."""
    with pytest.raises(TooCostly):
        parse_html(html)


@pytest.mark.parametrize(
    "html",
    [
        "<", "<a x='", '<a x="', "<!--", "</", "<p>", "<li>x", "<br>", "<div></div>", "<b>x</b> ",
        "<div><span>a<wbr>b</span></div>", "<label><input> b</label>", "<picture><source><img></picture>",
        "<tr><td><input><td>b", "<li>a<p>b", "<dt>a<dd>b", "<p>a<b>b</b></p>", "<ul><li>a</ul>",
    ],
)  # fmt: skip
def test_flat_markup_is_parsed_however_long(html: str) -> None:
    assert parse_html(html * (300_000 // len(html))).html


def test_pieces_of_postings_pass_the_same_guard() -> None:
    with pytest.raises(TooCostly):
        fields.plain_of(pumped("<a %d><p>", 20_000))
    item = '<div itemscope itemtype="https://schema.org/JobPosting"><h1 itemprop="title">ML Engineer</h1>{}</div>'
    assert markup.job_postings(item.format("<ul><li>Python</li></ul>" * 2_000))[0]["title"] == "ML Engineer"
    assert markup.read_page(item.format(pumped("<font size=%d><p>", 90_000))) == ([], 1)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (" https://a.example/jobs/4155550123?x=1 ", "https://a.example/jobs/4155550123?x=1"),
        ("HTTP://a.example", "HTTP://a.example"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example", ""),
        ("ftp://a.example", ""),
        ("https://", ""),
        ("https:///x", ""),
    ],
)
def test_only_web_addresses(url: str, kept: str) -> None:
    assert cleaned(url=url).url == kept


@pytest.mark.parametrize(
    ("low", "kept"),
    [(1.5, 1.5), (0, 0.0), (-1, None), (math.nan, None), (math.inf, None), (10**400, None), (1e12, 1e12), (None, None)],
)
def test_amounts_are_finite_and_bounded(low: float | None, kept: float | None) -> None:
    assert cleaned(pay=(Pay(low=low, raw="as printed"),)).pay[0].low == kept


@pytest.mark.parametrize(
    ("printed", "kept"), [("usd", "USD"), (" EUR ", "EUR"), ("$", ""), ("US", ""), ("ÉUR", ""), ("12A", "")]
)
def test_currencies(printed: str, kept: str) -> None:
    assert cleaned(pay=(Pay(currency=printed, low=1.0),)).pay[0].currency == kept


def test_empty_places_go() -> None:
    assert cleaned(places=(Place(label=" \x00"), Place(city="Porto"))).places == (Place(city="Porto"),)


def test_served_is_masked_and_bounded() -> None:
    deep: list[Any] = []
    for _ in range(500):
        deep = [deep]
    served = {"deep": deep, "nan": math.nan, "long": 2**60, "who": [{"mail": "jane@acme.com"}], "jane@acme.com": 1}
    told = cleaned(served=served | {f"big{n}": "x y " * 900 for n in range(30)}).served
    assert told["who"] == [{"mail": "[email]"}]
    assert (told["nan"], told["long"], told["[email]"]) == (None, str(2**60), 1)
    assert len(json.dumps(told)) <= SERVED_CAP_BYTES
    assert any(key.startswith("big") for key in told)


def test_every_text_field_is_masked() -> None:
    canary = "canary@acme.com"
    texts = dict.fromkeys(
        ("title", "company", "body_html", "intro_html", "conclusion_html", "team", "department", "url"), canary
    )
    texts |= dict.fromkeys(
        ("department", "work_mode", "employment", "requisition", "opening", "language", "deadline_at"), canary
    )
    told = cleaned(
        **texts,
        places=(Place(label=canary, city=canary),),
        pay=(Pay(label=canary, raw=canary, low=1.0),),
        served={"a": [canary]},
    )
    assert "canary" not in json.dumps(to_json(told))


def test_times_and_flags_pass_unchanged() -> None:
    at = datetime(2026, 10, 7, tzinfo=UTC)
    told = cleaned(posted_at=at, posted_basis="created_at", is_prospect=True)
    assert (told.posted_at, told.posted_basis, told.is_prospect) == (at, "created_at", True)


MONEY = re.compile(
    r"(?:[$€£¥₹]|USD|EUR|GBP)\s?\d[\d.,]*|\d[\d.,]*\s?(?:[€$£%]|k\b|USD|EUR|GBP)|\b(?:19|20)\d\d\b", re.I
)
WORDS_WITH_CONTACTS = re.compile(r"\S*(?:@|linkedin\.com/|\[email\]|\[profile\])\S*", re.I)


@pytest.mark.skipif(not RECORDINGS.exists(), reason="real payloads are not here")
def test_no_money_or_year_of_the_recordings_is_masked() -> None:
    masked, n_amounts = Counter[str](), 0
    for path in sorted((RECORDINGS / "ashby").glob("*.json.gz")):
        for text in (row["descriptionPlain"] for row in json.loads(gzip.decompress(path.read_bytes()))["jobs"]):
            told = mask(text)
            if told == text:
                continue
            masked.update(re.findall(r"\[(?:email|phone|profile)\]", told))
            before, after = (MONEY.findall(WORDS_WITH_CONTACTS.sub(" ", part)) for part in (text, told))
            assert before == after, path.name
            n_amounts += len(before)
    assert n_amounts > 500
    assert masked["[email]"] > 50
