"""A job market with known truth, served over real HTTP in each platform's own format.

    world = World(seed=1)                      # employers, postings, versions: drawn at once, from one seed
    with serve(world) as server:               # one loopback port a platform
        server.endpoints["greenhouse"]         # "http://127.0.0.1:40123"
    truth.postings(world)                      # what really happened, as DataFrames

It knows the platforms' formats and its own truth, and nothing of the programs that are tried on it.
"""

from __future__ import annotations

from simulator import truth
from simulator.faults import FAULT_KINDS, Fault
from simulator.market import World
from simulator.server import Server, serve

__all__ = ["FAULT_KINDS", "Fault", "Server", "World", "serve", "truth"]
