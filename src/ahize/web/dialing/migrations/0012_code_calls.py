"""Calls that read a code out to whoever asked for it: worker asks, clearance seals, dialerd writes what came of them."""

import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import CLEARANCE, DIALERD, WORKER, TenantWall


def columns(table: str, role: str, *names: str) -> migrations.RunSQL:
    """Let a role update these columns and no others."""
    return migrations.RunSQL(f"GRANT UPDATE ({', '.join(names)}) ON {table} TO {role}", migrations.RunSQL.noop)


STATES = ("asked", "sealed", "refused", "ringing", "answered", "ended")


class Migration(migrations.Migration):
    dependencies = [
        ("dialing", "0011_ends_of_shifts"),
        ("tenants", "0006_proven_caller_ids"),
    ]

    operations = [
        migrations.CreateModel(
            name="CodeCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("e164", models.CharField(max_length=16)),
                ("caller_id", models.CharField(blank=True, default="", max_length=16)),
                ("language", models.CharField(max_length=8)),
                ("words", models.BinaryField(default=b"")),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[(one, one.capitalize()) for one in STATES], default="asked", max_length=8
                    ),
                ),
                ("why", models.CharField(blank=True, default="", max_length=30)),
                ("outcome", models.CharField(blank=True, default="", max_length=30)),
                ("payload", models.TextField(blank=True, default="")),
                ("signature", models.BinaryField(default=b"")),
                ("sealed_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("cause", models.PositiveSmallIntegerField(null=True)),
                ("heard", models.TextField(blank=True, default="")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "e164", "-at"], name="code_call_of_number"),
                    models.Index(
                        condition=models.Q(("state", "asked")), fields=["tenant", "at"], name="code_call_asked"
                    ),
                ],
            },
        ),
        TenantWall("dialing_codecall", insert=(WORKER,)),
        columns(
            "dialing_codecall",
            CLEARANCE,
            *("state", "why", "words", "caller_id", "payload", "signature", "sealed_at"),
        ),
        columns(
            "dialing_codecall",
            DIALERD,
            *("state", "why", "outcome", "words", "answered_at", "ended_at", "cause", "heard"),
        ),
        columns("dialing_codecall", WORKER, "e164", "payload", "words", "heard"),
        # In a real house nothing that was said to somebody is written down, whoever writes.
        migrations.RunSQL(
            """
            CREATE POLICY heard_made_up_only ON dialing_codecall AS RESTRICTIVE FOR UPDATE WITH CHECK (heard = ''
                OR EXISTS (SELECT 1 FROM tenants_tenant t WHERE t.id = tenant_id AND t.world = 'made_up'))
            """,
            migrations.RunSQL.noop,
        ),
    ]
