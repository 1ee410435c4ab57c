"""The bench of the scrub answers rightly at any size; its figures are for a quiet machine."""

from __future__ import annotations

import pytest

from ahize.kernel.errors import BadInput
from ahize.run.bench_scrub import bench


@pytest.mark.stack
def test_a_small_bench_is_right_and_says_everything_it_promises():
    figures = bench(60_000, 20_000, seed=3)
    assert (figures["registered"], figures["wrong"], figures["checked"]) == (60_000, 0, 10_000)
    assert 0.53 < figures["listed"] / figures["contacts"] < 0.56
    promised = {
        *("bytes_per_number", "bytes_per_number_at_rest", "limit_bytes_per_number", "open_ms", "check_us", "batch_s"),
        *("delta_ms", "ratio_duckdb", "ratio_postgresql", "wrong"),
    }
    assert promised <= figures.keys()


def test_sizes_that_do_not_fit_are_said():
    for registered, contacts in ((10, 10), (10_000_000_000, 10_000), (60_000, 70_000)):
        with pytest.raises(BadInput, match="--contacts"):
            bench(registered, contacts, seed=1)
