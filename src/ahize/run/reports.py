"""``./ahize reports verify``: does every figure of every report say what the journal saw?"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from django.db import connection, transaction

from ahize.web.reports.verify import Proof, verify
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 where all agree, 1 where a figure or the chain does not hold."""
    parser = argparse.ArgumentParser(prog="./ahize reports", description=__doc__)
    parser.add_argument("what", choices=("verify",))
    parser.add_argument("--json", action="store_true", help="one JSON object")
    given = parser.parse_args(arguments)
    proofs = []
    with connection.cursor() as session:
        # While calls go on, the reports and the journal must be read as of one and the same instant.
        session.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    with transaction.atomic():
        tenants = every_tenant()
    for tenant in tenants:
        with tenant_scope(tenant.id):
            proofs.append((tenant.name, verify()))
    if given.json:
        print(json.dumps([{"tenant": name, **proof.as_json()} for name, proof in proofs]))
    else:
        for name, proof in proofs:
            _say(name, proof)
    return 0 if all(proof.holds for _, proof in proofs) else 1


def _say(name: str, proof: Proof) -> None:
    print(
        f"{name}: {proof.cells} cells checked against {proof.journal_lines} journal lines "
        f"and {proof.attempts} attempts, {len(proof.mismatches)} mismatches"
    )
    for row in proof.mismatches:
        print(f"  campaign {row.campaign}, {row.cell}: the report says {row.report}, the journal {row.journal}")
    for what in proof.breaks:
        print(f"  {what}")
