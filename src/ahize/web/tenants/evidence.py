"""Evidence: what a seller and whoever calls for it can prove, and from when to when the facts may rest on it.

Answers: which registrations, charities, brands and paid area codes hold at an instant, and when that changes by itself.
Refuses to know what a law makes of them. A record is written once; it ends by its date or by somebody ending it early.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web import documents, notices
from ahize.web.asking import Rows, ask
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.permissions import Person
from ahize.web.tenants.kinds import KINDS, SAFEGUARDS, EvidenceKind, Fact, whose
from ahize.web.tenants.locks import house_lock
from ahize.web.tenants.models import Agency, CallerRole, Evidence, Seller

FOLDER = "evidence"
NEAR_EXPIRY = timedelta(days=30)
"""How long before its end a record is shown as running out: a renewal takes weeks at most authorities."""
_AREA = re.compile(r"[0-9]{2,5}\Z")


# ── what holds when ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Proof:
    """What one record lends to the facts, over ``[since, until)``. ``until`` None: without end."""

    code: str
    fact: Fact
    areas: tuple[str, ...]
    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a seller, and who calls for it, can prove. Who calls is the seller itself where no agency does."""

    proofs: tuple[Proof, ...] = ()

    def registrations(self, at: datetime) -> list[str]:
        """Codes of licences, permits and subscriptions that hold; a brand's registration is one too."""
        return sorted({one.code for one in self._at(at) if one.fact in ("registrations", "brand_registered_in")})

    def areas(self, at: datetime) -> list[str]:
        """Area codes paid for."""
        return sorted({area for one in self._at(at) for area in one.areas})

    def charity_in(self, at: datetime) -> list[str]:
        """Countries in which the seller is a registered charity."""
        return sorted({one.code[:2] for one in self._at(at) if one.fact == "registered_charity_in"})

    def brand_in(self, at: datetime) -> list[str]:
        """Registries in which the seller's brand stands."""
        return sorted({one.code for one in self._at(at) if one.fact == "brand_registered_in"})

    def safeguard(self, country: str, at: datetime) -> str | None:
        """What safeguards data of that country's people where the agents sit elsewhere; None where nothing is held."""
        held = {one.code for one in self._at(at) if one.fact == "transfer_safeguard"}
        return next((word for end, word in SAFEGUARDS.items() if f"{country}-{end}" in held), None)

    def next_change(self, at: datetime) -> datetime | None:
        """The first instant after ``at`` at which any of this changes by itself."""
        edges = [edge for one in self.proofs for edge in (one.since, one.until) if edge is not None and edge > at]
        return min(edges, default=None)

    def _at(self, at: datetime) -> Iterable[Proof]:
        return (one for one in self.proofs if one.holds(at))


_ROWS = """
    SELECT seller_id, agency_id, kind, code, areas, valid_from, least(valid_until, ended_at) FROM tenants_evidence
    WHERE seller_id = ANY(%s) OR agency_id = ANY(%s) ORDER BY id"""

Callers = Iterable[tuple[UUID, UUID | None, str]]
"""A seller, its agency (None: its own people), and the agency's role."""
Standings = dict[tuple[UUID, UUID | None], Standing]


def standings(callers: Callers, *, using: str = "default") -> Standings:
    """What each seller and its agency can prove, in one statement."""
    return standings_asked(callers, using=using)()


def standings_asked(callers: Callers, *, using: str = "default") -> Callable[[], Standings]:
    """The same, asked with other statements (``asking.together``)."""
    wanted = {(seller, agency): role for seller, agency, role in callers}
    sellers = sorted({seller for seller, _agency in wanted})
    agencies = sorted({agency for _seller, agency in wanted if agency is not None})

    def read(rows: Rows) -> Standings:
        return {
            (seller, agency): Standing(tuple(_proofs(rows, seller, agency, role)))
            for (seller, agency), role in wanted.items()
        }

    return ask(_ROWS, [sellers, agencies], read, using=using)


def _proofs(rows: Sequence[Sequence[Any]], seller: UUID, agency: UUID | None, role: str) -> Iterable[Proof]:
    """A seller's licence to call lends nothing to an agency that calls for it; nor an agency's subscription to it."""
    own_people = agency is None or role == CallerRole.IN_HOUSE
    for of_seller, of_agency, name, code, areas, since, until in rows:
        kind = EvidenceKind(name)
        if KINDS[kind].fact == "none":
            continue
        callers_own = whose(kind, code) == "caller"
        if of_seller == seller:
            lends = own_people or not callers_own
        else:
            lends = agency is not None and of_agency == agency and callers_own
        if lends:
            yield Proof(code, KINDS[kind].fact, tuple(areas), since, until)


def standing_of(seller: UUID) -> Standing:
    """What a seller can prove where its own people call."""
    return standings([(seller, None, CallerRole.IN_HOUSE)])[seller, None]


# ── reading for screens ─────────────────────────────────────────────────────────────────────────────────────────


def evidence(*, seller: UUID | None = None, agency: UUID | None = None) -> QuerySet[Evidence]:
    """Records, those that end soonest first; those without an end last."""
    rows = Evidence.objects.annotate(until=Least("valid_until", "ended_at"))
    rows = rows.order_by(F("until").asc(nulls_last=True), "code", "id")
    if seller is not None:
        rows = rows.filter(seller_id=seller)
    return rows if agency is None else rows.filter(agency_id=agency)


def running_out(now: datetime) -> QuerySet[Evidence]:
    """Records in force that end within ``NEAR_EXPIRY``, or ended within it and were not renewed or ended by hand."""
    rows = evidence().filter(ended_at=None, valid_from__lte=now, valid_until__lte=now + NEAR_EXPIRY)
    renewed = Evidence.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=now + NEAR_EXPIRY), ended_at=None, valid_from__lte=now + NEAR_EXPIRY
    )
    covered = {(code, seller, agency) for code, seller, agency in renewed.values_list("code", "seller_id", "agency_id")}
    near = rows.filter(valid_until__gt=now - NEAR_EXPIRY)
    kept = [row.pk for row in near if (row.code, row.seller_id, row.agency_id) not in covered]
    return rows.filter(pk__in=kept)


def access_evidence(evidence_id: UUID) -> Evidence:
    """One record of the tenant. Raises: NotFound."""
    found = evidence().filter(pk=evidence_id).first()
    if found is None:
        raise NotFound(_("There is no such evidence record."), code="no_evidence")
    return found


def document_of(record: Evidence) -> documents.Document:
    """The document behind a record."""
    return documents.Document(record.document, record.document_name, record.document_size, record.document_sha256)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def add_evidence(
    holder: Seller | Agency,
    values: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
    document: Iterable[bytes] | None = None,
    document_name: str = "",
) -> Evidence:
    """Write down what the holder can prove, with its document; in force from the next permit. Raises: BadInput."""
    checked = _checked(
        holder, {"valid_from": now, **{key: value for key, value in values.items() if value is not None}}
    )
    record_id = draw_id(now)
    kept = documents.NO_DOCUMENT
    if document is not None:
        kept = documents.keep(document, name=document_name, tenant=by.tenant, of=record_id, folder=FOLDER)
    house_lock(by.tenant)
    made = Evidence(
        id=record_id,
        tenant_id=by.tenant,
        seller=holder if isinstance(holder, Seller) else None,
        agency=holder if isinstance(holder, Agency) else None,
        document=kept.path,
        document_name=kept.name,
        document_size=kept.size,
        document_sha256=kept.sha256,
        created_at=now,
        by=by.id,
        **checked,
    )
    made.save(force_insert=True)
    said = {name: getattr(made, name) for name in (*checked, "document_sha256")}
    _tell(made, "add_evidence", before=None, after=said, by=by, now=now)
    return made


def end_evidence(record: Evidence, *, reason: str, by: Person, now: datetime) -> Evidence:
    """End a record early: revoked, given back, or entered in error. Calls that rest on it stop with this commit."""
    if not reason.strip():
        raise BadInput(_("Ending an evidence record needs a reason."), field="reason")
    with transaction.atomic():
        house_lock(by.tenant)
        record = Evidence.objects.select_for_update().get(pk=record.pk)
        if record.ended_at is not None or (record.valid_until is not None and record.valid_until <= now):
            raise Conflict(_("This evidence record has already ended."), code="evidence_ended")
        record.ended_at, record.ended_by, record.end_reason = now, by.id, reason.strip()
        record.save(update_fields=["ended_at", "ended_by", "end_reason"])
        _tell(record, "end_evidence", before={"ended_at": None}, after={"ended_at": now}, by=by, now=now, reason=reason)
    return access_evidence(record.pk)


def _checked(holder: Seller | Agency, values: dict[str, Any]) -> dict[str, Any]:
    kind, code = EvidenceKind(values["kind"]), str(values["code"]).strip().upper()
    line = KINDS[kind]
    if not line.codes.match(code):
        raise BadInput(
            _("“%(code)s” is no code of this kind of evidence; it looks like %(example)s.")
            % {"code": code, "example": line.example},
            field="code",
        )
    if isinstance(holder, Agency) and whose(kind, code) == "seller":
        raise BadInput(
            _("%(code)s belongs to the seller: an agency's own does not stand in for it.") % {"code": code},
            next_step=_("Enter it with the seller."),
            field="code",
        )
    areas = sorted({str(area).strip() for area in values.get("areas", ()) if str(area).strip()})
    if line.areas and not areas:
        raise BadInput(_("Give the area codes that are paid for."), field="areas")
    wrong = next((area for area in areas if not _AREA.match(area)), None)
    if wrong is not None or (areas and not line.areas):
        raise BadInput(
            _("“%(area)s” is no area code.") % {"area": wrong}
            if wrong is not None
            else _("This kind of evidence has no area codes."),
            field="areas",
        )
    number = str(values.get("number", "")).strip()
    if line.numbered and not number:
        raise BadInput(_("Give the number under which it is registered."), field="number")
    valid_until = values.get("valid_until")
    if valid_until is not None and valid_until <= values["valid_from"]:
        raise BadInput(_("The end must come after the beginning."), field="valid_until")
    return {
        "kind": kind.value,
        "code": code,
        "number": number,
        "account": str(values.get("account", "")).strip(),
        "areas": areas,
        "note": str(values.get("note", "")).strip(),
        "valid_from": values["valid_from"],
        "valid_until": valid_until,
    }


def _tell(
    record: Evidence,
    action: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any],
    by: Person,
    now: datetime,
    reason: str = "",
) -> None:
    audit.record(
        tenant=by.tenant,
        by=by.id,
        action=action,
        subject_kind="evidence",
        subject_id=record.id,
        before=before,
        after={**after, "seller": record.seller_id, "agency": record.agency_id, "code": record.code},
        reason=reason,
        now=now,
    )
    notices.tell_browsers(by.tenant, "sellers", record.seller_id or record.agency_id, now=now)
    notices.tell_facts_changed(by.tenant, seller=record.seller_id, now=now)
