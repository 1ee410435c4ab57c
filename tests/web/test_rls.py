"""PostgreSQL itself keeps the wall: what the catalogue says of every table, and what happens at it."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.utils import InternalError

from ahize.web.accounts.models import User
from ahize.web.audit.models import Entry
from ahize.web.rls import current_tenant, tenant_scope
from ahize.web.tenants.models import Seller, Tenant
from ahize.web.tenants.queries import every_tenant
from web.houses import House, found_house

WITHOUT_TENANT = {
    "accounts_signinfailure": "hashes and times, counted before anybody is known",
    "called_knock": "keyed hashes and times only, counted before anybody is known",
    "auth_group": "Django's, unused",
    "auth_group_permissions": "Django's, unused",
    "auth_permission": "Django's, unused",
    "account_emailconfirmation": "allauth's, unused: nothing is mailed",
    "django_content_type": "names of tables",
    "django_migrations": "names of migrations",
    "django_session": "found only by a secret key of the browser",
    "procrastinate_events": "ids of jobs",
    "procrastinate_jobs": "ids only; whoever runs one raises the wall first",
    "procrastinate_periodic_defers": "names of tasks",
    "procrastinate_workers": "who is alive",
}
"""Tables outside the wall, and why. Any other must be behind it."""

ROLES = ("ahize_owner", "ahize_web", "ahize_worker", "ahize_dialerd", "ahize_clearance")


@pytest.fixture
def house(db: None) -> House:
    return found_house("acme")


def test_every_table_is_behind_the_wall_or_says_why_not(owner_url: str) -> None:
    with psycopg.connect(owner_url) as db:
        rows = db.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, count(p.polname)"
            " FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace GROUP BY 1, 2"
        ).fetchall()
    open_tables = {str(name) for name, forced, policies in rows if not (forced and policies)}
    assert open_tables == set(WITHOUT_TENANT)


def test_every_policy_checks_what_is_written_too(owner_url: str) -> None:
    with psycopg.connect(owner_url) as db:
        lax = db.execute(
            "SELECT polrelid::regclass::text, polname FROM pg_policy WHERE polcmd IN ('*', 'a', 'w')"
            " AND polwithcheck IS NULL"
        ).fetchall()
    assert lax == []


def test_our_roles_have_no_way_round(owner_url: str) -> None:
    with psycopg.connect(owner_url) as db:
        rows = db.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)"
            " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)",
            [list(ROLES)],
        ).fetchall()
        owned = db.execute(
            "SELECT relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = ANY(%s)",
            [list(ROLES[1:])],
        ).fetchall()
        definers = db.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
            " AND (proconfig IS NULL OR NOT EXISTS (SELECT 1 FROM unnest(proconfig) s WHERE s LIKE 'search_path=%%'))"
        ).fetchall()
        views = db.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
            " AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)"
        ).fetchall()
    assert (rows, owned, definers, views) == ([], [], [], [])


def test_nobody_but_clearance_writes_attempts_and_nobody_but_dialerd_the_journal(owner_url: str) -> None:
    only = {
        "dialing_attempt": {"ahize_clearance"},
        "dialing_ruling": {"ahize_clearance"},
        "dialing_permit": {"ahize_clearance"},
        "dialing_journal": {"ahize_dialerd"},
    }
    with psycopg.connect(owner_url) as db:
        for table, writers in only.items():
            rows = db.execute(
                "SELECT r FROM unnest(%s::text[]) r WHERE has_table_privilege(r, %s, 'INSERT')",
                [list(ROLES[1:]), table],
            ).fetchall()
            assert {row[0] for row in rows} == writers, table


def test_no_role_may_rewrite_the_ledger(owner_url: str) -> None:
    with psycopg.connect(owner_url) as db:
        for role in ROLES[1:]:
            for right, column in (("DELETE", ""), ("TRUNCATE", ""), ("UPDATE", "after"), ("UPDATE", "at")):
                asked = (
                    db.execute("SELECT has_column_privilege(%s, 'audit_entry', %s, %s)", [role, column, right])
                    if column
                    else db.execute("SELECT has_table_privilege(%s, 'audit_entry', %s)", [role, right])
                )
                assert asked.fetchone() == (False,), (role, right, column)


def test_without_a_tenant_there_is_nothing(house: House) -> None:
    assert current_tenant() is None
    assert not Seller.objects.exists()
    assert not User.objects.exists()
    assert not Tenant.objects.exists()
    assert [tenant.id for tenant in every_tenant()] == [house.tenant], "the roll is called by name only"


def test_inside_the_wall_only_ones_own_and_scopes_nest(house: House) -> None:
    other = found_house("other")
    with tenant_scope(house.tenant):
        assert Seller.objects.count() == 1
        with tenant_scope(other.tenant):
            assert current_tenant() == other.tenant
            assert {seller.tenant_id for seller in Seller.objects.all()} == {other.tenant}
        assert current_tenant() == house.tenant
    assert current_tenant() is None


def test_the_wall_falls_back_after_an_error(house: House) -> None:
    with pytest.raises(LookupError), tenant_scope(house.tenant):
        raise LookupError
    assert current_tenant() is None


def test_a_row_cannot_be_written_into_another_house(house: House) -> None:
    other = found_house("other")
    with tenant_scope(house.tenant):
        stolen = Seller.objects.get()
        stolen.tenant_id = other.tenant
        with pytest.raises(ProgrammingError), transaction.atomic():
            stolen.save()
        assert Seller.objects.filter(pk=stolen.pk, name=stolen.name).update(name="x") == 1
    with tenant_scope(other.tenant):
        assert Seller.objects.filter(pk=stolen.pk).update(name="theirs") == 0


def test_a_row_cannot_hang_on_another_houses(house: House) -> None:
    other = found_house("other")
    with tenant_scope(house.tenant):
        seller = Seller.objects.get()
    with tenant_scope(other.tenant), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("UPDATE tenants_callerid SET seller_id = %s", [seller.pk])


def test_every_key_to_a_tenants_row_stays_within_the_tenant(owner_url: str) -> None:
    with psycopg.connect(owner_url) as db:
        lone = db.execute(
            """
            SELECT f.conrelid::regclass::text, a.attname FROM pg_constraint f
            JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
            WHERE f.contype = 'f' AND cardinality(f.conkey) = 1
              AND EXISTS (SELECT 1 FROM pg_attribute t WHERE t.attrelid = f.conrelid AND t.attname = 'tenant_id')
              AND EXISTS (SELECT 1 FROM pg_attribute t WHERE t.attrelid = f.confrelid AND t.attname = 'tenant_id')
              AND NOT EXISTS (
                SELECT 1 FROM pg_constraint g WHERE g.contype = 'f' AND g.conrelid = f.conrelid
                AND cardinality(g.conkey) = 2 AND g.conkey[2] = f.conkey[1])
            """
        ).fetchall()
    assert lone == [], "add KeepTogether(table) to the migration that made these keys"


def test_an_entry_once_sealed_is_sealed(house: House) -> None:
    from ahize.web.audit.services import seal  # noqa: PLC0415 - beside its only use

    seal(house.tenant)
    with tenant_scope(house.tenant):
        assert Entry.objects.exclude(hash="").exists()
        assert Entry.objects.update(hash="f" * 64) == 0
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            Entry.objects.update(reason="never happened")
        with pytest.raises(ProgrammingError), transaction.atomic():
            Entry.objects.all().delete()


def test_a_named_user_is_one_user(house: House) -> None:
    from ahize.web.rls import USER_SETTING, setting_scope  # noqa: PLC0415 - beside its only use

    someone: UUID = next(iter(house.users.values())).id
    with setting_scope(USER_SETTING, str(someone)):
        assert [user.id for user in User.objects.all()] == [someone]
        assert User.objects.update(name="changed by a stranger") == 0
