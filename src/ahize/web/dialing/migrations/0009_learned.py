"""What each campaign's pacer has learned, for the engine of the next life; dialerd alone writes it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dialing", "0008_forecasts"),
    ]

    operations = [
        migrations.AddField(
            model_name="floor",
            name="learned",
            field=models.JSONField(default=dict, db_default=models.Value({}, models.JSONField())),
        ),
    ]
