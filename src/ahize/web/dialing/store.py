"""The store of one floor, on PostgreSQL: leases, the journal, what people asked, and what stood open.

``Ledger`` is synchronous and lives in one thread with its own connection; dialerd calls it beat by beat. Every write
first looks whether this floor is still ours (the epoch): a deposed engine raises ``Deposed`` and must stop. Refuses to
decide; what commands mean for rows stands in ``projection.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import psycopg
from django.db import connections
from psycopg.types.json import Jsonb, JsonbLoader

from ahize.calls.events import StopPressed
from ahize.dialer.commands import Command
from ahize.dialer.events import CampaignSet, Event, Recovered
from ahize.dialer.seats import WAITS_FOR_PHONE
from ahize.dialer.values import Candidate
from ahize.kernel.ids import AttemptId, CampaignId, FloorId
from ahize.web.base import draw_id
from ahize.web.dialing import inbound, keyed, leases, opening, own_calls
from ahize.web.dialing.apart import commitments_of, journal_text
from ahize.web.dialing.chain import journal_hash
from ahize.web.dialing.deeds import Deeds
from ahize.web.dialing.house import house_of
from ahize.web.dialing.projection import Statement, notice, of_command, of_event
from ahize.web.lines import state as lines_state
from ahize.web.rls import TENANT_SETTING

LEASE_S = 3.0
"""How long a floor is held without renewal; whoever waits for it waits at most so long."""
SILENT_S = 10.0
DEADLOCKS_MAX = 3
"""So many in a row are bad luck; one more is a fault, and ends this life."""


class Deposed(RuntimeError):
    """Another engine has taken this floor; this one must stop at once."""


class FloorTaken(RuntimeError):
    """Somebody else holds the floor until ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"the floor is held by another engine until {until.isoformat()}")
        self.until = until


@dataclass(slots=True)
class Entry:
    """One event as the engine answered it."""

    at: datetime
    event: Event
    commands: Sequence[Command]


@dataclass(slots=True)
class Ledger:
    """One floor's rows. Every method but ``connect`` needs the floor taken by ``recover``.

    Args:
        tenant: whose floor.
        owner: the name of this process, for the row.
        using: the Django alias whose role is ``ahize_dialerd``.
    """

    tenant: UUID
    owner: str
    using: str = "default"
    floor: FloorId | None = None
    epoch: int = 0
    seq: int = 0
    last_hash: str = ""
    deeds: Deeds = field(init=False)
    _users: dict[UUID, UUID] = field(default_factory=dict)
    _told_floor_at: datetime | None = None

    def __post_init__(self) -> None:
        self.deeds = Deeds(self.tenant)

    # ── the connection ──────────────────────────────────────────────────────────────────────────────────────────

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """This thread's connection, inside the tenant's wall for as long as it lives."""
        wrapper = connections[self.using]
        if wrapper.connection is None:
            wrapper.ensure_connection()
            raw = cast("psycopg.Connection[tuple[Any, ...]]", wrapper.connection)
            # Django leaves JSON as text for its fields to read; here no field does.
            raw.adapters.register_loader("jsonb", JsonbLoader)
            with psycopg.Cursor(raw) as cursor:
                cursor.execute("SELECT set_config(%s, %s, false)", (TENANT_SETTING, str(self.tenant)))
                cursor.execute("SET synchronous_commit = on")
        return cast("psycopg.Connection[tuple[Any, ...]]", wrapper.connection)

    def disconnect(self) -> None:
        """Forget the connection; the next call makes a new one."""
        connections[self.using].close()

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        """One transaction of this floor; the epoch is looked at first, and held until the end."""
        raw = self.connect()
        with raw.transaction(), psycopg.Cursor(raw) as cursor:
            cursor.execute("SELECT epoch FROM dialing_floor WHERE id = %s FOR SHARE", (self.floor,))
            row = cursor.fetchone()
            if row is None or row[0] != self.epoch:
                raise Deposed(f"floor {self.floor} has another owner than epoch {self.epoch}")
            yield cursor

    # ── taking the floor ────────────────────────────────────────────────────────────────────────────────────────

    def recover(self, now: datetime, *, seed: int, lines: int, phones: bool = False) -> Recovered:
        """Take the floor with a higher epoch, void old leases, and say what stands open.

        Args:
            phones: whether agents hear through telephones of their own.

        Raises: FloorTaken while another living engine holds it.
        """
        raw = self.connect()
        with raw.transaction(), psycopg.Cursor(raw) as cursor:
            cursor.execute(
                "INSERT INTO dialing_floor (id, tenant_id, epoch, owner, gate_up, stopped, hang_up_asked)"
                " VALUES (%s, %s, 0, '', false, false, false) ON CONFLICT DO NOTHING",
                (draw_id(now), self.tenant),
            )
            cursor.execute(
                "SELECT id, epoch, owner, lease_until, stopped FROM dialing_floor WHERE tenant_id = %s FOR UPDATE",
                (self.tenant,),
            )
            row = cursor.fetchone()
            assert row is not None, "the floor was just made"
            floor, epoch, owner, lease_until, stopped = row
            # A lease far ahead is of another clock (a demo's morning), not of a living owner.
            held = lease_until is not None and now < lease_until <= now + timedelta(seconds=2 * LEASE_S)
            if held and owner != self.owner:
                raise FloorTaken(lease_until)
            self.floor, self.epoch = FloorId(floor), epoch + 1
            cursor.execute(
                "UPDATE dialing_floor SET epoch = %s, owner = %s, lease_until = %s, beat_at = %s, gate_up = false"
                " WHERE id = %s",
                (self.epoch, self.owner, now + timedelta(seconds=LEASE_S), now, floor),
            )
            cursor.execute(
                "SELECT seq, hash FROM dialing_journal WHERE floor_id = %s ORDER BY seq DESC LIMIT 1", (floor,)
            )
            self.seq, self.last_hash = cursor.fetchone() or (0, "")
            self.deeds.forget()
            opening.void_leases(cursor, self.tenant)
            opening.end_undialled(cursor, self.tenant, now)
            return opening.recovered(
                cursor,
                tenant=self.tenant,
                epoch=self.epoch,
                stopped=stopped,
                now=now,
                seed=seed,
                lines=lines,
                phones=phones,
            )

    def release(self) -> None:
        """Leave the floor cleanly, so that the next engine need not wait."""
        with self.transaction() as cursor:
            cursor.execute(
                "UPDATE dialing_floor SET lease_until = NULL, owner = '', gate_up = false WHERE id = %s", (self.floor,)
            )

    def beat(self, now: datetime, *, gate_up: bool) -> list[UUID]:
        """Renew the lease; answers the seats whose screen fell silent since."""
        with self.transaction() as cursor:
            cursor.execute(
                "UPDATE dialing_floor SET lease_until = %s, beat_at = %s, gate_up = %s WHERE id = %s",
                (now + timedelta(seconds=LEASE_S), now, gate_up, self.floor),
            )
            cursor.execute(
                "UPDATE dialing_seat SET lost_at = NULL WHERE tenant_id = %s AND lost_at IS NOT NULL"
                " AND alive_at > lost_at",
                (self.tenant,),
            )
            cursor.execute(
                "UPDATE dialing_seat SET lost_at = %s WHERE tenant_id = %s"
                " AND (state NOT IN ('closed', 'paused') OR state = 'paused' AND pause_code = ANY(%s))"
                " AND lost_at IS NULL AND (alive_at IS NULL OR alive_at <= %s) RETURNING id",
                (now, self.tenant, list(WAITS_FOR_PHONE), now - timedelta(seconds=SILENT_S)),
            )
            return [row[0] for row in cursor.fetchall()]

    # ── the journal ─────────────────────────────────────────────────────────────────────────────────────────────

    def append(self, entries: Sequence[Entry]) -> None:
        """Journal these, in order, and write what they mean; one transaction, before anything is done.

        A screen may hold one row of them and want another. PostgreSQL ends one of the two; where it is this one,
        nothing has happened yet, and it is simply tried again.

        Raises: Deposed.
        """
        for _ in range(DEADLOCKS_MAX):
            try:
                return self._append(entries)
            except psycopg.errors.DeadlockDetected:
                self._told_floor_at = None  # nobody was told either
        return self._append(entries)

    def _append(self, entries: Sequence[Entry]) -> None:
        seq, last_hash = self.seq, self.last_hash
        with self.transaction() as cursor:
            assert self.floor is not None, "the epoch was just looked at"
            for entry in entries:
                # First of all: their locks come before anything that clearance may wait for.
                if isinstance(entry.event, StopPressed):
                    keyed.stop(cursor, self.tenant, entry.event.call, entry.at)
            self._know_users(cursor, entries)
            with cursor.connection.pipeline():
                for entry in entries:
                    seq += 1
                    last_hash = self._line(cursor, entry, seq, last_hash)
                    for text, given in self._meaning(entry):
                        cursor.execute(text, given)
                    taken = self.deeds.taken_by(entry.event)
                    if taken:
                        cursor.execute("UPDATE dialing_deed SET taken_at = %s WHERE seq = ANY(%s)", (entry.at, taken))
                if entries and self._floor_news(entries):
                    cursor.execute(*notice(self.tenant, entries[-1].at, "floor", self.floor))
        self.seq, self.last_hash = seq, last_hash
        for entry in entries:
            self.deeds.done(entry.event)

    def _line(self, cursor: psycopg.Cursor[tuple[Any, ...]], entry: Entry, seq: int, previous: str) -> str:
        assert self.floor is not None
        event, commands, people = journal_text(entry.event, entry.commands)
        own = journal_hash(
            previous,
            floor=self.floor,
            seq=seq,
            epoch=self.epoch,
            at=entry.at,
            event=event,
            commands=commands,
            commitments=commitments_of(people),
        )
        cursor.execute(
            "INSERT INTO dialing_journal"
            " (floor_id, seq, tenant_id, epoch, at, event, commands, people, previous_hash, hash)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                *(self.floor, seq, self.tenant, self.epoch, entry.at, Jsonb(event), Jsonb(commands)),
                *(people and Jsonb(people), previous, own),
            ),
        )
        return own

    def _meaning(self, entry: Entry) -> Iterator[Statement]:
        assert self.floor is not None
        yield from of_event(entry.event, entry.at, tenant=self.tenant, floor=self.floor)
        for command in entry.commands:
            yield from of_command(command, entry.at, tenant=self.tenant, users=self._users)

    def _know_users(self, cursor: psycopg.Cursor[tuple[Any, ...]], entries: Sequence[Entry]) -> None:
        """Whose screen to tell of a seat: read once for each seat."""
        seats = {getattr(command, "seat", None) for entry in entries for command in entry.commands}
        unknown = [seat for seat in seats if seat is not None and seat not in self._users]
        if unknown:
            cursor.execute("SELECT id, user_id FROM dialing_seat WHERE id = ANY(%s)", (unknown,))
            self._users.update(cursor.fetchall())

    def _floor_news(self, entries: Sequence[Entry]) -> bool:
        """Tell the wallboards that something moved, at most twice a second."""
        if not any(entry.commands for entry in entries):
            return False
        at = entries[-1].at
        if self._told_floor_at is not None and timedelta(0) <= at - self._told_floor_at < timedelta(seconds=0.5):
            return False
        self._told_floor_at = at
        return True

    # ── leases and deeds ────────────────────────────────────────────────────────────────────────────────────────

    def lease(self, campaign: CampaignId, n: int, now: datetime) -> list[Candidate]:
        """Up to ``n`` candidates, promised callbacks first, then in list order."""
        with self.transaction() as cursor:
            return leases.lease(cursor, campaign=campaign, n=n, now=now, epoch=self.epoch)

    def campaigns(self, now: datetime, only: Sequence[CampaignId]) -> list[Event]:
        """The present settings of these campaigns, as if each had just been set."""
        with self.transaction() as cursor:
            return [CampaignSet(one) for one in opening.campaign_settings(cursor, self.tenant, now, list(only))]

    def asked(self, now: datetime) -> list[Event]:
        """What people asked since, as events in order; each is taken when its journal line is written."""
        with self.transaction() as cursor:
            return self.deeds.read(cursor, now)

    # ── lines ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def house(self, now: datetime) -> dict[str, Any]:
        """What the gate must know of this house, whole, as ``telephony/house.py`` reads it; holds secrets.

        Ask at the begin of a life, when ``deeds.house_changed``, and every minute or so, for logins end by themselves.
        """
        with self.transaction() as cursor:
            self.deeds.house_changed = False
            return house_of(cursor, self.tenant, now)

    def note_lines(self, report: Mapping[str, Any], now: datetime) -> None:
        """How switch and trunks stand, as the gate says (``lines/state.py``)."""
        with self.transaction() as cursor:
            lines_state.note(cursor, self.tenant, report, now)

    def own_calls(self, now: datetime) -> Sequence[own_calls.Asked]:
        """Calls to the house's own numbers that wait; ask when ``deeds.own_calls_asked``; clearance seals each."""
        with self.transaction() as cursor:
            self.deeds.own_calls_asked = False
            return own_calls.asked(cursor, self.tenant, now)

    def note_own_call(self, own_call: UUID, state: str, now: datetime, **what: Any) -> None:
        """What came of a call to an own number (``own_calls.note``)."""
        with self.transaction() as cursor:
            own_calls.note(cursor, own_call, state, now, **what)

    def note_inbound(self, report: Mapping[str, Any], now: datetime) -> None:
        """Who called a number of ours, as the gate says (``inbound.note``); an opt-out holds with this commit."""
        with self.transaction() as cursor:
            inbound.note(cursor, self.tenant, report, now)

    def spent(self, attempts: Sequence[AttemptId], now: datetime) -> None:
        """The gate spent these permits."""
        with self.transaction() as cursor:
            cursor.execute(
                "UPDATE dialing_permit SET spent_at = %s WHERE attempt_id = ANY(%s) AND spent_at IS NULL",
                (now, list(attempts)),
            )
