"""What is held stays, by the database's own word, whoever asks and by whichever statement.

Functions answer which hold covers a call, an attempt, a person, a case or a list; the same are asked by the purge
and by the screens. A trigger on every table that could lose something asks them before a row is deleted or emptied, so
that a mistake above ends in an error and not in a loss. Recordings, whose holding is a column, get it from here.
"""

from django.db import migrations

from ahize.web.rls import DIALERD, WEB, WORKER

IN_FORCE = "s.tenant_id = of AND s.lifted_at IS NULL"
SPAN = "({at} >= coalesce(s.since, '-infinity') AND {at} < coalesce(s.until, 'infinity'))"

FUNCTIONS = f"""
CREATE FUNCTION retention_lock(of uuid) RETURNS bigint LANGUAGE sql IMMUTABLE
AS $$ SELECT hashtextextended('ahize/retention/' || of, 0) $$;

CREATE FUNCTION retention_call_held(of uuid, number text, person uuid, dialled_for uuid, moment timestamptz)
RETURNS uuid LANGUAGE sql STABLE AS $$
SELECT s.hold_id FROM retention_scope s WHERE {IN_FORCE}
AND (s.e164 = '' OR s.e164 = number OR number = ANY (s.marks))
AND (s.contact_id IS NULL OR s.contact_id = person
     OR EXISTS (SELECT FROM contacts_phone p WHERE p.contact_id = s.contact_id AND p.e164 = number))
AND (s.case_id IS NULL OR EXISTS (SELECT FROM complaints_casenumber n
     WHERE n.case_id = s.case_id AND n.standing <> 'dismissed' AND n.e164 = number))
AND (s.campaign_id IS NULL OR s.campaign_id = dialled_for)
AND (s.list_id IS NULL OR EXISTS (SELECT FROM contacts_contact c WHERE c.id = person AND c.list_id = s.list_id))
AND {SPAN.format(at="moment")}
ORDER BY s.hold_id LIMIT 1 $$;

CREATE FUNCTION retention_attempt_held(of uuid, attempt uuid) RETURNS uuid LANGUAGE sql STABLE AS $$
SELECT retention_call_held(a.tenant_id, a.e164, a.contact_id, a.campaign_id, a.at)
FROM dialing_attempt a WHERE a.id = attempt AND a.tenant_id = of $$;

-- A record of a person is not of one day: it is held with the span of a call to them too.
CREATE FUNCTION retention_person_held(of uuid, numbers text[], person uuid, moment timestamptz)
RETURNS uuid LANGUAGE sql STABLE AS $$
SELECT s.hold_id FROM retention_scope s WHERE {IN_FORCE}
AND (s.e164 = '' OR s.e164 = ANY (numbers) OR s.marks && numbers::varchar[])
AND (s.contact_id IS NULL OR s.contact_id = person
     OR EXISTS (SELECT FROM contacts_phone p WHERE p.contact_id = s.contact_id AND p.e164 = ANY (numbers)))
AND (s.case_id IS NULL OR EXISTS (SELECT FROM complaints_casenumber n
     WHERE n.case_id = s.case_id AND n.standing <> 'dismissed' AND n.e164 = ANY (numbers)))
AND (s.list_id IS NULL
     OR EXISTS (SELECT FROM contacts_contact c WHERE c.id = person AND c.list_id = s.list_id)
     OR EXISTS (SELECT FROM contacts_phone p JOIN contacts_contact c ON c.id = p.contact_id
                WHERE p.e164 = ANY (numbers) AND c.list_id = s.list_id))
AND (s.campaign_id IS NULL AND {SPAN.format(at="moment")}
     OR EXISTS (SELECT FROM dialing_attempt a WHERE (a.e164 = ANY (numbers) OR a.contact_id = person)
                AND (s.campaign_id IS NULL OR a.campaign_id = s.campaign_id) AND {SPAN.format(at="a.at")}))
ORDER BY s.hold_id LIMIT 1 $$;

CREATE FUNCTION retention_contact_held(of uuid, person uuid) RETURNS uuid LANGUAGE sql STABLE AS $$
SELECT retention_person_held(
    c.tenant_id, ARRAY(SELECT p.e164::text FROM contacts_phone p WHERE p.contact_id = c.id), c.id, c.created_at)
FROM contacts_contact c WHERE c.id = person AND c.tenant_id = of $$;

CREATE FUNCTION retention_consent_held(of uuid, consent uuid) RETURNS uuid LANGUAGE sql STABLE AS $$
SELECT retention_person_held(c.tenant_id, ARRAY[c.e164::text], c.contact_id, c.given_at)
FROM consents_consent c WHERE c.id = consent AND c.tenant_id = of $$;

-- Whatever else the line names: a case that is named stays.
CREATE FUNCTION retention_case_held(of uuid, complaint uuid, moment timestamptz) RETURNS uuid LANGUAGE sql STABLE AS $$
SELECT coalesce(
    (SELECT s.hold_id FROM retention_scope s WHERE {IN_FORCE} AND s.case_id = complaint ORDER BY s.hold_id LIMIT 1),
    retention_person_held(of, ARRAY(SELECT n.e164::text FROM complaints_casenumber n
                                    WHERE n.case_id = complaint AND n.standing <> 'dismissed'), NULL, moment)) $$;

-- A list, its imports and their files: where one of its people is held, or it was dialled for a campaign that is.
CREATE FUNCTION retention_list_held(of uuid, brought uuid, moment timestamptz) RETURNS uuid LANGUAGE sql STABLE AS $$
SELECT s.hold_id FROM retention_scope s WHERE {IN_FORCE}
AND (s.list_id IS NULL OR s.list_id = brought)
AND (s.e164 = '' OR EXISTS (SELECT FROM contacts_phone p JOIN contacts_contact c ON c.id = p.contact_id
     WHERE c.list_id = brought AND (p.e164 = s.e164 OR p.e164 = ANY (s.marks))))
AND (s.contact_id IS NULL
     OR EXISTS (SELECT FROM contacts_contact c WHERE c.id = s.contact_id AND c.list_id = brought))
AND (s.case_id IS NULL OR EXISTS (SELECT FROM complaints_casenumber n JOIN contacts_phone p ON p.e164 = n.e164
     JOIN contacts_contact c ON c.id = p.contact_id
     WHERE n.case_id = s.case_id AND n.standing <> 'dismissed' AND c.list_id = brought))
AND (s.campaign_id IS NULL
     OR EXISTS (SELECT FROM campaigns_campaignlist l WHERE l.campaign_id = s.campaign_id AND l.list_id = brought)
     OR EXISTS (SELECT FROM contacts_contact c JOIN dialing_attempt a ON a.contact_id = c.id
                WHERE c.list_id = brought AND a.campaign_id = s.campaign_id))
AND (s.e164 <> '' OR num_nonnulls(s.contact_id, s.case_id, s.campaign_id, s.list_id) > 0
     OR {SPAN.format(at="moment")})
ORDER BY s.hold_id LIMIT 1 $$;

-- The lock is shared by everything that deletes and taken alone by whoever places or lifts a hold: what goes has gone
-- before the hold is there, or stays. The question is asked after the lock, so it sees what was committed meanwhile.
CREATE FUNCTION retention_any_held(of uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(retention_lock(of));
    RETURN EXISTS (SELECT FROM retention_scope s WHERE {IN_FORCE});
END $$;

CREATE FUNCTION retention_refuse(name text, deed text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is held for a claim: % refused', name, deed USING ERRCODE = 'AH001';
END $$;

CREATE FUNCTION retention_nothing_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The wall hides other houses' holds from whoever empties a table whole, so nobody may.
    PERFORM retention_refuse(TG_TABLE_NAME, TG_OP);
    RETURN NULL;
END $$;

-- A recording's holding is a column of its own; here it follows the holds, whichever way the row is written.
CREATE FUNCTION retention_held_back() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept retention_hold%ROWTYPE;
BEGIN
    IF NEW.deleted_at IS NULL AND NEW.held_at IS NULL THEN
        SELECT h.* INTO kept FROM retention_hold h WHERE h.id = retention_attempt_held(NEW.tenant_id, NEW.attempt_id);
        IF FOUND THEN
            NEW.held_at := kept.placed_at;
            NEW.held_by := kept.placed_by;
            NEW.hold_reason := kept.name;
            NEW.litigation := kept.id;
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""  # noqa: S608 - our own words

CALL = "retention_call_held(OLD.tenant_id, OLD.e164, OLD.contact_id, OLD.campaign_id, OLD.at)"
ATTEMPT = "retention_attempt_held(OLD.tenant_id, OLD.attempt_id)"


def person(number: str, at: str, contact: str = "NULL") -> str:
    return f"retention_person_held(OLD.tenant_id, ARRAY[OLD.{number}::text], {contact}, OLD.{at})"


GUARDED = {
    "dialing_attempt": (CALL, "e164"),
    "dialing_ruling": (ATTEMPT, "*"),
    "dialing_permit": (ATTEMPT, "e164"),
    "dialing_dispositionrecord": (ATTEMPT, "notes"),
    "dialing_leg": (ATTEMPT, ""),
    "dialing_heard": (ATTEMPT, ""),
    "dialing_inboundcall": (person("caller", "at"), "caller"),
    "dialing_codecall": (person("e164", "at"), "e164"),
    "recordings_recording": (ATTEMPT, "deleted_at"),
    "consents_consent": (person("e164", "given_at", "OLD.contact_id"), "e164"),
    "consents_consentevent": ("retention_consent_held(OLD.tenant_id, OLD.consent_id)", ""),
    "consents_relationship": (person("e164", "created_at", "OLD.contact_id"), "e164"),
    "consents_suppression": (person("e164", "at"), "e164"),
    "consents_registryreport": (person("e164", "happened_at"), "e164"),
    "contacts_contact": ("retention_contact_held(OLD.tenant_id, OLD.id)", "erased_at"),
    "contacts_phone": ("retention_contact_held(OLD.tenant_id, OLD.contact_id)", "e164"),
    "contacts_fieldchange": ("retention_contact_held(OLD.tenant_id, OLD.contact_id)", ""),
    "contacts_import": ("retention_list_held(OLD.tenant_id, OLD.list_id, OLD.created_at)", "file"),
    "contacts_importreject": (
        "(SELECT retention_list_held(i.tenant_id, i.list_id, i.created_at) FROM contacts_import i"
        " WHERE i.id = OLD.import_id)",
        "",
    ),
    "rights_request": (person("e164", "at"), "e164"),
    "called_complaint": (person("e164", "at"), "e164"),
    "complaints_case": ("retention_case_held(OLD.tenant_id, OLD.id, OLD.received_at)", ""),
    "complaints_casenumber": ("retention_case_held(OLD.tenant_id, OLD.case_id, OLD.at)", "e164"),
    "complaints_note": ("retention_case_held(OLD.tenant_id, OLD.case_id, OLD.at)", ""),
    "complaints_redecision": ("retention_case_held(OLD.tenant_id, OLD.case_id, OLD.at)", ""),
    "complaints_bundle": ("retention_case_held(OLD.tenant_id, OLD.case_id, OLD.asked_at)", ""),
}
"""Per table: which hold covers the old row, and the column whose emptying is an erasure (``*``: any change is)."""

NEVER_EMPTIED = ("dialing_ruling", "dialing_dispositionrecord", "consents_consent", "consents_consentevent")
"""Tables that nobody may empty whole anyway."""

HELD_ITSELF = {"recordings_recording": "OLD.held_at IS NOT NULL"}
"""Where a single row can be held by hand, without a hold that has a name."""

EMPTIED = {
    "*": "TRUE",
    "erased_at": "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL",
    "deleted_at": "OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL",
    "notes": "NEW.notes IS DISTINCT FROM OLD.notes AND NEW.notes = ''",
    "file": "NEW.file IS DISTINCT FROM OLD.file AND NEW.file = ''",
}


def guards() -> list[str]:
    """Up to three triggers a table. ``held`` comes before ``kept`` in the alphabet, and so before what may let a row go."""
    statements = []
    for table, (asked, column) in GUARDED.items():
        name = f"retention_guard_{table}"
        statements += [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {HELD_ITSELF.get(table, 'FALSE')} THEN PERFORM retention_refuse(TG_TABLE_NAME, TG_OP); END IF;"
            # Two statements: the second sees what was committed while the first waited for the lock.
            f" IF retention_any_held(OLD.tenant_id) THEN IF {asked} IS NOT NULL THEN"
            " PERFORM retention_refuse(TG_TABLE_NAME, TG_OP); END IF; END IF;"
            " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER held BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        ]
        if table not in NEVER_EMPTIED:
            statements.append(
                f"CREATE TRIGGER held_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION retention_nothing_whole()"
            )
        if column:
            emptied = EMPTIED.get(
                column, f"NEW.{column} IS DISTINCT FROM OLD.{column} AND (NEW.{column} = '' OR NEW.{column} LIKE '~%')"
            )
            statements.append(
                f"CREATE TRIGGER held_kept BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({emptied})"
                f" EXECUTE FUNCTION {name}()"
            )
    return statements


LIFTED = """
CREATE FUNCTION retention_lifted_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.lifted_at IS NOT NULL AND NEW.lifted_at IS DISTINCT FROM OLD.lifted_at
       OR TG_TABLE_NAME = 'retention_scope' AND NEW.lifted_at IS NOT NULL AND NOT EXISTS (
           SELECT FROM retention_hold h WHERE h.id = (to_jsonb(NEW) ->> 'hold_id')::uuid AND h.lifted_at IS NOT NULL) THEN
        RAISE EXCEPTION '% is kept: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$
"""
"""A line of a scope ends with its hold and not before, and its hold ends by two people (a constraint of the table)."""

BEYOND_TERM = """
CREATE FUNCTION retention_beyond_term() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'ahize_worker'
       OR NOT EXISTS (SELECT FROM retention_run r WHERE r.tenant_id = OLD.tenant_id AND r.done_at IS NULL) THEN
        RAISE EXCEPTION '% is kept: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$
"""


def until_its_term(table: str, kept: str) -> list[str]:
    """Changes stay refused as they were; deletion is the worker's, and only while a purge that said so is under way."""
    return [
        f"DROP TRIGGER kept ON {table}",
        *([f"CREATE TRIGGER kept BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {kept}"] if kept else []),
        f"CREATE TRIGGER kept_long BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION retention_beyond_term()",
        f"GRANT DELETE ON {table} TO {WORKER}",
    ]


TERMS = [
    *until_its_term("consents_consent", "rights_kept_but_erased('e164')"),
    *until_its_term("consents_consentevent", "consents_append_only()"),
    *until_its_term("complaints_case", ""),
    *until_its_term("complaints_casenumber", ""),
    *until_its_term("complaints_note", "dialing_append_only()"),
    *until_its_term("complaints_redecision", "dialing_append_only()"),
    *until_its_term("complaints_bundle", ""),
    f"GRANT DELETE ON rights_request, dialing_inboundcall, dialing_codecall, consents_registryreport TO {WORKER}",
    f"GRANT UPDATE (consent_id) ON consents_registryreport TO {WORKER}",
    f"GRANT UPDATE (request_id) ON rights_erasure TO {WORKER}",
    f"GRANT SELECT (expire_date) ON django_session TO {WORKER}",
    # Who writes a recording down asks whether a complaint's number is held.
    f"GRANT SELECT (tenant_id, case_id, e164, standing) ON complaints_casenumber TO {DIALERD}",
    f"GRANT UPDATE (litigation) ON recordings_recording TO {WEB}",
]


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0001_initial"),
        ("called", "0001_initial"),
        ("campaigns", "0006_confidence"),
        ("complaints", "0001_initial"),
        ("consents", "0007_inferred_registries"),
        ("contacts", "0003_origin_of_a_list"),
        ("dialing", "0012_code_calls"),
        ("recordings", "0002_litigation"),
        ("rights", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(guards(), migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE TRIGGER held_back BEFORE INSERT OR UPDATE ON recordings_recording FOR EACH ROW"
            " EXECUTE FUNCTION retention_held_back()",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(BEYOND_TERM, migrations.RunSQL.noop),
        migrations.RunSQL(TERMS, migrations.RunSQL.noop),
        migrations.RunSQL(LIFTED, migrations.RunSQL.noop),
        migrations.RunSQL(
            [
                f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
                " EXECUTE FUNCTION retention_lifted_for_ever()"
                for table in ("retention_hold", "retention_scope")
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON retention_receipt FOR EACH ROW"
            " EXECUTE FUNCTION dialing_append_only();"
            "CREATE TRIGGER whole BEFORE TRUNCATE ON retention_receipt EXECUTE FUNCTION dialing_append_only()",
            migrations.RunSQL.noop,
        ),
    ]
