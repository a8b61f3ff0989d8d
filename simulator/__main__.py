"""`python -m simulator`: serves a world by hand, prints its endpoints, writes a register and settings to crawl it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator import World, serve, truth

BOARD_COLUMNS = ["platform", "token", "company", "sector", "country"]


def settings(endpoints: Mapping[str, str], boards: Path) -> str:
    """A jobtide.toml that crawls the simulator and nothing else."""
    allowed = ", ".join(f'"{url.removeprefix("http://")}"' for url in endpoints.values())
    lines = ["[boards]", "shipped = false", f'files = ["{boards.as_posix()}"]', "", "[endpoints]"]
    lines += [f'{platform} = "{url}"' for platform, url in endpoints.items()]
    lines += ["", "[network]", f"allow = [{allowed}]", "delay_s = 0", ""]
    return "\n".join(lines)


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator", description="Serve a simulated job market on loopback.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=420)
    parser.add_argument("--employers", type=int, default=36)
    parser.add_argument("--port-base", type=int, default=0, help="first of three ports; 0 takes free ones")
    parser.add_argument("--at", type=datetime.fromisoformat, help="moment to answer for; by default the world's last")
    parser.add_argument("--out", type=Path, help="folder for boards.csv and jobtide.toml")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Serves until interrupted. Returns 0."""
    given = _arguments(arguments)
    world = World(given.seed, days=given.days, n_employers=given.employers)
    at = given.at.replace(tzinfo=given.at.tzinfo or UTC) if given.at else world.end_at - timedelta(seconds=1)
    with serve(world, at=at, port_base=given.port_base) as server:
        if given.out:
            given.out.mkdir(parents=True, exist_ok=True)
            truth.employers(world)[BOARD_COLUMNS].to_csv(given.out / "boards.csv", index=False)
            (given.out / "jobtide.toml").write_text(settings(server.endpoints, Path("boards.csv")), encoding="utf-8")
        sys.stdout.write("".join(f"{platform} {url}\n" for platform, url in server.endpoints.items()))
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
