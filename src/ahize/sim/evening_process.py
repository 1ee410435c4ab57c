"""One core's share of evenings: plan, habits and perhaps a day come as a line of JSON, then a line for each evening.

``python -m ahize.sim.evening_process``, begun by ``side_by_side.py``; it ends when its asker does.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import Final

from ahize.sim.evening import evening
from ahize.sim.habits import Habits
from ahize.sim.plan import Plan
from ahize.sim.recorded import Recorded, evening_again

STEPS_DOWN: Final = 5
"""In the machine's order of who goes first."""


def main() -> None:
    os.nice(STEPS_DOWN)
    gc.disable()  # It would look through all that lives again and again; what is over is collected after each evening.
    given = json.loads(sys.stdin.readline())
    plan, habits = Plan.from_json(given["plan"]), Habits.from_json(given["habits"])
    recorded = Recorded.from_json(given["recorded"]) if given["recorded"] is not None else None
    for line in sys.stdin:
        seed, parts = map(int, line.split())
        if recorded is None:
            done = evening(plan, habits, seed, parts=parts)
        else:
            done = evening_again(plan, habits, seed, recorded, parts=parts)
        print(json.dumps(done.to_json()), flush=True)
        gc.collect()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # whoever asked has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
