"""``./ahize law check``: each line of a file of cases is decided by the rulebook and answered on one line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ahize.compliance.check import check
from ahize.kernel.errors import BadInput


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or 1 where a line is malformed or (with --compare) an answer differs."""
    parser = argparse.ArgumentParser(prog="./ahize law", description=__doc__)
    commands = parser.add_subparsers(required=True)
    checking = commands.add_parser("check", help="decide the cases of a file")
    checking.add_argument(
        "--cases", type=Path, required=True, metavar="FILE", help="one JSON object a line; - reads standard input"
    )
    checking.add_argument(
        "--compare", action="store_true", help="compare with each line's “expect”; N agreed, M differ"
    )
    given = parser.parse_args(arguments)
    if str(given.cases) == "-":
        return check(sys.stdin, sys.stdout, compare=given.compare)
    try:
        with given.cases.open(encoding="utf-8", errors="surrogateescape") as lines:
            return check(lines, sys.stdout, compare=given.compare)
    except OSError as failed:
        raise BadInput(
            f"{given.cases} cannot be read: {failed.strerror}.", next_step="Give --cases a file of JSON lines."
        ) from None
