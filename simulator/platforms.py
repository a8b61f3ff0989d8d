"""The register of platform formats. Each is a module with

TRAITS, new_token(company, rng), new_id(rng)      what its boards are like, for the market to draw them
robots(), token_of(path), answer(world, ask)      what its API host answers
EMPTY_LIST, NOT_FOUND                             what it says when there is nothing
"""

from __future__ import annotations

from types import ModuleType

from simulator import ashby, greenhouse, lever

PLATFORMS: dict[str, ModuleType] = {
    "greenhouse": greenhouse,
    "lever": lever,
    "ashby": ashby,
}
