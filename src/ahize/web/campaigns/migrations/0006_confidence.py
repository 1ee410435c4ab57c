"""How surely a campaign that predicts keeps its cap; nothing: strictly."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0005_predictive"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="confidence",
            field=models.DecimalField(decimal_places=4, max_digits=5, null=True),
        ),
    ]
