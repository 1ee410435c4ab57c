"""Two hundred shifts drawn from nothing but a number, each with its own mixture of faults.

All eight promises are judged from outside (``ahize.sim.checkers``). And because a shift in which nothing went wrong
proves nothing, the second half asks that every fault and every rare path did happen somewhere.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import pytest

from ahize.calls.events import OriginateRefused
from ahize.dialer.commands import Warn
from ahize.sim.checkers import Broken, broken
from ahize.sim.swarm import shift_of
from ahize.sim.world import run_shift

SEEDS = range(200)
# A seed that once failed stays here for good, beside the first two hundred.
ONCE_FAILED: tuple[int, ...] = (5224, 6650)
SHOWS_MORE: tuple[int, ...] = (213, 237, 310, 458)
"""In these happens what is too rare for the first two hundred: a reader cut off, a void permit, an answer of a call
that is over, a transfer that fails."""


@dataclass(frozen=True)
class Came:
    """What came of one seed."""

    seed: int
    broken: list[Broken]
    happened: Counter[str]
    sha256: str


def shift(seed: int) -> Came:
    world = run_shift(shift_of(seed), seed)
    happened = Counter(world.happened)
    for life in world.lives:
        happened.update({f"surprise: {what}": n for what, n in life.dialer.surprises.items()})
    for row in world.store.attempts.values():
        happened[f"outcome: {row.outcome}"] += 1
        happened[f"origin: {row.candidate.origin}"] += 1
        happened.update(f"disposition: {code}" for code in row.dispositions)
    for _, event, commands in world.store.journal:
        happened[type(event).__name__] += 1
        happened.update(type(command).__name__ for command in commands)
        happened.update(f"reason: {getattr(command, 'reason', '')}" for command in commands)
        happened.update(f"warning: {command.kind}" for command in commands if isinstance(command, Warn))
        if isinstance(event, OriginateRefused):
            happened[f"refused: {event.why}"] += 1
    happened.update(f"line: {line.what}" for line in world.switch.ledger)
    return Came(seed, broken(world), happened, world.store.journal_hash())


@pytest.fixture(scope="module")
def came() -> list[Came]:
    """All seeds, on as many processors as there are; a test that is run alone waits for them too."""
    workers = max(1, min(4, len(os.sched_getaffinity(0))))
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(shift, [*SEEDS, *ONCE_FAILED, *SHOWS_MORE], chunksize=10))


@pytest.mark.xdist_group("seeds")
def test_all_promises_hold_in_every_seed(came: list[Came]) -> None:
    kept_not = {one.seed: one.broken[:3] for one in came if one.broken}
    assert not kept_not, kept_not


FAULTS = (
    "event lost",
    "event late",
    "event doubled",
    "engine died",
    "commit lost",
    "zombie spoke",
    "zombie had a permit",
    "engine stalled",
    "reader cut off",
    "clearance silent",
    "clearance slow",
    "switch crashed",
    "trunk failed",
    "socket dropped",
    "stopped",
    "clock went back",
    "revoked in flight",
    "lunch",
    "SeatLost",
    "phone lost",
)
RARE_PATHS = (
    *("outcome: abandoned", "outcome: hung_up", "outcome: unknown", "outcome: withdrawn", "outcome: cancelled"),
    *("outcome: fax", "outcome: congestion", "outcome: disconnected", "outcome: barred"),
    *("origin: preview", "origin: typed", "origin: callback"),
    *("disposition: not_dispositioned", "disposition: do_not_call", "disposition: sale"),
    *("PlayMessage", "DisposeFor", "Offer", "SkipAsked", "FinishAsked", "SeatClosed", "HangUpAsked", "Release"),
    *("reason: suppressed", "reason: stopped", "reason: no_seat_left", "reason: finished", "reason: lost"),
    *("reason: clearance_silent", "reason: max_attempts", "reason: hours", "reason: in_call"),
    *("outcome: played", "opted out", "line: alone", "line: wanted", "line: three", "line: drop", "line: consulted"),
    *("Hold", "SendDigits", "PauseRecording", "DropSound", "RunFlow", "Consult", "JoinAll", "Listen"),
    *("AgentWanted", "FlowEnded", "StopPressed", "PhoneUp", "PhoneLost", "TransferEnded", "ParkAsked", "EarsAsked"),
    *("reason: no_phone", "reason: phone_lost", "reason: parked", "reason: listening"),
    *("warning: transfer_found_nobody", "warning: transfer_failed", "warning: person_left_alone"),
    *("warning: phone_lost_in_talk", "warning: ears_refused", "warning: stop_pressed"),
    *("refused: permit_void", "refused: not_listening"),
    *("surprise: Cleared", "surprise: HungUp of no call", "surprise: Answered of no call"),
)


@pytest.mark.xdist_group("seeds")
@pytest.mark.parametrize("what", [*FAULTS, *RARE_PATHS])
def test_it_did_happen_in_some_seed(came: list[Came], what: str) -> None:
    assert sum(one.happened[what] for one in came) > 0


@pytest.mark.xdist_group("seeds")
def test_no_two_seeds_tell_one_story(came: list[Came]) -> None:
    assert len({one.sha256 for one in came}) == len(came)
