"""The switchboard beside a real Asterisk: does what engines command, through the gate, and tells what happens.

Rule 1: nothing is dialled that the gate did not let pass, and nothing is asked of Asterisk twice that would ring twice.
Rule 2: who answered hears an agent or the message in time, whatever the engine does: the timer for that is here.
Rule 3: after a gap, what there is at the switch is the truth. What is gone is told; who is alone hears somebody.

It refuses to know campaigns, seats' states and the law: a permit's duties and the house are all it is told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from ahize.calls.events import EndUnknown, HungUp, StopPressed
from ahize.calls.greeting import Threshold
from ahize.compliance.ruling import Permit
from ahize.dialer.commands import Expect, Listen, Originate, RunFlow, SwitchCommand
from ahize.dialer.gate import REACHES, Gate, Refused
from ahize.flows.reading import read_flow
from ahize.kernel.clock import Clock
from ahize.kernel.ids import AttemptId, CallId, CampaignId, FloorId, SeatId, SellerId
from ahize.telephony import words
from ahize.telephony.code_calls import CodeCalls
from ahize.telephony.ears import Ears
from ahize.telephony.house import House
from ahize.telephony.inbound import Inbounds
from ahize.telephony.ledger import Ledger
from ahize.telephony.lines import AS_TOLD, Line
from ahize.telephony.link import About, Present
from ahize.telephony.media import Media, Voice
from ahize.telephony.own_calls import OwnCalls
from ahize.telephony.phones import UNCLAIMED_S
from ahize.telephony.pushing import Pushing
from ahize.telephony.recognisers import Recogniser
from ahize.telephony.recordings import Archive
from ahize.telephony.signing import Keys
from ahize.telephony.trunks import Standing, Trunks
from ahize.telephony.wire import Answer, Ari, Event, SwitchAway

REPORT_S = 1.0
WAIT = timedelta(seconds=0.05)
"""How soon a call is tried again whose trunk has taken its share of this second."""
NETWORK_OUT_OF_ORDER = 38

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Switch:
    """How the switch itself stands; for screens."""

    is_there: bool = False
    version: str = ""
    since: datetime | None = None
    why: str = "not connected yet"


class Board(Media):
    """One switchboard.

    Args:
        voice: where messages come from.
        sounds: the folder in which a house's recordings lie.
        archive: where talks are recorded; None: they are not.
        ledger: the gate's own book; None: one that ends with this board.
        keys: where those lie that sign calls; None: this switch cannot be given any.
        media: the switch's only address where sound is listened for; empty: all of them.
        recognisers: who understands what people say while a flow speaks; empty: keys only.
        hears_on: where the switch reaches us with their sound.

    Attributes:
        knows: it has seen what there is at the switch; before that no engine may ask which calls there are.
        began_at: permits sealed before are not dialled: what was spent in an earlier life is not known any more.
    """

    def __init__(
        self,
        gate: Gate,
        clock: Clock,
        voice: Voice,
        *,
        sounds: Path | None = None,
        archive: Archive | None = None,
        ledger: Ledger | None = None,
        keys: Keys | None = None,
        media: str = "",
        recognisers: Sequence[Recogniser] = (),
        hears_on: str = "127.0.0.1",
    ) -> None:
        super().__init__(
            clock,
            voice,
            archive=archive,
            ledger=ledger or Ledger(None, clock),
            recognisers=recognisers,
            hears_on=hears_on,
        )
        self.gate, self.sounds, self.keys, self.media = gate, sounds, keys, media
        self.switch = Switch()
        self.began_at = clock.now()
        self.houses: dict[FloorId, House] = {}
        self.trunks: dict[FloorId, Trunks] = {}
        self.ears = Ears(self._send, self.phones)
        self.own_calls = OwnCalls(self._send, self.phones, self._tell_own, self._own_call_ended)
        self.code_calls = CodeCalls(self._send, voice, clock, self._tell_code, self._own_call_ended)
        self.inbounds = Inbounds(self._send, voice, clock, self._tell_inbound, self.hearing)
        self._pushing = Pushing()
        self._push_wanted = asyncio.Event()
        self.knows = asyncio.Event()
        self._queued: dict[CallId, asyncio.TimerHandle] = {}
        """Calls that wait for their trunk's next moment, their permits unspent."""
        self._reported: dict[FloorId, dict[str, Any]] = {}
        self._sweeping: asyncio.Task[None] | None = None

    # ── what engines say ────────────────────────────────────────────────────────────────────────────────────────

    def hello(self, floor: FloorId, epoch: int) -> None:
        self.gate.raise_epoch(floor, epoch)
        for line in [line for line in self.lines.values() if line.floor == floor]:
            self.expecting.forget(line.call)  # Said by an engine that is gone.
            line.unasked = False
        self._reported.pop(floor, None)  # A new engine knows nothing.
        self.phones.tell_again(floor)
        self.inbounds.tell_again(floor)
        self.code_calls.tell_again(floor)
        for call in self.ledger.stops(floor):
            self.server.tell_floor(floor, StopPressed(call))
        for report in self.ledger.callers(floor):
            self.server.report(floor, "inbound", report)

    def obey(self, command: SwitchCommand, about: About | None = None) -> None:
        if isinstance(command, RunFlow) and about is not None:
            self._abouts[command.call] = about
        if isinstance(command, Originate):
            self._originate(command)
        elif isinstance(command, Listen):
            self.ears.listen(command)
        elif isinstance(command, Expect):
            self._expect(command)
        elif (queued := self._queued.pop(command.call, None)) is not None:
            queued.cancel()  # Whatever is asked of a call that has not been dialled yet, it is not dialled any more.
            self.server.tell(EndUnknown(command.call))
        else:
            self.do(command)

    def _expect(self, command: Expect) -> None:
        """Only while it rings; of a call that is gone there is nothing to say, and one not dialled yet is asked for."""
        line = self.lines.get(command.call)
        if line is not None and line.state in ("dialed", "ringing"):
            self.expecting.set(command)

    def present(self) -> Sequence[Present]:
        lines = self.lines.values()
        there = [Present(one.call, AS_TOLD[one.state], one.seat if one.state == "talking" else None) for one in lines]
        return [*there, *(Present(call, "dialed") for call in self._queued)]

    def spent(self, calls: Collection[CallId]) -> Collection[CallId]:
        return self.ledger.among(calls)

    def house(self, floor: FloorId, house: House) -> None:
        self.houses[floor] = house
        self.trunks.setdefault(floor, Trunks(monotonic, self.ledger.spent)).set(house.trunks)
        self.voice.set(house.words)
        self.inbounds.set(floor, house)
        for flow in house.flows:
            if flow.sha256 not in self._flows:
                self._flows[flow.sha256] = read_flow(flow.yaml)
        self._push_wanted.set()

    def own_call(self, permit: Permit, *, trunk: UUID | None, seat: SeatId | None) -> None:
        """Call a number of the house's own: permit and gate as for any other."""
        standing = self._let_pass(permit, trunk)
        if not isinstance(standing, Standing):
            self._tell_own(permit.floor, permit.id, "refused", why=standing)
            return
        self.own_calls.dial(permit, standing.trunk.id, seat)

    def code_call(self, permit: Permit, about: About) -> None:
        """Read a code out to whoever asked for it: permit and gate as for any other."""
        standing = self._let_pass(permit, None)
        if not isinstance(standing, Standing):
            self._tell_code(permit.floor, permit.id, "refused", why=standing)
            return
        self.code_calls.dial(permit, standing.trunk.id, about)

    def void(self, permits: Sequence[UUID]) -> None:
        for permit in permits:
            self.gate.void(permit, self.clock.now())

    def void_number(self, number: str, seller: SellerId | None) -> None:
        self.gate.void_number(number, seller, self.clock.now())

    def stop(self, on: bool) -> None:
        if on:
            self.gate.stop()
        else:
            self.gate.resume()

    # ── dialling ────────────────────────────────────────────────────────────────────────────────────────────────

    def _originate(self, command: Originate) -> None:
        """At most one INVITE for a permit: whatever is doubtful is refused before it is spent."""
        permit, call = command.permit, command.call
        message = self.voice.message(permit.campaign)
        passed = self._let_pass(permit, None) if message is not None else "no_message"
        self._queued.pop(call, None)
        if passed == "trunk_too_fast" and self.clock.now() + WAIT + REACHES < permit.valid_until:
            loop = asyncio.get_running_loop()
            self._queued[call] = loop.call_later(WAIT.total_seconds(), self._originate, command)
            return
        if message is None or not isinstance(passed, Standing):
            self.server.refuse(call, str(passed))
            return
        self.server.tell_spent([call])
        line = self.lines[call] = Line(
            call, permit.floor, message, passed.trunk.id, CampaignId(permit.campaign), permit.duties
        )
        line.threshold = Threshold(command.person_cost)
        asked = self._send(
            "POST",
            line.path,
            body={
                "endpoint": f"PJSIP/{permit.number}@{words.trunk_name(passed.trunk.id)}",
                "context": words.OUT,
                "extension": words.DETECT if command.detect else words.PERSON,
                "priority": 1,
                "callerId": permit.caller_id,
                "timeout": command.ring_s,
                "variables": {"AHIZE_CALL": str(call), "AHIZE_MESSAGE": message},
            },
        )
        asked.add_done_callback(lambda answer: self._dialled_or_not(line, answer))

    def _let_pass(self, permit: Permit, over: UUID | None) -> Standing | str:
        """The trunk over which this permit's call goes now, its permit spent; or why nothing may ring.

        Args:
            over: this trunk and no other; None: the cheapest that can.
        """
        if permit.sealed_at < self.began_at:
            return "permit_void"
        if self.ari is None or not self.ari.is_up:
            return "switch_away"
        trunks = self.trunks.get(permit.floor)
        standing = trunks.take(permit.number, permit.caller_id, over=over) if trunks else "no_trunk"
        if not isinstance(standing, Standing) or trunks is None:
            return str(standing)
        self.gate.listening = self.server.is_listening(permit.floor)
        answer = self.gate.spend(permit, self.clock.now())
        if isinstance(answer, Refused):
            trunks.give_back(standing.trunk.id)
            return answer.why
        self.ledger.dialled(permit, standing.trunk.id, standing.trunk.price(permit.number))
        return standing

    def _tell_own(self, floor: FloorId, call: UUID, state: str, **more: Any) -> None:
        told = {"id": str(call), "state": state, "why": "", "cause": None, "quality": None, **more}
        self.server.report(floor, "own_call", told)

    def _tell_code(self, floor: FloorId, call: UUID, state: str, **more: Any) -> None:
        told = {"id": str(call), "state": state, "why": "", "cause": None, "outcome": "", "stopped": False, **more}
        self.server.report(floor, "code_call", told)

    def _tell_inbound(self, floor: FloorId, report: Mapping[str, Any]) -> None:
        self.ledger.called_in(floor, report)
        self.server.report(floor, "inbound", report)

    def _dialled_or_not(self, line: Line, answer: asyncio.Future[Answer]) -> None:
        """Asterisk would not, for a reason of its own: nothing rang. Where the line broke, reconcile will say."""
        if answer.exception() is None and not answer.result().ok and line.call in self.lines:
            log.error("Asterisk would not dial: %s", answer.result().why)
            self._forget(line)
            self.server.tell(HungUp(line.call, NETWORK_OUT_OF_ORDER, "network"))

    def _sound(self, floor: FloorId | None, sound: UUID) -> str | None:
        house = self.houses.get(floor) if floor is not None else None
        file = next((one for one in house.sounds if one.id == sound), None) if house else None
        return str(self.sounds / file.path) if file and self.sounds else None

    def _everybody(self) -> Sequence[FloorId]:
        return tuple(self.trunks)

    # ── at the end ──────────────────────────────────────────────────────────────────────────────────────────────

    def _was_answered(self, line: Line) -> None:
        self.ledger.answered(line.call)

    def _has_ended(self, line: Line) -> None:
        self.ledger.ended(line.call)
        super()._has_ended(line)
        if line.floor is not None and line.trunk is not None:
            self._give_back(line.floor, line.trunk)

    def _own_call_ended(self, floor: FloorId, trunk: UUID, call: UUID) -> None:
        self.ledger.ended(CallId(AttemptId(call)))
        self._give_back(floor, trunk)

    def _give_back(self, floor: FloorId, trunk: UUID) -> None:
        trunks = self.trunks.get(floor)
        if trunks is not None:
            trunks.give_back(trunk)

    # ── what happens at the switch ──────────────────────────────────────────────────────────────────────────────

    def happened(self, event: Event) -> None:
        """One event of Asterisk's, in order."""
        handle = _HAPPENED.get(event["type"])
        if handle is None:
            return
        others = (self.own_calls, self.code_calls, self.inbounds)
        if not any(calls.happened(event) for calls in others):
            handle(self, event)

    def _came_to_us(self, event: Event) -> None:
        channel = event["channel"]["id"]
        match event.get("args", []):
            case ["called", call, *detected] if words.is_id(call):
                self._greeted(call, detected, channel)
            case ["seat", seat, *_] if words.is_id(seat):
                self.phones.answered(SeatId(UUID(seat)), channel)
            case ["take", call, side, *_] if words.is_id(call):
                self.takes.came(CallId(AttemptId(UUID(call))), side, channel)
            case _ if (heard := words.heard_of(channel)) is not None:
                self.hearing.came(heard, channel)
            case ["early", call, *_] if words.is_id(call):
                self.expecting.came(CallId(AttemptId(UUID(call))), channel)
            case ["ear", supervisor, *_] if words.is_id(supervisor):
                self.ears.came(SeatId(UUID(supervisor)), channel)
            case ["in", number]:
                self.inbounds.came(number, event["channel"])
            case args:
                log.warning("a channel came to us that nobody asked for: %s", args[:1])
                self._send("DELETE", f"channels/{channel}")

    def _playback_ended(self, event: Event) -> None:
        name = str(event["playback"]["id"])
        call = words.call_of(name.removeprefix("announce-"))
        line = self.lines.get(call) if call is not None else None
        if line is not None and name.startswith("announce-"):
            self.takes.begin(line.call, line.floor)
            return
        self._played(event)
        self.air.happened("PlaybackFinished", event)

    def _contact_changed(self, event: Event) -> None:
        """A telephone registered, or a carrier fell silent or came back."""
        contact = event.get("contact_info", {})
        name = str(contact.get("aor", ""))
        if not name.startswith(words.TRUNK):
            self.phones.happened(event)
            return
        for trunks in self.trunks.values():
            trunks.noticed(name, str(contact.get("contact_status", "")))

    def _call_destroyed(self, event: Event) -> None:
        line = self._line(event)
        if line is not None and line.floor is not None and line.trunk is not None:
            said = event.get("tech_cause") if line.answered_at is None else HTTPStatus.OK
            self.trunks[line.floor].answered(line.trunk, said)
        self._destroyed(event)

    # ── the connection to the switch ────────────────────────────────────────────────────────────────────────────

    async def attach(self, ari: Ari) -> None:
        """The switch is there (again): compare, adopt, push. Raises: SwitchAway."""
        info = await ari.ask("GET", "asterisk/info")
        channels, bridges = await asyncio.gather(ari.ask("GET", "channels"), ari.ask("GET", "bridges"))
        if not (info.ok and channels.ok and bridges.ok):
            raise SwitchAway("the switch does not say what there is")
        self.ari = ari
        self.switch = Switch(True, info.body["system"]["version"], self.clock.now(), "")
        in_bridge = {channel: bridge["id"] for bridge in bridges.body for channel in bridge["channels"]}
        self._compare(channels.body, in_bridge)
        self.takes.compare(set(self.lines))
        self.hearing.compare(channels.body, bridges.body)
        self.knows.set()
        self._pushing.forget()
        asyncio.get_running_loop().call_later(UNCLAIMED_S, self._sweep_soon, ari)
        self._push_wanted.clear()  # Before it: a house that is told meanwhile is pushed after.
        await self.push()

    def _sweep_soon(self, ari: Ari) -> None:
        """When every house has been told: what an earlier life pushed and nobody wants any more is removed."""
        if self.ari is ari:
            self._sweeping = asyncio.create_task(self._sweep(ari))

    async def _sweep(self, ari: Ari) -> None:
        with suppress(SwitchAway):
            await self._pushing.sweep(ari, {name for _, name, _ in self._wanted()})

    def detach(self, why: str) -> None:
        """The line to the switch broke. What goes on there is told by the next ``attach``."""
        self.ari = None
        self.switch = Switch(False, self.switch.version, self.clock.now(), why)
        for line in self.lines.values():
            self._unguard(line)

    async def push(self) -> None:
        """Bring the switch in line with the houses. Raises: SwitchAway."""
        assert self.ari is not None, "there is a switch"
        if self.keys is not None:
            self.keys.keep(trunk for house in self.houses.values() for trunk in house.trunks)
        refused = await self._pushing.bring(self.ari, self._wanted())
        for floor, trunks in self.trunks.items():
            for standing in trunks.standing.values():
                standing.refused = refused.get(words.trunk_name(standing.trunk.id), "")
                if standing.trunk.stir_key and self.keys is None:
                    standing.refused = "calls go out unsigned: this Asterisk cannot be given the key from here"
            self.phones.set(floor, self.houses[floor].phones)

    async def keep_reporting(self) -> None:
        """Tell every floor how its switch and trunks stand, where that has changed; until cancelled."""
        while True:
            for floor in self.trunks:
                report = self.standing(floor)
                if self._reported.get(floor) != report and self.server.is_listening(floor):
                    self.server.report(floor, "switch", report)
                    self._reported[floor] = report
            await asyncio.sleep(REPORT_S)

    def standing(self, floor: FloorId) -> dict[str, Any]:
        """How the switch and this floor's trunks stand, for its screens."""
        return {
            "state": "up" if self.switch.is_there else "away",
            "reason": self.switch.why,
            "version": self.switch.version,
            "up_since": self.switch.since.isoformat() if self.switch.since else None,
            "trunks": [
                {"id": str(id_), "state": one.state, "reason": one.why, "channels": one.in_use}
                for id_, one in self.trunks[floor].standing.items()
            ],
        }

    async def keep_pushed(self) -> None:
        """Push after each change of a house, until cancelled."""
        while True:
            await self._push_wanted.wait()
            self._push_wanted.clear()
            if self.ari is not None:
                try:
                    await self.push()
                except SwitchAway as away:
                    log.warning("not pushed: %s", away)

    def _wanted(self) -> Iterator[words.Pushed]:
        for house in self.houses.values():
            for trunk in house.trunks:
                key = self.keys.path(trunk) if self.keys else ""
                yield from words.objects_of_trunk(trunk, key=key, media=self.media)
            for phone in house.phones:
                yield from words.objects_of_phone(phone, media=self.media)

    def _compare(self, channels: Sequence[dict[str, Any]], in_bridge: dict[str, str]) -> None:
        there = {channel["id"]: channel for channel in channels}
        for line in [line for line in self.lines.values() if str(line.call) not in there]:
            self._forget(line)
            self.server.tell(EndUnknown(line.call))
        legs = []
        for name, channel in there.items():
            if name.startswith(words.EARLY):
                self._send("DELETE", f"channels/{name}")  # Whose it was is not known any more.
            call, seat = words.call_of(name), words.seat_of(name)
            bridged = words.seat_of(in_bridge.get(name, ""))
            if call is not None:
                self._adopt(call, channel, bridged)
            elif seat is not None and channel["state"] == "Up":
                legs.append(name)
                self.phones.adopt(seat, name, in_bridge=bridged == seat)
            elif channel.get("dialplan", {}).get("context") == words.IN and not self.inbounds.has(name):
                self._send("DELETE", f"channels/{name}")  # An earlier life spoke with them.
        self.inbounds.compare(there.keys())
        self.code_calls.compare(there.keys())
        self.phones.compare(legs)

    def _adopt(self, call: CallId, channel: dict[str, Any], seat: SeatId | None) -> None:
        """A call that went on while nobody listened. Somebody who is alone hears the message at once."""
        line = self.lines.get(call)
        if line is None:
            line = self.lines[call] = Line(call, None, "")
            self.ledger.adopted(call)
        is_up = channel["state"] == "Up"
        line.is_ours = channel.get("dialplan", {}).get("app_name") == "Stasis"
        if is_up and line.answered_at is None:
            line.answered_at = self.clock.now()
        if is_up and seat is not None:
            line.state, line.seat = "talking", seat
        elif is_up and line.state not in ("message", "drop", "flow", "music") and not line.held:
            line.state = "answered"
            self._alone(line)
        elif not is_up:
            line.state = "ringing" if channel["state"] in ("Ring", "Ringing") else "dialed"

    def _alone(self, line: Line) -> None:
        if line.message:
            self._message(line)
            return
        asked = self._send("GET", f"{line.path}/variable", query={"variable": "AHIZE_MESSAGE"})

        def known(answer: asyncio.Future[Answer]) -> None:
            if answer.exception() is None and answer.result().ok:
                line.message = str(answer.result().body.get("value", ""))
            if line.call in self.lines and line.state == "answered":
                self._message(line)

        asked.add_done_callback(known)


_HAPPENED: dict[str, Callable[[Board, Event], None]] = {
    "StasisStart": Board._came_to_us,
    "ChannelStateChange": Board._state_changed,
    "ChannelEnteredBridge": Board._entered,
    "ChannelHangupRequest": Board._hang_up_heard,
    "ChannelDestroyed": Board._call_destroyed,
    "PlaybackFinished": Board._playback_ended,
    "RecordingFinished": lambda board, event: board.takes.finished(event["recording"]["name"]),
    "RecordingFailed": lambda board, event: board.takes.finished(event["recording"]["name"]),
    "ChannelDtmfReceived": lambda board, event: board.air.happened("ChannelDtmfReceived", event),
    "ChannelTalkingStarted": lambda board, event: board.air.happened("ChannelTalkingStarted", event),
    "ChannelTalkingFinished": lambda board, event: board.air.happened("ChannelTalkingFinished", event),
    "ContactStatusChange": Board._contact_changed,
}
