import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import DIALERD, WEB, WORKER, TenantWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactList",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("supplier", models.TextField(blank=True, default="")),
                ("source", models.TextField(blank=True, default="")),
                ("acquired_on", models.DateField(null=True)),
                ("price_cents", models.PositiveBigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("undone", "Undone")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("contacts_count", models.PositiveIntegerField(default=0)),
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("external_id", models.TextField(blank=True, default="")),
                ("first_name", models.TextField(blank=True, default="")),
                ("last_name", models.TextField(blank=True, default="")),
                ("company", models.TextField(blank=True, default="")),
                ("address", models.TextField(blank=True, default="")),
                ("city", models.TextField(blank=True, default="")),
                ("region", models.TextField(blank=True, default="")),
                ("postal_code", models.TextField(blank=True, default="")),
                ("country", models.TextField(blank=True, default="")),
                ("email", models.TextField(blank=True, default="")),
                ("language", models.TextField(blank=True, default="")),
                (
                    "capacity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("consumer", "Consumer"),
                            ("sole_trader", "Sole Trader"),
                            ("business", "Business"),
                            ("public_body", "Public Body"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("fields", models.JSONField(default=dict)),
                ("search_key", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
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
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="contacts.contactlist"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FieldChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("field", models.TextField()),
                ("before", models.TextField(blank=True)),
                ("after", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("attempt_id", models.UUIDField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="contacts.contact"
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
            name="Import",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("filename", models.TextField()),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("file", models.TextField()),
                ("supplier", models.TextField(blank=True, default="")),
                ("source", models.TextField(blank=True, default="")),
                ("region", models.CharField(blank=True, default="", max_length=2)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("reading", "Reading"),
                            ("ready", "Ready"),
                            ("accepted", "Accepted"),
                            ("discarded", "Discarded"),
                            ("undone", "Undone"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                ("truth", models.JSONField(default=dict)),
                ("mapping", models.JSONField(default=dict)),
                ("options", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("progress_rows", models.PositiveIntegerField(default=0)),
                ("total_rows", models.PositiveIntegerField(null=True)),
                ("checkpoint", models.JSONField(default=dict)),
                ("cancel_asked", models.BooleanField(default=False)),
                ("problem", models.JSONField(null=True)),
                ("created_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("by", models.UUIDField(null=True)),
                (
                    "list",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to="contacts.contactlist",
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
            name="ImportPhone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("position", models.PositiveSmallIntegerField()),
                ("e164", models.CharField(max_length=16)),
                ("ext", models.TextField(blank=True, default="")),
                ("label", models.TextField(blank=True, default="")),
                ("line_type", models.CharField(blank=True, default="", max_length=12)),
                (
                    "zones",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "regions",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("do_not_dial", models.BooleanField(default=False)),
                (
                    "imported",
                    models.ForeignKey(
                        db_column="import_id",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contacts.import",
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
            name="ImportReject",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("line", models.PositiveIntegerField(null=True)),
                ("column", models.TextField(blank=True, default="")),
                ("code", models.CharField(max_length=40)),
                ("value", models.TextField(blank=True, default="")),
                ("warning", models.BooleanField(default=False)),
                (
                    "imported",
                    models.ForeignKey(
                        db_column="import_id",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rejects",
                        to="contacts.import",
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
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("bad", models.BooleanField(default=False)),
                ("duplicate", models.CharField(blank=True, default="", max_length=8)),
                ("contact", models.JSONField(default=dict)),
                ("records", models.JSONField(default=dict)),
                (
                    "imported",
                    models.ForeignKey(
                        db_column="import_id",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="contacts.import",
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
            name="Phone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("e164", models.CharField(max_length=16)),
                ("ext", models.TextField(blank=True, default="")),
                ("label", models.TextField(blank=True, default="")),
                ("line_type", models.CharField(blank=True, default="", max_length=12)),
                (
                    "zones",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "regions",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("usable", "Usable"),
                            ("wrong_number", "Wrong Number"),
                            ("disconnected", "Disconnected"),
                            ("fax", "Fax"),
                            ("retired", "Retired"),
                        ],
                        default="usable",
                        max_length=12,
                    ),
                ),
                ("state_reason", models.TextField(blank=True, default="")),
                ("state_at", models.DateTimeField(null=True)),
                ("do_not_dial", models.BooleanField(default=False)),
                ("reassigned", models.CharField(blank=True, default="", max_length=3)),
                ("reassigned_checked_on", models.DateField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="phones", to="contacts.contact"
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
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["list", "row"], name="contact_in_list_order"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["tenant", "search_key"], name="contact_by_name", opclasses=["", "text_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="fieldchange",
            index=models.Index(fields=["contact", "at"], name="change_by_contact"),
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(fields=["seller", "fingerprint"], name="import_by_fingerprint"),
        ),
        migrations.AddIndex(
            model_name="import",
            index=models.Index(fields=["tenant", "-created_at"], name="import_newest"),
        ),
        migrations.AddIndex(
            model_name="importphone",
            index=models.Index(fields=["imported", "e164"], name="import_phone_by_number"),
        ),
        migrations.AddConstraint(
            model_name="importphone",
            constraint=models.UniqueConstraint(fields=("imported", "row", "position"), name="import_phone_once"),
        ),
        migrations.AddIndex(
            model_name="importreject",
            index=models.Index(fields=["imported", "row"], name="reject_by_row"),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(fields=("imported", "row"), name="import_row_once"),
        ),
        migrations.AddIndex(
            model_name="phone",
            index=models.Index(fields=["e164"], name="phone_by_number"),
        ),
        migrations.AddConstraint(
            model_name="phone",
            constraint=models.UniqueConstraint(fields=("contact", "position"), name="phone_position_once"),
        ),
        TenantWall("contacts_contactlist", insert=(WEB, WORKER), update=(WEB, WORKER)),
        TenantWall("contacts_contact", insert=(WEB, WORKER), update=(WEB, WORKER), delete=(WEB, WORKER)),
        TenantWall("contacts_phone", insert=(WEB, WORKER), update=(WEB, WORKER, DIALERD), delete=(WEB, WORKER)),
        TenantWall("contacts_fieldchange", insert=(WEB, WORKER), delete=(WEB, WORKER)),
        TenantWall("contacts_import", insert=(WEB, WORKER), update=(WEB, WORKER)),
        TenantWall("contacts_importrow", insert=(WEB, WORKER), update=(WEB, WORKER), delete=(WEB, WORKER)),
        TenantWall("contacts_importphone", insert=(WEB, WORKER), update=(WEB, WORKER), delete=(WEB, WORKER)),
        TenantWall("contacts_importreject", insert=(WEB, WORKER), delete=(WEB, WORKER)),
    ]
