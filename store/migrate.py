"""Schema versions. A fresh store is made, an older one is brought up by `jobtide migrate`, a newer one is refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from store.connect import SchemaError, StoreError, parse_url, read_only, sqlite_path
from store.insert import retrying


def upgrade(engine: Engine) -> str:
    """Brings the store to this program's schema, whole or not at all; returns the revision."""
    config = _config()
    with engine.begin() as conn:
        if conn.dialect.name == "postgresql":  # two that start at once on a fresh store; SQLite's BEGIN IMMEDIATE waits
            conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('jobtide migrate'))"))
        _refuse_newer(MigrationContext.configure(conn).get_current_revision(), config)
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
    return head()


def prepare(engine: Engine) -> None:
    """Makes the tables of a fresh store; SchemaError when an existing one has another schema."""
    retrying(lambda: _prepare(engine))  # SQLite waits for no one while a fresh file is switched to its log


def _prepare(engine: Engine) -> None:
    with read_only(engine) as conn:
        fresh = not inspect(conn).get_table_names()
    if fresh:
        upgrade(engine)
    else:
        check(engine)


def check(engine: Engine) -> None:
    """SchemaError, naming the next move, unless the store has this program's schema."""
    with read_only(engine) as conn:
        current = MigrationContext.configure(conn).get_current_revision()
    if current == head():
        return
    _refuse_newer(current, _config())
    raise SchemaError(f"the store has schema {current or 'none'}, this program {head()}; run `jobtide migrate`")


def require(database_url: str) -> str:
    """The URL of a store that exists; StoreError when there is no file yet."""
    path = sqlite_path(parse_url(database_url))
    if path is not None and not path.exists():
        raise StoreError(f"there is no store at {path}; `jobtide crawl` or `jobtide demo` makes one")
    return database_url


@cache
def head() -> str:
    """The revision of this program's schema."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _refuse_newer(current: str | None, config: Config) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaError(f"the store has schema {current}, newer than this program knows; upgrade jobtide")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
