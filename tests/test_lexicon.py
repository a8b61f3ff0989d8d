import csv
from importlib.resources import files
from pathlib import Path

import pytest

from analytics.lexicon import lines, several
from analytics.scan import scan
from analytics.terms import read_terms
from analytics.vocabulary import terms, vocabulary
from tests.examples_of import Span

CAPABILITIES = {
    "llm_genai",
    "model_development",
    "data_pipeline",
    "software_engineering",
    "cloud_infra",
    "mlops_deployment",
    "monitoring_reliability",
    "experimentation",
}
CATEGORIES = {
    "adjacent_tool",
    "ai_assistant_tool",
    "certification",
    "cloud",
    "data_engineering",
    "database",
    "degree",
    "domain_topic",
    "experimentation",
    "genai_concept",
    "infra",
    "language",
    "llm_eval_obs",
    "llm_model",
    "llm_orchestration",
    "llm_provider",
    "llm_serving",
    "llm_tuning",
    "ml_concept",
    "ml_framework",
    "mlops",
    "monitoring",
    "python_library",
    "soft_skill",
    "software_practice",
    "vector_db",
}
CUE_KINDS = {
    "any_next",
    "any_prev",
    "assistant",
    "assistant_generic",
    "assistant_subject",
    "ban",
    "benefit",
    "collision",
    "negate_next",
    "negate_prev",
    "notice",
    "notice_strong",
    "paper",
    "plain",
    "preferred",
    "preferred_next",
    "required",
    "role",
    "said_able",
    "said_job",
    "said_need",
    "said_to",
    "said_we",
    "said_who",
    "said_will",
    "said_you",
    "skill",
    "skill_next",
    "skill_prev",
    "soft",
    "written",
}
FAMILIES = {
    "ml_engineer",
    "mlops",
    "ml_platform",
    "applied_scientist",
    "research_engineer",
    "research_scientist",
    "ai_engineer",
    "genai_engineer",
    "ml_manager",
    "data_scientist",
    "data_engineer_ml",
    "software_engineer_ai",
    "other",
}


def test_terms_are_sorted_and_named_once():
    names = [row["term"] for row in lines("terms")]
    assert names == sorted(names, key=lambda name: (name.casefold(), name))
    assert len(names) == len(set(names)) > 1200


def test_terms_are_of_the_closed_sets():
    rows = lines("terms")
    assert {row["category"] for row in rows} == CATEGORIES
    assert {row["capability"] for row in rows} == CAPABILITIES
    assert {row["genai"] for row in rows} == {"core", "adjacent", "assistant", "no"}
    names = {row["term"] for row in rows}
    assert {row["parent"] for row in rows} - {""} <= names
    assert all(row["first_year"].isdigit() for row in rows)


def test_no_spelling_is_claimed_twice_unless_both_need_a_context():
    claims = {}
    for row in lines("terms"):
        forms = several(row["forms_ci"]) + several(row["forms_cs"])
        assert forms, row["term"]
        for form in {form.lower() for form in forms}:
            claims.setdefault(form, []).append(row)
    for form, rows in claims.items():
        assert len(rows) == 1 or all(form in row["context_required"].lower().split("|") for row in rows), form


def test_a_spelling_that_needs_a_context_is_a_spelling():
    for row in lines("terms"):
        assert set(several(row["context_required"])) <= set(several(row["forms_ci"]) + several(row["forms_cs"])), row[
            "term"
        ]


with (Path(__file__).parent / "examples" / "contexts.csv").open(encoding="utf-8", newline="") as _file:
    CONTEXTS = list(csv.DictReader(_file))


def _named(text):
    return {mention["term"] for mention in read_terms(text, [Span(0, len(text), "requirements")])}


def test_every_term_with_a_context_rule_has_an_example():
    ruled = [row["term"] for row in lines("terms") if row["context_required"] or row["anti_cues"]]
    assert list(dict.fromkeys(row["term"] for row in CONTEXTS)) == ruled


@pytest.mark.parametrize("row", CONTEXTS, ids=lambda row: row["term"])
def test_a_spelling_of_two_senses_is_told_by_its_context(row):
    assert row["term"] in _named(row["yes"])
    assert row["term"] not in _named(row["no"])


def _written(words, form):
    if len(form) == 1:
        return dict(words.letters)[form]
    _, _, _, exact, _ = words.automaton.get(form.lower())
    return exact[form]


def test_every_spelling_is_found_by_the_automaton():
    words = vocabulary()
    for row, term in zip(lines("terms"), terms(), strict=True):
        for form in several(row["forms_ci"]):
            _, _, forms, _, _ = words.automaton.get(form.lower())
            assert any(found.term is term for found in forms), form
        for form in several(row["forms_cs"]):
            assert any(found.term is term for found in _written(words, form)), form


def test_cues_are_sorted_and_of_the_closed_set():
    rows = [(row["kind"], row["form"]) for row in lines("cues")]
    assert rows == sorted(set(rows))
    assert {kind for kind, _ in rows} == CUE_KINDS
    names = {row["term"] for row in lines("terms")}
    assert {form for kind, form in rows if kind.startswith("assistant_")} <= names


def test_titles_and_levels_are_of_the_closed_sets():
    assert {row["family"] for row in lines("titles")} == FAMILIES
    assert {row["scope"] for row in lines("titles")} == {"core", "weak", "adjacent", "out"}
    assert all((row["scope"] == "weak") == bool(row["fallback"]) for row in lines("titles"))
    assert {row["level"] for row in lines("levels")} == {
        "silent",
        "intern",
        "director",
        "principal",
        "staff",
        "manager",
        "lead",
        "senior",
        "mid",
        "entry",
        "bank",
    }


def test_the_gazetteer_names_known_countries():
    codes = {row["code"] for row in lines("countries")}
    assert {row["country"] for row in lines("places")} <= codes | {"HK"}
    spots = [(row["city"], row["region"], row["country"]) for row in lines("places")]
    assert len(spots) == len(set(spots)) > 600


def test_no_word_with_a_comma_is_cut():
    for path in files("analytics.lexicon").iterdir():
        if path.name.endswith(".csv"):
            rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
            assert [row for row in rows if len(row) != len(rows[0])] == [], path.name


@pytest.mark.parametrize(
    "name", ["cues", "levels", "places", "regions", "countries", "terms", "title_words", "titles", "languages"]
)
def test_every_line_has_every_column(name):
    with (files("analytics.lexicon") / f"{name}.csv").open("r", encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert all(cell == cell.strip() or name == "terms" for row in rows for cell in row)


STUDIED = (
    *("Studium", "Grado", "Graduada", "Licenciado", "Licenciatura", "Titulada", "Titulación", "Superior completo"),
    *("Ensino superior", "Graduação", "Mestrado", "Bacharelado", "Formado", "Cursando", "Laurea", "eingeschrieben"),
    *("immatrikuliert", "studierst", "Studiengang", "WO master", "HBO-diploma", "enrolled", "studying", "majoring"),
    *("graduate of", "graduates in", "graduated in", "études supérieures", "Wykształcenie", "kierunku", "studia"),
)


@pytest.mark.parametrize("word", STUDIED)
def test_words_of_schooling_that_no_degree_names_mark_their_line(word):
    assert "study" in scan(f"- {word} of something").marked


@pytest.mark.parametrize(
    ("line", "is_marked"), [("Our business grows", False), ("Usine de Lyon", True), ("l’usine", True)]
)
def test_a_trigger_of_whole_words_marks_no_word_around_it(line, is_marked):
    assert ("mode" in scan(line).marked) == is_marked
