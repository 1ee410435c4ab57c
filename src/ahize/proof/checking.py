"""Is everything still there, in order, as it was? A walk along both ledgers and the heads over them.

Each ledger's lines are numbered without gaps, each covers the one before, and each head seals a stretch of both under
one signature. Heads kept elsewhere (``Kept``) show what a rewritten whole cannot hide. Says the first place of each
that does not fit; refuses to know where any of it is kept and in what words it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from ahize.proof.heads import Head
from ahize.proof.merkle import root_of

Ledger = Literal["rulings", "audit", "heads"]
Code = Literal[
    "missing",  # a number that was there is not
    "twice",  # a number stands there twice, or out of order
    "unlinked",  # it does not follow the line before it
    "changed",  # it does not say what its hash was made of
    "root",  # a sealed stretch is not what was sealed: it was written anew, hashes and all
    "signature",  # a head's signature does not hold
    "key",  # a head is signed, but not by the key of proof
    "span",  # a head does not begin where the one before it ended
    "tenant",  # a head of another house
    "kept",  # a head kept elsewhere is not the one that is here
    "gone",  # a head kept elsewhere is not here at all
    "unreceipted",  # whom it named was taken away, and no receipt of the audit says so
]
Forgotten = Literal["", "forgotten", "on_receipt", "unreceipted"]
"""Whether whom a line named was taken away: no; yes, and its hash can still be made anew; yes, but its hash cannot be,
so that its receipt's word is all there is; yes, and there is no receipt."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a ledger; ``own`` is its hash made anew from what it says, or by its receipt (``on_receipt``)."""

    number: int
    previous: str
    hash: str
    own: str
    forgotten: Forgotten = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A head that was kept outside: number and hash, and where."""

    number: int
    hash: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """The first place of a ledger that does not fit.

    Args:
        number, until: the stretch ``[number, until)`` in which it lies; one line where it is known exactly.
    """

    ledger: Ledger
    code: Code
    number: int
    until: int
    expected: str = ""
    found: str = ""
    where: str = ""


@dataclass(slots=True)
class Report:
    """What the walk found. ``unsealed`` counts rulings and entries after the last head; ``last`` is that head.

    ``forgotten`` counts lines without whom they named, ``on_receipt`` those of them that stand by their receipt's word.
    """

    rulings: int = 0
    audit: int = 0
    heads: int = 0
    unsealed: int = 0
    forgotten: int = 0
    on_receipt: int = 0
    last: Head | None = None
    breaks: list[Break] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.breaks


def check(
    heads: Iterable[Head],
    rulings: Iterable[Line],
    audit: Iterable[Line],
    *,
    tenant: str,
    key: bytes | None,
    kept: Iterable[Kept] = (),
) -> Report:
    """Walk it all once, from the first line; each iterable in the order of its numbers.

    Args:
        key: the public key of proof; None: whichever a head names (then a forger's own key is not found).
    """
    walks = (_Walk("rulings", iter(rulings)), _Walk("audit", iter(audit)))
    outside: dict[int, list[Kept]] = {}
    for one in kept:
        outside.setdefault(one.number, []).append(one)
    report, wrong = Report(), _First()
    for head in heads:
        _check_head(head, report.last, report.heads + 1, tenant=tenant, key=key, wrong=wrong)
        for one in outside.pop(head.number, ()):
            if one.hash != head.hash:
                wrong.note(Break("heads", "kept", head.number, head.number + 1, one.hash, head.hash, one.where))
        for walk, span in zip(walks, (head.rulings, head.audit), strict=True):
            walk.seal(span.first, span.until, span.root)
        report.heads += 1
        report.last = head
    for number, some in sorted(outside.items()):
        wrong.note(Break("heads", "gone", number, number + 1, some[0].hash, "", some[0].where))
    report.unsealed = sum(len(walk.take(None)) for walk in walks)
    report.rulings, report.audit = (walk.count for walk in walks)
    report.forgotten = sum(walk.forgotten for walk in walks)
    report.on_receipt = sum(walk.on_receipt for walk in walks)
    report.breaks = [one for one in (walks[0].broken, walks[1].broken, wrong.broken) if one is not None]
    return report


@dataclass(slots=True)
class _First:
    broken: Break | None = None

    def note(self, found: Break) -> None:
        self.broken = self.broken or found


def _check_head(head: Head, before: Head | None, number: int, *, tenant: str, key: bytes | None, wrong: _First) -> None:
    here = (head.number, head.number + 1)
    if head.number != number:
        wrong.note(Break("heads", "missing" if head.number > number else "twice", number, number + 1))
    previous = "" if before is None else before.hash
    if head.previous != previous:
        wrong.note(Break("heads", "unlinked", *here, previous, head.previous))
    if head.tenant != tenant:
        wrong.note(Break("heads", "tenant", *here, tenant, head.tenant))
    if not head.is_signed():
        wrong.note(Break("heads", "signature", *here))
    if key is not None and head.key != key.hex():
        wrong.note(Break("heads", "key", *here, key.hex(), head.key))
    ends = (1, 1) if before is None else (before.rulings.until, before.audit.until)
    if (head.rulings.first, head.audit.first) != ends:
        wrong.note(Break("heads", "span", *here))


class _Walk:
    """Along one ledger; keeps the first break only, for what follows a break breaks by it."""

    def __init__(self, name: Ledger, lines: Iterator[Line]) -> None:
        self.name = name
        self.broken: Break | None = None
        self.count = self.forgotten = self.on_receipt = 0
        self._lines = lines
        self._ahead = next(lines, None)
        self._number = 1
        self._previous = ""

    def seal(self, first: int, until: int, root: str) -> None:
        """Up to a head's end: are the lines there, and are they what was sealed?"""
        hashes = self.take(until)
        if self._number < until:
            self._note("missing", self._number)
            self._number = until
        if root_of(hashes) != root:
            self._note("root", first, until)

    def take(self, until: int | None) -> list[str]:
        """The hashes of the lines before that number, each looked at."""
        hashes = []
        while self._ahead is not None and (until is None or self._ahead.number < until):
            line, self._ahead = self._ahead, next(self._lines, None)
            self._look(line)
            hashes.append(line.hash)
            self.count += 1
        return hashes

    def _look(self, line: Line) -> None:
        if line.number > self._number:
            self._note("missing", self._number, line.number)
        elif line.number < self._number:
            self._note("twice", line.number)
        if line.previous != self._previous:
            self._note("unlinked", line.number, expected=self._previous, found=line.previous)
        if line.forgotten == "unreceipted":
            self._note("unreceipted", line.number)
        if line.own != line.hash:
            self._note("changed", line.number, expected=line.hash, found=line.own)
        self.forgotten += bool(line.forgotten)
        self.on_receipt += line.forgotten == "on_receipt"
        self._number, self._previous = line.number + 1, line.hash

    def _note(self, code: Code, number: int, until: int | None = None, *, expected: str = "", found: str = "") -> None:
        self.broken = self.broken or Break(self.name, code, number, until or number + 1, expected, found)
