"""Tenants, sellers, caller IDs, and the first walls."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import EVERYONE, WEB, TenantWall


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Tenant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("world", models.CharField(choices=[("real", "real"), ("made_up", "made up")], max_length=10)),
                ("zone", models.CharField(default="UTC", max_length=60)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Seller",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("brand", models.CharField(blank=True, max_length=200)),
                ("org_type", models.CharField(max_length=30)),
                ("sector", models.CharField(max_length=30)),
                ("country", models.CharField(max_length=2)),
                ("phone_e164", models.CharField(blank=True, max_length=16)),
                ("address", models.TextField(blank=True)),
                (
                    "registrations",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "pays_registry_for",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                ("opt_out_url", models.CharField(blank=True, max_length=500)),
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
            name="CallerId",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("e164", models.CharField(max_length=16)),
                ("label", models.CharField(blank=True, max_length=100)),
                ("kind", models.CharField(max_length=20)),
                ("dialable", models.BooleanField()),
                ("rights_proof", models.TextField(blank=True)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="caller_ids", to="tenants.seller"
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
            model_name="seller",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="tenants_seller_name"),
        ),
        migrations.AddConstraint(
            model_name="callerid",
            constraint=models.UniqueConstraint(fields=("tenant", "seller", "e164"), name="tenants_callerid_once"),
        ),
        # A shell that serves every tenant (worker, dialerd, launcher) calls the roll of them: ids and names, no more.
        TenantWall(
            "tenants_tenant",
            insert=(WEB,),
            update=(WEB,),
            column="id",
            visible="current_setting('ahize.roll_call', true) = 'on'",
        ),
        TenantWall("tenants_seller", select=EVERYONE, insert=(WEB,), update=(WEB,)),
        TenantWall("tenants_callerid", select=EVERYONE, insert=(WEB,), update=(WEB,)),
    ]
