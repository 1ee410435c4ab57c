"""Errors that help the person who reads them.

AhizeError                  the user's: becomes a problem with a code, a message and a next step
├─ BadInput                 what was given cannot be used (422)
├─ NotAllowed               this person may not do this (403)
├─ NotFound                 no such thing, or none that you may see (404)
├─ Conflict                 true, but not now: the thing is in another state (409)
├─ TooMany                  asked too often (429)
└─ Unavailable              a part that is needed is not running (503)

What the world does wrong (a late hang-up, a lost event) is no error but a surprise: it is journaled, never raised.
What we do wrong is an ``assert`` or an ordinary exception: that floor stops and keeps its evidence.
"""

from __future__ import annotations

from typing import Any


class AhizeError(Exception):
    """Something a person can act on.

    Args:
        message: what happened and what was expected, without anybody's name or number.
        code: a stable word for programs, like ``campaign_not_ready``.
        next_step: what to do now; empty where the message says it.
        facts: values for the reader. Those named ``personal_*`` never reach a log.
    """

    status = 400
    code = "error"

    def __init__(self, message: str, *, code: str | None = None, next_step: str = "", **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.next_step = next_step
        self.facts = facts

    def public_facts(self) -> dict[str, Any]:
        """The facts that may stand in a log."""
        return {name: value for name, value in self.facts.items() if not name.startswith("personal_")}


class BadInput(AhizeError):
    """What was given cannot be used."""

    status = 422
    code = "bad_input"


class NotAllowed(AhizeError):
    """This person may not do this."""

    status = 403
    code = "not_allowed"


class NotFound(AhizeError):
    """No such thing, or none that you may see."""

    status = 404
    code = "not_found"


class Conflict(AhizeError):
    """True, but not now: the thing is in another state."""

    status = 409
    code = "conflict"


class TooMany(AhizeError):
    """Asked too often."""

    status = 429
    code = "too_many"


class Unavailable(AhizeError):
    """A part that is needed is not running."""

    status = 503
    code = "unavailable"
