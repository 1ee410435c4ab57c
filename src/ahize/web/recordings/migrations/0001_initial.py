"""Recordings and how long they are kept; each role may write what is its own business to write."""

import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import DIALERD, WEB, WORKER, TenantWall

TOLD = "began_at, noted_at, seconds, expected_s, rate, path, size, sha256, key, cut_short, not_kept, gaps, peaks, keep_until"
"""What a gate's later word may change of an earlier one."""
GONE = "deleted_at, deleted_by, deleted_why, deleted_reason, peaks"


def columns(role: str, names: str) -> migrations.RunSQL:
    """Let a role update these columns of a recording and no others."""
    return migrations.RunSQL(f"GRANT UPDATE ({names}) ON recordings_recording TO {role}", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0002_campaign_agency"),
        ("dialing", "0003_answered_attempts"),
        ("tenants", "0005_evidence_of_transfers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recording",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("noted_at", models.DateTimeField()),
                ("seconds", models.DecimalField(decimal_places=2, default=0, max_digits=8)),
                ("expected_s", models.DecimalField(decimal_places=2, default=0, max_digits=8)),
                ("rate", models.PositiveIntegerField(default=8000)),
                ("channels", models.PositiveSmallIntegerField(default=2)),
                ("path", models.CharField(blank=True, default="", max_length=80)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, default="", max_length=64)),
                ("key", models.CharField(blank=True, default="", max_length=16)),
                ("cut_short", models.BooleanField(default=False)),
                ("not_kept", models.CharField(blank=True, default="", max_length=12)),
                ("gaps", models.JSONField(default=list)),
                ("peaks", models.JSONField(default=list)),
                ("keep_until", models.DateTimeField()),
                ("held_at", models.DateTimeField(null=True)),
                ("held_by", models.UUIDField(null=True)),
                ("hold_reason", models.TextField(blank=True, default="")),
                ("deleted_at", models.DateTimeField(null=True)),
                ("deleted_by", models.UUIDField(null=True)),
                (
                    "deleted_why",
                    models.CharField(
                        blank=True, choices=[("retention", "Retention"), ("asked", "Asked")], default="", max_length=10
                    ),
                ),
                ("deleted_reason", models.TextField(blank=True, default="")),
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recording", to="dialing.attempt"
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
                "indexes": [
                    models.Index(fields=["tenant", "-began_at"], name="recording_newest"),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("held_at__isnull", True)),
                        fields=["tenant", "keep_until"],
                        name="recording_due_to_go",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Retention",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("days", models.PositiveIntegerField()),
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
                    "seller",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.seller"
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "seller", "campaign"), name="retention_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seller__isnull", True), ("campaign__isnull", True), _connector="OR"),
                        name="retention_of_one_thing",
                    ),
                    models.CheckConstraint(condition=models.Q(("days__gte", 1)), name="retention_of_a_day_at_least"),
                ],
            },
        ),
        TenantWall("recordings_recording", insert=(DIALERD, WORKER)),
        columns(DIALERD, TOLD),
        columns(WORKER, f"{TOLD}, deleted_at, deleted_by, deleted_why, deleted_reason"),
        columns(WEB, f"{GONE}, keep_until, held_at, held_by, hold_reason"),
        TenantWall("recordings_retention", insert=(WEB,), update=(WEB,), delete=(WEB,)),
    ]
