"""The most that may be spent over a trunk in a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lines", "0002_watched"),
    ]

    operations = [
        migrations.AddField(
            model_name="trunk",
            name="spend_max",
            field=models.DecimalField(decimal_places=2, max_digits=10, null=True),
        ),
    ]
