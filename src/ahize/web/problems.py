"""An error as RFC 9457 problem JSON, in the reader's language: what happened, to what, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ahize.kernel.errors import AhizeError, Unavailable

HELD: Final = "AH001"
"""The SQLSTATE of the database's own refusal to let go of what a hold covers (``web/retention``)."""

TITLES = {
    400: gettext_noop("This cannot be read"),
    401: gettext_noop("Please sign in"),
    403: gettext_noop("Not allowed"),
    404: gettext_noop("Not found"),
    405: gettext_noop("Not possible this way"),
    409: gettext_noop("Not now"),
    413: gettext_noop("Too large"),
    422: gettext_noop("This cannot be used"),
    429: gettext_noop("Too often"),
    500: gettext_noop("Our mistake"),
    503: gettext_noop("Not running"),
}


def problem_json(
    status: int,
    code: str,
    message: str,
    *,
    next_step: str = "",
    facts: Mapping[str, Any] | None = None,
    fields: Sequence[Mapping[str, Any]] = (),
) -> HttpResponse:
    """The answer to a person who can act on it.

    Args:
        status: the HTTP status.
        code: a stable word for programs.
        message: what happened and what was expected, already in the reader's language.
        next_step: what to do now.
        facts: values for the screen, such as what is still missing.
        fields: what is wrong with which input: ``{"field": "body.name", "message": "…"}``.
    """
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "status": status,
        "code": code,
        "title": _(TITLES.get(status, TITLES[400])),
        "message": message,
        "next_step": next_step,
    }
    if facts:
        body["facts"] = dict(facts)
    if fields:
        body["fields"] = list(fields)
    response = JsonResponse(body, status=status, encoder=DjangoJSONEncoder, json_dumps_params={"default": str})
    response.headers["Content-Type"] = "application/problem+json"
    return response


def database_away() -> AhizeError:
    """PostgreSQL restarts, or two transactions stood in each other's way and ours was taken back."""
    return Unavailable(
        _("The database does not answer just now."), next_step=_("Nothing was lost. Try again in a few seconds.")
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's
    """An address that is none of ours."""
    return problem_json(404, "not_found", _("There is no such thing, or none that you may see."))


def our_mistake(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """What failed outside the API's own handlers."""
    return problem_json(
        500,
        "our_mistake",
        _("Something went wrong on our side. Nothing was changed."),
        next_step=_("Try again; if it happens twice, tell your administrator the time and what you did."),
    )


def problem(error: AhizeError) -> HttpResponse:
    """An ``AhizeError`` as it stands. A core's English sentence is translated if the catalogue knows it."""
    facts = {name: value for name, value in error.facts.items() if name not in ("field", "fields")}
    wrong = [{"field": error.facts["field"], "message": _(error.message)}] if "field" in error.facts else ()
    response = problem_json(
        error.status,
        error.code,
        _(error.message) if error.message else "",
        next_step=_(error.next_step) if error.next_step else "",
        facts=facts,
        fields=error.facts.get("fields", wrong),
    )
    if "retry_after_s" in error.facts:
        response.headers["Retry-After"] = str(error.facts["retry_after_s"])
    return response


def refused_by_hold(error: DatabaseError) -> bool:
    """Whether the database refused because a row is held, whichever door somebody came by."""
    return getattr(error.__cause__, "sqlstate", "") == HELD
