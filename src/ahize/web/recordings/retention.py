"""How long recordings are kept: of a campaign, else of its seller, else of the house, else ninety days.

A change moves the day of every recording that is still there, held ones too, which stay all the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, NotFound
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign
from ahize.web.permissions import Person
from ahize.web.recordings.models import Retention
from ahize.web.recordings.services import DAYS
from ahize.web.tenants.models import Seller

DAYS_MAX: Final = 3_660
"""Ten years and a little: longer than any law asks."""


def rules() -> QuerySet[Retention]:
    """The house's own first, then those of sellers and of campaigns."""
    return Retention.objects.select_related("seller", "campaign").order_by("seller__name", "campaign__name", "pk")


def set_days(
    days: int, *, seller: UUID | None = None, campaign: UUID | None = None, by: Person, now: datetime
) -> Retention:
    """Keep for so many days what is recorded for this campaign, this seller or (neither) the house.

    Raises: BadInput, NotFound.
    """
    if not 1 <= days <= DAYS_MAX:
        raise BadInput(
            _("Recordings are kept for 1 to %(most)d days.") % {"most": DAYS_MAX}, field="body.days", code="bad_days"
        )
    _known(seller, campaign)
    found = Retention.objects.select_for_update()
    found = found.filter(seller_id=seller) if seller is not None else found.filter(seller=None)
    found = found.filter(campaign_id=campaign) if campaign is not None else found.filter(campaign=None)
    rule = found.first()
    before = rule.days if rule is not None else None
    if rule is None:
        rule = Retention(id=draw_id(now), tenant_id=by.tenant, seller_id=seller, campaign_id=campaign)
    rule.days = days
    rule.save()
    _apply()
    _tell(rule, "set_retention", {"days": before}, {"days": days}, by=by, now=now)
    return rule


def drop(rule_id: UUID, *, by: Person, now: datetime) -> None:
    """Let the next wider rule decide. Raises: NotFound."""
    rule = Retention.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NotFound(_("There is no such rule."), code="no_retention")
    rule.delete()
    rule.pk = rule_id
    _apply()
    _tell(rule, "drop_retention", {"days": rule.days}, {}, by=by, now=now)


def _known(seller: UUID | None, campaign: UUID | None) -> None:
    if seller is not None and campaign is not None:
        raise BadInput(_("A rule is of a seller or of a campaign, not of both."), field="body.campaign")
    if seller is not None and not Seller.objects.filter(pk=seller).exists():
        raise NotFound(_("There is no such seller."), code="no_seller")
    if campaign is not None and not Campaign.objects.filter(pk=campaign).exists():
        raise NotFound(_("There is no such campaign."), code="no_campaign")


def _apply() -> None:
    """Move the day of everything that is still there, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_APPLY, [DAYS])


_APPLY: Final = """
UPDATE recordings_recording AS recording SET keep_until = began_at + make_interval(days => coalesce(
    (SELECT days FROM recordings_retention WHERE campaign_id = attempt.campaign_id),
    (SELECT days FROM recordings_retention WHERE seller_id = attempt.seller_id),
    (SELECT days FROM recordings_retention WHERE campaign_id IS NULL AND seller_id IS NULL), %s))
FROM dialing_attempt AS attempt WHERE attempt.id = recording.attempt_id AND recording.deleted_at IS NULL
"""


def _tell(
    rule: Retention, action: str, before: dict[str, Any], after: dict[str, Any], *, by: Person, now: datetime
) -> None:
    of = {"seller": rule.seller_id, "campaign": rule.campaign_id}
    audit.record(
        tenant=by.tenant,
        by=by.id,
        action=action,
        subject_kind="retention",
        subject_id=rule.pk,
        before={**of, **before},
        after={**of, **after},
        now=now,
    )
