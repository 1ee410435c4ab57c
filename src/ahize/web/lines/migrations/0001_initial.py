"""Trunks, how they stand, agents' phones, numbers of people's own, and recordings to be played."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import DIALERD, WEB, TenantWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0005_evidence_of_transfers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SeatPhone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seat_id", models.UUIDField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("browser", "Browser"), ("sip", "Sip"), ("number", "Number")], max_length=8
                    ),
                ),
                ("ha1", models.CharField(blank=True, default="", max_length=32)),
                ("number", models.CharField(blank=True, default="", max_length=16)),
                ("session_epoch", models.IntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("up", models.BooleanField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Trunk",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("kind", models.CharField(choices=[("registration", "Registration"), ("ip", "Ip")], max_length=12)),
                ("host", models.CharField(max_length=253)),
                ("port", models.PositiveIntegerField(default=5060)),
                (
                    "transport",
                    models.CharField(
                        choices=[("udp", "Udp"), ("tcp", "Tcp"), ("tls", "Tls")], default="udp", max_length=3
                    ),
                ),
                ("username", models.CharField(blank=True, default="", max_length=100)),
                ("secret", models.BinaryField(default=b"")),
                (
                    "codecs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), size=None),
                ),
                ("channels_max", models.PositiveIntegerField(default=30)),
                ("per_second_max", models.DecimalField(decimal_places=2, default=10, max_digits=6)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("prices", models.JSONField(default=list)),
                (
                    "caller_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), default=list, size=None
                    ),
                ),
                (
                    "attestation",
                    models.CharField(
                        blank=True,
                        choices=[("A", "Full"), ("B", "Partial"), ("C", "Gateway"), ("", "None")],
                        default="",
                        max_length=1,
                    ),
                ),
                ("stir_key", models.BinaryField(default=b"")),
                ("certificate", models.TextField(blank=True, default="")),
                ("certificate_url", models.CharField(blank=True, default="", max_length=500)),
                ("certificate_until", models.DateTimeField(null=True)),
                ("enabled", models.BooleanField(default=True)),
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
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="LineState",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("state", models.CharField(max_length=12)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("since", models.DateTimeField()),
                ("channels", models.PositiveIntegerField(default=0)),
                ("version", models.CharField(blank=True, default="", max_length=60)),
                ("up_since", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField()),
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
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="state", to="lines.trunk"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="OwnNumber",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("e164", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_by", models.UUIDField(null=True)),
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("user", "e164"), name="lines_own_number_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sound",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("language", models.CharField(max_length=8)),
                ("version", models.PositiveIntegerField()),
                ("use", models.CharField(max_length=10)),
                ("path", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("seconds", models.DecimalField(decimal_places=2, max_digits=7)),
                ("text", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_by", models.UUIDField(null=True)),
                ("archived_at", models.DateTimeField(null=True)),
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
                        fields=("tenant", "name", "language", "version"), name="lines_sound_version"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="trunk",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="lines_trunk_name"),
        ),
        migrations.AddConstraint(
            model_name="linestate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("trunk", None)), fields=("tenant",), name="lines_one_switch_per_tenant"
            ),
        ),
        TenantWall("lines_trunk", insert=(WEB,), update=(WEB,), delete=(WEB,)),
        # How lines and phones stand is dialerd's word, which has it from the gate.
        TenantWall("lines_linestate", insert=(DIALERD,), update=(DIALERD,), delete=(WEB,)),
        TenantWall("lines_seatphone", insert=(WEB,), delete=(WEB,)),
        migrations.RunSQL(f"GRANT UPDATE (up, changed_at) ON lines_seatphone TO {DIALERD}", migrations.RunSQL.noop),
        TenantWall("lines_ownnumber", insert=(WEB,)),
        migrations.RunSQL(
            f"GRANT UPDATE (approved_at, approved_by, ended_at) ON lines_ownnumber TO {WEB}", migrations.RunSQL.noop
        ),
        TenantWall("lines_sound", insert=(WEB,)),
        # What was brought stays as it was; only its approval and its end are written to it.
        migrations.RunSQL(
            f"GRANT UPDATE (approved_at, approved_by, archived_at) ON lines_sound TO {WEB}", migrations.RunSQL.noop
        ),
    ]
