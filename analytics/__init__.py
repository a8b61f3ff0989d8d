"""Stored text to readings, readings to a panel, the panel to series. The public names load what they need when first
used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.market import Market
    from analytics.reading import Reading, read_posting

__all__ = ["Market", "Reading", "read_posting"]

_HOMES = {"Market": "analytics.market", "Reading": "analytics.reading", "read_posting": "analytics.reading"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
