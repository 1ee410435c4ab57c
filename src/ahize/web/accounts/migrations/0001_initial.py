"""Users, invitations and counted failures, behind their walls."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import EVERYONE, WEB, WORKER, Grants, TenantWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("agent", "agent"),
                            ("supervisor", "supervisor"),
                            ("campaign_manager", "campaign_manager"),
                            ("list_manager", "list_manager"),
                            ("compliance_officer", "compliance_officer"),
                            ("administrator", "administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                ("language", models.CharField(default="en", max_length=2)),
                ("is_active", models.BooleanField(default=True)),
                ("session_epoch", models.IntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("signed_in_at", models.DateTimeField(null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Invite",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("agent", "agent"),
                            ("supervisor", "supervisor"),
                            ("campaign_manager", "campaign_manager"),
                            ("list_manager", "list_manager"),
                            ("compliance_officer", "compliance_officer"),
                            ("administrator", "administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("by", models.UUIDField(null=True)),
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
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SignInFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["key", "at"], name="accounts_failure_key_at")],
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"), name="accounts_user_email_lower"
            ),
        ),
        # Before the tenant is known, one row can be read: the one whose id (a session) or address (a sign-in) is named.
        TenantWall(
            "accounts_user",
            select=EVERYONE,
            insert=(WEB,),
            update=(WEB,),
            visible="id::text = current_setting('ahize.user', true) OR email = nullif(current_setting('ahize.signing_in', true), '')",
        ),
        # Whoever holds the token finds their invitation by its hash.
        TenantWall(
            "accounts_invite",
            select=(WEB,),
            insert=(WEB,),
            update=(WEB,),
            visible="token_hash = nullif(current_setting('ahize.invite', true), '')",
        ),
        # No tenant: hashes and times only, and counted before anybody is known.
        Grants("accounts_signinfailure", select=(WEB,), insert=(WEB,), delete=(WEB, WORKER)),
    ]
