import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import Reading, read_posting
from analytics.conditions import conditions, read_employment
from analytics.education import read_education
from analytics.experience import read_experience
from analytics.jsonl import Done, read_jsonl
from analytics.reading import READER, read_content
from analytics.terms import read_terms
from store.posting import Pay, Place, Posting
from tests.examples_of import Span, examples

KEYS = [
    "reader",
    "document",
    "title",
    "role",
    "level",
    "level_inferred",
    "pay",
    "equity",
    "bonus",
    "mentions",
    "genai",
    "experience",
    "education",
    "certifications",
    "employment",
    "work_mode",
    "onsite_days",
    "remote_regions",
    "remote_excluded",
    "places",
    "visa",
    "citizenship",
    "clearance",
    "languages",
    "flags",
]
BODY = """
<p>Orchard Analytics grows software for farms.</p>
<h3>What you will do</h3><ul><li>Build RAG pipelines with LangChain</li><li>Serve models on Kubernetes</li></ul>
<h3>Requirements</h3><ul><li>5+ years of professional experience with Python or Go</li>
<li>Bachelor's degree in Computer Science or equivalent experience</li></ul>
<h3>Nice to have</h3><ul><li>Rust, AWS Certified Solutions Architect</li></ul>
<h3>Benefits</h3><p>Salary: $150,000 - $180,000 a year. Hybrid, 3 days per week in the office.</p>
"""


@pytest.mark.parametrize("case", examples("experience"))
def test_years_asked_for(case):
    text = case["text"]
    mentions = read_terms(text, [Span(0, len(text), "requirements")])
    read = read_experience(text, mentions)
    assert (read["low_years"], read["high_years"], read["kind"]) == (
        case.get("low"),
        case.get("high"),
        case.get("kind"),
    )
    assert [f"{s['skill']}={s['low_years']}" for s in read["skills"]] == case.get("skills", [])
    assert [p["low_years"] for p in read["preferred"]] == case.get("preferred", [])


@pytest.mark.parametrize("case", examples("education"))
def test_schooling_asked_for(case):
    text = case["text"]
    assert read_education(text, [Span(0, len(text), case.get("section", "requirements"))]) == {
        "least": case.get("least"),
        "preferred": case.get("preferred"),
        "fields": case.get("fields", []),
        "equivalent_ok": case.get("equivalent", False),
    }


@pytest.mark.parametrize("case", examples("conditions"))
def test_terms_of_employment(case):
    read = conditions(case["text"], [Span(0, len(case["text"]), "requirements")])
    assert (read["visa"], read["citizenship"], read["clearance"]) == (
        case.get("visa"),
        case.get("citizenship"),
        case.get("clearance"),
    )
    assert [f"{one['language']}={one['strength']}" for one in read["languages"]] == case.get("languages", [])
    employment = read_employment(case["text"], case.get("title", ""), case.get("printed", ""))
    assert employment == case.get("employment")


def test_a_whole_posting_is_read():
    read = read_posting(BODY, "Senior ML Engineer (m/w/d) - Berlin", "Orchard Analytics", "Berlin, Germany").to_json()
    assert list(read) == KEYS
    assert (read["title"], read["level"]) == ("Senior ML Engineer", "senior")
    assert read["role"] == {"family": "ml_engineer", "scope": "core"}
    assert (read["genai"]["class"], read["genai"]["depth"]) == ("role_duty", 2)
    assert read["experience"]["low_years"] == 5
    assert (read["education"]["least"], read["education"]["equivalent_ok"]) == ("bachelor", True)
    assert read["certifications"] == [{"name": "AWS Solutions Architect", "strength": "preferred"}]
    assert (read["work_mode"], read["onsite_days"]) == ("hybrid", 3)
    assert [(p["city"], p["country"]) for p in read["places"]] == [("Berlin", "DE")]
    assert [(p["low"], p["high"], p["period"]) for p in read["pay"]] == [(150000, 180000, "year")]
    assert json.loads(json.dumps(read, allow_nan=False)) == read


def test_offsets_refer_to_the_text_of_the_reading():
    read = read_posting(BODY, "ML Engineer").to_json(with_text=True)
    words = {mention["term"]: read["text"][mention["start"] : mention["end"]] for mention in read["mentions"]}
    assert (words["Go"], words["LangChain"], words["Retrieval-augmented generation"]) == (
        "Go",
        "LangChain",
        "RAG pipelines",
    )


def test_a_stored_posting_is_read_with_all_its_parts():
    posting = Posting(
        external_id="1",
        title="MLOps Engineer",
        intro_html="<p>Orchard Analytics is an LLM company.</p>",
        body_html="<h3>Requirements</h3><p>Terraform</p>",
        conclusion_html="<p>The base salary is $120,000 - $140,000 a year.</p>",
        places=(Place(label="HQ", city="Austin", region="TX", country="US"),),
        work_mode="Hybrid",
        employment="FullTime",
        pay=(Pay(low=100000, high=110000, currency="USD", period="year", component="base", label="Tier 1"),),
    )
    read = read_content(posting, "Orchard Analytics")
    sections = {mention["term"]: mention["section"] for mention in read["mentions"]}
    assert (sections["Large language models"], sections["Terraform"]) == ("company", "requirements")
    assert read["genai"]["class"] == "company_only"
    assert [(p["source"], p["low"]) for p in read["pay"]] == [("structured", 100000), ("text", 120000)]
    assert "pay_conflict" in read["flags"]
    assert (read["work_mode"], read["employment"]) == ("hybrid", "full_time")
    assert (read["places"][0]["city"], read["places"][0]["metro"]) == ("Austin", "Austin")


def test_pay_that_agrees_is_no_conflict():
    pay = Pay(low=120000, high=140000, currency="USD", period="year", component="base")
    posting = Posting(
        external_id="1", title="MLE", body_html="<p>Base salary: $120,000 - $140,000 a year</p>", pay=(pay,)
    )
    read = read_content(posting)
    assert len(read["pay"]) == 2
    assert "pay_conflict" not in read["flags"]


def test_a_silent_title_gets_a_level_from_years_beside_it():
    read = read_posting("<h3>Requirements</h3><p>6 years of experience</p>", "ML Engineer")
    assert (read.level, read.level_inferred) == ("unspecified", "senior")
    assert read_posting("", "Senior ML Engineer").level_inferred is None


def test_the_places_of_the_text_stand_in_for_missing_ones_and_disagree_with_wrong_ones():
    text = "Location: Oslo, Norway\nYou train models."
    assert read_posting(text).places[0]["city"] == "Oslo"
    assert "location_conflict" in read_posting(text, location="Lyon, France").flags
    assert read_posting("", "ML Engineer (Lisbon)").places[0]["city"] == "Lisbon"


@pytest.mark.parametrize(
    ("title", "text", "document"),
    [
        ("ML Engineer", "You train models.", "posting"),
        ("What does a machine learning engineer do?", "They train models.", "guide"),
        ("Machine Learning Engineer Career Guide", "", "guide"),
        ("", "Machine Learning Engineer\nHow to become a machine learning engineer\nJob outlook", "guide"),
        ("Machine Learning Engineer Jobs in Springfield", "", "category"),
        ("", "120 jobs found\nBrowse all jobs\nML Engineer\nView all jobs", "category"),
        ("Senior Engineer, Jobs Platform", "You build a jobs platform.", "posting"),
    ],
)
def test_guides_and_lists_are_no_postings(title, text, document):
    assert read_posting(text, title).document == document


def test_nothing_in_gives_nothing_out():
    read = read_posting("").to_json()
    assert list(read) == KEYS
    assert (read["pay"], read["mentions"], read["places"], read["flags"]) == ([], [], [], [])
    assert (read["level"], read["work_mode"], read["genai"]["class"]) == ("unspecified", "unspecified", "none")


HOSTILE = [
    "<div>" * 3000,
    "1-" * 20_000,
    "remote " * 5_000,
    "$1,000 " * 3_000,
    "5+ years of " * 3_000,
    "\x00\ud800 PyTorch",
    "(" * 20_000,
    "Bachelor's or Master's, " * 2_000,
    "a@" * 10_000,
    "PyTorch, " * 5_000,
    "freelanc" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_read_without_a_fault(text):
    assert not any(flag.startswith("reader_error") for flag in read_posting(text, text, text, text).flags)


@given(st.text(max_size=300), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_without_a_fault(text, other):
    read = read_posting(text, other, other, other)
    assert isinstance(read, Reading)
    assert not any(flag.startswith("reader_error") for flag in read.flags)


def test_readings_are_functions_of_their_input():
    assert read_posting(BODY, "ML Engineer") == read_posting(BODY, "ML Engineer")
    assert len(READER) == 16
    assert read_posting("").reader == READER


def test_a_file_of_postings_is_read_line_by_line(tmp_path):
    given = tmp_path / "in.jsonl"
    postings = [
        {"id": "a", "title": "ML Engineer", "html": BODY, "salary": "ignored"},
        {"id": "b", "text": "", "title": None},
    ]
    given.write_text("\n".join([json.dumps(postings[0]), "no json", json.dumps(postings[1]), ""]), encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert read_jsonl(str(given), str(out), with_text=True) == Done(3, 1)
    first, bad, last = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert [list(line) for line in (first, bad, last)] == [["id", *KEYS, "text"]] * 3
    assert (first["id"], bad["id"], last["id"]) == ("a", None, "b")
    assert bad["flags"] == ["unreadable_line"]
    assert "LangChain" in first["text"]


def test_a_long_file_is_read_by_all_cores_in_its_order_past_what_is_broken(tmp_path):
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [json.dumps({"id": n, "title": "ML Engineer", "text": f"Requirements: Python. {n}"}) for n in range(900)]
    lines[7], lines[500], lines[899] = "{", '{"id": 1, "text": 5}', "\x00"
    given.write_text("\n".join(lines), encoding="utf-8")
    told = []
    assert read_jsonl(str(given), str(out), progress=lambda done, _: told.append(done)) == Done(900, 3)
    ids = [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert ids == [None if n in (7, 500, 899) else n for n in range(900)]
    assert told == sorted(told)
    assert told[-1] == 900


def test_a_missing_file_leaves_the_target_alone(tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("before")
    with pytest.raises(FileNotFoundError):
        read_jsonl(str(tmp_path / "none.jsonl"), str(out))
    assert out.read_text() == "before"


def test_importing_analytics_and_reading_need_no_crawler_and_no_pandas():
    program = (
        "import sys, analytics; a = set(sys.modules); analytics.read_posting('x'); b = set(sys.modules);"
        "assert 'analytics.reading' not in a, a; assert not {'scrapy', 'twisted', 'pandas', 'matplotlib'} & b"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_the_hash_of_the_readers_covers_every_module_a_reading_is_made_with():
    program = (
        "import sys, analytics.reading as r; names = [n.removeprefix('analytics.') for n in sys.modules if "
        "n.startswith('analytics.')]; assert not [n for n in names if n != 'lexicon' and not r.is_source(f'{n}.py')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
