"""From an exception to one clear line and its exit code."""

from __future__ import annotations

import errno
import os
import sys
import traceback

from sqlalchemy.exc import DBAPIError

from store import exits
from store.connect import Damaged, StoreError, Unusable, clear
from store.lock import Locked
from store.runs import NothingDue
from store.settings import ConfigError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LONGEST = 2_000  # characters of a line of error


def exit_code_of(error: BaseException) -> int:
    """Prints what happened and what to do next to standard error; returns the exit code of the contract."""
    code, line = _judge(error)
    if code == exits.BUG:
        traceback.print_exception(error)
    sys.stderr.write(f"jobtide: {one_line(line)}\n")
    if code == exits.IO_ERROR:
        _give_up_output()
    return code


def one_line(text: str) -> str:
    """The text as one line of bounded length that any terminal shows harmlessly."""
    told = "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST])
    return " ".join(told.split()) + ("…" if len(text) > LONGEST else "")


def _give_up_output() -> None:
    """What standard output does not take is not tried again by the interpreter at its end: it would exit with 120."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _judge(error: BaseException) -> tuple[int, str]:
    if isinstance(error, DBAPIError):
        error = clear(error) or error
    if isinstance(error, Unusable):
        return exits.IO_ERROR, f"{error}; nothing half-written"
    if isinstance(error, (ConfigError, StoreError)):
        return exits.CONFIGURATION, str(error)
    if isinstance(error, (Locked, NothingDue)):
        return exits.NOT_NOW, str(error)
    if isinstance(error, Damaged):
        return exits.IO_ERROR, f"the store is damaged ({error}): `jobtide fsck` names what, a backup mends it"
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        full = "; make room and run the same command again" if error.errno in NO_ROOM else ""
        return exits.IO_ERROR, f"{error.strerror or error}{where}{full}"
    return exits.BUG, f"this is a bug: {type(error).__name__}: {error}"
