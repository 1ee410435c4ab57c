"""What a call came to: from the phase it ended in and the network's Q.850 cause.

The raw cause is always kept beside the outcome; this table can be mended later without losing what was heard. It
refuses to know dispositions: those are a person's words, not the network's.
"""

from __future__ import annotations

from typing import Literal, get_args

from ahize.calls.machine import Phase

Outcome = Literal[
    "connected",  # an agent and the person spoke
    "abandoned",  # a person answered and no agent came in time
    "played",  # a broadcast's flow was heard to its end
    "hung_up",  # the person left at once, with an agent free for them, or before the flow's end
    "machine",  # voicemail, menu or full mailbox
    "fax",
    "no_answer",
    "busy",
    "rejected",  # the far end refused the call
    "disconnected",  # no such number any more
    "congestion",  # the network's fault, for now
    "failed",  # any other network failure
    "cancelled",  # we stopped the ringing: suppressed, or everything was stopped
    "withdrawn",  # leave was given, but it was not dialled any more
    "refused",  # the gate would not dial
    "unknown",  # it ended, or never began, while nobody listened
]
OUTCOMES: tuple[str, ...] = get_args(Outcome)

CAUSES: dict[int, Outcome] = {
    1: "disconnected",  # unallocated number
    2: "congestion",  # no route to transit network
    3: "disconnected",  # no route to destination
    16: "no_answer",  # normal clearing before any answer: it stopped ringing
    17: "busy",
    18: "no_answer",  # no user responding
    19: "no_answer",  # no answer from user
    20: "no_answer",  # subscriber absent: telephone off or out of reach
    21: "rejected",
    22: "disconnected",  # number changed
    27: "congestion",  # destination out of order
    28: "disconnected",  # invalid number format
    34: "congestion",  # no circuit available
    38: "congestion",  # network out of order
    41: "congestion",  # temporary failure
    42: "congestion",  # switching equipment congestion
    44: "congestion",  # requested circuit not available
    102: "no_answer",  # recovery on timer expiry
}
"""ITU-T Q.850 causes of a call that was never answered. Whatever is not here is ``failed``."""


def of_unanswered(cause: int) -> Outcome:
    """The outcome of a call that ended before anybody picked up."""
    return CAUSES.get(cause, "failed")


def of_end(phase: Phase, cause: int, *, agent_was_free: bool) -> Outcome:
    """The outcome of a call that the network ended in ``phase``.

    Args:
        agent_was_free: a seat stood ready for the person who left during the greeting, or was just being joined to
            them. If none did, they were abandoned, whoever hung up first.
    """
    match phase:
        case Phase.DIALED | Phase.RINGING:
            return of_unanswered(cause)
        case Phase.LISTENING | Phase.WAITING:
            return "hung_up" if agent_was_free else "abandoned"
        case Phase.MESSAGE:
            return "abandoned"
        case Phase.TALKING | Phase.HELD:
            return "connected"
        case Phase.FLOW:
            return "hung_up"
        case Phase.MACHINE:
            return "machine"
        case Phase.ENDING | Phase.ENDED:
            raise AssertionError(f"a call in {phase} has its outcome already")
