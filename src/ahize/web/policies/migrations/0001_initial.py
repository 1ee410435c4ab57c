import django.db.models.deletion
from django.db import migrations, models

import ahize.web.base
from ahize.web.rls import WEB, TenantWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [("tenants", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=ahize.web.base.fresh_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.CharField(choices=[("pack", "Pack"), ("measure", "Measure")], max_length=8)),
                ("name", models.CharField(max_length=32)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("loosens", models.BooleanField()),
                ("reason", models.TextField(blank=True, default="")),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.UUIDField()),
                ("version", models.PositiveIntegerField(null=True)),
                ("in_force_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "version"), name="policy_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("in_force_at__isnull", True), ("refused_at__isnull", True)),
                        fields=("tenant", "subject", "name"),
                        name="policy_one_waits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("in_force_at__isnull", True), ("version__isnull", True)),
                            models.Q(
                                ("in_force_at__isnull", False),
                                ("refused_at__isnull", True),
                                ("version__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="policy_decided_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force_at__isnull", True),
                            ("loosens", False),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="policy_loosens_with_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("loosens", False), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="policy_loosens_with_a_reason",
                    ),
                ],
            },
        ),
        # What was asked stays as it was asked; only the decision is written to it, and only once.
        TenantWall("policies_change", insert=(WEB,)),
        migrations.RunSQL(
            [
                f"GRANT UPDATE (version, in_force_at, refused_at, decided_by) ON policies_change TO {WEB}",
                "CREATE POLICY decided_once ON policies_change AS RESTRICTIVE FOR UPDATE"
                " USING (in_force_at IS NULL AND refused_at IS NULL) WITH CHECK (true)",
            ],
            migrations.RunSQL.noop,
        ),
    ]
