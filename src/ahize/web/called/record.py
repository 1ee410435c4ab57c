"""What is on record about a number, told to its owner: who called, when, why, for whom, from which list, to what end.

In plain words and in the reader's language; the copy holds the same for machines. It tells no agent's name, no other
person, and nothing of a number that was not proven. Refuses to know how it was proven.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ahize.web.called.models import Complaint
from ahize.web.consents import queries as consents
from ahize.web.contacts.models import Contact
from ahize.web.dialing.models import Attempt, CodeCall, InboundCall
from ahize.web.recordings import services
from ahize.web.recordings.models import Recording
from ahize.web.rights.models import Request
from ahize.web.tenants.models import Tenant

CALLS_MAX = 1_000
OF_CONTACT = (
    *("first_name", "last_name", "company", "address", "city", "region", "postal_code", "country", "email", "language"),
)

OUTCOMES: Mapping[str, str] = {
    "": gettext_noop("The call is under way, or how it ended is not known yet."),
    "connected": gettext_noop("You spoke with one of our agents."),
    "abandoned": gettext_noop("You answered and no agent was free in time; you heard a message. We are sorry."),
    "played": gettext_noop("You heard a recorded or spoken message."),
    "hung_up": gettext_noop("You hung up."),
    "machine": gettext_noop("A voicemail or another machine answered."),
    "fax": gettext_noop("A fax machine answered."),
    "no_answer": gettext_noop("It rang and nobody answered."),
    "busy": gettext_noop("The line was busy."),
    "rejected": gettext_noop("The call was refused at your end."),
    "disconnected": gettext_noop("The number could not be reached."),
    "congestion": gettext_noop("The network could not put the call through."),
    "failed": gettext_noop("The network could not put the call through."),
    "cancelled": gettext_noop("We stopped the call while it rang."),
    "unknown": gettext_noop("How the call ended is not known."),
}
PURPOSES: Mapping[str, str] = {
    "": gettext_noop("no purpose was noted"),
    "sales": gettext_noop("sales"),
    "upsell": gettext_noop("an offer to a customer"),
    "lead_qualification": gettext_noop("asking whether you are interested in an offer"),
    "appointment": gettext_noop("arranging an appointment"),
    "survey": gettext_noop("a survey"),
    "fundraising": gettext_noop("asking for a donation"),
    "political": gettext_noop("a political cause"),
    "membership": gettext_noop("a membership"),
    "service": gettext_noop("service to a customer"),
    "transactional": gettext_noop("an order or a contract of yours"),
    "debt": gettext_noop("a debt"),
    "recruitment": gettext_noop("a job"),
    "public_information": gettext_noop("public information"),
    "consent_request": gettext_noop("asking whether you agree to be called"),
    "opt_out_confirmation": gettext_noop("confirming that you are not called any more"),
}
DOORS: Mapping[str, str] = {
    "voice": gettext_noop("said in a call"),
    "key_press": gettext_noop("a key pressed in a call"),
    "sms": gettext_noop("a text message"),
    "email": gettext_noop("an e-mail"),
    "web": gettext_noop("a web page"),
    "agent": gettext_noop("told to an agent"),
    "letter": gettext_noop("a letter"),
    "registry": gettext_noop("a registry"),
    "import": gettext_noop("a list"),
    "called_page": gettext_noop("this page"),
    "complaint": gettext_noop("a complaint"),
    "objection": gettext_noop("an objection"),
}


def purpose_in_words(purpose: str) -> str:
    """Like “a survey”; a purpose without words of its own as it stands."""
    return _(PURPOSES[purpose]) if purpose in PURPOSES else purpose


def of_number(e164: str, *, house: Tenant, now: datetime) -> dict[str, Any]:
    """Everything, as the page shows it and as the copy holds it; values are plain and fit into JSON."""
    contacts = Contact.objects.select_related("list", "seller").filter(phones__e164=e164).order_by("created_at", "id")
    return {
        "house": house.name,
        "number": e164,
        "at": _at(now),
        "calls": [_call(one) for one in _rung(e164)],
        "code_calls": [
            {"at": _at(one.at), "shown": one.caller_id, "state": one.state}
            for one in CodeCall.objects.filter(e164=e164).order_by("-at")[:CALLS_MAX]
        ],
        "not_dialled": Attempt.objects.filter(e164=e164, originated_at=None).count(),
        "calls_of_yours": [
            {"at": _at(one.at), "called": one.called, "outcome": one.outcome}
            for one in InboundCall.objects.filter(caller=e164).order_by("-at")[:CALLS_MAX]
        ],
        "data": [_data(one) for one in contacts.distinct()],
        "consents": [_consent(one) for one in consents.told(consents.consents(e164=e164).select_related("seller"))],
        "stops": [
            {
                "since": _at(one.at),
                "for": one.seller.name if one.seller else _("everybody this house calls for"),
                "by": _(DOORS[one.source]) if one.source in DOORS else one.source,
                "ended": _at(one.ended_at),
            }
            for one in consents.suppressions(e164=e164).select_related("seller")
        ],
        "relationships": [
            {"seller": one.seller.name, "kind": one.kind, "last_on": one.last_on.isoformat(), "source": one.source}
            for one in consents.relationships(e164=e164).select_related("seller")
        ],
        "requests": [
            {"kind": one.kind, "at": _at(one.at), "due": _at(one.due_at), "state": one.state, "answer": one.answer}
            for one in Request.objects.filter(e164=e164).order_by("-at")
        ],
        "complaints": [{"at": _at(one.at), "said": one.said} for one in Complaint.objects.filter(e164=e164)],
    }


def _rung(e164: str) -> Iterable[Attempt]:
    rows = Attempt.objects.select_related("seller", "campaign__agency", "contact__list").filter(e164=e164)
    return rows.filter(originated_at__isnull=False).order_by("-at")[:CALLS_MAX]


def _call(attempt: Attempt) -> dict[str, Any]:
    recording = Recording.objects.filter(attempt=attempt).first()
    agency = attempt.campaign.agency
    return {
        "at": _at(attempt.originated_at),
        "shown": attempt.caller_id,
        "for": attempt.seller.name,
        "by": agency.name if agency else attempt.seller.name,
        "why": purpose_in_words(attempt.campaign.purpose),
        "about": attempt.campaign.product,
        "list": attempt.contact.list.name,
        "source": ", ".join(part for part in (attempt.contact.list.source, attempt.contact.list.supplier) if part),
        "outcome": _(OUTCOMES.get(attempt.outcome, OUTCOMES["unknown"])),
        "talk_s": str(attempt.talk_s) if attempt.talk_s is not None else None,
        "recorded": recording is not None and bool(recording.path),
        "recording": str(recording.pk) if recording else None,
        "recording_silent": _silent(recording),
        "recording_deleted": _at(recording.deleted_at) if recording else None,
    }


SILENT: Mapping[str, str] = {
    "deleted": gettext_noop("The recording was destroyed; nobody can hear it any more."),
    "not_kept": gettext_noop("It was to be recorded, and nothing could be kept."),
    "no_key": gettext_noop("The key that opens the recording is not here; it cannot be heard."),
    "broken": gettext_noop("The file of the recording is missing or damaged; it cannot be heard."),
}


def _silent(recording: Recording | None) -> str:
    """Why the recording of a call cannot be heard, in words; empty where it can or where there is none."""
    why = services.silent_because(recording) if recording else ""
    return _(SILENT[why]) if why else ""


def _data(contact: Contact) -> dict[str, Any]:
    held = {name: getattr(contact, name) for name in OF_CONTACT if getattr(contact, name)}
    return {
        "for": contact.seller.name,
        "list": contact.list.name,
        "source": contact.list.source,
        "supplier": contact.list.supplier,
        "acquired_on": contact.list.acquired_on.isoformat() if contact.list.acquired_on else None,
        "since": _at(contact.created_at),
        "held": held | {name: str(value) for name, value in contact.fields.items()},
        "phones": [phone.e164 for phone in contact.phones.order_by("position")],
    }


def _consent(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "given": _at(told["given_at"]),
        "words": told["words"],
        "version": told["words_version"],
        "form": told["form"],
        "channels": list(told["channels"]),
        "purposes": list(told["purposes"]),
        "source": told["source"],
        "in_force": told["is_live"],
        "withdrawn": _at(told["revoked_at"]),
        "page_sha256": told["snapshot_sha256"],
    }


def _at(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
