import pytest

from analytics import read_posting
from analytics.terms import read_terms
from tests.examples_of import Span, examples


def _read(text, section="requirements", company=""):
    return read_terms(text, [Span(0, len(text), section)], company)


@pytest.mark.parametrize("case", examples("terms"))
def test_a_line_gives_its_terms_and_no_others(case):
    mentions = _read(case["text"], case.get("section", "requirements"), case.get("company", ""))
    found = {mention["term"]: mention["strength"] for mention in mentions}
    for told in case.get("terms", []):
        term, _, strength = told.partition("=")
        assert term in found
        assert found[term] == (strength or found[term])
    assert not found.keys() & set(case.get("absent", []))


def test_offsets_point_at_the_words():
    text = "İstanbul office: PyTorch, C++ and Große Sprachmodelle"
    assert [text[m["start"] : m["end"]] for m in _read(text)] == ["PyTorch", "C++", "Große Sprachmodelle"]


def test_a_term_counts_once_a_section_with_its_strongest_demand():
    text = "PyTorch is a plus.\nPyTorch is required.\nPyTorch"
    spans = [Span(0, 40, "requirements"), Span(40, len(text), "company")]
    found = [(mention["section"], mention["strength"]) for mention in read_terms(text, spans)]
    assert found == [("requirements", "required"), ("company", "none")]


def test_the_longest_spelling_wins():
    assert [m["term"] for m in _read("Claude Code beside Copilot Studio")] == ["Claude Code", "Copilot Studio"]


def test_a_text_without_sections_is_an_introduction():
    (mention,) = read_terms("You will write PyTorch", [])
    assert (mention["section"], mention["strength"]) == ("intro", "duty")


def test_a_long_text_of_ambiguous_words_is_read():
    assert _read("Go R C Ray Spark Excel " * 20_000) is not None


def test_a_sentence_whose_only_term_is_a_field_of_study_names_none() -> None:
    reading = read_posting("Requirements\nDegree in software engineering or software development", "Baker")
    assert (reading.flags, reading.mentions) == ([], [])
