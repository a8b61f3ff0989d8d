"""Composes a posting's text from its parts. Parts first, markup later: each platform arranges them in its own way.

The wording hangs on the version's seed alone, so the same version reads the same whenever and wherever it is served.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from simulator.data import chance, pick, some, table
from simulator.model import Employer, Posting, Version
from simulator.pay import spelled


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with either paragraphs or bullet points under it. Plain text."""

    kind: str  # role duties requirements preferred benefits pay company eeo
    heading: str
    lines: tuple[str, ...]
    bulleted: bool


@dataclass(frozen=True, slots=True)
class Prose:
    """One version's text: the employer's words before and after, and what is said of the job."""

    intro: Section
    body: tuple[Section, ...]
    closing: tuple[Section, ...]


class _Writer:
    """Draws lines of `texts/prose.toml` and fills their slots."""

    def __init__(self, seed: str, employer: Employer) -> None:
        self.rng = Random(seed)
        self.employer = employer
        self.prose: dict[str, Any] = table("prose")

    def fill(self, line: str, **more: str) -> str:
        if "{" not in line:
            return line
        slots = {name: pick(self.rng, words) for name, words in self.prose["slots"].items()}
        known = {"company": self.employer.company, "product": self.employer.product}
        return line.format(**slots | known | more)

    def lines(self, part: str, key: str, count: int) -> list[str]:
        return [self.fill(line) for line in some(self.rng, self.prose[part][key], count)]

    def tool_lines(self, part: str, tools: list[str]) -> list[str]:
        """Each tool once, two to four a line."""
        lines = []
        while tools:
            count = 2 + int(self.rng.random() * 3)
            taken, tools = tools[:count], tools[count:]
            lines.append(self.fill(pick(self.rng, self.prose[part]["tools"]), tools=_joined(taken)))
        return lines


def _joined(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def compose(posting: Posting, version: Version) -> Prose:
    """The whole text of a version, pay line included where the employer tells pay in words."""
    writer = _Writer(f"{posting.text_seed}", posting.employer)
    heading = _headings(posting.employer)
    body = [
        Section("role", heading["role"], tuple(_role(writer, posting)), False),
        Section("duties", heading["duties"], tuple(_duties(writer, posting)), True),
        Section("requirements", heading["requirements"], tuple(_requirements(writer, posting)), True),
        Section("preferred", heading["preferred"], tuple(_preferred(writer, posting)), True),
        Section("benefits", heading["benefits"], tuple(writer.lines("benefits", "lines", 7)), True),
    ]
    body = _revised(body, posting, version.revision)
    if posting.discloses in ("text", "both"):
        body.append(_pay(posting, version, heading["pay"]))
    return Prose(intro(posting.employer), tuple(body), _closing(posting.employer))


def _headings(employer: Employer) -> dict[str, str]:
    rng = Random(employer.style)
    kinds = table("prose")["headings"].items()
    return {kind: pick(rng, words).format(company=employer.company) for kind, words in kinds}


def intro(employer: Employer) -> Section:
    """The employer's own words: the same above every posting."""
    writer = _Writer(f"{employer.style}/intro", employer)
    lines = [*writer.lines("intro", "lines", 1), *writer.lines("intro", "more", 4)]
    if employer.says_llm:
        lines[1:1] = writer.lines("intro", "llm", 1)
    return Section("company", _headings(employer)["company"], (" ".join(lines),), False)


def _closing(employer: Employer) -> tuple[Section, ...]:
    writer = _Writer(f"{employer.style}/closing", employer)
    lines = writer.lines("eeo", "lines", 2)
    if employer.has_notice:
        lines += writer.lines("notice", "lines", 1)
    return (Section("eeo", _headings(employer)["eeo"], tuple(lines), False),)


def _role(writer: _Writer, posting: Posting) -> list[str]:
    mode = writer.lines("mode", posting.work_mode, 1)
    return [" ".join(writer.lines("role", posting.text, 2)), *mode]


def _duties(writer: _Writer, posting: Posting) -> list[str]:
    lines = writer.lines("duties", posting.text, 7)
    if posting.llm:
        lines[1:1] = writer.lines("duties", "llm", 2)
    if posting.assistant:
        lines += writer.lines("duties", "assistant", 1)
    return lines


def _requirements(writer: _Writer, posting: Posting) -> list[str]:
    """General demands, years, degree, about three quarters of the tools, and LLM practice where it is asked for."""
    student = posting.employment == "internship"
    years = "student" if student else "years"
    first = writer.fill(pick(writer.rng, writer.prose["requirements"][years]), years=str(posting.years))
    lines = [first, *writer.lines("requirements", posting.text, 5)]
    if not student and chance(writer.rng, 0.7):
        lines += writer.lines("requirements", "degree", 1)
    if posting.llm and chance(writer.rng, 0.6):
        lines += writer.lines("requirements", "llm", 1)
    return lines + writer.tool_lines("requirements", _needed(posting))


def _needed(posting: Posting) -> list[str]:
    return [tool for number, tool in enumerate(posting.tools) if number % 4 != 3]


def _preferred(writer: _Writer, posting: Posting) -> list[str]:
    rest = [tool for number, tool in enumerate(posting.tools) if number % 4 == 3]
    return writer.lines("preferred", "lines", 2) + writer.tool_lines("preferred", rest)


def _revised(body: list[Section], posting: Posting, revision: int) -> list[Section]:
    """A reworded posting: another first duty and one more demand, a further pair for each revision."""
    for number in range(1, revision + 1):
        writer = _Writer(f"{posting.text_seed}/{number}", posting.employer)
        duty, demand = writer.lines("duties", posting.text, 1), writer.lines("requirements", posting.text, 1)
        body = [_reworded(section, duty[0], demand[0]) for section in body]
    return body


def _reworded(section: Section, duty: str, demand: str) -> Section:
    if section.kind == "duties":
        return Section(section.kind, section.heading, (duty, *section.lines[1:]), True)
    if section.kind == "requirements":
        return Section(section.kind, section.heading, (*section.lines, demand), True)
    return section


def _pay(posting: Posting, version: Version, heading: str) -> Section:
    rng = Random(f"{posting.text_seed}/pay")
    lines = spelled(rng, version.pay, posting.places[0].country)
    if chance(rng, 0.3):
        lines.append("Equity comes on top.")
    return Section("pay", heading, tuple(lines), False)


# markup ------------------------------------------------------------------------------------------------------------


def paragraphs(lines: Iterable[str], attributes: str = "") -> str:
    """`<p>` elements, escaped."""
    return "".join(f"<p{attributes}>{html.escape(line, quote=False)}</p>" for line in lines)


def items(lines: Iterable[str]) -> str:
    """`<li>` elements, escaped."""
    return "".join(f"<li>{html.escape(line, quote=False)}</li>" for line in lines)


def content(section: Section, attributes: str = "") -> str:
    """What stands under a section's heading, as HTML."""
    return f"<ul>{items(section.lines)}</ul>" if section.bulleted else paragraphs(section.lines, attributes)


def plain(sections: Iterable[Section], upper: bool = False) -> str:
    """Sections as plain text, headings on lines of their own."""
    parts = []
    for section in sections:
        heading = section.heading.upper() if upper else section.heading
        mark = " - " if section.bulleted and upper else ""
        parts.append("\n".join([heading, "", *(f"{mark}{line}" for line in section.lines)]))
    return "\n\n".join(parts)
