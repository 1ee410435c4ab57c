"""What came of a campaign? Figures by SQL, each with the condition that opens its calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Count, Q, Sum
from django.db.models.functions import ExtractHour
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, NotFound
from ahize.web.campaigns.models import Campaign, CampaignList, Disposition
from ahize.web.contacts.models import Contact
from ahize.web.dialing.models import Attempt
from ahize.web.reports.cells import FUNNEL, Flags, cell, funnel


@dataclass(frozen=True, slots=True)
class Span:
    """Which attempts: from the day ``since`` up to and without ``until``, days of ``zone``; None is open."""

    zone: ZoneInfo
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, zone: str, since: date | None, until: date | None) -> Span:
        """Raises: BadInput for a zone that does not exist or days in the wrong order."""
        try:
            known = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise BadInput(
                _("There is no time zone called “%(zone)s”.") % {"zone": zone},
                next_step=_("Use a name like Europe/Istanbul."),
            ) from error
        if since and until and until <= since:
            raise BadInput(_("The last day lies before the first."), next_step=_("Swap the two days."))
        return cls(known, since, until)

    def instants(self) -> tuple[datetime | None, datetime | None]:
        """The span in UTC instants, half-open."""
        edges = (datetime.combine(day, time(), self.zone) if day else None for day in (self.since, self.until))
        first, last = edges
        return first, last

    def covers(self, at: datetime) -> bool:
        first, last = self.instants()
        return (first is None or at >= first) and (last is None or at < last)


def access_campaign(campaign_id: UUID) -> Campaign:
    """The campaign, or 404: the tenant wall has already hidden everybody else's."""
    campaign = Campaign.objects.select_related("seller").filter(id=campaign_id).first()
    if campaign is None:
        raise NotFound(_("There is no such campaign, or none that you may see."))
    return campaign


def flags_of(campaign_id: UUID) -> Flags:
    """The campaign's codes that mean a contact, and those that mean a success."""
    rows = list(Disposition.objects.filter(campaign=campaign_id).values_list("code", "flags"))
    return Flags(
        contact=frozenset(code for code, flags in rows if "contact" in flags),
        success=frozenset(code for code, flags in rows if {"sale", "success"} & set(flags)),
    )


def attempts_in(campaign_id: UUID, span: Span) -> Any:
    """The attempts a report is about, a queryset; ``local_hour`` is the hour of the day in the span's zone."""
    first, last = span.instants()
    rows: Any = Attempt.objects.filter(campaign=campaign_id).annotate(local_hour=ExtractHour("at", tzinfo=span.zone))
    if first is not None:
        rows = rows.filter(at__gte=first)
    if last is not None:
        rows = rows.filter(at__lt=last)
    return rows


def figures(campaign_id: UUID, span: Span) -> dict[str, int | float]:
    """Every cell of the report by name. A group that has no attempts has no cell; the funnel always has all."""
    flags = flags_of(campaign_id)
    rows = attempts_in(campaign_id, span)
    totals: dict[str, Any] = rows.aggregate(
        **{name: Count("id", filter=funnel(name, flags).rows) for name in FUNNEL},
        talked_s=Sum("talk_s"),
        talks_ended=Count("talk_s"),
    )
    cells: dict[str, int | float] = {f"funnel.{name}": totals[name] for name in FUNNEL}
    cells["talk.seconds"] = float(totals["talked_s"] or 0)
    cells["talk.ended"] = totals["talks_ended"]
    cells |= _groups("outcome", rows.exclude(outcome=""), "outcome")
    cells |= _groups("disposition", rows.exclude(disposition=""), "disposition")
    for hour, attempts, answered in (
        rows.values("local_hour")
        .annotate(attempts=Count("id"), answered=Count("id", filter=Q(answered_at__isnull=False)))
        .order_by("local_hour")
        .values_list("local_hour", "attempts", "answered")
    ):
        cells[f"hour.{hour}"] = attempts
        cells[f"answered_hour.{hour}"] = answered
    return cells


def _groups(section: str, rows: Any, column: str) -> dict[str, int | float]:
    counted = rows.values_list(column).annotate(n=Count("id")).order_by("-n", column)
    return {f"{section}.{key}": n for key, n in counted}


def behind(campaign_id: UUID, name: str, span: Span) -> Any:
    """The attempts that a figure counts, newest first, a queryset."""
    chosen = cell(name, flags_of(campaign_id), span.zone)
    return (
        attempts_in(campaign_id, span)
        .filter(chosen.rows)
        .select_related("contact", "agent", "campaign")
        .order_by("-at", "-id")
    )


def contacts_in_lists(campaign_id: UUID) -> int:
    """How many contacts the campaign's lists hold: what the funnel starts from."""
    lists = CampaignList.objects.filter(campaign=campaign_id).values_list("list", flat=True)
    return Contact.objects.filter(list__in=list(lists)).count()
