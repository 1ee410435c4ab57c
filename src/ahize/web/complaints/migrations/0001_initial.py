import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import WEB, WORKER, TenantWall


def kept(table: str, verbs: str) -> migrations.RunSQL:
    """What was complained of and said of it stays: refused to everybody, the owner included."""
    return migrations.RunSQL(
        f"CREATE TRIGGER kept BEFORE {verbs} ON {table} FOR EACH ROW EXECUTE FUNCTION dialing_append_only()",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("dialing", "0009_learned"),
        ("tenants", "0006_proven_caller_ids"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("investigating", "Investigating"),
                            ("needs_counsel", "Needs Counsel"),
                            ("answered", "Answered"),
                            ("closed", "Closed"),
                        ],
                        default="received",
                        max_length=13,
                    ),
                ),
                (
                    "source",
                    models.CharField(choices=[("screen", "Screen"), ("api", "Api"), ("mail", "Mail")], max_length=6),
                ),
                (
                    "door",
                    models.CharField(
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
                        max_length=12,
                    ),
                ),
                ("who", models.TextField(blank=True, default="")),
                ("contact", models.TextField(blank=True, default="")),
                ("said", models.TextField(blank=True, default="")),
                ("happened_at", models.DateTimeField(null=True)),
                ("authority", models.CharField(blank=True, default="", max_length=24)),
                ("authority_reference", models.CharField(blank=True, default="", max_length=120)),
                ("received_at", models.DateTimeField()),
                ("deadlines", models.JSONField(default=list)),
                ("due_at", models.DateTimeField(null=True)),
                ("counsel", models.JSONField(default=list)),
                ("mail", models.TextField(blank=True, default="")),
                ("mail_name", models.CharField(blank=True, default="", max_length=200)),
                ("mail_size", models.PositiveIntegerField(default=0)),
                ("mail_sha256", models.CharField(blank=True, default="", max_length=64)),
                (
                    "mail_notes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True, default="")),
                ("closed_at", models.DateTimeField(null=True)),
                ("opened_by", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "assigned",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("language", models.CharField(max_length=2)),
                ("recordings", models.BooleanField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("problem", models.TextField(blank=True, default="")),
                ("notes", models.JSONField(default=list)),
                ("path", models.TextField(blank=True, default="")),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, default="", max_length=64)),
                ("ended_at", models.DateTimeField(null=True)),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bundles", to="complaints.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseNumber",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("e164", models.CharField(max_length=16)),
                ("raw", models.TextField(blank=True, default="")),
                (
                    "standing",
                    models.CharField(
                        choices=[("proposed", "Proposed"), ("confirmed", "Confirmed"), ("dismissed", "Dismissed")],
                        max_length=9,
                    ),
                ),
                ("called", models.BooleanField()),
                ("receipts", models.JSONField(default=list)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="numbers", to="complaints.case"
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
            name="Meter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("problem", models.TextField(blank=True, default="")),
                ("version", models.CharField(blank=True, default="", max_length=20)),
                ("found", models.JSONField(default=list)),
                ("totals", models.JSONField(default=list)),
                ("ended_at", models.DateTimeField(null=True)),
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
            name="Note",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("kind", models.CharField(max_length=10)),
                ("text", models.TextField(blank=True, default="")),
                ("facts", models.JSONField(default=dict)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="complaints.case"
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
            name="Redecision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("attempts", models.PositiveIntegerField()),
                ("same", models.PositiveIntegerField()),
                ("findings", models.JSONField(default=list)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="redecisions", to="complaints.case"
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
            model_name="case",
            index=models.Index(fields=["tenant", "state", "due_at"], name="complaint_by_clock"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["tenant", "authority", "authority_reference"], name="complaint_by_reference"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("tenant", "number"), name="complaint_number_once"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("mail_sha256", ""), _negated=True),
                fields=("tenant", "mail_sha256"),
                name="complaint_mail_once",
            ),
        ),
        migrations.AddIndex(
            model_name="bundle",
            index=models.Index(fields=["case", "-asked_at"], name="complaint_bundle_of_case"),
        ),
        migrations.AddIndex(
            model_name="casenumber",
            index=models.Index(fields=["tenant", "e164"], name="complaint_by_telephone"),
        ),
        migrations.AddConstraint(
            model_name="casenumber",
            constraint=models.UniqueConstraint(fields=("case", "e164"), name="complaint_has_a_number_once"),
        ),
        migrations.AddIndex(
            model_name="meter",
            index=models.Index(fields=["tenant", "-asked_at"], name="complaint_meter_newest"),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["case", "at"], name="complaint_note_of_case"),
        ),
        migrations.AddIndex(
            model_name="redecision",
            index=models.Index(fields=["case", "at"], name="complaint_redecision_of_case"),
        ),
        TenantWall("complaints_case", select=(WEB, WORKER), insert=(WEB,), update=(WEB, WORKER)),
        TenantWall("complaints_casenumber", select=(WEB, WORKER), insert=(WEB,), update=(WEB,)),
        TenantWall("complaints_note", select=(WEB, WORKER), insert=(WEB, WORKER)),
        TenantWall("complaints_redecision", select=(WEB, WORKER), insert=(WEB, WORKER)),
        # The web asks for a bundle, the worker makes it.
        TenantWall("complaints_bundle", select=(WEB, WORKER), insert=(WEB,), update=(WORKER,)),
        # Of few calls the web reads the meter itself.
        TenantWall("complaints_meter", select=(WEB, WORKER), insert=(WEB, WORKER), update=(WEB, WORKER)),
        *(
            kept(table, verbs)
            for table, verbs in (
                ("complaints_case", "DELETE"),
                ("complaints_casenumber", "DELETE"),
                ("complaints_note", "UPDATE OR DELETE"),
                ("complaints_redecision", "UPDATE OR DELETE"),
                ("complaints_bundle", "DELETE"),
                ("complaints_meter", "DELETE"),
            )
        ),
    ]
