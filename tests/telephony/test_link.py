"""The wire between engine and gate: what is said arrives, silence stops the dialling, and a gap is reconciled."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from ahize.calls.events import AgentJoined, AgentWanted, Answered, EndUnknown, HungUp, Ringing
from ahize.dialer.commands import HangUp, RunFlow
from ahize.telephony import link as gate_link
from ahize.telephony.house import House, Phone, Trunk, to_json
from ahize.telephony.link import About, GateAway, GateLink, GateServer, Present, meanwhile

FLOOR, CALL, OTHER, SEAT = (UUID(int=number) for number in range(1, 5))


class Board:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.calls: list[Present] = []
        self.dialled: set[UUID] = set()

    def hello(self, floor: UUID, epoch: int) -> None:
        self.told.append(("hello", floor, epoch))

    def obey(self, command: object, about: About | None = None) -> None:
        self.told.append(command if about is None else (command, about))

    def present(self) -> Sequence[Present]:
        return self.calls

    def spent(self, calls: Collection[UUID]) -> Collection[UUID]:
        return [call for call in calls if call in self.dialled]

    def house(self, floor: UUID, house: House) -> None:
        self.told.append(("house", floor, house))

    def own_call(self, permit: object, *, trunk: UUID | None, seat: UUID | None) -> None:
        self.told.append(("own_call", trunk, seat))

    def code_call(self, permit: object, about: object) -> None:
        self.told.append(("code_call", about))

    def void(self, permits: Sequence[UUID]) -> None:
        self.told.append(("void", *permits))

    def void_number(self, number: str, seller: UUID | None) -> None:
        self.told.append(("void_number", number, seller))

    def stop(self, on: bool) -> None:
        self.told.append(("stop", on))


def run(walk, tmp_path: Path):
    async def whole():
        board = Board()
        server = GateServer(tmp_path / "gate.sock", board)
        await server.start()
        try:
            await walk(board, server, tmp_path / "gate.sock")
        finally:
            await server.close()

    asyncio.run(asyncio.wait_for(whole(), 20))


def test_commands_arrive_in_order_and_events_come_back(tmp_path: Path):
    async def walk(board: Board, server: GateServer, path: Path):
        link = await GateLink.connect(path, floor=FLOOR, epoch=7)
        await link.obey(HangUp(CALL, "done"))
        link.void([CALL])
        link.void_number("+12025550100", None)
        link.stop(True)
        assert await link.reconcile([]) == []
        assert board.told == [
            ("hello", FLOOR, 7),
            HangUp(CALL, "done"),
            ("void", CALL),
            ("void_number", "+12025550100", None),
            ("stop", True),
        ]
        assert server.is_listening(FLOOR)
        assert not server.is_listening(OTHER)
        server.tell_spent([CALL])
        server.tell(Ringing(CALL))
        server.tell(HungUp(CALL, 17, "network"))
        heard = link.events()
        assert [await anext(heard), await anext(heard)] == [Ringing(CALL), HungUp(CALL, 17, "network")]
        assert link.take_spent() == [CALL]
        link.close()

    run(walk, tmp_path)


def test_what_was_dialled_is_known_with_the_answer_to_reconcile(tmp_path: Path):
    """Also what the gate said while nobody listened: a permit once spent is never lost sight of."""

    async def walk(board: Board, server: GateServer, path: Path):
        server.tell_spent([CALL])
        board.dialled = {CALL, SEAT}
        link = await GateLink.connect(path, floor=FLOOR, epoch=1)
        await link.reconcile([CALL, OTHER])
        assert link.take_spent() == [CALL]
        link.close()

    run(walk, tmp_path)


def test_a_house_arrives_whole_and_reports_come_back(tmp_path: Path):
    async def walk(board: Board, server: GateServer, path: Path):
        link = await GateLink.connect(path, floor=FLOOR, epoch=1)
        house = House(trunks=(Trunk(CALL, "Northern", "ip", "192.0.2.7"),), phones=(Phone(SEAT, "sip", ha1="0" * 32),))
        link.house(to_json(house))
        await link.reconcile([])
        assert board.told[-1] == ("house", FLOOR, house)
        server.report(FLOOR, "switch", {"version": "22"})
        server.report(FLOOR, "recorded", {"call": str(CALL)})
        server.tell_floor(FLOOR, Ringing(CALL))
        assert await anext(link.events()) == Ringing(CALL)
        assert (link.take("switch"), link.take("switch")) == ([{"version": "22"}], [])
        assert link.take("recorded") == [{"call": str(CALL)}]
        link.close()

    run(walk, tmp_path)


def test_whom_a_flow_speaks_to_goes_along_with_it(tmp_path: Path):
    async def walk(board: Board, server: GateServer, path: Path):
        link = await GateLink.connect(path, floor=FLOOR, epoch=1)
        speak, about = RunFlow(CALL, "0" * 64, agents=False), About("tr", {"first_name": "Ayşe"})
        await link.obey(speak, about)
        await link.reconcile([])
        assert board.told[-1] == (speak, about)
        link.close()

    run(walk, tmp_path)


def test_a_silent_engine_is_not_listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async def walk(board: Board, server: GateServer, path: Path):
        link = await GateLink.connect(path, floor=FLOOR, epoch=1)
        await link.reconcile([])
        assert server.is_listening()
        heard_at = server._heard_at[FLOOR]
        monkeypatch.setattr(gate_link, "monotonic", lambda: heard_at + gate_link.SILENT_S)
        assert not server.is_listening()
        link.close()

    run(walk, tmp_path)


def test_a_second_line_for_one_floor_replaces_the_first(tmp_path: Path):
    async def walk(board: Board, server: GateServer, path: Path):
        first = await GateLink.connect(path, floor=FLOOR, epoch=1)
        await first.reconcile([])
        second = await GateLink.connect(path, floor=FLOOR, epoch=2)
        await second.reconcile([])
        assert [event async for event in first.events()] == []
        with pytest.raises(GateAway):
            await first.obey(HangUp(CALL, "too late"))
        server.tell(Ringing(CALL))
        assert await anext(second.events()) == Ringing(CALL)
        second.close()

    run(walk, tmp_path)


def test_without_a_gate_the_engine_is_told_so(tmp_path: Path):
    async def walk():
        with pytest.raises(GateAway):
            await GateLink.connect(tmp_path / "nobody.sock", floor=FLOOR, epoch=1)

    asyncio.run(walk())


def test_the_switchs_present_says_what_happened_meanwhile():
    present = [Present(CALL, "talking", SEAT)]
    assert meanwhile([CALL, OTHER], present) == [EndUnknown(OTHER), Answered(CALL), AgentJoined(CALL, SEAT)]
    assert meanwhile([CALL], [Present(CALL, "talking")]) == [AgentWanted(CALL)]
    assert meanwhile([], [Present(CALL, "ringing")]) == [Ringing(CALL)]
    assert meanwhile([CALL], []) == [EndUnknown(CALL)]
