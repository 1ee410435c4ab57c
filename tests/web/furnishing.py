"""A row in every table of a house, so that there is something to leak.

Written past all rights and triggers, as the superuser: what services would never write together stands here together.
A new model is furnished by itself; where a constraint refuses the plain values, ``PARTICULAR`` says what it wants.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from ahize.web.api import APPS
from web.houses import NOW, House

MARK = "zqx-secret-of-acme"
"""Stands in every text of the furnished house; nobody else may ever see it."""

PARTICULAR: dict[str, dict[str, Any]] = {
    "tenants.Evidence": {"agency": None},
    "dialing.Attempt": {"live": False, "ended_at": NOW, "outcome": "no_answer"},
    "consents.ConsentEvent": {"kind": "revoked", "registry_state": ""},
    "dialing.Seat": {"state": "closed"},
    "recordings.Recording": {"gaps": [], "peaks": []},
    "recordings.Retention": {"seller": None, "campaign": None},
    "complaints.Case": {"deadlines": [], "counsel": []},
    "complaints.CaseNumber": {"receipts": []},
    "complaints.Redecision": {"findings": []},
    "complaints.Bundle": {"notes": []},
    "complaints.Meter": {"found": [], "totals": []},
}


def tenant_models() -> list[type[models.Model]]:
    """Every model of ours with a tenant, those that others point to first."""
    wanted = {
        model
        for model in apps.get_models()
        if model._meta.app_label in APPS and any(field.name == "tenant" for field in model._meta.concrete_fields)
    }
    # Some hang on a tenant's row without naming the tenant themselves.
    wanted |= {model for model in apps.get_models() if model._meta.app_label in APPS[2:] and _parents(model) & wanted}
    order: list[type[models.Model]] = []
    while wanted:
        free = [model for model in wanted if not (_parents(model) - {model}) & wanted]
        assert free, f"these point to each other: {wanted}"
        order += sorted(free, key=lambda model: model._meta.label)
        wanted -= set(free)
    return order


def furnish(house: House, admin_url: str) -> dict[str, list[str]]:
    """Put a row of the house's in every table that has none; the ids by table, those of the house's people included."""
    ids: dict[str, list[str]] = {}
    numbers = count(1)
    with psycopg.connect(admin_url) as db:
        db.execute("SET session_replication_role = replica")
        for model in tenant_models():
            table, key = model._meta.db_table, _key(model)
            tenant = next((field.column for field in model._meta.concrete_fields if field.name == "tenant"), "")
            if not (tenant and _ids(db, table, key, tenant, house.tenant)):
                _insert(db, model, house, ids, next(numbers))
            found = _ids(db, table, key, tenant, house.tenant) if tenant else []
            ids[table] = found or ids.get(table, [])
    return ids


def _parents(model: type[models.Model]) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation and not field.null} | {
        field.related_model for field in model._meta.concrete_fields if field.is_relation and field.primary_key
    }


def _ids(db: psycopg.Connection[Any], table: str, key: str, tenant: str, of: UUID) -> list[str]:
    rows = db.execute(f'SELECT "{key}"::text FROM "{table}" WHERE "{tenant}" = %s ORDER BY 1', [of]).fetchall()
    return [row[0] for row in rows]


def _insert(
    db: psycopg.Connection[Any], model: type[models.Model], house: House, ids: dict[str, list[str]], number: int
) -> None:
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.AutoField | models.BigAutoField):
            continue
        given = PARTICULAR.get(model._meta.label, {})
        value = given[field.name] if field.name in given else _value(field, house, ids, number)
        values[field.column] = field.get_db_prep_save(value, connection)
    columns = ", ".join(f'"{name}"' for name in values)
    holes = ", ".join(["%s"] * len(values))
    try:
        db.execute(f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({holes})', list(values.values()))
    except psycopg.Error as error:
        raise AssertionError(f"teach tests/web/furnishing.py what {model._meta.label} wants: {error}") from error
    if _key(model) in values:
        ids.setdefault(model._meta.db_table, []).append(str(values[_key(model)]))


def _key(model: type[models.Model]) -> str:
    """The column by which a row is named; of a key of several columns, the first."""
    fields = getattr(model._meta, "pk_fields", [model._meta.pk])
    return str(fields[0].column)


def _value(field: Any, house: House, ids: dict[str, list[str]], number: int) -> Any:
    if field.is_relation:
        if field.related_model._meta.db_table == "tenants_tenant":
            return house.tenant
        known = ids.get(field.related_model._meta.db_table, [])
        return known[0] if known else None
    if field.null and not isinstance(field, models.TextField | models.CharField):
        return None
    if field.choices:
        return field.choices[0][0]
    return _plain(field, number)


def _plain(field: Any, number: int) -> Any:
    plain: list[tuple[Any, Any]] = [
        (models.UUIDField, UUID(int=(0xACE << 96) | number)),
        (models.DateTimeField, NOW),
        (models.DateField, NOW.date()),
        (models.TimeField, NOW.time()),
        (models.DurationField, timedelta(0)),
        (models.JSONField, {"mark": MARK}),
        (ArrayField, []),
        (models.BooleanField, False),
        (models.DecimalField, Decimal(1)),
        (models.FloatField, 1.0),
        (models.IntegerField, 1),
        (models.BinaryField, MARK.encode()),
        (models.EmailField, f"{MARK}@acme.example"),
    ]
    for kind, value in plain:
        if isinstance(field, kind):
            return value
    if field.name == "e164":
        return "+12025550177"
    return MARK[: field.max_length] if field.max_length else MARK
