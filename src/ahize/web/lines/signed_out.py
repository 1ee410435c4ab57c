"""A phone ends with the login it was made for; that somebody signs out, Django says by a signal only."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from ahize.web.accounts.models import User
from ahize.web.base import CLOCK
from ahize.web.lines import phones


@receiver(user_logged_out)
def phone_ends(request: HttpRequest | None, user: User | None, **_others: Any) -> None:
    """Take the phone of whoever signs out away."""
    if user is not None:
        phones.take_away(user.pk, now=getattr(request, "now", None) or CLOCK.now())
