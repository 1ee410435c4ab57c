"""``./ahize lists``: what is in this list, cell by cell? And how fast are lists read?"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence

from ahize.intake.bench import bench
from ahize.intake.check import render, write_check


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 whenever the file could be looked at; what is wrong with it stands in the answer."""
    parser = argparse.ArgumentParser(prog="./ahize lists", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    check = verbs.add_parser("check", help="look at a list; nothing is stored")
    check.add_argument("file")
    check.add_argument("--region", help="country of numbers without one, two letters: US, TR")
    check.add_argument("--phone-column", action="append", default=[], metavar="NAME", help="may be repeated")
    check.add_argument("--date-column", action="append", default=[], metavar="NAME", help="may be repeated")
    check.add_argument("--sheet", help="of a workbook; else the first with data")
    check.add_argument("--json", action="store_true", help="one JSON object with everything found")
    speed = verbs.add_parser("bench", help="read so many made-up rows; prints one JSON line")
    speed.add_argument("--rows", type=int, default=200_000)
    given = parser.parse_args(arguments)
    if given.verb == "bench":
        print(json.dumps(bench(given.rows, timer=time.perf_counter)))
        return 0
    options = {
        "region": given.region,
        "phone_columns": given.phone_column,
        "date_columns": given.date_column,
        "sheet": given.sheet,
    }
    if given.json:
        write_check(given.file, sys.stdout, **options)
    else:
        sys.stdout.write(render(given.file, **options))
    return 0
