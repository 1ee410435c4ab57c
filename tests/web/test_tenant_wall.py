"""Two houses, one database: whatever one does, the other's data might as well not exist.

Every route is taken from the API's schema, so a new one is held to this by itself.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from ahize.web.permissions import Requires, Role
from web.furnishing import MARK, furnish
from web.houses import House, found_house
from web.routes import Route, routes

NOBODYS_ID = "0190b1a0-0000-7000-8000-00000000dead"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DRAWN = re.compile(r'"password": ?"[^"]+"')
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[0-9.]*(?:Z|\+00:00)")


@pytest.fixture
def houses(transactional_db: None, admin_url: str) -> tuple[House, House, dict[str, list[str]]]:
    """The furnished house, its neighbour, and the ids of everything in the first."""
    acme, neighbour = found_house("acme"), found_house("neighbour")
    return acme, neighbour, furnish(acme, admin_url)


def ask(browser: Client, route: Route, value: str) -> tuple[int, str]:
    """What a route answers when every id in address and body is ``value``; whatever it did is taken back."""
    with transaction.atomic():
        extra: dict[str, Any] = {"headers": route.headers(value)}
        if route.method != "get":
            body = route.body(value)
            extra |= {"data": "" if body is None else body, "content_type": "application/json"}
        answer = getattr(browser, route.method)(route.address(value), **extra)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer.status_code, content.decode("utf-8", "replace")


def takes_an_id(route: Route) -> bool:
    """Whether any id in address or body makes a difference to what is asked."""
    return bool(route.names) or json.dumps(route.body(NOBODYS_ID)).count(NOBODYS_ID) > 0


def alike(text: str) -> str:
    """A text without the ids, times and fresh passwords by which two equal answers may differ."""
    return DRAWN.sub("<drawn>", TIME.sub("<time>", UUID.sub("<id>", text)))


def test_a_neighbour_gets_nothing_by_any_id(houses: tuple[House, House, dict[str, list[str]]]) -> None:
    _, neighbour, ids = houses
    leaks = []
    browsers = [neighbour.browser(Role.ADMINISTRATOR), neighbour.browser(Role.COMPLIANCE_OFFICER)]
    for route in routes():
        if not isinstance(route.guard, Requires) or not takes_an_id(route):
            continue
        browser = next(one for one, role in zip(browsers, _ROLES, strict=True) if _may(role, route))
        missing = ask(browser, route, NOBODYS_ID)
        for one, table in {some[0]: table for table, some in ids.items() if some and UUID.fullmatch(some[0])}.items():
            found = ask(browser, route, one)
            if (found[0], alike(found[1])) != (missing[0], alike(missing[1])):
                leaks.append(f"{route} tells an id of {table} ({found[0]}) from one of nobody's ({missing[0]})")
            if MARK in found[1]:
                leaks.append(f"{route} shows what stands in {table}")
    assert leaks == []


def test_a_neighbours_lists_and_figures_know_nothing_of_the_house(
    houses: tuple[House, House, dict[str, list[str]]],
) -> None:
    acme, neighbour, ids = houses
    secrets = {MARK, str(acme.tenant), *(one for some in ids.values() for one in some if UUID.fullmatch(one))}
    leaks = []
    for role in Role:
        browser = neighbour.browser(role)
        for route in routes():
            _, text = ask(browser, route, NOBODYS_ID)
            leaks += [f"{role}: {route} shows {secret}" for secret in secrets if secret in text]
    assert leaks == []


def test_the_house_itself_does_see_its_things(houses: tuple[House, House, dict[str, list[str]]]) -> None:
    """Else the two tests above would prove nothing."""
    acme, _, ids = houses
    browser = acme.browser()
    seen = [str(route) for route in routes() if MARK in ask(browser, route, NOBODYS_ID)[1]]
    assert len(seen) >= 3, seen
    assert browser.get(f"/api/users/{ids['accounts_user'][0]}").status_code == 200


def test_with_the_wall_down_these_tests_would_see_it(
    houses: tuple[House, House, dict[str, list[str]]], owner_url: str
) -> None:
    """A dropped policy is a planted bug that must be caught."""
    import psycopg  # noqa: PLC0415 - only here

    _, neighbour, _ = houses
    connection.close()
    with psycopg.connect(owner_url) as db:
        db.execute("ALTER TABLE tenants_seller DISABLE ROW LEVEL SECURITY")
        db.commit()
        try:
            _, text = ask(neighbour.browser(), _route("get", "/api/sellers"), NOBODYS_ID)
        finally:
            connection.close()
            db.execute("ALTER TABLE tenants_seller ENABLE ROW LEVEL SECURITY")
            db.commit()
    assert text.count("Acme Garden Tools") == 2, "its own, and the house's"


_ROLES = (Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER)


def _may(role: Role, route: Route) -> bool:
    from ahize.web.permissions import VERBS  # noqa: PLC0415 - beside its only use

    assert isinstance(route.guard, Requires)
    return bool(VERBS[role] & route.guard.verbs)


def _route(method: str, path: str) -> Route:
    return next(route for route in routes() if (route.method, route.path) == (method, path))
