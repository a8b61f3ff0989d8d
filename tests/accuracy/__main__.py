"""`python -m tests.accuracy ROLE [FIELD]`: totals of the labelled postings of a role; the errors of one field.

ROLE: developed, held-out, recorded, recorded01 or recorded2. Without one, docs/accuracy.md is written.
"""

from __future__ import annotations

import sys

from tests.accuracy import report
from tests.accuracy.cases import cases
from tests.accuracy.score import Total, total, totals, verdicts

HEAD = f"{'field':22}{'n':>6}  {'exact':23}  {'n read':>6}  {'precision':23}  {'n lab.':>6}  {'recall':23}"


def main(arguments: list[str]) -> None:
    """See above."""
    if not arguments:
        report.write()
        return
    role, *fields = arguments
    found = cases(role)
    say(f"{len(found)} postings, {role}\n{HEAD}")
    for one in [total(field, found) for field in fields] or totals(found):
        say(row(one))
    for field in fields:
        for name, verdict in verdicts(field, found):
            if verdict.is_wrong:
                say(f"{name}\n    expected {verdict.expected}\n    found    {verdict.found}")


def row(one: Total) -> str:
    """A line of the table."""
    shares = "".join(f"{share.n or '-':>6}  {share!s:23}  " for share in (one.exact, one.precision, one.recall))
    return f"{one.field:22}{shares}".rstrip()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
