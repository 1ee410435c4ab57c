"""Looking up users and invitations."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotFound
from ahize.web.accounts.models import INVITE_SETTING, Invite, User
from ahize.web.rls import setting_scope


def users() -> QuerySet[User]:
    """Everybody of the tenant, by name."""
    return User.objects.order_by("name", "id")


def access_user(user_id: UUID) -> User:
    """One user of the tenant. Raises: NotFound."""
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise NotFound(_("There is no such user."))
    return found


def open_invites(now: datetime) -> QuerySet[Invite]:
    """Invitations that can still be used; links for new passwords are not among them."""
    return Invite.objects.filter(used_at=None, expires_at__gt=now, user=None).order_by("-created_at", "id")


def access_invite(invite_id: UUID) -> Invite:
    found = Invite.objects.filter(pk=invite_id, user=None).first()
    if found is None:
        raise NotFound(_("There is no such invitation."))
    return found


def invite_of(token: str, *, now: datetime) -> Invite:
    """The invitation that a link stands for; readable before its tenant is known. Raises: NotFound."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    with setting_scope(INVITE_SETTING, digest):
        found = Invite.objects.filter(token_hash=digest).first()
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise NotFound(
            _("This link is unknown, has been used, or is too old."),
            code="link_dead",
            next_step=_("Ask an administrator for a new one."),
        )
    return found
