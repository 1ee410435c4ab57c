import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import WEB, WORKER, TenantWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0005_predictive"),
        ("tenants", "0006_proven_caller_ids"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayPlan",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("inbound", models.BooleanField()),
                ("day", models.DateField()),
                ("target", models.JSONField()),
                ("halves", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                (
                    "campaign",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "campaign", "inbound", "day"), name="staffing_plan_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FinishForecast",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("remaining", models.PositiveIntegerField()),
                ("pace", models.FloatField()),
                ("finish", models.DateField(null=True)),
                ("earliest", models.DateField(null=True)),
                ("latest", models.DateField(null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaigns.campaign"
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
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "on"), name="staffing_forecast_once_a_day")
                ],
            },
        ),
        TenantWall("staffing_dayplan", select=(WEB,), insert=(WEB,), update=(WEB,)),
        # What was said stays said, and only the worker says it.
        TenantWall("staffing_finishforecast", select=(WEB, WORKER), insert=(WORKER,)),
    ]
