import pytest

from analytics.role import clean_title, read_role
from analytics.terms import read_terms
from tests.examples_of import Span, examples


@pytest.mark.parametrize("case", examples("role"))
def test_title_and_body_tell_family_and_scope(case):
    body = case.get("body", "")
    mentions = read_terms(body, [Span(0, len(body), "duties")])
    assert read_role(case["title"], mentions, has_text=bool(body)) == {"family": case["family"], "scope": case["scope"]}


@pytest.mark.parametrize("case", examples("role", "clean"))
def test_a_title_is_cleaned_of_what_is_no_title(case):
    assert clean_title(case["title"], case.get("place", "")) == case["clean"]


def test_no_title_is_no_role():
    assert read_role("") == {"family": "other", "scope": "out"}
