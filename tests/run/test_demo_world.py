"""The made-up gate and switch, served over a real socket to a made-up engine: nothing kinder than a real one."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ahize.calls.events import CallEvent, OriginateRefused, Ringing
from ahize.compliance.ruling import Permit
from ahize.dialer.commands import Originate, SeekLeave
from ahize.dialer.gate import Gate
from ahize.kernel.chance import stream
from ahize.kernel.clock import VirtualClock
from ahize.kernel.ids import AttemptId, CallId
from ahize.run import world
from ahize.run.world import Board
from ahize.sim.people import Manners, People
from ahize.sim.switch import Switch
from ahize.telephony import link as gate_link
from ahize.telephony.link import GateLink, GateServer, Present
from dialer.desk import FLOOR, NOW, SEALER, candidate, permit

EVERYBODY_RINGS_ON = Manners(person=0.0, machine=0.0, busy=0.0, failed=0.0, disconnected=0.0, fax=0.0)


class World:
    """One life of the made-up world with a clock that stands still until it is moved."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = VirtualClock(NOW)
        self.carrier = io.StringIO()
        gate = Gate(world="made_up", verifier=SEALER.verifier())
        self.switch = Switch(gate, People(1, EVERYBODY_RINGS_ON), stream(1, "switch"), attached=False)
        self.switch.detach()
        self.board = Board(self.switch, self.clock, self.carrier)
        self.server = GateServer(path, self.board)

    def moved(self, seconds: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(seconds=seconds))
        self.board.woken.set()

    @property
    def invites(self) -> list[str]:
        lines = [json.loads(line) for line in self.carrier.getvalue().splitlines()]
        return [line["call"] for line in lines if line["what"] == "invite"]


def lived(walk: Callable[[World], Awaitable[None]], path: Path) -> None:
    async def whole() -> None:
        made = World(path)
        await made.server.start()
        turning = asyncio.create_task(made.board.run(made.server))
        try:
            await walk(made)
        finally:
            turning.cancel()
            await asyncio.gather(turning, return_exceptions=True)
            await made.server.close()

    asyncio.run(asyncio.wait_for(whole(), 20))


def a_permit(n: int, made: World, *, epoch: int = 1) -> Permit:
    asked = SeekLeave(AttemptId(UUID(int=n)), candidate(n), "predictive", 1)
    return permit(asked, made.clock.now(), epoch=epoch)


async def dial(link: GateLink, given: Permit) -> CallId:
    call = CallId(given.attempt)
    await link.obey(Originate(call, given, 20))
    return call


async def heard(link: GateLink, what: type[CallEvent]) -> CallEvent:
    async for event in link.events():
        if isinstance(event, what):
            return event
    raise AssertionError("the line broke")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gate.sock"


def test_a_permit_rings_once_and_is_witnessed(path: Path):
    async def walk(made: World) -> None:
        link = await GateLink.connect(path, floor=FLOOR, epoch=1)
        given = a_permit(1, made)
        call = await dial(link, given)
        await link.reconcile([])
        made.moved(5)
        assert await heard(link, Ringing) == Ringing(call)
        assert link.take_spent() == [call]
        await dial(link, given)
        assert await heard(link, OriginateRefused) == OriginateRefused(call, "already_spent")
        assert made.invites == [str(call)]
        link.close()

    lived(walk, path)


def test_nobody_is_dialled_for_an_engine_that_fell_silent(path: Path, monkeypatch: pytest.MonkeyPatch):
    async def walk(made: World) -> None:
        link = await GateLink.connect(path, floor=FLOOR, epoch=1)
        await link.reconcile([])
        silent_since = gate_link.monotonic()
        monkeypatch.setattr(gate_link, "monotonic", lambda: silent_since + gate_link.SILENT_S)
        made.server._heard_at[FLOOR] = silent_since
        # As if the command had waited in a buffer while the engine slept: it comes, but nobody listens to the answer.
        made.board.obey(Originate(CallId(AttemptId(UUID(int=1))), a_permit(1, made), 20))
        assert made.switch.pop(made.clock.now()) == [OriginateRefused(CallId(AttemptId(UUID(int=1))), "not_listening")]
        made.board._look(made.server)
        assert not made.switch.attached, "whoever answers now hears the message"
        assert made.invites == []
        link.close()

    lived(walk, path)


def test_an_engine_that_comes_back_is_told_which_calls_there_are(path: Path):
    async def walk(made: World) -> None:
        link = await GateLink.connect(path, floor=FLOOR, epoch=1)
        call = await dial(link, a_permit(1, made))
        await link.reconcile([])
        made.moved(5)
        await heard(link, Ringing)
        link.close()
        again = await GateLink.connect(path, floor=FLOOR, epoch=1)
        assert await again.reconcile([call]) == [Ringing(call)]
        assert made.board.present() == [Present(call, "ringing", None)]
        again.close()

    lived(walk, path)


def test_a_deposed_owner_dials_nobody(path: Path):
    async def walk(made: World) -> None:
        first = await GateLink.connect(path, floor=FLOOR, epoch=1)
        await first.reconcile([])
        second = await GateLink.connect(path, floor=FLOOR, epoch=2)
        await second.reconcile([])
        old = a_permit(1, made, epoch=1)
        call = await dial(second, old)
        assert await heard(second, OriginateRefused) == OriginateRefused(call, "old_epoch")
        new = await dial(second, a_permit(2, made, epoch=2))
        await second.reconcile([])
        made.moved(5)
        assert await heard(second, Ringing) == Ringing(new)
        assert made.invites == [str(new)]
        second.close()

    lived(walk, path)


def test_what_was_sealed_before_this_gate_began_is_not_dialled(path: Path):
    async def walk(made: World) -> None:
        link = await GateLink.connect(path, floor=FLOOR, epoch=1)
        old = a_permit(1, made)
        made.moved(1)
        made.board.began_at = made.clock.now()
        call = await dial(link, old)
        assert await heard(link, OriginateRefused) == OriginateRefused(call, "permit_void")
        link.close()

    lived(walk, path)


def test_a_revoked_number_and_a_stop_are_obeyed_at_once(path: Path):
    async def walk(made: World) -> None:
        link = await GateLink.connect(path, floor=FLOOR, epoch=1)
        link.void_number(candidate(1).number, None)
        call = await dial(link, a_permit(1, made))
        assert await heard(link, OriginateRefused) == OriginateRefused(call, "permit_void")
        link.stop(True)
        call = await dial(link, a_permit(2, made))
        assert await heard(link, OriginateRefused) == OriginateRefused(call, "stopped")
        link.stop(False)
        call = await dial(link, a_permit(3, made))
        await link.reconcile([])
        made.moved(5)
        assert await heard(link, Ringing) == Ringing(call)
        link.close()

    lived(walk, path)


def test_a_quiet_world_looks_after_its_engine_often_enough():
    assert world.LOOK_EVERY_S < gate_link.SILENT_S / 4
