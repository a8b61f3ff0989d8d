"""The register of boards: shipped list, users' files, and names on the command line."""

from __future__ import annotations

import os
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


def test_what_a_file_says_of_a_board_becomes_one_harmless_line(tmp_path: Path) -> None:
    rows = [
        '=cmd|x!A1,"A\x1b[31m\nB\x00",US',
        "+@-Real,\x9b2Jshell\u202e,",
        "\x1b]0;title\x07Acme,x,",
        '"\x00\x1b[0m=","\r",',
    ]
    lines = "".join(f"lever,t{n},{row}\n" for n, row in enumerate(rows))
    told = [(b.company, b.sector) for b in load_boards(False, [file(tmp_path, HEAD + lines)])]
    assert told == [("cmd|x!A1", "A B"), ("Real", "shell"), ("Acme", "x"), ("t3", "")]


@pytest.mark.parametrize(
    "row", ["lever,{0},,,", "{0},a,,,", "lever,a,,,{0}", "lever,\x00{0},,,", "smartrecruiters,\x1b{0},,,"]
)
def test_a_long_cell_is_not_told_whole(row: str, tmp_path: Path) -> None:
    with pytest.raises(RegisterError) as error:
        load_boards(False, [file(tmp_path, HEAD + row.format("x" * 100_000))])
    assert len(str(error.value).replace(str(tmp_path), "")) < 900
    assert "line 2: " in str(error.value)


def test_only_files_of_a_size_that_boards_have_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(RegisterError, match=r"pipe\.csv: no file"):
        load_boards(False, [tmp_path / "pipe.csv"])
    with pytest.raises(RegisterError, match="no file"):
        load_boards(False, [tmp_path])
    with (tmp_path / "big.csv").open("wb") as big:
        big.truncate(2**40)
    with pytest.raises(RegisterError, match=r"big\.csv: over 16 MB"):
        load_boards(False, [tmp_path / "big.csv"])
    with pytest.raises(RegisterError, match="cannot be read"):
        load_boards(False, ["a\x00.csv"])


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
