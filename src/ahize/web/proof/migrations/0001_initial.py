import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import WEB, WORKER, TenantWall


def kept(table: str) -> migrations.RunSQL:
    """Refuse changes to everybody, the table's owner included."""
    return migrations.RunSQL(
        f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION dialing_append_only();"
        f"CREATE TRIGGER whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION dialing_append_only()",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0006_proven_caller_ids"),
        ("dialing", "0010_sources_of_rulings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reaudit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("rulebook", models.TextField(blank=True, default="")),
                ("rulebook_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("house", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("stopped", "Stopped"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("reached", models.PositiveBigIntegerField(default=0)),
                ("differing", models.PositiveBigIntegerField(default=0)),
                ("verdicts", models.JSONField(default=dict)),
                ("rules", models.JSONField(default=dict)),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True, default="")),
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
            name="Different",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seq", models.PositiveBigIntegerField()),
                ("attempt_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("rulebook", models.TextField()),
                ("before", models.CharField(max_length=8)),
                ("now", models.CharField(max_length=8)),
                ("parts", models.JSONField(default=list)),
                ("gone", models.JSONField(default=list)),
                ("come", models.JSONField(default=list)),
                ("duties_gone", models.JSONField(default=list)),
                ("duties_come", models.JSONField(default=list)),
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
                    "reaudit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="differences", to="proof.reaudit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveBigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("kind", models.CharField(choices=[("file", "File"), ("download", "Download")], max_length=8)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("where", models.TextField(blank=True, default="")),
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
                "indexes": [models.Index(fields=["tenant", "number"], name="proof_anchor_by_head")],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("about", models.JSONField()),
                ("asked_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("stopped", "Stopped"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("rulings", models.PositiveBigIntegerField(default=0)),
                ("bytes", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, default="", max_length=64)),
                ("error", models.TextField(blank=True, default="")),
                ("done_at", models.DateTimeField(null=True)),
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
                "indexes": [models.Index(fields=["tenant", "-asked_at"], name="proof_export_newest")],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveBigIntegerField()),
                ("first_seq", models.PositiveBigIntegerField()),
                ("until_seq", models.PositiveBigIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("audit_first", models.PositiveBigIntegerField()),
                ("audit_until", models.PositiveBigIntegerField()),
                ("audit_root", models.CharField(max_length=64)),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("key", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
                ("hash", models.CharField(max_length=64)),
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
                "indexes": [models.Index(fields=["tenant", "until_seq"], name="proof_head_by_ruling")],
                "constraints": [models.UniqueConstraint(fields=("tenant", "number"), name="proof_head_once")],
            },
        ),
        migrations.CreateModel(
            name="LawText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(choices=[("rulebook", "Rulebook"), ("house", "House")], max_length=8)),
                ("sha256", models.CharField(max_length=64)),
                ("version", models.TextField()),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
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
                "constraints": [models.UniqueConstraint(fields=("tenant", "kind", "sha256"), name="proof_law_once")],
            },
        ),
        migrations.AddIndex(
            model_name="reaudit",
            index=models.Index(fields=["tenant", "-asked_at"], name="proof_reaudit_newest"),
        ),
        migrations.AddConstraint(
            model_name="different",
            constraint=models.UniqueConstraint(fields=("reaudit", "seq"), name="proof_different_once"),
        ),
        # Who signs writes heads, and nobody changes them.
        TenantWall("proof_head", select=(WEB, WORKER), insert=(WORKER,)),
        TenantWall("proof_anchor", select=(WEB, WORKER), insert=(WEB, WORKER)),
        TenantWall("proof_lawtext", select=(WEB, WORKER), insert=(WORKER,)),
        *(kept(table) for table in ("proof_head", "proof_anchor", "proof_lawtext")),
        TenantWall("proof_export", select=(WEB, WORKER), insert=(WEB, WORKER), update=(WORKER,)),
        TenantWall("proof_reaudit", select=(WEB, WORKER), insert=(WEB, WORKER), update=(WORKER,)),
        migrations.RunSQL("GRANT UPDATE (state) ON proof_reaudit TO ahize_web", migrations.RunSQL.noop),
        TenantWall("proof_different", select=(WEB, WORKER), insert=(WORKER,)),
    ]
