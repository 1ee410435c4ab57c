"""Litigation holds: placed by one person, lifted by two; what they cover, in counts.

Answers: what of this house, or of this number, must stay? Which row is covered the database alone decides
(``retention_*_held``, ``migrations/0002_guards.py``): the same words refuse a deletion, choose what the purge leaves
and count what is shown here. Recordings are held by their own column, which the database keeps in step with the holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign
from ahize.web.complaints.models import Case
from ahize.web.consents.pseudonyms import pseudonyms
from ahize.web.contacts.models import Contact, ContactList
from ahize.web.permissions import Person, second_person
from ahize.web.retention.models import Hold, Scope

TOPIC: Final = "retention"
LINES_MAX: Final = 50
COUNTED_MAX: Final = 10_000
"""A preview counts no further: whoever holds so much need not know how much more it is."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a scope as somebody named it; all that is named must fit. Span ``[since, until)``."""

    e164: str = ""
    contact: UUID | None = None
    case: UUID | None = None
    campaign: UUID | None = None
    list: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self) -> bool:
        return any((self.e164, self.contact, self.case, self.campaign, self.list, self.since, self.until))


def holds(*, lifted: bool = False) -> QuerySet[Hold]:
    """Those in force, or with ``lifted`` all; the newest first."""
    rows = Hold.objects.prefetch_related(
        Prefetch("scope", queryset=Scope.objects.select_related("campaign", "list").order_by("id"))
    ).order_by("-placed_at", "id")
    return rows if lifted else rows.filter(lifted_at=None)


def access_hold(hold_id: UUID) -> Hold:
    """Raises: NotFound."""
    found = holds(lifted=True).filter(pk=hold_id).first()
    if found is None:
        raise NotFound(_("There is no such hold."), code="no_hold")
    return found


# ── placing and lifting ──────────────────────────────────────────────────────────────────────────────────────────────


def place(
    *,
    name: str,
    reference: str,
    reason: str,
    ordered_by: str,
    from_on: date,
    lines: Sequence[Line],
    by: Person,
    now: datetime,
) -> Hold:
    """Keep everything in scope from this commit on. Raises: BadInput, NotFound."""
    told = {"name": name.strip(), "reason": reason.strip(), "ordered_by": ordered_by.strip()}
    for field, value in told.items():
        if not value:
            raise BadInput(_("A hold needs a name, a reason and who ordered it."), field=field, code="hold_incomplete")
    with transaction.atomic():
        _alone(by.tenant)
        hold = Hold.objects.create(
            id=draw_id(now),
            tenant_id=by.tenant,
            **told,
            reference=reference.strip(),
            from_on=from_on,
            placed_at=now,
            placed_by=by.id,
        )
        _scope(hold, lines, now)
        _drive(hold)
        _tell(hold, "place_hold", after=_said(hold, lines), reason=hold.reason, by=by, now=now)
    return hold


def preview(lines: Sequence[Line], *, by: Person, now: datetime) -> dict[str, int]:
    """What a hold of this scope would cover, by class, as if it were placed; each at most ``COUNTED_MAX`` and one.

    Raises: BadInput, NotFound.
    """
    with transaction.atomic():
        hold = Hold.objects.create(
            id=draw_id(now), tenant_id=by.tenant, name="?", reason="?", ordered_by="?", from_on=now.date(),
            placed_at=now, placed_by=by.id,
        )  # fmt: skip
        _scope(hold, lines, now)
        counts = covered(hold)
        transaction.set_rollback(True)
    return counts


def ask_to_lift(hold: Hold, *, reason: str, by: Person, now: datetime) -> Hold:
    """Say that it may end, and why; another person must agree. Raises: BadInput, Conflict."""
    if not reason.strip():
        raise BadInput(_("Please say why."), code="reason_needed", field="reason")
    with transaction.atomic():
        hold = _in_force(hold)
        if hold.lift_asked_at is not None:
            raise Conflict(
                _("Somebody has asked already that this hold ends."),
                code="lift_asked",
                next_step=_("A second person confirms or refuses that."),
            )
        hold.lift_asked_at, hold.lift_asked_by, hold.lift_reason = now, by.id, reason.strip()
        hold.save(update_fields=["lift_asked_at", "lift_asked_by", "lift_reason"])
        _tell(hold, "ask_lift_hold", reason=hold.lift_reason, by=by, now=now)
    return hold


def lift(hold: Hold, *, by: Person, now: datetime) -> Hold:
    """End it, as the second person: what was kept for it alone follows its term again. Raises: Conflict, NotAllowed."""
    with transaction.atomic():
        _alone(by.tenant)
        hold = _asked(hold)
        second_person(
            hold.lift_asked_by,
            by.id,
            refused=_("A second person must confirm this: whoever asks cannot."),
            next_step=_("Ask a colleague who may confirm the end of a hold."),
        )
        hold.lifted_at, hold.lifted_by = now, by.id
        hold.save(update_fields=["lifted_at", "lifted_by"])
        Scope.objects.filter(hold=hold).update(lifted_at=now)
        with connection.cursor() as cursor:
            # What another hold covers too is held by that one at once (the trigger ``held_back``).
            cursor.execute(
                "UPDATE recordings_recording SET held_at = NULL, held_by = NULL, hold_reason = '', litigation = NULL"
                " WHERE litigation = %s AND deleted_at IS NULL",
                [hold.pk],
            )
        _tell(hold, "lift_hold", reason=hold.lift_reason, by=by, now=now)
    return hold


def keep(hold: Hold, *, by: Person, now: datetime) -> Hold:
    """Leave it in force: the asking is taken back or turned down. Raises: Conflict."""
    with transaction.atomic():
        hold = _asked(hold)
        hold.lift_asked_at, hold.lift_asked_by, hold.lift_reason = None, None, ""
        hold.save(update_fields=["lift_asked_at", "lift_asked_by", "lift_reason"])
        _tell(hold, "keep_hold", by=by, now=now)
    return hold


def _scope(hold: Hold, lines: Sequence[Line], now: datetime) -> None:
    if not lines or not all(lines):
        raise BadInput(
            _("Name what is held: a number, a contact, a complaint, a campaign, a list or a span of time."),
            code="hold_without_scope",
            field="scope",
            line=next((at for at, line in enumerate(lines) if not line), 0),
        )
    if len(lines) > LINES_MAX:
        raise BadInput(_("A hold has %(most)d lines at most.") % {"most": LINES_MAX}, field="scope")
    for at, line in enumerate(lines):
        _known(line, at)
        Scope.objects.create(
            id=draw_id(now),
            tenant_id=hold.tenant_id,
            hold=hold,
            e164=line.e164,
            marks=pseudonyms(hold.tenant_id, line.e164) if line.e164 else [],
            contact_id=line.contact,
            case_id=line.case,
            campaign_id=line.campaign,
            list_id=line.list,
            since=line.since,
            until=line.until,
        )


def _known(line: Line, at: int) -> None:
    if line.since is not None and line.until is not None and line.since >= line.until:
        raise BadInput(_("The span must begin before it ends."), field="until", code="span_backwards", line=at)
    named: tuple[tuple[Any, UUID | None, str], ...] = (
        (Contact, line.contact, _("There is no such contact.")),
        (Case, line.case, _("There is no such complaint.")),
        (Campaign, line.campaign, _("There is no such campaign.")),
        (ContactList, line.list, _("There is no such list.")),
    )
    for model, asked, missing in named:
        if asked is not None and not model.objects.filter(pk=asked).exists():
            raise NotFound(missing, code="no_scope")


def _in_force(hold: Hold) -> Hold:
    found = Hold.objects.select_for_update().get(pk=hold.pk)
    if found.lifted_at is not None:
        raise Conflict(_("This hold has been lifted already."), code="hold_lifted")
    return found


def _asked(hold: Hold) -> Hold:
    found = _in_force(hold)
    if found.lift_asked_at is None:
        raise Conflict(_("Nobody has asked that this hold ends."), code="lift_not_asked")
    return found


def _alone(tenant: UUID) -> None:
    """Wait until nothing is being deleted, and let nothing be deleted before the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(retention_lock(%s))", [tenant])


# ── what is covered ──────────────────────────────────────────────────────────────────────────────────────────────────


def person_held(number: str, at: str, contact: str = "NULL") -> str:
    """SQL of the hold that covers a row ``t`` of a person: the columns of its number, its time and its contact."""
    return f"retention_person_held(t.tenant_id, ARRAY[t.{number}::text], {contact}, t.{at})"


CALL_HELD: Final = "retention_call_held(t.tenant_id, t.e164, t.contact_id, t.campaign_id, t.at)"
CONTACT_HELD: Final = "retention_contact_held(t.tenant_id, t.id)"
CONSENT_HELD: Final = person_held("e164", "given_at", "t.contact_id")
RELATIONSHIP_HELD: Final = person_held("e164", "created_at", "t.contact_id")
CASE_HELD: Final = "retention_case_held(t.tenant_id, t.id, t.received_at)"
LIST_HELD: Final = "retention_list_held(t.tenant_id, t.list_id, t.created_at)"
CALLED_BACK_HELD: Final = person_held("caller", "at")
OF_NUMBER_HELD: Final = person_held("e164", "at")
_RECORDED: Final = "recordings_recording r JOIN dialing_attempt t ON t.id = r.attempt_id AND r.deleted_at IS NULL"
_CLASSES: Final = {
    "calls": ("dialing_attempt t", "{calls}", CALL_HELD),
    "recordings": (_RECORDED, "{calls}", CALL_HELD),
    "contacts": ("contacts_contact t", "{contacts}", CONTACT_HELD),
    "consents": ("consents_consent t", "{numbers}", CONSENT_HELD),
    "relationships": ("consents_relationship t", "{numbers}", RELATIONSHIP_HELD),
    "requests": ("rights_request t", "{numbers}", OF_NUMBER_HELD),
    "code_calls": ("dialing_codecall t", "{numbers}", OF_NUMBER_HELD),
    "complaints": ("complaints_case t", "TRUE", CASE_HELD),
    "imports": ("contacts_import t", "TRUE", LIST_HELD),
}
"""Classes that are counted: the rows, what narrows them down before the database is asked of each, and the asking."""

_NUMBERS: Final = """
    SELECT e164 FROM retention_scope WHERE id = %(line)s AND e164 <> ''
    UNION SELECT unnest(marks) FROM retention_scope WHERE id = %(line)s
    UNION SELECT p.e164 FROM contacts_phone p JOIN retention_scope s ON p.contact_id = s.contact_id AND s.id = %(line)s
    UNION SELECT n.e164 FROM complaints_casenumber n JOIN retention_scope s ON n.case_id = s.case_id AND s.id = %(line)s
"""


def _narrowed(scope: Scope) -> dict[str, str]:
    """SQL that leaves out most rows a line cannot cover, and none that it does."""
    if scope.e164 or scope.contact_id or scope.case_id:
        return {
            "calls": "(t.e164 = ANY(%(numbers)s) OR t.contact_id = %(contact)s)",
            "numbers": "t.e164 = ANY(%(numbers)s)",
            "contacts": "(t.id = %(contact)s OR t.id IN (SELECT contact_id FROM contacts_phone"
            " WHERE e164 = ANY(%(numbers)s)))",
        }
    if scope.campaign_id:
        called = "(SELECT contact_id FROM dialing_attempt WHERE campaign_id = %(campaign)s)"
        numbers = "t.e164 IN (SELECT e164 FROM dialing_attempt WHERE campaign_id = %(campaign)s)"
        return {"calls": "t.campaign_id = %(campaign)s", "numbers": numbers, "contacts": f"t.id IN {called}"}
    if scope.list_id:
        here = "(SELECT id FROM contacts_contact WHERE list_id = %(list)s)"
        return {
            "calls": f"t.contact_id IN {here}",
            "numbers": f"t.e164 IN (SELECT e164 FROM contacts_phone WHERE contact_id IN {here})",  # noqa: S608 - our own words
            "contacts": "t.list_id = %(list)s",
        }
    span = (
        "t.at >= coalesce(%(since)s, '-infinity'::timestamptz) AND t.at < coalesce(%(until)s, 'infinity'::timestamptz)"
    )
    return {"calls": span, "numbers": "TRUE", "contacts": "TRUE"}


def covered(hold: Hold) -> dict[str, int]:
    """How many rows of which class this hold covers; each at most ``COUNTED_MAX`` and one."""
    counts: dict[str, int] = {}
    lines = list(Scope.objects.filter(hold=hold).order_by("id"))
    with connection.cursor() as cursor:
        given = [(line, _given(cursor, line)) for line in lines]
        for code, (rows, narrowed, held) in _CLASSES.items():
            either = " OR ".join(
                "(" + narrowed.format(**_narrowed(line)).replace("%(", f"%(l{at}_") + ")"
                for at, (line, _values) in enumerate(given)
            )
            values = {
                f"l{at}_{name}": value for at, (_line, found) in enumerate(given) for name, value in found.items()
            }
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {rows} WHERE ({either}) AND {held} IS NOT NULL"  # noqa: S608 - our own words
                f" LIMIT {COUNTED_MAX + 1}) counted",
                values,
            )
            counts[code] = int(cursor.fetchone()[0])
    return {code: count for code, count in counts.items() if count}


def _given(cursor: Any, line: Scope) -> dict[str, Any]:
    cursor.execute(_NUMBERS, {"line": line.pk})
    return {
        "numbers": [row[0] for row in cursor.fetchall()],
        "contact": line.contact_id,
        "campaign": line.campaign_id,
        "list": line.list_id,
        "since": line.since,
        "until": line.until,
    }


def _drive(hold: Hold) -> None:
    """Hold the recordings in scope. Writing nothing to a row is enough: the trigger ``held_back`` asks and writes."""
    with connection.cursor() as cursor:
        for line in Scope.objects.filter(hold=hold).order_by("id"):
            cursor.execute(
                "UPDATE recordings_recording r SET held_at = NULL FROM dialing_attempt t"  # noqa: S608 - our own words
                " WHERE t.id = r.attempt_id AND r.deleted_at IS NULL AND r.held_at IS NULL AND "
                + _narrowed(line)["calls"],
                _given(cursor, line),
            )


# ── for erasures ─────────────────────────────────────────────────────────────────────────────────────────────────────

_OF_NUMBER: Final = {
    "attempts": ("dialing_attempt t", "t.e164 = %(number)s", CALL_HELD),
    "recordings": (_RECORDED, "t.e164 = %(number)s", "r.litigation"),
    "contacts": (
        "contacts_contact t",
        "t.id IN (SELECT contact_id FROM contacts_phone WHERE e164 = %(number)s)",
        CONTACT_HELD,
    ),
    "consents": ("consents_consent t", "t.e164 = %(number)s", CONSENT_HELD),
    "relationships": ("consents_relationship t", "t.e164 = %(number)s", RELATIONSHIP_HELD),
    "calls back": ("dialing_inboundcall t", "t.caller = %(number)s", CALLED_BACK_HELD),
    "calls with a code": ("dialing_codecall t", "t.e164 = %(number)s", OF_NUMBER_HELD),
    "complaints": (
        "complaints_casenumber t",
        "t.e164 = %(number)s",
        "retention_case_held(t.tenant_id, t.case_id, t.at)",
    ),
    "requests": ("rights_request t", "t.e164 = %(number)s", OF_NUMBER_HELD),
}
"""Like ``_CLASSES``, of one number."""


def held(tenant: UUID, e164: str) -> dict[str, int]:
    """Rows of this number that a hold keeps, by class; empty where its erasure may go on. Inside the house's wall."""
    if not Scope.objects.filter(tenant_id=tenant, lifted_at=None).exists():
        return {}
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for code, (rows, named, asked) in _OF_NUMBER.items():
            cursor.execute(
                f"SELECT count(*) FROM {rows} WHERE {named} AND {asked} IS NOT NULL",  # noqa: S608 - our own words
                {"number": e164},
            )
            counts[code] = int(cursor.fetchone()[0])
    return {code: count for code, count in counts.items() if count}


def forget(tenant: UUID, e164: str, mark: str) -> dict[str, int]:  # noqa: ARG001 - the wall stands already
    """A lifted hold that named the number names its pseudonym; see ``rights/erasure.py``."""
    return {"scopes of holds": Scope.objects.filter(e164=e164).update(e164=mark, marks=[])}


def find_marks() -> int:
    """Write down under which pseudonyms records of held numbers stand: the web, which places holds, has no key."""
    found = 0
    for line in Scope.objects.filter(lifted_at=None, marks=[]).exclude(e164=""):
        line.marks = pseudonyms(line.tenant_id, line.e164)
        line.save(update_fields=["marks"])
        found += 1
    return found


def _said(hold: Hold, lines: Sequence[Line]) -> dict[str, Any]:
    """For the audit, which is never erased: no number stands in it."""
    return {
        "name": hold.name,
        "reference": hold.reference,
        "from_on": hold.from_on,
        "scope": [
            {
                "number": bool(line.e164),
                **{name: getattr(line, name) for name in ("contact", "case", "campaign", "list", "since", "until")},
            }
            for line in lines
        ],
    }


def _tell(
    hold: Hold, action: str, *, by: Person, now: datetime, after: dict[str, Any] | None = None, reason: str = ""
) -> None:
    audit.record(
        tenant=hold.tenant_id,
        by=by.id,
        action=action,
        subject_kind="hold",
        subject_id=hold.pk,
        after=after,
        reason=reason,
        now=now,
    )
    notices.tell_browsers(hold.tenant_id, TOPIC, hold.pk, now=now)
