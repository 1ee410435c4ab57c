"""Clearance: one transaction that locks the facts, asks the rulebook, writes attempt and ruling, and seals the permit.

The only place that seals. Runs in a thread of its own with the role ``ahize_clearance`` (nobody else may insert what it
inserts). A revocation committed before the locks are taken is seen; one that comes later waits until the permit of this
transaction is written, and voids it. Refuses to dial and to decide how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction

from ahize.compliance.again import law_ruling
from ahize.compliance.ruling import LONGEST_PERMIT_S, Bar, Permit, Ruling, World, ringing_s
from ahize.dialer.commands import SeekLeave
from ahize.dialer.events import Barred, Cleared
from ahize.kernel.clock import Clock
from ahize.kernel.ids import AttemptId, CampaignId, ContactId, FloorId, SellerId, TenantId
from ahize.kernel.seals import Sealer
from ahize.web.asking import ask, together
from ahize.web.consents.locks import numbers_shared
from ahize.web.dialing.apart import drawn_salt, without_number
from ahize.web.dialing.chain import canonical, committed, ruling_hash
from ahize.web.dialing.facts import Gathered, Subject, decide, gather_asked
from ahize.web.dialing.showing import chance_of
from ahize.web.dialing.sources import sources
from ahize.web.rls import TENANT_SETTING
from ahize.web.tenants.locks import house_shared

BATCH = 40
"""Attempts in one transaction: it holds locks others wait for, and the first answer waits for the last."""
IN_CALL_AGAIN = timedelta(minutes=10)
OWN_NUMBER = "own_number"
"""The one duty in a permit for a number of the house's own; no ruling ever names it."""
OWN_RING_S = 30
_NOBODYS = UUID(int=0)
"""Stands for campaign and contact in such a permit: it is for nobody's campaign and calls no contact."""


@dataclass(slots=True)
class Clearance:
    """Rules and seals for one floor. Synchronous; every method belongs to one thread.

    Args:
        sealer: the private key, handed in; without one nothing is ever cleared, and no answer comes.
        using: the Django alias whose role is ``ahize_clearance``.
    """

    tenant: UUID
    sealer: Sealer | None
    using: str = "clearance"
    _walled: Any = field(default=None)

    def rule_on(self, asks: Sequence[SeekLeave], *, floor: FloorId, epoch: int, clock: Clock) -> list[Cleared | Barred]:
        """One answer for each ask; all facts and rulings of a batch in one transaction.

        Each batch is as of the clock when it begins. An engine that is no longer the floor's owner gets no answers.
        """
        if self.sealer is None:
            return []
        answers: list[Cleared | Barred] = []
        for start in range(0, len(asks), BATCH):
            answers.extend(self._batch(asks[start : start + BATCH], floor, epoch, clock.now()))
        return answers

    def seal_own_number(self, own_call: UUID, *, floor: FloorId, epoch: int, clock: Clock) -> Permit | None:
        """A permit for a number of the house's own (``own_calls.py``); None where it is refused, and why is in its row.

        No law is asked, for nobody is called but the house itself. So it is sealed only for a caller ID or seller's
        number that can be called, or a person's own that a second person approved; never for one that is suppressed
        or that stands on a calling list.
        """
        if self.sealer is None:
            return None
        self._wall()
        now = clock.now()
        with transaction.atomic(using=self.using), psycopg.Cursor(connections[self.using].connection) as cursor:
            cursor.execute(_OWN_CALL, (own_call, floor, epoch))
            row = cursor.fetchone()
            if row is None:
                return None
            number, caller_id, world = row
            cursor.execute(_SHOWN, (self.tenant, caller_id, now, now))
            seller = (cursor.fetchone() or (None,))[0]
            if seller is not None:
                numbers_shared([(number, seller)], using=self.using)
                house_shared(self.tenant, using=self.using)
            cursor.execute(_OWN_NUMBER, {"tenant": self.tenant, "number": number, "now": now})
            is_own, suppressed, on_a_list = cursor.fetchone() or (False, True, True)
            objections = (
                ("caller_id", seller is None),
                ("not_own", not is_own),
                ("suppressed", suppressed),
                ("on_a_list", on_a_list),
            )
            why = next((word for word, holds in objections if holds), "")
            if why or seller is None:
                cursor.execute(_OWN_REFUSED, (why, own_call))
                return None
            permit = sealed(
                Permit(
                    id=AttemptId(own_call),
                    attempt=AttemptId(own_call),
                    number=number,
                    tenant=TenantId(self.tenant),
                    seller=SellerId(seller),
                    campaign=CampaignId(_NOBODYS),
                    contact=ContactId(_NOBODYS),
                    floor=floor,
                    epoch=epoch,
                    world=world,
                    caller_id=caller_id,
                    sealed_at=now,
                    valid_until=now + timedelta(seconds=LONGEST_PERMIT_S),
                    ring_s_min=OWN_RING_S,
                    ring_s_max=OWN_RING_S,
                    duties=(OWN_NUMBER,),
                    federal_only=False,
                ),
                self.sealer,
            )
            cursor.execute(
                _OWN_SEALED, (permit.payload().decode(), permit.signature, now, permit.valid_until, own_call)
            )
            return permit

    def disconnect(self) -> None:
        """Forget the connection; the next ask makes a new one."""
        connections[self.using].close()

    def _batch(self, asks: Sequence[SeekLeave], floor: FloorId, epoch: int, now: datetime) -> list[Cleared | Barred]:
        self._wall()
        subjects = [
            Subject(
                one.candidate.campaign, one.candidate.contact, one.candidate.phone, one.method, chance_of(one.attempt)
            )
            for one in asks
        ]
        with transaction.atomic(using=self.using):
            with together(using=self.using):
                numbers_shared(((one.candidate.number, one.candidate.seller) for one in asks), using=self.using)
                house_shared(self.tenant, using=self.using)
                owns = ask(_OWNS, [floor, epoch], list, using=self.using)
                last = ask(_LAST, [self.tenant], list, using=self.using)
                gathering = gather_asked(subjects, now, using=self.using, lock=True)
            worlds, (seq, last_hash) = owns(), (last() or [(0, "")])[0]
            if not worlds:
                return []
            owner = _Owner(floor, epoch, worlds[0][0])
            gathered = gathering()
            cases, gone = [], []
            for one, subject in zip(asks, subjects, strict=True):
                if subject.phone in gathered.people and subject.campaign in gathered.terms:
                    cases.append(_Case(one, subject, *_ruled(gathered, subject, one)))
                else:  # Its rows are gone, so there is nothing an attempt could stand on.
                    gone.append(Barred(one.attempt, ("number_changed",), None))
            return [*self._write(cases, gathered, owner, seq, last_hash), *gone]

    def _wall(self) -> None:
        wrapper = connections[self.using]
        wrapper.ensure_connection()
        if wrapper.connection is not self._walled:
            with wrapper.cursor() as cursor:
                # The planner thinks that a list of unknown length is long, and would plan anew for each of ours.
                cursor.execute(
                    "SELECT set_config(%s, %s, false), set_config('plan_cache_mode', 'force_generic_plan', false)",
                    [TENANT_SETTING, str(self.tenant)],
                )
            self._walled = wrapper.connection

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _write(
        self, cases: list[_Case], gathered: Gathered, owner: _Owner, seq: int, last_hash: str
    ) -> list[Cleared | Barred]:
        now, rulings, permits = gathered.now, [], []
        answers: list[Cleared | Barred] = []
        with psycopg.Cursor(connections[self.using].connection) as cursor:
            again = self._insert_attempts(cursor, cases, gathered)
            for case in cases:
                facts, ruling = canonical(case.facts), canonical(case.ruling.to_json())
                told = canonical(case.sources)
                seq += 1
                salt = drawn_salt()
                own = ruling_hash(
                    last_hash,
                    attempt=case.ask.attempt,
                    seq=seq,
                    at=now,
                    facts=facts,
                    ruling=ruling,
                    sources=told,
                    commitment=committed(salt, case.number),
                )
                rulings.append(
                    (
                        *(case.ask.attempt, self.tenant, seq, now, facts, ruling, told, case.number, salt),
                        *(case.ruling.rulebook, case.ruling.tzdata, case.ruling.federal_only, last_hash, own),
                    )
                )
                last_hash = own
                if case.ruling.is_allowed:
                    permit = self._sealed(case, gathered, owner)
                    permits.append(
                        (
                            *(case.ask.attempt, self.tenant, permit.number, now, permit.valid_until),
                            *(permit.payload().decode(), permit.signature),
                        )
                    )
                    answers.append(Cleared(case.ask.attempt, permit))
                else:
                    answers.append(Barred(case.ask.attempt, _grounds(case.ruling), case.ruling.next_lawful))
            with together(using=self.using):
                for statement, rows in ((_ATTEMPT, again), (_RULING, rulings), (_PERMIT, permits)):
                    if rows:
                        cursor.executemany(statement, rows)
        return answers

    def _insert_attempts(
        self, cursor: psycopg.Cursor[Any], cases: list[_Case], gathered: Gathered
    ) -> list[tuple[Any, ...]]:
        """Each attempt's row. Where another live attempt holds the contact or the number, this one is barred.

        Returns:
            the rows of those, still to be written.
        """
        again = []
        if cases:
            cursor.executemany(_ATTEMPT, [self._attempt(case, gathered) for case in cases], returning=True)
        for case in cases:
            if cursor.fetchone() is None:
                case.ruling = _in_call(case.ruling, gathered.now)
                again.append(self._attempt(case, gathered))
            cursor.nextset()
        return again

    def _attempt(self, case: _Case, gathered: Gathered) -> tuple[Any, ...]:
        candidate, terms = case.ask.candidate, gathered.terms.get(case.ask.candidate.campaign)
        allowed, now = case.ruling.is_allowed, gathered.now
        return (
            *(case.ask.attempt, self.tenant, candidate.seller, candidate.campaign, terms.version if terms else 0),
            *(candidate.contact, candidate.phone, candidate.number, gathered.shown(case.subject).e164),
            *(case.ask.method, candidate.origin, candidate.callback, now, case.ruling.verdict, allowed),
            *("" if allowed else "barred", None if allowed else now),
        )

    def _sealed(self, case: _Case, gathered: Gathered, owner: _Owner) -> Permit:
        assert self.sealer is not None
        terms, candidate, ruling = gathered.terms[case.subject.campaign], case.ask.candidate, case.ruling
        now = gathered.now
        longest = now + timedelta(seconds=LONGEST_PERMIT_S)
        ringing = ringing_s(ruling, terms.ring_s_max, now)
        assert ringing is not None, "what would ring too long was barred"
        permit = Permit(
            id=case.ask.attempt,
            attempt=case.ask.attempt,
            number=candidate.number,
            tenant=TenantId(self.tenant),
            seller=SellerId(terms.seller),
            campaign=candidate.campaign,
            contact=candidate.contact,
            floor=owner.floor,
            epoch=owner.epoch,
            world=owner.world,
            caller_id=gathered.shown(case.subject).e164,
            sealed_at=now,
            valid_until=min(longest, ruling.lawful_until) if ruling.lawful_until else longest,
            ring_s_min=ringing[0],
            ring_s_max=ringing[1],
            duties=ruling.duties,
            federal_only=ruling.federal_only,
        )
        return sealed(permit, self.sealer)


def sealed(permit: Permit, sealer: Sealer) -> Permit:
    """The permit, signed."""
    return replace(permit, signature=sealer.sign(permit.payload()))


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose floor it is, and in which world it dials."""

    floor: FloorId
    epoch: int
    world: World


@dataclass(slots=True)
class _Case:
    """One ask, with its facts, the number that stands apart from them, how old they are and by which laws it was ruled,
    and what was ruled."""

    ask: SeekLeave
    subject: Subject
    facts: dict[str, Any]
    number: str
    sources: dict[str, Any]
    ruling: Ruling


_OWNS = """
    SELECT t.world FROM dialing_floor f JOIN tenants_tenant t ON t.id = f.tenant_id
    WHERE f.id = %s AND f.epoch = %s"""

_OWN_CALL = """
    SELECT o.e164, o.caller_id, t.world FROM dialing_owncall o
    JOIN tenants_tenant t ON t.id = o.tenant_id JOIN dialing_floor f ON f.tenant_id = o.tenant_id
    WHERE o.id = %s AND o.state = 'asked' AND f.id = %s AND f.epoch = %s FOR UPDATE OF o"""

_SHOWN = """
    SELECT seller_id FROM tenants_callerid WHERE tenant_id = %s AND e164 = %s AND valid_from <= %s
      AND (valid_until IS NULL OR valid_until > %s) ORDER BY id LIMIT 1"""

_OWN_NUMBER = """
    SELECT EXISTS (SELECT FROM tenants_callerid WHERE tenant_id = %(tenant)s AND e164 = %(number)s AND dialable
                   AND valid_from <= %(now)s AND (valid_until IS NULL OR valid_until > %(now)s))
        OR EXISTS (SELECT FROM tenants_seller WHERE tenant_id = %(tenant)s AND phone_e164 = %(number)s)
        OR EXISTS (SELECT FROM lines_ownnumber WHERE tenant_id = %(tenant)s AND e164 = %(number)s
                   AND approved_at IS NOT NULL AND ended_at IS NULL),
        EXISTS (SELECT FROM consents_suppression WHERE tenant_id = %(tenant)s AND e164 = %(number)s
                AND ended_at IS NULL AND (channel IS NULL OR channel = 'voice')),
        EXISTS (SELECT FROM contacts_phone p JOIN contacts_contact c ON c.id = p.contact_id AND c.erased_at IS NULL
                JOIN contacts_contactlist l ON l.id = c.list_id AND l.state = 'published'
                WHERE p.tenant_id = %(tenant)s AND p.e164 = %(number)s)"""

_OWN_SEALED = """
    UPDATE dialing_owncall SET state = 'sealed', payload = %s, signature = %s, sealed_at = %s, valid_until = %s
    WHERE id = %s"""

_OWN_REFUSED = "UPDATE dialing_owncall SET state = 'refused', why = %s WHERE id = %s"

_LAST = "SELECT seq, hash FROM dialing_ruling WHERE tenant_id = %s ORDER BY seq DESC LIMIT 1"

_ATTEMPT = """
    INSERT INTO dialing_attempt (id, tenant_id, seller_id, campaign_id, campaign_version, contact_id, phone_id, e164,
        caller_id, method, origin, callback_id, at, verdict, live, outcome, ended_at, greeting, disposition)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', '')
    ON CONFLICT DO NOTHING RETURNING id"""

_RULING = """
    INSERT INTO dialing_ruling (attempt_id, tenant_id, seq, at, facts, ruling, sources, number, salt, rulebook, tzdata,
        federal_only, previous_hash, hash)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""

_PERMIT = """
    INSERT INTO dialing_permit (attempt_id, tenant_id, e164, sealed_at, valid_until, payload, signature, void_reason)
    VALUES (%s, %s, %s, %s, %s, %s, %s, '')"""


def _ruled(gathered: Gathered, subject: Subject, ask: SeekLeave) -> tuple[dict[str, Any], str, dict[str, Any], Ruling]:
    """The facts as they are kept, the number, what is kept beside them, and the ruling on just these facts."""
    facts, number = without_number(gathered.facts(subject))
    law = law_ruling(gathered.book, facts)
    ruling = decide(gathered, subject, ruling=law)
    person = gathered.people[subject.phone]
    if person.e164 != ask.candidate.number or person.contact != ask.candidate.contact:
        moved = Bar("AHIZE-NUMBER", "number_changed", "the contact's number changed since it was leased", ())
        ruling = _barred(ruling, moved, None)
    if ruling.is_allowed and not gathered.shown(subject).e164:
        ruling = _barred(ruling, Bar("AHIZE-CALLER-ID", "caller_id", "the campaign has no caller ID", ()), None)
    if ruling.is_allowed and ringing_s(ruling, gathered.terms[subject.campaign].ring_s_max, gathered.now) is None:
        assert ruling.lawful_until is not None, "without an end there is time to ring"
        then = decide(gathered, subject, ruling.lawful_until)
        late = Bar("AHIZE-RINGING", "hours", "it would still ring when the lawful time ends", ())
        ruling = _barred(ruling, late, ruling.lawful_until if then.is_allowed else then.next_lawful)
    return facts, number, sources(gathered, subject, facts, law), ruling


def _in_call(ruling: Ruling, now: datetime) -> Ruling:
    bar = Bar("AHIZE-LIVE", "in_call", "this contact or number is in another live attempt", ())
    return _barred(ruling, bar, now + IN_CALL_AGAIN)


def _barred(ruling: Ruling, bar: Bar, next_lawful: datetime | None) -> Ruling:
    return replace(ruling, verdict="block", bars=(*ruling.bars, bar), lawful_until=None, next_lawful=next_lawful)


def _grounds(ruling: Ruling) -> tuple[str, ...]:
    """The bars' grounds; of a review, the facts that are missing."""
    return ruling.grounds or tuple(f"unknown {name}" for name in ruling.unknown)
