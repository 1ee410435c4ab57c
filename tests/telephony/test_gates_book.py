"""The gate's own book outlives it, and money that is spent is not spent again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from ahize.kernel.clock import VirtualClock
from ahize.kernel.ids import AttemptId, CallId
from ahize.telephony.house import Rate, Trunk
from ahize.telephony.ledger import Ledger
from ahize.telephony.trunks import Standing, Trunks
from telephony.rooms import FLOOR, OTHER, permit

TRUNK, SHOWN = UUID(int=2), "+12125550100"


def book(path: Path, clock: VirtualClock) -> Ledger:
    return Ledger(path / "gate.jsonl", clock)


def test_what_was_dialled_is_known_to_the_next_life(tmp_path: Path) -> None:
    clock = VirtualClock(permit().sealed_at)
    first, made = book(tmp_path, clock), permit()
    first.dialled(made, TRUNK, 0.1)
    call, other = CallId(made.attempt), CallId(AttemptId(UUID(int=1)))
    with (tmp_path / "gate.jsonl").open("a") as torn:
        torn.write('{"at": "2026-')  # It was killed in the middle of a line.
    assert book(tmp_path, clock).among([call, other]) == [call]


def test_begun_minutes_are_paid_from_the_answer_on_and_for_a_day(tmp_path: Path) -> None:
    clock = VirtualClock(permit().sealed_at)
    ledger, rings, talks = book(tmp_path, clock), permit(), permit()
    ledger.dialled(rings, TRUNK, 0.1)
    ledger.dialled(talks, TRUNK, 0.1)
    assert ledger.spent(TRUNK) == 0.2, "each may cost a minute"
    ledger.answered(CallId(talks.attempt))
    clock.move_to(clock.now() + timedelta(seconds=61))
    assert round(ledger.spent(TRUNK), 6) == 0.3
    ledger.ended(CallId(rings.attempt))
    ledger.ended(CallId(talks.attempt))
    assert round(ledger.spent(TRUNK), 6) == 0.2, "what nobody picked up cost nothing"
    assert round(book(tmp_path, clock).spent(TRUNK), 6) == 0.2
    clock.move_to(clock.now() + timedelta(hours=24))
    assert book(tmp_path, clock).spent(TRUNK) == 0


def test_a_cap_is_never_passed_and_an_unknown_price_waits(tmp_path: Path) -> None:
    clock = VirtualClock(permit().sealed_at)
    ledger = Ledger(None, clock)
    trunks = Trunks(lambda: 0.0, ledger.spent)
    trunks.set([Trunk(TRUNK, "Dear", "ip", "192.0.2.7", rates=(Rate("1", 0.4),), spend_max=1.0)])
    for _ in range(2):
        standing = trunks.take("+12125550123", SHOWN)
        assert isinstance(standing, Standing)
        ledger.dialled(permit(), TRUNK, standing.trunk.price("+12125550123"))
    assert trunks.take("+12125550123", SHOWN) == "spend_cap"
    assert trunks.take("+442079460000", SHOWN) == "spend_cap"


def test_who_opted_out_is_told_to_each_new_engine_for_an_hour(tmp_path: Path) -> None:
    """Also when the gate died a moment after the key: it stands in the book first."""
    clock = VirtualClock(permit().sealed_at)
    made, report = CallId(permit().attempt), {"id": str(UUID(int=5)), "stopped_at": "2026-03-02T15:00:00+00:00"}
    first = book(tmp_path, clock)
    first.stopped(FLOOR, made)
    first.called_in(FLOOR, report)
    first.called_in(FLOOR, {"id": str(UUID(int=6)), "stopped_at": None})
    second = book(tmp_path, clock)
    assert (second.stops(FLOOR), second.callers(FLOOR)) == ([made], [report])
    assert (second.stops(OTHER), second.callers(OTHER)) == ([], [])
    clock.move_to(clock.now() + timedelta(hours=1))
    assert (second.stops(FLOOR), second.callers(FLOOR)) == ([], [])
