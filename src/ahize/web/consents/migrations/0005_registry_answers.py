"""What consent registries answered about numbers, and how far their changes were followed."""

import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import WEB, WORKER, TenantWall


class Migration(migrations.Migration):
    dependencies = [
        ("consents", "0004_never_changed"),
        ("tenants", "0003_registrations_are_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegistryAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("registry", models.CharField(max_length=16)),
                ("e164", models.CharField(max_length=16)),
                (
                    "channel",
                    models.CharField(
                        choices=[("voice", "Voice"), ("sms", "Sms"), ("fax", "Fax"), ("email", "Email")], max_length=8
                    ),
                ),
                ("trader", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[("granted", "Granted"), ("refused", "Refused"), ("none", "None")], max_length=8
                    ),
                ),
                ("source", models.CharField(blank=True, default="", max_length=40)),
                ("reference", models.CharField(blank=True, default="", max_length=100)),
                ("said_at", models.DateTimeField(null=True)),
                ("checked_at", models.DateTimeField(null=True)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "seller", "registry", "e164", "channel"), name="registry_answer_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistryFeed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("registry", models.CharField(max_length=16)),
                ("feed", models.CharField(max_length=8)),
                ("after", models.TextField(blank=True, default="")),
                ("pulled_at", models.DateTimeField()),
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
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "seller", "registry", "feed"), name="registry_feed_once")
                ],
            },
        ),
        TenantWall("consents_registryanswer", insert=(WEB, WORKER), update=(WEB, WORKER)),
        TenantWall("consents_registryfeed", insert=(WEB, WORKER), update=(WEB, WORKER)),
    ]
