"""What laws count abandonment in is found without reading every attempt of a month."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("dialing", "0002_walls")]

    operations = [
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                fields=["campaign", "at"],
                name="attempt_answered",
                condition=Q(outcome="abandoned")
                | (Q(heard_at__isnull=False) & Q(greeting__startswith="person:") & ~Q(outcome="hung_up")),
            ),
        ),
    ]
