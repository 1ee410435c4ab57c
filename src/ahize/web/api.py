"""One API, one error handler. Each app brings a router; the screens and the made-up agents use nothing else.

The schema of it is the contract with ``ui/`` (typed client generated from it) and with everybody's own programs.
"""

from __future__ import annotations

import json
import logging
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DatabaseError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from pydantic import BaseModel

from ahize.kernel.errors import AhizeError, BadInput
from ahize.web.problems import database_away, not_found, our_mistake, problem, problem_json, refused_by_hold

APPS = (
    "audit",
    "tenants",
    "accounts",
    "lines",
    "consents",
    "policies",
    "contacts",
    "campaigns",
    "vendors",
    "dialing",
    "recordings",
    "reports",
    "planning",
    "staffing",
    "proof",
    "rights",
    "called",
    "complaints",
    "retention",
)

log = logging.getLogger(__name__)


class Reader(Parser):
    """JSON and query strings whose texts PostgreSQL can keep: no NUL in them and no half of a surrogate pair."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises ValueError, which ninja answers with 400."""
        read = super().parse_body(request)
        text = json.dumps(read, ensure_ascii=False)
        if "\\u0000" in text:
            raise ValueError("a text holds NUL")
        text.encode()  # half a surrogate pair fails here
        return read

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        for _name, values in data.lists():
            for value in values:
                if isinstance(value, str) and "\0" in value:
                    raise BadInput(_("The request cannot be read."), code="unreadable")
        return super().parse_querydict(data, list_fields, request)


api = NinjaAPI(
    parser=Reader(),
    title="Ahize",
    version="1",
    description="Telemarketing: every call lawful, wanted, worth making, and provable.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)


class FieldProblem(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457: what every refused request answers (``application/problem+json``)."""

    type: str
    status: int
    code: str
    title: str
    message: str
    next_step: str
    facts: dict[str, Any] = {}
    fields: list[FieldProblem] = []


@api.exception_handler(AhizeError)
def _ahize_error(request: HttpRequest, error: AhizeError) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    return problem(error)


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    return problem_json(401, "sign_in", _("Nobody is signed in here."), next_step=_("Sign in and try again."))


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    fields = [
        {"field": ".".join(str(part) for part in item["loc"] if part != "payload"), "message": item["msg"]}
        for item in error.errors
    ]
    return problem_json(
        422,
        "bad_input",
        _("Some of what was entered cannot be used."),
        next_step=_("Correct the marked fields."),
        fields=fields,
    )


@api.exception_handler(DjangoValidationError)
def _invalid(request: HttpRequest, error: DjangoValidationError) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    return problem_json(422, "bad_input", " ".join(error.messages))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return not_found(request, error)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    if error.status_code == 403:
        return problem_json(
            403,
            "csrf",
            _("This request did not come from one of our own screens."),
            next_step=_("Reload the page and try again."),
        )
    return problem_json(error.status_code, "unreadable", _("The request cannot be read."))


@api.exception_handler(OperationalError)
def _database_away(request: HttpRequest, error: OperationalError) -> HttpResponse:
    log.warning("the database does not answer: %s %s: %s", request.method, request.path, type(error.__cause__).__name__)
    return problem(database_away())


@api.exception_handler(DatabaseError)
def _refused(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    """The database keeps what is held (``retention``), whichever door somebody came by."""
    if not refused_by_hold(error):
        return _ours(request, error)
    return problem_json(
        409,
        "held",
        _("A litigation hold keeps this, so nothing of it can be deleted."),
        next_step=_("Ask whoever keeps the house's records which hold it is."),
    )


@api.exception_handler(Exception)
def _ours(request: HttpRequest, error: Exception) -> HttpResponse:
    """Our mistake: kept in the log with its trace, and told without secrets."""
    log.error("request failed: %s %s", request.method, request.path, exc_info=error)
    return our_mistake(request)


for _app in APPS:
    if f"ahize.web.{_app}" in settings.INSTALLED_APPS and find_spec(f"ahize.web.{_app}.api") is not None:
        api.add_router("", import_module(f"ahize.web.{_app}.api").router)

if all(f"ahize.web.{_app}" in settings.INSTALLED_APPS for _app in ("consents", "contacts", "campaigns")):
    api.add_router("", import_module("ahize.web.contacts.origins_api").router)
    api.add_router("", import_module("ahize.web.readiness").router)


def openapi_json() -> str:
    """The schema, sorted so that two builds of the same code are the same bytes."""
    schema = api.get_openapi_schema(path_prefix="/api/")
    problem_schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    components.update(problem_schema.pop("$defs", {}))
    components["Problem"] = problem_schema
    answer = {
        "description": "Refused",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for methods in schema["paths"].values():
        for operation in methods.values():
            operation["responses"].setdefault("default", answer)
    plain = json.loads(json.dumps(schema, default=str))  # ninja keys answers by number and by word; only words sort
    return json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
