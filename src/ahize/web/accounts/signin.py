"""Signing in by e-mail address and password, through allauth's screens-free API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from ahize.web.accounts.models import EMAIL_SETTING, User
from ahize.web.rls import setting_scope


class Backend(BaseBackend):
    """Finds the one account that was named; the tenant wall shows it no other."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:  # noqa: ARG002
        email = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
        password = str(credentials.get("password") or "")
        with setting_scope(EMAIL_SETTING, email):
            user = User.objects.filter(email=email).first()
        if user is None:
            # As slow as a wrong password, so that time does not tell which addresses have an account.
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: UUID) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return user if user is not None and user.is_active else None


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Nobody signs up by themselves: an administrator invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - nobody, whoever asks
        return False
