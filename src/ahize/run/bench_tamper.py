"""Is every change found, and where? ``./ahize bench tamper --edits 10000``.

A made-up house's rulings, audit entries and heads are changed in one way at a time: a byte flipped, lines deleted,
swapped, inserted, the end cut off, or all that follows written anew with hashes that fit; heads as well, up to a thief
with the key. Each must be found by ``proof.checking`` at the place where it was done.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from ahize.kernel.chance import Chance, stream
from ahize.kernel.seals import Sealer
from ahize.proof import checking, heads
from ahize.proof.canonical import canonical, ruling_hash, sha256, when_text
from ahize.proof.checking import Break, Kept, Ledger, Line
from ahize.proof.heads import Head, Span
from ahize.proof.merkle import root_of
from ahize.run.figures import show

RULINGS: Final = 66
AUDIT: Final = 24
UNSEALED: Final = 6
"""Rulings after the last head: only the chain holds them."""
TENANT: Final = "00000000-0000-7000-8000-000000000001"
AT: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
OWN, THIEF = (Sealer.from_bytes(bytes([number] * 32)) for number in (1, 2))


@dataclass(frozen=True, slots=True)
class Row:
    """A stored line: what it says, and the hashes it came with."""

    number: int
    facts: str
    ruling: str
    sources: str
    previous: str = ""
    hash: str = ""

    @property
    def own(self) -> str:
        return ruling_hash(
            self.previous,
            attempt=UUID(int=self.number),
            seq=self.number,
            at=AT + timedelta(seconds=self.number),
            facts=self.facts,
            ruling=self.ruling,
            sources=self.sources,
        )


@dataclass(slots=True)
class House:
    """What is stored, and which heads were kept outside."""

    rulings: list[Row]
    audit: list[Row]
    heads: list[Head]
    kept: list[Kept]

    def breaks(self) -> list[Break]:
        """What the check says of it."""
        lines = (
            [Line(row.number, row.previous, row.hash, row.own) for row in some] for some in (self.rulings, self.audit)
        )
        key = OWN.verifier().to_bytes()
        return checking.check(self.heads, *lines, tenant=TENANT, key=key, kept=self.kept).breaks


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that was made: its kind, and between which numbers of which ledger it must be found.

    Args:
        exact: the place that is named must lie within; else it may be the sealed stretch around it.
    """

    kind: str
    ledger: Ledger
    first: int
    until: int
    exact: bool = True

    def is_found_by(self, said: Break) -> bool:
        if said.ledger != self.ledger:
            return False
        if self.exact:
            return self.first <= said.number and said.until <= self.until
        return said.number < self.until and self.first < said.until


def chained(rows: list[Row], previous: str = "") -> list[Row]:
    """The rows with hashes that fit."""
    made = []
    for row in rows:
        linked = replace(row, previous=previous)
        previous = linked.own
        made.append(replace(linked, hash=previous))
    return made


def head_over(rulings: list[Row], audit: list[Row], ends: list[tuple[int, int]], sealer: Sealer) -> list[Head]:
    """Heads that end before these numbers."""
    made: list[Head] = []
    before = (1, 1)
    for number, (ruling, entry) in enumerate(ends):
        spans = [
            Span(first, until, root_of(row.hash for row in rows[first - 1 : until - 1]))
            for rows, first, until in ((rulings, before[0], ruling), (audit, before[1], entry))
        ]
        at = when_text(AT + timedelta(minutes=number))
        last = made[-1] if made else None
        made.append(heads.sealed(sealer, tenant=TENANT, before=last, rulings=spans[0], audit=spans[1], at=at))
        before = (ruling, entry)
    return made


def house(chance: Chance) -> House:
    """An honest one: six heads, the fourth and the fifth kept outside, and some rulings that are not sealed yet."""
    rulings, audit = (chained([_row(n, chance) for n in range(1, many + 1)]) for many in (RULINGS, AUDIT))
    ends = [(1 + (RULINGS - UNSEALED) * part // 6, 1 + AUDIT * part // 6) for part in range(1, 7)]
    sealed = head_over(rulings, audit, ends, OWN)
    return House(rulings, audit, sealed, [Kept(one.number, one.hash, "paper") for one in sealed[3:5]])


def _row(number: int, chance: Chance, *, said: int | None = None) -> Row:
    told = number if said is None else said
    return Row(number, *(_text(name, told, chance) for name in ("facts", "ruling", "sources")))


def _text(name: str, number: int, chance: Chance) -> str:
    return canonical({name: number, "said": sha256(f"{name} {number} {chance.random()}")[:12]})


# ── ways to change it ────────────────────────────────────────────────────────────────────────────────────────────────


def _flip(one: House, chance: Chance) -> Edit:
    ledger, rows = _some(one, chance)
    at = chance.randrange(len(rows))
    name = chance.choice(("facts", "ruling", "sources", "previous", "hash"))
    text = getattr(rows[at], name)
    place = chance.randrange(len(text)) if text else 0
    rows[at] = replace(
        rows[at], **{name: text[:place] + ("0" if text[place : place + 1] != "0" else "1") + text[place + 1 :]}
    )
    return Edit(f"flip a byte of {name}", ledger, at + 1, at + 2)


def _number(one: House, chance: Chance) -> Edit:
    ledger, rows = _some(one, chance)
    at = chance.randrange(len(rows) - 1)
    rows[at] = replace(rows[at], number=rows[at].number + len(rows))
    rows.sort(key=lambda row: row.number)
    return Edit("give a line another number", ledger, at + 1, at + 2)


def _strip(one: House, chance: Chance) -> Edit:
    ledger, rows = _some(one, chance)
    at = chance.randrange(len(rows))
    rows[at] = replace(rows[at], sources="")
    return Edit("take the sources away", ledger, at + 1, at + 2)


def _delete(one: House, chance: Chance) -> Edit:
    ledger, rows = _some(one, chance)
    at = chance.randrange(len(rows) - (UNSEALED if ledger == "rulings" else 0))  # what nothing sealed may be cut
    until = min(len(rows), at + chance.choice((1, 1, 1, 5)))
    del rows[at:until]
    return Edit("delete", ledger, at + 1, until + 1)


def _swap(one: House, chance: Chance) -> Edit:
    ledger, rows = _some(one, chance)
    first = chance.randrange(len(rows) - 1)
    second = chance.randrange(first + 1, len(rows))
    here, there = rows[first], rows[second]
    rows[first], rows[second] = replace(there, number=here.number), replace(here, number=there.number)
    return Edit("swap two lines", ledger, first + 1, first + 2)


def _insert(one: House, chance: Chance) -> Edit:
    ledger, rows = _some(one, chance)
    at = chance.randrange(1, len(rows))
    fresh = _row(rows[at].number, chance, said=0)
    rows.insert(at, *chained([fresh], rows[at - 1].hash))
    return Edit("insert a line with a number that is taken", ledger, at + 1, at + 2)


def _insert_and_shift(one: House, chance: Chance) -> Edit:
    ledger, rows = _some(one, chance)
    at = chance.randrange(1, len(rows))
    fresh = _row(rows[at].number, chance, said=0)
    rows[at:] = [*chained([fresh], rows[at - 1].hash), *(replace(row, number=row.number + 1) for row in rows[at:])]
    # At the end of a sealed stretch, the stretch is named: the line itself fits the one before it.
    return Edit("insert a line and number the rest anew", ledger, at + 1, at + 3, exact=False)


def _cut(one: House, chance: Chance) -> Edit:
    ledger, rows = _some(one, chance)
    at = chance.randrange(len(rows) - (UNSEALED if ledger == "rulings" else 0))
    del rows[at:]
    return Edit("cut the end off", ledger, at + 1, at + 2)


def _fork(one: House, chance: Chance) -> Edit:
    ledger, rows = _some(one, chance)
    at = chance.randrange(len(rows) - (UNSEALED if ledger == "rulings" else 0))
    _rewrite(rows, at, chance)
    span = next(
        span for head in one.heads if (span := head.rulings if ledger == "rulings" else head.audit).until > at + 1
    )
    return Edit("write all that follows anew", ledger, span.first, span.until, exact=False)


def _head_field(one: House, chance: Chance) -> Edit:
    at = chance.randrange(len(one.heads))
    head = one.heads[at]
    changed = {
        "root": replace(head, rulings=replace(head.rulings, root=sha256(head.rulings.root))),
        "previous": replace(head, previous=sha256(head.previous)),
        "at": replace(head, at=when_text(AT - timedelta(days=1))),
        "signature": replace(head, signature=sha256("a") + sha256("b")),
        "tenant": replace(head, tenant=TENANT[:-1] + "2"),
        "until": replace(head, rulings=replace(head.rulings, until=head.rulings.until + 1)),
    }
    name = chance.choice(sorted(changed))
    one.heads[at] = changed[name]
    return Edit(f"change a head's {name}", "heads", at + 1, at + 2)


def _unsealed(one: House, chance: Chance) -> Edit:
    """One line that nothing sealed yet, written anew with a hash that fits; or the next one's link mended too."""
    at = RULINGS - UNSEALED + chance.randrange(UNSEALED - 2)
    one.rulings[at : at + 1] = chained([_row(at + 1, chance, said=0)], one.rulings[at - 1].hash)
    if chance.random() < 0.5:
        one.rulings[at + 1] = replace(one.rulings[at + 1], previous=one.rulings[at].hash)
    return Edit("write one unsealed line anew", "rulings", at + 2, at + 3)


def _unsealed_twice(one: House, chance: Chance) -> Edit:
    at = RULINGS - UNSEALED + 1 + chance.randrange(UNSEALED - 2)
    one.rulings.insert(at, *chained([_row(at, chance, said=0)], one.rulings[at - 1].hash))
    return Edit("put a second line beside an unsealed one", "rulings", at, at + 1)


def _head_anew(one: House, chance: Chance) -> Edit:
    """One head signed anew by somebody who has the key: the next one names the old one."""
    at = chance.randrange(2)
    head = replace(one.heads[at], at=when_text(AT - timedelta(days=1)))
    one.heads[at] = replace(head, signature=OWN.sign(head.signed().encode()).hex())
    return Edit("sign one head anew with a stolen key", "heads", at + 2, at + 3)


def _head_gone(one: House, chance: Chance) -> Edit:
    at = chance.randrange(len(one.heads) - 1)
    del one.heads[at]
    return Edit("delete a head", "heads", at + 1, at + 2)


def _heads_swapped(one: House, chance: Chance) -> Edit:
    first = chance.randrange(len(one.heads) - 1)
    one.heads[first], one.heads[first + 1] = one.heads[first + 1], one.heads[first]
    return Edit("swap two heads", "heads", first + 1, first + 2)


def _all_cut(one: House, chance: Chance) -> Edit:
    """The end with its heads: only what was kept outside shows it."""
    left = chance.randrange(3) + 1
    del one.heads[left:]
    last = one.heads[-1]
    del one.rulings[last.rulings.until - 1 :]
    del one.audit[last.audit.until - 1 :]
    return Edit("cut the end off, heads and all", "heads", 4, 5)


def _other_key(one: House, chance: Chance) -> Edit:
    """A whole that fits together, signed by somebody else."""
    at = chance.randrange(len(one.rulings))
    _rewrite(one.rulings, at, chance)
    one.heads = head_over(one.rulings, one.audit, _ends(one), THIEF)
    return Edit("write everything anew and sign it with another key", "heads", 1, 2)


def _stolen_key(one: House, chance: Chance) -> Edit:
    """The same by somebody who has the key: only what was kept outside shows it."""
    at = chance.randrange(one.heads[3].rulings.until - 1)
    _rewrite(one.rulings, at, chance)
    one.heads = head_over(one.rulings, one.audit, _ends(one), OWN)
    return Edit("write everything anew and sign it with a stolen key", "heads", 4, 5)


def _ends(one: House) -> list[tuple[int, int]]:
    return [(head.rulings.until, head.audit.until) for head in one.heads]


def _rewrite(rows: list[Row], at: int, chance: Chance) -> None:
    changed = replace(rows[at], ruling=_text("ruling", at, chance))
    rows[at:] = chained([changed, *rows[at + 1 :]], rows[at - 1].hash if at else "")


def _some(one: House, chance: Chance) -> tuple[Ledger, list[Row]]:
    return ("rulings", one.rulings) if chance.random() < 0.7 else ("audit", one.audit)


WAYS: Final[tuple[Callable[[House, Chance], Edit], ...]] = (
    *(_flip, _flip, _number, _strip, _delete, _swap, _insert, _insert_and_shift, _cut, _fork),
    *(
        _unsealed,
        _unsealed_twice,
        _head_anew,
        _head_field,
        _head_gone,
        _heads_swapped,
        _all_cut,
        _other_key,
        _stolen_key,
    ),
)


def missed(edits: int, *, seed: int = 1) -> Iterator[tuple[Edit, list[Break]]]:
    """The edits of so many that were not found where they were made; also an honest house that is called broken."""
    chance = stream(seed, "tampering")
    honest = house(chance)
    found = honest.breaks()
    if found:
        yield Edit("nothing", "rulings", 0, 0), found
    for number in range(edits):
        one = House(list(honest.rulings), list(honest.audit), list(honest.heads), list(honest.kept))
        edit = WAYS[number % len(WAYS)](one, chance)
        said = one.breaks()
        if not any(edit.is_found_by(broken) for broken in said):
            yield edit, said


def main(edits: int, *, as_json: bool) -> int:
    began = time.perf_counter()
    wrong = list(missed(edits))
    figures: dict[str, Any] = {
        "edits": edits,
        "found_at_their_place": edits - len(wrong),
        "missed": dict(Counter(edit.kind for edit, _ in wrong)),
        "wall_s": round(time.perf_counter() - began, 1),
    }
    show(figures, as_json=as_json)
    return 1 if wrong else 0
