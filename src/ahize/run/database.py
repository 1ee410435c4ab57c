"""Roles, the database and the way in for each process.

Five roles, so that PostgreSQL itself refuses what a process must not do: ``ahize_owner`` owns the schema and migrates,
the others hold only what migrations grant them. None is a superuser, none passes by row-level security. Passwords are
drawn once and kept in the room's ``secrets/``. What the tables are is not known here.
"""

from __future__ import annotations

import gc
import os
import secrets
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from ahize.kernel.errors import BadInput, Unavailable

OWNER = "ahize_owner"
ROLES: Mapping[str, str] = {
    "OWNER": OWNER,
    "WEB": "ahize_web",
    "WORKER": "ahize_worker",
    "DIALERD": "ahize_dialerd",
    "CLEARANCE": "ahize_clearance",
}
"""By the end of the variable that tells a process its way in: ``AHIZE_DATABASE_URL_WEB`` …"""

DATABASE = "ahize"
_LOCK = 4_727_843_901  # one key for “somebody is changing roles, database or schema”


def draw_passwords() -> dict[str, str]:
    """A password for each role."""
    return {role: secrets.token_urlsafe(24) for role in ROLES.values()}


def way_in(admin_url: str, *, role: str, password: str, database: str = DATABASE) -> str:
    """The same server's URL for another role and database."""
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(admin_url).items() if value is not None}
    except psycopg.ProgrammingError as wrong:
        raise BadInput(
            f"AHIZE_DATABASE_URL is not a PostgreSQL address: {wrong}",
            next_step="Write it as postgresql://ADMIN:PASSWORD@HOST:PORT/postgres.",
        ) from None
    for name in ("user", "password", "dbname", "passfile", "service"):
        parts.pop(name, None)
    host, port = parts.pop("host", ""), parts.pop("port", "")
    place = ""
    if host.startswith("/") or "," in host:
        parts["host"] = host
        if port:
            parts["port"] = port
    elif host or port:
        place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    query = f"?{urlencode(parts, quote_via=quote, safe='')}" if parts else ""
    secret = f":{quote(password, safe='')}" if password else ""
    return f"postgresql://{quote(role, safe='')}{secret}@{place}/{quote(database, safe='')}{query}"


def admin_of(admin_url: str, database: str) -> str:
    """The admin's way in to another database of the same server."""
    parts = conninfo_to_dict(admin_url)
    return way_in(
        admin_url, role=str(parts.get("user") or ""), password=str(parts.get("password") or ""), database=database
    )


def without_password(argument: str) -> tuple[str, str]:
    """A program's argument that may hold a URL with a password: the same without, and the password."""
    option, equals, url = argument.partition("=")
    if not equals or not url.startswith("postgresql://"):
        return argument, ""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    bare = parts._replace(netloc=f"{parts.username or ''}@{place}")
    return f"{option}={urlunsplit(bare)}", unquote(parts.password or "")


def environment(admin_url: str, passwords: Mapping[str, str], *, database: str = DATABASE) -> dict[str, str]:
    """``AHIZE_DATABASE_URL_*`` for all roles; give each process only those it needs."""
    return {
        f"AHIZE_DATABASE_URL_{end}": way_in(admin_url, role=role, password=passwords[role], database=database)
        for end, role in ROLES.items()
    }


def prepare(admin_url: str, passwords: Mapping[str, str], *, database: str = DATABASE) -> None:
    """Make roles and database where they are missing, and set the roles' passwords. May run again at any time.

    The admin needs CREATEROLE and CREATEDB, or to be a superuser.
    """
    with _admin(admin_url) as db:
        db.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        for role in ROLES.values():
            known = db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = sql.SQL("ALTER" if known else "CREATE")
            db.execute(
                sql.SQL("{} ROLE {} LOGIN NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                    verb, sql.Identifier(role), sql.Literal(passwords[role])
                )
            )
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            superuser = db.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
            if superuser != (True,):  # only who may become the owner can give a database to it
                db.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
            create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
            db.execute(create.format(sql.Identifier(database), sql.Identifier(OWNER)))
        db.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        for role in ROLES.values():
            db.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                    sql.Identifier(database), sql.Identifier(role)
                )
            )


def drop(admin_url: str, database: str) -> None:
    """Remove a database and whoever is connected to it; nothing happens where it is not."""
    with _admin(admin_url) as db:
        db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def copy(admin_url: str, *, source: str, target: str) -> None:
    """``target`` becomes what ``source`` is; nobody may be connected to either (who is, is cut off)."""
    drop(admin_url, target)
    with _admin(admin_url) as db:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        db.execute(cut, [source])
        db.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(target), sql.Identifier(source), sql.Identifier(OWNER)
            )
        )
        db.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(target)))
        for role in ROLES.values():
            db.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                    sql.Identifier(target), sql.Identifier(role)
                )
            )


def exists(admin_url: str, database: str) -> bool:
    with _admin(admin_url) as db:
        return db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None


def _admin(admin_url: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(admin_url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as refused:
        raise Unavailable(
            f"The database server does not answer: {str(refused).strip().splitlines()[-1]}",
            next_step="Check AHIZE_DATABASE_URL and that the server runs.",
        ) from None
    except psycopg.ProgrammingError as wrong:
        raise BadInput(
            f"AHIZE_DATABASE_URL is not a PostgreSQL address: {wrong}",
            next_step="Write it as postgresql://ADMIN:PASSWORD@HOST:PORT/postgres.",
        ) from None


def migrate(owner_url: str) -> None:
    """Bring the schema to this release, as its owner; a second one that starts meanwhile waits and finds it done.

    Call it in a process of its own whose ``AHIZE_PROCESS`` is ``owner``: Django is set up here.
    """
    import django  # noqa: PLC0415  this module must be importable without Django's settings
    from django.core.management import call_command  # noqa: PLC0415

    with psycopg.connect(owner_url, autocommit=True) as lock:
        lock.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        django.setup()
        gc.disable()  # Model classes by the thousand are made on the way; looking for what they leave takes a fifth.
        call_command("migrate", interactive=False, verbosity=0)


if __name__ == "__main__":  # python -m ahize.run.database: how launcher and tests migrate, each in a fresh process
    migrate(os.environ["AHIZE_DATABASE_URL_OWNER"])
