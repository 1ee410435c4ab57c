"""Proof by breaking: each bug is one changed line, and each is found.

This measures the tester. Without it "no violation in 200 seeds" would be an empty number.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ahize.compliance.rules import calling_hours
from ahize.compliance.ruling import Ruling
from ahize.dialer import engine, ledgers, news
from ahize.dialer.engine import Dialer
from ahize.dialer.floor import Floor
from ahize.dialer.gate import Gate
from ahize.pacing import ledger
from ahize.pacing.snapshot import Snapshot
from ahize.sim.checkers import broken
from ahize.sim.clearance import SimClearance
from ahize.sim.store import SimStore
from ahize.sim.swarm import shift_of
from ahize.sim.switch import Switch
from ahize.sim.world import run_shift

MOST_SEEDS = 200


@contextmanager
def planted(owner: Any, name: str, line: str, bug: str) -> Iterator[None]:
    """For a while, ``owner.name`` has ``bug`` where its source has ``line``, which must stand there once."""
    given = inspect.getattr_static(owner, name)
    function: Callable[..., Any] = given.fget if isinstance(given, property) else given
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(line) == 1, f"{name} no longer has the line {line!r}; plant this bug anew"
    made: dict[str, Any] = {}
    exec(compile(source.replace(line, bug), f"<planted in {name}>", "exec"), function.__globals__, made)
    changed = made[name]
    tables = [(table, kind) for table in (news.NEWS, engine._RECORD) for kind, f in table.items() if f is function]
    setattr(owner, name, changed)
    for table, kind in tables:
        table[kind] = changed
    try:
        yield
    finally:
        setattr(owner, name, given)
        for table, kind in tables:
            table[kind] = function


def seed_that_finds_it(tried_first: int = 0) -> tuple[int, str] | None:
    """A seed in which a promise is broken, or our own assertions cry out.

    ``tried_first`` is where it was found the last time all were gone through in order; so looking again takes no time.
    """
    for seed in (tried_first, *range(MOST_SEEDS)):
        try:
            found = broken(run_shift(shift_of(seed), seed))
        except AssertionError as cry:
            return seed, f"assertion: {cry}"
        if found:
            return seed, f"{found[0].promise}: {found[0].what}"
    return None


BUGS = [
    pytest.param(
        Gate, "spend", "why = self._objection(permit, now)", "why = None",
        1, id="the gate skips every check of the permit"
    ),
    pytest.param(
        Gate, "_objection", '(permit.epoch < self._epochs.get(permit.floor, 0), "old_epoch")',
        '(False, "old_epoch")', 6, id="a deposed engine may dial",
    ),
    pytest.param(
        SimClearance, "_suppressions", "if at is not None:", "if at is None and False:",
        16, id="clearance ignores revocations",
    ),
    pytest.param(Dialer, "_hung_up", "self._end(call, outcome, event.cause)", "pass", 5, id="a hang-up is swallowed"),
    pytest.param(
        ledger, "allowance", "- abandoned)", "- abandoned + 1)", 0, id="the budget is off by one"
    ),
    pytest.param(
        Snapshot, "in_flight", "self.seeking + self.ringing + self.listening + self.playing + self.waiting",
        "self.seeking + self.ringing + self.playing + self.waiting", 0, id="calls being listened to are forgotten",
    ),
    pytest.param(
        Dialer, "_reason_not_to_dial", "if not self._may_dial(board):", "if False:",
        4, id="a permit that comes after a stop is dialled",
    ),
    pytest.param(
        Dialer, "_release", "if contacts:", "if not contacts:", 0, id="a released contact is lost"
    ),
    pytest.param(
        Dialer, "_seat_deadline", 'if seat.state == "wrap_up"', 'if seat.state == "wrap-up"',
        9, id="a wrap-up never ends"
    ),
    pytest.param(
        calling_hours.CallingHours, "_closed", "ask.at.astimezone(zone_of(zone))", "ask.at",
        1, id="UTC is read where the person's own time is meant",
    ),
    pytest.param(
        Ruling, "is_allowed", 'self.verdict == "allow"', 'self.verdict != "block"', 0, id="an unknown fact allows"
    ),
    pytest.param(
        Dialer, "_end", "del self.calls[call.id]",
        "self._out.append(Conclude(call.id, outcome, cause, False)); del self.calls[call.id]",
        0, id="an attempt has two outcomes",
    ),
    pytest.param(
        SimStore, "append", "self._apply(now, command)",
        "self._apply(now, command) if not isinstance(command, Recycle) else None",
        0, id="a recycled contact stays leased",
    ),
    pytest.param(
        Dialer, "on_seat_lost", "seat.lost = True", "self._leave(seat, 'paused', AGENT_LEFT)",
        84, id="a talk is forgotten when the agent's screen dies",
    ),
    pytest.param(
        Dialer, "_set_seat", 'if state == "ready" and self.phones and not seat.phone:', "if False:",
        2, id="an agent without a telephone is ready",
    ),
    pytest.param(
        Dialer, "_talk_is_over", "self._take_ears_off(supervisor)", "pass", 1, id="a supervisor hears the next talk too"
    ),
    pytest.param(
        Dialer, "_moved", "self._leave_talk(call, self.floor.seat(first))", "pass",
        2, id="who handed a person over talks for ever",
    ),
    pytest.param(
        Dialer, "_end", 'self._let_other_go(call, "")', "pass", 16, id="a colleague asked for advice is forgotten"
    ),
    pytest.param(
        Snapshot, "in_flight", "self.playing + ", "", 1, id="who hears a flow is forgotten, and may want an agent"
    ),
    pytest.param(
        Dialer, "_receiver", "seat if seat.is_ready else None", "seat",
        43, id="a colleague in a talk is given a second one"
    ),
    pytest.param(
        Switch, "_guard", '("listening", "waiting", "alone")', '("listening", "waiting")',
        78, id="nobody speaks to whose agent's telephone went away",
    ),
]  # fmt: skip

PACING = [
    pytest.param(
        ledger.Ledger, "apply", "if law in self.laws and law not in self._applied:", "if False:",
        1, id="the law of the called people is never applied",
    ),
    pytest.param(
        ledger.Budget, "left_for", "self.live_answers - gone", "self.live_answers",
        86, id="answers that will have left the last 24 hours are spent",
    ),
    pytest.param(
        ledger, "allowance", "math.floor", "math.ceil", 0, id="a part of a call may be abandoned whole"
    ),
    pytest.param(Snapshot, "in_flight", "self.ringing + ", "", 0, id="ringing is not counted"),
    pytest.param(Snapshot, "in_flight", "self.seeking + ", "", 0, id="leave that is being sought is not counted"),
    pytest.param(
        Dialer, "_abandon", "call.charge()", "pass", 39, id="the abandoned are counted late, when their message is over"
    ),
    pytest.param(
        ledger.Budget, "turn", "self.live_answers = self.abandoned = 0", "pass",
        4, id="the counts of a period go on in the next one",
    ),
    pytest.param(
        ledger.Budget, "turn", "self.live_answers = self.abandoned = 0", "self.abandoned = 0",
        4, id="a new period keeps the answers of the old one",
    ),
    pytest.param(
        ledger.Budget, "left_for", "if self.until is not None and", "if False and",
        4, id="a call that may be answered in the next period spends what this one has left",
    ),
    pytest.param(
        ledgers, "opened", "settings.live_answers,", "2 * settings.live_answers,",
        17, id="a new engine counts those who answered twice",
    ),
    pytest.param(
        Dialer, "on_seat_lost", "else:\n        self._leave(seat, \"paused\", AGENT_LEFT)", "else:\n        pass",
        18, id="a lost seat is not subtracted",
    ),
    pytest.param(Dialer, "_person", "if certain:", "if True:", 18, id="doubtful answers count as live"),
    pytest.param(
        Dialer, "snapshot", "ready=self._staying(board, open_s),",
        "ready=sum(s.state in ('ready', 'wrap_up') for s in self.floor.seats.values() if s.campaign == campaign),",
        1, id="seats in wrap-up count as free",
    ),
    pytest.param(
        Floor, "staying", "self._ready.get(campaign, ())", "[seat for line in self._ready.values() for seat in line]",
        0, id="another campaign's free seats count too",
    ),
    pytest.param(
        Dialer, "_reason_not_to_dial", "snapshot.exposure + 1 > snapshot.allowance", "False",
        39, id="the bound is not looked at again when leave has come",
    ),
    pytest.param(
        Dialer, "_elsewhere", "sum(calls for calls, _ in exposed)", "0",
        13, id="what campaigns share is spent by each of them",
    ),
    pytest.param(
        Floor, "staying", "if not self.ends else", "if True else", 5, id="the end of a shift is ignored"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("owner", "name", "line", "bug", "tried_first"), PACING)
def test_a_planted_bug_of_pacing_is_found_by_the_fifth_promise(
    owner: Any, name: str, line: str, bug: str, tried_first: int
) -> None:
    with planted(owner, name, line, bug):
        found = seed_that_finds_it(tried_first)
    assert found is not None, f"{MOST_SEEDS} seeds did not find it"
    assert found[1].startswith("5:"), found


@pytest.mark.parametrize(("owner", "name", "line", "bug", "tried_first"), BUGS)
def test_a_planted_bug_is_found(owner: Any, name: str, line: str, bug: str, tried_first: int) -> None:
    with planted(owner, name, line, bug):
        found = seed_that_finds_it(tried_first)
    assert found is not None, f"{MOST_SEEDS} seeds did not find it"


def test_nothing_is_left_planted() -> None:
    world = run_shift(shift_of(1), 1)
    assert not broken(world)
