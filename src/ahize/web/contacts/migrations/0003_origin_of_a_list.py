"""Where a list's data come from and whether its people were given the privacy notice: unknown of all there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_fresh_statistics")]

    operations = [
        migrations.AddField(
            model_name="contactlist",
            name="data_source",
            field=models.CharField(
                blank=True,
                choices=[("person", "Person"), ("broker", "Broker"), ("public", "Public")],
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField(model_name="contactlist", name="notice_given", field=models.BooleanField(null=True)),
        migrations.AddField(model_name="contactlist", name="notice", field=models.TextField(blank=True, default="")),
    ]
