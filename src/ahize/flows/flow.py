"""A flow: nodes by name, and where each goes on.

What a node waits for decides its kind. ``Say`` and ``Branch`` wait for nothing; ``Ask``, ``Choose`` and ``Collect``
wait for an answer and say what happens where none comes; ``Transfer`` and ``End`` leave the flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Text = Mapping[str, str]
"""The words in each language of the flow, with ``{merge_fields}`` and ``{answer.NAME}``."""
Sounds = Mapping[str, str]
"""The id of a recorded sound in each language of the flow: it is played, and the words say what is in it."""
As = Literal["words", "number", "date", "yes_no"]
Is = Literal["known", "equal", "not_equal", "below", "above", "one_of"]
Value = str | float | bool

ANSWER: Final = "answer."
"""Before the name of an answer, where a fact of the person or the house could stand as well."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for an answer, and how often, before the flow goes on without one.

    Attributes:
        wait_s: seconds of silence, above 0.
        tries: how often is asked in all, 1 or more; an answer that does not fit counts as a try.
        no_answer: the node where the flow goes on.
    """

    wait_s: float
    tries: int
    no_answer: str


@dataclass(frozen=True, slots=True)
class Say:
    text: Text
    next: str
    sound: Sounds | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A question answered in the person's own words; ``into`` names the answer.

    Attributes:
        least, most: of a number; None where there is no bound.
    """

    text: Text
    into: str
    as_: As
    least: float | None
    most: float | None
    patience: Patience
    next: str
    sound: Sounds | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One key of a choice.

    Attributes:
        value: what the answer is where this key was pressed; the key itself where nothing else was written.
        language: in which the talk goes on; empty: as before.
    """

    label: Text
    next: str
    value: Value
    language: str = ""


@dataclass(frozen=True, slots=True)
class Choose:
    """One of several keys; ``into`` is empty where the choice only leads on."""

    text: Text
    into: str
    options: Mapping[str, Option]
    patience: Patience
    sound: Sounds | None = None


@dataclass(frozen=True, slots=True)
class Collect:
    """Several digits, ended by their number or by ``#``."""

    text: Text
    into: str
    least: int
    most: int
    patience: Patience
    next: str
    sound: Sounds | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether a fact or an answer is so. What is not known is neither so nor not so: only ``known`` asks for that."""

    of: str
    is_: Is
    value: Value | tuple[Value, ...] | None


@dataclass(frozen=True, slots=True)
class Way:
    when: Condition
    next: str


@dataclass(frozen=True, slots=True)
class Branch:
    """The first way whose condition holds, else ``otherwise``."""

    ways: tuple[Way, ...]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """To somebody else: ``to`` is a word that the shell understands. ``failed`` where nobody takes it."""

    to: str
    failed: str


@dataclass(frozen=True, slots=True)
class End:
    """``outcome``: a word for the record."""

    outcome: str
    text: Text | None = None
    sound: Sounds | None = None


Node = Say | Ask | Choose | Collect | Branch | Transfer | End
Waiting = Ask | Choose | Collect


@dataclass(frozen=True, slots=True)
class Flow:
    """
    Attributes:
        name: in snake_case.
        version: its author's count, 1 or more.
        sha256: of the content, so that two flows of one version cannot be taken for each other.
        languages: every text stands in each of these.
        anytime: keys that are heard at every node, also while something is said: opting out, above all.
        machine: where it begins for an answering machine, which hears it to the end; empty: such a call is ended.
    """

    name: str
    version: int
    sha256: str
    languages: tuple[str, ...]
    start: str
    nodes: Mapping[str, Node]
    anytime: Mapping[str, Option]
    machine: str = ""

    @property
    def entries(self) -> tuple[str, ...]:
        """Every node at which a talk may begin, or to which it may jump."""
        more = (self.machine,) if self.machine else ()
        return (self.start, *more, *(option.next for option in self.anytime.values()))

    def goes_to(self, node: Node) -> tuple[str, ...]:
        """Where a node can lead, each once, in the order written; without the keys that are heard anytime."""
        match node:
            case Say(next=next_):
                found = [next_]
            case Ask(next=next_, patience=patience) | Collect(next=next_, patience=patience):
                found = [next_, patience.no_answer]
            case Choose(options=options, patience=patience):
                found = [*(option.next for option in options.values()), patience.no_answer]
            case Branch(ways=ways, otherwise=otherwise):
                found = [*(way.next for way in ways), otherwise]
            case Transfer(failed=failed):
                found = [failed]
            case End():
                found = []
        return tuple(dict.fromkeys(found))
