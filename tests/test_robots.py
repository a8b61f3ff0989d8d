"""robots.txt as hosts serve it: what counts as a rule, and what is only a page."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from crawler.fetch import Answer
from crawler.robots import Robots, Rules

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DENY = "User-agent: *\nDisallow: /\n"
PAGE = b"<!DOCTYPE html><html><body><p>Just a moment</p></body></html>"


def rules_of(body: bytes, status: int = 200) -> tuple[Rules, list[str]]:
    """The rules of a host that serves this, and what is said of it."""

    async def get(url: str) -> Answer:
        return Answer(url, status, {}, body)

    said: list[str] = []
    return asyncio.run(Robots(get, said.append).rules("https://host.example/list", NOW)), said


def allows(body: bytes) -> bool:
    return rules_of(body)[0].allows("https://host.example/list")


@pytest.mark.parametrize(
    "agent", ["JobTide/9.9", "jobtide/0.1 (+https://example.org)", "JOBTIDE", "jobtide # us", "JobTide\t*"]
)
def test_a_group_of_ours_is_heeded_however_it_is_written(agent: str) -> None:
    ours = f"User-agent: *\nAllow: /\n\n{'  '}user-agent : {agent}\r\nDisallow: /list\n"
    assert not allows(ours.encode())
    assert allows(ours.replace(agent, "Another" + agent).encode())


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_rules_in_any_coding_are_heeded(coding: str) -> None:
    assert not allows(DENY.encode(coding))
    assert not allows(("# é\n" + DENY).encode(coding))


def test_rules_between_nul_and_other_bytes_are_heeded() -> None:
    assert not allows(b"\x00\xff\xfe\n" + DENY.encode() + b"\x00")


def test_what_a_page_in_their_place_tells_is_heeded() -> None:
    page = f"<html><body><pre>{DENY.replace('*', '&#42;')}</pre></body></html>"
    found, said = rules_of(page.encode())
    assert (found.allows("https://host.example/list"), said) == (False, [])


def test_a_page_without_rules_has_none_and_that_is_said() -> None:
    found, said = rules_of(b"\n " + PAGE)
    assert found.allows("https://host.example/list")
    assert said == ["host.example: robots.txt is a web page without rules; read as having none"]
    assert rules_of(PAGE, 404)[1] == rules_of(PAGE, 503)[1] == rules_of(b"")[1] == []
    assert rules_of(PAGE, 503)[0].unreachable


def test_a_flood_of_brackets_takes_no_longer_than_its_length() -> None:
    assert allows(b"<" * 10_000_000)
