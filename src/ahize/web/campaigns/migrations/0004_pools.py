"""Pools of caller IDs, whose numbers rest and heal."""

import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import WEB, WORKER, TenantWall


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0003_flows_and_broadcasts"),
        ("tenants", "0006_proven_caller_ids"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="pool_rules",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="CampaignNumber",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("rests_until", models.DateTimeField(null=True)),
                ("rests_why", models.CharField(blank=True, default="", max_length=16)),
                (
                    "caller_id",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.callerid"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="campaign_numbers",
                        to="campaigns.campaign",
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
                "constraints": [models.UniqueConstraint(fields=("campaign", "caller_id"), name="campaign_number_once")],
            },
        ),
        TenantWall("campaigns_campaignnumber", insert=(WEB,), delete=(WEB,)),
        migrations.RunSQL(
            f"GRANT UPDATE (rests_until, rests_why) ON campaigns_campaignnumber TO {WORKER}", migrations.RunSQL.noop
        ),
    ]
