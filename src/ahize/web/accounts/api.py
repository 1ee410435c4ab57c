"""Users over HTTP: who I am, who works here, invitations and the links they come in by."""

from __future__ import annotations

from typing import Literal, cast
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from ninja import Router

from ahize.web.accounts import queries, services
from ahize.web.accounts.models import Invite, User
from ahize.web.accounts.schemas import (
    InvitationIn,
    InvitationOut,
    Joined,
    JoinIn,
    JoinOut,
    Language,
    LinkOut,
    Me,
    MeChange,
    TenantBrief,
    UserChange,
    UserOut,
    World,
)
from ahize.web.base import Request
from ahize.web.permissions import Verb, open_to_all, requires
from ahize.web.tenants.models import Tenant
from ahize.web.tenants.queries import access_tenant, tenant_of_link

router = Router(tags=["accounts"])

LINK = "The link's secret is the proof."


@router.get("/me", response=Me, auth=requires(Verb.BE_SIGNED_IN))
def me(request: Request) -> Me:
    """Who is signed in, what they may do, which world this is and what time it is in it."""
    return _me(request, queries.access_user(request.person.id))


@router.patch("/me", response=Me, auth=requires(Verb.BE_SIGNED_IN))
def change_me(request: Request, payload: MeChange) -> Me:
    """Choose the language."""
    user = services.change_language(queries.access_user(request.person.id), language=payload.language)
    return _me(request, user)


@router.get("/users", response=list[UserOut], auth=requires(Verb.SEE_USERS))
def users(request: Request) -> list[User]:
    return list(queries.users())


@router.get("/users/{user_id}", response=UserOut, auth=requires(Verb.SEE_USERS))
def user(request: Request, user_id: UUID) -> User:
    return queries.access_user(user_id)


@router.patch("/users/{user_id}", response=UserOut, auth=requires(Verb.EDIT_USERS))
def change_user(request: Request, user_id: UUID, payload: UserChange) -> User:
    """Give a role or name, disable or enable. A role taken away ends the user's sessions within a second."""
    return services.change_user(
        queries.access_user(user_id),
        role=payload.role,
        is_active=payload.is_active,
        name=payload.name or "",
        by=request.person,
        now=request.now,
    )


@router.post("/users/{user_id}/reset-link", response=LinkOut, auth=requires(Verb.EDIT_USERS))
def reset_link(request: Request, user_id: UUID) -> services.Link:
    """A link for a new password, to hand over. It is shown this once."""
    return services.reset_link(queries.access_user(user_id), by=request.person, now=request.now)


@router.get("/invitations", response=list[InvitationOut], auth=requires(Verb.EDIT_USERS))
def invitations(request: Request) -> list[Invite]:
    """Invitations that can still be used."""
    return list(queries.open_invites(request.now))


@router.post("/invitations", response={201: LinkOut}, auth=requires(Verb.EDIT_USERS))
def invite(request: Request, payload: InvitationIn) -> tuple[int, services.Link]:
    """Invite somebody. The link is shown this once, to hand over."""
    link = services.invite(
        email=payload.email, name=payload.name, role=payload.role, by=request.person, now=request.now
    )
    return 201, link


@router.delete("/invitations/{invitation_id}", response={204: None}, auth=requires(Verb.EDIT_USERS))
def withdraw_invite(request: Request, invitation_id: UUID) -> tuple[int, None]:
    services.withdraw_invite(queries.access_invite(invitation_id), by=request.person, now=request.now)
    return 204, None


@router.get("/join/{token}", response=JoinOut, auth=open_to_all(LINK))
def invitation_of(request: Request, token: str) -> JoinOut:
    """What a link is for."""
    found = queries.invite_of(token, now=request.now)
    return JoinOut(
        email=found.email,
        name=found.name,
        tenant=tenant_of_link(found.tenant_id).name,
        resets=found.user_id is not None,
    )


@router.post("/join/{token}", response=Joined, auth=open_to_all(LINK))
def join(request: Request, token: str, payload: JoinIn) -> Joined:
    """Use a link: choose a password and walk in. Who has a second factor signs in with it afterwards."""
    user = services.join(token, email=payload.email, name=payload.name, password=payload.password, now=request.now)
    if Authenticator.objects.filter(user=user).exists():
        return Joined(signed_in=False)
    login(cast(HttpRequest, request), user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return Joined(signed_in=True)


def _me(request: Request, user: User) -> Me:
    tenant = access_tenant(user.tenant_id)
    person = user.as_person()
    return Me(
        id=user.id,
        name=user.name,
        email=user.email,
        role=person.role,
        roles=[person.role],
        verbs=sorted(person.verbs),
        language=cast(Language, user.language),
        tenant=TenantBrief(id=tenant.id, name=tenant.name),
        world=world(tenant, request),
    )


def world(tenant: Tenant, request: Request) -> World:
    return World(
        kind=cast(Literal["real", "made_up"], tenant.world),
        now=request.now,
        zone=tenant.zone,
        telephone_line=settings.ENVIRONMENT.telephone_line,
    )
