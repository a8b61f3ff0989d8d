import pytest

from analytics.mode import MODES, read_mode
from tests.examples_of import examples


@pytest.mark.parametrize("case", examples("mode"))
def test_where_the_work_is_done(case):
    read = read_mode(case["text"], case.get("location", ""), case.get("title", ""), case.get("printed", ""))
    assert read == {
        "work_mode": case["mode"],
        "onsite_days": case.get("days"),
        "remote_regions": case.get("regions", []),
        "remote_excluded": case.get("excluded", []),
    }


def test_the_field_of_the_platform_is_believed_before_single_words():
    assert read_mode("We love remote.", printed="On-site")["work_mode"] == "onsite"
    assert {read_mode("", printed=printed)["work_mode"] for printed in ("Remote", "hybrid", "OnSite")} < set(MODES)
