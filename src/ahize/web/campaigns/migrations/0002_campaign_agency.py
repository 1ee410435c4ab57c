"""Who calls: a campaign's agency."""

import django.db.models.deletion
from django.db import migrations, models

from ahize.web.rls import KeepTogether


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0001_initial"),
        ("tenants", "0002_evidence"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="agency",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.agency"
            ),
        ),
        KeepTogether("campaigns_campaign"),
    ]
