"""The ledger, its head, and the outbox of notices."""

import django.db.models.deletion
from django.db import migrations, models

from ahize.web.rls import EVERYONE, WEB, WORKER, TenantWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                (
                    "tenant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tenants.tenant",
                    ),
                ),
                ("number", models.BigIntegerField(default=0)),
                ("hash", models.CharField(default="", max_length=64)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("action", models.CharField(max_length=60)),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.CharField(max_length=64)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("previous_hash", models.CharField(default="", max_length=64)),
                ("hash", models.CharField(default="", max_length=64)),
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
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["tenant", "subject_kind", "subject_id"], name="audit_entry_subject"),
                    models.Index(condition=models.Q(("hash", "")), fields=["tenant"], name="audit_entry_unsealed"),
                ],
                "constraints": [models.UniqueConstraint(fields=("tenant", "number"), name="audit_entry_number")],
            },
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("topic", models.CharField(max_length=40)),
                ("subject_id", models.CharField(max_length=64)),
                ("audience", models.UUIDField(null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "db_table": "notices_outbox",
                "default_permissions": (),
                "indexes": [models.Index(fields=["tenant", "seq"], name="notices_outbox_tenant_seq")],
            },
        ),
        # Nobody may delete an entry or change what it says, not even whoever wrote it. Its place in the chain is
        # written once, after its commit.
        TenantWall("audit_entry", select=EVERYONE, insert=EVERYONE),
        migrations.RunSQL(
            [
                f"GRANT UPDATE (number, previous_hash, hash) ON audit_entry TO {', '.join(EVERYONE)}",
                "CREATE POLICY sealed_once ON audit_entry AS RESTRICTIVE FOR UPDATE USING (hash = '') WITH CHECK (true)",
            ],
            migrations.RunSQL.noop,
        ),
        TenantWall("audit_chainhead", select=EVERYONE, insert=EVERYONE, update=EVERYONE),
        TenantWall("notices_outbox", select=EVERYONE, insert=EVERYONE, delete=(WEB, WORKER)),
    ]
