"""Who is behind a socket, and what their coming and going means for their seat.

Everything here asks the database in a thread of its own: no ORM on the event loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections, transaction
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from ahize.web.notices import Outbox
from ahize.web.permissions import Person, Verb
from ahize.web.rls import TENANT_SETTING, USER_SETTING, set_here, tenant_scope

KEPT_FOR = timedelta(hours=1)
"""Notices older than this are forgotten; a tab away for longer reads everything afresh."""

log = logging.getLogger(__name__)

_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="presence")
_T = TypeVar("_T")


def session_cookie(scope: MutableMapping[str, Any] | Any) -> str:
    """The session's key as the browser brought it; empty where it brought none."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            return parse_cookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME, "")
    return ""


async def who(cookie: str) -> tuple[Person, str] | None:
    """Whose session this is and which world they work in; ``None`` where it has ended."""
    return await _in_thread(lambda: _who(cookie))


async def tab_alive(person: Person, session: UUID, now: datetime) -> None:
    """A tab said that it lives."""
    await _seat("tab_alive", person, session, now)


async def tab_gone(person: Person, session: UUID, now: datetime) -> None:
    """A tab's socket has closed."""
    await _seat("tab_gone", person, session, now)


async def tidy(tenant: UUID, now: datetime) -> None:
    """Forget notices that no tab can still ask for, and sessions that have ended."""

    def sweep() -> None:
        with tenant_scope(tenant):
            Outbox.objects.filter(at__lt=now - KEPT_FOR).delete()
        SessionStore.clear_expired()

    try:
        await _in_thread(sweep)
    except Exception:
        log.warning("old notices were not swept; they will be next time", exc_info=True)


async def _seat(deed: str, person: Person, session: UUID, now: datetime) -> None:
    if not person.may(Verb.TAKE_SEAT):
        return
    hook = getattr(import_module("ahize.web.dialing.services"), deed, None)
    if hook is None:
        return

    def tell() -> None:
        with tenant_scope(person.tenant):
            hook(person.id, session, now)

    try:
        await _in_thread(tell)
    except Exception:
        # The next sign of life comes in 3 s, and a tab that nobody could write down counts as gone after 10.
        log.warning("a tab's presence was not written", exc_info=True)


def _who(cookie: str) -> tuple[Person, str] | None:
    from ahize.web.accounts.models import User  # noqa: PLC0415 - models load after settings
    from ahize.web.tenants.models import Tenant  # noqa: PLC0415

    request = HttpRequest()
    request.session = SessionStore(cookie)
    with transaction.atomic():
        named = request.session.get(SESSION_KEY)
        if not named:
            return None
        set_here(USER_SETTING, str(named))
        user = get_user(request)
        if not isinstance(user, User):
            return None
        set_here(TENANT_SETTING, str(user.tenant_id))
        return user.as_person(), Tenant.objects.get(pk=user.tenant_id).world


async def _in_thread(work: Callable[[], _T]) -> _T:
    def within() -> _T:
        close_old_connections()
        return work()

    return await asyncio.get_running_loop().run_in_executor(_threads, within)
