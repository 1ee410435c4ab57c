"""The demo's own steps: found a made-up house (``demo_house.py``), say how to come in, count what happened.

Started by the launcher as ``python -m ahize.run.demo prepare | welcome | summary``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import django

from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import BadInput, Conflict
from ahize.run.demo_roll import FREE_SEAT, LOGINS_FILE, Asked, Login
from ahize.run.phases import say


def welcome(home: Path) -> None:
    """Says how to come in as each role."""
    logins = [Login(**row) for row in json.loads((home / "secrets" / LOGINS_FILE).read_text())]
    say("  Sign in as (passwords were made up for this demo):")
    for login in logins:
        seat = "  ← a free seat: sit down and take calls" if login.email == FREE_SEAT else ""
        say(f"    {login.role:<19} {login.email:<28} {login.password}{seat}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m ahize.run.demo", description=__doc__)
    parser.add_argument("step", choices=("prepare", "welcome", "summary"))
    parser.add_argument("--seconds", type=float, default=0.0)
    given = parser.parse_args(arguments)
    home = Path(os.environ["AHIZE_HOME"])
    if given.step == "welcome":  # nothing of Django's is needed for it, and somebody waits
        welcome(home)
        return 0
    django.setup()
    match given.step:
        case "prepare":
            from ahize.run import demo_house  # noqa: PLC0415  Django stands only now

            demo_house.prepare(Asked.from_environment(), home, SystemClock.from_environment().now())
        case "summary":
            from ahize.run import demo_counts  # noqa: PLC0415  Django stands only now

            say(demo_counts.talks_by_campaign())
            print(json.dumps(demo_counts.summary(given.seconds)))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BadInput, Conflict) as error:
        print(f"{error.message} {error.next_step}".strip(), file=sys.stderr)
        sys.exit(2)
