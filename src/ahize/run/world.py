"""The made-up telephone world of the demo: a gate, a switch and the people who are called, in a process of its own.

It stands where Asterisk and its gate stand in a real house: behind a Unix socket, with the public key only, without a
way into the database. It goes on when dialerd dies, and tells nothing twice. The switch and the people are the
simulator's; only time is real here. What the line really did is written to ``log/carrier.jsonl``, a ledger that no part
of ours reads but the tests: an independent witness. The made-up İYS answers here too, over HTTP as the real one does.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import os
import signal
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO
from uuid import UUID

from ahize.compliance.ruling import Permit
from ahize.dialer.commands import Originate, SwitchCommand
from ahize.dialer.gate import Gate, Refused
from ahize.kernel.chance import stream
from ahize.kernel.clock import Clock, SystemClock
from ahize.kernel.ids import CallId, FloorId, SeatId, SellerId
from ahize.kernel.seals import Verifier
from ahize.run import demo_iys_door
from ahize.sim.channels import State
from ahize.sim.people import Manners, People
from ahize.sim.switch import Switch
from ahize.telephony.code_calls import heard
from ahize.telephony.house import House
from ahize.telephony.link import About, GateServer, Present, PresentState, socket_path

LOOK_EVERY_S = 0.25
"""How long it may take at most to notice that an engine has fallen silent."""

RINGS_S, CODE_S = 2.0, 5.0
"""How long the made-up telephone of somebody who waits for their code rings, and how long they listen."""

WARM_LIST = Manners(person=0.45, machine=0.25, no_sale_talk_ln=3.3, sale_talk_ln=4.4)
"""The demo's list is a warm one (customers, inquirers, unlisted households), and its talks last half a minute to a
minute and a half, a fifth of life's, so that whoever watches for a minute sees whole calls. See
docs/explanation/made-up-world.md."""

FRIENDS = "+1212555"
"""In New York's area code everybody picks up and stays: for whoever wants a talk now, and for our walks."""

_AS_TOLD: dict[State, PresentState] = {
    "dialed": "dialed",
    "ringing": "ringing",
    "listening": "answered",
    "waiting": "answered",
    "message": "answered",
    "flow": "answered",
    "drop": "answered",
    "alone": "talking",
    "music": "talking",
    "talking": "talking",
}

log = logging.getLogger("ahize.world")


class Board:
    """The switchboard: hands what engines say to the gate and the switch."""

    def __init__(self, switch: Switch, clock: Clock, ledger: TextIO) -> None:
        self.switch, self.clock, self.ledger = switch, clock, ledger
        self.server: GateServer | None = None
        self.woken = asyncio.Event()
        self.began_at = clock.now()
        self.dialled: set[CallId] = set()

    def hello(self, floor: FloorId, epoch: int) -> None:
        self.switch.gate.raise_epoch(floor, epoch)
        self.switch.attach()

    def obey(self, command: SwitchCommand, about: About | None = None) -> None:  # noqa: ARG002 - no words are spoken here
        assert self.server is not None, "a board is served"
        now = self.clock.now()
        if isinstance(command, Originate):
            self.switch.gate.listening = self.server.is_listening(command.permit.floor)
            if command.permit.sealed_at < self.began_at:
                # What was spent in an earlier life of this gate is not known any more, so none of it is dialled.
                self.server.refuse(command.call, "permit_void")
                return
        self.switch.obey(command, now)
        self.woken.set()

    def present(self) -> Sequence[Present]:
        self.switch.pop(self.clock.now())
        return [Present(call, _AS_TOLD[state], seat) for call, (state, seat) in self.switch.present().items()]

    def spent(self, calls: Collection[CallId]) -> Collection[CallId]:
        self._keep()
        return self.dialled.intersection(calls)

    def house(self, floor: FloorId, house: House) -> None:
        """Made-up people need no trunk, and made-up agents no telephone."""

    def own_call(self, permit: Permit, *, trunk: UUID | None, seat: SeatId | None) -> None:
        """Nobody made up has a telephone of the house's own."""

    def code_call(self, permit: Permit, about: About) -> None:
        """Whoever asked for a code picks up and presses 1; what they hear is told, for their telephone has no sound."""
        assert self.server is not None, "a board is served"
        now = self.clock.now()
        self.switch.gate.listening = self.server.is_listening(permit.floor)
        answer = Refused("permit_void") if permit.sealed_at < self.began_at else self.switch.gate.spend(permit, now)
        if isinstance(answer, Refused):
            self._tell_code(permit, "refused", why=answer.why)
            return
        self.ledger.write(_as_json(now, "invite", str(permit.id), permit.number, permit.caller_id))
        self.ledger.flush()
        self._tell_code(permit, "ringing")
        loop = asyncio.get_running_loop()
        loop.call_later(RINGS_S, self._tell_code, permit, "answered", "", heard(about))
        loop.call_later(RINGS_S + CODE_S, self._tell_code, permit, "ended", "", "", "told")

    def _tell_code(self, permit: Permit, state: str, why: str = "", said: str = "", outcome: str = "") -> None:
        assert self.server is not None, "a board is served"
        told = {"id": str(permit.id), "state": state, "why": why, "heard": said, "outcome": outcome}
        self.server.report(permit.floor, "code_call", told)

    def void(self, permits: Sequence[UUID]) -> None:
        for permit in permits:
            self.switch.gate.void(permit, self.clock.now())

    def void_number(self, number: str, seller: SellerId | None) -> None:
        self.switch.gate.void_number(number, seller, self.clock.now())

    def stop(self, on: bool) -> None:
        if on:
            self.switch.gate.stop()
        else:
            self.switch.gate.resume()

    async def run(self, server: GateServer) -> None:
        """Lets the world go on, in real time, until cancelled."""
        self.server = server
        while True:
            self._look(server)
            for event in self.switch.pop(self.clock.now()):
                server.tell(event)
            self._keep()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self.woken.wait()
            self.woken.clear()

    def _look(self, server: GateServer) -> None:
        """An engine that fell silent hears nothing more, and whoever answers now hears the message (P5)."""
        if self.switch.attached and not server.is_listening():
            self.switch.detach()
        elif not self.switch.attached and server.is_listening():
            self.switch.attach()

    def _pause(self) -> float:
        due = self.switch.due()
        if due is None:
            return LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(0.0, (due - self.clock.now()).total_seconds()))

    def _keep(self) -> None:
        """Says which permits are spent, and writes down what really happened on the line."""
        if not self.switch.ledger or self.server is None:
            return
        lines, self.switch.ledger = self.switch.ledger, []
        invited = [line.call for line in lines if line.what == "invite"]
        self.dialled.update(invited)
        self.server.tell_spent(invited)
        for line in lines:
            self.ledger.write(_as_json(line.at, line.what, str(line.call), line.number, line.detail))
        self.ledger.flush()


def _as_json(at: datetime, what: str, call: str, number: str, detail: str) -> str:
    return json.dumps({"at": at.isoformat(), "what": what, "call": call, "number": number, "detail": detail}) + "\n"


async def live(home: Path, *, seed: int, clock: Clock, verifier: Verifier) -> None:
    """One life of the made-up world, until told to stop."""
    people = People(seed, WARM_LIST, friends=FRIENDS)
    switch = Switch(Gate(world="made_up", verifier=verifier), people, stream(seed, "switch"), attached=False)
    switch.detach()
    with (home / "log" / "carrier.jsonl").open("a", encoding="utf-8") as ledger:
        board = Board(switch, clock, ledger)
        server = GateServer(socket_path(), board)
        await server.start()
        iys = await demo_iys_door.open_door(home, seed=seed, clock=clock.now)
        turning = asyncio.create_task(board.run(server))
        loop = asyncio.get_running_loop()
        for what in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(what, turning.cancel)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await turning
        finally:
            await server.close()
            if iys is not None:
                await iys.cleanup()


def main() -> None:
    """The process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    key = base64.b64decode(os.environ["AHIZE_PERMIT_PUBLIC_KEY"])
    seed = int(os.environ.get("AHIZE_DEMO_SEED", "1"))
    home = Path(os.environ["AHIZE_HOME"])
    asyncio.run(live(home, seed=seed, clock=SystemClock.from_environment(), verifier=Verifier.from_bytes(key)))


if __name__ == "__main__":
    main()
