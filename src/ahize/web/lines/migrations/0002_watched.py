"""A carrier that does not answer OPTIONS is not asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lines", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="trunk",
            name="watched",
            field=models.BooleanField(default=True),
        ),
    ]
