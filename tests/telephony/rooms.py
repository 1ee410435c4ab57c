"""A gate beside a real Asterisk, its engine's line, agents' telephones and a person: what its tests stand in."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import socket
import wave
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ahize.calls.events import (
    AgentJoined,
    HumanHeard,
    HungUp,
)
from ahize.compliance.ruling import Permit
from ahize.dialer.commands import Connect, HangUp, Originate
from ahize.dialer.events import Event, PhoneUp
from ahize.dialer.gate import Gate
from ahize.kernel.chance import stream
from ahize.kernel.clock import SystemClock
from ahize.kernel.envelopes import Key
from ahize.kernel.ids import AttemptId, CallId, SeatId, new_uuid
from ahize.kernel.seals import Sealer
from ahize.run.gated import Credential, keep_connected
from ahize.telephony.asterisk.files import keys_folder
from ahize.telephony.board import Board
from ahize.telephony.house import House, Phone, Trunk, Words, to_json
from ahize.telephony.link import GateLink, GateServer
from ahize.telephony.recognisers import Recogniser
from ahize.telephony.recordings import Archive
from ahize.telephony.signing import Keys
from ahize.telephony.words import REALM, is_id, seat_name, seat_of
from telephony import carrier
from telephony.conftest import RunningAsterisk, Sipp, StartSipp, free_ports
from telephony.registering import register

FLOOR, TRUNK, SEAT = UUID(int=1), UUID(int=2), SeatId(UUID(int=3))
NUMBER, SHOWN = "+12125550123", "+12125550100"
SEALER = Sealer(Ed25519PrivateKey.generate())
CHANCE = stream(1, "test")


def permit(number: str = NUMBER, *, at: datetime | None = None, **other: object) -> Permit:
    sealed_at = at or datetime.fromtimestamp(SystemClock().now().timestamp(), UTC)
    attempt = AttemptId(new_uuid(sealed_at, CHANCE))
    made = Permit(
        id=attempt, attempt=attempt, number=number, tenant=UUID(int=9), seller=UUID(int=8), campaign=UUID(int=7),
        contact=UUID(int=6), floor=FLOOR, epoch=1, world="made_up", caller_id=SHOWN, sealed_at=sealed_at,
        valid_until=sealed_at + timedelta(seconds=5), ring_s_min=0, ring_s_max=30, duties=(), federal_only=False,
    )  # fmt: skip
    made = changed(made, **other)
    return changed(made, signature=SEALER.sign(made.payload()))


def changed(made: Permit, **other: object) -> Permit:
    return replace(made, **other)  # type: ignore[arg-type]


@dataclass
class Voice:
    """A voice that has said everything already, with one short sound."""

    sound: str
    says: Words | None = None

    def set(self, words: object) -> None:
        """Nothing new is to be said."""

    def of(self, campaign: UUID) -> Words | None:
        return self.says

    def message(self, campaign: UUID) -> str | None:
        return self.sound

    async def said(self, text: str, language: str) -> str | None:
        return self.sound


@dataclass
class Room:
    """A gate beside the Asterisk, and the engine's end of its line."""

    board: Board
    link: GateLink
    heard: list[Event] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        async for event in self.link.events():
            self.heard.append(event)
            self._news.set()

    async def until(self, *kinds: type, seconds: float = 10.0) -> list[Event]:
        """Everything heard until the last of these kinds came, in this order."""
        try:
            async with asyncio.timeout(seconds):
                while not _in_order(self.heard, kinds):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{[kind.__name__ for kind in kinds]} are not in {self.heard}") from None
        return list(self.heard)

    async def dial(self, number: str = NUMBER, *, ring_s: int = 20, detect: bool = False) -> CallId:
        made = permit(number)
        call = CallId(made.attempt)
        await self.link.obey(Originate(call, made, ring_s, detect=detect))
        return call


def _in_order(heard: list[Event], kinds: tuple[type, ...]) -> bool:
    rest = iter(heard)
    return all(any(isinstance(event, kind) for event in rest) for kind in kinds)


def sound(path: Path, seconds: float = 0.5) -> str:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(int(16000 * seconds)))
    path.chmod(0o644)
    return str(path.with_suffix(""))


@dataclass
class Telephone:
    """An agent's SIP telephone, which picks up by itself. It is there once it has signed in."""

    asterisk: RunningAsterisk
    sipp: StartSipp
    seat: SeatId = SEAT
    port: int = field(default_factory=lambda: free_ports(1, socket.SOCK_DGRAM)[0])
    rings: Sipp = field(init=False)

    @property
    def name(self) -> str:
        return seat_name(self.seat)

    @property
    def phone(self) -> Phone:
        ha1 = hashlib.md5(f"{self.name}:{REALM}:secret".encode()).hexdigest()
        return Phone(self.seat, "sip", ha1=ha1)

    def sign_in(self) -> None:
        """From the port where it listens next: the switch calls back where a registration came from."""
        assert register(self.name, "secret", port=self.port, switch=self.asterisk.sip_port) == 200
        self.rings = self.sipp(carrier.answers(after_s=0.0), self.port)


@asynccontextmanager
async def room(
    asterisk: RunningAsterisk,
    tmp_path: Path,
    port: int,
    *,
    phones: tuple[Phone, ...] = (),
    leaves: bool = True,
    says: Words | None = None,
    archive: Archive | None = None,
    house: Mapping[str, Any] | None = None,
    recognisers: Sequence[Recogniser] = (),
    **more: object,
) -> AsyncIterator[Room]:
    """A gate, its engine's line and one trunk; whoever does not ``leave`` lets the calls stand for the next."""
    voice = Voice(sound(asterisk.spool / "sorry.wav"), says)
    assert asterisk.settings.folders is not None
    board = Board(
        Gate(world="made_up", verifier=SEALER.verifier()),
        SystemClock(),
        voice,
        archive=archive,
        sounds=asterisk.spool,
        keys=Keys(keys_folder(asterisk.settings.folders), own=asterisk.account.own),
        media=asterisk.settings.media_address,
        recognisers=recognisers,
    )
    await board.hearing.open()
    server = board.server = GateServer(tmp_path / "gate.sock", board)
    await server.start()
    connected = asyncio.create_task(keep_connected(board, Credential(asterisk.url, asterisk.user, asterisk.password)))
    pushing = asyncio.create_task(board.keep_pushed())
    link = await GateLink.connect(tmp_path / "gate.sock", floor=FLOOR, epoch=1)
    made = Room(board, link)
    listening = asyncio.create_task(made.listen())
    settings = {"kind": "ip", "watched": False, **more}
    trunk = Trunk(TRUNK, "Carrier", host="127.0.0.1", port=port, **settings)  # type: ignore[arg-type]
    link.house(to_json(House(trunks=(trunk,), phones=phones, **(house or {}))))
    async with asyncio.timeout(10):
        while not (board.ari and board._pushing._there):
            await asyncio.sleep(0.02)
    try:
        yield made
        if leaves and board.ari is not None:
            for channel in (await board.ari.ask("GET", "channels")).body:
                await board.ari.ask("DELETE", f"channels/{channel['id']}")
    finally:
        for task in (connected, pushing, listening):
            task.cancel()
        await asyncio.gather(connected, pushing, listening, return_exceptions=True)
        link.close()
        await server.close()
        await board.hearing.close()


def run(walk: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(40):
            await walk()

    asyncio.run(whole())


# ── in a talk ───────────────────────────────────────────────────────────────────────────────────────────────────────

OTHER = SeatId(UUID(int=4))


@asynccontextmanager
async def talk(made: Room, *telephones: Telephone) -> AsyncIterator[CallId]:
    """A person talks with the first of these agents; the others' telephones are up too."""
    for one in telephones:
        await asyncio.to_thread(one.sign_in)
    await made.until(*[PhoneUp] * len(telephones))
    call = await made.dial()
    await made.until(HumanHeard)
    await made.link.obey(Connect(call, telephones[0].seat))
    await made.until(AgentJoined)
    made.heard.clear()
    yield call
    await made.link.obey(HangUp(call, "connected"))
    await made.until(HungUp)


async def bridges(made: Room) -> dict[str, set[str]]:
    """Who stands where, by the switch's own word."""
    assert made.board.ari is not None
    told = await made.board.ari.ask("GET", "bridges")
    return {bridge["id"]: set(bridge["channels"]) for bridge in told.body}


async def stands(made: Room, where: dict[SeatId, set[str]]) -> None:
    """Until exactly these stand in these seats' bridges: ``person``, or an agent by their seat."""
    wanted = {seat_name(seat): who for seat, who in where.items()}
    async with asyncio.timeout(5):
        while True:
            found = await bridges(made)
            named = {name: {_who(made, channel) for channel in found.get(name, set())} for name in wanted}
            if named == wanted:
                return
            await asyncio.sleep(0.02)


def _who(made: Room, channel: str) -> str:
    seat = seat_of(channel)
    return f"agent {seat.int}" if seat else "person" if is_id(channel) else channel.partition("-")[0]


# ── recordings ──────────────────────────────────────────────────────────────────────────────────────────────────────

KEY = Key.from_bytes(bytes(range(32)))
RECORDS = Words(UUID(int=7), "Nobody is free.", "en", records=True)


def archive_of(asterisk: RunningAsterisk, tmp_path: Path) -> Archive:
    return Archive(tmp_path / "kept", asterisk.spool / "recording", lock=KEY.lock(), draw=secrets.token_bytes)


async def reported(made: Room) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while not (told := made.link.take("recorded")):
            await asyncio.sleep(0.02)
    return told[0]


# ── flows ───────────────────────────────────────────────────────────────────────────────────────────────────────────

FLOW = """
flow: short
version: 1
languages: [en]
start: hello
anytime:
  "9": {label: {en: Do not call me again}, next: removed}
nodes:
  hello:
    choose:
      en: "Press 1 for somebody, 9 to hear no more from us."
    options:
      "1": {label: {en: Somebody}, next: desk}
    wait_s: 2
    tries: 1
    no_answer: unheard
  desk:
    transfer: agents
    failed: unheard
  unheard:
    end: no_answer
  removed:
    end: opted_out
    text: {en: "You will not be called again."}
"""
SHA = hashlib.sha256(FLOW.encode()).hexdigest()
