"""After a restore: whoever was erased since the backup was made is erased again, before anybody dials.

``python -m ahize.web.rights.replay LIST`` with the worker's environment; LIST is ``files/erased.jsonl`` of the room
that was lost, or of its latest backup. A line that cannot be read stops everything: better no dialling than a revenant.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from ahize.kernel.phone import is_e164

NUMBERS = """
    SELECT e164 FROM contacts_phone UNION SELECT e164 FROM dialing_attempt UNION SELECT e164 FROM consents_consent
    UNION SELECT e164 FROM consents_suppression UNION SELECT e164 FROM consents_relationship
    UNION SELECT e164 FROM contacts_importphone UNION SELECT caller FROM dialing_inboundcall
    UNION SELECT e164 FROM consents_registryanswer UNION SELECT e164 FROM consents_registryreport
    UNION SELECT number FROM dialing_ruling
    UNION SELECT facts #>> '{number,e164}' FROM dialing_ruling WHERE salt = '' AND forgotten_at IS NULL
    UNION SELECT one ->> 'is' FROM dialing_journal, jsonb_array_elements(people) one
"""


def replay(lines: Iterable[str], *, now: datetime) -> dict[str, int]:
    """Erase again whoever the lines name and the database has back.

    Returns:
        ``named``: lines; ``back``: numbers of them that were there; ``left``: erasures that could not be finished.
    """
    from django.db import connection  # noqa: PLC0415 - Django is set up by then

    from ahize.web.base import draw_id  # noqa: PLC0415
    from ahize.web.consents.pseudonyms import pseudonyms  # noqa: PLC0415
    from ahize.web.rights import erasure, tasks  # noqa: PLC0415
    from ahize.web.rights.models import Erasure  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415

    told = [json.loads(line) for line in lines if line.strip()]
    named: dict[UUID, set[str]] = {}
    for one in told:
        named.setdefault(UUID(one["tenant"]), set()).add(one["pseudonym"])
    back = 0
    for tenant, marks in sorted(named.items()):
        with tenant_scope(tenant), connection.cursor() as cursor:
            cursor.execute(NUMBERS)
            there = [row[0] for row in cursor.fetchall() if row[0] is not None and is_e164(row[0])]
            for e164 in sorted(one for one in there if marks.intersection(pseudonyms(tenant, one))):
                # No dialerd runs now, so none is waited for.
                began_at = now - erasure.DEEDS_WAITED_FOR
                Erasure.objects.create(id=draw_id(now), tenant_id=tenant, e164=e164, began_at=began_at)
                back += 1
        with tenant_scope(tenant):
            known = set(Erasure.objects.filter(pseudonym__in=marks).values_list("pseudonym", flat=True))
            for mark in sorted(marks - known):
                erasure.remember(tenant, mark, now=now)
    tasks.erase_all()
    left = 0
    for tenant in named:
        with tenant_scope(tenant):
            left += len(erasure.waiting())
    return {"named": len(told), "back": back, "left": left}


def main(path: str) -> int:
    """Zero where nobody of the list is left."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ahize.web.settings")
    import django  # noqa: PLC0415

    django.setup()
    from ahize.web import base  # noqa: PLC0415

    told = replay(Path(path).read_text(encoding="ascii").splitlines(), now=base.CLOCK.now())
    print(f"{told['named']} erased on the list, {told['back']} were back and went again, {told['left']} left")
    return 1 if told["left"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
