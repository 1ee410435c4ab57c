"""Plans and the evenings simulated of each: the web asks and stops, the worker writes what came of it."""

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
            name="Run",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(choices=[("what_if", "What If"), ("replay", "Replay")], max_length=8)),
                ("name", models.CharField(blank=True, default="", max_length=100)),
                ("asked", models.JSONField(default=dict)),
                ("plan", models.JSONField(default=dict)),
                ("habits", models.JSONField(default=dict)),
                ("seed", models.PositiveIntegerField()),
                ("wanted", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("done", models.PositiveSmallIntegerField(default=0)),
                ("result", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("cancel_asked_at", models.DateTimeField(null=True)),
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
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SimulatedEvening",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seed", models.PositiveIntegerField()),
                ("came", models.JSONField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evenings", to="planning.run"
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
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["campaign", "-asked_at"], name="run_newest"),
        ),
        migrations.AddConstraint(
            model_name="simulatedevening",
            constraint=models.UniqueConstraint(fields=("run", "seed"), name="simulated_evening_once"),
        ),
        TenantWall("planning_run", select=(WEB, WORKER), insert=(WEB,), update=(WEB, WORKER), delete=(WEB,)),
        TenantWall("planning_simulatedevening", select=(WEB, WORKER), insert=(WEB, WORKER), delete=(WEB, WORKER)),
    ]
