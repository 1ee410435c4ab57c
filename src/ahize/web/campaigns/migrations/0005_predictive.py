"""A way of dialling that predicts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0004_pools"),
    ]

    operations = [
        migrations.AlterField(
            model_name="campaign",
            name="mode",
            field=models.CharField(
                choices=[
                    ("manual", "Manual"),
                    ("preview", "Preview"),
                    ("progressive", "Progressive"),
                    ("ratio", "Ratio"),
                    ("predictive", "Predictive"),
                    ("broadcast", "Broadcast"),
                ],
                default="preview",
                max_length=12,
            ),
        ),
    ]
