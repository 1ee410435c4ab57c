"""One writer for each table, and what is written once stays: enforced by PostgreSQL, not by our good manners."""

from django.db import migrations

from ahize.web.rls import CLEARANCE, DIALERD, WEB, WORKER, TenantWall

APPEND_ONLY = """
CREATE FUNCTION dialing_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
"""
DUE_AT_REST = (
    'tenant_id, campaign_id, contact_id, list_position, "row", due_at, front, attempts, done, done_reason,'
    " last_outcome, phone_position"
)
"""All columns of a due row but its lease."""


def kept(table: str, verbs: str) -> migrations.RunSQL:
    """Refuse these verbs on a table to everybody, its owner included."""
    return migrations.RunSQL(
        f"CREATE TRIGGER kept BEFORE {verbs} ON {table} FOR EACH ROW EXECUTE FUNCTION dialing_append_only()",
        migrations.RunSQL.noop,
    )


def columns(table: str, role: str, *names: str) -> migrations.RunSQL:
    """Let a role update these columns and no others."""
    return migrations.RunSQL(f"GRANT UPDATE ({', '.join(names)}) ON {table} TO {role}", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [("dialing", "0001_initial")]

    operations = [
        TenantWall("dialing_floor", insert=(DIALERD, WEB), update=(DIALERD,)),
        # A stop must hold although dialerd is down: the web writes the flag itself, and tells the engine.
        columns("dialing_floor", WEB, "stopped", "hang_up_asked"),
        TenantWall("dialing_attempt", insert=(CLEARANCE,)),
        columns(
            "dialing_attempt",
            DIALERD,
            *("live", "agent_id", "seat_id", "originated_at", "ringing_at", "answered_at", "heard_at", "greeting"),
            *("connected_at", "ended_at", "talk_s", "outcome", "cause", "disposition", "disposed_at"),
        ),
        columns("dialing_attempt", WEB, "disposition", "disposed_at"),
        TenantWall("dialing_ruling", insert=(CLEARANCE,)),
        TenantWall("dialing_permit", insert=(CLEARANCE,)),
        columns("dialing_permit", DIALERD, "spent_at", "voided_at", "void_reason"),
        TenantWall("dialing_journal", insert=(DIALERD,)),
        # The web puts a list's people on a campaign and takes them off; leasing stays with dialerd.
        TenantWall("dialing_due", insert=(DIALERD,), update=(DIALERD,), delete=(DIALERD, WEB, WORKER)),
        migrations.RunSQL(f"GRANT INSERT ({DUE_AT_REST}) ON dialing_due TO {WEB}, {WORKER}", migrations.RunSQL.noop),
        columns("dialing_due", f"{WEB}, {WORKER}", "list_position", "done", "done_reason"),
        TenantWall("dialing_callback", insert=(WEB,), update=(WEB,), delete=(WEB, WORKER)),
        columns("dialing_callback", DIALERD, "state", "attempt_id"),
        TenantWall("dialing_seat", insert=(WEB,)),
        columns("dialing_seat", WEB, "session", "session_epoch", "alive_at", "opened_at", "wanted_id"),
        columns(
            "dialing_seat",
            DIALERD,
            *("campaign_id", "epoch", "state", "since", "deadline", "pause_code", "reason", "attempt_id", "offer"),
            *("finish_after", "lost_at"),
        ),
        TenantWall("dialing_deed", insert=(WEB, WORKER, DIALERD)),
        columns("dialing_deed", DIALERD, "taken_at"),
        TenantWall("dialing_dispositionrecord", insert=(WEB, DIALERD)),
        TenantWall("dialing_draft", insert=(WEB,), update=(WEB,), delete=(WEB,)),
        # FOR SHARE asks for the right to update some column; these are never written with it.
        columns("contacts_contact", CLEARANCE, "id"),
        columns("campaigns_campaign", CLEARANCE, "id"),
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION dialing_append_only()"),
        kept("dialing_journal", "UPDATE OR DELETE"),
        kept("dialing_ruling", "UPDATE OR DELETE"),
        kept("dialing_dispositionrecord", "UPDATE OR DELETE"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION dialing_append_only()",
                migrations.RunSQL.noop,
            )
            for table in ("dialing_journal", "dialing_ruling", "dialing_dispositionrecord")
        ),
        kept("dialing_attempt", "DELETE"),
        kept("dialing_permit", "DELETE"),
    ]
