import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import WEB, WORKER, TenantWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("contact_id", models.UUIDField(null=True)),
                ("e164", models.CharField(max_length=16)),
                (
                    "form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("written", "Written"),
                            ("esign", "Esign"),
                            ("web", "Web"),
                            ("voice_recorded", "Voice Recorded"),
                            ("verbal", "Verbal"),
                            ("paper", "Paper"),
                            ("registry", "Registry"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("express", "Express"),
                            ("express_written", "Express Written"),
                            ("invitation", "Invitation"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "methods",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "purposes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("given_at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_reason", models.TextField(blank=True, default="")),
                ("words", models.TextField(blank=True, default="")),
                ("source", models.TextField(blank=True, default="")),
                ("proof_kept", models.BooleanField(null=True)),
                ("signed", models.BooleanField(null=True)),
                ("conditional", models.BooleanField(null=True)),
                (
                    "flaws",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("import_id", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
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
                "indexes": [
                    models.Index(fields=["seller", "e164"], name="consent_by_number"),
                    models.Index(
                        condition=models.Q(("import_id__isnull", False)), fields=["import_id"], name="consent_by_import"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistryVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=16)),
                ("as_of", models.DateField()),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("rows", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("file", models.TextField()),
                ("loaded_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
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
                "indexes": [models.Index(fields=["seller", "code", "-as_of"], name="registry_newest")],
            },
        ),
        migrations.CreateModel(
            name="Relationship",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("contact_id", models.UUIDField()),
                ("e164", models.CharField(max_length=16)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("purchase", "Purchase"),
                            ("transaction", "Transaction"),
                            ("lease", "Lease"),
                            ("inquiry", "Inquiry"),
                            ("application", "Application"),
                            ("contract", "Contract"),
                            ("donation", "Donation"),
                            ("membership", "Membership"),
                            ("volunteer", "Volunteer"),
                            ("attendance", "Attendance"),
                            ("personal", "Personal"),
                        ],
                        max_length=16,
                    ),
                ),
                ("last_on", models.DateField()),
                ("ended_on", models.DateField(null=True)),
                ("product", models.TextField(blank=True, default="")),
                ("opt_out_offered", models.BooleanField(null=True)),
                ("source", models.TextField(blank=True, default="")),
                ("import_id", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
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
                "indexes": [
                    models.Index(fields=["seller", "e164"], name="relationship_by_number"),
                    models.Index(fields=["contact_id"], name="relationship_by_contact"),
                    models.Index(
                        condition=models.Q(("import_id__isnull", False)),
                        fields=["import_id"],
                        name="relationship_by_import",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("e164", models.CharField(max_length=16)),
                (
                    "channel",
                    models.CharField(
                        choices=[("voice", "Voice"), ("sms", "Sms"), ("fax", "Fax"), ("email", "Email")],
                        max_length=8,
                        null=True,
                    ),
                ),
                (
                    "covers",
                    models.CharField(
                        choices=[("marketing", "Marketing"), ("everything", "Everything")],
                        default="everything",
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("source", models.TextField()),
                ("reason", models.TextField(blank=True, default="")),
                ("receipt", models.CharField(max_length=16)),
                ("by", models.UUIDField(null=True)),
                ("end_asked_at", models.DateTimeField(null=True)),
                ("end_asked_by", models.UUIDField(null=True)),
                ("end_reason", models.TextField(blank=True, default="")),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_confirmed_by", models.UUIDField(null=True)),
                (
                    "seller",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.seller"
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["e164"], name="suppression_by_number"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "receipt"), name="suppression_receipt_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("tenant", "seller", "e164", "channel", "covers"),
                        name="suppression_in_force_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            models.Q(
                                ("end_asked_by__isnull", False),
                                ("end_confirmed_by__isnull", False),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="suppression_end_has_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_confirmed_by__isnull", True),
                            models.Q(("end_confirmed_by", models.F("end_asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="suppression_end_by_another",
                    ),
                ],
            },
        ),
        TenantWall("consents_consent", insert=(WEB, WORKER), update=(WEB, WORKER), delete=(WEB, WORKER)),
        TenantWall("consents_relationship", insert=(WEB, WORKER), update=(WEB, WORKER), delete=(WEB, WORKER)),
        TenantWall("consents_suppression", insert=(WEB, WORKER), update=(WEB, WORKER)),
        TenantWall("consents_registryversion", insert=(WEB, WORKER)),
    ]
