"""Flows with their approval, and what a broadcast is set to."""

from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import WEB, KeepTogether, TenantWall


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_campaign_agency"),
        ("tenants", "0005_evidence_of_transfers"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="ai_voice",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="campaign",
            name="broadcast_lines",
            field=models.PositiveSmallIntegerField(default=10),
        ),
        migrations.AddField(
            model_name="campaign",
            name="broadcast_per_s",
            field=models.DecimalField(decimal_places=2, default=Decimal("2"), max_digits=5),
        ),
        migrations.AddField(
            model_name="campaign",
            name="detect",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="flow_agents",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="campaign",
            name="on_machine",
            field=models.CharField(
                choices=[("leave", "Leave"), ("hang_up", "Hang Up")], default="hang_up", max_length=8
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="person_cost",
            field=models.PositiveSmallIntegerField(default=20),
        ),
        migrations.AlterField(
            model_name="campaign",
            name="mode",
            field=models.CharField(
                choices=[
                    ("manual", "Manual"),
                    ("preview", "Preview"),
                    ("progressive", "Progressive"),
                    ("ratio", "Ratio"),
                    ("broadcast", "Broadcast"),
                ],
                default="preview",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="FlowVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("version", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), size=None),
                ),
                ("yaml", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_by", models.UUIDField(null=True)),
                ("archived_at", models.DateTimeField(null=True)),
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
        ),
        migrations.AddField(
            model_name="campaign",
            name="flow",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaigns.flowversion"
            ),
        ),
        migrations.AddConstraint(
            model_name="flowversion",
            constraint=models.UniqueConstraint(fields=("tenant", "sha256"), name="flow_content_once"),
        ),
        migrations.AddConstraint(
            model_name="flowversion",
            constraint=models.UniqueConstraint(fields=("tenant", "name", "version"), name="flow_version_once"),
        ),
        TenantWall("campaigns_flowversion", insert=(WEB,)),
        migrations.RunSQL(
            f"GRANT UPDATE (approved_at, approved_by, archived_at) ON campaigns_flowversion TO {WEB}",
            migrations.RunSQL.noop,
        ),
        KeepTogether("campaigns_campaign"),
    ]
