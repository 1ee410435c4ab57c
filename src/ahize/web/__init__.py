"""The Django shell: it keeps what people enter and shows what happened.

How an app plugs in (folder ``ahize/web/<app>/`` with ``__init__.py``, ``apps`` not needed):

1. ``models.py``: ``class Thing(TenantModel)`` from ``ahize.web.base`` (uuid ``id``, ``tenant``; ids drawn for you).
2. ``migrations/0001_initial.py``: what ``makemigrations`` wrote, and at its end, for each table,
   ``TenantWall("app_thing", select=EVERYONE, insert=(WEB,), update=(WEB,), delete=())`` from ``ahize.web.rls``.
   It forces row level security and grants each database role exactly what is named. A table without one fails a test.
3. ``queries.py`` reads, ``services.py`` writes (``now`` and ``by: Person`` are handed in), ``schemas.py`` for the API.
4. ``api.py``: ``router = Router(tags=["things"])``; each route says ``auth=requires(Verb.SEE_THINGS)`` from
   ``ahize.web.permissions`` and takes ``request: Request`` from ``ahize.web.base``:
   ``request.now`` (the clock's), ``request.tenant`` (uuid), ``request.person`` (id, role, language, ``may(verb)``).
   The whole request is one transaction inside the tenant's wall; an error rolls it back.
   ``web/api.py`` mounts ``ahize.web.<app>.api.router`` at ``/api``, so paths begin with the plural noun: ``/things``.
5. Outside a request (worker, dialerd): ``with tenant_scope(tenant_id): ...`` from ``ahize.web.rls``.
6. Raise ``ahize.kernel.errors`` with ``gettext`` sentences (``_("…%(n)s…") % {"n": n}``); one handler answers.
7. After a change that a screen shows: ``notices.tell_browsers(tenant, "things", thing.id)``; it is sent at commit.
8. A deed of a person worth answering for: ``audit.services.record(...)``.
"""
