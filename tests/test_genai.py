import pytest

from analytics.genai import read_genai
from analytics.terms import find_mentions
from tests.examples_of import Span, examples


def _read(parts, title="", company=""):
    text, spans = "", []
    for section, words in parts:
        spans.append(Span(len(text), len(text) + len(words) + 1, section))
        text += words + "\n"
    return read_genai(find_mentions(text, spans, company), title, company)


@pytest.mark.parametrize("case", examples("genai"))
def test_asking_for_generative_ai_is_told_from_mentioning_it(case):
    read = _read(case["parts"], case.get("title", ""), case.get("company", ""))
    assert read["class"] == case["class"]
    assert read["asked"] is case["class"].startswith("role_")
    assert read["anywhere"] is case.get("anywhere", read["anywhere"])
    assert read["depth"] == case.get("depth", read["depth"])


def test_terms_are_distinct_and_in_order():
    read = _read([["duties", "RAG with LangChain."], ["requirements", "RAG, LLMs."]])
    assert read["terms"] == ["Retrieval-augmented generation", "LangChain", "Large language models"]
    assert read["depth"] == 3


def test_the_strongest_demand_gives_the_class():
    assert _read([["preferred", "LLMs."], ["requirements", "RAG."]])["class"] == "role_required"


def test_nothing_says_nothing():
    assert _read([]) == {"class": "none", "anywhere": False, "asked": False, "depth": 0, "terms": []}
