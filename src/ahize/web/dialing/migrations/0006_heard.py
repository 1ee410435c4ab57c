"""Who really picked up, as somebody says; whoever was taken for a machine counts as abandoned."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import WEB, TenantWall


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0003_flows_and_broadcasts"),
        ("contacts", "0003_origin_of_a_list"),
        ("dialing", "0005_flow_outcomes"),
        ("tenants", "0005_evidence_of_transfers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Heard",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("was", models.CharField(choices=[("person", "Person"), ("machine", "Machine")], max_length=7)),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveIndex(
            model_name="attempt",
            name="attempt_answered",
        ),
        migrations.AddField(
            model_name="attempt",
            name="mistaken",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(
                    ("outcome", "abandoned"),
                    ("mistaken", True),
                    models.Q(
                        ("heard_at__isnull", False),
                        ("greeting__startswith", "person:"),
                        models.Q(("outcome", "hung_up"), _negated=True),
                    ),
                    _connector="OR",
                ),
                fields=["campaign", "at"],
                name="attempt_answered",
            ),
        ),
        migrations.AddField(
            model_name="heard",
            name="attempt",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="heard", to="dialing.attempt"
            ),
        ),
        migrations.AddField(
            model_name="heard",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.tenant"
            ),
        ),
        TenantWall("dialing_heard", insert=(WEB,)),
        migrations.RunSQL(f'GRANT UPDATE (was, "by", at) ON dialing_heard TO {WEB}', migrations.RunSQL.noop),
        migrations.RunSQL(f"GRANT UPDATE (mistaken) ON dialing_attempt TO {WEB}", migrations.RunSQL.noop),
    ]
