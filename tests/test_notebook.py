"""docs/questions.ipynb answers its five questions on any store, from top to bottom."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.posting import Posting
from tests.conftest import ROOT
from tests.test_market import Store, pay, reading

NOTEBOOK = ROOT / "docs" / "questions.ipynb"
START = datetime(2026, 1, 4, 6, tzinfo=UTC)  # a Sunday
N_WEEKS, N_BOARDS, EACH, STAY = 19, 13, 2, 3
TEXT = "You will train large language models with PyTorch."


def told(rng: random.Random) -> dict[str, Any]:
    """A reading with offsets in the text of its posting: half ask for language models, the others sell them."""
    is_asked = rng.random() < 0.5
    named = [("Large language models", "core", "duties" if is_asked else "company"), ("PyTorch", "no", "duties")]
    mentions = [
        {"term": term, "category": "framework", "capability": "training", "genai": kind, "section": section,
         "strength": "duty" if section == "duties" else "none", "start": 0, "end": len(TEXT)}
        for term, kind, section in named if term != "PyTorch" or rng.random() < 0.6
    ]  # fmt: skip
    low = rng.randint(140, 190) * 1000
    return reading(genai=is_asked, pay=[pay(low, low * 1.3)]) | {"mentions": mentions}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a store with 19 weekly crawls of 13 boards, two new postings each, which stay for three weeks."""
    made, rng = Store(f"sqlite:///{tmp_path_factory.mktemp('notebook')}/jobtide.db"), random.Random(5)
    listed: dict[str, list[Posting]] = {f"b{n}": [] for n in range(N_BOARDS)}
    for week in range(N_WEEKS):
        at = START + timedelta(weeks=week)
        for board, postings in listed.items():
            ids = [f"{board}-{week}-{k}" for k in range(EACH)]
            new = [Posting(external_id=one, title="ML Engineer", body_html=f"<p>{TEXT} {one}</p>") for one in ids]
            listed[board] = [*postings, *new][-STAY * EACH :]
        made.crawl(at, listed)
        made.read([(one, told(rng)) for postings in listed.values() for one in postings[-EACH:]], at)
    made.engine.dispose()
    return made.url


def cells(kind: str) -> list[str]:
    found = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == kind]


def test_all_cells_run_in_order_and_answer(store: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JOBTIDE_DATABASE_URL", store)
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {"__name__": "__main__"}
    for number, source in enumerate(cells("code")):
        exec(compile(source, f"{NOTEBOOK.name}, code cell {number}", "exec"), space)
    assert space["asked"].query("status == 'ok'")["value"].between(0.3, 0.7).all()
    shown = space["pay"][space["pay"]["week"] == space["newest"]]
    assert shown["value"].between(140e3, 250e3).all()
    assert set(space["moved"]["term"]) == {"Large language models", "PyTorch"}
    assert space["flow"]["closed"].sum() > 50
    assert space["behind"].groupby("is_counted")["quote"].apply(lambda held: held.ne("").any()).tolist() == [True, True]


def test_the_notebook_is_plain() -> None:
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert not [cell for cell in code if cell["outputs"] or cell["execution_count"] is not None]
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    questions = [line for text in cells("markdown") for line in text.splitlines() if re.match(r"## \d\. .*\?$", line)]
    assert len(questions) == 5
    links = re.findall(r"\]\((\S+?)\)", "\n".join(cells("markdown")))
    assert links
    assert all((NOTEBOOK.parent / link).is_file() for link in links)
