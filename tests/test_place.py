import pytest

from analytics.place import areas, in_areas, place_line, read_parts, read_places
from analytics.scan import scan
from tests.examples_of import examples


def _spelled(place):
    return "/".join(place[part] or "-" for part in ("city", "region", "country"))


@pytest.mark.parametrize("case", examples("place"))
def test_a_label_names_its_places(case):
    places = read_places([case["label"]])
    assert [_spelled(place) for place in places] == case["places"]
    assert {place["confidence"] for place in places} <= {case.get("confidence", "high")}


def test_metropolitan_areas_group_cities():
    metros = [place["metro"] for place in read_places(["Palo Alto, CA", "Oakland, CA", "Bellevue, WA"])]
    assert metros == ["San Francisco Bay Area", "San Francisco Bay Area", "Seattle"]


def test_the_parts_of_a_platform_beat_its_label():
    (place,) = read_parts("HQ", city="Montréal", region="Quebec", country="Canada")
    assert _spelled(place) == "Montreal/QC/CA"
    (place,) = read_parts("San Francisco", country="United States")
    assert _spelled(place) == "San Francisco/CA/US"
    (place,) = read_parts("Berlin", country="USA")
    assert _spelled(place) == "-/-/US"
    (place,) = read_parts("Lyon, France")
    assert _spelled(place) == "Lyon/ARA/FR"


def test_a_country_is_not_repeated_beside_its_cities():
    assert [_spelled(place) for place in read_places(["Germany", "Berlin"])] == ["Berlin/BE/DE"]


def test_a_posting_names_its_own_place_in_a_line():
    assert place_line("Welcome\nLocation: Oslo, Norway\nDuties") == "Oslo, Norway"
    assert place_line("Welcome\nStandort: Köln\n") == "Köln"
    assert place_line("Your relocation: paid") == ""
    assert place_line(scan("Welcome\n**Location:** Oslo, Norway\nDuties")) == "Oslo, Norway"
    assert place_line(scan("Your relocation: paid")) == ""


def test_areas_of_a_remote_label():
    assert areas("Remote (EU, UK or LATAM)") == ["EU", "GB", "LATAM"]
    assert areas("contact us in Georgia") == []


def test_codes_of_countries_and_states_are_places_and_larger_areas_are_none():
    assert [_spelled(place) for place in in_areas(["US", "EMEA", "CA-ON"])] == ["-/-/US", "-/ON/CA"]


def test_a_hostile_label_is_bounded():
    assert len(read_places(["Berlin; Paris; Springfield, Nowhere; " * 10_000])) <= 40
