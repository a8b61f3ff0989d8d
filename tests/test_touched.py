import csv
import io
import random

import pytest

from analytics import lexicon, memo, terms, vocabulary
from analytics.terms import find_mentions
from analytics.touched import changed_forms, touches

ROWS = lexicon.lines("terms")
TEXTS = [
    "Python, Go or Rust; experience with LLMs and RAG is a plus.",
    "Deploy models with Docker and Kubernetes on AWS, monitor drift in Grafana.",
    "İstanbul: PyTorch, C++ and große Sprachmodelle, no TensorFlow needed",
    "A degree in statistics; fine tuning of BERT, Claude Code and Cursor",
    "Our customers include OpenAI. Spark, Kafka and Airflow pipelines; SQL, R & SAS",
    "We hire a cook for the canteen.",
]


def _bytes(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROWS[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _read(rows, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(vocabulary, "lines", lambda name: rows if name == "terms" else lexicon.lines(name))
        _forget()
        found = [[mention.to_json() | {"own": mention.is_own} for mention in find_mentions(text, [])] for text in TEXTS]
    _forget()
    return found


def _forget():
    for cached in (vocabulary.vocabulary, vocabulary.terms, terms._names):
        cached.cache_clear()
    memo.forget()


def _changed(draw):
    """The rows with one to three taken out, renamed, respelled, made ambiguous or added."""
    rows = [dict(row) for row in ROWS]
    for _ in range(draw.randint(1, 3)):
        row = draw.choice(rows)
        match draw.randint(0, 4):
            case 0:
                rows.remove(row)
            case 1:
                row["category"] = "infra" if row["category"] != "infra" else "cloud"
            case 2:
                row["forms_ci"] += "|" + draw.choice(" ".join(TEXTS).split()).strip(".,;:").lower()
            case 3:
                row["context_required"] = row["forms_ci"] + "|" + row["forms_cs"]
            case _:
                word = draw.choice(" ".join(TEXTS).split()).strip(".,;:")
                rows.append(row | {"term": f"New {word}", "forms_ci": "", "forms_cs": word})
    return tuple(rows)


def test_a_text_that_no_change_touches_reads_the_same(monkeypatch):
    before = _read(ROWS, monkeypatch)
    n_touched = 0
    for seed in range(5):
        rows = _changed(random.Random(seed))
        forms = changed_forms(_bytes(ROWS), _bytes(rows))
        for text, old, new in zip(TEXTS, before, _read(rows, monkeypatch), strict=True):
            n_touched += touches(text, forms)
            assert touches(text, forms) or old == new
    assert 0 < n_touched < 5 * len(TEXTS)


def test_nothing_changed_touches_nothing():
    assert changed_forms(_bytes(ROWS), _bytes(ROWS)) == frozenset()
    assert not touches("Python", frozenset())


@pytest.mark.parametrize("text", ["Fine tuning", "FINE-TUNING", "a finetuned net"])
def test_every_spelling_of_a_changed_row_touches(text):
    rows = [row | {"first_year": "1999"} if row["term"] == "Fine-tuning" else row for row in ROWS]
    assert touches(text, changed_forms(_bytes(ROWS), _bytes(rows)))
