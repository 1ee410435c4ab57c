"""Somebody calls a number that we show: they hear who we are, and one key ends our calls to theirs.

Answers every such call at once, whoever is at work; where the number they call from was not sent, it says how else to
opt out. What came of it is told to the house until that is certain to have heard. What a carrier hands on as name or
number of the caller may be anything, and is only ever looked at, never carried out.

Refuses to know what a suppression is.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID, uuid5

import phonenumbers

from ahize.calls.events import StopPressed
from ahize.flows.flow import Flow
from ahize.flows.reading import read_flow
from ahize.intake.plans import Taken, read_digits
from ahize.kernel.clock import Clock
from ahize.kernel.ids import AttemptId, CallId, FloorId
from ahize.telephony.air import Air, Sounds, Told
from ahize.telephony.hearing import Hearing
from ahize.telephony.house import House, Inbound
from ahize.telephony.link import About
from ahize.telephony.phones import Sends
from ahize.telephony.speaking import Result
from ahize.telephony.wire import Event
from ahize.telephony.words import trunk_of

AT_ONCE_MAX: Final = 200
"""More of them at once are no people, and there must be lines left."""
SECONDS_MAX: Final = 180.0
TOLD_MAX: Final = 10_000
NAME_MAX: Final = 80
_NAMES: Final = UUID("6f1c1d0e-2f0a-5b57-9a52-6a3c4d0f7e11")
_NUMBER: Final = re.compile(r"[+(0-9][0-9 ().-]{6,30}", re.ASCII)
_NOT_SHOWN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_CONGESTION, _NOT_OURS = "congestion", "unallocated"

log = logging.getLogger(__name__)

_KNOWN = """
flow: inbound
version: 1
languages: [en, tr]
start: hello
anytime:
  "9": {label: {en: Do not call me again, tr: Beni bir daha aramayın}, next: removed}
nodes:
  hello:
    choose:
      en: "This is {seller_name}. Our number is {seller_phone}. To be called by us no more, press 9. To hear how to
        reach us, press 0."
      tr: "Burası {seller_name}. Numaramız {seller_phone}. Bizden bir daha aranmamak için 9'a, bize nasıl
        ulaşacağınızı duymak için 0'a basınız."
    options:
      "0": {label: {en: How to reach us, tr: Bize nasıl ulaşırsınız}, next: reach}
    wait_s: 6
    tries: 2
    no_answer: reach
  reach:
    end: informed
    text:
      en: "You reach {seller_name} in office hours at {seller_phone}. Goodbye."
      tr: "{seller_name} çalışma saatlerinde {seller_phone} numarasından size yardımcı olur. İyi günler."
  removed:
    end: opted_out
    text:
      en: "Done. You will not be called again on behalf of {seller_name}. Goodbye."
      tr: "Kaydınız alındı. {seller_name} adına bir daha aranmayacaksınız. İyi günler."
"""
_WITHHELD = """
flow: inbound_withheld
version: 1
languages: [en, tr]
start: hello
nodes:
  hello:
    end: withheld
    text:
      en: "This is {seller_name}. Your number was not sent to us, so that a key cannot end our calls to it. Please call
        again and let your number be seen, or tell us here: {field.ways}. Goodbye."
      tr: "Burası {seller_name}. Numaranız bize iletilmediği için aramalarımızı tuşla sonlandıramazsınız. Lütfen
        numaranız görünecek biçimde yeniden arayınız ya da bize buradan bildiriniz: {field.ways}. İyi günler."
"""


@cache
def flows() -> tuple[Flow, Flow]:
    """What is said to a caller whose number is known, and to one whose number is not."""
    return read_flow(_KNOWN), read_flow(_WITHHELD)


def caller_number(told: str, called: str) -> str:
    """The caller's number in E.164, written as people do where ``called`` is; empty where it is none."""
    if not _NUMBER.fullmatch(told.strip()):
        return ""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(called))
    read = read_digits(told.strip(), region)
    return read.e164 if isinstance(read, Taken) else ""


def shown_name(told: str) -> str:
    """A caller's name without what would write over a screen; it stays what a stranger wrote."""
    return _NOT_SHOWN.sub(" ", told).strip()[:NAME_MAX]


@dataclass(slots=True)
class Call:
    """One of them. ``caller`` is empty where no number was sent that could be called."""

    id: UUID
    channel: str
    floor: FloorId
    to: Inbound
    caller: str
    name: str
    at: datetime
    outcome: str = ""
    stopped_at: datetime | None = None
    ended_at: datetime | None = None
    limit: asyncio.TimerHandle | None = None

    def report(self) -> dict[str, Any]:
        """For the house; the same again is the same."""
        return {
            "id": str(self.id),
            "number": self.to.number,
            "seller": str(self.to.seller),
            "caller": self.caller,
            "name": self.name,
            "at": self.at.isoformat(),
            "outcome": self.outcome,
            "stopped_at": self.stopped_at.isoformat() if self.stopped_at else None,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }


class Inbounds:
    """Those of one switch.

    Args:
        tell: hands a report to a floor's engine.
    """

    def __init__(
        self,
        send: Sends,
        sounds: Sounds,
        clock: Clock,
        tell: Callable[[FloorId, Mapping[str, Any]], None],
        hearing: Hearing | None = None,
    ) -> None:
        self._send, self._clock, self._tell = send, clock, tell
        self._air = Air(
            send, sounds, clock, tell=self._heard, alone=lambda _call: None, over=self._over, hearing=hearing
        )
        self._houses: dict[FloorId, House] = {}
        self._calls: dict[str, Call] = {}
        self._told: OrderedDict[UUID, Call] = OrderedDict()

    def set(self, floor: FloorId, house: House) -> None:
        self._houses[floor] = house

    def tell_again(self, floor: FloorId) -> None:
        """An engine came anew: what the one before had been told may not have been written."""
        for call in self._told.values():
            if call.floor == floor:
                self._tell(floor, call.report())

    # ── what happens at the switch ──────────────────────────────────────────────────────────────────────────────

    def came(self, number: str, channel: Mapping[str, Any]) -> None:
        """Somebody calls."""
        name = str(channel["id"])
        found = self._whose(number, str(channel.get("name", "")))
        if found is None or len(self._calls) >= AT_ONCE_MAX:
            log.warning("a call was refused: %s", "no such number here" if found is None else "too many at once")
            reason = _NOT_OURS if found is None else _CONGESTION
            self._send("DELETE", f"channels/{name}", query={"reason": reason})
            return
        floor, to = found
        told = channel.get("caller", {})
        call = Call(
            uuid5(_NAMES, f"{name} {channel.get('creationtime', '')}"),
            name,
            floor,
            to,
            caller_number(str(told.get("number", "")), to.number),
            shown_name(str(told.get("name", ""))),
            self._clock.now(),
        )
        self._calls[name] = call
        call.limit = asyncio.get_running_loop().call_later(SECONDS_MAX, self._end, call)
        self._report(call)
        self._send("POST", f"channels/{name}/answer")
        known, withheld = flows()
        flow = known if call.caller else withheld
        language = to.language if to.language in flow.languages else flow.languages[0]
        self._air.begin(
            _as_call(call),
            flow,
            About(language, _fields(to)),
            agents=False,
            machine=False,
            recording=lambda _sound: None,
            channel=name,
        )

    def happened(self, event: Event) -> bool:
        """True where it was about one of these."""
        if event["type"] == "PlaybackFinished":
            self._air.happened("PlaybackFinished", event)
            return False
        call = self._calls.get(event.get("channel", {}).get("id", ""))
        if call is None:
            return False
        if event["type"] == "ChannelDestroyed":
            self._ended(call)
        elif event["type"] == "ChannelDtmfReceived":
            self._air.happened("ChannelDtmfReceived", event)
        return True

    def compare(self, there: Collection[str]) -> None:
        """After a gap: what is gone has ended."""
        for call in [call for name, call in self._calls.items() if name not in there]:
            self._ended(call)

    def has(self, channel: str) -> bool:
        return channel in self._calls

    # ── between the two ─────────────────────────────────────────────────────────────────────────────────────────

    def _whose(self, number: str, channel: str) -> tuple[FloorId, Inbound] | None:
        """The house that has this trunk, and its number; some carriers leave out how it begins."""
        trunk = trunk_of(channel)
        digits = number.lstrip("+0")
        for floor, house in self._houses.items():
            if not any(one.id == trunk for one in house.trunks):
                continue
            exact = [one for one in house.inbound if one.number == f"+{digits}"]
            found = exact or [one for one in house.inbound if len(digits) >= 6 and one.number.endswith(digits)]
            if found and len({one.number for one in found}) == 1:
                return floor, found[0]
        return None

    def _heard(self, told: Told) -> None:
        call = self._told.get(told.call)  # They may have hung up on the very word.
        if call is not None and isinstance(told, StopPressed) and call.stopped_at is None:
            call.stopped_at = self._clock.now()
            self._report(call)

    def _over(self, told: CallId, result: Result, _hang_up: bool) -> None:
        call = next((call for call in self._calls.values() if _as_call(call) == told), None)
        if call is not None:
            call.outcome = result.outcome
            self._end(call)

    def _end(self, call: Call) -> None:
        self._send("DELETE", f"channels/{call.channel}", query={"reason": "normal"})

    def _ended(self, call: Call) -> None:
        del self._calls[call.channel]
        if call.limit is not None:
            call.limit.cancel()
        result = self._air.gone(_as_call(call))
        call.outcome = call.outcome or (result.outcome if result is not None else "hung_up")
        call.ended_at = self._clock.now()
        self._report(call)

    def _report(self, call: Call) -> None:
        self._told[call.id] = call
        while len(self._told) > TOLD_MAX:
            self._told.popitem(last=False)
        self._tell(call.floor, call.report())


def _as_call(call: Call) -> CallId:
    return CallId(AttemptId(call.id))


def _fields(to: Inbound) -> Mapping[str, str]:
    phone = to.phone or to.number
    web = re.sub(r"^https?://", "", to.web)
    return {
        "seller_name": ", ".join(filter(None, (to.name, " ".join(to.address.split())))),
        "seller_phone": phone,
        "field.ways": ", ".join(filter(None, (phone, web))),
    }
