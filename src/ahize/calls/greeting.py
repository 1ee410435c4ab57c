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


NOT_LISTENED = Verdict(None, "answered; machine detection is off")
"""Whoever answers is a person where nobody listens for machines."""

LONG_GREETING_S = 2.6
"""People say “hello?” and wait; voicemail explains itself. Ours, by ear; the law sets no such number."""
MANY_WORDS = 5
LONG_SILENCE_S = 2.0


def judge(heard: Heard) -> Verdict:
    """The verdict on one greeting; the first sign that is there decides."""
    long, wordy = heard.greeting_s >= LONG_GREETING_S, heard.words >= MANY_WORDS
    signs: tuple[tuple[bool, Verdict], ...] = (
        (heard.tone == "fax", Verdict("fax", "a fax tone")),
        (heard.full, Verdict("full_mailbox", "it said that the mailbox is full")),
        (heard.tone == "beep", Verdict("voicemail", "a beep after the greeting")),
        (heard.menu, Verdict("ivr", "it asked for a digit")),
        (long and wordy, Verdict("voicemail", f"{heard.words} words without a pause")),
        (heard.silence_s >= LONG_SILENCE_S and not heard.greeting_s, Verdict(None, f"{UNCERTAIN}: silence")),
        (long or wordy, Verdict(None, f"{UNCERTAIN}: a long greeting")),
    )
    return next((verdict for there, verdict in signs if there), Verdict(None, "a short greeting, then silence"))


def is_certain(reason: str) -> bool:
    """True where a ``HumanHeard`` with this reason was told apart from a machine."""
    return not reason.startswith(UNCERTAIN)
