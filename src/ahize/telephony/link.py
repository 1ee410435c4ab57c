"""The wire between the engine and a gate: one JSON object a line over a Unix socket.

``GateLink`` is the engine's end, the ``Telephony`` port. ``GateServer`` is the gate's end, for whichever process holds
a switch. Answers how the two speak; refuses to know what a command does and whether a permit is good.

    engine → gate   {"hello": {"floor", "epoch"}}  {"alive": true}  {"cmd": <command>, "about": <person>}
                    {"reconcile": [call ids]}
                    {"void": [permit ids]}  {"void_number": {"number", "seller"}}  {"stop": true | false}
                    {"house": <house>}  {"own_call": {"permit", "trunk", "seat"}}
                    {"code_call": {"permit", "language", "fields"}}
    gate → engine   {"event": <event>}  {"present": [{"call", "state", "seat"}], "spent": [attempt ids]}
                    {"spent": [attempt ids]}  {"switch": <how it stands>}  {"recorded": <what was recorded>}
                    {"own_call": {"id", "state", "why", "cause", "quality"}}
                    {"code_call": {"id", "state", "why", "cause", "outcome", "stopped", "heard"}}
                    {"inbound": {"id", "number", "seller", "caller", "name", "at", "outcome", "stopped_at",
                    "ended_at"}}

Which of the calls asked about were dialled comes with the answer to ``reconcile``: a line that broke, or an engine that
stops, must not lose sight of a permit that was spent.

The engine says ``alive`` twice a second. A gate that has heard nothing for two seconds must not dial: whoever answered
would be heard by nobody (Asterisk probes P4 and P11).
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Literal, Protocol, get_args
from uuid import UUID

from ahize.calls.events import (
    AgentJoined,
    AgentWanted,
    Answered,
    CallEvent,
    EndUnknown,
    HungUp,
    OriginateRefused,
    Ringing,
)
from ahize.compliance.ruling import Permit
from ahize.dialer.codec import decode_command, decode_event, encode
from ahize.dialer.commands import Command, Originate, SwitchCommand
from ahize.dialer.events import Event
from ahize.kernel.errors import BadInput
from ahize.kernel.ids import AttemptId, CallId, FloorId, SeatId, SellerId
from ahize.telephony.house import House, house_of

SILENT_S = 2.0
ALIVE_S = 0.5
LINE_MAX = 1 << 24  # A whole house with its flows is one line.
RECONCILE_S = 5.0
LAST_WORD_S = 2.0
"""How long an engine that stops waits for the gate's word on what was dialled."""
PresentState = Literal["dialed", "ringing", "answered", "talking"]
Report = Literal["switch", "recorded", "own_call", "code_call", "inbound"]
"""What a gate tells beside events: how it stands, a recording that was kept, what came of a call to an own number or of
one with a code, and who called one."""
REPORTS: tuple[Report, ...] = get_args(Report)

log = logging.getLogger(__name__)


def socket_path() -> Path:
    """Where the gate listens: ``AHIZE_GATE_SOCKET``, or ``run/gate.sock`` in ``AHIZE_HOME``."""
    told = os.environ.get("AHIZE_GATE_SOCKET")
    return Path(told) if told else Path(os.environ.get("AHIZE_HOME", "var")) / "run" / "gate.sock"


class GateAway(ConnectionError):
    """Nobody listens at the gate, or the line broke."""


@dataclass(frozen=True, slots=True)
class About:
    """Whom a flow speaks to: their language, and the words for its merge fields."""

    language: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Present:
    """A call that the switch holds now."""

    call: CallId
    state: PresentState
    seat: SeatId | None = None


# ── the engine's end ────────────────────────────────────────────────────────────────────────────────────────────


class GateLink:
    """One connection to a gate: the engine's ``Telephony``. When it breaks, make a new one and reconcile."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._heard: asyncio.Queue[Event | None] = asyncio.Queue()
        self._spent: list[AttemptId] = []
        self._reports: dict[str, list[dict[str, Any]]] = {kind: [] for kind in REPORTS}
        self._present: asyncio.Future[list[Present]] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.is_up = True

    @classmethod
    async def connect(cls, path: Path, *, floor: FloorId, epoch: int) -> GateLink:
        """Say hello to the gate. Raises: GateAway."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(path), limit=LINE_MAX)
        except OSError as refused:
            raise GateAway(f"no gate answers at {path}: {refused}") from None
        link = cls(reader, writer)
        link._say({"hello": {"floor": str(floor), "epoch": epoch}})
        link._tasks = [asyncio.create_task(link._read()), asyncio.create_task(link._keep_alive())]
        return link

    async def obey(self, command: Command, about: About | None = None) -> None:
        """Hand a command for the switch over; others are none of its business.

        Args:
            about: whom a flow speaks to.

        Raises:
            GateAway: before it was said.
        """
        if not isinstance(command, SwitchCommand):
            return
        if not self.is_up:
            raise GateAway("the line to the gate is down")
        told = {"about": {"language": about.language, "fields": dict(about.fields)}} if about else {}
        self._say({"cmd": encode(command), **told})

    async def events(self) -> AsyncIterator[Event]:
        """What happens at the switch, until the line breaks."""
        while (event := await self._heard.get()) is not None:
            yield event

    async def reconcile(self, open_calls: Collection[CallId], *, within_s: float = RECONCILE_S) -> list[CallEvent]:
        """What the switch's present says happened meanwhile; ``take_spent`` knows then too. Raises: GateAway."""
        self._present = asyncio.get_running_loop().create_future()
        self._say({"reconcile": [str(call) for call in open_calls]})
        try:
            present = await asyncio.wait_for(self._present, within_s)
        except (TimeoutError, asyncio.CancelledError):
            self.close()
            raise GateAway("the gate does not say which calls there are") from None
        return meanwhile(open_calls, present)

    def void_number(self, number: str, seller: SellerId | None) -> None:
        """No unspent permit for this number may be spent any more."""
        self._say({"void_number": {"number": number, "seller": str(seller) if seller else None}})

    def void(self, permits: Sequence[UUID]) -> None:
        """These permits may not be spent any more."""
        self._say({"void": [str(permit) for permit in permits]})

    def stop(self, on: bool) -> None:
        """No further originate at all, or again."""
        self._say({"stop": on})

    def house(self, house: dict[str, Any]) -> None:
        """With what this floor telephones, from now on."""
        self._say({"house": house})

    def own_call(self, permit: Permit, *, trunk: UUID | None, seat: SeatId | None) -> None:
        """Call a number of the house's own: to test this trunk, or to be this seat's telephone."""
        where = {"trunk": str(trunk) if trunk else None, "seat": str(seat) if seat else None}
        self._say({"own_call": {"permit": permit.to_json(), **where}})

    def code_call(self, permit: Permit, about: About) -> None:
        """Read a code out to whoever asked for it; ``about`` holds their language, the code and who calls."""
        told = {"language": about.language, "fields": dict(about.fields)}
        self._say({"code_call": {"permit": permit.to_json(), **told}})

    def take(self, kind: Report) -> list[dict[str, Any]]:
        """What was reported since last asked, of this kind."""
        taken, self._reports[kind] = self._reports[kind], []
        return taken

    def take_spent(self) -> list[AttemptId]:
        """The attempts whose permits the gate has spent since last asked."""
        taken, self._spent = self._spent, []
        return taken

    def close(self) -> None:
        """Hang up the line (the calls stay)."""
        self.is_up = False
        for task in self._tasks:
            task.cancel()
        self._writer.close()
        self._heard.put_nowait(None)

    def _say(self, message: dict[str, Any]) -> None:
        if self.is_up:
            try:
                self._writer.write(_line(message))
            except OSError:
                self._break()

    def _break(self) -> None:
        if self.is_up:
            self.is_up = False
            if self._present is not None and not self._present.done():
                self._present.set_exception(GateAway("the line to the gate broke"))
                self._present.exception()
            self._heard.put_nowait(None)

    async def _read(self) -> None:
        try:
            while line := await self._reader.readline():
                self._hear(json.loads(line))
        except (OSError, ValueError) as broken:
            log.warning("the gate's line broke: %r", broken)
        finally:
            self._break()

    def _hear(self, message: dict[str, Any]) -> None:
        if "event" in message:
            self._heard.put_nowait(decode_event(message["event"]))
        if "spent" in message:
            self._spent.extend(AttemptId(UUID(attempt)) for attempt in message["spent"])
        for kind in REPORTS:
            if kind in message:
                self._reports[kind].append(message[kind])
        if "present" in message and self._present is not None and not self._present.done():
            self._present.set_result([_present(one) for one in message["present"]])

    async def _keep_alive(self) -> None:
        while self.is_up:
            self._say({"alive": True})
            with suppress(OSError):
                await self._writer.drain()
            await asyncio.sleep(ALIVE_S)


def meanwhile(open_calls: Collection[CallId], present: Sequence[Present]) -> list[CallEvent]:
    """The switch's present as ordinary events: what is gone has an unknown end, what stands is as it is (P3, P7)."""
    there = {one.call: one for one in present}
    events: list[CallEvent] = [EndUnknown(call) for call in sorted(open_calls) if call not in there]
    for call in sorted(there):
        one = there[call]
        if one.state == "ringing":
            events.append(Ringing(call))
        elif one.state == "answered":
            events.append(Answered(call))
        elif one.state == "talking" and one.seat is not None:
            events += [Answered(call), AgentJoined(call, one.seat)]
        elif one.state == "talking":
            events.append(AgentWanted(call))  # They had an agent, and hear music.
    return events


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def _present(given: dict[str, Any]) -> Present:
    state = given["state"]
    if state not in get_args(PresentState):
        raise ValueError(f"a present call is {', '.join(get_args(PresentState))}, not {state!r}")
    return Present(
        CallId(AttemptId(UUID(given["call"]))), state, SeatId(UUID(given["seat"])) if given["seat"] else None
    )


# ── the gate's end ──────────────────────────────────────────────────────────────────────────────────────────────


class Switchboard(Protocol):
    """What a gate does with what the engine says. Called in the event loop; nothing here may wait."""

    def hello(self, floor: FloorId, epoch: int) -> None: ...

    def obey(self, command: SwitchCommand, about: About | None = None) -> None: ...

    def present(self) -> Sequence[Present]: ...

    def spent(self, calls: Collection[CallId]) -> Collection[CallId]:
        """Those of these calls that were dialled, as far as this gate remembers."""
        ...

    def house(self, floor: FloorId, house: House) -> None: ...

    def own_call(self, permit: Permit, *, trunk: UUID | None, seat: SeatId | None) -> None: ...

    def code_call(self, permit: Permit, about: About) -> None: ...

    def void(self, permits: Sequence[UUID]) -> None: ...

    def void_number(self, number: str, seller: SellerId | None) -> None: ...

    def stop(self, on: bool) -> None: ...


class GateServer:
    """Listens for engines and hands what they say to a switchboard.

    ``tell`` sends an event to the engine whose floor originated the call; while nobody is connected it is lost, as with
    a real switch, and reconcile says later what came of it. Ask ``is_listening`` before each originate.
    """

    def __init__(self, path: Path, board: Switchboard) -> None:
        self.path, self.board = path, board
        self._server: asyncio.Server | None = None
        self._lines: dict[FloorId, asyncio.StreamWriter] = {}
        self._heard_at: dict[FloorId, float] = {}
        self._floor_of: dict[CallId, FloorId] = {}

    async def start(self) -> None:
        """Listen. A socket left behind by a dead gate is removed."""
        self.path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, str(self.path), limit=LINE_MAX)
        self.path.chmod(0o660)  # its folder says whose group that is

    async def close(self) -> None:
        """Stop listening and drop every line."""
        if self._server is not None:
            self._server.close()
        for writer in self._lines.values():
            writer.close()
        self.path.unlink(missing_ok=True)

    def is_listening(self, floor: FloorId | None = None) -> bool:
        """True where that floor's engine (any engine, for None) was heard within two seconds."""
        now = monotonic()
        floors = self._lines if floor is None else [floor]
        return any(now - self._heard_at.get(one, -SILENT_S) < SILENT_S for one in floors if one in self._lines)

    def tell(self, event: CallEvent) -> None:
        """Say what happened, to the engine of that call."""
        floor = self._floor_of.get(event.call)
        self._send({"event": encode(event)}, floor)
        if isinstance(event, HungUp | OriginateRefused | EndUnknown):
            self._floor_of.pop(event.call, None)

    def tell_floor(self, floor: FloorId, event: Event) -> None:
        """Say what happened that is of no call."""
        self._send({"event": encode(event)}, floor)

    def report(self, floor: FloorId, kind: Report, said: Mapping[str, Any]) -> None:
        """Tell that floor's engine something that is no event."""
        self._send({kind: said}, floor)

    def refuse(self, call: CallId, why: str) -> None:
        """The gate would not dial."""
        self.tell(OriginateRefused(call, why))

    def tell_spent(self, attempts: Sequence[UUID]) -> None:
        """These permits are spent."""
        by_floor: dict[FloorId | None, list[str]] = {}
        for attempt in attempts:
            by_floor.setdefault(self._floor_of.get(CallId(AttemptId(attempt))), []).append(str(attempt))
        for floor, spent in by_floor.items():
            self._send({"spent": spent}, floor)

    def _send(self, message: dict[str, Any], floor: FloorId | None) -> None:
        data = _line(message)
        lines = list(self._lines.values()) if floor is None else [self._lines[floor]] if floor in self._lines else []
        for writer in lines:
            with suppress(OSError):
                writer.write(data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        floor: FloorId | None = None
        try:
            while line := await reader.readline():
                message = json.loads(line)
                if "hello" in message:
                    floor = FloorId(UUID(message["hello"]["floor"]))
                    if (older := self._lines.get(floor)) is not None:
                        older.close()  # A second line for one floor replaces the first (P8).
                    self._lines[floor] = writer
                    self.board.hello(floor, int(message["hello"]["epoch"]))
                if floor is not None and self._lines.get(floor) is writer:
                    self._heard_at[floor] = monotonic()
                    self._hear(message, floor, writer)
        except (OSError, ValueError) as broken:
            log.warning("an engine's line broke: %r", broken)
        finally:
            if floor is not None and self._lines.get(floor) is writer:
                del self._lines[floor]
            writer.close()

    def _hear(self, message: dict[str, Any], floor: FloorId, writer: asyncio.StreamWriter) -> None:
        if "cmd" in message:
            command = decode_command(message["cmd"])
            if isinstance(command, Originate):
                self._floor_of[command.call] = floor
            if isinstance(command, SwitchCommand):
                about = message.get("about")
                self.board.obey(command, About(about["language"], about["fields"]) if about else None)
        if "house" in message:
            try:
                self.board.house(floor, house_of(message["house"]))
            except BadInput as wrong:  # The house before goes on; a line dropped would only be said again.
                log.error("%s", wrong.message)
        if "own_call" in message:
            own = message["own_call"]
            trunk, seat = UUID(own["trunk"]) if own["trunk"] else None, own["seat"]
            self.board.own_call(Permit.from_json(own["permit"]), trunk=trunk, seat=SeatId(UUID(seat)) if seat else None)
        if "code_call" in message:
            asked = message["code_call"]
            self.board.code_call(Permit.from_json(asked["permit"]), About(asked["language"], asked["fields"]))
        if "void" in message:
            self.board.void([UUID(permit) for permit in message["void"]])
        if "void_number" in message:
            told = message["void_number"]
            self.board.void_number(told["number"], SellerId(UUID(told["seller"])) if told["seller"] else None)
        if "stop" in message:
            self.board.stop(bool(message["stop"]))
        if "reconcile" in message:
            present = list(self.board.present())
            for one in present:
                self._floor_of.setdefault(one.call, floor)
            told = [
                {"call": str(one.call), "state": one.state, "seat": str(one.seat) if one.seat else None}
                for one in present
            ]
            calls = [CallId(AttemptId(UUID(call))) for call in message["reconcile"]]
            spent = [str(call) for call in self.board.spent(calls)]
            writer.write(_line({"present": told, "spent": spent}))
