"""Flows of a house: brought as YAML, checked, approved by a second person, archived; a version is never changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahize.flows.flow import Flow
from ahize.flows.reading import read_flow
from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.campaigns import broadcasts, flow_words
from ahize.web.campaigns.models import Campaign, CampaignState, FlowVersion
from ahize.web.lines import sounds
from ahize.web.lines.trunks import CHANGED
from ahize.web.permissions import Person, second_person


def flows(*, archived: bool = False) -> QuerySet[FlowVersion]:
    """By name, the newest version first; archived ones only where asked for."""
    found = FlowVersion.objects.order_by("name", "-version")
    return found if archived else found.filter(archived_at=None)


def access_flow(flow_id: UUID) -> FlowVersion:
    """One of the tenant's. Raises: NotFound."""
    found = FlowVersion.objects.filter(pk=flow_id).first()
    if found is None:
        raise NotFound(_("There is no such flow."), code="no_flow")
    return found


def bring(yaml: str, *, by: Person, now: datetime) -> FlowVersion:
    """Keep a flow that can be used. Raises: BadFlow where it cannot be read, BadInput with its problems, Conflict."""
    flow = read_flow(yaml)
    wrong, _alone = broadcasts.problems_of(flow)
    if wrong:
        raise BadInput(
            _("This flow cannot be used yet: %(first)s") % {"first": flow_words.placed(wrong[0])},
            code="flow_problems",
            next_step=_("Correct what is listed and bring it again."),
            fields=[
                {"field": f"nodes.{one.node}" if one.node else "yaml", "message": flow_words.sentence(one)}
                for one in wrong
            ],
        )
    _known_sounds(flow)
    if FlowVersion.objects.filter(sha256=flow.sha256).exists():
        raise Conflict(_("This very flow is kept already."), code="flow_exists")
    if FlowVersion.objects.filter(name=flow.name, version=flow.version).exists():
        raise Conflict(
            _("There is another version %(version)d of “%(name)s”.") % {"version": flow.version, "name": flow.name},
            code="flow_version_exists",
            next_step=_("Count its version up."),
        )
    made = FlowVersion.objects.create(
        id=draw_id(now),
        tenant_id=by.tenant,
        name=flow.name,
        version=flow.version,
        sha256=flow.sha256,
        languages=list(flow.languages),
        yaml=yaml,
        created_at=now,
        by=by.id,
    )
    _keep(made, "bring_flow", by, now)
    return made


def approve(row: FlowVersion, *, by: Person, now: datetime) -> FlowVersion:
    """Say that people may hear it. Never by whoever brought it. Raises: NotAllowed, Conflict."""
    second_person(
        row.by,
        by.id,
        refused=_("Whoever brought a flow cannot approve it."),
        next_step=_("Have another person talk through it."),
    )
    if row.archived_at is not None:
        raise Conflict(_("This flow is archived."), code="flow_archived")
    if row.approved_at is None:
        row.approved_at, row.approved_by = now, by.id
        row.save(update_fields=["approved_at", "approved_by"])
        _keep(row, "approve_flow", by, now)
    return row


def archive(row: FlowVersion, *, by: Person, now: datetime) -> FlowVersion:
    """Use it no more. Raises: Conflict while a running campaign plays it."""
    if Campaign.objects.filter(flow=row, state=CampaignState.RUNNING).exists():
        raise Conflict(
            _("A campaign that runs plays this flow."), code="flow_in_use", next_step=_("Pause it, or choose another.")
        )
    if row.archived_at is None:
        row.archived_at = now
        row.save(update_fields=["archived_at"])
        _keep(row, "archive_flow", by, now)
    return row


def _known_sounds(flow: Flow) -> None:
    known = {str(one.pk) for one in sounds.usable(use="prompt")}
    if strange := sorted(broadcasts.sounds_of(flow) - known):
        raise BadInput(
            _("It plays a sound that is not there or not approved: %(sound)s.") % {"sound": strange[0]},
            code="sound_not_approved",
            next_step=_("Bring the sound as a prompt and have it approved first."),
            fields=[{"field": "yaml", "message": strange[0]}],
        )


def _keep(row: FlowVersion, action: str, by: Person, now: datetime) -> None:
    audit.record(
        tenant=by.tenant,
        by=by.id,
        action=action,
        subject_kind="flow",
        subject_id=row.pk,
        after={"name": row.name, "version": row.version, "sha256": row.sha256},
        now=now,
    )
    notices.tell_dialer(by.tenant, CHANGED, {}, now=now)
    notices.tell_browsers(by.tenant, "campaigns", row.pk, now=now)
