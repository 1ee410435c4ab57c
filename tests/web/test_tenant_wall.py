"""Two houses, one database: whatever one does, the other's data might as well not exist.

Every route is taken from the API's schema, so a new one is held to this by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from psycopg import sql

from ahize.web.permissions import Requires, Role
from web.furnishing import MARK, furnish
from web.houses import House, found_house
from web.routes import Route, routes

NOBODYS_ID = "0190b1a0-0000-7000-8000-00000000dead"
UUID_HEX = NOBODYS_ID.replace("-", "")
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


@dataclass(frozen=True)
class Names:
    """Our tables and our functions, by what a statement calls them."""

    tables: frozenset[str]
    functions: frozenset[str]

    @classmethod
    def of_the_database(cls) -> Names:
        ours = "'public'::regnamespace"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v') AND relnamespace = {ours}")
            tables = frozenset(name for (name,) in cursor.fetchall())
            cursor.execute(f"SELECT proname FROM pg_proc WHERE pronamespace = {ours}")
            return cls(tables, frozenset(name for (name,) in cursor.fetchall()))


class Consulted:
    """In which tables nobody's id was looked for while a route was asked; handed to ``execute_wrapper``.

    An id of a table in which nobody's was not looked for takes the same way through the route: it is not found where
    nobody's was not found. Only reading is seen through like that. Whoever writes sets off triggers and foreign keys,
    our functions read what no statement names, and an id that no statement carries goes ways of its own: there every
    table matters.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._tables: set[str] = set()
        self._unseen = False

    def __call__(self, execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(statement)
        words = set(re.findall(r"\w+", text))
        if not text.lstrip().upper().startswith("SELECT"):
            self._unseen |= not words.isdisjoint({"INSERT", "UPDATE", "DELETE", "WITH"})
        elif NOBODYS_ID in str(params).lower() or UUID_HEX in str(params):
            self._tables |= words & self._names.tables
            self._unseen |= not words.isdisjoint(self._names.functions)
        return execute(statement, params, many, context)

    def matters(self, table: str) -> bool:
        return self._unseen or not self._tables or table in self._tables


def takes_an_id(route: Route) -> bool:
    """Whether any id in address or body makes a difference to what is asked."""
    return bool(route.names) or json.dumps(route.body(NOBODYS_ID)).count(NOBODYS_ID) > 0


def alike(text: str) -> str:
    """A text without the ids, times and fresh passwords by which two equal answers may differ."""
    return DRAWN.sub("<drawn>", TIME.sub("<time>", UUID.sub("<id>", text)))


def leaks(neighbour: House, ids: dict[str, list[str]], among: Iterable[Route]) -> list[str]:
    """What a neighbour learns by asking with the house's ids instead of nobody's."""
    examples = {some[0]: table for table, some in ids.items() if some and UUID.fullmatch(some[0])}
    names = Names.of_the_database()
    browsers = [neighbour.browser(role) for role in _ROLES]
    told = []
    for route in among:
        if not isinstance(route.guard, Requires) or not takes_an_id(route):
            continue
        browser = next(one for one, role in zip(browsers, _ROLES, strict=True) if _may(role, route))
        with connection.execute_wrapper(consulted := Consulted(names)):
            missing = ask(browser, route, NOBODYS_ID)
        for one, table in examples.items():
            if not consulted.matters(table):
                continue
            found = ask(browser, route, one)
            if (found[0], alike(found[1])) != (missing[0], alike(missing[1])):
                told.append(f"{route} tells an id of {table} ({found[0]}) from one of nobody's ({missing[0]})")
            if MARK in found[1]:
                told.append(f"{route} shows what stands in {table}")
    return told


def test_a_neighbour_gets_nothing_by_any_id(houses: tuple[House, House, dict[str, list[str]]]) -> None:
    _, neighbour, ids = houses
    assert leaks(neighbour, ids, routes()) == []


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
    _, neighbour, ids = houses
    with wall_down(owner_url, "tenants_seller"):
        _, text = ask(neighbour.browser(), _route("get", "/api/sellers"), NOBODYS_ID)
    assert text.count("Acme Garden Tools") == 2, "its own, and the house's"
    agency = _route("patch", "/api/agencies/{agency_id}")
    with wall_down(owner_url, "tenants_agency"):
        told = leaks(neighbour, ids, [agency])
    assert any(one.startswith(f"{agency} tells an id of tenants_agency") for one in told), told


@contextmanager
def wall_down(owner_url: str, table: str) -> Iterator[None]:
    name = sql.Identifier(table)
    connection.close()
    with psycopg.connect(owner_url, autocommit=True) as db:
        db.execute(sql.SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(name))
        try:
            yield
        finally:
            connection.close()
            db.execute(sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(name))


_ROLES = (Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER)


def _may(role: Role, route: Route) -> bool:
    from ahize.web.permissions import VERBS  # noqa: PLC0415 - beside its only use

    assert isinstance(route.guard, Requires)
    return bool(VERBS[role] & route.guard.verbs)


def _route(method: str, path: str) -> Route:
    return next(route for route in routes() if (route.method, route.path) == (method, path))
