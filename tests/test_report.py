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
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from analytics.events import method_breaks, week_numbers
from analytics.offers_flags import repeated_value
from crawler.register import load_boards
from reports import draw, figures, flags, majors, metrics, weekly
from reports.cards import scorecard
from reports.majors import coverage, n_covered
from reports.numbers import csv_bytes, json_bytes, rows
from reports.vintages import printed
from reports.words import Cut, Words
from store.connect import open_engine
from store.migrate import upgrade
from store.published import Publication, record
from tests.report_frames import TERMS, FakeMarket, calendar, pay_by_week

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


def pieces(market: FakeMarket, *keys: str) -> tuple[Cut, dict[str, weekly.Piece]]:
    """Numbers and words of these figures (none: all), not drawn."""
    cut = weekly.cut_of(market, None)
    told = [weekly.told(chart, market, cut) for chart in weekly.CONTENTS if chart.key in keys or not keys]
    assert not [one.error for one in told if one.error]
    return cut, {one.chart.key: one for one in told}


def titles(told: dict[str, weekly.Piece]) -> str:
    return " | ".join(one.words.title for one in told.values() if one.words)


def collected(market: FakeMarket, changed_in: str) -> pd.DataFrame:
    """The events of a market whose postings came from an archive before a week, and from the boards since."""
    weeks = calendar(market.weeks)
    since = week_numbers([changed_in])[0]
    told = ["archive" if week < since else "board" for week in weeks.weeks for _ in range(30)]
    new = pd.DataFrame({"week_number": np.repeat(weeks.weeks, 30), "platform": "x", "provenance": told})
    return method_breaks(new, weeks)


def test_a_method_that_changes_at_the_turn_of_the_year_is_flagged_and_no_movement_is_told() -> None:
    market = FakeMarket()
    assert "Kubernetes rose" in titles(pieces(market, "movers")[1])
    market.happened = collected(market, "2026-W01")
    event = "2026-W01 method: provenance archive, then board"
    cut, told = pieces(market)
    shown = {key: one for key, one in told.items() if key != "pay"}  # its four weeks begin later
    for key, one in shown.items():
        flagged = one.series[one.series["event"].ne("")]
        assert set(flagged["week"]) == {"2026-W05" if key == "movers" else "2026-W01"}, key
        assert set(flagged["event"]) == {event}
        assert one.words
        assert "2026-W01 method, provenance archive, then board" in one.words.reading
    assert not re.search(r"\b(rose|fell|higher|lower)\b", titles(told))
    assert set(told["movers"].series["state"]) == {"none"}
    assert "not compared with 13 weeks ago: change of method in 2026-W01" in titles(told)
    for name in ("genai", "pay-history", "disclosure"):
        assert "not compared, change of method in 2026-W01" in titles({name: told[name]})
    cards = {card.name: card.note for card in scorecard({key: one.series for key, one in told.items()}, cut)}
    assert cards["State pay"] == "not compared, change of method in 2026-W01"
    assert flags.marks(told["genai"].series) == [("2025-12-29", "method")]


def test_an_event_before_the_weeks_compared_is_flagged_and_stops_no_comparison() -> None:
    market, keys = FakeMarket(), ("flow", "genai", "movers")
    _, before = pieces(market, *keys)
    market.happened = collected(market, "2025-W41")
    _, told = pieces(market, *keys)
    assert titles(told) == titles(before)
    assert set(told["flow"].series.query("event != ''")["week"]) == {"2025-W41"}
    market.happened = collected(market, "2025-W42")
    after = titles(pieces(market, *keys)[1])
    assert after.count("change of method in 2025-W42") == 2
    assert "rose" not in after


def test_pay_laws_stand_beside_pay_and_outages_that_go_on_are_marked_once() -> None:
    market = FakeMarket()
    market.happened = pd.DataFrame(
        [("2025-W45", "outage", "crawls incomplete"), ("2025-W46", "outage", "crawls incomplete"),
         ("2026-W01", "law", "pay law of Ontario"), ("2026-W02", "lexicon", "reader 1a2b")],
        columns=["week", "kind", "what"],
    ).assign(share=[math.nan, math.nan, math.nan, 0.0])  # the lexicon's change touched no posting  # fmt: skip
    _, told = pieces(market, "flow", "genai", "pay-history", "disclosure")
    outage, law = ("2025-11-03", "outage"), ("2025-12-29", "Ontario")
    for key in ("flow", "genai"):
        assert flags.marks(told[key].series) == [outage]
    for key in ("pay-history", "disclosure"):
        assert flags.marks(told[key].series) == [outage, law]
    assert "could have seen ≥" in titles({"genai": told["genai"]})


def test_one_range_that_fills_four_months_is_no_rise_of_pay() -> None:
    market, keys = FakeMarket(), ("genai", "pay", "pay-history")
    lows = [90_000 + 1_000 * k for k in range(20)]
    spread = {week: [low + 100 * k for low in lows] for k, week in enumerate(market.weeks)}
    market.repeated = repeated_value(pay_by_week(spread), calendar(market.weeks))
    _, before = pieces(market, *keys)
    assert "could have seen" in titles({"pay-history": before["pay-history"]})
    filled = {week: [120_000] * 26 + low[:14] if week > "2025-W40" else low for week, low in spread.items()}
    market = FakeMarket()
    market.repeated = repeated_value(pay_by_week(filled), calendar(market.weeks))
    cut, told = pieces(market, *keys)
    assert told["pay"].words
    assert told["pay"].words.title.endswith("; one range fills 65% of the postings")
    assert "pay: not compared, one range fills 65% of the postings" in titles({"pay-history": told["pay-history"]})
    assert "Not to be trusted this week: one range fills 65% of the postings." in told["pay"].words.reading
    assert titles({"genai": told["genai"]}) == titles({"genai": before["genai"]})
    notes = [card.note for card in scorecard({key: one.series for key, one in told.items()}, cut)]
    assert "not compared, one range fills 65% of the postings" in notes


def test_a_doubled_disclosure_across_a_pay_law_is_not_told_as_pay() -> None:
    class Law(FakeMarket):
        def disclosure_break(self) -> pd.DataFrame:
            told = super().disclosure_break()
            is_flagged = told["week"].ge("2026-W03")
            return told.assign(ratio=2.31, laws="Ontario", is_flagged=is_flagged)

    _, told = pieces(Law(), "pay-history", "disclosure")
    for key in ("pay-history", "disclosure"):
        assert "not compared, disclosure grew 2.3-fold across a pay law" in titles({key: told[key]})
        words = told[key].words
        assert words
        assert "across a pay law (Ontario). No movement" in words.reading


def test_the_movers_tell_chance_and_employers_that_weigh_too_much(report: Report) -> None:
    told = report.numbers["figures"]["movers"]
    assert "with weeks shuffled at random 0.3 alerts a report" in told["sample"]
    assert "† driven by few employers: 1" in told["sample"]
    assert "dominated" not in told["sample"]
    driven = [row["group"] for row in told["rows"] if row["is_driven_by_few"]]
    assert driven == ["LangChain"]
    line = next(node.text() for node in report.page.css("tr") if "driven by few employers" in node.text())
    assert "LangChain" in line

    class Dominated(FakeMarket):
        def movers(self, weeks: int = 13) -> pd.DataFrame:
            return super().movers(weeks).assign(is_dominated=True, top_share=0.41)

    words = pieces(Dominated(), "movers")[1]["movers"].words
    assert words
    assert words.title.startswith("Kubernetes rose 11.2 pp (+10.1 pp without one employer)")
    assert "dominated: one employer has 41% of a window's postings" in words.sample


def test_what_an_earlier_report_printed_otherwise_is_told_with_its_size_and_cause(tmp_path: Path) -> None:
    market = FakeMarket()
    cut, told = pieces(market, "flow", "genai", "movers", "pay")
    content = weekly.files(market, cut, list(told.values()))
    assert "Nothing was published before this data cut." in content["index.html"].decode()
    (tmp_path / "numbers.json").write_bytes(content["numbers.json"])
    made, printed_now = printed(tmp_path)
    market.url = f"sqlite:///{tmp_path}/jobtide.db"
    engine = open_engine(market.url)
    upgrade(engine)
    first = [dict(row) for row in printed_now]
    moved = next(row for row in first if (row["series"], row["period"]) == ("genai", "2026-W03"))
    moved["value"] -= 0.1
    earlier = made | {"as_of": made["as_of"] - timedelta(weeks=1)}
    assert record(engine, Publication(**earlier), first) == len(first)
    content = weekly.files(market, cut, list(told.values()))
    found = json.loads(content["numbers.json"])["revisions"]
    n_known = sum(row["value"] is not None for row in first)
    assert [found[name] for name in ("n_compared", "n_changed", "n_major")] == [n_known, 1, 1]
    assert found["causes"] == {"late data": 1}
    assert found["revised"][0]["change"] == pytest.approx(0.1)
    size = next(row for row in found["sizes"] if (row["series"], row["group"]) == ("genai", moved["group"]))
    assert (size["n"], size["max_absolute_change"]) == (8, pytest.approx(0.1))
    assert size["mean_change"] == size["mean_absolute_change"] == pytest.approx(0.1 / 8)
    page = LexborHTMLParser(content["index.html"].decode())
    marked = [node.text() for node in page.css("tr") if "(r)" in node.text() and "2026-W03" in node.text()]
    assert len(marked) == 1
    assert moved["group"] in marked[0]
    table = page.css_first("[aria-label='Numbers marked (r), newest first']").text()
    assert "+10.0 pp" in table
    later = made | {"as_of": made["as_of"] + timedelta(weeks=1)}
    record(engine, Publication(**later), [moved | {"value": 0.9}])
    assert weekly.files(market, cut, list(told.values())) == content
    engine.dispose()


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
