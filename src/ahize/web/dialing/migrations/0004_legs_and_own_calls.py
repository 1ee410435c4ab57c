"""Who was in a call as what, how a talk stands, and calls to numbers of the house's own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import CLEARANCE, DIALERD, WEB, TenantWall


def columns(table: str, role: str, *names: str) -> migrations.RunSQL:
    """Let a role update these columns and no others."""
    return migrations.RunSQL(f"GRANT UPDATE ({', '.join(names)}) ON {table} TO {role}", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [
        ("dialing", "0003_answered_attempts"),
        ("lines", "0002_watched"),
        ("tenants", "0005_evidence_of_transfers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="consulting",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="attempt",
            name="held",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="attempt",
            name="recording_paused",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="attempt",
            name="three_way",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="attempt",
            name="transferred_from",
            field=models.UUIDField(null=True),
        ),
        migrations.CreateModel(
            name="Leg",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seat_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("talk", "Talk"),
                            ("consult", "Consult"),
                            ("listen", "Listen"),
                            ("whisper", "Whisper"),
                            ("barge", "Barge"),
                        ],
                        max_length=8,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="legs", to="dialing.attempt"
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
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["attempt", "since"], name="leg_by_attempt")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)), fields=("attempt", "seat_id"), name="leg_open_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("purpose", models.CharField(choices=[("test", "Test"), ("phone", "Phone")], max_length=5)),
                ("seat_id", models.UUIDField(null=True)),
                ("e164", models.CharField(max_length=16)),
                ("caller_id", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("sealed", "Sealed"),
                            ("refused", "Refused"),
                            ("ringing", "Ringing"),
                            ("answered", "Answered"),
                            ("ended", "Ended"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("why", models.TextField(blank=True, default="")),
                ("payload", models.TextField(blank=True, default="")),
                ("signature", models.BinaryField(default=b"")),
                ("sealed_at", models.DateTimeField(null=True)),
                ("valid_until", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("cause", models.PositiveSmallIntegerField(null=True)),
                ("quality", models.JSONField(null=True)),
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
                    "trunk",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="lines.trunk"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "-at"], name="own_call_newest"),
                    models.Index(
                        condition=models.Q(("state", "asked")), fields=["tenant", "at"], name="own_call_asked"
                    ),
                ],
            },
        ),
        columns("dialing_attempt", DIALERD, "held", "recording_paused", "three_way", "consulting", "transferred_from"),
        TenantWall("dialing_leg", insert=(DIALERD,)),
        columns("dialing_leg", DIALERD, "until"),
        TenantWall("dialing_owncall", insert=(WEB,)),
        columns("dialing_owncall", WEB, "trunk_id"),
        columns("dialing_owncall", CLEARANCE, "state", "why", "payload", "signature", "sealed_at", "valid_until"),
        columns("dialing_owncall", DIALERD, "state", "why", "answered_at", "ended_at", "cause", "quality"),
    ]
