"""The tenant wall: PostgreSQL itself refuses another tenant's rows.

``TenantWall`` in a migration forces row level security on a table and grants each database role exactly what it may do.
``tenant_scope`` says, for one transaction, whose rows there are. Unset, there are none. It knows no table by name.

Roles (created by the keeper or the database's administrator; none is superuser, none bypasses row security):
``ahize_owner`` owns the schema and migrates; it too is held by the wall, for it is FORCEd. ``ahize_web`` serves people,
``ahize_worker`` runs jobs, ``ahize_dialerd`` drives calls and alone writes the journal, ``ahize_clearance`` alone
writes attempts, rulings and permits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

OWNER = "ahize_owner"
WEB = "ahize_web"
WORKER = "ahize_worker"
DIALERD = "ahize_dialerd"
CLEARANCE = "ahize_clearance"
EVERYONE = (WEB, WORKER, DIALERD, CLEARANCE)

TENANT_SETTING = "ahize.tenant"
USER_SETTING = "ahize.user"
"""The one user whose row may be read before the tenant is known, by id (a session names it)."""
TENANT_NOW = f"nullif(current_setting('{TENANT_SETTING}', true), '')::uuid"
"""SQL for the tenant of this transaction, NULL where none is set. An initplan, so it is asked once a query."""


@contextmanager
def setting_scope(name: str, value: str, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """One transaction (or savepoint) in which the local setting ``name`` holds ``value``; afterwards what it was."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT current_setting(%s, true), set_config(%s, %s, true)", [name, name, value])
            before = cursor.fetchone()[0] or ""
        yield
        # A released savepoint keeps its settings, so an inner scope hands the outer one back. After an error there is
        # nothing to do: the rollback takes the setting with it.
        if not connections[using].needs_rollback:
            set_here(name, before, using=using)


def set_here(name: str, value: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Give a local setting a value until the transaction ends. Most want ``setting_scope``."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


@contextmanager
def tenant_scope(tenant: UUID, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """One transaction in which exactly this tenant's rows exist."""
    with setting_scope(TENANT_SETTING, str(tenant), using=using):
        yield


def current_tenant(*, using: str = DEFAULT_DB_ALIAS) -> UUID | None:
    """Whose rows there are in this transaction; ``None`` where nobody's."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {TENANT_NOW}")
        found = cursor.fetchone()[0]
    return found if found is None or isinstance(found, UUID) else UUID(str(found))


class Grants(Operation):
    """Who may do what with a table that holds no tenant's rows. Everything not named is refused."""

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        table: str,
        *,
        select: Iterable[str] = (),
        insert: Iterable[str] = (),
        update: Iterable[str] = (),
        delete: Iterable[str] = (),
    ) -> None:
        self.table = table
        self.select = tuple(select)
        self.insert = tuple(insert)
        self.update = tuple(update)
        self.delete = tuple(delete)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        deeds = {"select": self.select, "insert": self.insert, "update": self.update, "delete": self.delete}
        return self.__class__.__qualname__, [self.table], {deed: roles for deed, roles in deeds.items() if roles}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models are as they were."""

    def database_forwards(
        self,
        app_label: str,  # noqa: ARG002 - Django's signature
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,  # noqa: ARG002
        to_state: Any,  # noqa: ARG002
    ) -> None:
        for statement in self.statements():
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """The table goes, and its grants and policies with it."""

    def statements(self) -> Iterator[str]:
        quoted = f'"{self.table}"'
        yield f"REVOKE ALL ON {quoted} FROM {', '.join(EVERYONE)}"
        for deed in ("select", "insert", "update", "delete"):
            roles = getattr(self, deed)
            if roles:
                yield f"GRANT {deed.upper()} ON {quoted} TO {', '.join(roles)}"

    def describe(self) -> str:
        return f"Grant rights on {self.table}"


class SequenceUse(Operation):
    """Let roles draw numbers from a ``serial`` column's sequence (identity columns need no such leave)."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, sequence: str, *roles: str) -> None:
        self.sequence = sequence
        self.roles = roles

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models are as they were."""

    def database_forwards(
        self,
        app_label: str,  # noqa: ARG002 - Django's signature
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,  # noqa: ARG002
        to_state: Any,  # noqa: ARG002
    ) -> None:
        schema_editor.execute(f'GRANT USAGE, SELECT ON SEQUENCE "{self.sequence}" TO {", ".join(self.roles)}')

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """The sequence goes with its table."""

    def describe(self) -> str:
        return f"Let numbers be drawn from {self.sequence}"


class TenantWall(Grants):
    """Force row level security on a tenant's table and grant each role exactly what is named.

    Args:
        table: the table's name in the database, like ``contacts_contact``.
        select, insert, update, delete: the roles that may, like ``(WEB, WORKER)`` or ``EVERYONE``.
        column: where the tenant stands.
        visible: SQL that opens further rows to *reading* besides the tenant's own; a reason belongs beside it.
    """

    def __init__(
        self,
        table: str,
        *,
        select: Iterable[str] = EVERYONE,
        insert: Iterable[str] = (),
        update: Iterable[str] = (),
        delete: Iterable[str] = (),
        column: str = "tenant_id",
        visible: str = "",
    ) -> None:
        super().__init__(table, select=select, insert=insert, update=update, delete=delete)
        self.column = column
        self.visible = visible

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        name, args, kwargs = super().deconstruct()
        return name, args, {**kwargs, "column": self.column, "visible": self.visible}

    def statements(self) -> Iterator[str]:
        yield from super().statements()
        quoted = f'"{self.table}"'
        own = f'"{self.column}" = (SELECT {TENANT_NOW})'
        yield f"ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {quoted} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY tenant_wall ON {quoted} USING ({own}) WITH CHECK ({own})"
        if self.visible:
            yield f"CREATE POLICY tenant_wall_door ON {quoted} FOR SELECT USING ({self.visible})"

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        KeepTogether(self.table).database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Wall off each tenant's rows of {self.table}"


class KeepTogether(Operation):
    """Let a row refer to rows of its own tenant only.

    A foreign key looks past row security, so an id of another tenant's would be accepted. Each key to a table with a
    tenant gets a second one over (tenant, id). ``TenantWall`` does this for the keys a table has by then; a migration
    that adds a key later says ``KeepTogether("app_table")`` after it.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models are as they were."""

    def database_forwards(
        self,
        app_label: str,  # noqa: ARG002 - Django's signature
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,  # noqa: ARG002
        to_state: Any,
    ) -> None:
        model = next(one for one in to_state.apps.get_models() if one._meta.db_table == self.table)
        if not _has_tenant(model):
            return
        for field in model._meta.concrete_fields:
            if field.is_relation and _has_tenant(field.related_model):
                for statement in self._statements(field):
                    schema_editor.execute(statement)

    def _statements(self, field: Any) -> Iterator[str]:
        target, key = field.related_model._meta.db_table, field.target_field.column
        yield f'CREATE UNIQUE INDEX IF NOT EXISTS "{target}_one_tenants" ON "{target}" (tenant_id, "{key}")'
        name = f"{self.table}_{field.column}_together"
        yield f'ALTER TABLE "{self.table}" DROP CONSTRAINT IF EXISTS "{name}"'
        yield (
            f'ALTER TABLE "{self.table}" ADD CONSTRAINT "{name}" FOREIGN KEY (tenant_id, "{field.column}")'
            f' REFERENCES "{target}" (tenant_id, "{key}") DEFERRABLE INITIALLY DEFERRED'
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """The keys go with their tables."""

    def describe(self) -> str:
        return f"Keep rows of {self.table} with their own tenant's"


def _has_tenant(model: Any) -> bool:
    return any(field.column == "tenant_id" for field in model._meta.concrete_fields)


class UserWall(Grants):
    """The wall for a library's table that hangs on a user: a row exists where its user's row does."""

    def statements(self) -> Iterator[str]:
        yield from super().statements()
        quoted = f'"{self.table}"'
        # The inner query stands behind accounts_user's own wall, so this one needs no words about tenants.
        seen = f"EXISTS (SELECT 1 FROM accounts_user AS u WHERE u.id = {quoted}.user_id)"  # noqa: S608 - our own name
        yield f"ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {quoted} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY tenant_wall ON {quoted} USING ({seen}) WITH CHECK ({seen})"
