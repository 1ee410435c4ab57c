"""How fast are lists read? The stopwatch is read here; ``intake/bench.py`` has no clock."""

from __future__ import annotations

import time

from ahize.intake.bench import bench
from ahize.run.figures import show


def main(rows: int, *, as_json: bool) -> int:
    show(bench(rows, timer=time.perf_counter), as_json=as_json)
    return 0
