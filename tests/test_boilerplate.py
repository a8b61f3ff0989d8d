"""What nearly all postings of an employer say is about the employer, wherever it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from analytics.boilerplate import learn, placed
from analytics.observe import read_store
from analytics.sections import Span
from store import read
from store.posting import Posting
from tests.test_market import Store

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
TITLES = ("ML Engineer", "Data Engineer", "Accountant", "Designer", "Recruiter", "Office Manager", "Lawyer", "Chef")
HABIT = "Our agents built on large language models answer the post of four hundred banks every day."


def advert(number: int, title: str, own: str) -> Posting:
    body = f"<h3>Requirements</h3><ul><li>{own}</li><li>{HABIT}</li></ul>"
    return Posting(external_id=str(number), title=title, body_html=body)


def genai_by_title(tmp_path: Path, adverts: list[Posting], later: list[Posting]) -> dict[str, Any]:
    store = Store(f"sqlite:///{tmp_path}/jobtide.db")
    store.crawl(START, {"acme": adverts})
    read_store(store.engine)
    store.crawl(START + timedelta(weeks=1), {"acme": adverts + later})
    read_store(store.engine)
    with store.engine.connect() as conn:
        return {told["title"]: told["genai"]["class"] for _, _, told in read.readings(conn)}


def test_a_line_that_all_postings_share_asks_nothing_of_an_applicant(tmp_path: Path) -> None:
    adverts = [advert(number, title, f"{number} years in your trade") for number, title in enumerate(TITLES)]
    later = [advert(20, "LLM Operations Lead", "Experience with retrieval-augmented generation")]
    classes = genai_by_title(tmp_path, adverts, later)
    assert {classes[title] for title in TITLES} == {"company_only"}
    assert classes["LLM Operations Lead"] == "role_required"


def test_one_job_in_many_cities_is_no_habit_of_the_employer(tmp_path: Path) -> None:
    adverts = [advert(number, "ML Engineer", "Python") for number in range(9)]
    assert set(genai_by_title(tmp_path, adverts, []).values()) == {"role_required"}


def test_sections_still_cover_the_text_and_others_keep_their_lines() -> None:
    text = f"Python\n{HABIT}\nSQL"
    standing = learn([(title, f"{title} wanted\n{HABIT.upper()}") for title in TITLES])
    spans = [Span(0, len(text), "requirements")]
    assert placed(text, spans, standing) == (
        Span(0, 7, "requirements"), Span(7, 7 + len(HABIT), "company"), Span(7 + len(HABIT), len(text), "requirements")
    )  # fmt: skip
    assert placed(text, spans, frozenset()) == tuple(spans)
    benefits = (Span(0, len(text), "benefits"),)
    assert placed(text, benefits, standing) == benefits
