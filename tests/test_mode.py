import pytest

from analytics.lexicon import lines
from analytics.mode import MODES, read_mode
from analytics.scan import scan
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


TELLING = {
    "anywhere",
    "flexible",
    "home_day",
    "homeoffice",
    "hybrid_job",
    "office_day",
    "onsite",
    "remote",
    "remote_job",
}
UNSIGNED = """at both places|based on our|come in|comes in|come or don't|deskside|giorni smart|in-house|irl|jour de tt
my choice|on-the-ground|or don't|or don’t|oder mobil|ou à la maison|physically present|presenciais|we all meet in
we meet in|where we live|on the floor every day"""  # of other talk, too: they count where another word's sign stands


def test_every_word_that_tells_a_mode_opens_its_sentence():
    words = [row["word"].removesuffix("*") for row in lines("arrangements") if row["kind"] in TELLING]
    unseen = [word for word in words if "mode" not in scan(f"x {word} y").marked]
    assert not [word for word in unseen if word not in UNSIGNED.replace("\n", "|").split("|")]


@pytest.mark.parametrize(
    ("mode", "location", "text"),
    [
        ("hybrid", "", "Lavoro da remoto fino a 8 giorni al mese."),
        ("hybrid", "", "Telearbeit an bis zu 9 Tagen im Monat."),
        ("remote", "", "Mostly remote, one day a month in Leeds."),
        ("hybrid", "", "Colleagues are in the office at least two days a week."),
        ("hybrid", "", "Three days a week in the Leith or Perth office, your choice which ones; home otherwise."),
        ("remote", "Remote, EMEA", "Work from wherever you like in those countries."),
        ("remote", "", "Lavori da dove preferisci, in Italia."),
        ("flexible", "", "Two offices, both with good bread; come as often as you please."),
        ("onsite", "", "The post is based on the Wexford campus; occasional home working can be agreed."),
        ("onsite", "", "Office based (Port Louis), customer visits."),
        ("onsite", "", "Praktikum von 6 Monaten in unseren Räumen in Jena."),
        ("onsite", "", "Homeoffice können wir leider nicht anbieten."),
        ("unspecified", "", "Free breakfast in the office on Wednesdays."),
        ("unspecified", "", "Gestión remota de dispositivos."),
        ("unspecified", "", "Ferndiagnose und Remote-Updates für Heizungen."),
        ("remote", "", "Fully remote cooperation, hardware of your choice."),
    ],
)
def test_evidence_is_of_this_job_and_of_its_week(mode, location, text):
    assert read_mode(text, location)["work_mode"] == mode
