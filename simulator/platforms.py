"""The register of platform formats: every module of `simulator.formats`, by name. Each has

TRAITS, new_token(company, rng), new_id(rng)      what its boards are like, for the market to draw them
robots(), token_of(path), answer(world, ask)      what its API host answers
EMPTY_LIST, NOT_FOUND                             what it says when there is nothing

and where its spider is tested by the truth, told(posting, at) -> Told. Optional: ROWS, the way to the rows in a list
(`data.results`, default `jobs`); TENANTS = True where each board has a host of its own, which is the first part of the
path here.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from simulator import formats

PLATFORMS: dict[str, ModuleType] = {
    found.name: import_module(f"simulator.formats.{found.name}") for found in iter_modules(formats.__path__)
}
FIRST_THREE = ("greenhouse", "lever", "ashby")  # the market of the demo and of most tests
