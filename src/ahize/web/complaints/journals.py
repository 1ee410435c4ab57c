"""What the floor's journal says of some calls, and whether it is whole there.

A slice holds the lines that name a call of ours; commands about others are left out and counted, for they are other
people's. Between the first and the last of them every line of the floor is looked at: one missing, changed or out of
order is a gap. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from ahize.web.dialing.apart import journal_whole
from ahize.web.dialing.forgetting import Receipts, line_own_hash
from ahize.web.dialing.models import Attempt, Journal

BEFORE: Final = timedelta(seconds=30)
AFTER: Final = timedelta(minutes=10)
CHUNK: Final = 2_000


@dataclass(slots=True)
class Slice:
    """The lines of some calls, and where the journal is not whole: ``(attempt, code, where)``."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    gaps: list[tuple[UUID, str, str]] = field(default_factory=list)


def slice_of(attempts: Sequence[Attempt]) -> Slice:
    """What the journal says of these calls."""
    found = Slice()
    seen: set[tuple[UUID, int]] = set()
    for attempt in sorted(attempts, key=lambda one: (one.at, one.pk)):
        rows = list(_mentions(attempt))
        if not rows and attempt.originated_at is not None:
            found.gaps.append((attempt.pk, "journal_missing", ""))
        for floor in sorted({row.floor_id for row in rows}, key=str):
            own = [row for row in rows if row.floor_id == floor]
            found.gaps.extend((attempt.pk, code, where) for code, where in _gaps(floor, own[0].seq, own[-1].seq))
        for row in rows:
            if (row.floor_id, row.seq) not in seen:
                seen.add((row.floor_id, row.seq))
                found.lines.append(_line(row, {str(one.pk) for one in attempts}))
    found.lines.sort(key=lambda one: (one["floor"], one["seq"]))
    return found


def _mentions(attempt: Attempt) -> Iterable[Journal]:
    """Lines that name the call, in order, over the time in which they can be."""
    until = max(at for at in (attempt.at, attempt.ended_at, attempt.disposed_at) if at) + AFTER
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [attempt.at - BEFORE, until, f"%{attempt.pk}%", f"%{attempt.pk}%"])
        keys = cursor.fetchall()
    for floor, seq in keys:
        yield Journal.objects.get(floor_id=floor, seq=seq)


_NAMED: Final = """
    SELECT floor_id, seq FROM dialing_journal
    WHERE at >= %s AND at < %s AND (event::text LIKE %s OR commands::text LIKE %s) ORDER BY floor_id, seq"""


def _gaps(floor: UUID, first: int, last: int) -> Iterator[tuple[str, str]]:
    """Lines of a floor from the first to the last, each held against the one before."""
    rows = Journal.objects.filter(floor_id=floor, seq__gte=first, seq__lte=last).order_by("seq")
    expected, previous, receipts = first, None, Receipts.read()
    for row in rows.iterator(chunk_size=CHUNK):
        if row.seq != expected:
            yield "journal_gap", f"{expected}–{row.seq - 1}"
        elif previous is not None and row.previous_hash != previous:
            yield "journal_unlinked", str(row.seq)
        standing = receipts.line(floor, row.seq, row.people, own=line_own_hash(row), kept=row.hash)
        if standing in ("changed", "unreceipted"):
            yield "journal_changed", str(row.seq)
        expected, previous = row.seq + 1, row.hash


def _line(row: Journal, ours: set[str]) -> dict[str, Any]:
    event, all_commands = journal_whole(row.event, row.commands, row.people)
    commands = [one for one in all_commands if _is_of(one, ours)]
    return {
        "floor": str(row.floor_id),
        "seq": row.seq,
        "epoch": row.epoch,
        "at": row.at.isoformat(),
        "event": event if _is_of(event, ours) else {"type": event.get("type", "")},
        "commands": commands,
        "commands_of_others": len(row.commands) - len(commands),
        "previous_hash": row.previous_hash,
        "hash": row.hash,
    }


def _is_of(said: Any, ours: set[str]) -> bool:
    text = str(said)
    return any(one in text for one in ours)
