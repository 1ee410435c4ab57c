"""A floor for walks: dialerd's own code in a thread, a made-up switch behind a real gate and a real socket.

The switch does what a test tells it: who answers, who hangs up. Time is the system's, moved to a Monday morning.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from ahize.calls.events import AgentJoined, Answered, HumanHeard, HungUp, Ringing
from ahize.dialer.commands import Connect, HangUp, Originate
from ahize.dialer.gate import Gate, Refused
from ahize.kernel.clock import Clock
from ahize.kernel.ids import CallId, FloorId
from ahize.telephony.house import House
from ahize.telephony.link import GateServer, Present
from web.dialing.shop import Shop, sealer


@dataclass
class Switch:
    """Everybody answers at once and says hello, unless told otherwise."""

    clock: Clock
    answers: bool = True
    gate: Gate = field(init=False)
    server: GateServer = field(init=False)
    calls: dict[CallId, Present] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    rang: list[str] = field(default_factory=list)
    dialled: set[CallId] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.gate = Gate(world="made_up", verifier=sealer().verifier())

    def hello(self, floor: FloorId, epoch: int) -> None:
        self.gate.raise_epoch(floor, epoch)

    def obey(self, command: Any, about: Any = None) -> None:
        if isinstance(command, Originate):
            spent = self.gate.spend(command.permit, self.clock.now())
            if isinstance(spent, Refused):
                self.refused.append(spent.why)
                self.server.refuse(command.call, spent.why)
                return
            self.dialled.add(command.call)
            self.server.tell_spent([command.call])
            self.rang.append(command.permit.number)
            self.calls[command.call] = Present(command.call, "ringing")
            self.server.tell(Ringing(command.call))
            if self.answers:
                self.pick_up(command.call)
        elif isinstance(command, Connect) and command.call in self.calls:
            self.calls[command.call] = Present(command.call, "talking", command.seat)
            self.server.tell(AgentJoined(command.call, command.seat))
        elif isinstance(command, HangUp):
            self.hang_up(command.call, by="us")

    def pick_up(self, call: CallId) -> None:
        self.calls[call] = Present(call, "answered")
        self.server.tell(Answered(call))
        self.server.tell(HumanHeard(call, "a person said hello"))

    def hang_up(self, call: CallId, by: str = "callee") -> None:
        if self.calls.pop(call, None) is not None:
            self.server.tell(HungUp(call, 16, by))  # type: ignore[arg-type]

    def present(self) -> Sequence[Present]:
        return list(self.calls.values())

    def spent(self, calls: Collection[CallId]) -> Collection[CallId]:
        return self.dialled.intersection(calls)

    def house(self, floor: FloorId, house: House) -> None:
        """Everybody is reached without a trunk."""

    def own_call(self, permit: Any, *, trunk: Any, seat: Any) -> None:
        """Nobody here has a telephone of the house's own."""

    def code_call(self, permit: Any, about: Any) -> None:
        """Nobody here asks for a code."""

    def void(self, permits: Sequence[UUID]) -> None:
        for permit in permits:
            self.gate.void(permit, self.clock.now())

    def void_number(self, number: str, seller: Any) -> None:
        self.gate.void_number(number, seller, self.clock.now())

    def stop(self, on: bool) -> None:
        (self.gate.stop if on else self.gate.resume)()


class Running:
    """An event loop in a thread, with a switch and as many dialerd lives as a test wants."""

    def __init__(self, shop: Shop, clock: Clock, socket: Path) -> None:
        self.shop, self.clock, self.socket = shop, clock, socket
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.switch = Switch(clock)
        self.switch.server = GateServer(socket, self.switch)
        self.floor: Any = None
        self._task: Any = None

    def do(self, work: Any) -> Any:
        """Await something in the loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def call(self, act: Callable[..., None], *given: object) -> None:
        """Do something to the switch, in its own loop."""

        async def now() -> None:
            act(*given)

        self.do(now())

    def start_gate(self) -> None:
        self.do(self.switch.server.start())

    def stop_gate(self) -> None:
        self.do(self.switch.server.close())

    def start_dialerd(self) -> None:
        from ahize.run.dialerd import Floor  # noqa: PLC0415 - sets Django up for itself

        floor = Floor(self.shop.tenant, clock=self.clock, sealer=sealer(), gate=self.socket)
        floor.ledger.using = "dialerd"
        self.floor = floor

        async def run() -> None:
            self._task = asyncio.create_task(floor.run())

        self.do(run())

    def stop_dialerd(self, *, cleanly: bool = True) -> None:
        async def stop() -> None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            if cleanly:
                await self.floor.leave()

        self.do(stop())

    def close(self) -> None:
        self.stop_dialerd()
        self.stop_gate()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)


@contextmanager
def running(shop: Shop, clock: Clock, socket: Path) -> Iterator[Running]:
    """A floor at work."""
    floor = Running(shop, clock, socket)
    floor.start_gate()
    floor.start_dialerd()
    try:
        yield floor
    finally:
        floor.close()


def until(holds: Callable[[], Any], what: str, seconds: float = 10.0) -> Any:
    """The first true answer; a claim fails after ``seconds``."""
    wait = threading.Event()
    end = monotonic() + seconds
    while monotonic() < end:
        found = holds()
        if found:
            return found
        wait.wait(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")
