"""What each campaign's pacer said last; dialerd alone writes it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dialing", "0007_inbound_calls"),
    ]

    operations = [
        migrations.AddField(
            model_name="floor",
            name="forecasts",
            field=models.JSONField(default=dict, db_default=models.Value({}, models.JSONField())),
        ),
    ]
