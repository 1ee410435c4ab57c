"""Person or machine: what detection said, what agents say it was, and how often the two differ.

An agent's word corrects a verdict; a disposition of a machine, or of a talk, is a word too. Whoever was hung up on as a
machine and was a person counts as abandoned (``abandoned.py``). The matrix itself is ``calls/greeting.py``'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ahize.calls.greeting import Threshold, Truth, Who, confusion, verdict_of
from ahize.kernel.errors import Conflict, NotFound
from ahize.web import notices
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign
from ahize.web.dialing.models import Heard, Was
from ahize.web.dialing.services import attempt_of
from ahize.web.permissions import Person

SINCE = timedelta(days=30)

_ROWS = """
    SELECT a.greeting, CASE
             WHEN h.was IS NOT NULL THEN h.was
             WHEN a.connected_at IS NOT NULL AND (a.outcome = 'machine'
                  OR a.disposition IN ('voicemail_left', 'no_message')) THEN 'machine'
             WHEN a.connected_at IS NOT NULL AND a.disposition NOT IN ('', 'not_dispositioned') THEN 'person' END,
           count(*)
    FROM dialing_attempt a LEFT JOIN dialing_heard h ON h.attempt_id = a.id
    WHERE a.campaign_id = %s AND a.at >= %s AND a.heard_at IS NOT NULL GROUP BY 1, 2"""


def say(person: Person, attempt_id: UUID, *, was: str, now: datetime) -> None:
    """Say who picked up. Again: the last word stands. Raises: Conflict where nothing was heard."""
    with transaction.atomic():
        attempt = attempt_of(person, attempt_id, lock=True)
        if attempt.answered_at is None:
            raise Conflict(_("Nobody and nothing picked up."), code="not_answered")
        before = Heard.objects.filter(attempt=attempt).first()
        Heard.objects.update_or_create(
            attempt=attempt,
            defaults={"was": was, "by": person.id, "at": now},
            create_defaults={"id": draw_id(now), "tenant_id": person.tenant, "was": was, "by": person.id, "at": now},
        )
        said = verdict_of(attempt.greeting)
        attempt.mistaken = was == Was.PERSON and said == "machine" and attempt.connected_at is None
        attempt.save(update_fields=["mistaken"])
        audit.record(
            tenant=person.tenant,
            by=person.id,
            action="say_who_picked_up",
            subject_kind="attempt",
            subject_id=attempt.pk,
            before={"was": before.was} if before else None,
            after={"was": was, "verdict": said},
            now=now,
        )
        # The dialler's budget begins again from the rows, which count otherwise now.
        notices.tell_dialer(person.tenant, "campaign_changed", {"campaign": str(attempt.campaign_id)}, now=now)
        notices.tell_browsers(person.tenant, "attempts", attempt.pk, now=now)


def detection(campaign_id: UUID, *, now: datetime) -> dict[str, Any]:
    """The live matrix of a campaign, as ``DetectionOut`` says."""
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise NotFound(_("There is no such campaign."), code="no_campaign")
    matrix = confusion(_verdicts(campaign_id, now - SINCE))
    return {
        "campaign": campaign.pk,
        "detect": campaign.detect,
        "person_cost": campaign.person_cost,
        "machine_from": Threshold(campaign.person_cost).machine_from,
        "since": now - SINCE,
        "counts": [{"said": said, "was": was, "count": count} for (said, was), count in matrix.counts.items()],
        "unheard": matrix.unheard,
        "precision": matrix.precision,
        "found": matrix.found,
        "mistaken_people": matrix.mistaken_people,
    }


def _verdicts(campaign: UUID, since: datetime) -> Iterator[tuple[Who, Truth | None]]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [campaign, since])
        for greeting, was, count in cursor.fetchall():
            said = verdict_of(greeting)
            if said is not None:
                yield from repeat((said, was), count)
