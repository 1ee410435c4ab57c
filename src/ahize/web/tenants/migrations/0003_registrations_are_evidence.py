"""What a seller said it is registered for becomes evidence records, in force since the seller was entered."""

from django.db import migrations

KIND = """
    CASE WHEN code IN ('US-FTC-SAN', 'CA-DNCL') THEN 'registry_subscription'
         WHEN code = 'TR-IYS' THEN 'brand'
         WHEN code = 'TR-YARDIM' THEN 'aid_permit'
         WHEN code = 'GB-FCA' THEN 'authorisation'
         WHEN code = 'NZ-MA' THEN 'membership'
         WHEN code IN ('IN-PE', 'IN-TM', 'IN-DIALLER') THEN 'platform'
         WHEN code ~ '^US-[A-Z]{2}-ADAD$' THEN 'recorded_calls'
         WHEN code ~ '^US-[A-Z]{2}$' THEN 'state_licence'
         WHEN code ~ '^CA-[A-Z]{2}$' THEN 'provincial_licence'
         WHEN code ~ '^[A-Z]{2}-CHARITY$' THEN 'charity'
         ELSE 'other' END
"""
MOVE = f"""
    INSERT INTO tenants_evidence (id, tenant_id, seller_id, kind, code, number, account, areas, note, document,
        document_name, document_size, document_sha256, valid_from, created_at, end_reason)
    SELECT gen_random_uuid(), s.tenant_id, s.id, {KIND}, code, '', '',
        CASE WHEN code IN ('US-FTC-SAN', 'CA-DNCL') THEN s.pays_registry_for ELSE '{{}}' END,
        'Taken over from what the seller said of itself; add the number and the document.', '', '', 0, '',
        s.created_at, s.created_at, ''
    FROM tenants_seller s, unnest(s.registrations) AS code
"""  # noqa: S608 - two constants
TABLES = ("tenants_seller", "tenants_evidence")


def wall(state: str) -> list[str]:
    """The owner, too, is held by the wall; for the length of this move it is not."""
    return [f"ALTER TABLE {table} {state} ROW LEVEL SECURITY" for table in TABLES]


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_evidence")]

    operations = [
        migrations.RunSQL(
            [*wall("NO FORCE"), MOVE, "SET CONSTRAINTS ALL IMMEDIATE", *wall("FORCE")], migrations.RunSQL.noop
        ),
        migrations.RemoveField(model_name="seller", name="pays_registry_for"),
        migrations.RemoveField(model_name="seller", name="registrations"),
    ]
