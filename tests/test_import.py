"""`jobtide import`: saved pages and tables become sightings of their day, once, and rows without a day are refused."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from pyarrow import parquet
from sqlalchemy import event

import jobtide as command_line
from analytics import Market
from crawler.importer import import_files
from crawler.saved import files_of
from store import read
from store.check import fsck, rebuild
from store.connect import open_engine
from store.migrate import prepare

PAGE = """<!doctype html><html><head><title>x</title><meta property="og:site_name" content="Larkfield">
<meta property="article:published_time" content="2025-03-04T09:00:00+01:00"></head><body>
<header><h1>Larkfield</h1></header>
<nav>Home Jobs</nav>
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


HEAD = "title,company,text,observed_on\n"
LINE = "ML Engineer,Acme,Train models.,2024-02-01\n"


class Done(NamedTuple):
    """What a command said, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Done]


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "jobtide.db"
    engine = open_engine(f"sqlite:///{path}")
    prepare(engine)
    engine.dispose()
    return path


@pytest.fixture
def jobtide(
    empty_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """The command line in a folder with an empty store."""
    shutil.copy(empty_store, tmp_path / "jobtide.db")
    monkeypatch.setenv("JOBTIDE_DATABASE_URL", f"sqlite:///{tmp_path}/jobtide.db")
    monkeypatch.chdir(tmp_path)
    at_term = signal.getsignal(signal.SIGTERM)

    def run(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as ended:
            command_line.main(list(arguments))
        told = capsys.readouterr()
        return Done(int(ended.value.code or 0), told.out, told.err)

    yield run
    signal.signal(signal.SIGTERM, at_term)


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
    rows: Any = Market(f"sqlite:///{folder}/jobtide.db").postings().to_dict("records")
    return list(rows)


def kept_texts(folder: Path) -> dict[tuple[str, str], list[str]]:
    """(source, id) -> the texts of its versions, the oldest first."""
    told: dict[tuple[str, str], list[str]] = {}
    engine = open_engine(f"sqlite:///{folder}/jobtide.db")
    with engine.connect() as conn:
        rows = sorted(read.versions(conn), key=lambda row: row["seq"])
        kept = dict(read.contents(conn, sorted({row["content_hash"] for row in rows})))
    for row in rows:
        told.setdefault((row["board"], row["external_id"]), []).append(kept[row["content_hash"]]["body_html"])
    return told


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_table_with_a_column_map_is_kept_once(kind: str, tmp_path: Path, jobtide: Command) -> None:
    names = ("--column", "title=job_title", "--column", "observed_on=seen")
    first = jobtide("import", *names, str(table(tmp_path, kind)))
    assert first.returncode == 3, first.stderr
    assert "1 row refused: no observation date" in first.stderr
    assert "2 postings kept, 0 known before" in first.stdout
    again = jobtide("import", *names, str(table(tmp_path, kind)))
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


def test_saved_pages_are_read_with_their_pay_and_their_day(tmp_path: Path, jobtide: Command) -> None:
    (tmp_path / "pages").mkdir()
    for name, page in (("page", PAGE), ("marked", MARKED)):
        (tmp_path / "pages" / f"{name}.html").write_text(page, encoding="utf-8")
    (tmp_path / "guide.html").write_text(GUIDE, encoding="utf-8")
    assert jobtide("import", "pages", "--source", "saved").returncode == 0
    undated = jobtide("import", "guide.html")
    assert (undated.returncode, "0 postings kept" in undated.stdout) == (3, True)
    assert jobtide("import", "guide.html", "--observed", "2025-06-07").returncode == 0
    assert jobtide("read").returncode == 0
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
        (("rows.csv", "--observed", "tomorrow"), "no day such as"),
        (("rows.csv", "--observed", "2090-01-01"), "lies ahead"),
        (("broken.parquet",), "cannot be read as Parquet"),
        (("rows.csv", "--column", "title=job_titel"), "there is no such column; there is job_title"),
        (("rows.csv", "--column", "title=link", "--column", "title=seen"), "given twice"),
        (("rows.csv", "--source", "x" * 100), "at most 80 printable"),
        (("rows.csv", "--source", "a\nb"), "at most 80 printable"),
        (("rows.csv", "--observed", "\x1b[31mred"), "--observed [31mred is no day"),
    ],
)
def test_what_cannot_be_imported_is_said_in_one_line(
    arguments: tuple[str, ...], told: str, tmp_path: Path, jobtide: Command
) -> None:
    table(tmp_path, "csv")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no")
    done = jobtide("import", *arguments)
    assert done.returncode == 78
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def pages(folder: Path, **told: str) -> None:
    """Pages under folder/name/index.html; the text of each stands after its title and a bar."""
    for name, text in told.items():
        title, _, body = text.partition("|")
        path = folder / name / "index.html"
        path.parent.mkdir(parents=True)
        path.write_text(PAGE.replace("Machine Learning Engineer", title).replace("</h1>", f"</h1>{body}"))


def test_pages_of_one_name_stay_apart_and_a_page_of_two_days_is_one(tmp_path: Path, jobtide: Command) -> None:
    pages(tmp_path / "saved", a="ML Engineer|one", b="Data Engineer|two", c="ML Engineer|three")
    assert "3 postings kept" in jobtide("import", "saved").stdout
    assert "0 postings kept, 3 known before" in jobtide("import", str(tmp_path / "saved")).stdout
    pages(tmp_path / "saved", d="Data Engineer|four")
    assert "1 posting kept, 3 known before" in jobtide("import", "saved").stdout
    where = '<link href="https://a.example/job?id=1" rel="canonical">'
    for name, day in (("monday", "2025-03-03"), ("friday", "2025-03-07")):
        text = PAGE.replace("<nav>", f"<nav>{day}").replace("ranking", day).replace("</head>", f"{where}</head>")
        (tmp_path / f"{name}.html").write_text(text)
        assert "1 posting kept" in jobtide("import", f"{name}.html", "--observed", day).stdout
    (one,) = (row for row in postings(tmp_path) if row["url"])
    assert (one["n_versions"], one["url"]) == (2, "https://a.example/job?id=1")
    assert len(postings(tmp_path)) == 5


def test_tables_of_one_name_are_several_sources_and_an_id_tells_no_two_jobs(tmp_path: Path, jobtide: Command) -> None:
    for folder, company in (("a", "Acme"), ("b", "Birch")):
        (tmp_path / "all" / folder).mkdir(parents=True)
        rows = "".join(f"1,{title},{company},2024-02-01,Text\n" for title in ("ML Engineer", "Data Engineer"))
        (tmp_path / "all" / folder / "jobs.csv").write_text(f"id,title,company,observed_on,text\n{rows}")
    for paths, boards in (
        (["all"], ["a-jobs", "b-jobs"]),
        (["all/a/jobs.csv", "all/b/jobs.csv"], ["a-jobs", "b-jobs"]),
    ):
        assert jobtide("import", *paths).returncode == 0
        assert sorted({row["board"] for row in postings(tmp_path)}) == boards
        assert len(postings(tmp_path)) == 4


def test_names_and_ids_of_strangers_are_kept_in_one_short_line(tmp_path: Path, jobtide: Command) -> None:
    row = {"title": "ML\nEngineer\x1b[31m", "company": "A\ncme\0" + "!" * 10**6, "location": "Lyon\n France"}
    ids = ("a\nb", "a b", "\x1b[31m", "x" * 10**6)
    rows = [row | {"text": "Models.", "date": "2024-02-01", "id": one} for one in ids]
    (tmp_path / "a\x1b[31m\n.jsonl").write_text("\n".join(map(json.dumps, rows)))
    done = jobtide("import", ".")
    assert (done.returncode, "4 postings kept" in done.stdout) == (0, True), done
    assert done.stdout.startswith("a [31m .jsonl: 4 postings on 1 day\n")
    for kept in postings(tmp_path):
        assert (kept["title"], len(kept["company"])) == ("ML Engineer[31m", 300)
        assert all(kept[name].isprintable() for name in ("posting_id", "company", "board"))


def test_each_posting_of_a_page_is_kept_up_to_a_limit_that_is_said(tmp_path: Path, jobtide: Command) -> None:
    job: dict[str, Any] = {"@type": "JobPosting", "datePosted": "2025-05-06", "description": "<p>Models.</p>"}
    several = [job | {"title": title, "identifier": {"value": "7"}} for title in ("ML Engineer", "Data Scientist")]
    several += [job | {"title": "Engineer", "description": f"Models {number}"} for number in range(500)]
    pay = [{"currency": "EUR", "value": {"value": amount, "unitText": "YEAR"}} for amount in range(50_000, 50_502)]
    for name, rows in (("jobs", several), ("pay", [job | {"title": "Well paid", "baseSalary": pay}])):
        script = f'<script type="application/ld+json">{json.dumps(rows)}</script>'
        (tmp_path / f"{name}.html").write_text(f"<html><head>{script}</head><body></body></html>")
    done = jobtide("import", "jobs.html", "pay.html")
    assert (done.returncode, "501 postings kept" in done.stdout) == (3, True)
    assert "2 rows refused: more than 500 postings on one page, first in jobs.html" in done.stderr
    assert "2 rows refused: more than 500 places or pay ranges of one posting" in done.stderr


def test_a_day_that_is_ahead_or_not_understood_is_refused(tmp_path: Path, jobtide: Command) -> None:
    now = datetime.now(UTC)
    days = [(now + timedelta(hours=hours)).date().isoformat() for hours in (0, 14, 49, 24 * 400)]
    days += ["31.12.2023", "\x1b[31mlong ago" + "!" * 99, ""]
    rows = "".join(f"Engineer {number},Acme,Text,{day}\n" for number, day in enumerate(days))
    (tmp_path / "rows.csv").write_text(HEAD + rows)
    done = jobtide("import", "rows.csv")
    assert (done.returncode, "2 postings kept" in done.stdout) == (3, True)
    assert f"2 rows refused: seen on a day that is still ahead: {days[2]} and others" in done.stderr
    assert "2 rows refused: date not understood: 31.12.2023 and others" in done.stderr
    assert "1 row refused: no observation date" in done.stderr
    (tmp_path / "rows.csv").write_text(HEAD + f"Engineer,Acme,Text,{days[5]}\n")
    told = jobtide("import", "rows.csv").stderr
    assert "date not understood: [31mlong ago!!" in told
    assert len(told) < 120


SWALLOWED = 'a,b,"c,d\nML,Acme,Text,2024-02-01\nML,Acme,Text,2024-02-02\nML,Acme,Text,2024-02-03",2024-02-01\n'
FAR = pa.table(
    {"title": ["a", "b"], "text": ["x", "y"], "observed_on": pa.array([2**62, 17 * 10**14], pa.timestamp("us"))}
)


@pytest.mark.parametrize(
    ("name", "content", "code", "told"),
    [
        ("rows.json", b'[{"title": "a"},\n', 78, "no JSON: "),
        ("rows.json", b"[" * 200_000, 78, "nested too deeply"),
        ("rows.json", b"[" + b" " * 2**25 + b"{}]", 78, "larger than 32 MB: write one object a line"),
        ("rows.json", b"[" + b"{}," * 10**6 + b"{}]", 78, "more than 1,000,000 objects and arrays; mend it, or write"),
        ("rows.json", b"[" + b"{}," * 200_000 + b"{}]", 78, "200,001 rows, more than 200,000: split it"),
        ("rows.jsonl", json.dumps(dict.fromkeys(map(str, range(10_001)))).encode(), 78, "no row of it can be read"),
        ("rows.jsonl", b'{"id": 1,,\n{"title": "a", "text": "b", "date": "2024-02-01"}', 3, "1 row refused: a line"),
        ("rows.jsonl", b'{"title":"a","text":"b", "date": "2024-02-01"}\n{"id": 1, "id": 2}', 3, "two keys are named"),
        ("rows.jsonl", b"{broken\n", 78, "no row of it can be read"),
        ("rows.jsonl", b'[]\n{"title": "a", "text": "b", "date": "2024-02-01"}\n', 3, "1 row refused: a line or an"),
        ("rows.json", b'[\n{"title": "a",\n"text": "b", "date": "2024-02-01"},\n7]', 3, "1 row refused: a line or an"),
        ("rows.json", b'{"title": "a",\n"text": "b",\n"date": "2024-02-01"\n}', 0, ""),
        ("rows.csv", b"", 78, "it holds no rows"),
        ("rows.csv", HEAD.encode(), 78, "it holds no rows"),
        ("rows.csv", (HEAD + '"ML' + LINE * 3).encode(), 78, "is a quote not closed?"),
        ("rows.csv", ("\nsep=,\n" + HEAD + LINE + '\n"ML' + LINE * 3 + 'a,b,"c",d').encode(), 78, "begins in line 6: "),
        ("rows.csv", (HEAD[:-1] + ",Text\n" + LINE).encode(), 78, "2 columns are named text: rename all but one"),
        ("rows.csv", (HEAD[:-1] + ",,\n" + LINE).encode(), 0, ""),
        ("rows.parquet", pa.Table.from_arrays([pa.array(["a"])] * 2, ["id", "ID"]), 78, "2 columns are named id"),
        ("rows.jsonl", b'{"title": "a", "Title": "b"}', 78, "2 columns are named title"),
        ("rows.json", b'[{"text": "a", "text": "b"}]', 78, "no JSON: two keys are named text; mend it"),
        ("rows.csv", (HEAD + SWALLOWED + LINE).encode(), 3, "1 row refused: a field that holds other rows"),
        ("rows.csv", (HEAD + LINE + "a,b,c,d,e\n").encode(), 3, "1 row refused: more fields than the header"),
        ("rows.csv", (HEAD + LINE + "None,Acme,Text,2024-02-01\n").encode(), 3, "1 row refused: no title"),
        ("rows.csv", (HEAD + LINE).replace(",", ";").encode(), 0, ""),
        ("rows.csv", ("sep=;\n" + (HEAD + LINE).replace(",", ";")).encode("utf-16"), 0, ""),
        ("rows.csv", (HEAD + LINE).encode("utf-16-le"), 78, "save it as UTF-8"),
        ("page.html", GUIDE.replace("<body>", "<body><time datetime=2024-02-01>").encode("utf-16"), 0, ""),
        ("rows.parquet", FAR, 3, "1 row refused: a value out of range"),
        ("rows.parquet", pa.table({"title": pa.nulls(200_001)}), 78, "200,001 rows, more than 200,000: split it"),
    ],
)  # fmt: skip
def test_a_bad_file_says_what_is_wrong_with_it(
    name: str, content: bytes | pa.Table, code: int, told: str, tmp_path: Path, jobtide: Command
) -> None:
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    else:
        parquet.write_table(content, tmp_path / name)
    done = jobtide("import", name)
    assert done.returncode == code, done
    assert (told in done.stderr) if told else not done.stderr
    assert len(postings(tmp_path)) == (code != 78)


def test_what_cannot_be_read_in_a_folder_is_said_and_the_rest_kept(tmp_path: Path, jobtide: Command) -> None:
    folder = tmp_path / "all"
    (folder / "z.csv").mkdir(parents=True)
    (folder / "z.csv" / "rows.csv").write_text(HEAD + LINE)
    (folder / "a.csv").write_text(HEAD + LINE)
    (folder / "b.json").write_text("[")
    (folder / "gone.csv").symlink_to(folder / "nowhere.csv")
    (folder / "zero\x1b[31m.csv").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "socket.csv"))
        done = jobtide("import", "all")
    assert (done.returncode, "2 postings kept" in done.stdout) == (3, True)
    assert done.stderr.count(": no regular file\n") == 3
    for line in ("zero [31m.csv: no regular", "gone.csv: No such file or directory", "b.json: no JSON: "):
        assert f"all/{line}" in done.stderr
    alone = jobtide("import", "all/pipe.csv")
    assert (alone.returncode, alone.stderr) == (78, "jobtide: all/pipe.csv: no regular file\n")


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 10_000,
        "<div></i>" * 10_000 + "</div>" * 10_000,
        "".join(f"<b x={number}><textarea></b></textarea>" for number in range(2_000)),
        "<p " + " ".join(f"a{number}='>'" for number in range(20_000)) + ">",
        "<div>" + "".join(f"<b x={number}>" for number in range(200)) + "</div>" + "<p>x</p>" * 15_000,
    ],
)
def test_a_page_that_would_keep_the_parser_busy_is_refused(body: str, tmp_path: Path, jobtide: Command) -> None:
    (tmp_path / "page.html").write_text(PAGE.replace("<main>", f"<main>{body}"))
    done = jobtide("import", "page.html")
    assert (done.returncode, "nested or attributed beyond measure" in done.stderr) == (3, True), done


def test_a_large_ordinary_page_is_read(tmp_path: Path, jobtide: Command) -> None:
    cell = "<tr><td class=\"a>b\"><p>One <b style='x'>two</b><br><i></i><li>three<a href=/x=1?y>it's</a>"
    script = "<script>if (a < b) {'</div>'}</script><svg><path d='x'/></svg><!-- <div> -->" * 6_000
    (tmp_path / "page.html").write_text(PAGE.replace("<p>", f"{script}<table>{cell * 2_000}</table><p>", 1))
    assert jobtide("import", "page.html").returncode == 0


def test_what_a_signal_stops_is_kept_by_whole_days_and_goes_on(tmp_path: Path, jobtide: Command) -> None:
    days = "".join(f"ML Engineer {day},Acme,Text,2024-02-{day:02}\n" * 2 for day in range(1, 10))
    (tmp_path / "rows.csv").write_text(HEAD + days.replace("Acme,Text,", "Birch,More,", 1))
    engine, said, commits = open_engine(f"sqlite:///{tmp_path}/jobtide.db"), list[str](), list[int]()

    def interrupt(_: object) -> None:
        commits.append(1)
        if len(commits) == 9:
            os.kill(os.getpid(), signal.SIGINT)

    event.listen(engine, "commit", interrupt)
    with pytest.raises(KeyboardInterrupt):
        import_files(engine, files_of([tmp_path / "rows.csv"]), {}, None, "", said.append)
    assert said[-1].startswith("stopped: ")
    assert 0 < len(postings(tmp_path)) < 10
    assert not list(fsck(engine))
    done = jobtide("import", "rows.csv")
    assert (done.returncode, len(postings(tmp_path))) == (0, 10), done
    assert not list(rebuild(engine, check=True))


def test_of_two_imports_of_one_day_the_later_one_has_the_last_word(tmp_path: Path, jobtide: Command) -> None:
    files = [
        HEAD.replace("title", "id,title", 1) + f"7,ML Engineer,Acme,{text},2024-02-01\n" for text in ("Old", "New")
    ]
    for source in "abcd":
        for content, told in zip([*files, *files], (1, 1, 0, 0), strict=True):
            (tmp_path / "rows.csv").write_text(content)
            assert f"{told} posting" in jobtide("import", "rows.csv", "--source", source).stdout.splitlines()[-1]
    assert list(kept_texts(tmp_path).values()) == [["Old", "New"]] * 4


KNOWN = "id,url,title,text,observed_on\n"
LIST = "https://a.example/jobs"


@pytest.mark.parametrize(
    ("files", "kept"),
    [
        ((f",{LIST},ML,t1,2024-02-01\n,{LIST},DS,t2,2024-02-01\n,{LIST},DS,t3,2024-02-02",), ["t1", "t2 t3"]),
        ((f",{LIST},ML,t1,2024-02-01", f",{LIST},DS,t2,2024-02-01\n,{LIST},ML,t1,2024-02-01"), ["t1", "t2"]),
        (("7,,ML,t1,2024-02-01\n7,,DS,t2,2024-02-01\n7,,DS,t3,2024-02-02",), ["t1", "t2 t3"]),
        (("7,,DS,t3,2024-02-02\n7,,DS,t2,2024-02-01\n7,,ML,t1,2024-02-01",), ["t1", "t2 t3"]),
        (("7,,ML,t1,2024-02-01\n7,,DS,t2,2024-02-02",), ["t1 t2"]),
        (("7,,ML,t1,2024-02-01\n7,,ML,t2,2024-02-01\n7,,ML,t1,2024-02-02",), ["t1", "t2"]),
        ((f",{LIST},ML,t1,2024-02-01\n,{LIST},ML,t2,2024-02-01",), ["t1", "t2"]),
        (("N/A,-,ML,t1,2024-02-01\nN/A,-,ML,t2,2024-02-01\n0,,ML,t3,2024-02-01\nunknown,,ML,t4,2024-02-01",),
         ["t1", "t2", "t3", "t4"]),
        (("1.0,,ML,t1,2024-02-01\n2.0,,DS,t2,2024-02-01", "1,,ML,t3,2024-02-02"), ["t1 t3", "t2"]),
        (("1.0,,ML,t1,2024-02-01\n1.1,,DS,t2,2024-02-01",), ["t1", "t2"]),
    ],
)  # fmt: skip
def test_an_id_depends_on_no_order_and_loses_no_job(
    files: tuple[str, ...], kept: list[str], tmp_path: Path, jobtide: Command
) -> None:
    for rows in files:
        (tmp_path / "rows.csv").write_text(KNOWN + rows)
        assert jobtide("import", "rows.csv").returncode == 0
    assert sorted(" ".join(texts) for texts in kept_texts(tmp_path).values()) == kept


def test_whole_numbers_are_one_id_however_they_are_written(tmp_path: Path, jobtide: Command) -> None:
    rows = [{"id": 1, "title": "ML", "text": "t1", "observed_on": "2024-02-01"}]
    rows += [rows[0] | {"id": 1.0, "observed_on": "2024-02-02"}, rows[0] | {"id": "a", "title": "DS"}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert jobtide("import", "rows.jsonl").returncode == 0
    assert {external_id for _, external_id in kept_texts(tmp_path)} == {"1", "a"}


def test_pages_that_name_one_list_as_their_address_are_all_kept(tmp_path: Path, jobtide: Command) -> None:
    where = f'<link rel="canonical" href="{LIST}">'
    pages(
        tmp_path / "saved", a="ML Engineer|one", b="ML Engineer|two", c="Data Engineer|three", d="Data Engineer|three"
    )
    for path in (tmp_path / "saved").glob("*/*.html"):
        path.write_text(path.read_text().replace("</head>", f"{where}</head>"))
    marked = MARKED.replace('"R-1"', "0").replace("<html><head>", f"<html><head>{where}")
    for name, page in (("e", marked), ("f", marked.replace("Causal", "Other"))):
        (tmp_path / "saved" / f"{name}.html").write_text(page)
    told = jobtide("import", "saved").stdout.splitlines()[-1].partition(";")[0]
    assert told == "5 postings kept, 0 known before, 1 told twice on a day, 2 told twice on a day with different texts"


def test_a_day_is_that_of_the_place_where_it_was_written(tmp_path: Path, jobtide: Command) -> None:
    days = ["2024-02-01T00:30:00+14:00", "2024-02-02T23:30:00-05:00", "0", "-", "n/a", "2024-02-07", "1707350400"]
    rows = (f"{number},E,Text,{day},2024-02-0{number}\n" for number, day in enumerate(days, start=1))
    (tmp_path / "rows.csv").write_text("id,title,text,observed_on,posted_on\n" + "".join(rows))
    done = jobtide("import", "rows.csv")
    assert (done.returncode, done.stderr) == (0, "")
    versions = Market(f"sqlite:///{tmp_path}/jobtide.db").versions()
    seen_on = versions["valid_from"].astype(str).str[:10]
    assert sorted(seen_on) == [f"2024-02-0{day}" for day in (1, 2, 3, 4, 5, 7, 8)]
    page = MARKED.replace("2025-05-06", "2025-05-06T00:30:00+14:00")
    (tmp_path / "page.html").write_text(page)
    assert jobtide("import", "page.html").returncode == 0
    versions = Market(f"sqlite:///{tmp_path}/jobtide.db").versions()
    assert versions["valid_from"].astype(str).max()[:10] == "2025-05-06"


def test_a_column_that_is_told_to_be_one_is_no_other(tmp_path: Path, jobtide: Command) -> None:
    (tmp_path / "rows.csv").write_text("id,title,text,date\n7,ML Engineer,We train models.,2024-03-05\n")
    assert jobtide("import", "rows.csv", "--column", "observed_on=date").returncode == 0
    told = Market(f"sqlite:///{tmp_path}/jobtide.db").postings()
    assert told["posted_at"].isna().all()
    assert told["first_seen_at"].astype(str).str[:10].tolist() == ["2024-03-05"]
