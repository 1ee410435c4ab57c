"""One question to the demo's database, answered as JSON: what a walk ends with.

    python query.py TENANT SQL [ARGUMENT…]

It reads as the schema's owner inside the wall of the tenant and changes nothing.
"""

import json
import sys

from ahize.run.room import entered


def main(tenant: str, sql: str, *arguments: str) -> None:
    with entered("owner"):
        import django

        django.setup()
        from django.db import connection

        from ahize.web.rls import tenant_scope

        with tenant_scope(tenant), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute(sql, arguments)
            names = [column.name for column in cursor.description]
            print(json.dumps([dict(zip(names, row, strict=True)) for row in cursor.fetchall()], default=str))


main(*sys.argv[1:])
