"""Nobody comes in where their role has no business: the matrix of every route and every role."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

import ahize.web
from ahize.web import sockets
from ahize.web.permissions import VERBS, OpenToAll, Requires, Role, Verb
from web.houses import House, found_house
from web.routes import Route, guards, routes

NOBODYS_ID = "0190b1a0-0000-7000-8000-00000000dead"

OPEN = {
    ("get", "/api/join/{token}"),
    ("post", "/api/join/{token}"),
    ("post", "/api/suppression-checks/{tenant_id}"),
}
"""The routes that strangers may use. Whoever opens another one writes it here, and says why in its declaration."""


def ask(client: Client, route: Route) -> Any:
    """Ask a route, and take back whatever that did."""
    with transaction.atomic():
        answer = (
            getattr(client, route.method)(
                route.address(NOBODYS_ID),
                **({"data": route.body(NOBODYS_ID)} if route.body(NOBODYS_ID) is not None else {}),
                content_type="application/json",
                headers=route.headers(NOBODYS_ID),
            )
            if route.method != "get"
            else client.get(route.address(NOBODYS_ID), headers=route.headers(NOBODYS_ID))
        )
        transaction.set_rollback(True)
    return answer


def test_every_route_says_what_it_requires() -> None:
    lacking = [
        f"{method} {path}"
        for method, path, found in guards()
        if len(found) != 1 or not isinstance(found[0], Requires | OpenToAll)
    ]
    assert lacking == [], "declare auth=requires(Verb.…) on these"


def test_only_the_routes_we_know_are_open_to_strangers() -> None:
    found = {(route.method, route.path) for route in routes() if isinstance(route.guard, OpenToAll)}
    assert found == OPEN


def test_every_verb_is_somebodys_and_guards_something() -> None:
    used = {verb for route in routes() if isinstance(route.guard, Requires) for verb in route.guard.verbs}
    held = set().union(*VERBS.values())
    assert used <= held, "a route that nobody may use"
    assert set(Verb) <= held, "a verb that nobody holds"


def test_who_asked_to_lift_a_suppression_is_never_alone_with_it() -> None:
    assert Verb.CONFIRM_UNSUPPRESS not in VERBS[Role.ADMINISTRATOR]
    assert VERBS[Role.AGENT] <= {
        Verb.BE_SIGNED_IN,
        Verb.TAKE_SEAT,
        Verb.TYPE_NUMBER,
        Verb.SUPPRESS,
    }, "an agent sees the person on the line and nobody else"


@pytest.mark.django_db
def test_a_stranger_is_refused_everywhere() -> None:
    stranger = Client(HTTP_HOST="127.0.0.1")
    let_in = [
        str(route)
        for route in routes()
        if isinstance(route.guard, Requires) and ask(stranger, route).status_code != 401
    ]
    assert let_in == []


@pytest.mark.django_db
def test_each_role_is_refused_exactly_where_the_table_says() -> None:
    house: House = found_house("acme")
    wrong = []
    for role in Role:
        browser = house.browser(role)
        for route in routes():
            if not isinstance(route.guard, Requires):
                continue
            answer = ask(browser, route)
            refused = answer.status_code == 403 and "needs" in answer.json().get("facts", {})
            if refused != (not VERBS[role] & route.guard.verbs):
                wrong.append(f"{role}: {route} answered {answer.status_code}")
            if answer.status_code >= 500:
                wrong.append(f"{role}: {route} failed with {answer.status_code}: {answer.content[:200]!r}")
    assert wrong == []


@pytest.mark.django_db
def test_every_answer_carries_the_safe_headers() -> None:
    house = found_house("acme")
    for path in ("/api/me", "/api/nowhere", "/healthz", "/_allauth/browser/v1/auth/session"):
        told = house.browser().get(path).headers
        assert "frame-ancestors 'none'" in told["Content-Security-Policy"], path
        assert told["X-Content-Type-Options"] == "nosniff", path
        assert told["Cache-Control"], path


@pytest.mark.django_db
def test_an_address_of_nobodys_answers_like_the_rest() -> None:
    told = Client(HTTP_HOST="127.0.0.1").get("/api/nowhere")
    assert (told.status_code, told["Content-Type"]) == (404, "application/problem+json")
    assert told.json()["code"] == "not_found"


def test_every_topic_that_is_told_is_one_that_somebody_may_hear() -> None:
    told = set()
    for path in Path(ahize.web.__file__).parent.rglob("*.py"):
        told |= set(re.findall(r"tell_browsers\(\s*[^,()]+,\s*\"([a-z_-]+)\"", path.read_text(encoding="utf-8")))
    told -= {"card", "taken_over", "signed_out", "things"}
    assert told <= set(sockets.HEARD_BY), "say in sockets.HEARD_BY who hears of these"
