"""``./ahize registries load``: bring in a do-not-call registry for a seller, as of the day of its data."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.db import transaction

from ahize.kernel.errors import BadInput
from ahize.web.base import CLOCK
from ahize.web.consents.registries import load
from ahize.web.rls import tenant_scope
from ahize.web.tenants.models import Seller, Tenant
from ahize.web.tenants.queries import every_tenant


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./ahize registries", description=__doc__)
    commands = parser.add_subparsers(required=True)
    loading = commands.add_parser("load", help="load one file")
    loading.add_argument("code", help="like US-FTC")
    loading.add_argument("file", type=Path, help="flat file: one AAA,NNNNNNN a line")
    loading.add_argument("--as-of", required=True, metavar="DATE", help="day of the data, YYYY-MM-DD")
    loading.add_argument("--seller", required=True, help="the seller's name or id: whose subscription it is")
    loading.add_argument(
        "--areas", default="", help="area codes that the file covers, with commas; default: those in it"
    )
    loading.add_argument("--change", action="store_true", help="a change file, not a full one")
    loading.add_argument("--may-shrink", action="store_true", help="yes, it is really so much shorter than the last")
    given = parser.parse_args(arguments)
    tenant, seller = _seller(given.seller)
    with tenant_scope(tenant.id):
        made = load(
            given.code,
            given.file,
            tenant=tenant.id,
            seller=seller.id,
            as_of=_day(given.as_of),
            areas=[area.strip() for area in given.areas.split(",") if area.strip()] or None,
            by=None,
            now=CLOCK.now(),
            may_shrink=given.may_shrink,
            change=given.change,
        )
    print(f"{made.code} of {made.as_of} for {seller.name}: {made.rows:,} numbers, {len(made.areas)} area codes")
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--as-of {text} is no day.", next_step="Write it as 2026-11-22.") from None


def _seller(wanted: str) -> tuple[Tenant, Seller]:
    """The seller by name or id, whichever tenant it belongs to."""
    found = []
    with transaction.atomic():
        tenants = list(every_tenant())
    for tenant in tenants:
        with tenant_scope(tenant.id):
            found += [(tenant, one) for one in Seller.objects.all() if wanted in (one.name, str(one.id))]
            known = [one.name for one in Seller.objects.all()]
    if len(found) != 1:
        raise BadInput(
            f"{'No' if not found else 'More than one'} seller is called “{wanted}”.",
            next_step=f"Give the id, or one of: {', '.join(known)}."
            if tenants
            else "Run ./ahize up and enter a seller first.",
        )
    return found[0]
