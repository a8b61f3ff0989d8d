"""`jobtide import`: saved pages and tables become sightings of their day, once, and rows without a day are refused."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from analytics import Market
from store.check import fsck, rebuild
from store.connect import open_engine

PAGE = """<!doctype html><html><head><title>x</title><meta property="og:site_name" content="Larkfield">
<meta property="article:published_time" content="2025-03-04T09:00:00+01:00"></head><body><nav>Home Jobs</nav>
<main><h1>Machine Learning Engineer</h1>
<p>You\u00e2\u20ac\u2122ll train ranking models \u00e2\u20ac\u201c in PyTorch.</p>
<p>The annual salary for this role is $185,000.</p></main><footer>(c)</footer></body></html>"""
GUIDE = """<html><head><title>Pay of ML engineers</title></head><body><article><h1>ML Engineer role guide</h1>
<p>Junior<b>$95,000 - $120,000</b></p><p>Senior<b>$150,000 - $190,000</b></p></article></body></html>"""
MARKED = """<html><head><script type="application/ld+json">{"@graph": [{"@type": "JobPosting",
"title": "Data Scientist", "description": "&lt;p&gt;Causal models.&lt;/p&gt;",
"datePosted": "2025-05-06", "identifier": {"value": "R-1"},
"hiringOrganization": {"name": "Orrery"},
"jobLocation": {"address": {"addressLocality": "Lyon", "addressCountry": "FR"}},
"baseSalary": {"currency": "EUR", "value": {"minValue": 50000, "maxValue": 60000, "unitText": "YEAR"}}}]}</script>
</head><body><h1>Data Scientist</h1></body></html>"""
ROWS = [
    dict(zip(("job_title", "company", "description", "seen", "link"), row, strict=True))
    for row in (
        ("ML Engineer", "Acme", "Train models in JAX.", "2024-02-01", "https://a.example/1"),
        ("MLOps Engineer", "Acme", "Run Kubeflow.", "2024-02-08", "https://a.example/2"),
        ("NLP Engineer", "Birch", "Fine-tune LLMs.", "", "https://b.example/3"),
    )
]


def jobtide(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jobtide", *arguments]
    environment = os.environ | {"JOBTIDE_DATABASE_URL": f"sqlite:///{folder}/jobtide.db"}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=folder, env=environment)


def table(folder: Path, kind: str) -> Path:
    path = folder / f"rows.{kind}"
    if kind == "csv":
        with path.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.DictWriter(handle, list(ROWS[0]))
            writer.writeheader()
            writer.writerows(ROWS)
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    else:
        parquet.write_table(pa.Table.from_pylist(ROWS), path)
    return path


def postings(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = Market(f"sqlite:///{folder}/jobtide.db").postings().to_dict("records")
    return rows


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_table_with_a_column_map_is_kept_once(kind: str, tmp_path: Path) -> None:
    names = ("--column", "title=job_title", "--column", "observed_on=seen")
    first = jobtide(tmp_path, "import", *names, str(table(tmp_path, kind)))
    assert first.returncode == 3, first.stderr
    assert "1 rows refused: no observation date" in first.stderr
    assert "2 postings kept, 0 known before" in first.stdout
    again = jobtide(tmp_path, "import", *names, str(table(tmp_path, kind)))
    assert "0 postings kept, 2 known before" in again.stdout
    versions = Market(f"sqlite:///{tmp_path}/jobtide.db").versions()
    seen_on = dict(zip(versions["posting_id"], versions["valid_from"].astype(str).str[:10], strict=True))
    assert {
        (row["title"], row["platform"], row["board"], seen_on[row["posting_id"]]) for row in postings(tmp_path)
    } == {
        ("ML Engineer", "import", "rows", "2024-02-01"),
        ("MLOps Engineer", "import", "rows", "2024-02-08"),
    }
    engine = open_engine(f"sqlite:///{tmp_path}/jobtide.db")
    assert not list(fsck(engine))
    assert not list(rebuild(engine, check=True))


def test_saved_pages_are_read_with_their_pay_and_their_day(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for name, page in (("page", PAGE), ("marked", MARKED)):
        (tmp_path / "pages" / f"{name}.html").write_text(page, encoding="utf-8")
    (tmp_path / "guide.html").write_text(GUIDE, encoding="utf-8")
    assert jobtide(tmp_path, "import", "pages", "--source", "saved").returncode == 0
    undated = jobtide(tmp_path, "import", "guide.html")
    assert (undated.returncode, "0 postings kept" in undated.stdout) == (3, True)
    assert jobtide(tmp_path, "import", "guide.html", "--observed", "2025-06-07").returncode == 0
    assert jobtide(tmp_path, "read").returncode == 0
    told = {row["title"]: row for row in postings(tmp_path)}
    assert set(told) == {"Machine Learning Engineer", "Data Scientist", "ML Engineer role guide"}
    assert told["Data Scientist"]["country"] == "FR"
    pay = Market(f"sqlite:///{tmp_path}/jobtide.db").pay()
    amounts = {(row.low, row.high, row.currency) for row in pay.itertuples()}
    assert {(185000.0, 185000.0, "USD"), (50000.0, 60000.0, "EUR")} <= amounts
    assert {(95000.0, 120000.0, "USD"), (150000.0, 190000.0, "USD")} <= amounts


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere.csv",), "there is no nowhere.csv"),
        (("notes.txt",), "holds nothing that can be imported"),
        (("rows.csv", "--column", "headline=x"), "ours are id, title"),
        (("rows.csv", "--observed", "tomorrow"), "a day is due"),
        (("rows.csv", "--observed", "2999-01-01"), "not ahead"),
        (("broken.parquet",), "cannot be read as Parquet"),
    ],
)
def test_what_cannot_be_imported_is_said_in_one_line(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    table(tmp_path, "csv")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no")
    done = jobtide(tmp_path, "import", *arguments)
    assert done.returncode == 78
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
