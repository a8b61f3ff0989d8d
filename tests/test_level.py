import pytest

from analytics.level import infer_level, read_level
from tests.examples_of import examples


@pytest.mark.parametrize("case", examples("level"))
def test_the_title_names_the_rung(case):
    assert read_level(case["title"], case.get("company", "")) == case["level"]


def test_years_suggest_a_rung_and_silence_none():
    assert [infer_level(years) for years in (0, 1, 2, 4, 5, 9, None)] == [
        "entry",
        "entry",
        "mid",
        "mid",
        "senior",
        "senior",
        "unspecified",
    ]


def test_an_endless_title_is_read_in_bounds():
    assert read_level("ML Engineer " * 50_000) == "unspecified"
