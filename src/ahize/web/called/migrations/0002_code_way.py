"""A code is brought by a text message or by a call, as whoever asks for it chooses."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("called", "0001_initial"),
        ("dialing", "0012_code_calls"),
    ]

    operations = [
        migrations.AddField(
            model_name="code",
            name="way",
            field=models.CharField(
                choices=[("text", "Text"), ("call", "Call")], db_default="text", default="text", max_length=4
            ),
        ),
    ]
