from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import DIALERD, WEB, WORKER, TenantWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("contacts", "0001_initial"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.TextField()),
                ("template", models.CharField(blank=True, default="", max_length=24)),
                ("purpose", models.CharField(blank=True, default="", max_length=24)),
                ("promotes", models.BooleanField(null=True)),
                ("product", models.TextField(blank=True, default="")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("manual", "Manual"),
                            ("preview", "Preview"),
                            ("progressive", "Progressive"),
                            ("ratio", "Ratio"),
                        ],
                        default="preview",
                        max_length=12,
                    ),
                ),
                ("ratio", models.DecimalField(decimal_places=2, default=Decimal(1), max_digits=4)),
                ("script", models.TextField(blank=True, default="")),
                ("language", models.CharField(default="en", max_length=8)),
                ("hours", models.JSONField(default=dict)),
                ("ring_s_max", models.PositiveSmallIntegerField(default=25)),
                ("wrap_up_s", models.PositiveSmallIntegerField(default=60)),
                ("preview_s", models.PositiveSmallIntegerField(default=120)),
                ("connect_s", models.DecimalField(decimal_places=2, default=Decimal(2), max_digits=4)),
                ("abandon_cap", models.DecimalField(decimal_places=4, default=Decimal("0.02"), max_digits=5)),
                ("abandon_message", models.TextField(blank=True, default="")),
                ("recycling", models.JSONField(default=dict)),
                ("max_attempts", models.PositiveSmallIntegerField(default=6)),
                (
                    "script_discloses",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("setup", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("running", "Running"), ("paused", "Paused"), ("ended", "Ended")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("state_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("copied_from", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                (
                    "caller_id",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.callerid"
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
            name="CampaignAgent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="campaign_agents",
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CampaignList",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="campaign_lists",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contacts.contactlist"
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
            name="CampaignVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("settings", models.JSONField(default=dict)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="campaigns.campaign"
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
            name="Disposition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=32)),
                ("label_en", models.TextField()),
                ("label_tr", models.TextField()),
                ("key", models.CharField(blank=True, default="", max_length=2)),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
                ("wait_s", models.PositiveIntegerField(null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dispositions",
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
            ],
        ),
        migrations.CreateModel(
            name="PauseCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=32)),
                ("label_en", models.TextField()),
                ("label_tr", models.TextField()),
                ("position", models.PositiveSmallIntegerField(default=0)),
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
            model_name="campaign",
            index=models.Index(fields=["tenant", "state"], name="campaign_by_state"),
        ),
        migrations.AddConstraint(
            model_name="campaignagent",
            constraint=models.UniqueConstraint(fields=("campaign", "user"), name="campaign_agent_once"),
        ),
        migrations.AddConstraint(
            model_name="campaignlist",
            constraint=models.UniqueConstraint(fields=("campaign", "list"), name="campaign_list_once"),
        ),
        migrations.AddConstraint(
            model_name="campaignversion",
            constraint=models.UniqueConstraint(fields=("campaign", "version"), name="campaign_version_once"),
        ),
        migrations.AddConstraint(
            model_name="disposition",
            constraint=models.UniqueConstraint(fields=("campaign", "code"), name="disposition_code_once"),
        ),
        migrations.AddConstraint(
            model_name="pausecode",
            constraint=models.UniqueConstraint(fields=("tenant", "code"), name="pause_code_once"),
        ),
        TenantWall("campaigns_campaign", insert=(WEB, WORKER), update=(WEB, WORKER, DIALERD)),
        TenantWall("campaigns_campaignversion", insert=(WEB, WORKER)),
        TenantWall("campaigns_campaignlist", insert=(WEB,), update=(WEB,), delete=(WEB,)),
        TenantWall("campaigns_campaignagent", insert=(WEB,), update=(WEB,), delete=(WEB,)),
        TenantWall("campaigns_disposition", insert=(WEB,), update=(WEB,), delete=(WEB,)),
        TenantWall("campaigns_pausecode", insert=(WEB,), update=(WEB,), delete=(WEB,)),
    ]
