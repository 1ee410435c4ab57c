"""Attempts, rulings, permits, the journal, due contacts, callbacks, seats, deeds and dispositions."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ahize.web.base


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0001_initial"),
        ("contacts", "0001_initial"),
        ("tenants", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign_version", models.PositiveIntegerField(default=0)),
                ("e164", models.CharField(max_length=16)),
                ("caller_id", models.CharField(blank=True, default="", max_length=16)),
                ("method", models.CharField(max_length=12)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("dialer", "Dialer"),
                            ("preview", "Preview"),
                            ("typed", "Typed"),
                            ("callback", "Callback"),
                            ("api", "Api"),
                        ],
                        default="dialer",
                        max_length=10,
                    ),
                ),
                ("callback_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[("allow", "Allow"), ("block", "Block"), ("review", "Review")], max_length=6
                    ),
                ),
                ("live", models.BooleanField(default=False)),
                ("seat_id", models.UUIDField(null=True)),
                ("originated_at", models.DateTimeField(null=True)),
                ("ringing_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("heard_at", models.DateTimeField(null=True)),
                ("greeting", models.TextField(blank=True, default="")),
                ("connected_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("talk_s", models.DecimalField(decimal_places=1, max_digits=8, null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=24)),
                ("cause", models.PositiveSmallIntegerField(null=True)),
                ("disposition", models.CharField(blank=True, default="", max_length=32)),
                ("disposed_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaigns.campaign"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="contacts.contact"
                    ),
                ),
                (
                    "phone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contacts.phone"
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
            name="Callback",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("zone", models.TextField(blank=True, default="")),
                ("anyone_after", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("dialled", "Dialled"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("by", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField()),
                ("attempt_id", models.UUIDField(null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaigns.campaign"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contacts.contact"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "phone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contacts.phone"
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
            name="Deed",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("kind", models.TextField()),
                ("payload", models.JSONField(default=dict)),
                ("taken_at", models.DateTimeField(null=True)),
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
            name="DispositionRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=32)),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("at", models.DateTimeField()),
                ("idempotency_key", models.TextField(null=True)),
                ("notes", models.TextField(blank=True, default="")),
                ("callback_id", models.UUIDField(null=True)),
                ("receipt", models.CharField(blank=True, default="", max_length=16)),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="dialing.attempt"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dialing.dispositionrecord",
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
            name="Due",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign_id", "contact_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("list_position", models.PositiveSmallIntegerField(default=0)),
                ("row", models.PositiveIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("front", models.BooleanField(default=False)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("done", models.BooleanField(default=False)),
                ("done_reason", models.TextField(blank=True, default="")),
                ("leased_until", models.DateTimeField(null=True)),
                ("lease_epoch", models.PositiveBigIntegerField(null=True)),
                ("last_outcome", models.TextField(blank=True, default="")),
                ("last_at", models.DateTimeField(null=True)),
                ("phone_position", models.PositiveSmallIntegerField(default=0)),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contacts.contact"
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
            name="Floor",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("epoch", models.PositiveBigIntegerField(default=0)),
                ("owner", models.TextField(blank=True, default="")),
                ("lease_until", models.DateTimeField(null=True)),
                ("beat_at", models.DateTimeField(null=True)),
                ("gate_up", models.BooleanField(default=False)),
                ("stopped", models.BooleanField(default=False)),
                ("hang_up_asked", models.BooleanField(default=False)),
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
            name="Journal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "floor_id", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seq", models.PositiveBigIntegerField()),
                ("epoch", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
                ("event", models.JSONField()),
                ("commands", models.JSONField()),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "floor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dialing.floor",
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
            name="Seat",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("session", models.UUIDField(null=True)),
                ("session_epoch", models.PositiveIntegerField(default=0)),
                ("alive_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("epoch", models.PositiveBigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("closed", "Closed"),
                            ("paused", "Paused"),
                            ("ready", "Ready"),
                            ("previewing", "Previewing"),
                            ("ringing", "Ringing"),
                            ("talking", "Talking"),
                            ("wrap_up", "Wrap Up"),
                        ],
                        default="closed",
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("deadline", models.DateTimeField(null=True)),
                ("pause_code", models.CharField(blank=True, default="", max_length=32)),
                ("reason", models.TextField(blank=True, default="")),
                ("attempt_id", models.UUIDField(null=True)),
                ("offer", models.JSONField(null=True)),
                ("finish_after", models.BooleanField(default=False)),
                ("lost_at", models.DateTimeField(null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.campaign",
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seat", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "wanted",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.campaign",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="draft",
                        serialize=False,
                        to="dialing.attempt",
                    ),
                ),
                ("text", models.TextField(blank=True, default="")),
                ("code", models.CharField(blank=True, default="", max_length=32)),
                ("version", models.PositiveIntegerField(default=0)),
                ("updated_at", models.DateTimeField()),
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
            name="Permit",
            fields=[
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="permit",
                        serialize=False,
                        to="dialing.attempt",
                    ),
                ),
                ("e164", models.CharField(max_length=16)),
                ("sealed_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("payload", models.TextField()),
                ("signature", models.BinaryField()),
                ("spent_at", models.DateTimeField(null=True)),
                ("voided_at", models.DateTimeField(null=True)),
                ("void_reason", models.TextField(blank=True, default="")),
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
            name="Ruling",
            fields=[
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="ruling",
                        serialize=False,
                        to="dialing.attempt",
                    ),
                ),
                ("seq", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
                ("facts", models.JSONField()),
                ("ruling", models.JSONField()),
                ("rulebook", models.TextField()),
                ("tzdata", models.TextField()),
                ("federal_only", models.BooleanField(default=False)),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
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
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["tenant", "-at"], name="attempt_newest"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["campaign", "at"], name="attempt_by_campaign"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["contact", "at"], name="attempt_by_contact"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["e164", "at"], name="attempt_by_number"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("agent__isnull", False)), fields=["agent", "-at"], name="attempt_by_agent"
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("disposition", "not_dispositioned")),
                fields=["tenant", "ended_at"],
                name="attempt_to_fix",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("live", True)), fields=("contact",), name="attempt_live_contact_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("live", True)), fields=("seller", "e164"), name="attempt_live_number_once"
            ),
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["tenant", "at"], name="callback_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["owner", "at"], name="callback_mine"),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("campaign", "contact"), name="callback_waiting_once"
            ),
        ),
        migrations.AddIndex(
            model_name="deed",
            index=models.Index(
                condition=models.Q(("taken_at__isnull", True)), fields=["tenant", "seq"], name="deed_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispositionrecord",
            constraint=models.UniqueConstraint(fields=("tenant", "idempotency_key"), name="disposition_key_once"),
        ),
        migrations.AddConstraint(
            model_name="dispositionrecord",
            constraint=models.UniqueConstraint(fields=("corrects",), name="disposition_corrected_once"),
        ),
        migrations.AddConstraint(
            model_name="dispositionrecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrects__isnull", True)), fields=("attempt",), name="disposition_first_once"
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("done", False), ("leased_until__isnull", True)),
                fields=["campaign", "-front", "due_at", "list_position", "row"],
                name="due_in_dialing_order",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("leased_until__isnull", False)), fields=["campaign"], name="due_leased"
            ),
        ),
        migrations.AddConstraint(
            model_name="floor",
            constraint=models.UniqueConstraint(fields=("tenant",), name="floor_one_per_tenant"),
        ),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(fields=["tenant", "at"], name="journal_by_time"),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.UniqueConstraint(fields=("tenant", "seq"), name="ruling_seq_once"),
        ),
    ]
