"""The command line of Jobtide: one verb per job, no work of its own.

Exit codes: 0 all complete; 3 committed, but some boards failed or were skipped; 4 committed, but something waits for
your decision; 74 input or output failed, nothing half-written; 75 locked or nothing due; 78 configuration or schema;
1 a bug; 130 and 143 stopped by a signal.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

from store import exits

with exits.quiet_interrupt():
    import typer
    from typer.exceptions import TyperException

    from jobtide_boards import boards_app, import_, registered
    from jobtide_common import State, findings, lock, moment, open_store, publish, refused, say

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False, rich_markup_mode=None
)
app.add_typer(boards_app, name="boards")
app.command("import")(import_)
backup_app = typer.Typer(invoke_without_command=True, help="Copies of the store (not yet).")
app.add_typer(backup_app, name="backup")

BoardRun = Annotated[str, typer.Argument(help="The id of a board run, or the start of it.")]
Out = Annotated[Path | None, typer.Option(help="The folder to write to.")]


def _say_version(is_asked: bool) -> None:
    if is_asked:
        from store.runs import program

        say(program())
        raise typer.Exit


@app.callback()
def options(
    config: Annotated[
        Path | None, typer.Option(help="A TOML file instead of jobtide.toml.", show_default=False)
    ] = None,
    child_of: Annotated[
        int | None, typer.Option(hidden=True, help="The process to end with; for the scheduler.")
    ] = None,
    version: Annotated[  # noqa: ARG001  its callback answers
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Settings come from jobtide.toml in the working folder, or --config FILE, and from JOBTIDE_... variables."""
    State.config = config
    if child_of is not None:
        from crawler.launch import end_with

        end_with(child_of)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="The folder for the store and the report; made anew.")] = Path("demo"),
    weeks: Annotated[int, typer.Option(min=2, max=520, help="Simulated weeks to crawl.")] = 61,
    seed: Annotated[int, typer.Option(help="Another seed is another market.")] = 1,
) -> int:
    """Crawl a simulated job market week by week with the real spiders and write its report. No network."""
    from jobtide_demo import run as run_demo

    return run_demo(out, weeks, seed)


@app.command()
def crawl(
    names: Annotated[
        list[str] | None, typer.Argument(help="`greenhouse` or `greenhouse/anthropic`; all if none.")
    ] = None,
    at: Annotated[list[str] | None, typer.Option(help="Given day of a simulator on loopback; may be repeated.")] = None,
    quiet: Annotated[bool, typer.Option(help="No line for each board.")] = False,
) -> int:
    """Crawl all boards, or those named, once. Resumes a crawl that was stopped."""
    from crawler.launch import crawl as launch

    arguments = ["--quiet"] if quiet else []
    for told in at or []:
        arguments += ["--at", moment(told).isoformat()]
    return launch([*arguments, "--", *(names or [])], State.config)


@app.command()
def read(
    every: Annotated[bool, typer.Option("--all", help="Also text that has a reading by these readers.")] = False,
    jsonl: Annotated[
        str | None, typer.Option(help="Read postings from a file of JSON lines instead; - is stdin.")
    ] = None,
    out: Annotated[str, typer.Option(help="With --jsonl: where the readings go; - is stdout.")] = "-",
    with_text: Annotated[bool, typer.Option(help="With --jsonl: return the plain text that offsets refer to.")] = False,
) -> int:
    """Run the readers over stored text that lacks a reading, or over a file."""
    if jsonl is not None:
        from analytics.jsonl import read_jsonl

        with _progress("reading") as tell:
            return _file_errors(*read_jsonl(jsonl, out, with_text=with_text, progress=tell))
    from analytics.observe import read_store

    with _progress("reading") as tell:
        done = read_store(open_store(), again=every, progress=tell)
    inherited = f", {done.n_inherited} stand: no term that changed occurs in them" if done.n_inherited else ""
    say(f"{done.n_read} postings read{inherited}")
    return exits.COMPLETE


@app.command()
def report(
    week: Annotated[str | None, typer.Option(help="ISO week such as 2026-W05; the last whole one if not said.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Only what was known at this ISO time.")] = None,
    out: Out = None,
) -> int:
    """Write the weekly report: an HTML page, PNG and CSV of each figure, JSON of every number, a manifest."""
    from reports.metrics import week_start
    from reports.vintages import printed
    from reports.weekly import Incomplete, build

    settings = State.settings()
    if week is not None:
        try:
            week_start(week)
        except ValueError as error:
            raise refused(f"{week!r} is no ISO week such as 2026-W05") from error
    market = _market(as_of)
    if market.n_unread:
        raise refused(
            f"{market.n_unread} texts are unread and would be missing from every figure: `jobtide read` first"
        )
    try:
        folder = build(market, week, out or settings.reports.out)
    except Incomplete as part:
        publish(settings.database_url, printed(part.path), as_of)
        raise
    publish(settings.database_url, printed(folder), as_of)
    say(f"report: {folder / 'index.html'}")
    return exits.COMPLETE


@app.command()
def revisions(
    check: Annotated[bool, typer.Option(help="Make every published number again and compare.")] = False,
) -> int:
    """Print as CSV which published numbers were revised since, how far and why; or prove that none is lost."""
    from analytics import revisions as vintages

    url = _url()
    if check:
        from analytics.replay import differences
        from reports.vintages import replayed

        return findings(differences(replayed(url)), "every published number is what the store gives for its data cut")
    found = vintages.revisions(vintages.published(url), decided=vintages.decided(url))
    say(found[found["cause"] != "none"].to_csv(index=False, lineterminator="\n").rstrip("\n"))
    return exits.COMPLETE


@app.command()
def run(job: Annotated[str, typer.Argument(help="daily: crawl, read. weekly: crawl, read, report.")]) -> int:
    """Work the slot of a scheduled job that is due; exit code 75 when it is done."""
    import scheduler

    if job not in scheduler.STEPS:
        raise refused(f"there is no job {job!r}; jobs are {', '.join(scheduler.STEPS)}")
    return scheduler.run(job, State.settings(), State.config)


@app.command()
def start() -> int:
    """Run the clock until it is stopped: daily crawl, weekly report, one catch-up after a downtime."""
    import scheduler

    return scheduler.start(State.settings(), State.config)


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> int:
    """Say how the observatory is: exit code 0 fine, 1 degraded, 2 broken."""
    from analytics.reading import READER
    from store.failure import exit_code_of
    from store.health import BROKEN, describe, health

    try:
        told = health(open_store(readonly=True), State.settings().database_url, READER, registered())
    except Exception as error:  # noqa: BLE001  a store that cannot be read is the answer to this question
        exit_code_of(error)
        return BROKEN
    say(json.dumps(told, indent=2) if as_json else describe(told))
    return int(told["level"])


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="The folder to write to.")],
    form: Annotated[str, typer.Option("--format", help="parquet or csv.")] = "parquet",
    as_of: Annotated[str | None, typer.Option(help="Only what was known at this ISO time.")] = None,
) -> int:
    """Write the tidy tables for pandas, R or DuckDB."""
    from analytics.export import export as write

    if form not in ("parquet", "csv"):
        raise refused(f"--format is parquet or csv, not {form!r}")
    for path in write(_market(as_of), folder, form):
        say(str(path))
    return exits.COMPLETE


@app.command()
def migrate() -> int:
    """Bring the store to this program's schema; makes it where there is none."""
    from store.connect import open_engine
    from store.migrate import upgrade

    with lock():
        say(f"schema {upgrade(open_engine(State.settings().database_url))}")
    return exits.COMPLETE


@app.command()
def fsck() -> int:
    """Read back everything stored and name what is damaged."""
    from store.check import fsck as check

    return findings(check(open_store()), "sound")


@app.command()
def rebuild(check: Annotated[bool, typer.Option(help="Only compare, change nothing.")] = False) -> int:
    """Derive all versions anew from what was crawled."""
    from store.check import rebuild as derive

    with lock():
        return findings(derive(open_store(), check=check), "the versions are those that the crawls give")


@app.command()
def release(board_run: BoardRun) -> int:
    """Believe a quarantined board run (its id, or the start of it, from `jobtide status`)."""
    return _decide(board_run, "released")


@app.command()
def reject(board_run: BoardRun) -> int:
    """Never believe a board run; history is derived without it."""
    return _decide(board_run, "rejected")


@app.command()
def backfill(
    source: Annotated[str, typer.Argument(help='hn: the threads "Ask HN: Who is hiring?" of Hacker News.')],
    since: Annotated[str, typer.Option(help="First month, such as 2011-04 (the first there is).")] = "",
    until: Annotated[str, typer.Option(help="Last month; the present one if not said.")] = "",
    api: Annotated[
        str,
        typer.Option(
            help="algolia: a request a thread, some minutes for all years. firebase: a request a comment, five to "
            "fifteen minutes a thread and a day or more for all years, at one a second."
        ),
    ] = "algolia",
    at: Annotated[str, typer.Option(help="Given day of a simulator on loopback.")] = "",
    quiet: Annotated[bool, typer.Option(help="No line for each thread.")] = False,
) -> int:
    """Read history from monthly hiring threads, month by month. Resumes where it was stopped; asks for no finished
    month twice, and again for the present one."""
    from crawler.launch import crawl as launch

    told = ["--at", moment(at).isoformat()] if at else []
    told += ["--quiet"] if quiet else []
    return launch([f"--backfill={source}", f"--since={since}", f"--until={until}", f"--api={api}", *told], State.config)


@backup_app.callback()
def backup(
    folder: Annotated[str, typer.Argument(help="Where the copy goes.")] = "",
    file: Annotated[str, typer.Argument(help="The copy to verify.")] = "",
) -> int:
    """Copy the store, or verify a copy (not yet)."""
    return _not_yet(f"backup {folder} {file}".strip())


@app.command()
def purge(match: Annotated[str, typer.Option(help="Text to remove everywhere.")]) -> int:
    """Remove a text from the store for good (not yet)."""
    return _not_yet(f"purge of {match!r}")


def _not_yet(what: str) -> int:
    raise refused(f"{what}: not yet in this version; nothing was changed")


def _file_errors(n_lines: int, n_bad: int) -> int:
    if n_bad:
        sys.stderr.write(f"jobtide: {n_bad} of {n_lines} lines could not be read; they are flagged unreadable_line\n")
    return exits.SOME_FAILED if n_bad else exits.COMPLETE


def _market(as_of: str | None) -> Any:
    from analytics import Market

    at = moment(as_of) if as_of else None
    return Market(_url(), at)


def _url() -> str:
    """Address of a store that is there and of this program's schema, whose Markets keep what they decode as is set."""
    from analytics import frame_cache

    open_store(readonly=True).dispose()  # says what is wrong with a store that is not there, older or newer
    settings = State.settings()
    frame_cache.use(settings.analytics.cache)
    return settings.database_url


def _decide(board_run: str, word: str) -> int:
    from store.decide import decide

    with lock():
        say(f"{decide(open_store(), board_run, word)} {word}")
    return exits.COMPLETE


def _progress(what: str) -> Any:
    from contextlib import contextmanager

    from rich.console import Console
    from rich.progress import Progress

    @contextmanager
    def shown() -> Any:
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    return shown()


def _stopped(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def main(arguments: list[str] | None = None) -> None:
    """The entry point: runs a verb and exits by the contract."""
    signal.signal(signal.SIGTERM, _stopped)
    call: Callable[..., Any] = typer.main.get_command(app).main
    try:
        code = call(arguments, prog_name="jobtide", standalone_mode=False)
        sys.stdout.flush()  # a full disk is told here, not by the interpreter at its end
    except typer.Exit as ended:
        code = ended.exit_code
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write(exits.INTERRUPTED_LINE)
        code = exits.INTERRUPTED
    except TyperException as error:
        told = error.format_message().strip()
        if told.startswith("Usage:"):  # a verb is missing: here is what there is
            sys.stdout.write(told + "\n")
            sys.exit(exits.COMPLETE)
        from store.failure import one_line

        sys.stderr.write(f"jobtide: {one_line(told).rstrip('.')}; --help says what there is\n")
        code = exits.CONFIGURATION
    except Exception as error:  # noqa: BLE001  every failure has its exit code and one clear line
        from store.failure import exit_code_of

        code = exit_code_of(error)
    sys.exit(code or 0)


if __name__ == "__main__":
    main()
