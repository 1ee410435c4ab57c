"""Calls that read a code out to whoever asked for it, each let pass with its permit.

Who picks up hears who calls, and the digits only after a key: a voicemail presses none, so nobody finds a code there.
They are said slowly, one by one, and twice; 9 ends all calls of the house to that number. Refuses to know what the code
is for, and writes it nowhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol
from uuid import UUID

from ahize.calls.events import StopPressed
from ahize.compliance.ruling import Permit
from ahize.flows.flow import Flow
from ahize.flows.merging import merged
from ahize.flows.reading import read_flow
from ahize.kernel.clock import Clock
from ahize.kernel.ids import AttemptId, CallId, FloorId
from ahize.telephony import words
from ahize.telephony.air import Air, Sounds, Told
from ahize.telephony.link import About
from ahize.telephony.phones import Sends
from ahize.telephony.speaking import Result
from ahize.telephony.wire import APP, Answer, Event

SECONDS_MAX: Final = 120.0
TOLD_MAX: Final = 1_000
CODE: Final = "field.code"
DIGITS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "tr": ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"),
}
"""As words, each a sentence: a voice would read digits as a sum, and Turkish ones with a point as an ordinal."""

log = logging.getLogger(__name__)

_FLOW = """
flow: code
version: 1
languages: [en, tr]
start: hello
anytime:
  "9": {label: {en: Do not call me again, tr: Beni bir daha aramayın}, next: removed}
nodes:
  hello:
    choose:
      en: "This is a machine of {seller_name}. A code was asked for this number. To hear it, press 1. If you did not ask
        for it, hang up; to be called by us no more, press 9."
      tr: "Bu arama {seller_name} adına bir makineden gelmektedir. Bu numara için bir kod istendi. Kodu duymak için 1'e
        basınız. Siz istemediyseniz kapatınız; bizden bir daha aranmamak için 9'a basınız."
    options:
      "1": {label: {en: Hear the code, tr: Kodu duymak}, next: said}
    wait_s: 6
    tries: 2
    no_answer: unheard
  said:
    end: told
    text:
      en: "Your code is. {field.code} Once more. {field.code} Never tell it to anybody who calls you. Goodbye."
      tr: "Kodunuz şudur. {field.code} Tekrar ediyoruz. {field.code} Bu kodu sizi arayan hiç kimseye söylemeyiniz. İyi
        günler."
  unheard:
    end: no_answer
  removed:
    end: opted_out
    text:
      en: "Done. You will not be called again. Goodbye."
      tr: "Kaydınız alındı. Bir daha aranmayacaksınız. İyi günler."
"""


@cache
def flow() -> Flow:
    """What whoever picks up hears."""
    return read_flow(_FLOW)


def spoken(about: About) -> About:
    """The same with the code's digits as words, so that any voice says them one by one."""
    language = about.language if about.language in DIGITS else "en"
    digits = (DIGITS[language][int(one)] for one in about.fields.get(CODE, "") if one in "0123456789")
    said = " ".join(f"{one.capitalize()}." for one in digits)
    return About(language, {**about.fields, CODE: said})


def heard(about: About) -> str:
    """What somebody hears who presses 1: for made-up telephones, which have no sound."""
    said = spoken(about)
    end = flow().nodes["said"]
    text = getattr(end, "text", None) or {}
    return merged(text[said.language], said.fields)


class Tell(Protocol):
    """Says what came of a call."""

    def __call__(self, floor: FloorId, call: UUID, state: str, **more: Any) -> None: ...


@dataclass(slots=True)
class CodeCall:
    """One of them; ``outcome`` is empty until its flow is over."""

    id: UUID
    floor: FloorId
    trunk: UUID
    about: About
    outcome: str = ""
    cause: int | None = None
    stopped: bool = False
    limit: asyncio.TimerHandle | None = None

    @property
    def channel(self) -> str:
        return words.code_name(self.id)

    @property
    def path(self) -> str:
        return f"channels/{self.channel}"


class CodeCalls:
    """Those of one switch, by channel.

    Args:
        ended: floor, trunk and call: its place on the trunk is free again.
    """

    def __init__(
        self, send: Sends, sounds: Sounds, clock: Clock, tell: Tell, ended: Callable[[FloorId, UUID, UUID], None]
    ) -> None:
        self._send, self._tell, self._ended = send, tell, ended
        self._air = Air(send, sounds, clock, tell=self._heard, alone=lambda _call: None, over=self._over)
        self._calls: dict[str, CodeCall] = {}
        self._over_lately: OrderedDict[UUID, CodeCall] = OrderedDict()

    def tell_again(self, floor: FloorId) -> None:
        """An engine came anew: how calls ended, and who opted out, may not have been written."""
        for call in self._over_lately.values():
            if call.floor == floor:
                self._report(call)

    def dial(self, permit: Permit, trunk: UUID, about: About) -> None:
        """Its permit is spent: it may ring, once."""
        call = CodeCall(permit.id, permit.floor, trunk, spoken(about))
        self._calls[call.channel] = call
        asked = self._send(
            "POST",
            call.path,
            body={
                "endpoint": f"PJSIP/{permit.number}@{words.trunk_name(trunk)}",
                "app": APP,
                "appArgs": f"code,{permit.id}",
                "callerId": permit.caller_id,
                "timeout": permit.ring_s_max,
            },
        )
        asked.add_done_callback(lambda answer: self._dialled(call, answer))

    def _dialled(self, call: CodeCall, answer: asyncio.Future[Answer]) -> None:
        if answer.exception() is None and not answer.result().ok:
            log.error("Asterisk would not dial: %s", answer.result().why)
            self._end(call, None)

    def happened(self, event: Event) -> bool:
        """True where it was about one of these."""
        if event["type"] == "PlaybackFinished":
            self._air.happened("PlaybackFinished", event)
            return False
        call = self._calls.get(event.get("channel", {}).get("id", ""))
        if call is None:
            return False
        match event["type"]:
            case "ChannelStateChange" if event["channel"]["state"] in ("Ring", "Ringing"):
                self._tell(call.floor, call.id, "ringing")
            case "StasisStart":
                self._answered(call)
            case "ChannelDtmfReceived":
                self._air.happened("ChannelDtmfReceived", event)
            case "ChannelDestroyed":
                cause = words.cause_of(
                    int(event.get("cause") or 0), event.get("tech_cause"), answered=False, gave_up=False
                )
                self._end(call, cause)
            case _:
                pass
        return True

    def compare(self, there: Collection[str]) -> None:
        """After a gap: what is gone has ended, and what an earlier life dialled is ended now."""
        for call in [call for name, call in self._calls.items() if name not in there]:
            self._end(call, None)
        for name in there:
            if words.is_code(name) and name not in self._calls:
                self._send("DELETE", f"channels/{name}")

    def _answered(self, call: CodeCall) -> None:
        self._tell(call.floor, call.id, "answered")
        call.limit = asyncio.get_running_loop().call_later(SECONDS_MAX, self._hang_up, call)
        self._air.begin(
            _as_call(call),
            flow(),
            call.about,
            agents=False,
            machine=False,
            recording=lambda _sound: None,
            channel=call.channel,
        )

    # ── between the two ─────────────────────────────────────────────────────────────────────────────────────────

    def _heard(self, told: Told) -> None:
        call = self._of(told.call)
        if call is not None and isinstance(told, StopPressed):
            call.stopped = True
            self._tell(call.floor, call.id, "answered", stopped=True)

    def _over(self, told: CallId, result: Result, _hang_up: bool) -> None:
        call = self._of(told)
        if call is not None:
            call.outcome = result.outcome
            self._hang_up(call)

    def _of(self, told: CallId) -> CodeCall | None:
        return self._calls.get(words.code_name(told))

    def _hang_up(self, call: CodeCall) -> None:
        self._send("DELETE", call.path, query={"reason": "normal"})

    def _end(self, call: CodeCall, cause: int | None) -> None:
        del self._calls[call.channel]
        if call.limit is not None:
            call.limit.cancel()
        result = self._air.gone(_as_call(call))
        call.outcome, call.cause = call.outcome or (result.outcome if result is not None else ""), cause
        call.about = About()  # Nobody needs the digits any more.
        self._over_lately[call.id] = call
        while len(self._over_lately) > TOLD_MAX:
            self._over_lately.popitem(last=False)
        self._ended(call.floor, call.trunk, call.id)
        self._report(call)

    def _report(self, call: CodeCall) -> None:
        told = {"cause": call.cause, "outcome": call.outcome, "stopped": call.stopped}
        self._tell(call.floor, call.id, "ended", **told)


def _as_call(call: CodeCall) -> CallId:
    return CallId(AttemptId(call.id))
