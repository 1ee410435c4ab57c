"""Copies of registers whose layout nobody publishes say what was inferred, and what the register bars of each number."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consents", "0006_keyed")]

    operations = [
        migrations.AddField("registryversion", "inferred", models.BooleanField(default=False)),
        migrations.AddField("registryversion", "attributes", models.JSONField(default=dict)),
        migrations.AddField(
            "registryversion",
            "read_from",
            django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
    ]
