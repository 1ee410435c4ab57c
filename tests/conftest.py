"""What every test may count on: a PostgreSQL that is thrown away, with our roles, and Django set up on it.

A session starts one cluster through the keeper (or uses ``AHIZE_TEST_DATABASE_URL``, a superuser's URL), makes a
fresh database for itself (one for each worker of pytest-xdist), and sets ``AHIZE_DATABASE_URL_*`` before Django's
settings are read. The schema is migrated by ``ahize_owner`` when the first test asks for the database. Tests run as
the web process.

Fixtures: ``db``/``transactional_db`` (pytest-django's), ``database`` (URLs by role, schema migrated), ``owner_url``,
``admin_url``, ``cluster_url`` (superuser of the cluster, for tests that make databases of their own).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

CLONE = Path(__file__).resolve().parents[1]
SETTINGS = "ahize.web.settings"
PASSWORD = "only-for-tests"  # the same for all workers: roles belong to the cluster, not to a database

_everything = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    _same_examples_every_time()
    if config.option.collectonly or config.option.help:
        _configure_django(_pretended_environment())
        return
    from ahize.run import database
    from ahize.run.account import service_account
    from ahize.run.keeper import throwaway

    worker = hasattr(config, "workerinput")
    cluster = os.environ.get("AHIZE_TEST_CLUSTER_URL") if worker else os.environ.get("AHIZE_TEST_DATABASE_URL")
    if not cluster:
        cluster = _everything.enter_context(throwaway(service_account())).admin_url
    os.environ["AHIZE_TEST_CLUSTER_URL"] = cluster  # inherited by the workers, which start after this
    if not worker and getattr(config.option, "numprocesses", None):
        # Only the workers run tests. They must not inherit a DJANGO_SETTINGS_MODULE either: pytest-django would read
        # the settings before a worker has a database of its own.
        return
    name = f"ahize_test_{secrets.token_hex(5)}"
    passwords = dict.fromkeys(database.ROLES.values(), PASSWORD)
    database.prepare(cluster, passwords, database=name)
    _everything.callback(database.drop, cluster, name)
    os.environ["AHIZE_TEST_DATABASE"] = name
    _configure_django(database.environment(cluster, passwords, database=name))


def _same_examples_every_time() -> None:
    """Hypothesis draws the same examples in every run: a test that fails for one of us fails for all of us.

    ``HYPOTHESIS_PROFILE=explore`` draws new ones, to look for more.
    """
    from hypothesis import settings

    settings.register_profile("same", derandomize=True, deadline=None)
    settings.register_profile("explore", deadline=None)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


LONGEST = (
    *("tests/web/test_tenant_wall.py", "tests/seeds/test_seeds.py", "tests/seeds/test_planted_bugs.py"),
    *("tests/web/dialing/test_why_not.py", "tests/web/test_permissions.py", "tests/sim/test_recorded.py"),
    *("tests/compliance/test_factoring.py", "tests/verify/test_two_readings.py", "tests/compliance/test_released.py"),
)
"""Files that take longest, each in one worker: whoever begins with them does not wait for the last of them alone."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {CLONE / name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


def pytest_unconfigure() -> None:
    _everything.close()


def _configure_django(urls: dict[str, str]) -> None:
    from ahize.run.keys import draw

    home = _everything.enter_context(tempfile.TemporaryDirectory(prefix="ahize-test-"))
    os.environ.update(urls)
    os.environ.update(draw().environment(clearance=True, proof=True))
    os.environ.update(AHIZE_HOME=home, AHIZE_CLONE=str(CLONE), AHIZE_PROCESS="web", AHIZE_TESTS="1")
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django

    django.setup()
    from django.test import TransactionTestCase

    # Django's own way is to TRUNCATE as the role under test, which must not be allowed to.
    TransactionTestCase._fixture_teardown = lambda _self: _empty_tables()  # type: ignore[method-assign]


def _pretended_environment() -> dict[str, str]:
    from ahize.run import database

    passwords = dict.fromkeys(database.ROLES.values(), PASSWORD)
    return database.environment("postgresql://nobody@127.0.0.1:1/none", passwords)


# ── the database ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def cluster_url() -> str:
    """The superuser's way in to the cluster's ``postgres`` database."""
    return os.environ["AHIZE_TEST_CLUSTER_URL"]


@pytest.fixture(scope="session")
def admin_url(cluster_url: str) -> str:
    """The superuser's way in to the database of this session."""
    return _admin_url()


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Instead of pytest-django's: our database is there already, and only its owner may migrate it."""
    told = subprocess.run(
        [sys.executable, "-m", "ahize.run.database"],
        env={**os.environ, "AHIZE_PROCESS": "owner", "PYTHONPATH": str(CLONE / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        pytest.exit(f"The migrations failed:\n{told.stdout}{told.stderr}", returncode=1)
    with psycopg.connect(_admin_url()) as db:
        for name in _tables(db):
            if db.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(name))).fetchone() == (True,):
                _filled_by_migrations.add(name)


@pytest.fixture(scope="session")
def database(django_db_setup: None) -> dict[str, str]:
    """URLs by the end of their variable: OWNER, WEB, WORKER, DIALERD, CLEARANCE; the schema is migrated.

    What a test commits through these stays: use ``emptied`` with them.
    """
    from ahize.run.database import ROLES

    return {end: os.environ[f"AHIZE_DATABASE_URL_{end}"] for end in ROLES}


@pytest.fixture
def emptied(database: dict[str, str]) -> Iterator[dict[str, str]]:
    """As ``database``, and every table is emptied after the test."""
    yield database
    _empty_tables()


@pytest.fixture(scope="session")
def owner_url(database: dict[str, str]) -> str:
    return database["OWNER"]


_filled_by_migrations: set[str] = set()


def _admin_url() -> str:
    from psycopg.conninfo import make_conninfo

    return make_conninfo(os.environ["AHIZE_TEST_CLUSTER_URL"], dbname=os.environ["AHIZE_TEST_DATABASE"])


def _tables(db: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    rows = db.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    )
    return sorted(str(name) for (name,) in rows)


_LARGE = 1 << 20
"""Bytes from which on a table is quicker made anew than its rows deleted."""


def _empty_tables() -> None:
    """Empty every table but those that migrations filled; as superuser, past the triggers of append-only tables.

    Few tables hold anything after a test, and TRUNCATE makes files for every table and index that it is given.
    """
    with psycopg.connect(_admin_url()) as db:
        names = [sql.Identifier(name) for name in _tables(db) if name not in _filled_by_migrations]
        if not names:
            return
        db.execute("SET session_replication_role = replica")
        each = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, pg_relation_size({}::regclass) WHERE EXISTS (SELECT FROM {})").format(
                sql.Literal(name.as_string().strip('"')), sql.Literal(name.as_string()), name
            )
            for name in names
        )
        for name, size in db.execute(each).fetchall():
            empty = sql.SQL("TRUNCATE {} CASCADE" if size > _LARGE else "DELETE FROM {}")
            db.execute(empty.format(sql.Identifier(str(name))))


@pytest.fixture
def ahize_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty AHIZE_HOME of this test's own."""
    monkeypatch.setenv("AHIZE_HOME", str(tmp_path))
    return tmp_path
