"""Agencies, and evidence of what sellers and agencies are registered for."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import CLEARANCE, WEB, TenantWall


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="callerid",
            name="route_country",
            field=models.CharField(blank=True, default="", max_length=2),
        ),
        migrations.AddField(
            model_name="seller",
            name="region",
            field=models.CharField(blank=True, default="", max_length=6),
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("in_house", "In House"),
                            ("outsourced", "Outsourced"),
                            ("telefunder", "Telefunder"),
                            ("volunteer", "Volunteer"),
                        ],
                        max_length=12,
                    ),
                ),
                ("country", models.CharField(max_length=2)),
                ("region", models.CharField(blank=True, default="", max_length=6)),
                ("phone_e164", models.CharField(blank=True, default="", max_length=16)),
                ("address", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
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
            name="Evidence",
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
                            ("charity", "charity"),
                            ("party", "party"),
                            ("candidate", "candidate"),
                            ("registry_subscription", "registry_subscription"),
                            ("state_licence", "state_licence"),
                            ("bond", "bond"),
                            ("recorded_calls", "recorded_calls"),
                            ("provincial_licence", "provincial_licence"),
                            ("brand", "brand"),
                            ("aid_permit", "aid_permit"),
                            ("authorisation", "authorisation"),
                            ("platform", "platform"),
                            ("membership", "membership"),
                            ("other", "other"),
                        ],
                        max_length=24,
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("number", models.CharField(blank=True, default="", max_length=100)),
                ("account", models.CharField(blank=True, default="", max_length=100)),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("document", models.TextField(blank=True, default="")),
                ("document_name", models.CharField(blank=True, default="", max_length=200)),
                ("document_size", models.PositiveIntegerField(default=0)),
                ("document_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                ("end_reason", models.TextField(blank=True, default="")),
                (
                    "agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="tenants.agency",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="tenants.seller",
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
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="tenants_agency_name"),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["seller"], name="tenants_evidence_seller"),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["agency"], name="tenants_evidence_agency"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agency__isnull", True), ("seller__isnull", False)),
                    models.Q(("agency__isnull", False), ("seller__isnull", True)),
                    _connector="OR",
                ),
                name="tenants_evidence_one_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                ),
                name="tenants_evidence_has_a_time",
            ),
        ),
        TenantWall("tenants_agency", insert=(WEB,), update=(WEB,)),
        TenantWall("tenants_evidence", insert=(WEB,)),
        # What a record says stays; only its early end is written to it.
        migrations.RunSQL(
            [
                f"GRANT UPDATE (ended_at, ended_by, end_reason) ON tenants_evidence TO {WEB}",
                # FOR SHARE asks for the right to update some column; this one is never written by clearance.
                f"GRANT UPDATE (id) ON tenants_evidence TO {CLEARANCE}",
            ],
            migrations.RunSQL.noop,
        ),
    ]
