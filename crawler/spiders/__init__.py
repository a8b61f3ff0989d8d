"""The platforms that can be read, by name. A platform is one module here and one row of `crawler/platforms.toml`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from crawler.spiders.listing import Platform

_MODULES = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
PLATFORMS: Final[dict[str, Platform]] = {
    module.PLATFORM.name: module.PLATFORM for module in _MODULES if hasattr(module, "PLATFORM")
}
