"""Questions to the demo's database, answered as JSON: what a walk ends with.

    python query.py

Each line that comes in is a question, ``{"sql": …, "arguments": […]}``, each line that goes out its rows, or what was
wrong with it. It reads as the schema's owner inside the wall of the demo's one house, and changes nothing.
"""

import json
import sys
from typing import Any

from ahize.run.room import entered


def answer(tenant: str, sql: str, arguments: list[str]) -> list[dict[str, Any]]:
    from django.db import connection

    from ahize.web.rls import tenant_scope

    with tenant_scope(tenant), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(sql, arguments)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


with entered("owner", room="demo"):
    import django

    django.setup()
    from ahize.web.tenants.queries import every_tenant

    house = str(every_tenant()[0].id)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            said = {"rows": answer(house, asked["sql"], asked["arguments"])}
        except Exception as error:
            said = {"error": str(error)}
        print(json.dumps(said, default=str), flush=True)
