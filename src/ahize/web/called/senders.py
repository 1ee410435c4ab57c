"""How a code reaches a telephone: one port, and whoever can carry it.

In a made-up house the made-up telephone shows it. Elsewhere a program of the settings' own carries it
(``AHIZE_CODE_SENDER``: a gateway for text messages, as a rule), given number, words and language on its standard input.
Without one no text message is sent. No sender here makes a telephone ring: a call that reads a code out is an INVITE,
and none leaves without a permit, so it is asked of the floor (``dialing/code_calls.py``). Where there is neither, the
page says so.
"""

from __future__ import annotations

import json
import logging
import shlex
import subprocess
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings

from ahize.web.base import draw_id
from ahize.web.called.models import MadeUpMessage, Way
from ahize.web.dialing.floor import gate_is_up
from ahize.web.lines.models import Trunk
from ahize.web.tenants.queries import access_tenant, caller_ids

log = logging.getLogger(__name__)

TIMEOUT_S = 20.0


class CodeSender(Protocol):
    """Whoever brings a few words to a number's owner. Raises OSError where they could not be handed over."""

    def send(self, *, e164: str, words: str, language: str, now: datetime) -> None: ...


class MadeUpTelephone:
    """In a made-up house nobody's telephone is meant; what it would show is shown on a page."""

    def __init__(self, tenant: UUID) -> None:
        self.tenant = tenant

    def send(self, *, e164: str, words: str, language: str, now: datetime) -> None:  # noqa: ARG002 - the port's
        MadeUpMessage.objects.create(id=draw_id(now), tenant_id=self.tenant, e164=e164, text=words, at=now)


class Program:
    """A program that is given ``{"number", "words", "language"}`` as one line of JSON; no shell stands between."""

    def __init__(self, command: str) -> None:
        self.command = shlex.split(command)

    def send(self, *, e164: str, words: str, language: str, now: datetime) -> None:  # noqa: ARG002 - the port's
        told = json.dumps({"number": e164, "words": words, "language": language}).encode() + b"\n"
        try:
            done = subprocess.run(  # noqa: S603 - the settings' own program
                self.command, input=told, capture_output=True, timeout=TIMEOUT_S, check=False, cwd="/"
            )
        except subprocess.TimeoutExpired:
            raise TimeoutError("the sender of codes did not end in time") from None
        if done.returncode:
            raise OSError(f"the sender of codes ended with {done.returncode}")


def made_up(tenant: UUID) -> bool:
    """Whether house and installation are made up, so that no telephone of anybody's is meant."""
    return settings.ENVIRONMENT.world == "made_up" and access_tenant(tenant).world == "made_up"


def sender_of(tenant: UUID) -> CodeSender | None:
    """Who carries this house's codes; None where nobody does. Inside the house's wall."""
    if made_up(tenant):
        return MadeUpTelephone(tenant)
    if settings.ENVIRONMENT.world == "real" and settings.ENVIRONMENT.code_sender:
        return Program(settings.ENVIRONMENT.code_sender)
    return None


def ways(tenant: UUID) -> Sequence[Way]:
    """How this house can bring a code at all, whether or not its engine runs now. Inside the house's wall."""
    texts = [Way.TEXT] if sender_of(tenant) is not None else []
    return [*texts, Way.CALL] if _has_telephones(tenant) else texts


def can_call_now(*, now: datetime) -> bool:
    """Whether the floor could dial this moment. Says nothing of any number. Inside the house's wall."""
    return gate_is_up(now) and caller_ids(at=now).exists()


def can_send(tenant: UUID) -> bool:
    """Whether anybody carries this house's codes. Inside the house's wall."""
    return bool(ways(tenant))


def _has_telephones(tenant: UUID) -> bool:
    """A made-up house has the made-up world; a real one needs a trunk that is switched on."""
    return made_up(tenant) or (settings.ENVIRONMENT.world == "real" and Trunk.objects.filter(enabled=True).exists())
