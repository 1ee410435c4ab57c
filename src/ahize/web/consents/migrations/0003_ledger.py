"""Consent as events: snapshots, what became of each, keys and checks of agencies, reports to registries."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import WEB, WORKER, KeepTogether, TenantWall


class Migration(migrations.Migration):
    dependencies = [
        ("consents", "0002_fresh_statistics"),
        ("tenants", "0003_registrations_are_evidence"),
    ]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="brand",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="consent",
            name="product",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="consent",
            name="window",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="consent",
            name="words_version",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AlterField(
            model_name="relationship",
            name="contact_id",
            field=models.UUIDField(null=True),
        ),
        migrations.CreateModel(
            name="CheckKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("secret", models.BinaryField(max_length=32)),
                ("tokens_per_day", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.agency"
                    ),
                ),
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
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("asked", models.PositiveIntegerField()),
                ("found", models.PositiveIntegerField()),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consents.checkkey"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CheckToken",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token", models.BinaryField(max_length=32)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consents.checkkey"
                    ),
                ),
                (
                    "suppression",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consents.suppression"
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
        ),
        migrations.CreateModel(
            name="ConsentEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("revoked", "Revoked"),
                            ("expired", "Expired"),
                            ("registry", "Registry"),
                            ("taken_back", "Taken Back"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "door",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("voice", "Voice"),
                            ("key_press", "Key Press"),
                            ("sms", "Sms"),
                            ("email", "Email"),
                            ("web", "Web"),
                            ("agent", "Agent"),
                            ("letter", "Letter"),
                            ("registry", "Registry"),
                            ("import", "Import"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("said", models.TextField(blank=True, default="")),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("registry", models.CharField(blank=True, default="", max_length=16)),
                (
                    "registry_state",
                    models.CharField(
                        blank=True,
                        choices=[("pending", "Pending"), ("accepted", "Accepted"), ("refused", "Refused")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("registry_reference", models.CharField(blank=True, default="", max_length=100)),
                ("created_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="consents.consent"
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
        ),
        migrations.CreateModel(
            name="RegistryReport",
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
                ("granted", models.BooleanField()),
                ("form", models.CharField(blank=True, default="", max_length=16)),
                ("trader", models.BooleanField(default=False)),
                ("happened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("accepted", "Accepted"), ("refused", "Refused")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("reference", models.CharField(blank=True, default="", max_length=100)),
                ("problem", models.TextField(blank=True, default="")),
                ("answered_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "consent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consents.consent"
                    ),
                ),
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
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("file", models.TextField()),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
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
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="consent",
            name="snapshot",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consents.snapshot"
            ),
        ),
        migrations.AddConstraint(
            model_name="checkkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("tenant", "agency", "seller"),
                name="check_key_in_use_once",
            ),
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(fields=["key", "at"], name="check_of_key"),
        ),
        migrations.AddIndex(
            model_name="checktoken",
            index=models.Index(fields=["key", "token"], name="check_token_of_key"),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "registry"), ("registry_state", ""), _connector="XOR"),
                name="consent_event_registry_has_a_state",
            ),
        ),
        migrations.AddIndex(
            model_name="registryreport",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["seller", "next_try_at"], name="report_waiting"
            ),
        ),
        TenantWall("consents_snapshot", insert=(WEB,)),
        TenantWall("consents_consentevent", insert=(WEB, WORKER)),
        TenantWall("consents_checkkey", select=(WEB, WORKER), insert=(WEB,)),
        TenantWall("consents_checktoken", select=(WEB, WORKER), insert=(WEB, WORKER)),
        TenantWall("consents_check", select=(WEB, WORKER), insert=(WEB,)),
        TenantWall("consents_registryreport", insert=(WEB, WORKER)),
        KeepTogether("consents_consent"),
        migrations.RunSQL(
            [
                f"GRANT UPDATE (ended_at) ON consents_checkkey TO {WEB}",
                "GRANT UPDATE (state, tries, next_try_at, reference, problem, answered_at)"
                f" ON consents_registryreport TO {WEB}, {WORKER}",
            ],
            migrations.RunSQL.noop,
        ),
    ]
