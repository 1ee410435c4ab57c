"""The doors of reports, search and the contact's page."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from ahize.intake.rejects import defused
from ahize.web.base import Request
from ahize.web.campaigns.models import Disposition
from ahize.web.contacts.models import Contact
from ahize.web.dialing.models import Attempt
from ahize.web.permissions import Verb, requires
from ahize.web.reports import abandonment, people, queries, schemas
from ahize.web.reports.cells import FUNNEL
from ahize.web.reports.labels import FUNNEL_LABELS, OUTCOME_LABELS, Label, label_of

router = Router(tags=["reports"])

PAGE = 100
OWN_FIELDS = (
    "id", "first_name", "last_name", "company", "address", "city", "region", "postal_code", "country", "email",
    "language", "capacity", "external_id", "row",
)  # fmt: skip
Figures = dict[str, int | float]


class SpanIn(Schema):
    """Which attempts a report is about: days ``[since, until)`` of a time zone."""

    zone: str = "UTC"
    since: date | None = None
    until: date | None = None

    def span(self) -> queries.Span:
        return queries.Span.of(self.zone, self.since, self.until)


class BehindIn(SpanIn):
    """Which figure's attempts, and which page of them."""

    cell: str
    page: int = Field(1, ge=1)


def _figure(cell: str, figures: Figures, label: Label) -> dict[str, Any]:
    key = cell.partition(".")[2]
    return {"cell": cell, "key": key, "label_en": label.en, "label_tr": label.tr, "n": int(figures.get(cell, 0))}


def _section(section: str, figures: Figures, labels: dict[str, Label]) -> list[dict[str, Any]]:
    """The figures of one section, in the order they were counted (most first)."""
    return [
        _figure(cell, figures, label_of(cell.partition(".")[2], labels))
        for cell in figures
        if cell.startswith(f"{section}.")
    ]


def _disposition_labels(campaign_id: UUID) -> dict[str, Label]:
    rows = Disposition.objects.filter(campaign=campaign_id).values_list("code", "label_en", "label_tr")
    return {code: Label(en, tr) for code, en, tr in rows}


@router.get("/reports/campaigns/{campaign_id}", response=schemas.CampaignReport, auth=requires(Verb.SEE_REPORTS))
def campaign_report(request: HttpRequest, campaign_id: UUID, asked: Query[SpanIn]) -> Any:
    """Funnel, outcomes, dispositions, talk time and attempts by hour, over days of a time zone."""
    campaign = queries.access_campaign(campaign_id)
    figures = queries.figures(campaign_id, asked.span())
    ended = int(figures["talk.ended"])
    hours = sorted(int(cell.partition(".")[2]) for cell in figures if cell.startswith("hour."))
    return {
        "campaign": campaign.id,
        "name": campaign.name,
        "as_of": cast("Request", request).now,
        "zone": asked.zone,
        "since": asked.since,
        "until": asked.until,
        "contacts_in_lists": queries.contacts_in_lists(campaign_id),
        "funnel": [_figure(f"funnel.{name}", figures, FUNNEL_LABELS[name]) for name in FUNNEL],
        "outcomes": _section("outcome", figures, OUTCOME_LABELS),
        "dispositions": _section("disposition", figures, _disposition_labels(campaign_id)),
        "hours": [
            {"hour": hour, "attempts": figures[f"hour.{hour}"], "answered": figures[f"answered_hour.{hour}"]}
            for hour in hours
        ],
        "talk_s": figures["talk.seconds"],
        "talk_s_mean": round(figures["talk.seconds"] / ended, 1) if ended else None,
    }


def _row(attempt: Attempt) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "at": attempt.at,
        "contact": attempt.contact_id,
        "name": _name(attempt.contact),
        "number": attempt.e164,
        "verdict": attempt.verdict,
        "outcome": attempt.outcome,
        "disposition": attempt.disposition,
        "agent": attempt.agent.name if attempt.agent else "",
        "talk_s": float(attempt.talk_s) if attempt.talk_s is not None else None,
    }


def _name(contact: Contact) -> str:
    return f"{contact.first_name} {contact.last_name}".strip() or contact.company


@router.get("/reports/abandonment", response=schemas.AbandonmentOut, auth=requires(Verb.SEE_REPORTS))
def abandonment_report(request: HttpRequest) -> Any:
    """Abandoned calls of each campaign by every law's definition and by the day, from the same events."""
    return abandonment.abandonment(cast("Request", request).now)


@router.get("/reports/campaigns/{campaign_id}/calls", response=schemas.BehindPage, auth=requires(Verb.SEE_REPORTS))
def behind_figure(
    request: HttpRequest,
    campaign_id: UUID,
    asked: Query[BehindIn],
) -> Any:
    """The attempts that a figure counts: as many as the figure says."""
    queries.access_campaign(campaign_id)
    rows = queries.behind(campaign_id, asked.cell, asked.span())
    shown = rows[(asked.page - 1) * PAGE : asked.page * PAGE]
    return {"cell": asked.cell, "total": rows.count(), "items": [_row(row) for row in shown]}


@router.get("/reports/campaigns/{campaign_id}/csv", auth=requires(Verb.EXPORT_REPORTS))
def report_csv(request: HttpRequest, campaign_id: UUID, asked: Query[SpanIn]) -> HttpResponse:
    """The whole report as a table of cells (UTF-8 with a byte order mark, so that spreadsheets read it)."""
    campaign = queries.access_campaign(campaign_id)
    figures = queries.figures(campaign_id, asked.span())
    labels = {
        **{f"funnel.{key}": label for key, label in FUNNEL_LABELS.items()},
        **{f"outcome.{key}": label for key, label in OUTCOME_LABELS.items()},
        **{f"disposition.{key}": label for key, label in _disposition_labels(campaign_id).items()},
    }
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("Cell"), _("Figure"), _("Value"), _("Campaign"), _("Time zone"), _("From day"), _("Before day")])
    for cell, value in figures.items():
        name = label_of(cell, labels).said(get_language())
        writer.writerow(
            [cell, defused(name), value, defused(campaign.name), asked.zone, asked.since or "", asked.until or ""]
        )
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="report-{campaign.id}.csv"'
    return response


@router.get("/contacts", response=list[schemas.FoundContact], auth=requires(Verb.SEE_CONTACTS))
def search_contacts(request: HttpRequest, q: str) -> Any:
    """Up to fifty contacts by a part of a name, or by the first or last digits of a number."""
    return [
        {
            "id": contact.id,
            "name": _name(contact),
            "company": contact.company,
            "place": ", ".join(part for part in (contact.city, contact.region or contact.country) if part),
            "list_name": contact.list.name,
            "phones": list(contact.phones.all()),
        }
        for contact in people.search(q)
    ]


@router.get("/contacts/{contact_id}", response=schemas.ContactPage, auth=requires(Verb.SEE_CONTACTS))
def contact_page(request: HttpRequest, contact_id: UUID) -> Any:
    """All that is kept about a contact; the attempts are behind ``/contacts/{id}/attempts``."""
    found = people.page(contact_id)
    contact: Contact = found["contact"]
    live = {row.e164 for row in found["suppressions"] if row.ended_at is None}
    return {
        **{name: getattr(contact, name) for name in OWN_FIELDS},
        "name": _name(contact),
        "fields": {str(key): str(value) for key, value in contact.fields.items()},
        "seller": contact.seller_id,
        "seller_name": contact.seller.name,
        "list_id": contact.list_id,
        "list_name": contact.list.name,
        "phones": [
            {**schemas.PhonePage.from_orm(_with(phone, suppressed=phone.e164 in live)).dict()}
            for phone in found["phones"]
        ],
        "suppressions": [
            schemas.SuppressionOnPage.from_orm(
                _with(row, every_seller=row.seller_id is None, end_asked=row.end_asked_by is not None)
            )
            for row in found["suppressions"]
        ],
        "consents": found["consents"],
        "relationships": found["relationships"],
        "changes": [
            {"field": row.field, "before": row.before, "after": row.after, "at": row.at, "by": by}
            for row, by in found["changes"]
        ],
    }


def _with(row: Any, **extra: Any) -> Any:
    """The row with answers that no column holds."""
    for name, value in extra.items():
        setattr(row, name, value)
    return row
