"""Whether the agent whom a call is expected to be for is joined at the very answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0006_confidence"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="join_while_ringing",
            field=models.CharField(
                choices=[("no", "No"), ("silent", "Silent"), ("heard", "Heard")],
                db_default="no",
                default="no",
                max_length=8,
            ),
        ),
    ]
