"""Roles keep their places; the way in of each is written as libpq reads it."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from ahize.kernel.errors import BadInput
from ahize.run.database import ROLES, way_in


@pytest.mark.parametrize(
    ("admin", "expected"),
    [
        ("postgresql://a:b@/postgres?host=%2Frun%2Fx", {"host": "/run/x"}),
        ("postgresql://a:b@db.example:5433/postgres", {"host": "db.example", "port": "5433"}),
        (
            "host=db.example port=5433 user=a sslmode=require",
            {"host": "db.example", "port": "5433", "sslmode": "require"},
        ),
        ("postgresql://a@[::1]:5432/x", {"host": "::1", "port": "5432"}),
        ("postgresql://a@one:1,two:2/x", {"host": "one,two", "port": "1,2"}),
    ],
)
def test_a_way_in_keeps_the_server_and_changes_the_rest(admin: str, expected: dict[str, str]) -> None:
    found = conninfo_to_dict(way_in(admin, role="ahize_web", password="p@s/s:w%rd", database="d b"))
    assert found == {"user": "ahize_web", "password": "p@s/s:w%rd", "dbname": "d b", **expected}


def test_an_address_that_is_none_is_refused_with_an_example() -> None:
    with pytest.raises(BadInput, match="not a PostgreSQL address"):
        way_in("mysql//x", role="ahize_web", password="p")


def test_no_role_of_ours_is_above_the_walls(cluster_url: str) -> None:
    with psycopg.connect(cluster_url) as db:
        rows = db.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)"
            " AND NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)",
            [list(ROLES.values())],
        ).fetchall()
    assert {name for (name,) in rows} == set(ROLES.values())
