"""Signing in by e-mail address and password, through allauth's screens-free API.

It answers "is this the person they say?" and raises the tenant's wall for the rest of the request. Second factors and
session rotation are allauth's; how often one may fail is ``throttle.py``'s.
"""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ahize.web import base, notices
from ahize.web.accounts import throttle
from ahize.web.accounts.models import EMAIL_SETTING, User
from ahize.web.audit import services as audit
from ahize.web.rls import TENANT_SETTING, set_here, setting_scope


class Backend(BaseBackend):
    """Finds the one account that was named; the tenant wall shows it no other."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's signature
        email: str = "",
        password: str = "",
        **_others: Any,
    ) -> User | None:
        address = email.strip().lower()
        with setting_scope(EMAIL_SETTING, address):
            user = User.objects.filter(email=address).first()
        if user is None:
            # As slow as a wrong password, so that time does not tell which addresses have an account.
            User().set_password(password)
            return None
        if not user.check_password(password) or not user.is_active:
            return None
        set_here(TENANT_SETTING, str(user.tenant_id))
        return user

    def get_user(self, user_id: UUID) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return user if user is not None and user.is_active else None


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """allauth's questions, answered for this house."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - nobody, whoever asks
        """Nobody signs up by themselves: an administrator invites."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Check a password, counting failures. Raises: TooMany, with the time to wait."""
        tried = {
            "email": str(credentials.get("email") or ""),
            "address": request.META.get("REMOTE_ADDR", ""),
            "now": base.CLOCK.now(),
        }
        throttle.check(**tried)
        user = cast("User | None", super().authenticate(request, **credentials))
        if user is None:
            throttle.count(**tried)
        return user

    def reauthenticate(self, user: User, password: str) -> bool:
        from allauth.core import context  # noqa: PLC0415 - there only within a request

        again = self.authenticate(context.request, email=user.email, password=password)
        return again is not None and again.pk == user.pk

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase:
        now = base.CLOCK.now()
        User.objects.filter(pk=user.pk).update(signed_in_at=now)
        audit.record(
            tenant=user.tenant_id, by=user.pk, action="sign_in", subject_kind="user", subject_id=user.pk, now=now
        )
        return cast(HttpResponseBase, super().post_login(request, user, **kwargs))

    def logout(self, request: HttpRequest) -> None:
        """End this session; the tabs it opened hear of it, those of the user's other sessions stay."""
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            notices.tell_browsers(user.tenant_id, "signed_out", user.pk, user=user.pk)

    def set_password(self, user: User, password: str) -> None:
        """A new password ends every session of this user, the sockets of open tabs included."""
        user.set_password(password)
        user.session_epoch += 1
        user.save(update_fields=["password", "session_epoch"])
        audit.record(
            tenant=user.tenant_id,
            by=user.pk,
            action="change_password",
            subject_kind="user",
            subject_id=user.pk,
            now=base.CLOCK.now(),
        )
        notices.tell_browsers(user.tenant_id, "signed_out", user.pk, user=user.pk)
