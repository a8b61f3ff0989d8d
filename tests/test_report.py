"""The weekly report as its reader and its archive see it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from crawler.register import load_boards
from reports import draw, figures, majors, metrics, weekly
from reports.majors import coverage, n_covered
from reports.numbers import csv_bytes, json_bytes, rows
from reports.words import Words
from tests.report_frames import TERMS, FakeMarket

HOSTILE = ("<script>alert(1)</script>", "$x_{", "$$", "=cmd|' /C calc'!A0", "W" * 5000, "\u202egpj.exe", "+1")


class Report:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.html = (folder / "index.html").read_text(encoding="utf-8")
        self.page = LexborHTMLParser(self.html)
        self.numbers = json.loads((folder / "numbers.json").read_text())
        self.manifest = json.loads((folder / "manifest.json").read_text())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return Report(weekly.build(FakeMarket(), None, tmp_path_factory.mktemp("out")))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Report:
    market = FakeMarket(20, terms=HOSTILE + TERMS[:4], companies=HOSTILE)
    return Report(weekly.build(market, "2026-W05", tmp_path_factory.mktemp("hostile")))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_cut_gives_the_same_bytes(report: Report, tmp_path: Path) -> None:
    again = weekly.build(FakeMarket(), "2026-W05", tmp_path / "elsewhere")
    assert contents(again) == contents(report.folder)


def test_the_folder_holds_a_png_and_a_csv_for_each_figure_and_a_true_manifest(report: Report) -> None:
    assert report.folder.name == "2026-W05"
    names = {f"{chart.key}.{kind}" for chart in weekly.CONTENTS for kind in ("png", "csv")}
    assert {path.name for path in report.folder.iterdir()} == names | {"index.html", "numbers.json", "manifest.json"}
    listed = {name: entry["sha256"] for name, entry in report.manifest["files"].items()}
    assert listed == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in contents(report.folder).items() if name != "manifest.json"
    }  # fmt: skip
    assert report.manifest["as_of"] == "2026-02-02T06:00:00+00:00"
    assert report.manifest["failed"] == {}


def test_pngs_are_1600_wide_small_and_say_nothing_about_the_machine(report: Report) -> None:
    for path in report.folder.glob("*.png"):
        with Image.open(path) as picture:
            assert picture.width == 1600
            assert not picture.info.keys() & {"Software", "dpi", "Creation Time"}
        assert path.stat().st_size <= 100_000, path.name


def test_the_page_runs_no_script_and_names_no_address(report: Report) -> None:
    assert report.page.css("script, iframe, object, embed, form, base") == []
    assert report.page.css_first("meta[http-equiv]").attributes["content"] == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    )
    for node in report.page.css("[src], [srcset], [href]"):
        for name in ("src", "srcset", "href"):
            assert (node.attributes.get(name) or "#").startswith(("data:", "#"))
    assert not re.search(r"https?://|@import|url\(", re.sub(r"base64,[\w+/=]*", "", report.html))
    assert len(report.html.encode()) <= 1_000_000


def test_the_page_can_be_read_without_seeing_it(report: Report) -> None:
    assert report.page.css_first("html").attributes["lang"] == "en"
    levels = [int(node.tag[1]) for node in report.page.css("h1, h2, h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    alts = [node.attributes["alt"] or "" for node in report.page.css("img")]
    assert len(alts) == len(weekly.CONTENTS)
    assert all(20 < len(text) <= 250 for text in alts)
    assert all(node.attributes.get("scope") in ("row", "col") for node in report.page.css("th"))
    assert report.page.css_first("a.skip").attributes["href"] == "#main"
    assert report.page.css_first("#main")


def test_every_figure_states_its_sample_employers_interval_and_cut(report: Report) -> None:
    captions = [node.text() for node in report.page.css("figcaption")]
    assert len(captions) == len(weekly.CONTENTS)
    for caption in captions:
        assert re.search(r"n = [\d,–]+", caption), caption
        assert re.search(r"[\d,–]+ employers", caption), caption
        assert "interval: " in caption
        assert "as of 2 Feb 2026 06:00 UTC, week 2026-W05 · 24 boards · reader 1a2b3c4d5e6f" in caption


def test_the_population_is_stated(report: Report) -> None:
    assert "public ML-engineer postings in the 24 scopes we enumerate" in report.page.css_first(".population").text()


def test_numbers_json_csv_and_page_agree(report: Report) -> None:
    for chart in weekly.CONTENTS:
        told = report.numbers["figures"][chart.key]["rows"]
        with (report.folder / f"{chart.key}.csv").open(encoding="utf-8", newline="") as file:
            printed = list(csv.DictReader(file))
        assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in told] == printed
    genai = next(row for row in report.numbers["figures"]["genai"]["rows"] if row["week"] == "2026-W05")
    lines = [[cell.text() for cell in line.css("th, td")] for line in report.page.css("table")[1].css("tr")]
    value = next(line[2] for line in lines if line[0] == "2026-W05" and line[1].strip() == "matched boards")
    assert value == f"{100 * genai['value']:.0f}%"


def test_a_suppressed_number_is_a_dash_with_its_reason(report: Report) -> None:
    row = next(row for row in report.numbers["figures"]["pay"]["rows"] if row["group"] == "principal")
    assert row["value"] is None
    text = next(node.text() for node in report.page.css("tr") if "principal" in node.text())
    assert "–" in text
    assert "fewer than 30 with pay" in text


def test_only_an_alert_that_came_back_is_given_a_verb(report: Report) -> None:
    states = {row["group"]: row["state"] for row in report.numbers["figures"]["movers"]["rows"]}
    assert states["Kubernetes"] == "confirmed"
    assert states["Ray"] == "new"
    assert "Kubernetes rose 11.2 pp" in report.numbers["figures"]["movers"]["title"]
    titles = " ".join(figure["title"] for figure in report.numbers["figures"].values())
    assert len(re.findall(r"\b(rose|fell|surged|soared|plunged)\b", titles)) == 1
    assert "could have seen ≥" in report.numbers["figures"]["genai"]["title"]


def test_major_employers_are_covered_or_it_is_said_why_not() -> None:
    boards = pd.DataFrame(
        [
            ("ashby", "openai", "read completely", "within a day"),
            ("greenhouse", "stripe", "failed or partial", "never"),
        ],
        columns=["platform", "board", "kind", "age"],
    )
    rows = {row["company"]: row for row in coverage(boards)}
    assert len(rows) == 15
    assert rows["OpenAI"]["state"] == "covered, read within a day"
    assert rows["Stripe"]["state"] == "failed or partial; last complete never"
    assert rows["Google"]["state"] == "not in this register"
    assert "evade" in rows["Tesla"]["why"]
    assert n_covered(list(rows.values())) == 1
    known = {f"{board.platform}/{board.token}" for board in load_boards()}
    assert {row["boards"] for row in majors._majors() if row["boards"]} <= known


def test_failing_boards_are_named_with_verdict_and_age(report: Report) -> None:
    late = [
        [cell.text().strip() for cell in line.css("th, td")]
        for line in report.page.css("[aria-label='Boards not read completely'] tr")
    ]
    assert ["Globex", "greenhouse/board7", "failed", "longer: dark", "failed: HTTP 503"] in late
    assert not any("board0" in " ".join(line) and "read completely" in line for line in late)


def test_hostile_names_are_shown_as_text(hostile: Report) -> None:
    assert hostile.manifest["failed"] == {}
    assert hostile.page.css("script") == []
    assert "&lt;script&gt;" in hostile.html
    assert "\u202e" not in hostile.html
    assert max(len(node.text()) for node in hostile.page.css("td, tbody th")) <= 120
    groups = {row["group"] for row in hostile.numbers["figures"]["movers"]["rows"]}
    assert "$x_{" in groups
    assert max(map(len, groups)) <= 300


def test_lone_surrogates_and_controls_reach_no_file() -> None:
    series = pd.DataFrame(
        {"group": pd.Series(["a\ud800b\x00", "=\ud800"], dtype="object"), "value": [0.1 + 0.2, math.nan]}
    )
    assert csv_bytes(series) == b"group,value\na b,0.3\n'=,\n"
    assert json.loads(json_bytes(rows(series))) == [{"group": "a b", "value": 0.3}, {"group": "=", "value": None}]
    with draw.settings():
        figure = figures.blank(series, Words("t\ud800 $x_{", "s", "n", "a", "r"), "c\udfff", 8.0)
        assert draw.png(figure).startswith(b"\x89PNG")


def test_csv_text_cannot_be_a_formula_but_numbers_stay_numbers(hostile: Report) -> None:
    text = (hostile.folder / "movers.csv").read_text(encoding="utf-8")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert not [cell for row in lines for cell in (row["group"], row["state"]) if cell.startswith(("=", "+", "-", "@"))]
    assert any(row["group"] == "'+1" for row in lines)
    assert any(row["value"].startswith("-") for row in lines)


def test_one_broken_series_stands_as_an_error_among_the_others(tmp_path: Path) -> None:
    class Broken(FakeMarket):
        def median_pay(self, by: str = "level", **_: object) -> None:
            raise ValueError("no column 'x' in /home/someone/store.db")

    with pytest.raises(weekly.Incomplete) as told:
        weekly.build(Broken(1), None, tmp_path)
    broken = Report(told.value.path)
    assert told.value.failed == ["pay", "pay-history"]
    assert set(broken.manifest["failed"]) == {"pay", "pay-history"}
    assert len(broken.page.css(".failed")) == 2
    assert len(broken.page.css("figure")) == len(weekly.CONTENTS) - 2
    assert "someone" not in broken.html
    assert "Median base pay" in broken.html


def test_a_report_that_cannot_be_written_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    class Full(dict[str, bytes]):
        def items(self):  # type: ignore[no-untyped-def]
            yield "index.html", b"new"
            raise OSError(28, "No space left on device")

    weekly.publish({"index.html": b"old"}, tmp_path, "2026-W05")
    with pytest.raises(OSError, match="No space"):
        weekly.publish(Full(), tmp_path, "2026-W05")
    assert [path.name for path in tmp_path.iterdir()] == ["2026-W05"]
    assert contents(tmp_path / "2026-W05") == {"index.html": b"old"}
    weekly.publish({"numbers.json": b"{}"}, tmp_path, "2026-W05")
    assert contents(tmp_path / "2026-W05") == {"numbers.json": b"{}"}


def test_an_empty_market_gives_a_clear_page(tmp_path: Path) -> None:
    young = Report(weekly.build(FakeMarket(0), None, tmp_path))
    assert young.manifest["failed"] == {}
    assert len(young.page.css("figure")) == len(weekly.CONTENTS)
    assert "Nothing to compare" in young.page.css_first("#headline").text()
    assert "nan" not in young.page.css_first("body").text().lower().split()


def test_the_week_is_the_last_full_one_and_later_weeks_stay_out(tmp_path: Path) -> None:
    market = FakeMarket()
    assert metrics.reported_week(market) == "2026-W05"
    for metric in (metrics.flow, metrics.genai, metrics.tools, metrics.pay_history, metrics.boards):
        assert metric(market, "2026-W03")["week"].max() == "2026-W03"
    with pytest.raises(ValueError, match="2026-W60"):
        weekly.build(market, "2026-W60", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
def test_a_browser_shows_the_page_without_asking_for_anything(report: Report, tmp_path: Path) -> None:
    asking = tmp_path / "asking.html"
    asking.write_text('<img src="http://127.0.0.1:9/x.png">')
    assert requests_of(asking, tmp_path / "control") == 1
    assert requests_of(report.folder / "index.html", tmp_path / "report") == 0


def requests_of(page: Path, profile: Path) -> int:
    """Network requests that the page itself made: its origin is opaque, the browser's own have none."""
    log = profile.with_suffix(".json")
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--no-first-run",
        "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND", f"--log-net-log={log}",
        "--virtual-time-budget=2000", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, timeout=120, check=True)
    assert b"</html>" in shown.stdout
    return log.read_text(errors="replace").count('"initiator":"null"')
