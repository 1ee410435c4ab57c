"""``./ahize bench calls``: what it counts as balanced, and a soak with faults on a real switch."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ahize.run.bench_calls import _per_second, _percentiles
from ahize.run.bench_calls_balance import balanced
from ahize.run.made_up_carrier import Invites, Seen
from run.test_demo import ahize

AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
OFFSET_S = 3600.0
INVITE = Seen("invite", AT - timedelta(seconds=OFFSET_S), "+12125550101", "1@x", "busy")


ONE = UUID(int=1)


@dataclass(frozen=True)
class Sealed:
    attempt: UUID = ONE
    number: str = "+12125550101"
    sealed_at: datetime = AT - timedelta(seconds=1)
    valid_until: datetime = AT + timedelta(seconds=4)


def test_an_invite_within_its_permits_life_balances() -> None:
    told = balanced([INVITE], [Sealed()], [Sealed()], offset_s=OFFSET_S)
    assert (told.invites, told.unpermitted, told.twice, told.unseen) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "permit",
    [
        replace(Sealed(), number="+12125550102"),
        replace(Sealed(), sealed_at=AT + timedelta(seconds=1)),
        replace(Sealed(), valid_until=AT),
    ],
)
def test_one_without_leave_is_found(permit: Sealed) -> None:
    assert balanced([INVITE], [permit], [permit], offset_s=OFFSET_S).unpermitted == 1


def test_a_second_ring_for_one_permit_is_found() -> None:
    again = replace(INVITE, at=INVITE.at + timedelta(seconds=1), call="2@x")
    assert balanced([INVITE, again], [Sealed()], [Sealed()], offset_s=OFFSET_S).twice == 1


def test_a_permit_that_was_refused_does_not_stand_in_for_the_one_that_rang() -> None:
    refused = replace(Sealed(), attempt=UUID(int=2))
    told = balanced([INVITE], [refused, Sealed()], [Sealed()], offset_s=OFFSET_S)
    assert (told.unpermitted, told.unseen) == (0, 0)
    never_came = balanced([], [Sealed()], [Sealed()], offset_s=OFFSET_S)
    assert never_came.unseen == 1


def test_the_rate_is_that_of_the_middle() -> None:
    steady = [AT + timedelta(milliseconds=10 * n) for n in range(100)]
    assert _per_second([*steady, AT + timedelta(seconds=60)]) == pytest.approx(100.0)
    assert _per_second([AT]) == 0.0


def test_percentiles_of_none_are_no_success() -> None:
    assert _percentiles("x", [])["x_p99_ms"] == float("inf")
    assert _percentiles("x", [float(n) for n in range(100)]) == {"x_p50_ms": 50.0, "x_p95_ms": 95.0, "x_p99_ms": 99.0}


def test_invites_are_counted_as_the_log_grows(tmp_path: Path) -> None:
    came = Invites(tmp_path / "log")
    assert came.count() == 0
    with came.log.open("w") as log:
        log.write("invite;1\nanswered;1\ninvi")
        log.flush()
        assert came.count() == 1
        log.write("te;2\n")
    assert [came.count(), came.count()] == [2, 2]


@pytest.mark.stack
def test_a_soak_with_faults_leaves_nothing_over(place: Path, asterisk_root: Path) -> None:
    (place / "asterisk").mkdir()
    (place / "asterisk/root").symlink_to(asterisk_root)
    done = ahize(place, "bench", "calls", "--soak", "--calls", "250", "--agents", "25", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout)
    assert figures["invites"] >= 250
    assert figures["kill_gated"] > 0
    kept = ("unpermitted", "twice", "lost", "orphan_attempts", "orphan_channels", "orphan_recordings")
    assert {name: figures[name] for name in kept} == dict.fromkeys(kept, 0)


@pytest.mark.stack
def test_the_highest_rate_is_held_and_leaves_nothing_over(place: Path, asterisk_root: Path) -> None:
    (place / "asterisk").mkdir()
    (place / "asterisk/root").symlink_to(asterisk_root)
    done = ahize(place, "bench", "calls", "--hold", "5", "--agents", "10", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout)
    assert figures["calls"] > 0
    assert figures["orphan_channels"] == figures["orphan_attempts"] == figures["orphan_recordings"] == 0
