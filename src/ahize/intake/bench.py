"""How fast are lists read, and in how much memory?

Made-up rows are written to a file and taken through reading and conversion as an import would. The stopwatch is handed
in, because cores have no clock.
"""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Callable
from pathlib import Path

from ahize.intake.check import settle_mapping
from ahize.intake.nanp import area_codes
from ahize.intake.reader import read, sniff
from ahize.intake.rows import Options, convert

_HEADER = "first_name,last_name,phone,mobile,email,city,state,zip,last_purchase_on,balance\n"


def write_rows(path: Path, rows: int) -> None:
    """Writes a list of made-up people over all area codes of the United States, 555-01xx numbers only."""
    codes = [(a.npa, next(iter(a.regions))[3:]) for a in area_codes().values() if a.country == "US" and a.regions]
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(_HEADER)
        for n in range(rows):
            npa, state = codes[n % len(codes)]
            line = n // len(codes) % 100
            out.write(
                f'Ann{n},"O\'Neil, {n}",({npa}) 555-01{line:02d},{npa}55501{(line + 1) % 100:02d},ann{n}@example.com,'
                f"Springfield,{state},{n % 100000:05d},2026-0{n % 9 + 1}-1{n % 10},{n % 5000}.{n % 100:02d}\n"
            )


def bench(rows: int, *, timer: Callable[[], float]) -> dict[str, float | int]:
    """Reads and converts so many rows.

    Args:
        timer: a stopwatch in seconds, like ``time.perf_counter``.

    Returns:
        ``rows``, ``numbers``, ``seconds``, ``rows_per_s`` and ``peak_mb``, the peak memory of this process so far.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        write_rows(path, rows)
        began = timer()
        truth = sniff(path, region="US")
        mapping = settle_mapping(truth, region="US")
        options = Options(region="US")
        numbers = 0
        reading = read(path, truth)
        for record in reading:
            numbers += len(convert(record, mapping, options).numbers)
        seconds = timer() - began
    return {
        "rows": reading.rows_read,
        "numbers": numbers,
        "seconds": round(seconds, 3),
        "rows_per_s": round(reading.rows_read / seconds) if seconds else 0,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
