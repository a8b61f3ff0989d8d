"""The register of boards: shipped list, users' files, and names on the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.register import RegisterError, load_boards, platforms, select
from crawler.spiders import PLATFORMS
from crawler.spiders.listing import Board

HEAD = "platform,token,company,sector,country\n"


def file(tmp_path: Path, text: str, name: str = "mine.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_list() -> None:
    boards = load_boards(shipped=True, files=[])
    assert len(boards) >= 304
    assert {board.platform for board in boards} <= set(platforms())
    on = select(boards, [])
    assert {"greenhouse", "lever", "ashby"} <= {board.platform for board in on} <= set(PLATFORMS)
    for board in on:
        assert PLATFORMS[board.platform].first_url("", board.token)
        assert board.company
        assert board.sector


def test_platform_register() -> None:
    assert set(PLATFORMS) <= set(platforms())
    for told in platforms().values():
        assert told["state"] in ("on", "opt_in", "off")
        assert told["why"]
        assert told["terms"]
        assert told["cadence"] in ("daily", "weekly", "never")
        assert told["crawl_delay_s"] >= 1
        assert isinstance(told.get("terms_checked_on", date(2026, 1, 1)), date)
        assert told["state"] != "on" or "terms_checked_on" in told


def test_files_alone(tmp_path: Path) -> None:
    mine = file(tmp_path, "\ufeff" + HEAD + '\nashby,Lake City AI,"Lake, City",AI lab,PT\nlever,Flex,,,\n')
    assert load_boards(shipped=False, files=[mine]) == [
        Board("ashby", "Lake City AI", "Lake, City", "AI lab", "PT"),
        Board("lever", "Flex", "Flex", "", ""),
    ]
    assert load_boards(shipped=False, files=[]) == []


def test_columns_in_any_order_and_without_the_optional_ones(tmp_path: Path) -> None:
    mine = file(tmp_path, "token,platform\nflex,lever\n")
    assert load_boards(shipped=False, files=[mine]) == [Board("lever", "flex", "flex")]


def test_later_files_override(tmp_path: Path) -> None:
    first = file(tmp_path, HEAD + "greenhouse,anthropic,Other Name,X,US\nlever,Flex,A,,\nlever,flex,B,,\n", "1.csv")
    second = file(tmp_path, HEAD + "ashby,OPENAI,Open,Y,US\n", "2.csv")
    boards = load_boards(shipped=True, files=[first, second])
    assert len(boards) == len(load_boards(shipped=True)) + 2  # Lever's names differ by case, Ashby's do not
    assert next(b for b in boards if b.token == "anthropic").company == "Other Name"
    assert [b for b in boards if b.token.lower() == "openai"] == [Board("ashby", "OPENAI", "Open", "Y", "US")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: columns are missing; write platform,token"),
        ("ats,token,company\n", "line 1: columns are ats,token,company"),
        ("platform,platform,token\n", "line 1: columns"),
        (HEAD + "greenhuse,x,X,,\n", "line 2: unknown platform 'greenhuse' (did you mean greenhouse?)"),
        (HEAD + "lever,a,A,,\nlever,a,B,,\n", "line 3: lever/a stands in line 2 already"),
        (HEAD + "ashby,a%20b,A,,\nashby,A B,B,,\n", "line 3: ashby/A B stands in line 2 already"),
        (HEAD + "lever,,A,,\n", "line 2: no token"),
        (HEAD + "lever,../../x,A,,\n", "line 2: board token '../../x' holds a slash"),
        (HEAD + "lever,a,A,,Portugal\n", "line 2: country 'Portugal' is no ISO code"),
        (HEAD + "lever,a,A, Inc,,US\n", "line 2: more than 5 cells"),
        (HEAD + 'lever,a,"A\n', "no readable CSV"),
    ],
)
def test_mistakes_are_told_with_line_and_next_move(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(RegisterError) as error:
        load_boards(shipped=False, files=[file(tmp_path, text)])
    assert "mine.csv" in str(error.value)
    assert told in str(error.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"nowhere\.csv: cannot be read"):
        load_boards(shipped=False, files=[tmp_path / "nowhere.csv"])
    (tmp_path / "latin.csv").write_bytes(HEAD.encode() + b"lever,caf\xe9,Caf\xe9,,\n")
    with pytest.raises(RegisterError, match=r"latin\.csv: not UTF-8"):
        load_boards(shipped=False, files=[tmp_path / "latin.csv"])


def test_names() -> None:
    boards = load_boards()
    assert select(boards, ["greenhouse/anthropic"]) == [b for b in boards if b.token == "anthropic"]
    assert [b.token for b in select(boards, ["ashby/hippocratic%20ai", "ashby/Hippocratic AI"])] == ["Hippocratic AI"]
    lever = select(boards, ["lever", "lever/spotify"])
    assert {b.platform for b in lever} == {"lever"}
    assert len(lever) == 22


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("greenhouse/antropic", "did you mean greenhouse/anthropic"),
        ("grenhouse", "did you mean greenhouse"),
        ("lever/Spotify", "did you mean lever/spotify"),
        ("", "no board is called"),
        ("smartrecruiters", "is off: robots.txt of api.smartrecruiters.com disallows"),
        ("tesla/www.tesla.com/cua-api/apps/careers/state", "platform tesla is off"),
    ],
)
def test_unknown_names_and_platforms_that_are_off(name: str, told: str) -> None:
    with pytest.raises(RegisterError) as error:
        select(load_boards(), [name])
    assert told in str(error.value)


def test_a_platform_without_boards() -> None:
    with pytest.raises(RegisterError, match="no board of lever is registered"):
        select([], ["lever"])
