"""The life of one call, as a table.

Rule 1: whatever moves a call from one phase to another is in this file.
Rule 2: this file knows of no campaign, no agent's wishes, no Asterisk and no clock.

An event that is not in the row of the present phase is a *surprise*: late, doubled, or news of something that a lost
event should have told. The call stays where it is, and the caller of ``advance`` counts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ahize.calls.events import (
    AgentJoined,
    AgentWanted,
    Answered,
    CallEvent,
    EndUnknown,
    FlowEnded,
    HumanHeard,
    HungUp,
    MachineHeard,
    MessagePlayed,
    OriginateRefused,
    Ringing,
    StopPressed,
)


class Phase(StrEnum):
    """Where a call stands."""

    DIALED = "dialed"  # the switch was told to dial; nothing was heard yet
    RINGING = "ringing"
    LISTENING = "listening"  # picked up; person or machine?
    WAITING = "waiting"  # a person who hears nobody yet
    TALKING = "talking"
    HELD = "held"  # somebody who has talked hears music, and no agent is theirs
    FLOW = "flow"  # a broadcast's flow is heard
    MACHINE = "machine"  # a machine is on the line: it is left a recording, or hung up on
    MESSAGE = "message"  # the person hears the required message
    ENDING = "ending"  # we hung up and wait for the switch to say so
    ENDED = "ended"


ALIVE = frozenset(Phase) - {Phase.ENDED}
UNANSWERED = frozenset({Phase.DIALED, Phase.RINGING})
UNJOINED = frozenset({Phase.LISTENING, Phase.WAITING})

_ENDS: Mapping[type[CallEvent], Phase] = {HungUp: Phase.ENDED, EndUnknown: Phase.ENDED}

NEXT: Mapping[Phase, Mapping[type[CallEvent], Phase]] = {
    Phase.DIALED: {
        Ringing: Phase.RINGING,
        Answered: Phase.LISTENING,
        HumanHeard: Phase.WAITING,  # Ringing and Answered were lost on the way.
        MachineHeard: Phase.MACHINE,
        MessagePlayed: Phase.ENDING,
        OriginateRefused: Phase.ENDED,
        **_ENDS,
    },
    Phase.RINGING: {
        Answered: Phase.LISTENING,
        HumanHeard: Phase.WAITING,
        MachineHeard: Phase.MACHINE,
        MessagePlayed: Phase.ENDING,
        **_ENDS,
    },
    Phase.LISTENING: {
        HumanHeard: Phase.WAITING,
        MachineHeard: Phase.MACHINE,
        AgentJoined: Phase.TALKING,  # A promised agent is joined at once, before any verdict.
        MessagePlayed: Phase.ENDING,  # The switch's own timer spoke, because we were late.
        **_ENDS,
    },
    Phase.WAITING: {
        AgentJoined: Phase.TALKING,
        MessagePlayed: Phase.ENDING,
        StopPressed: Phase.WAITING,
        **_ENDS,
    },
    Phase.TALKING: {
        AgentJoined: Phase.TALKING,  # They were handed over, or taken back.
        AgentWanted: Phase.TALKING,  # Their agent went while nobody listened.
        **_ENDS,
    },
    Phase.HELD: {
        AgentJoined: Phase.TALKING,
        MachineHeard: Phase.MACHINE,  # A recording is being left, which a new engine can't know.
        MessagePlayed: Phase.ENDING,
        **_ENDS,
    },
    Phase.FLOW: {
        HumanHeard: Phase.FLOW,  # The flow begins with the answer where nobody is to listen for machines.
        MachineHeard: Phase.MACHINE,  # The verdict came late.
        AgentWanted: Phase.WAITING,
        AgentJoined: Phase.TALKING,
        StopPressed: Phase.FLOW,
        FlowEnded: Phase.ENDING,
        MessagePlayed: Phase.ENDING,
        **_ENDS,
    },
    Phase.MACHINE: {
        StopPressed: Phase.MACHINE,  # A person taken for a machine can opt out all the same.
        FlowEnded: Phase.ENDING,
        MessagePlayed: Phase.ENDING,
        **_ENDS,
    },
    Phase.MESSAGE: {
        MessagePlayed: Phase.ENDING,
        AgentJoined: Phase.TALKING,  # They were joined after all; the news came late.
        StopPressed: Phase.MESSAGE,
        **_ENDS,
    },
    Phase.ENDING: {**_ENDS},
    Phase.ENDED: {},
}

ORDERS: Mapping[Phase, frozenset[Phase]] = {
    Phase.DIALED: frozenset({Phase.ENDING}),
    Phase.RINGING: frozenset({Phase.ENDING}),
    Phase.LISTENING: frozenset({Phase.WAITING, Phase.FLOW, Phase.MESSAGE, Phase.ENDING}),
    Phase.WAITING: frozenset({Phase.FLOW, Phase.MESSAGE, Phase.ENDING}),
    Phase.TALKING: frozenset({Phase.HELD, Phase.MACHINE, Phase.ENDING}),
    Phase.HELD: frozenset({Phase.MESSAGE, Phase.ENDING}),
    Phase.FLOW: frozenset({Phase.ENDING}),
    Phase.MACHINE: frozenset({Phase.ENDING}),
    Phase.MESSAGE: frozenset({Phase.ENDING}),
    Phase.ENDING: frozenset({Phase.ENDED}),
    Phase.ENDED: frozenset(),
}
"""Where we may move a call ourselves: hanging up, playing what is to be heard, giving up hope of a last word."""


def advance(phase: Phase, event: CallEvent) -> Phase | None:
    """The phase after ``event``, or None where it comes out of turn in this phase."""
    return NEXT[phase].get(type(event))


def order(phase: Phase, to: Phase) -> Phase:
    """The phase after a move of our own. Raises: AssertionError where the table has no such move."""
    assert to in ORDERS[phase], f"a {phase} call can't be moved to {to}; it may go to {sorted(ORDERS[phase])}"
    return to


def diagram() -> str:
    """The table as a Mermaid state diagram, for ``docs/explanation/engine.md``."""
    lines = ["stateDiagram-v2", "    [*] --> dialed"]
    for phase, row in NEXT.items():
        by_target: dict[Phase, list[str]] = {}
        for event, target in row.items():
            by_target.setdefault(target, []).append(event.__name__)
        lines += [f"    {phase} --> {target}: {' · '.join(names)}" for target, names in by_target.items()]
        lines += [f"    {phase} --> {target}: we decide" for target in sorted(ORDERS[phase])]
    lines.append("    ended --> [*]")
    return "\n".join(lines)
