import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import WEB, TenantWall


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial"), ("policies", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="EmergencyWord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("region", models.CharField(max_length=6)),
                ("declared", models.BooleanField()),
                ("source", models.CharField(max_length=300)),
                ("said_at", models.DateTimeField()),
                ("said_by", models.UUIDField()),
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
                "indexes": [models.Index(fields=["tenant", "region", "-said_at"], name="policy_emergency_last")],
            },
        ),
        # A word that was said stays said.
        TenantWall("policies_emergencyword", insert=(WEB,)),
    ]
