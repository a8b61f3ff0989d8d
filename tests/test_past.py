"""Any past report can be made again: byte for byte, from a store that has learnt more since."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from analytics import Market
from analytics.observe import read_store
from jobtide_demo import boards_of, configure
from reports.weekly import build
from simulator import Fault, World, serve
from store.connect import open_engine
from tests.test_crawl import FIRST, crawl, weeks


def test_a_report_made_later_as_of_a_week_has_the_bytes_of_the_one_made_then(tmp_path: Path) -> None:
    world = World(7, FIRST.date(), days=150, n_employers=16, postings_a_year=60.0)
    url = f"sqlite:///{tmp_path}/jobtide.db"
    outage = Fault("error_500", "lever", first=FIRST + timedelta(weeks=5), last=FIRST + timedelta(weeks=6))
    with serve(world, [outage]) as server:
        config = configure(server.endpoints, boards_of(world), tmp_path, url)
        crawl(config, *weeks(*range(1, 7)))
        read_store(open_engine(url))
        then = build(Market(url), None, tmp_path / "then")
        crawl(config, *weeks(*range(7, 14)))
        read_store(open_engine(url))
    cut = json.loads((then / "numbers.json").read_text())["as_of"]
    later = build(Market(url).as_of(cut), None, tmp_path / "later")
    assert {path.name: path.read_bytes() for path in later.iterdir()} == {
        p.name: p.read_bytes() for p in then.iterdir()
    }
    assert later.name == then.name != build(Market(url), None, tmp_path / "now").name
