"""Who called a number that a seller shows; dialerd alone writes it."""

import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import DIALERD, TenantWall


class Migration(migrations.Migration):
    dependencies = [
        ("dialing", "0006_heard"),
        ("tenants", "0006_proven_caller_ids"),
    ]

    operations = [
        migrations.CreateModel(
            name="InboundCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("called", models.CharField(max_length=16)),
                ("caller", models.CharField(blank=True, default="", max_length=16)),
                ("name", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField()),
                ("outcome", models.CharField(blank=True, default="", max_length=30)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("stop_receipt", models.CharField(blank=True, default="", max_length=16)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.seller"
                    ),
                ),
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
                "indexes": [models.Index(fields=["tenant", "-at"], name="inbound_call_newest")],
            },
        ),
        TenantWall("dialing_inboundcall", insert=(DIALERD,)),
        migrations.RunSQL(
            f"GRANT UPDATE (outcome, stopped_at, stop_receipt, ended_at) ON dialing_inboundcall TO {DIALERD}",
            migrations.RunSQL.noop,
        ),
    ]
