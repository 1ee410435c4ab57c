"""``./ahize complaints read-mail FILE…``: each mail of complaint (RFC 822) becomes a case, with its numbers proposed.

``-`` reads one from standard input, so that a mail server can hand an address's mails over as they come
(``complaints: "|/path/to/ahize complaints read-mail --house NAME -"`` among its aliases). The same mail again is the
same case.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction

from ahize.kernel.errors import AhizeError, BadInput
from ahize.web import base
from ahize.web.complaints import intake
from ahize.web.rls import tenant_scope
from ahize.web.tenants.models import Tenant
from ahize.web.tenants.queries import every_tenant


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 where every mail became a case or was one already, 1 where one could not be brought."""
    parser = argparse.ArgumentParser(
        prog="./ahize complaints", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    deeds = parser.add_subparsers(dest="deed", required=True)
    read = deeds.add_parser("read-mail", help="bring mails as they came")
    read.add_argument("files", nargs="+", metavar="FILE", help="an .eml file; - for standard input")
    read.add_argument("--house", default="", help="the house's name, where there are several")
    given = parser.parse_args(arguments)
    house = _house(given.house)
    return max(_brought(house, file) for file in given.files)


def _house(name: str) -> Tenant:
    with transaction.atomic():
        houses = [one for one in every_tenant() if not name or one.name == name]
    if len(houses) != 1:
        known = "There is no such house." if not houses else "There are several houses."
        raise BadInput(known, code="which_house", next_step="Name one with --house NAME.")
    return houses[0]


def _brought(house: Tenant, file: str) -> int:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        with tenant_scope(house.id):
            opened = intake.open_mail(
                raw,
                name="mail.eml" if file == "-" else Path(file).name,
                tenant=house.id,
                by=None,
                now=base.CLOCK.now(),
            )
            told = " ".join(opened.told)
            print(f"{file}: complaint {opened.case.number}{' (was here already)' if opened.repeated else ''}. {told}")
    except OSError as wrong:
        print(f"{file}: cannot be read: {wrong.strerror}", file=sys.stderr)
        return 1
    except AhizeError as wrong:
        print(f"{file}: {wrong.message} {wrong.next_step}".rstrip(), file=sys.stderr)
        return 1
    return 0
