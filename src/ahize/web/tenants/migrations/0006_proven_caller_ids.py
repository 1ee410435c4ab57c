"""A second person looks at the proof of a caller ID."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0005_evidence_of_transfers"),
    ]

    operations = [
        migrations.AddField(
            model_name="callerid",
            name="proven_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="callerid",
            name="proven_by",
            field=models.UUIDField(null=True),
        ),
    ]
