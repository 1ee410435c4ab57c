"""Changing house policy: what tightens holds at once, what loosens waits for a second person.

Answers: the change, as it stands then. Refuses to loosen the law: the rulebook reads the law whatever stands here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.compliance.house.measures import MEASURES, BadMeasure
from ahize.compliance.rulebook import Rulebook
from ahize.kernel.errors import BadInput, Conflict
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.permissions import Person, second_person
from ahize.web.policies import limits, queries
from ahize.web.policies.models import Change, Subject
from ahize.web.tenants.locks import house_lock


def set_measure(name: str, value: Any, *, reason: str, by: Person, now: datetime) -> Change:
    """Give a measure another value (None: no such measure)."""
    if name not in MEASURES:
        raise BadInput(_("There is no such measure."), field="name")
    try:
        after = MEASURES[name].read(value)
    except BadMeasure as bad:
        raise BadInput(_sentence(bad), field="value") from bad
    limits.check_within(name, after, now)
    return _change(Subject.MEASURE, name, after, reason=reason, by=by, now=now)


def switch_pack(layer: str, *, on: bool, reason: str, by: Person, now: datetime) -> Change:
    """Switch a country on or off. Off, its calls wait in review, whatever else is so."""
    if layer not in {law.layer for law in Rulebook.load().by_country.values()}:
        raise BadInput(_("There is no law of that name."), field="layer")
    return _change(Subject.PACK, layer, on, reason=reason, by=by, now=now)


def _change(subject: Subject, name: str, after: Any, *, reason: str, by: Person, now: datetime) -> Change:
    with transaction.atomic():
        house_lock(by.tenant)
        standing = queries.policy()
        before = standing.value(subject, name)
        if before == after:
            raise Conflict(_("This is what holds already."), code="nothing_changes")
        loosens = not _is_as_strict(subject, name, before, after)
        if loosens and not reason.strip():
            raise BadInput(_("What loosens a rule needs a reason."), field="reason")
        waiting = Change.objects.filter(subject=subject, name=name, in_force_at=None, refused_at=None).first()
        if waiting is not None and loosens:
            raise Conflict(
                _("Another change of this already waits for a second person."),
                code="change_waits",
                next_step=_("Confirm or refuse that one first."),
            )
        if waiting is not None:  # It was asked of a policy that is no more.
            _refused(waiting, by=by, now=now)
        change = Change(
            id=draw_id(now),
            tenant_id=by.tenant,
            subject=subject,
            name=name,
            before=before,
            after=after,
            loosens=loosens,
            reason=reason.strip(),
            asked_at=now,
            asked_by=by.id,
            in_force_at=None if loosens else now,
            version=None if loosens else standing.version + 1,
        )
        change.save(force_insert=True)
        _tell(change, "ask_policy" if loosens else "tighten_policy", by=by, now=now)
    return change


def _is_as_strict(subject: Subject, name: str, before: Any, after: Any) -> bool:
    return MEASURES[name].is_as_strict(before, after) if subject == Subject.MEASURE else not after


def confirm(change: Change, *, by: Person, now: datetime) -> Change:
    """Put into force what somebody else asked for."""
    with transaction.atomic():
        house_lock(by.tenant)
        change = _waiting(change)
        second_person(
            change.asked_by,
            by.id,
            refused=_("A second person must confirm this: whoever asks cannot."),
            next_step=_("Ask a colleague who may change house policy."),
        )
        change.in_force_at, change.decided_by = now, by.id
        change.version = queries.policy().version + 1
        change.save(update_fields=["in_force_at", "decided_by", "version"])
        _tell(change, "confirm_policy", by=by, now=now)
    return change


def refuse(change: Change, *, by: Person, now: datetime) -> Change:
    """Leave the policy as it is: the asking is taken back or turned down."""
    with transaction.atomic():
        house_lock(by.tenant)
        return _refused(_waiting(change), by=by, now=now)


def _refused(change: Change, *, by: Person, now: datetime) -> Change:
    change.refused_at, change.decided_by = now, by.id
    change.save(update_fields=["refused_at", "decided_by"])
    _tell(change, "refuse_policy", by=by, now=now)
    return change


def _waiting(change: Change) -> Change:
    # The wall hides decided changes from whoever wants to write to them.
    found = Change.objects.select_for_update().filter(pk=change.pk, in_force_at=None, refused_at=None).first()
    if found is None:
        raise Conflict(_("This change is decided already."), code="change_decided")
    return found


def _tell(change: Change, action: str, *, by: Person, now: datetime) -> None:
    audit.record(
        tenant=by.tenant,
        by=by.id,
        action=action,
        subject_kind=f"policy_{change.subject}",
        subject_id=change.name,
        before={"value": change.before},
        after={"value": change.after, "version": change.version},
        reason=change.reason,
        now=now,
    )
    notices.tell_browsers(by.tenant, "policies", change.pk, now=now)
    if change.in_force_at is not None:
        notices.tell_facts_changed(by.tenant, now=now)


def _sentence(bad: BadMeasure) -> str:
    said = {
        "whole_number": _("A whole number is expected here."),
        "range": _("It must lie between %(least)s and %(most)s."),
        "hours": _("Hours are written like 09:00-12:00, 13:00-20:00, in order and without overlap; or none."),
        "weekday": _("There is no weekday called “%(given)s”."),
        "countries": _("Choose among the countries with a calendar: %(known)s."),
        "country": _("“%(given)s” is no country code of two letters."),
        "shares": _("A share for each country is expected here."),
        "share": _("The share for %(country)s must lie between 0 and 1."),
        "day_shares": _("A share for the house, for each seller, or for both is expected here."),
        "whose_day": _("A day's share is that of the house or of a seller, not of “%(given)s”."),
        "day_share": _("A share must lie between 0 and 1."),
        "ages": _("A number of days for each registry is expected here."),
        "registry": _("“%(given)s” is no code of a registry."),
        "days": _("The days for %(registry)s must lie between 0 and %(most)s."),
        "switch": _("This is either on or off."),
    }
    return said[bad.problem] % bad.facts
