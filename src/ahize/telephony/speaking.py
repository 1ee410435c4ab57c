"""A flow on a call: what the person presses, says or does not say goes in; what the switch is to do comes out.

    speaking = Speaking(talk, language="tr", machine=False)
    deeds = speaking.begin(now)
    deeds = speaking.handle(Key("1"), now)         # … and again at ``speaking.wake_at`` with Woken()

Rule 1: a key stops whatever is playing; one that opts out is heard everywhere, and told before a goodbye is said.
Rule 2: nobody hears silence: while an agent is looked for, something plays.
Rule 3: a machine is spoken to once its greeting is over, and hears the whole.

Refuses to know switches, files and voices: ``Play`` names words or a recording, and whoever plays it says when it
ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, assert_never

from ahize.flows.alone import OPTED_OUT, stops
from ahize.flows.flow import Value
from ahize.flows.talk import Answered, Finish, HandOver, Heard, Listen, NobodyTook, Place, Silence, Speak, Talk
from ahize.flows.talk import Deed as TalkDeed

BETWEEN_DIGITS_S: Final = 3.0
"""After a digit so long for the next one."""

AGENT_WAIT_S_MAX: Final = 25.0
"""So long an agent is looked for, unless the engine says earlier that nobody comes."""

QUIET_S: Final = 1.8
"""A machine that says nothing for so long has ended its greeting."""
GREETING_S_MAX: Final = 30.0
AGAIN_MAX: Final = 2
"""How often the message begins anew because the machine spoke into it; then it is played through."""

STOP_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        *("stop calling", "do not call", "don't call", "never call", "no more calls", "remove me", "remove my number"),
        *("take me off", "take my number off", "unsubscribe", "opt out", "opt me out"),
    ),
    "tr": ("aramayın", "bir daha arama", "beni silin", "listeden çıkar", "numaramı sil", "istemiyorum"),
    "de": ("rufen sie nicht", "nicht mehr anrufen", "keine anrufe"),
    "fr": ("ne m'appelez plus", "ne plus appeler", "retirez-moi"),
    "es": ("no me llame", "no llamen más", "quíteme de la lista"),
}
"""Said in a call, these opt out like the key. Plain ones: what a person means by half a sentence is not guessed."""


# ── what happens on the line ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Key:
    """One key: 0 to 9, * or #."""

    key: str


@dataclass(frozen=True, slots=True)
class Said:
    """Words that a recogniser heard, final."""

    words: str


@dataclass(frozen=True, slots=True)
class Played:
    """What ``Play`` with this number named was played to its end."""

    number: int


@dataclass(frozen=True, slots=True)
class CannotPlay:
    """What ``Play`` with this number named could not be made or played."""

    number: int


@dataclass(frozen=True, slots=True)
class Talking:
    """The other side begins to make a sound (``on``), or is quiet again."""

    on: bool


@dataclass(frozen=True, slots=True)
class Beep:
    """The tone after a machine's greeting."""


@dataclass(frozen=True, slots=True)
class Joined:
    """An agent and the person hear each other."""


@dataclass(frozen=True, slots=True)
class NobodyCame:
    """No agent will join."""


@dataclass(frozen=True, slots=True)
class Woken:
    """It is ``wake_at``."""


Event = Key | Said | Played | CannotPlay | Talking | Beep | Joined | NobodyCame | Woken


# ── what to do ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Play:
    """Play these one after another, then say ``Played(number)``; what plays now was stopped or has ended."""

    number: int
    speaks: tuple[Speak, ...]
    language: str


@dataclass(frozen=True, slots=True)
class PlayWaiting:
    """Music or tones until ``StopPlaying``."""


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """At once."""


@dataclass(frozen=True, slots=True)
class WantAgents:
    """The person asked for somebody; ``to`` is the flow's word for whom."""

    to: str


@dataclass(frozen=True, slots=True)
class OptedOut:
    """The person wants no more calls: from this moment on."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a flow, for the record.

    Attributes:
        outcome: the flow's own word, or ``transferred``, ``hung_up``, ``cannot_play``, ``never_quiet``.
        path: the nodes come through, in order.
    """

    flow: str
    sha256: str
    language: str
    machine: bool
    outcome: str
    answers: Mapping[str, Value]
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing more is said. ``hang_up`` False: an agent goes on."""

    result: Result
    hang_up: bool


Deed = Play | PlayWaiting | StopPlaying | WantAgents | OptedOut | Over

Phase = Literal["hushed", "playing", "listening", "waiting", "over"]


class Speaking:
    """One flow on one call, from its beginning to ``Over``.

    Args:
        talk: the flow with the person's and the house's words.
        machine: a machine listens; the flow has a beginning for it.
        agents: whether a transfer may ask for an agent; otherwise nobody takes it.

    Attributes:
        wake_at: when ``Woken`` is due; None: not at all.
    """

    def __init__(self, talk: Talk, *, language: str, machine: bool = False, agents: bool = True) -> None:
        self.talk = talk
        self.machine = machine
        self.agents = agents
        self.wake_at: datetime | None = None
        self._place, self._first = talk.begin(language, machine=machine)
        self._phase: Phase = "hushed" if machine else "playing"
        self._sounding = False  # something plays
        self._number = 0
        self._listen: Listen | None = None
        self._digits = ""
        self._finish: str | None = None
        self._wanted = False
        self._hushed_until: datetime | None = None
        self._again = 0
        self._ended: Result | None = None

    # ── from outside ─────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, now: datetime) -> tuple[Deed, ...]:
        """Speak, or wait until a machine has ended its greeting."""
        if self.machine:
            self._hushed_until = now + timedelta(seconds=GREETING_S_MAX)
            self._wake(now, QUIET_S)
            return ()
        return tuple(self._follow(self._place, self._first, now))

    def handle(self, event: Event, now: datetime) -> tuple[Deed, ...]:
        """What follows from an event; what comes too late, or out of place, changes nothing."""
        if self._phase == "over":
            return ()
        if self._phase == "hushed":
            return tuple(self._while_hushed(event, now))
        return tuple(self._on_the_line(event, now))

    def gone(self) -> Result:
        """The person hung up, or the call was taken away: what came of it until then."""
        return self._ended or self._over("hung_up")

    @property
    def is_over(self) -> bool:
        return self._phase == "over"

    @property
    def language(self) -> str:
        """In which it is spoken now."""
        return self._place.language

    @property
    def can_be_stopped(self) -> bool:
        """Whether a key of the flow opts out everywhere, and words can mean it; no more once one has."""
        return self._stop_key() is not None

    def said_late(self, words: str) -> bool:
        """Understood when the flow was over already: whether they opt out, and nothing before did."""
        ended = self._ended is not None and self._ended.outcome == OPTED_OUT
        return self.can_be_stopped and not ended and self._means_stop(words.casefold())

    # ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _while_hushed(self, event: Event, now: datetime) -> Iterator[Deed]:
        assert self._hushed_until is not None, "a machine has its greeting's end"
        match event:
            case Talking(on=True):
                self.wake_at = self._hushed_until
            case Talking(on=False):
                self._wake(now, QUIET_S)
            case Woken() if self.wake_at is None or now < self.wake_at:
                pass
            case Woken() if self.wake_at == self._hushed_until and now >= self._hushed_until:
                yield Over(self._over("never_quiet"), hang_up=True)
            case Woken() | Beep():
                self._phase = "playing"
                yield from self._follow(self._place, self._first, now)
            case _:
                pass

    def _on_the_line(self, event: Event, now: datetime) -> Iterator[Deed]:
        match event:
            case Key(key=key):
                yield from self._pressed(key, now)
            case Said(words=words):
                yield from self._said(words, now)
            case Played(number=number) if number == self._number and self._sounding:
                self._sounding = False
                yield from self._said_all(now)
            case CannotPlay(number=number) if number == self._number and self._sounding:
                self._sounding = False
                # Opting out was told already; whatever else was to be said, a silent line is no call.
                yield Over(self._over(self._finish or "cannot_play"), hang_up=True)
            case Talking(on=True) | Beep() if self.machine and self._sounding and self._again < AGAIN_MAX:
                self._again += 1
                yield from self._hush(now, quiet=isinstance(event, Beep))
            case Joined() if self._wanted:
                yield from self._stop_playing()
                yield Over(self._over("transferred"), hang_up=False)
            case NobodyCame() if self._wanted:
                yield from self._nobody_took(now)
            case Woken() if self.wake_at is not None and now >= self.wake_at:
                yield from self._woken(now)
            case _:
                pass

    def _hush(self, now: datetime, *, quiet: bool) -> Iterator[Deed]:
        """The machine was not done: wait, and begin anew."""
        yield from self._stop_playing()
        self._place, self._first = self.talk.begin(self._place.language, machine=True)
        self._finish, self._listen = None, None
        self._phase = "hushed"
        self._hushed_until = now + timedelta(seconds=GREETING_S_MAX)
        self.wake_at = now + timedelta(seconds=QUIET_S) if quiet else self._hushed_until

    def _woken(self, now: datetime) -> Iterator[Deed]:
        self.wake_at = None
        if self._phase == "waiting":
            yield from self._nobody_took(now)
        elif self._phase == "listening":
            heard: Heard = Answered(self._digits) if self._digits else Silence()
            yield from self._hear(heard, now)

    def _pressed(self, key: str, now: datetime) -> Iterator[Deed]:
        listen, flow = self._listen, self.talk.flow
        if self._finish is not None or self._phase == "waiting":  # a goodbye, or an agent comes
            if self._opts_out(key):
                yield from self._opt_out(key, now)
            return
        collects = (listen.digits_max or listen.keyed_max) if listen is not None else 0
        if key in flow.anytime and not (key.isdigit() and collects) and not self._digits:
            yield from self._hear(Answered(key), now)
        elif listen is None or (listen.words and not listen.keyed_max and key not in listen.keys):
            return  # Nothing is asked, or nothing that keys could say.
        elif not collects:
            yield from self._hear(Answered(key), now)
        else:
            yield from self._digit(key, collects, now)

    def _digit(self, key: str, most: int, now: datetime) -> Iterator[Deed]:
        yield from self._stop_playing()
        self._phase = "listening"
        if key == "*":
            self._digits = ""  # begins anew
        elif key != "#":
            self._digits += key
        if (key == "#" and self._digits) or len(self._digits) >= most:
            yield from self._hear(Answered(self._digits), now)
        else:
            self._wake(now, BETWEEN_DIGITS_S)

    def _said(self, words: str, now: datetime) -> Iterator[Deed]:
        said = words.casefold()
        key = self._stop_key()
        if key is not None and self._means_stop(said):
            yield from self._opt_out(key, now)
        elif self._listen is not None and self._answers(said.strip(), self._listen):
            yield from self._hear(Answered(words), now)

    def _answers(self, said: str, listen: Listen) -> bool:
        """Words that were asked for, or a choice's own; a hello, or a voice in the room, is no wrong answer."""
        if listen.words:
            return bool(said)
        return said in (label.casefold() for label in listen.keys.values())

    def _means_stop(self, said: str) -> bool:
        return any(one in said for one in STOP_WORDS.get(self._place.language, ()))

    def _stop_key(self) -> str | None:
        """The key for which such words stand; none once they have opted out."""
        return next((key for key in self.talk.flow.anytime if self._opts_out(key)), None)

    def _opts_out(self, key: str) -> bool:
        option = self.talk.flow.anytime.get(key)
        return option is not None and self._finish != OPTED_OUT and stops(self.talk.flow, option)

    def _opt_out(self, key: str, now: datetime) -> Iterator[Deed]:
        self._place = replace(
            self._place, over=False
        )  # The talk may have ended; while its goodbye is said, this counts.
        yield from self._hear(Answered(key), now)

    # ── the talk ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _hear(self, heard: Heard, now: datetime) -> Iterator[Deed]:
        yield from self._stop_playing()
        place, deeds = self.talk.hear(self._place, heard)
        yield from self._follow(place, deeds, now)

    def _nobody_took(self, now: datetime) -> Iterator[Deed]:
        self._wanted = False
        yield from self._hear(NobodyTook(), now)

    def _follow(self, place: Place, deeds: tuple[TalkDeed, ...], now: datetime) -> Iterator[Deed]:
        """Do what the talk says: all of it is said first, then it is listened, handed over or ended."""
        self._place = place
        self._listen, self._digits, self._finish, self.wake_at = None, "", None, None
        self._phase = "playing"
        speaks: list[Speak] = []
        for deed in deeds:
            match deed:
                case Speak():
                    speaks += [deed] if deed.text.strip() or deed.sound else []
                case Listen():
                    self._listen = deed
                case HandOver(to=to):
                    self._phase = "waiting"
                    if self.agents:
                        self._wanted = True
                        yield WantAgents(to)  # while the last words are still said, so that nobody waits for them
                case Finish(outcome=outcome):
                    self._finish = outcome
                    self._wanted = False
                    if outcome == OPTED_OUT:
                        yield OptedOut()
                case _:
                    assert_never(deed)
        if speaks:
            self._number += 1
            self._sounding = True
            yield Play(self._number, tuple(speaks), place.language)
        else:
            yield from self._said_all(now)

    def _said_all(self, now: datetime) -> Iterator[Deed]:
        """Everything was heard: now it is the other side's turn, or nobody's."""
        if self._finish is not None:
            yield Over(self._over(self._finish), hang_up=True)
        elif self._phase == "waiting":
            if self._wanted:
                self._sounding = True
                self._wake(now, AGENT_WAIT_S_MAX)
                yield PlayWaiting()
            else:
                yield from self._nobody_took(now)
        elif self._listen is not None:
            self._phase = "listening"
            self._wake(now, self._listen.wait_s)

    def _stop_playing(self) -> Iterator[Deed]:
        if self._sounding:
            self._sounding = False
            self._number += 1  # what is told of the old one comes too late
            yield StopPlaying()

    def _wake(self, now: datetime, in_s: float) -> None:
        self.wake_at = now + timedelta(seconds=in_s)

    def _over(self, outcome: str) -> Result:
        self._phase, self.wake_at = "over", None
        place = self._place
        self._ended = Result(
            place.flow, place.sha256, place.language, self.machine, outcome, dict(place.answers), place.path
        )
        return self._ended
