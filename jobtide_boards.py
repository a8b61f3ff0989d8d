"""The verbs that say whom to read: the register of boards, and files that somebody saved."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from jobtide_common import State, findings, lock, open_store, say
from store import exits

boards_app = typer.Typer(no_args_is_help=True, help="The register of boards: which employers are crawled.")


def registered() -> Callable[[str, str], bool]:
    """Tells whether the register holds a platform's board."""
    from crawler.register import load_boards, lookup

    boards = State.settings().boards
    return lookup(load_boards(boards.shipped, boards.files))


@boards_app.command("list")
def boards_list() -> int:
    """Print the boards that `jobtide crawl` would visit."""
    from crawler.plan import crawled_boards

    for board in crawled_boards(State.settings()):
        say(f"{board.platform}/{board.token}\t{board.company}\t{board.sector}\t{board.country}")
    return exits.COMPLETE


@boards_app.command("check")
def boards_check() -> int:
    """Name boards that moved, vanished or show another company, by what the last crawls saw."""
    from store.health import lost_boards, renamed_boards

    store, known = open_store(readonly=True), registered()
    found = chain(lost_boards(store, known), renamed_boards(store, known))
    return findings(found, "every board answered when it was last crawled", exits.SOME_FAILED)


@boards_app.command("add")
def boards_add(
    url: Annotated[str, typer.Argument(help="The address of a careers or posting page.")],
    company: Annotated[str, typer.Option(help="Whose board it is; needed where the platform does not say.")] = "",
    sector: Annotated[str, typer.Option(help="A label of your own, for aggregation only.")] = "",
    country: Annotated[str, typer.Option(help="Of the headquarters: two capital letters, such as US.")] = "",
) -> int:
    """Add the board behind a careers or posting URL to your own file (the first of [boards] files).

    The platform is asked whether the board is there and whose it is; what it does not confirm is refused.
    """
    from crawler.careers import add_board
    from crawler.probe import look

    say(add_board(State.settings(), url, partial(look, config=State.config), company, sector, country))
    return exits.COMPLETE


def import_(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of them.")],
    column: Annotated[
        list[str] | None, typer.Option(help="Ours=theirs, as in title=job_title; may be given several times.")
    ] = None,
    observed: Annotated[str | None, typer.Option(help="The day all of it was seen, YYYY-MM-DD.")] = None,
    source: Annotated[str, typer.Option(help="A name for where it is from; default: each file's own.")] = "",
) -> int:
    """Keep postings from saved pages (HTML) and tables (CSV, JSON lines, Parquet), with the day they were seen.

    Columns: id title company location text html url observed_on posted_on work_mode employment department salary. A row
    without any date is refused, and counted.
    """
    from crawler.importer import day_of, import_files
    from crawler.saved import files_of, source_of
    from crawler.saved_tables import columns_of
    from store.connect import open_engine
    from store.migrate import prepare

    told, day, name, files = columns_of(column or []), day_of(observed), source_of(source), files_of(paths)
    engine = open_engine(State.settings().database_url)
    with lock():
        prepare(engine)
        done = import_files(engine, files, told, day, name, say)
    for line in done.complaints():
        sys.stderr.write(f"jobtide: {line}\n")
    say(f"{done.summary()}; `jobtide read` reads them")
    return done.exit_code()
