"""Who picked up: a person, a machine, or nobody can tell? With a reason.

Answers from what a detector measured in the first seconds. It refuses to know how sound is measured, and when in doubt
it says *person*: a machine joined to an agent wastes seconds, a person taken for a machine is hung up on.
"""

from __future__ import annotations

from dataclasses import dataclass

from ahize.calls.events import MachineKind

UNCERTAIN = "uncertain"
"""First word of a reason that means: not told apart, so treated as a person. Such an answer is counted as abandoned
where it is abandoned, and never among the live answers, so that mistakes of detection cannot hide abandonment."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a detector measured.

    Args:
        silence_s: quiet before the first sound.
        greeting_s: length of the first utterance; 0 where nothing was said.
        words: separate bursts of speech in it.
        tone: a fax's or a voicemail's tone was heard.
        menu: digits were asked for.
        full: the mailbox said that it is full.
    """

    silence_s: float
    greeting_s: float
    words: int
    tone: str = ""
    menu: bool = False
    full: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``kind`` None means a person, or nobody knows; ``reason`` says which and why."""

    kind: MachineKind | None
    reason: str

    @property
    def is_certain(self) -> bool:
        return not self.reason.startswith(UNCERTAIN)
