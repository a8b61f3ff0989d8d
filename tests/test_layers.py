"""The arrows between the folders, and the wheel: what may import what, and that a copy of the program is whole."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

# crawler -> store <- analytics <- reports; the simulator stands alone; the three files at the top call the verbs
ARROWS = {
    "store": {"store"},
    "crawler": {"crawler", "store"},
    "analytics": {"analytics", "store"},
    "reports": {"reports", "analytics"},
    "simulator": {"simulator"},
    "scheduler.py": {"crawler", "store", "jobtide"},
    "jobtide.py": {
        "crawler",
        "store",
        "analytics",
        "reports",
        "scheduler",
        "jobtide_boards",
        "jobtide_common",
        "jobtide_demo",
    },
    "jobtide_boards.py": {"crawler", "store", "jobtide_common"},
    "jobtide_common.py": {"store"},
    "jobtide_demo.py": {"crawler", "store", "analytics", "reports", "simulator", "jobtide_common"},
}
OURS = {name.removesuffix(".py") for name in ARROWS}
# the only homes of a library; elsewhere of SQLAlchemy only the names of two types that are passed through
HOMES = {
    "scrapy": {"crawler"},
    "twisted": {"crawler"},
    "protego": {"crawler"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "psycopg": {"store"},
    "pydantic": {"store"},
    "pydantic_settings": {"store"},
    "pandas": {"analytics", "reports", "simulator"},
    "pyarrow": {"analytics", "crawler"},
    "matplotlib": {"reports"},
    "jinja2": {"reports"},
    "PIL": {"reports"},
    "apscheduler": {"scheduler.py"},
    "typer": {"jobtide.py", "jobtide_boards.py"},
    "rich": {"jobtide.py"},
}
PASSED_THROUGH = {"sqlalchemy.Engine", "sqlalchemy.Connection"}


def imports(path: Path) -> Iterator[str]:
    """Dotted names that a module imports anywhere in it, those of `import_module("...")` too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from (str(name.value) for name in node.args[:1] if isinstance(name, ast.Constant))


def modules(part: str) -> list[Path]:
    return [ROOT / part] if part.endswith(".py") else sorted((ROOT / part).rglob("*.py"))


@pytest.mark.parametrize("part", ARROWS)
def test_imports_follow_the_arrows(part: str) -> None:
    found = [(path, name) for path in modules(part) for name in imports(path)]
    assert found
    assert not [f"{path.relative_to(ROOT)} imports {name}" for path, name in found if is_forbidden(part, name)]


def is_forbidden(part: str, name: str) -> bool:
    top = name.partition(".")[0]
    if top in OURS:
        return top not in ARROWS[part]
    return part not in HOMES.get(top, {part}) and name not in PASSED_THROUGH


LIGHT = """
import sys
from analytics import read_posting
assert read_posting("We use PyTorch.", title="ML Engineer").to_json()
import analytics.market, reports.weekly
loaded = {name.partition(".")[0] for name in sys.modules}
assert "sqlalchemy" in loaded and "pandas" in loaded
assert not loaded & {"scrapy", "twisted", "crawler", "simulator"}, loaded
"""
STORE_ONLY = """
import sys
import crawler.run, store.check, store.health
loaded = {name.partition(".")[0] for name in sys.modules}
assert "scrapy" in loaded
assert not loaded & {"pandas", "matplotlib", "analytics", "reports", "simulator"}, loaded
"""


START = """
import sys
import jobtide
loaded = {name.partition(".")[0] for name in sys.modules}
assert "typer" in loaded
assert not loaded & {"sqlalchemy", "pydantic", "pandas", "scrapy", "crawler", "analytics"}, loaded
"""
SCRIPTS = {
    "analysis without a crawler": LIGHT,
    "a crawl without pandas": STORE_ONLY,
    "the start without a store": START,
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_fresh_process_loads_only_what_it_needs(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an installed wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(ROOT, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (wheel,) = folder.glob("*.whl")
    _run(folder, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(folder / "site"), str(wheel))
    return folder / "site"


def _run(folder: Path, *arguments: str, site: Path | None = None, told: str = "") -> str:
    environment = os.environ | ({"PYTHONPATH": str(site)} if site else {})
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        input=told,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_wheel_works_from_another_folder(installed: Path, tmp_path: Path) -> None:
    where = _run(tmp_path, "-c", "import jobtide, store; print(jobtide.__file__, store.__file__)", site=installed)
    assert all(Path(path).is_relative_to(installed) for path in where.split())
    boards = _run(tmp_path, "-m", "jobtide", "boards", "list", site=installed)
    assert boards.count("\n") > 100  # boards.csv and platforms.toml
    posting = '{"id": 7, "title": "Senior ML Engineer", "text": "Requirements: 5 years of PyTorch."}\n'
    reading = _run(tmp_path, "-m", "jobtide", "read", "--jsonl", "-", site=installed, told=posting)
    assert '"PyTorch"' in reading  # the lexicons
    assert "schema" in _run(tmp_path, "-m", "jobtide", "migrate", site=installed)  # the migrations


def test_a_wheel_holds_the_data_and_nothing_else(installed: Path) -> None:
    ours = {path.relative_to(ROOT) for part in ARROWS for path in _data_of(ROOT / part)}
    assert {path.relative_to(installed) for part in ARROWS for path in _data_of(installed / part)} == ours
    strangers = {path.name for path in installed.iterdir()} - set(ARROWS) - {"bin", "__pycache__"}
    assert all(name.endswith(".dist-info") for name in strangers), strangers


def _data_of(part: Path) -> list[Path]:
    found = part.rglob("*") if part.is_dir() else [part]
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]
