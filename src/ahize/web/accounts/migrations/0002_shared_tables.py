"""Rights on the tables that Django, allauth and procrastinate bring along.

Pinned to those libraries' migrations as locked; a newer library that brings a table gets a migration of ours after it.
"""

from django.db import migrations

from ahize.web.rls import EVERYONE, WEB, WORKER, Grants, SequenceUse, UserWall


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        # A session is found only by its key, which is a secret of the browser; it holds the user's id and an epoch.
        Grants("django_session", select=(WEB,), insert=(WEB,), update=(WEB,), delete=(WEB, WORKER)),
        Grants("django_content_type", select=EVERYONE),
        Grants("django_migrations", select=EVERYONE),
        UserWall("account_emailaddress", select=(WEB,), insert=(WEB,), update=(WEB,), delete=(WEB,)),
        UserWall("mfa_authenticator", select=(WEB,), insert=(WEB,), update=(WEB,), delete=(WEB,)),
        # Jobs carry ids, never people's data; who runs one raises the tenant's wall first.
        Grants("procrastinate_jobs", select=EVERYONE, insert=EVERYONE, update=EVERYONE, delete=(WORKER,)),
        Grants("procrastinate_events", select=EVERYONE, insert=EVERYONE, update=EVERYONE, delete=(WORKER,)),
        Grants("procrastinate_periodic_defers", select=EVERYONE, insert=EVERYONE, update=EVERYONE, delete=(WORKER,)),
        Grants("procrastinate_workers", select=EVERYONE, insert=EVERYONE, update=EVERYONE, delete=(WORKER,)),
        SequenceUse("procrastinate_jobs_id_seq", *EVERYONE),
        SequenceUse("procrastinate_events_id_seq", *EVERYONE),
        SequenceUse("procrastinate_periodic_defers_id_seq", *EVERYONE),
    ]
