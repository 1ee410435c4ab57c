"""What the API says about users."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from ahize.web.permissions import Role, Verb

Language = Literal["en", "tr"]


class TenantBrief(Schema):
    id: UUID
    name: str


class World(Schema):
    """Which telephone world this is, what time it is there, and whether anything can dial."""

    kind: Literal["real", "made_up"]
    now: datetime
    zone: str
    telephone_line: bool


class Me(Schema):
    """Who is signed in, and what they may do."""

    id: UUID
    name: str
    email: str
    role: Role
    roles: list[Role]
    verbs: list[Verb]
    language: Language
    tenant: TenantBrief
    world: World


class MeChange(Schema):
    language: Language


class UserOut(Schema):
    id: UUID
    name: str
    email: str
    role: Role
    language: str
    is_active: bool
    created_at: datetime
    signed_in_at: datetime | None


class UserChange(Schema):
    name: str | None = Field(None, min_length=1, max_length=200)
    role: Role | None = None
    is_active: bool | None = None


class InvitationIn(Schema):
    email: str = Field(max_length=254)
    name: str = Field("", max_length=200)
    role: Role


class InvitationOut(Schema):
    id: UUID
    email: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime


class LinkOut(Schema):
    """A link to hand over. It is shown this once."""

    path: str
    expires_at: datetime


class JoinOut(Schema):
    """What a link is for; empty where the newcomer brings it."""

    email: str
    name: str
    tenant: str
    resets: bool


class JoinIn(Schema):
    name: str = Field("", max_length=200)
    email: str = Field("", max_length=254)
    password: str = Field(max_length=200)


class Joined(Schema):
    signed_in: bool
