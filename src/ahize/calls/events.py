"""What can happen to a call, in the switch's present.

Every event names the call. Its time stands beside it in the journal, not inside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ahize.kernel.ids import CallId, SeatId

MachineKind = Literal["voicemail", "ivr", "full_mailbox", "fax"]
HungUpBy = Literal["callee", "agent", "us", "network"]


@dataclass(frozen=True, slots=True)
class Ringing:
    """The far end's telephone rings."""

    call: CallId


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody or something picked up; who it is, is not known yet."""

    call: CallId


@dataclass(frozen=True, slots=True)
class HumanHeard:
    """The greeting was a person's, or could not be told from one; ``reason`` says how we know."""

    call: CallId
    reason: str


@dataclass(frozen=True, slots=True)
class MachineHeard:
    """The greeting was a machine's; ``reason`` says how we know."""

    call: CallId
    kind: MachineKind
    reason: str


@dataclass(frozen=True, slots=True)
class AgentJoined:
    """The agent of that seat and the called person hear each other."""

    call: CallId
    seat: SeatId


@dataclass(frozen=True, slots=True)
class MessagePlayed:
    """The required message was played to its end."""

    call: CallId


@dataclass(frozen=True, slots=True)
class AgentWanted:
    """The person is alone and wants somebody: pressed the key in a flow, or lost their agent while nobody listened."""

    call: CallId


@dataclass(frozen=True, slots=True)
class StopPressed:
    """The person opted out in the call, by a key or a word: their number is left in peace from now on."""

    call: CallId


@dataclass(frozen=True, slots=True)
class FlowEnded:
    """The flow came to its end; ``outcome`` is the flow's own word for where it ended."""

    call: CallId
    outcome: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over. ``cause`` is the Q.850 number as it came; ``by`` is who ended it, where the switch knows."""

    call: CallId
    cause: int
    by: HungUpBy


@dataclass(frozen=True, slots=True)
class OriginateRefused:
    """The gate would not dial: nothing rang. ``why`` is the gate's word, like ``permit_void`` or ``drama_number``."""

    call: CallId
    why: str


@dataclass(frozen=True, slots=True)
class EndUnknown:
    """The switch no longer knows this call; it ended, or never began, while nobody listened."""

    call: CallId


CallEvent = (
    Ringing
    | Answered
    | HumanHeard
    | MachineHeard
    | AgentJoined
    | MessagePlayed
    | AgentWanted
    | StopPressed
    | FlowEnded
    | HungUp
    | OriginateRefused
    | EndUnknown
)
