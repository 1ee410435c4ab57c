"""Who may do what: one enum of verbs, one table of roles.

This file answers "may this role do that?" and declares it on routes. It knows no table and no request's content; which
*rows* somebody sees is the tenant wall's question (``rls.py``) and each app's ``access_…`` functions'.

    @router.get("/lists", response=list[ListOut], auth=requires(Verb.SEE_LISTS))
    def lists(request: Request) -> ...

A route open to strangers says why: ``auth=open_to_all("…")``. A route with neither fails the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie

from ahize.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from ahize.web.base import Request


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    CAMPAIGN_MANAGER = "campaign_manager"
    LIST_MANAGER = "list_manager"
    COMPLIANCE_OFFICER = "compliance_officer"
    ADMINISTRATOR = "administrator"


class Verb(StrEnum):
    """What somebody does. Sentences in the interface come from here, so a verb is never reused for a second thing."""

    BE_SIGNED_IN = "be_signed_in"  # what everybody may: see oneself, choose a language, sign out

    TAKE_SEAT = "take_seat"  # sit down, be ready, talk, note, dispose, "remove me", own callbacks
    TYPE_NUMBER = "type_number"  # dial a number typed by hand (through clearance like any other)

    SEE_FLOOR = "see_floor"  # wallboard: seats, calls, hopper, abandonment
    STEER_FLOOR = "steer_floor"  # pause, log out or move another person's seat
    STOP_DIALING = "stop_dialing"  # stop everything, hang everything up
    CORRECT_DISPOSITIONS = "correct_dispositions"  # the original is kept
    SEE_CALLBACKS = "see_callbacks"  # everybody's, not only one's own

    SEE_CAMPAIGNS = "see_campaigns"
    EDIT_CAMPAIGNS = "edit_campaigns"  # also dispositions and pause codes
    RUN_CAMPAIGNS = "run_campaigns"  # start, pause, end
    PLAN_SHIFTS = "plan_shifts"  # what-if and replay: have evenings simulated, see what came of them
    ASK_WHY_NOT = "ask_why_not"  # the panel: who cannot be called and why

    SEE_LISTS = "see_lists"
    BRING_LISTS = "bring_lists"  # upload, map, accept, throw away
    UNDO_LISTS = "undo_lists"

    SEE_CONTACTS = "see_contacts"  # search people without a call; an agent may not
    EDIT_CONTACTS = "edit_contacts"
    SEE_ATTEMPTS = "see_attempts"  # attempts with their rulings

    SEE_CONSENTS = "see_consents"  # consents, relationships, suppressions, registries
    SUPPRESS = "suppress"
    ASK_UNSUPPRESS = "ask_unsuppress"
    CONFIRM_UNSUPPRESS = "confirm_unsuppress"  # never the person who asked
    LOAD_REGISTRIES = "load_registries"
    ASK_LAW = "ask_law"  # "may we call?"
    SEE_POLICY = "see_policy"  # which laws are on, house policy and its log
    CHANGE_POLICY = "change_policy"  # tighten at once, ask to loosen
    CONFIRM_POLICY = "confirm_policy"  # the second person for what loosens; never the one who asked

    HEAR_RECORDINGS = "hear_recordings"  # listen to what was recorded, each time with a reason
    KEEP_RECORDINGS = "keep_recordings"  # how long they are kept, holding them back, deleting them early

    SEE_RIGHTS = "see_rights"  # what people asked about their data, and by when they must be answered
    ANSWER_RIGHTS = "answer_rights"  # take requests down, decide them, have somebody erased
    SEE_COMPLAINTS = "see_complaints"  # cases with their calls, clocks and what wrong calls may cost
    HANDLE_COMPLAINTS = "handle_complaints"  # open them, answer them, have evidence sealed

    SEE_RETENTION = "see_retention"  # what is kept how long, what is held, what a purge did
    KEEP_RECORDS = "keep_records"  # place holds, ask that they end, set terms
    CONFIRM_RETENTION = "confirm_retention"  # the second person for what lets go; never the one who asked

    SEE_REPORTS = "see_reports"
    EXPORT_REPORTS = "export_reports"

    SEE_LINES = "see_lines"  # trunks and how they stand; never their secrets
    EDIT_LINES = "edit_lines"  # trunks, test calls, which numbers are people's own
    LISTEN_IN = "listen_in"  # hear another's call, whisper, join, take over; each is written down
    EDIT_SOUNDS = "edit_sounds"  # bring recordings to be played, and flows
    APPROVE_SPOKEN = "approve_spoken"  # what machines may say to people; never one's own

    SEE_SELLERS = "see_sellers"
    EDIT_SELLERS = "edit_sellers"  # identity, agencies and caller IDs
    EDIT_EVIDENCE = "edit_evidence"  # what sellers and agencies can prove, with documents
    SEE_USERS = "see_users"
    EDIT_USERS = "edit_users"  # invite, role, disable, reset
    SEE_AUDIT = "see_audit"
    SEE_PROOF = "see_proof"  # what is sealed, checking it, and what a re-audit found
    EXPORT_PROOF = "export_proof"  # take rulings away in a bundle, keep heads outside, decide the past again
    SEE_READINESS = "see_readiness"


_AGENT = {Verb.BE_SIGNED_IN, Verb.TAKE_SEAT, Verb.TYPE_NUMBER, Verb.SUPPRESS}
_SUPERVISOR = _AGENT | {
    Verb.SEE_FLOOR,
    Verb.STEER_FLOOR,
    Verb.STOP_DIALING,
    Verb.CORRECT_DISPOSITIONS,
    Verb.SEE_CALLBACKS,
    Verb.SEE_CAMPAIGNS,
    Verb.RUN_CAMPAIGNS,
    Verb.PLAN_SHIFTS,
    Verb.ASK_WHY_NOT,
    Verb.SEE_CONTACTS,
    Verb.EDIT_CONTACTS,
    Verb.SEE_ATTEMPTS,
    Verb.SEE_LISTS,
    Verb.SEE_CONSENTS,
    Verb.ASK_UNSUPPRESS,
    Verb.ASK_LAW,
    Verb.SEE_REPORTS,
    Verb.EXPORT_REPORTS,
    Verb.SEE_LINES,
    Verb.LISTEN_IN,
    Verb.HEAR_RECORDINGS,
    Verb.APPROVE_SPOKEN,
    Verb.SEE_COMPLAINTS,
    Verb.SEE_SELLERS,
    Verb.SEE_USERS,
    Verb.SEE_READINESS,
}
_CAMPAIGN_MANAGER = {
    Verb.BE_SIGNED_IN,
    Verb.SEE_FLOOR,
    Verb.STOP_DIALING,
    Verb.SEE_CAMPAIGNS,
    Verb.EDIT_CAMPAIGNS,
    Verb.RUN_CAMPAIGNS,
    Verb.PLAN_SHIFTS,
    Verb.ASK_WHY_NOT,
    Verb.SEE_LISTS,
    Verb.BRING_LISTS,
    Verb.UNDO_LISTS,
    Verb.SEE_CONTACTS,
    Verb.SEE_ATTEMPTS,
    Verb.SEE_CONSENTS,
    Verb.SUPPRESS,
    Verb.ASK_UNSUPPRESS,
    Verb.ASK_LAW,
    Verb.SEE_POLICY,
    Verb.SEE_CALLBACKS,
    Verb.SEE_REPORTS,
    Verb.EXPORT_REPORTS,
    Verb.SEE_LINES,
    Verb.EDIT_SOUNDS,
    Verb.APPROVE_SPOKEN,
    Verb.SEE_SELLERS,
    Verb.SEE_USERS,
    Verb.SEE_READINESS,
}
_LIST_MANAGER = {
    Verb.BE_SIGNED_IN,
    Verb.SEE_LISTS,
    Verb.BRING_LISTS,
    Verb.UNDO_LISTS,
    Verb.SEE_CONTACTS,
    Verb.EDIT_CONTACTS,
    Verb.SEE_CONSENTS,
    Verb.SUPPRESS,
    Verb.ASK_UNSUPPRESS,
    Verb.LOAD_REGISTRIES,
    Verb.ASK_LAW,
    Verb.SEE_CAMPAIGNS,
    Verb.ASK_WHY_NOT,
    Verb.SEE_SELLERS,
    Verb.SEE_READINESS,
}
_COMPLIANCE_OFFICER = {
    Verb.BE_SIGNED_IN,
    Verb.SEE_FLOOR,
    Verb.STOP_DIALING,
    Verb.SEE_CAMPAIGNS,
    Verb.ASK_WHY_NOT,
    Verb.SEE_LISTS,
    Verb.SEE_CONTACTS,
    Verb.SEE_ATTEMPTS,
    Verb.SEE_CONSENTS,
    Verb.SUPPRESS,
    Verb.ASK_UNSUPPRESS,
    Verb.CONFIRM_UNSUPPRESS,
    Verb.LOAD_REGISTRIES,
    Verb.ASK_LAW,
    Verb.SEE_POLICY,
    Verb.CHANGE_POLICY,
    Verb.CONFIRM_POLICY,
    Verb.SEE_CALLBACKS,
    Verb.SEE_REPORTS,
    Verb.EXPORT_REPORTS,
    Verb.SEE_LINES,
    Verb.APPROVE_SPOKEN,
    Verb.SEE_SELLERS,
    Verb.SEE_USERS,
    Verb.EDIT_EVIDENCE,
    Verb.SEE_RIGHTS,
    Verb.ANSWER_RIGHTS,
    Verb.HEAR_RECORDINGS,
    Verb.KEEP_RECORDINGS,
    Verb.SEE_COMPLAINTS,
    Verb.HANDLE_COMPLAINTS,
    Verb.SEE_RETENTION,
    Verb.KEEP_RECORDS,
    Verb.CONFIRM_RETENTION,
    Verb.SEE_AUDIT,
    Verb.SEE_PROOF,
    Verb.EXPORT_PROOF,
    Verb.SEE_READINESS,
}

VERBS: dict[Role, frozenset[Verb]] = {
    Role.AGENT: frozenset(_AGENT),
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.CAMPAIGN_MANAGER: frozenset(_CAMPAIGN_MANAGER),
    Role.LIST_MANAGER: frozenset(_LIST_MANAGER),
    Role.COMPLIANCE_OFFICER: frozenset(_COMPLIANCE_OFFICER),
    # The administrator runs the house and may set up everything in it; talking to people stays with those hired for it,
    # and the second pair of eyes on a suppression stays with compliance.
    Role.ADMINISTRATOR: frozenset(Verb) - {Verb.CONFIRM_UNSUPPRESS},
}
"""Which role may do what. The auth matrix in the tests is computed from here, route by route."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, as far as a service needs to know."""

    id: UUID
    tenant: UUID
    name: str
    email: str
    role: Role
    language: str

    @property
    def verbs(self) -> frozenset[Verb]:
        return VERBS[self.role]

    def may(self, verb: Verb) -> bool:
        return verb in self.verbs


class Requires(APIKeyCookie):
    """The session cookie's person, who must hold one of ``verbs``. Ninja checks CSRF on every unsafe method."""

    def __init__(self, *verbs: Verb) -> None:
        assert verbs, "a route says what it requires"
        self.verbs = frozenset(verbs)
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:  # noqa: ARG002 - the middleware read it
        person = cast("Request", request).person
        if person is None:
            return None
        if not person.verbs & self.verbs:
            raise NotAllowed(
                _("Your role does not allow this."),
                next_step=_("Ask an administrator if your work needs it."),
                needs=sorted(self.verbs),
            )
        return person


class OpenToAll:
    """A route for strangers, with the reason why it may be one."""

    def __init__(self, why: str) -> None:
        assert why, "an open route says why"
        self.why = why

    def __call__(self, request: HttpRequest) -> bool:  # noqa: ARG002 - nothing is asked of a stranger
        return True


def second_person(first: UUID | None, by: UUID, *, refused: str, next_step: str) -> None:
    """What one person brought, only another approves. Raises: NotAllowed ``second_person_needed``."""
    if first == by:
        raise NotAllowed(refused, code="second_person_needed", next_step=next_step)


def requires(*verbs: Verb) -> Requires:
    """Declare what a route needs; any one of the verbs is enough."""
    return Requires(*verbs)


def open_to_all(why: str) -> OpenToAll:
    """Declare that a route needs nobody signed in, and why."""
    return OpenToAll(why)
