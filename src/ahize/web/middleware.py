"""What stands round each request: who asks, whose rows exist, what time it is, and the headers of each answer.

One request is one transaction inside the tenant's wall. An answer of 400 or above rolls it back, save where signing in
keeps count of its failures.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, cast

from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from ahize.kernel.errors import NotAllowed
from ahize.web import base
from ahize.web.problems import problem
from ahize.web.rls import TENANT_SETTING, setting_scope

if TYPE_CHECKING:
    from ahize.web.accounts.models import User

Answer = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Mantine sets style attributes
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "media-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SAFE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Set on every answer, Django's and the front's."""


def headers(get_response: Answer) -> Answer:
    """Safe headers on everything, and no copy of personal data in any cache."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in SAFE_HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def person_and_wall(get_response: Answer) -> Answer:
    """Open the transaction, find who asks, raise the tenant's wall, speak their language."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        asked = cast(base.Request, request)
        asked.now = base.CLOCK.now()
        with transaction.atomic(), ExitStack() as stack:
            user = _signed_in(request, stack)
            asked.person = cast(base.Person, user.as_person() if user else None)
            if user is not None:
                asked.tenant = user.tenant_id
                stack.enter_context(setting_scope(TENANT_SETTING, str(user.tenant_id)))
            stack.enter_context(translation.override(user.language if user else _asked_language(request)))
            response = get_response(request)
            if response.status_code >= 400 and not request.path.startswith("/_allauth/"):
                transaction.set_rollback(True)
        return response

    return middleware


def _signed_in(request: HttpRequest, stack: ExitStack) -> User | None:
    """The session's user, or nobody. Until the tenant is known, only the row that the session names can be read."""
    from ahize.web.accounts.models import USER_SETTING, User  # noqa: PLC0415 - models load after settings

    named = request.session.get(SESSION_KEY)
    if not named:
        return None
    stack.enter_context(setting_scope(USER_SETTING, str(named)))
    return request.user if isinstance(request.user, User) and request.user.is_authenticated else None


def _asked_language(request: HttpRequest) -> str:
    return translation.get_language_from_request(request)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form or call without our token: stale tab, or somebody else's page."""
    return problem(
        NotAllowed(
            _("This request did not come from one of our own screens."),
            code="csrf",
            next_step=_("Reload the page and try again."),
        )
    )
