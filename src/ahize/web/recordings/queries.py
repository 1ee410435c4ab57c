"""Which recordings there are."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, NotFound
from ahize.web.recordings.models import Recording


def recordings(
    *,
    attempt: UUID | None = None,
    campaign: UUID | None = None,
    agent: UUID | None = None,
    contact: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    held: bool | None = None,
    faulty: bool = False,
    after: str = "",
) -> QuerySet[Recording]:
    """The newest first, over ``[since, until)``.

    Args:
        faulty: only those that are cut short or could not be kept.
        after: continues a page behind the recording of which it is the ``place``.

    Raises: BadInput where ``after`` is no place.
    """
    found = Recording.objects.select_related("attempt", "attempt__campaign", "attempt__agent").order_by(
        "-began_at", "pk"
    )
    if attempt is not None:
        found = found.filter(attempt_id=attempt)
    if campaign is not None:
        found = found.filter(attempt__campaign_id=campaign)
    if agent is not None:
        found = found.filter(attempt__agent_id=agent)
    if contact is not None:
        found = found.filter(attempt__contact_id=contact)
    if since is not None:
        found = found.filter(began_at__gte=since)
    if until is not None:
        found = found.filter(began_at__lt=until)
    if held is not None:
        found = found.filter(held_at__isnull=not held)
    if faulty:
        found = found.filter(cut_short=True) | found.exclude(not_kept="")
    if after:
        began_at, pk = _placed(after)
        found = found.filter(Q(began_at__lt=began_at) | Q(began_at=began_at, pk__gt=pk))
    return found


def place(recording: Recording) -> str:
    """Where a recording stands in the list, as a word."""
    return f"{recording.began_at.astimezone(UTC).isoformat()}~{recording.pk}"


def _placed(place: str) -> tuple[datetime, UUID]:
    at, _tilde, pk = place.partition("~")
    try:
        began_at = datetime.fromisoformat(at)
        if began_at.tzinfo is None:
            raise ValueError("no offset")
        return began_at, UUID(pk)
    except ValueError:
        raise BadInput(
            _("The page that was asked for does not exist."), code="bad_cursor", field="query.cursor"
        ) from None


def access_recording(recording_id: UUID) -> Recording:
    """One of the tenant's. Raises: NotFound."""
    found = recordings().filter(pk=recording_id).first()
    if found is None:
        raise NotFound(_("There is no such recording."), code="no_recording")
    return found
