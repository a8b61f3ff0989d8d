"""The few settings an operator has: `jobtide.toml` in the working folder (or --config), each also as JOBTIDE_...

Nested settings use two underscores: JOBTIDE_NETWORK__DELAY_S=2.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

DEFAULT_FILE = Path("jobtide.toml")
PREFIX = "JOBTIDE_"


class ConfigError(Exception):
    """The configuration cannot be used; the message says which setting and what may stand there."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Boards(_Part):
    """Which employers are crawled."""

    shipped: bool = True  # the list that travels with the program
    files: list[Path] = []  # CSV files of your own: platform,token,company,sector,country
    opt_in: list[str] = []  # platforms that are crawled only when asked for (`crawler/platforms.toml`)


class Network(_Part):
    """How politely, and to where."""

    allow: list[str] = []  # exact host:port of mirrors or simulators at non-public addresses
    delay_s: float = Field(
        default=1.0, ge=0
    )  # between two requests to one host; under 1 only for allowed loopback endpoints
    timeout_s: float = Field(default=30.0, gt=0, le=120)
    max_megabytes: int = Field(default=64, gt=0, le=512)
    max_wait_s: float = Field(
        default=60.0, ge=0
    )  # a Retry-After longer than this defers the host's boards to the next run
    contact: str = ""  # an address or page for those who are crawled; sent in the user agent


class Schedule(_Part):
    """When the clock runs what; UTC."""

    daily: str = Field(default="05:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    weekly: str = Field(default="mon 08:00", pattern=r"^(mon|tue|wed|thu|fri|sat|sun) ([01]\d|2[0-3]):[0-5]\d$")


class Reports(_Part):
    """Where reports go."""

    out: Path = Path("out")


class Analytics(_Part):
    """How frames are made."""

    cache: Path | None = None  # the folder for what is kept of read texts; beside a SQLite file when there is none


class Settings(BaseSettings):
    """All settings, from the file and the environment; the environment wins."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid")

    database_url: str = "sqlite:///jobtide.db"
    boards: Boards = Boards()
    endpoints: dict[str, str] = {}
    network: Network = Network()
    schedule: Schedule = Schedule()
    reports: Reports = Reports()
    analytics: Analytics = Analytics()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the base class names it
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file: what the file said arrives as init values."""
        return env_settings, init_settings


def load(path: Path | None = None) -> Settings:
    """The settings; ConfigError names the file or variable that cannot be used."""
    _refuse_unknown(name.upper() for name in os.environ)
    try:
        return Settings(**_read(path))
    except ValidationError as error:
        raise ConfigError("; ".join(_say(e) for e in error.errors())) from error
    except SettingsError as error:
        raise ConfigError(f"a JOBTIDE_ variable cannot be read: {error}") from error


def _refuse_unknown(variables: Iterable[str]) -> None:
    """A misspelt variable would be ignored in silence, and the crawl go to another store."""
    for name in variables:
        setting = name.removeprefix(PREFIX).partition("__")[0].lower()
        if name.startswith(PREFIX) and setting not in Settings.model_fields:
            raise ConfigError(f"{name} names no setting; there are {', '.join(Settings.model_fields)}")


def _read(path: Path | None) -> dict[str, Any]:
    wanted = path or DEFAULT_FILE
    try:
        return tomllib.loads(wanted.read_text("utf-8"))
    except FileNotFoundError as error:
        if path is None:
            return {}
        raise ConfigError(f"there is no file {path}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{wanted} cannot be read as TOML: {error}") from error


def _say(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    return f"setting {where}: {error['msg']}"
