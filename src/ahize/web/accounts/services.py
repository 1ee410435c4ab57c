"""Who may work here: invitations and links, roles, ending somebody's sessions.

Every deed is in the audit; whatever takes a right away ends the open sessions at once, in the same transaction.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web import notices
from ahize.web.accounts.models import Invite, User
from ahize.web.accounts.queries import invite_of
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.permissions import Person, Role
from ahize.web.rls import TENANT_SETTING, set_here, tenant_scope
from ahize.web.tenants.queries import every_tenant
from ahize.web.tenants.services import found_tenant

INVITED_FOR = timedelta(days=7)
RESET_FOR = timedelta(hours=24)
FIRST_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Link:
    """A way in that was just made; the token is shown this once and only its hash is kept."""

    path: str
    expires_at: datetime


def first_admin_link(now: datetime, *, name: str = "Ahize", world: str = "real", zone: str = "UTC") -> Link | None:
    """The link for the first administrator, for the launcher to print once.

    Founds the tenant where there is none. A second call before anybody came in voids the first link.

    Returns:
        ``None`` where somebody is here already.
    """
    with transaction.atomic():
        tenants = every_tenant()
        tenant = tenants[0].id if tenants else found_tenant(name=name, world=world, zone=zone, now=now).id
        with tenant_scope(tenant):
            if User.objects.exists():
                return None
            Invite.objects.filter(used_at=None, user=None, by=None).update(expires_at=now)
            return _link(
                tenant=tenant, email="", name="", role=Role.ADMINISTRATOR, by=None, lasts=FIRST_FOR, user=None, now=now
            )


def make_user(
    *, tenant: UUID, email: str, name: str, role: Role, password: str, now: datetime, language: str = "en"
) -> User:
    """A user with a password, for shells that found a house (the demo's seats). People come in by invitation."""
    user = User(
        id=draw_id(now),
        tenant_id=tenant,
        email=clean_email(email),
        name=name.strip(),
        role=role,
        language=language,
        created_at=now,
    )
    user.set_password(password)
    user.save(force_insert=True)
    audit.record(
        tenant=tenant,
        by=None,
        action="make_user",
        subject_kind="user",
        subject_id=user.id,
        after={"role": role},
        now=now,
    )
    return user


def invite(*, email: str, name: str, role: Role, by: Person, now: datetime) -> Link:
    """A link for somebody new, shown once to the administrator who hands it over. Raises: Conflict, BadInput."""
    email = clean_email(email)
    if User.objects.filter(email=email).exists():
        raise Conflict(
            _("Somebody with this e-mail address works here already."),
            code="user_exists",
            next_step=_("Look in the list of users; for a forgotten password make a reset link."),
        )
    Invite.objects.filter(email=email, used_at=None, user=None).update(expires_at=now)
    return _link(
        tenant=by.tenant, email=email, name=name.strip(), role=role, by=by.id, lasts=INVITED_FOR, user=None, now=now
    )


def withdraw_invite(invite: Invite, *, by: Person, now: datetime) -> None:
    """The link works no longer."""
    if invite.used_at is not None:
        raise Conflict(_("This invitation has been used."), code="invite_used")
    Invite.objects.filter(pk=invite.pk).update(expires_at=now)
    audit.record(
        tenant=by.tenant,
        by=by.id,
        action="withdraw_invite",
        subject_kind="invite",
        subject_id=invite.id,
        now=now,
    )
    notices.tell_browsers(by.tenant, "users", invite.id, now=now)


def reset_link(user: User, *, by: Person, now: datetime) -> Link:
    """A link with which the user chooses a new password; their sessions end when it is used."""
    Invite.objects.filter(user=user, used_at=None).update(expires_at=now)
    return _link(
        tenant=user.tenant_id,
        email=user.email,
        name=user.name,
        role=Role(user.role),
        by=by.id,
        lasts=RESET_FOR,
        user=user,
        now=now,
    )


def join(token: str, *, email: str, name: str, password: str, now: datetime) -> User:
    """Use a link: the invited becomes a user, or the user gets the new password. Raises the wall for this transaction.

    Raises:
        NotFound: the link is unknown, used or expired.
        BadInput: the name, address or password cannot be used, with the field.
    """
    found = invite_of(token, now=now)
    set_here(TENANT_SETTING, str(found.tenant_id))
    # Whoever comes second waits here and then finds the link used.
    found = Invite.objects.select_for_update().get(pk=found.pk)
    if found.used_at is not None:
        raise NotFound(_("This link has been used."), code="link_used")
    found.used_at = now
    found.save(update_fields=["used_at"])
    user = found.user
    if user is not None:
        if not user.is_active:
            raise NotFound(_("This link has been used."), code="link_used")
        _choose_password(user, password)
        user.session_epoch += 1
        user.save(update_fields=["password", "session_epoch"])
        notices.tell_browsers(user.tenant_id, "signed_out", user.id, user=user.id, now=now)
        action = "reset_password"
    else:
        user = User(
            id=draw_id(now),
            tenant_id=found.tenant_id,
            email=clean_email(found.email or email),
            name=_name(name),
            role=found.role,
            created_at=now,
        )
        _choose_password(user, password)
        if User.objects.filter(email=user.email).exists():
            raise _taken()
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except Exception as error:
            # Addresses are unique over all tenants, and another's row cannot be looked at to ask first.
            if "accounts_user" in str(error):
                raise _taken() from None
            raise
        action = "join"
    audit.record(
        tenant=user.tenant_id,
        by=user.id,
        action=action,
        subject_kind="user",
        subject_id=user.id,
        after={"role": user.role},
        now=now,
    )
    notices.tell_browsers(user.tenant_id, "users", user.id, now=now)
    return user


def change_user(
    user: User, *, by: Person, now: datetime, role: Role | None = None, is_active: bool | None = None, name: str = ""
) -> User:
    """Give another role or name, disable or enable. What takes a right away ends the user's sessions.

    Raises: Conflict where nobody would be left to administrate.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    before = {"role": user.role, "is_active": user.is_active, "name": user.name}
    user.role = role or user.role
    user.is_active = user.is_active if is_active is None else is_active
    user.name = _name(name) if name else user.name
    after = {"role": user.role, "is_active": user.is_active, "name": user.name}
    if before == after:
        return user
    was_admin = before["role"] == Role.ADMINISTRATOR and before["is_active"]
    if was_admin and not (user.role == Role.ADMINISTRATOR and user.is_active):
        _keep_an_administrator(user)
    ended = before["role"] != user.role or (before["is_active"] and not user.is_active)
    if ended:
        user.session_epoch += 1
    user.save(update_fields=["role", "is_active", "name", "session_epoch"])
    changed = {field for field, value in after.items() if before[field] != value}
    audit.record(
        tenant=by.tenant,
        by=by.id,
        action="change_user",
        subject_kind="user",
        subject_id=user.id,
        before={field: before[field] for field in sorted(changed)},
        after={field: after[field] for field in sorted(changed)},
        now=now,
    )
    notices.tell_browsers(by.tenant, "users", user.id, now=now)
    if ended:
        notices.tell_browsers(by.tenant, "signed_out", user.id, user=user.id, now=now)
    return user


def change_language(user: User, *, language: str) -> User:
    user.language = language
    user.save(update_fields=["language"])
    return user


def clean_email(email: str) -> str:
    """The address as it is kept: trimmed, in lower case. Raises: BadInput."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput(
            _("This is not an e-mail address."),
            next_step=_("Write it like name@example.org."),
            fields=[{"field": "email", "message": _("This is not an e-mail address.")}],
        ) from None
    return email


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _link(
    *,
    tenant: UUID,
    email: str,
    name: str,
    role: Role,
    by: UUID | None,
    lasts: timedelta,
    user: User | None,
    now: datetime,
) -> Link:
    token = secrets.token_urlsafe(32)
    made = Invite.objects.create(
        id=draw_id(now),
        tenant_id=tenant,
        email=email,
        name=name,
        role=role,
        user=user,
        token_hash=hash_of(token),
        expires_at=now + lasts,
        by=by,
        created_at=now,
    )
    audit.record(
        tenant=tenant,
        by=by,
        action="make_reset_link" if user else "invite",
        subject_kind="user" if user else "invite",
        subject_id=user.id if user else made.id,
        after={"role": role},
        now=now,
    )
    notices.tell_browsers(tenant, "users", made.id, now=now)
    return Link(path=f"/join/{token}", expires_at=made.expires_at)


def _keep_an_administrator(leaving: User) -> None:
    # Locked in primary-key order, so that two who demote each other do not both pass.
    others = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("id")
    if all(other.pk == leaving.pk for other in others):
        raise Conflict(
            _("Somebody must be left to administrate."),
            code="last_administrator",
            next_step=_("Make somebody else an administrator first."),
        )


def _choose_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        raise BadInput(
            _("This password cannot be used."),
            next_step=_("Choose another."),
            fields=[{"field": "password", "message": " ".join(wrong.messages)}],
        ) from None
    user.set_password(password)


def _name(name: str) -> str:
    name = name.strip()
    if not name:
        said = _("Please give a name.")
        raise BadInput(said, fields=[{"field": "name", "message": said}])
    return name


def _taken() -> BadInput:
    said = _("This e-mail address cannot be used.")
    return BadInput(said, next_step=_("Use another address."), fields=[{"field": "email", "message": said}])
