"""Whom a ruling or a journal line names stands apart, and the worker may take it away: only that, and never put it back."""

from django.db import migrations, models

from ahize.web.rls import WORKER

FORGETTING = """
CREATE FUNCTION dialing_ruling_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    apart text[] := ARRAY['number', 'salt', 'commitment', 'forgotten_at'];
    old_format boolean := OLD.salt = '' AND OLD.commitment = '';
BEGIN
    IF TG_OP = 'UPDATE' AND current_user = 'ahize_worker' AND OLD.forgotten_at IS NULL AND NEW.forgotten_at IS NOT NULL
       AND NEW.number = '' AND NEW.salt = ''
       AND (CASE WHEN old_format THEN
                NEW.commitment = '' AND to_jsonb(NEW) - apart - 'facts'::text = to_jsonb(OLD) - apart - 'facts'::text
                AND (NEW.facts #- '{number,e164}') - 'consents' = (OLD.facts #- '{number,e164}') - 'consents'
           ELSE NEW.commitment <> '' AND to_jsonb(NEW) - apart = to_jsonb(OLD) - apart END)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION dialing_journal_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_user = 'ahize_worker' THEN
        IF OLD.people IS NULL THEN
            -- From before anything stood apart: the text itself loses the number, and nothing else of the line changes.
            IF to_jsonb(NEW) - '{event,commands}'::text[] = to_jsonb(OLD) - '{event,commands}'::text[]
               AND NEW.event -> 'type' = OLD.event -> 'type'
               AND jsonb_array_length(NEW.commands) = jsonb_array_length(OLD.commands)
            THEN
                RETURN NEW;
            END IF;
        ELSIF to_jsonb(NEW) - 'people' = to_jsonb(OLD) - 'people'
              AND jsonb_array_length(NEW.people) = jsonb_array_length(OLD.people)
              AND NOT EXISTS (
                  SELECT FROM jsonb_array_elements(OLD.people) WITH ORDINALITY AS was(person, place)
                  JOIN jsonb_array_elements(NEW.people) WITH ORDINALITY AS now(person, place) USING (place)
                  WHERE now.person <> was.person
                    AND NOT (was.person ->> 'is' <> '' AND now.person ->> 'was' LIKE '~%'
                             AND now.person - '{was,commitment}'::text[] = '{}')
              )
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
"""


def guarded(table: str) -> list[str]:
    """The table's rows are kept by a function of their own."""
    return [
        f"DROP TRIGGER kept ON {table}",
        f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_kept()",
    ]


class Migration(migrations.Migration):
    dependencies = [("dialing", "0011_ends_of_shifts")]

    operations = [
        migrations.AddField("ruling", "number", models.CharField(blank=True, db_default="", default="", max_length=16)),
        migrations.AddField("ruling", "salt", models.CharField(blank=True, db_default="", default="", max_length=32)),
        migrations.AddField(
            "ruling", "commitment", models.CharField(blank=True, db_default="", default="", max_length=64)
        ),
        migrations.AddField("ruling", "forgotten_at", models.DateTimeField(null=True)),
        migrations.AddField("journal", "people", models.JSONField(null=True)),
        migrations.RunSQL(FORGETTING),
        migrations.RunSQL(
            [
                *guarded("dialing_ruling"),
                *guarded("dialing_journal"),
                f"GRANT UPDATE (number, salt, commitment, forgotten_at, facts) ON dialing_ruling TO {WORKER}",
                f"GRANT UPDATE (people, event, commands) ON dialing_journal TO {WORKER}",
                f"GRANT UPDATE (signature) ON dialing_permit TO {WORKER}",
            ]
        ),
    ]
