"""Forget whom rulings and journal lines name, so that chain, heads and replay hold; and know what was forgotten when.

``forget`` takes text and salt away and leaves the commitment (``apart.py``). Each time it writes one receipt, which
names the lines: an entry of the audit, itself chained and sealed under the heads of proof. A line that lost whom it
named and stands in no receipt is not forgotten but forged. Lines from before anything stood apart lose the number from
their text; their hash cannot be made anew, so the receipt keeps the hash of what stands there since.

For the worker alone: the database lets nobody else do it. Refuses to know whose wish or which term it was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Q

from ahize.web.audit import services as audit
from ahize.web.audit.models import Entry
from ahize.web.base import draw_id
from ahize.web.consents.pseudonyms import MARK, pseudonym
from ahize.web.dialing.apart import Person, commitment_of, commitments_of, without_number
from ahize.web.dialing.chain import canonical, committed, journal_hash, ruling_hash
from ahize.web.dialing.models import Floor, Journal, Ruling

ACTION: Final = "forget"
CHUNK: Final = 1_000
Standing = Literal["whole", "forgotten", "on_receipt", "changed", "unreceipted"]
"""How a line stands: as it was written; without whom it named, its hash made anew; by its receipt's word alone, for it
is from before anything stood apart; not as it was written; without whom it named, and no receipt says so."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rulings and journal lines lost whom they named."""

    rulings: int
    lines: int


# ── deeds ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def forget(
    attempts: Iterable[UUID],
    *,
    tenant: UUID,
    now: datetime,
    reason: str,
    numbers: Iterable[str] = (),
    until: datetime | None = None,
) -> Forgotten:
    """Forget whom these attempts called, and these numbers wherever they stand. As the worker, in a transaction.

    Rulings of the attempts and of the numbers; journal lines that name any number of theirs, and the keys pressed in
    these attempts. Each call reads the journal once, so hand over some thousands of attempts at a time. What stands
    outside the chains (attempt, permit, notes) is the caller's. Twice is once.

    Args:
        numbers: in E.164; besides those of the attempts.
        until: leave journal lines from then on alone, for somebody may be called again; None: none.
        reason: for the receipt; nothing of a person.
    """
    ids = list(attempts)
    wanted = sorted(set(numbers))
    rulings = list(
        Ruling.objects.select_for_update()
        .filter(
            Q(attempt_id__in=ids) | Q(number__in=wanted) | Q(salt="", commitment="", facts__number__e164__in=wanted),
            forgotten_at=None,
        )
        .order_by("seq")
    )
    named = {row.number or without_number(row.facts)[1] for row in rulings if row.attempt_id in set(ids)}
    marks = {number: pseudonym(tenant, number) for number in sorted({*wanted, *named} - {""})}
    receipt = _Receipt()
    for row in rulings:
        _forget_ruling(row, now, receipt)
    for line in _lines_naming(list(marks), ids, until):
        _forget_line(line, marks, {str(one) for one in ids}, receipt)
    if receipt.rulings or receipt.lines:
        audit.record(
            tenant=tenant,
            by=None,
            action=ACTION,
            subject_kind="ledgers",
            subject_id=draw_id(now),
            after=receipt.to_json(),
            reason=reason,
            now=now,
        )
    return Forgotten(len(receipt.rulings), receipt.count_lines())


@dataclass(slots=True)
class _Receipt:
    """What was forgotten: numbers of rulings, of lines by floor and place; what old lines have for a hash since."""

    rulings: list[int] = field(default_factory=list)
    lines: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    stands: dict[str, dict[str, str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        told = {
            "rulings": _spans(self.rulings),
            "lines": {
                floor: {place: _spans(some) for place, some in places.items()} for floor, places in self.lines.items()
            },
        }
        return told | ({"stands": self.stands} if self.stands else {})

    def count_lines(self) -> int:
        """Each line once, however many places of it."""
        return sum(len(set().union(*places.values())) for places in self.lines.values())


_WHOLE: Final = "text"
"""Stands for a place in lines of the old format, which have none."""
_RULINGS: Final = "rulings"
"""Under this name ``stands`` has rulings, beside the floors' ids."""


def _forget_ruling(row: Ruling, now: datetime, receipt: _Receipt) -> None:
    if row.salt:
        row.number, row.salt, row.commitment = "", "", committed(row.salt, row.number)
        row.forgotten_at = now
        row.save(update_fields=["number", "salt", "commitment", "forgotten_at"])
    else:
        row.facts, _ = without_number(row.facts)
        row.forgotten_at = now
        row.save(update_fields=["facts", "forgotten_at"])
        receipt.stands.setdefault(_RULINGS, {})[str(row.seq)] = ruling_own_hash(row)
    receipt.rulings.append(row.seq)


_NAMING: Final = """
    SELECT seq FROM dialing_journal WHERE floor_id = %(floor)s AND people IS NOT NULL AND (
        (%(until)s::timestamptz IS NULL OR at < %(until)s)
        AND EXISTS (SELECT FROM jsonb_array_elements(people) one WHERE one ->> 'is' = ANY(%(numbers)s))
        OR event ->> 'type' = 'DigitsAsked' AND event ->> 'call' = ANY(%(attempts)s))
    UNION ALL
    SELECT seq FROM dialing_journal WHERE floor_id = %(floor)s AND people IS NULL AND seq < %(new)s AND (
        (%(until)s::timestamptz IS NULL OR at < %(until)s)
        AND (event::text LIKE ANY(%(like)s) OR commands::text LIKE ANY(%(like)s))
        OR event ->> 'type' = 'DigitsAsked' AND event ->> 'call' = ANY(%(attempts)s))
    ORDER BY seq"""


def _lines_naming(numbers: Sequence[str], attempts: Sequence[UUID], until: datetime | None) -> Iterator[Journal]:
    """Journal lines that hold any of the numbers, or keys pressed in the attempts; each locked."""
    for floor in Floor.objects.order_by("id").values_list("pk", flat=True):
        apart = Journal.objects.filter(floor_id=floor, people__isnull=False).order_by("seq")
        given: dict[str, Any] = {
            **{"floor": floor, "until": until, "numbers": numbers, "attempts": [str(one) for one in attempts]},
            # Lines from before anything stood apart are older than the first in which something does.
            "new": apart.values_list("seq", flat=True).first() or 2**62,
            "like": [f'%"{number}"%' for number in numbers],
        }
        with connection.cursor() as cursor:
            cursor.execute(_NAMING, given)
            found = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(found), CHUNK):
            rows = Journal.objects.filter(floor_id=floor, seq__in=found[start : start + CHUNK])
            yield from rows.order_by("seq")


def _forget_line(row: Journal, marks: Mapping[str, str], attempts: set[str], receipt: _Receipt) -> None:
    pressed = _pressed_in(row.event, attempts)
    if pressed:
        marks = {**marks, pressed: MARK}
    where = Journal.objects.filter(floor_id=row.floor_id, seq=row.seq)
    if row.people is None:
        event, commands = _replaced(row.event, marks), _replaced(row.commands, marks)
        places = [] if (event, commands) == (row.event, row.commands) else [_WHOLE]
        row.event, row.commands = event, commands
        if places:
            where.update(event=event, commands=commands)
            receipt.stands.setdefault(str(row.floor_id), {})[str(row.seq)] = line_own_hash(row)
    else:
        people = [_without(one, marks, f"#{place}") for place, one in enumerate(row.people)]
        places = [str(place) for place, one in enumerate(people) if one is not row.people[place]]
        if places:
            where.update(people=people)
    for place in places:
        receipt.lines.setdefault(str(row.floor_id), {}).setdefault(place, []).append(row.seq)


def _pressed_in(event: Mapping[str, Any], attempts: set[str]) -> str:
    """The keys pressed in one of the calls, or their place; empty where it tells of none."""
    return str(event["digits"]) if event["type"] == "DigitsAsked" and event["call"] in attempts else ""


def _without(person: Person, marks: Mapping[str, str], place: str) -> Person:
    """One of a line's people, forgotten where a mark is for them or for their place."""
    mark = marks.get(person.get("is", ""), marks.get(place))
    if mark is None or "is" not in person:
        return person
    return {"was": mark, "commitment": committed(person["salt"], person["is"])}


def _replaced(found: Any, marks: Mapping[str, str]) -> Any:
    """The JSON of an old line without these texts, and without signatures by which they could be guessed."""
    if isinstance(found, list):
        return [_replaced(one, marks) for one in found]
    if isinstance(found, dict):
        named = found.get("number") in marks
        return {name: "" if named and name == "signature" else _replaced(value, marks) for name, value in found.items()}
    return marks.get(found, found) if isinstance(found, str) else found


def _spans(numbers: Iterable[int]) -> list[list[int]]:
    """Ascending numbers as stretches ``[first, until)``."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number:
            found[-1][1] += 1
        else:
            found.append([number, number + 1])
    return found


# ── what was forgotten ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt of the audit; ``id`` is its entry's."""

    id: int
    at: datetime
    rulings: Sequence[Sequence[int]]
    lines: Mapping[str, Mapping[str, Sequence[Sequence[int]]]]
    stands: Mapping[str, Mapping[str, str]]


class Receipts:
    """All receipts of a house, asked by line."""

    def __init__(self, receipts: Iterable[Receipt]) -> None:
        self._by_ledger: dict[str, _Stretches] = {}
        for one in receipts:
            self._by_ledger.setdefault(_RULINGS, _Stretches()).add(one.rulings, one)
            for floor, places in one.lines.items():
                for place, spans in places.items():
                    self._by_ledger.setdefault(f"{floor} {place}", _Stretches()).add(spans, one)

    @classmethod
    def read(cls) -> Receipts:
        """Those of the house inside whose wall we are."""
        return cls(
            Receipt(one.pk, one.at, one.after["rulings"], one.after["lines"], one.after.get("stands", {}))
            for one in Entry.objects.filter(action=ACTION).order_by("pk").iterator()
            if one.after is not None
        )

    def of_ruling(self, row: Ruling) -> Receipt | None:
        """The one that says of this ruling what the row says: forgotten, and then."""
        found = self._of(_RULINGS, row.seq)
        return next((one for one in found if one.at == row.forgotten_at), None)

    def ruling(self, row: Ruling) -> Standing:
        """How a ruling stands."""
        own, receipt = ruling_own_hash(row), self.of_ruling(row)
        if own == row.hash and not row.commitment and row.forgotten_at is None:
            return "whole" if bool(row.salt) == bool(row.number) else "changed"
        if own == row.hash:
            return "forgotten" if receipt else "unreceipted"
        if row.forgotten_at is None or row.commitment:
            return "changed"
        if receipt is None:
            return "unreceipted"
        return "on_receipt" if receipt.stands.get(_RULINGS, {}).get(str(row.seq)) == own else "changed"

    def line(self, floor: UUID, seq: int, people: Sequence[Person] | None, *, own: str, kept: str) -> Standing:
        """How a journal line stands.

        Args:
            own: its hash made anew (``line_own_hash``); ``kept``: the one that it came with.
        """
        if own == kept:
            gone = [place for place, one in enumerate(people or ()) if "is" not in one]
            receipted = all(any(self._of(f"{floor} {place}", seq)) for place in gone)
            return "whole" if not gone else "forgotten" if receipted else "unreceipted"
        says = (one.stands.get(str(floor), {}).get(str(seq)) for one in self._of(f"{floor} {_WHOLE}", seq))
        return "on_receipt" if people is None and own in says else "changed"

    def _of(self, ledger: str, number: int) -> Iterator[Receipt]:
        stretches = self._by_ledger.get(ledger)
        return iter(()) if stretches is None else stretches.around(number)


class _Stretches:
    """Stretches ``[first, until)`` of one ledger, each with its receipt; they may overlap."""

    def __init__(self) -> None:
        self._all: list[tuple[int, int, Receipt]] = []
        self._reach: list[int] | None = None

    def add(self, spans: Sequence[Sequence[int]], receipt: Receipt) -> None:
        self._all += [(first, until, receipt) for first, until in spans]
        self._reach = None

    def around(self, number: int) -> Iterator[Receipt]:
        """The receipts whose stretches hold it, the latest begun first."""
        if self._reach is None:
            self._all.sort(key=lambda one: (one[0], one[2].id))
            self._reach, most = [], 0
            for _, until, _receipt in self._all:
                self._reach.append(most := max(most, until))
        at = bisect_right(self._all, number, key=lambda one: one[0])
        while at > 0 and self._reach[at - 1] > number:
            at -= 1
            if self._all[at][1] > number:
                yield self._all[at][2]


def ruling_own_hash(row: Ruling) -> str:
    """What the hash of this ruling is by what it says."""
    return ruling_hash(
        row.previous_hash,
        attempt=row.attempt_id,
        seq=row.seq,
        at=row.at,
        facts=canonical(row.facts),
        ruling=canonical(row.ruling),
        sources="" if row.sources is None else canonical(row.sources),
        commitment=commitment_of(row.salt, row.number, row.commitment),
    )


def line_own_hash(row: Journal) -> str:
    """What the hash of this journal line is by what it says."""
    return journal_hash(
        row.previous_hash,
        floor=row.floor_id,
        seq=row.seq,
        epoch=row.epoch,
        at=row.at,
        event=row.event,
        commands=row.commands,
        commitments=commitments_of(row.people),
    )
