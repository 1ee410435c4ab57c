"""Reading a file into staging, batch by batch, so that a kill costs one batch at most.

Each batch is one transaction: rows, numbers, refusals and the checkpoint stand or fall together. A second run goes on
after the checkpoint; two runs at once find the checkpoint moved, and one stops. Memory does not grow with the file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from ahize.intake.mapping import Mapping
from ahize.intake.reader import Truth, read
from ahize.intake.rows import Options, Row, convert
from ahize.kernel.errors import AhizeError
from ahize.web import jobs, notices
from ahize.web.base import draw_id
from ahize.web.contacts import files
from ahize.web.contacts.models import Import, ImportState
from ahize.web.contacts.staging import Staged, staged
from ahize.web.rls import tenant_scope

BATCH = 2_000
REJECTS_MAX = 200_000
"""Refusals kept for the rejects file; beyond that the file is the wrong one, and counting goes on."""

_COUNTED = ("good", "bad", "unusable", "numbers", "without_zone")


TOLD_BY_ROW = frozenset({"consent_without_words", "consent_in_future"})
"""Remarks that are told row by row, like refusals: the contact was taken, and something it said was not."""
_Reject = tuple[int, int, str, str, str, bool]


@dataclass(slots=True)
class _Batch:
    """What is read since the last checkpoint."""

    rows: list[Staged] = field(default_factory=list)
    rejects: list[_Reject] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    last_row: int = 0
    size: int = 0

    def add(self, row: Row) -> None:
        self.size += 1
        self.last_row = row.row
        errors = row.errors
        self.counts["bad" if errors else "good"] += 1
        self.codes.update({problem.code for problem in errors})
        self.remarks.update({problem.code for problem in row.warnings})
        self.rejects += _rejected(row)
        if not row.accepted:
            self.counts["unusable"] += 1
            return
        made = staged(row)
        self.counts["numbers"] += len(made.phones)
        self.counts["without_zone"] += not made.has_zone
        self.rows.append(made)


def _rejected(row: Row) -> list[_Reject]:
    return [
        (row.row, row.line, problem.column, problem.code, problem.value[:500], not problem.is_error)
        for problem in row.problems
        if problem.is_error or problem.code in TOLD_BY_ROW
    ]


class _Overtaken(Exception):
    """Another run, or a person, has moved this import on."""


def read_import(
    import_id: UUID,
    tenant: UUID,
    *,
    now: Callable[[], datetime],
    batch: int = BATCH,
    after_batch: Callable[[int], None] = lambda _rows: None,
) -> None:
    """Read an import's file into staging and leave the import ``ready``. May run twice, also after a kill.

    Args:
        now: the worker's clock; a long import is not all of one moment.
        after_batch: told how many rows stand after each batch; the worker logs it, tests break it off.
    """
    with tenant_scope(tenant):
        found = Import.objects.get(pk=import_id)
    if found.state != ImportState.READING:
        return
    with jobs.told(lambda wrong: _fail(import_id, tenant, now(), wrong)), suppress(_Overtaken):
        truth = files.truth_of(found)
        mapping = files.mapping_of(truth, found.mapping, region=found.region)
        _read_rows(found, truth, mapping, files.options_of(found), now=now, batch=batch, after_batch=after_batch)
        with tenant_scope(tenant):
            _finish(import_id, now())


def _fail(import_id: UUID, tenant: UUID, now: datetime, wrong: AhizeError) -> None:
    """The import cannot go on; it says why, and may be read again another way."""
    with tenant_scope(tenant):
        held = Import.objects.select_for_update().get(pk=import_id)
        if held.state == ImportState.READING:
            problem = {"code": wrong.code, "message": wrong.message, "next_step": wrong.next_step}
            held.state, held.problem = ImportState.FAILED, problem
            held.save(update_fields=["state", "problem"])
            notices.tell_browsers(tenant, "imports", import_id, now=now)


def _read_rows(
    found: Import,
    truth: Truth,
    mapping: Mapping,
    options: Options,
    *,
    now: Callable[[], datetime],
    batch: int,
    after_batch: Callable[[int], None],
) -> None:
    done = int(found.checkpoint.get("row", 0))
    reading = read(files.path_of(found.file), truth, after_row=done)
    waiting = _Batch(last_row=done)
    for record in reading:
        waiting.add(convert(record, mapping, options))
        if waiting.size >= batch:
            if not _stage(found, waiting, after=done, blank_rows=reading.blank_rows, now=now()):
                raise _Overtaken
            done = waiting.last_row
            after_batch(done)
            waiting = _Batch(last_row=done)
    if not _stage(found, waiting, after=done, blank_rows=reading.blank_rows, now=now()):
        raise _Overtaken
    after_batch(waiting.last_row)


def _stage(found: Import, waiting: _Batch, *, after: int, blank_rows: int, now: datetime) -> bool:
    """Rows and checkpoint in one transaction; ``False`` where a person has cancelled."""
    with tenant_scope(found.tenant_id):
        held = Import.objects.select_for_update().get(pk=found.pk)
        if held.state != ImportState.READING or int(held.checkpoint.get("row", 0)) != after:
            raise _Overtaken
        if held.cancel_asked:
            unstage(held.pk)
            held.rejects.all().delete()
            held.state = ImportState.CANCELLED
            held.save(update_fields=["state"])
            notices.tell_browsers(held.tenant_id, "imports", held.pk, now=now)
            return False
        counters = _Counters.of(held.checkpoint)
        kept = min(len(waiting.rejects), max(0, REJECTS_MAX - counters.rejects))
        stage(held, waiting.rows, now=now)
        _copy_rejects(held, waiting.rejects[:kept], now)
        counters.add(waiting, kept)
        held.checkpoint = {"row": waiting.last_row, "blank_rows": blank_rows, **counters.as_json()}
        held.progress_rows = waiting.last_row
        held.save(update_fields=["checkpoint", "progress_rows"])
        notices.tell_browsers(held.tenant_id, "imports", held.pk, now=now)
    return True


@dataclass(slots=True)
class _Counters:
    """What has been counted so far; it travels in the checkpoint."""

    counts: Counter[str]
    codes: Counter[str]
    remarks: Counter[str]
    rejects: int

    @classmethod
    def of(cls, checkpoint: dict[str, Any]) -> _Counters:
        return cls(
            Counter(checkpoint.get("counts", {})),
            Counter(checkpoint.get("codes", {})),
            Counter(checkpoint.get("remarks", {})),
            int(checkpoint.get("rejects", 0)),
        )

    def add(self, waiting: _Batch, kept: int) -> None:
        self.counts.update(waiting.counts)
        self.codes.update(waiting.codes)
        self.remarks.update(waiting.remarks)
        self.rejects += kept

    def as_json(self) -> dict[str, Any]:
        return {
            "counts": dict(self.counts),
            "codes": dict(self.codes),
            "remarks": dict(self.remarks),
            "rejects": self.rejects,
        }


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _copied(table: str, columns: tuple[str, ...]) -> Iterator[Any]:
    """COPY into a table behind the wall: PostgreSQL refuses that directly, so through a temporary one."""
    names = ", ".join(columns)
    # ``table`` and ``columns`` are constants of this file.
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")  # noqa: S608
        with cursor.cursor.copy(f"COPY incoming ({names}) FROM STDIN") as copy:
            yield copy
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming")  # noqa: S608
        cursor.execute("DROP TABLE incoming")


_ROW = ("id", "tenant_id", "import_id", '"row"', "bad", "duplicate", "contact", "records")
_PHONE = (
    "id", "tenant_id", "import_id", '"row"', "position", "e164", "ext", "label", "line_type", "zones", "regions",
    "do_not_dial",
)  # fmt: skip
_REJECT = ("id", "tenant_id", "import_id", '"row"', "line", '"column"', "code", "value", "warning")


def stage(held: Import, rows: list[Staged], *, now: datetime) -> None:
    """Put rows into an import's staging."""
    if not rows:
        return
    with _copied("contacts_importrow", _ROW) as copy:
        for one in rows:
            contact, records = json.dumps(one.contact), json.dumps(one.records)
            copy.write_row((draw_id(now), held.tenant_id, held.pk, one.row, one.bad, "", contact, records))
    with _copied("contacts_importphone", _PHONE) as copy:
        for one in rows:
            for place, phone in enumerate(one.phones):
                copy.write_row(
                    (
                        draw_id(now), held.tenant_id, held.pk, one.row, place, phone.e164, phone.ext, phone.label,
                        phone.line_type, phone.zones, phone.regions, phone.do_not_dial,
                    )
                )  # fmt: skip


def _copy_rejects(held: Import, rejects: list[_Reject], now: datetime) -> None:
    if not rejects:
        return
    with _copied("contacts_importreject", _REJECT) as copy:
        for row, line, column, code, value, warning in rejects:
            copy.write_row((draw_id(now), held.tenant_id, held.pk, row, line, column, code, value, warning))


def refuse(held: Import, row: Row, *, now: datetime) -> None:
    """Keep what is wrong with one row, or must be told of it."""
    _copy_rejects(held, _rejected(row), now)


def unstage(import_id: UUID) -> None:
    """Take an import's rows out of staging."""
    with connection.cursor() as cursor:
        for table in ("contacts_importphone", "contacts_importrow"):
            cursor.execute(f"DELETE FROM {table} WHERE import_id = %s", [import_id])  # noqa: S608 - two constants


# A row is a duplicate when somebody earlier has every number it has: two people of one household share some, not all.
_MARK_IN_FILE = """
UPDATE contacts_importrow r SET duplicate = 'file'
FROM (
    SELECT p."row" FROM contacts_importphone p
    JOIN (SELECT e164, min("row") AS first FROM contacts_importphone WHERE import_id = %(id)s GROUP BY e164) f
        USING (e164)
    WHERE p.import_id = %(id)s
    GROUP BY p."row" HAVING bool_and(f.first < p."row")
) d
WHERE r.import_id = %(id)s AND r."row" = d."row" AND r.duplicate <> 'file'
"""
_MARK_THERE = """
UPDATE contacts_importrow r SET duplicate = 'there'
FROM (
    SELECT p."row" FROM contacts_importphone p
    LEFT JOIN (
        SELECT DISTINCT ph.e164 FROM contacts_phone ph
        JOIN contacts_contact c ON c.id = ph.contact_id
        JOIN contacts_contactlist l ON l.id = c.list_id
        WHERE c.seller_id = %(seller)s AND l.state = 'published'
    ) k USING (e164)
    WHERE p.import_id = %(id)s
    GROUP BY p."row" HAVING bool_and(k.e164 IS NOT NULL)
) d
WHERE r.import_id = %(id)s AND r."row" = d."row" AND r.duplicate = ''
"""
_COUNT = """
SELECT
    count(*) FILTER (WHERE duplicate = 'file'),
    count(*) FILTER (WHERE duplicate = 'there'),
    count(*) FILTER (WHERE records ? 'stop'),
    (SELECT count(DISTINCT p."row") FROM contacts_importphone p
        WHERE p.import_id = %(id)s AND EXISTS (
            SELECT FROM consents_suppression s
            WHERE s.e164 = p.e164 AND s.ended_at IS NULL AND (s.seller_id = %(seller)s OR s.seller_id IS NULL)))
FROM contacts_importrow WHERE import_id = %(id)s
"""


def _finish(import_id: UUID, now: datetime) -> None:
    """Mark duplicates, count, and leave the import ready for a person's word."""
    held = Import.objects.select_for_update().get(pk=import_id)
    if held.state != ImportState.READING:
        raise _Overtaken
    named = {"id": held.pk, "seller": held.seller_id}
    with connection.cursor() as cursor:
        # What the planner knows is of earlier imports: of this one it expects a row or two, and would loop for hours.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_MARK_IN_FILE, named)
        cursor.execute(_MARK_THERE, named)
        cursor.execute(_COUNT, named)
        in_file, there, stopped, suppressed = cursor.fetchone()
    counters = _Counters.of(held.checkpoint)
    held.counts = {
        "rows_read": int(held.checkpoint.get("row", 0)),
        "blank_rows": int(held.checkpoint.get("blank_rows", 0)),
        **{name: counters.counts.get(name, 0) for name in _COUNTED},
        "bad_by_code": dict(sorted(counters.codes.items())),
        "remarks_by_code": dict(sorted(counters.remarks.items())),
        "duplicates_in_file": in_file,
        "duplicates_there": there,
        "asks_not_to_be_called": stopped,
        "suppressed": suppressed,
    }
    held.total_rows = held.progress_rows
    held.state = ImportState.READY
    held.save(update_fields=["counts", "total_rows", "state"])
    notices.tell_browsers(held.tenant_id, "imports", held.pk, now=now)
