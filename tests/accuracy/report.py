"""Writes docs/accuracy.md: the prose of `page.md` with a block after each of its marks, measured anew.

What cannot be measured here, for want of the recordings, keeps the block that the document had; every block names the
readers that it was measured with.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analytics.jsonl import read_jsonl
from analytics.reading import READER
from tests.accuracy.cases import EXAMPLES, Case, cases
from tests.accuracy.fields import FIELDS
from tests.accuracy.score import Share, Total, totals, verdicts
from tests.recorded import RECORDINGS

ROOT = Path(__file__).parent.parent.parent
PAGE, DOCUMENT = Path(__file__).parent / "page.md", ROOT / "docs" / "accuracy.md"
TYPED_PAY = ROOT.parent / "shared" / "score_pay.py"
TABLES = ("developed", "held-out", "recorded01", "recorded2")
MOST_KINDS, MOST_CHARS = 4, 240
_BLOCK = re.compile(r"<!-- (\S+) -->\n(.*?)<!-- end -->", re.S)


def write(names: Iterable[str] = (*TABLES, "typed-pay", "errors", "known-failures")) -> None:
    """Measures the blocks named and writes the document."""
    old = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    blocks = {name: body.strip() for name, body in _BLOCK.findall(old)}
    blocks |= {name: made for name in names if (made := block(name))}
    page = _BLOCK.sub(lambda mark: _marked(mark[1], blocks.get(mark[1], "Not measured.")), PAGE.read_text("utf-8"))
    DOCUMENT.write_text(page, encoding="utf-8")


def _marked(name: str, body: str) -> str:
    return f"<!-- {name} -->\n{body}\n<!-- end -->"


def block(name: str) -> str:
    """One block of the document, "" when what it is measured on is not here."""
    others = {"typed-pay": typed_pay, "errors": errors, "known-failures": known_failures}
    if name in others:
        return others[name]()
    found = cases(name)
    return f"{_measured(f'{len(found)} postings')}\n\n{table(totals(found))}" if found else ""


def _measured(what: str) -> str:
    return f"{what}, readers `{READER}`."


def table(found: Iterable[Total]) -> str:
    """A line a field. Where a posting is right or wrong as a whole the interval is that of the exact share."""
    head = "| field | n | precision | recall | exact | 95 % interval |\n|---|---|---|---|---|---|"
    return "\n".join((head, *map(_row, found)))


def _row(one: Total) -> str:
    shares = [f"{share.value:.3f}" if share.n else "" for share in (one.precision, one.recall, one.exact)]
    interval = _interval(one.exact) or f"precision {_interval(one.precision)}, recall {_interval(one.recall)}"
    return f"| {one.field} | {one.exact.n or one.recall.n} | {' | '.join(shares)} | {interval} |"


def _interval(share: Share) -> str:
    return "{:.3f}–{:.3f}".format(*share.interval) if share.n else ""


def errors() -> str:
    """The commonest kinds of error in the postings that the readers were made with, a line a field."""
    found = cases("developed")
    lines = [line for field in FIELDS if not field.startswith("strength.") and (line := _commonest(field, found))]
    return "\n".join(("| field | errors | commonest |", "|---|---|---|", *lines))


def _commonest(field: str, found: list[Case]) -> str:
    kinds = Counter(kind for _, one in verdicts(field, found) if one.is_wrong for kind in one.kinds)
    told = _bare(", ".join(f"{kind} ({n})" for kind, n in kinds.most_common(MOST_KINDS)))
    return f"| {field} | {kinds.total()} | {told} |" if kinds else ""


def known_failures() -> str:
    """The examples of the tests that are expected to fail."""
    found = [(path.stem, case) for path in sorted(EXAMPLES.glob("*.toml")) for case in _failing(path)]
    lines = [f"| {name} | {_cell(_given(case))} | {_cell(_expected(case))} |" for name, case in found]
    return "\n".join(("| reader | says | should be read as |", "|---|---|---|", *lines))


def _failing(path: Path) -> Iterator[dict[str, Any]]:
    tables = [rows for rows in tomllib.loads(path.read_text("utf-8")).values() if isinstance(rows, list)]
    return (row for rows in tables for row in rows if "known-failure" in (row.get("as"), row.get("role")))


def _given(case: dict[str, Any]) -> str:
    return str(next(case[key] for key in ("text", "label", "title", "html") if case.get(key)))


def _expected(case: dict[str, Any]) -> str:
    passed = ("as", "role", "why", "text", "label", "title", "html", "country")
    told = "; ".join(f"{key} {_bare(str(value))}" for key, value in case.items() if key not in passed)
    return f"{told} ({case['why']})" if "why" in case else told


def _bare(values: str) -> str:
    """Printed lists and tuples without the quotes round their strings."""
    return re.sub(r"'([^']*)'", r"\1", values)


def _cell(text: str) -> str:
    one_line = " ".join(text.split()).replace("|", "\\|")
    return one_line if len(one_line) <= MOST_CHARS else one_line[:MOST_CHARS] + " ..."


def typed_pay() -> str:
    """What the scorer beside the repository says of pay read from recorded texts, against what employers typed."""
    folder = RECORDINGS / "ashby"
    if not (TYPED_PAY.exists() and folder.exists()):
        return ""
    with TemporaryDirectory() as name:
        postings, readings = Path(name) / "postings.jsonl", Path(name) / "readings.jsonl"
        postings.write_text(_scorer("postings", folder), encoding="utf-8")
        read_jsonl(str(postings), str(readings))
        told = _scorer("score", folder, readings)
        n_postings = len(postings.read_text("utf-8").splitlines())
    return f"{_measured(f'{n_postings:,} postings')}\n\n```\n{told.strip()}\n```"


def _scorer(*arguments: object) -> str:
    command = [sys.executable, str(TYPED_PAY), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
