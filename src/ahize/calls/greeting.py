"""Who picked up: a person, a machine, or nobody can tell? With a reason.

Answers from what a detector measured in the first seconds. It refuses to know how sound is measured, and when in doubt
it says *person*: a machine joined to an agent wastes seconds, a person taken for a machine is hung up on. How much
worse the second is than the first, a house's policy says; how sure one must be of a machine follows from that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from ahize.calls.events import MachineKind

Who = Literal["person", "machine", "unsure"]
Truth = Literal["person", "machine"]

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
        return is_certain(self.reason)

    @property
    def who(self) -> Who:
        """The three verdicts; who is unsure is treated as a person."""
        if self.kind is not None:
            return "machine"
        return "person" if self.is_certain else "unsure"


@dataclass(frozen=True, slots=True)
class Threshold:
    """How sure one must be to call a greeting a machine's.

    Args:
        cost: how many times worse it is to hang up on a person than to give a machine to an agent, at least 1.

    Hanging up is worth it where ``p`` machines saved outweigh ``1 − p`` persons lost, so where p ≥ cost ÷ (1 + cost).
    """

    cost: float = 20.0

    def __post_init__(self) -> None:
        if not self.cost >= 1:
            raise ValueError(
                f"hanging up on a person costs at least as much as a machine for an agent, not {self.cost}"
            )

    @property
    def machine_from(self) -> float:
        """The share of machines among greetings with the same sign, from which one hangs up."""
        return self.cost / (1.0 + self.cost)


USUAL = Threshold()
PERSON_UNTIL = 0.1
"""A sign that so few machines or fewer show is a person's."""

NOT_LISTENED = Verdict(None, "answered; machine detection is off")
"""Whoever answers is a person where nobody listens for machines."""

LONG_GREETING_S = 2.6
"""People say “hello?” and wait; voicemail explains itself. Ours, by ear; the law sets no such number."""
MANY_WORDS = 5
LONG_SILENCE_S = 2.0


def judge(heard: Heard, threshold: Threshold = USUAL) -> Verdict:
    """The verdict on one greeting; the first sign that is there decides.

    Each sign says how many of those who show it are machines: ours, to be mended by what agents correct
    (``confusion``). Silence is nobody's sign: some people say nothing.
    """
    long, wordy = heard.greeting_s >= LONG_GREETING_S, heard.words >= MANY_WORDS
    signs: tuple[tuple[bool, MachineKind | None, float, str], ...] = (
        (heard.tone == "fax", "fax", 0.9999, "a fax tone"),
        (heard.full, "full_mailbox", 0.999, "it said that the mailbox is full"),
        (heard.tone == "beep", "voicemail", 0.998, "a beep after the greeting"),
        (heard.menu, "ivr", 0.99, "it asked for a digit"),
        (long and wordy, "voicemail", 0.96, f"{heard.words} words without a pause"),
        (heard.silence_s >= LONG_SILENCE_S and not heard.greeting_s, None, 0.5, "silence"),
        (long or wordy, "voicemail", 0.7, "a long greeting"),
        (True, None, 0.03, "a short greeting, then silence"),
    )
    kind, machines, reason = next((kind, machines, reason) for is_there, kind, machines, reason in signs if is_there)
    if kind is not None and machines >= threshold.machine_from:
        return Verdict(kind, reason)
    return Verdict(None, reason if machines <= PERSON_UNTIL else f"{UNCERTAIN}: {reason}")


def is_certain(reason: str) -> bool:
    """True where a ``HumanHeard`` with this reason was told apart from a machine."""
    return not reason.startswith(UNCERTAIN)


def verdict_of(greeting: str) -> Who | None:
    """The verdict in an attempt's words, ``person: reason`` or ``voicemail: reason``; None where nobody was heard."""
    who, _, reason = greeting.partition(": ")
    if who in get_args(MachineKind):
        return "machine"
    if who != "person":
        return None
    return "person" if is_certain(reason) else "unsure"


# ── what agents say of it ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Confusion:
    """What was said beside what was so.

    Args:
        counts: how many were said to be the first and were the second.
        unheard: verdicts that nobody has checked: mostly machines that were hung up on.
    """

    counts: Mapping[tuple[Who, Truth], int]
    unheard: int

    @property
    def precision(self) -> float | None:
        """Of those taken for machines and checked, the share that were; None where none was checked."""
        right, wrong = self.counts.get(("machine", "machine"), 0), self.mistaken_people
        return right / (right + wrong) if right + wrong else None

    @property
    def found(self) -> float | None:
        """Of the machines, the share that was taken for one; None where there was none."""
        machines = sum(self.counts.get((said, "machine"), 0) for said in get_args(Who))
        return self.counts.get(("machine", "machine"), 0) / machines if machines else None

    @property
    def mistaken_people(self) -> int:
        """People who were hung up on. Each counts as abandoned."""
        return self.counts.get(("machine", "person"), 0)


def confusion(rows: Iterable[tuple[Who, Truth | None]]) -> Confusion:
    """The live matrix: each row is a verdict, and what an agent or the person later said it was (None: nobody did)."""
    counts: Counter[tuple[Who, Truth]] = Counter()
    unheard = 0
    for said, was in rows:
        if was is None:
            unheard += 1
        else:
            counts[said, was] += 1
    full = {(said, was): counts[said, was] for said in get_args(Who) for was in get_args(Truth)}
    return Confusion(full, unheard)
