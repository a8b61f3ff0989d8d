"""The measures the code keeps: short functions, short files, nothing of one machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from statistics import median, quantiles

from tests.conftest import ROOT

CODE = ("analytics", "bench", "crawler", "reports", "simulator", "store")
ALL = (*CODE, "docs", "tests", ".ci")
MACHINES = {*map(str, (ROOT, Path.home())), *("/" + name for name in ("work", "root", "Users"))}
MACHINE_PATH = re.compile(rf"(?<![\w.:~<])(?:{'|'.join(map(re.escape, sorted(MACHINES)))})/[\w.]")
TEXT = {".py", ".md", ".toml", ".csv", ".html", ".json", ".jsonl", ".txt", ".lock", ".cfg", ""}


def modules() -> list[Path]:
    return sorted([*ROOT.glob("*.py"), *(path for part in CODE for path in (ROOT / part).rglob("*.py"))])


def lengths() -> list[tuple[int, str]]:
    """(lines, name) of every function outside the tests, decorators left out."""
    return sorted(
        (node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.name}")
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
    )


def test_functions_are_short() -> None:
    found = lengths()
    lines = [n for n, _ in found]
    middle, ninetieth = median(lines), quantiles(lines, n=10, method="inclusive")[-1]
    told = f"{len(lines)} functions: median {middle}, 90 % <= {ninetieth}, longest {found[-5:]}"
    assert len(lines) > 500, told
    assert middle <= 8, told
    assert ninetieth <= 30, told
    assert lines[-1] <= 60, told


def test_files_are_short() -> None:
    found = sorted((len(path.read_text("utf-8").splitlines()), str(path.relative_to(ROOT))) for path in modules())
    told = f"{len(found)} files, {sum(n for n, _ in found)} lines, longest {found[-5:]}"
    assert len(found) > 50, told
    assert found[-1][0] <= 400, told


def test_every_module_says_why_it_exists() -> None:
    silent = [path for path in modules() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert not silent


def test_nothing_names_a_folder_of_one_machine() -> None:
    files = [*ROOT.glob("*"), *(path for part in ALL for path in (ROOT / part).rglob("*"))]
    texts = {
        path.relative_to(ROOT): path.read_text("utf-8", errors="replace")
        for path in files
        if path.is_file() and path.suffix in TEXT and path.name != "jobtide.toml"
    }
    assert len(texts) > 100
    named = {path: hit[0] for path, text in texts.items() if (hit := MACHINE_PATH.search(text))}
    assert not named
    assert "://" not in texts[Path("requirements.lock")]  # no registry is named
