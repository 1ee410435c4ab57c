"""What stands round each request: who asks, whose rows exist, what time it is, and the headers of each answer.

One request is one transaction inside the tenant's wall. An answer of 400 or above rolls it back, save where failures
are counted (``COUNTED``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from ahize.kernel.errors import AhizeError, NotAllowed
from ahize.web import base
from ahize.web.base import Request
from ahize.web.permissions import Person
from ahize.web.problems import database_away, problem
from ahize.web.rls import TENANT_SETTING, USER_SETTING, set_here, setting_scope

if TYPE_CHECKING:
    from ahize.web.accounts.models import User

log = logging.getLogger(__name__)

COUNTED = ("/_allauth/", "/called/")
"""Where a refusal must still be counted, so that a 4xx commits: signing in, and the page for people who are called."""

Answer = Callable[[HttpRequest], HttpResponseBase]


def _phones(address: str) -> str:
    """Where browsers' phones register: often the switch's own port, which is another origin than ours."""
    return " " + "/".join(address.split("/")[:3]) if address.startswith(("ws://", "wss://")) else ""


CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Mantine sets style attributes
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'" + _phones(settings.ENVIRONMENT.phone_ws),
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


def own_pages_only(get_response: Answer) -> Answer:
    """Refuse what another site's page sends. Browsers name the page on every unsafe request; programs name none."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        origin = request.headers.get("Origin")
        if request.method not in {"GET", "HEAD", "OPTIONS"} and origin is not None and origin not in settings.ORIGINS:
            return csrf_refused(request)
        return get_response(request)

    return middleware


class PersonAndWall:
    """Open the transaction, find who asks, raise the tenant's wall, speak their language."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = cast(Request, request)
        asked.now = base.CLOCK.now()
        try:
            return self._within(asked)
        except OperationalError as error:
            log.warning("the database does not answer: %s", type(error).__name__)
            return problem(database_away())

    def _within(self, asked: Request) -> HttpResponseBase:
        with transaction.atomic(), _nobodys_yet():
            user = _signed_in(asked)
            asked.person = cast(Person, user.as_person() if user else None)
            if user is not None:
                asked.tenant = user.tenant_id
                set_here(TENANT_SETTING, str(user.tenant_id))
            with translation.override(user.language if user else translation.get_language_from_request(asked)):
                response = self.get_response(asked)
            if response.status_code >= (500 if asked.path.startswith(COUNTED) else 400):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:  # noqa: ARG002
        """What allauth's views let through; our own routes have ninja's handlers."""
        return problem(error) if isinstance(error, AhizeError) else None


@contextmanager
def _nobodys_yet() -> Iterator[None]:
    """No tenant and no user at the start and none at the end, even where somebody's transaction is already open.

    Where none is, there is nothing to do: local settings begin unset and end with the transaction.
    """
    if len(connection.savepoint_ids) == 0:
        yield
        return
    with setting_scope(USER_SETTING, ""), setting_scope(TENANT_SETTING, ""):
        yield


def _signed_in(request: HttpRequest) -> User | None:
    """The session's user, or nobody. Until the tenant is known, only the row that the session names can be read."""
    from ahize.web.accounts.models import User  # noqa: PLC0415 - models load after settings

    named = request.session.get(SESSION_KEY)
    if not named:
        return None
    set_here(USER_SETTING, str(named))
    return request.user if isinstance(request.user, User) and request.user.is_authenticated else None


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form or call without our token: stale tab, or somebody else's page."""
    return problem(
        NotAllowed(
            _("This request did not come from one of our own screens."),
            code="csrf",
            next_step=_("Reload the page and try again."),
        )
    )
