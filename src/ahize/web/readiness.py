"""What this house still needs before people can be called: one list, each line with its sentence and where to go.

It reads over all apps, so it stands above them. Whether one campaign can start is the campaign's own question
(``campaigns/readiness.py``); whether a single call is lawful is clearance's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import Router, Schema

from ahize.web.accounts.models import User
from ahize.web.base import Request
from ahize.web.campaigns.models import Campaign, CampaignState
from ahize.web.consents.models import RegistryVersion
from ahize.web.contacts.models import ContactList, ListState
from ahize.web.lines import phones
from ahize.web.lines.models import Trunk
from ahize.web.permissions import VERBS, Verb, requires
from ahize.web.retention import purge
from ahize.web.tenants import evidence
from ahize.web.tenants.models import Seller
from ahize.web.tenants.queries import access_tenant, caller_ids

CERTIFICATE_ENDS = timedelta(days=30)

router = Router(tags=["readiness"])


class Item(Schema):
    """One line: a stable word, whether it is there, the sentence, and the screen that changes it.

    ``needed`` is ``False`` for advice: calls can be made without it.
    """

    code: str
    ok: bool
    needed: bool
    message: str
    link: str


class Readiness(Schema):
    """``ready`` where everything needed is there."""

    ready: bool
    items: list[Item]


@router.get("/readiness", response=Readiness, auth=requires(Verb.SEE_READINESS))
def readiness(request: Request) -> Readiness:
    """What is there and what is missing, in the order of setting up."""
    items = [*_house(request), *_people(), *_calls(), *_lines(request.now), _purged(request)]
    return Readiness(ready=all(item.ok for item in items if item.needed), items=items)


def _house(request: Request) -> Iterator[Item]:
    yield _line(
        "seller",
        Seller.objects.exists(),
        _("There is a seller on whose behalf to call."),
        _("No seller is entered: say on whose behalf calls are made."),
        link="/sellers",
    )
    yield _line(
        "seller_identity",
        Seller.objects.exists() and not Seller.objects.filter(Q(phone_e164="") | Q(address="")).exists(),
        _("Every seller has a telephone number and an address to name in a call."),
        _("A seller lacks its telephone number or address, which people may ask for in a call."),
        link="/sellers",
    )
    yield _line(
        "caller_id",
        caller_ids(at=request.now).exists(),
        _("There is a caller ID in force."),
        _("No caller ID is in force: enter a number that the seller may show, with the proof."),
        link="/sellers",
    )
    yield _evidence(request.now)


def _evidence(now: datetime) -> Item:
    """Whether any evidence runs out soon, or has run out and was not renewed; the first of it with its days."""
    first = evidence.running_out(now).first()
    if first is None or first.valid_until is None:
        return _line(
            "evidence", True, _("No evidence of registrations and licences runs out soon."), "", link="/sellers"
        )
    days = (first.valid_until - now).days
    missing = (
        ngettext(
            "Evidence %(code)s runs out in %(days)d day; the calls that rest on it stop then.",
            "Evidence %(code)s runs out in %(days)d days; the calls that rest on it stop then.",
            days,
        )
        % {"code": first.code, "days": days}
        if first.valid_until > now
        else _("Evidence %(code)s has run out; the calls that rest on it are stopped.") % {"code": first.code}
    )
    return _line("evidence", False, "", missing, link="/sellers", needed=False)


def _people() -> Iterator[Item]:
    sits = [role for role, verbs in VERBS.items() if Verb.TAKE_SEAT in verbs and Verb.EDIT_USERS not in verbs]
    confirms = [role for role, verbs in VERBS.items() if Verb.CONFIRM_UNSUPPRESS in verbs]
    yield _line(
        "agents",
        User.objects.filter(is_active=True, role__in=sits).exists(),
        _("Somebody can take a seat."),
        _("Nobody can take a seat: invite agents."),
        link="/users",
    )
    yield _line(
        "compliance_officer",
        User.objects.filter(is_active=True, role__in=confirms).exists(),
        _("A compliance officer can confirm that a suppression ends."),
        _("There is no compliance officer, so no suppression can be lifted."),
        link="/users",
        needed=False,
    )


def _calls() -> Iterator[Item]:
    yield _line(
        "list",
        ContactList.objects.filter(state=ListState.PUBLISHED).exists(),
        _("There is a list to call."),
        _("There is no list: bring one in."),
        link="/lists",
    )
    yield _line(
        "registry",
        RegistryVersion.objects.exists(),
        _("A do-not-call registry is loaded."),
        _("No do-not-call registry is loaded; where the law asks for one, calls are barred."),
        link="/registries",
        needed=False,
    )
    yield _line(
        "campaign",
        Campaign.objects.exclude(state=CampaignState.ENDED).exists(),
        _("There is a campaign."),
        _("There is no campaign: set one up."),
        link="/campaigns",
    )
    yield _line(
        "telephone_line",
        settings.ENVIRONMENT.telephone_line,
        _("There is a telephone line."),
        _("There is no telephone line, so nothing can be dialled; everything else works."),
        link="/readiness",
    )


def _lines(now: datetime) -> Iterator[Item]:
    """What a house needs that telephones by trunks of its own; in the made-up world there is nothing to say."""
    if not phones.needed():
        return
    trunks = list(Trunk.objects.select_related("state").filter(enabled=True).order_by("name"))
    yield _line(
        "trunk",
        bool(trunks),
        _("There is a trunk to a carrier."),
        _("There is no trunk to a carrier: enter one."),
        link="/lines",
    )
    bad = [one for one in trunks if getattr(one, "state", None) and one.state.state in ("unreachable", "rejected")]
    said = {"name": bad[0].name, "reason": bad[0].state.reason or bad[0].state.state} if bad else {}
    yield _line(
        "trunk_state",
        not bad,
        _("No trunk reports trouble."),
        _("Trunk “%(name)s” does not work: %(reason)s.") % said if bad else "",
        link="/lines",
        needed=False,
    )
    ends = [one for one in trunks if one.certificate_until and one.certificate_until - now < CERTIFICATE_ENDS]
    yield _line(
        "certificate",
        not ends,
        _("No certificate with which calls are signed runs out soon."),
        _("The certificate of trunk “%(name)s” runs out on %(day)s; calls are not signed after that.")
        % {"name": ends[0].name, "day": ends[0].certificate_until.date().isoformat()}  # type: ignore[union-attr]  # it has one
        if ends
        else "",
        link="/lines",
        needed=False,
    )
    yield _line(
        "field_key",
        bool(settings.ENVIRONMENT.field_key) or not any(one.secret or one.stir_key for one in trunks),
        _("Secrets of trunks have a key of their own."),
        _("Secrets of trunks are sealed with a key that follows AHIZE_SECRET_KEY; give them AHIZE_FIELD_KEY."),
        link="/lines",
        needed=False,
    )


def _purged(request: Request) -> Item:
    """Whether what is beyond its term went lately; a new house has nothing to let go."""
    made = access_tenant(request.tenant).created_at
    return _line(
        "purge",
        not purge.is_overdue(made, now=request.now),
        _("What is kept beyond its term was let go within two days."),
        _("For two days no purge has ended: records stay beyond their term. Look whether the worker runs."),
        link="/law/retention?view=purge",
        needed=False,
    )


def _line(code: str, ok: bool, there: str, missing: str, *, link: str, needed: bool = True) -> Item:
    return Item(code=code, ok=ok, needed=needed, message=there if ok else missing, link=link)
