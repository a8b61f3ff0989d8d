"""From the addresses of careers and posting pages to platform and token. Tokens are invented, the shapes are real."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler import probe
from crawler.careers import add_board, recognise
from crawler.register import load_boards
from crawler.spiders import PLATFORMS
from crawler.spiders.listing import Board
from store.settings import Boards, ConfigError, Settings

KNOWN = {
    "https://boards.greenhouse.io/acme": "greenhouse/acme",
    "https://boards.greenhouse.io/acme/jobs/4100200300?gh_jid=4100200300": "greenhouse/acme",
    "https://job-boards.greenhouse.io/acme/jobs/4100200300": "greenhouse/acme",
    "https://job-boards.eu.greenhouse.io/acme": "greenhouse/acme",
    "https://boards.eu.greenhouse.io/acme": "greenhouse/acme",
    "https://boards.greenhouse.io/embed/job_board?for=acme&b=https%3A%2F%2Facme.example": "greenhouse/acme",
    "https://boards.greenhouse.io/embed/job_app?for=acme&token=4100200300": "greenhouse/acme",
    "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true": "greenhouse/acme",
    "https://jobs.lever.co/Acme": "lever/Acme",
    "https://jobs.lever.co/acme-labs/0a1b2c3d-0000-4000-8000-000000000000/apply": "lever/acme-labs",
    "https://api.lever.co/v0/postings/acme?mode=json": "lever/acme",
    "HTTPS://JOBS.LEVER.CO:443/acme": "lever/acme",
    "https://jobs.eu.lever.co/acme/0a1b2c3d-0000-4000-8000-000000000000": "lever/acme|eu",
    "https://api.eu.lever.co/v0/postings/acme?mode=json": "lever/acme|eu",
    "https://jobs.ashbyhq.com/acme": "ashby/acme",
    "jobs.ashbyhq.com/Acme%20Labs/0a1b2c3d": "ashby/Acme Labs",
    "https://api.ashbyhq.com/posting-api/job-board/acme?includeCompensation=true": "ashby/acme",
    "https://apply.workable.com/acme/": "workable/acme",
    "https://apply.workable.com/acme-co/j/5A01C2D3E4/": "workable/acme-co",
    "https://apply.workable.com/api/v1/widget/accounts/acme?details=true": "workable/acme",
    "https://www.workable.com/api/accounts/acme": "workable/acme",
    "https://acme.recruitee.com": "recruitee/acme",
    "https://acme.recruitee.com/o/ml-engineer-berlin": "recruitee/acme",
    "https://acme.recruitee.com/api/offers/": "recruitee/acme",
    "https://acme.jobs.personio.de/job/1834171?language=en": "personio/acme",
    "https://acme-robotics.jobs.personio.com/": "personio/acme-robotics",
    "https://acme.jobs.personio.de/xml?language=en": "personio/acme",
    "https://acme.teamtailor.com/jobs/7167985-machine-learning-engineer": "teamtailor/acme",
    "https://acme.teamtailor.com/jobs.rss": "teamtailor/acme",
    "https://acme.pinpointhq.com/en/postings/214455": "pinpoint/acme",
    "https://acme.pinpointhq.com/postings.json": "pinpoint/acme",
    "https://acme.wd5.myworkdayjobs.com/ExternalCareers": "workday/acme|wd5|ExternalCareers",
    "https://acme.wd5.myworkdayjobs.com/en-US/External/job/US-NC-Durham/ML_JR20": "workday/acme|wd5|External",
    "https://acme.wd103.myworkdayjobs.com/de/Karriere": "workday/acme|wd103|Karriere",
    "https://acme.wd1.myworkdayjobs.com/wday/cxs/acme/Site_1/jobs": "workday/acme|wd1|Site_1",
    "https://acme.bamboohr.com/careers/86": "bamboohr/acme",
    "https://acme.bamboohr.com/careers/list": "bamboohr/acme",
    "https://ats.rippling.com/acme/jobs/2f0674e6-0000-4ecd-b459-e947241c211f": "rippling/acme",
    "https://ats.rippling.com/en-GB/acme/jobs": "rippling/acme",
    "https://api.rippling.com/platform/api/ats/v1/board/acme/jobs": "rippling/acme",
    "https://jobs.gem.com/acme/am9icG9zdDox": "gem/acme",
    "https://api.gem.com/job_board/v0/acme/job_posts/": "gem/acme",
    "https://jobs.smartrecruiters.com/AcmeGroup/744000135099999-data-scientist": "smartrecruiters/AcmeGroup",
    "https://acme.eightfold.ai/careers?domain=acme.com&query=ml": "eightfold/acme.eightfold.ai|acme.com",
    "https://www.amazon.jobs/en/jobs/2900001/applied-scientist": "amazon/amazon",
    "https://jobs.apple.com/en-us/details/200600000/ml-engineer": "apple/apple",
    "https://www.google.com/about/careers/applications/jobs/results/100-ml-engineer": "google/google",
    "https://www.uber.com/global/en/careers/list/130000/": "uber/uber",
}
FOREIGN = [
    "", " ", "http://[", "https://", "file:///etc/passwd", "javascript:alert(1)", "ftp://jobs.lever.co/acme",
    "https://jobs.lever.co", "https://jobs.lever.co/", "https://jobs.lever.co/..%2f..%2fetc", "https://jobs.lever.co/%00",
    "https://jobs.lever.co/" + "a" * 100_000, "https://evil.example/" + "a" * 100_000, "https://jobs.lever.co:8443/acme",
    "https://jobs.lever.co:99999/acme", "http://jobs.lever.co:443/acme",
    "x://" + "a" * 100_000, "https://" + "[" * 9_000,
    "https://jobs.lever.co.evil.example/acme",
    "https://jobs.lever.co@evil.example/acme", "https://user:word@jobs.lever.co/acme",
    "https://evil.example/?https://jobs.lever.co/acme", "https://evil.example/boards.greenhouse.io/acme",
    "https://boards.greenhouse.io/embed", "https://boards.greenhouse.io/embed/job_board", "https://www.recruitee.com/",
    "https://apply.workable.com/j/5A01C2D3E4", "https://a.b.recruitee.com/", "https://myworkdayjobs.com/en-US/External",
    "https://acme.wd5.myworkdayjobs.com/", "https://acme.wd5.myworkdayjobs.com/wday/authgwy", "https://linkedin.example/jobs/1",
    "https://jobs.ashbyhq.com/api/non-user-graphql", "https://xn--.bamboohr.com.evil.example/careers",
]  # fmt: skip


@pytest.mark.parametrize("address", KNOWN)
def test_platform_and_token_of_an_address(address: str) -> None:
    board = recognise(address)
    assert f"{board.platform}/{board.token}" == KNOWN[address]


@pytest.mark.parametrize("address", FOREIGN)
def test_foreign_and_hostile_addresses_are_refused_in_one_clear_line(address: str) -> None:
    with pytest.raises(ConfigError) as refused:
        recognise(address)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_port_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="port 8443"):
        recognise("https://boards.greenhouse.io:8443/x")


def test_lever_has_two_instances() -> None:
    lever = PLATFORMS["lever"]
    assert lever.first_url("", "acme|eu") == lever.first_url("", "acme").replace("api.", "api.eu.")
    assert lever.first_url("http://127.0.0.1:9", "acme|eu") == lever.first_url("http://127.0.0.1:9", "acme")
    assert lever.first_url("", "acme|us") == lever.first_url("", "acme%7Cus")  # which no board is called


def seen(**told: Any) -> dict[str, Any]:
    return {"verdict": "snapshot", "note": "", "listed": 2, "company": "Acme, Inc."} | told


def added(files: Path | list[Path], named: str = "", sector: str = "", country: str = "", **told: Any) -> str:
    settings = Settings(boards=Boards(shipped=False, files=files if isinstance(files, list) else [files]))
    return add_board(settings, "https://jobs.lever.co/acme", lambda _: seen(**told), named, sector, country)


def test_a_linked_file_stays_a_link_and_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    target, link = tmp_path / "kept" / "boards.csv", tmp_path / "mine.csv"
    target.write_text("platform,token\nlever,other\n")
    target.chmod(0o640)
    link.symlink_to("kept/boards.csv")
    added(link)
    assert (str(link.readlink()), target.read_text()) == (
        "kept/boards.csv",
        "platform,token\nlever,other\nlever,acme\n",
    )
    assert target.stat().st_mode & 0o777 == 0o640
    assert {path.name for path in tmp_path.rglob("*")} == {"kept", "boards.csv", "mine.csv"}
    dangling = tmp_path / "new.csv"
    dangling.symlink_to("kept/new.csv")
    added(dangling)
    assert dangling.is_symlink()
    assert load_boards(False, [tmp_path / "kept" / "new.csv"]) == [Board("lever", "acme", "Acme, Inc.")]


def test_a_file_that_cannot_be_written_is_told_before_anybody_is_asked(tmp_path: Path) -> None:
    circle = tmp_path / "circle.csv"
    circle.symlink_to(circle)
    with pytest.raises(ConfigError, match="links lead in a circle"):
        added(circle)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ConfigError, match="no file"):
        added(tmp_path / "folder.csv")
    assert circle.is_symlink()


def test_a_board_that_somebody_adds_meanwhile_stands_in_the_file_once(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"

    def look(_: Board) -> dict[str, Any]:
        if not mine.exists():
            added(mine)
        return seen()

    with pytest.raises(ConfigError, match=r"mine\.csv, line 3: lever/acme stands in line 2 already"):
        add_board(Settings(boards=Boards(shipped=False, files=[mine])), "https://jobs.lever.co/acme", look, "", "", "")
    assert [board.token for board in load_boards(False, [mine])] == ["acme"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BOM + b"platform,token\r\nlever,a\r\n", b"lever,acme\r\n"),
        (BOM + b'"platform","token"\r\nlever,a', b"\r\nlever,acme\r\n"),
        (b"token,platform\nb,lever\n", b"acme,lever\n"),
        (b"platform,token,company\rlever,a,A\r", b'lever,acme,"Acme, Inc."\r'),
        (b"platform,token", b"\nlever,acme\n"),
    ],
)
def test_a_line_is_added_and_every_byte_before_it_stays(before: bytes, after: bytes, tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_bytes(before)
    told = added(mine)
    assert mine.read_bytes() == before + after
    assert ("without company: it has no such column" in told) == (b"company" not in before)
    assert {board.token for board in load_boards(False, [mine])} >= {"acme"}


def test_what_was_seen_is_counted_in_words(tmp_path: Path) -> None:
    counts = {"1 posting of": seen(listed=1), "2 postings of": seen(), "at least 300 postings": seen(
        listed=300, verdict="partial"), ": postings of": seen(listed=None)}  # fmt: skip
    for number, (words, told) in enumerate(counts.items()):
        assert words in added(tmp_path / f"{number}.csv", **told)
    with pytest.raises(ConfigError, match="lists 1 posting but not whose it is"):
        added(tmp_path / "x.csv", listed=1, company="\x1b[31m\n")  # of the platform
    with pytest.raises(ConfigError, match=r"empty.*it lists nothing"):
        added(tmp_path / "x.csv", verdict="empty", listed=0)
    with pytest.raises(ConfigError, match=r"asks to wait.*try again later"):
        added(tmp_path / "x.csv", verdict="deferred", note="robots.txt asks to wait")


def test_words_of_the_command_are_judged_before_anybody_is_asked(tmp_path: Path) -> None:
    def nobody(_: Board) -> dict[str, Any]:
        raise AssertionError("asked")

    mine = tmp_path / "mine.csv"
    faults = {"--country: country 'germany'": ("", "", "germany"), "--company .* is no name": ("\x1b[2J\n\x00", "", ""),
              "--sector '=' is no name": ("", "=", "")}  # fmt: skip
    for told, words in faults.items():
        with pytest.raises(ConfigError, match=told):
            add_board(Settings(boards=Boards(files=[mine])), "https://jobs.lever.co/acme", nobody, *words)
    with pytest.raises(ConfigError, match="no such folder"):
        add_board(
            Settings(boards=Boards(files=[tmp_path / "no" / "m.csv"])), "https://jobs.lever.co/acme", nobody, *[""] * 3
        )
    assert not mine.exists()


def test_a_company_is_one_harmless_line(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    added(mine, "=Acme\n\x1b[31mLabs\x00\u202e " + "x" * 1_000_000, sector="@AI\tlab")
    (board,) = load_boards(False, [mine])
    assert (board.company[:12], len(board.company), board.sector) == ("Acme Labs xx", 300, "AI lab")


def test_a_platform_that_does_not_end_its_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TIMEOUT_S", 0.01)
    told = probe.look(Board("lever", "acme"))
    assert (told["verdict"], told["note"], told["listed"]) == ("failed", "no answer within 0 s", None)
