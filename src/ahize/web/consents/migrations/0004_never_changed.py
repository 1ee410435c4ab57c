"""Withdrawals become events of their own, and from here on what was written down is never changed."""

from django.db import migrations

from ahize.web.rls import WEB, WORKER

MOVE = """
    INSERT INTO consents_consentevent (id, tenant_id, consent_id, kind, at, door, said, channels, registry,
        registry_state, registry_reference, created_at)
    SELECT gen_random_uuid(), c.tenant_id, c.id, 'revoked', c.revoked_at,
        CASE WHEN c.import_id IS NULL THEN 'agent' ELSE 'import' END, c.revoked_reason, '{}', '', '', '', c.revoked_at
    FROM consents_consent c WHERE c.revoked_at IS NOT NULL
"""
MOVED = ("consents_consent", "consents_consentevent")
KEPT = (*MOVED, "consents_snapshot", "consents_check")
APPEND_ONLY = """
CREATE FUNCTION consents_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
"""


def wall(state: str) -> list[str]:
    """The owner, too, is held by the wall; for the length of this move it is not."""
    return [f"ALTER TABLE {table} {state} ROW LEVEL SECURITY" for table in MOVED]


def kept(table: str) -> list[str]:
    """Refuse every change to everybody, the table's owner included."""
    refused = "EXECUTE FUNCTION consents_append_only()"
    return [
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {WEB}, {WORKER}",
        f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refused}",
        f"CREATE TRIGGER whole BEFORE TRUNCATE ON {table} {refused}",
    ]


class Migration(migrations.Migration):
    dependencies = [("consents", "0003_ledger")]

    operations = [
        migrations.RunSQL(
            [*wall("NO FORCE"), MOVE, "SET CONSTRAINTS ALL IMMEDIATE", *wall("FORCE")], migrations.RunSQL.noop
        ),
        migrations.RemoveField(model_name="consent", name="revoked_at"),
        migrations.RemoveField(model_name="consent", name="revoked_reason"),
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION consents_append_only()"),
        migrations.RunSQL([line for table in KEPT for line in kept(table)], migrations.RunSQL.noop),
    ]
