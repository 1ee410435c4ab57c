"""``./ahize retention``: what is beyond its term, what holds keep, and what purges did.

plan      what a purge would let go now, class by class, and what holds keep of it; deletes nothing
purge     let it go now and write the receipt; shows the plan and asks before, or --yes
holds     the holds in force
receipts  of the purges that were, the newest first; --check walks along them all
Exit code 0; 1 where a class could not be finished, a receipt does not fit, or the answer was no.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from ahize.kernel.errors import BadInput
from ahize.run import houses
from ahize.web import base
from ahize.web.proof import keys
from ahize.web.retention import holds, purge, tasks
from ahize.web.retention.models import Receipt
from ahize.web.rls import tenant_scope
from ahize.web.tenants.models import Tenant

RECEIPTS_SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="./ahize retention", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("plan", help="what a purge would let go now").set_defaults(run=_plan)
    one = commands.add_parser("purge", help="let it go now")
    one.add_argument("--yes", action="store_true", help="do not ask")
    one.set_defaults(run=_purge)
    commands.add_parser("holds", help="the holds in force").set_defaults(run=_holds)
    one = commands.add_parser("receipts", help="of the purges that were")
    one.add_argument("--check", action="store_true", help="does each follow the one before, and is it signed?")
    one.set_defaults(run=_receipts)
    for command in commands.choices.values():
        command.add_argument("--house", default="", help="its name; all where it is left out")
        command.add_argument("--json", action="store_true", help="one JSON array, an object a house")
    given = parser.parse_args(arguments)
    answer: int = given.run(given)
    return answer


# ── plan and purge ───────────────────────────────────────────────────────────────────────────────────────────────────


def _plan(given: argparse.Namespace) -> int:
    found = [(house.name, _planned(house)) for house in houses.named(given.house)]
    if given.json:
        print(json.dumps([{"house": name, "classes": [_told(one) for one in planned]} for name, planned in found]))
    else:
        for name, planned in found:
            _say_plan(name, planned)
    return 0


def _planned(house: Tenant) -> list[purge.Planned]:
    with tenant_scope(house.id):
        return purge.plan(house.id, now=base.CLOCK.now())


def _told(one: purge.Planned) -> dict[str, Any]:
    day = one.before_on.isoformat() if one.before_on else None
    return {"code": one.code, "deed": one.deed, "before_on": day, "due": one.due, "held": one.held}


def _say_plan(name: str, planned: Sequence[purge.Planned]) -> None:
    due, held = sum(one.due for one in planned), sum(one.held for one in planned)
    print(f"{name}: {due:,} beyond their term, {held:,} more that holds keep")
    for one in planned:
        if one.due or one.held:
            since = f", the oldest of {one.oldest}" if one.oldest else ""
            print(f"  {one.code:<18} {one.due:>9,} would go {one.held:>9,} held{since}")


def _purge(given: argparse.Namespace) -> int:
    chosen = houses.named(given.house)
    if not given.yes:
        if given.json or not sys.stdin.isatty():
            raise BadInput("Nobody is here to be asked.", next_step="./ahize retention purge --yes")
        for house in chosen:
            _say_plan(house.name, _planned(house))
        if input("Let them go? They cannot be brought back. [y/N] ").strip().casefold() not in ("y", "yes"):
            return 1
    made = [(house.name, tasks.purge_house(house.id, keys.sealer()).facts) for house in chosen]
    if given.json:
        print(json.dumps([{"house": name, **facts} for name, facts in made]))
    else:
        for name, facts in made:
            gone, held = (sum(one[what] for one in facts["classes"]) for what in ("gone", "held"))
            print(f"{name}: {gone:,} gone, {held:,} held; receipt {facts['number']}")
            for one in facts["classes"]:
                if one["gone"] or one["problem"]:
                    print(f"  {one['code']:<18} {one['gone']:>9,} gone{'. ' if one['problem'] else ''}{one['problem']}")
    return 1 if any(one["problem"] for _name, facts in made for one in facts["classes"]) else 0


# ── holds and receipts ───────────────────────────────────────────────────────────────────────────────────────────────


def _holds(given: argparse.Namespace) -> int:
    told: list[dict[str, Any]] = []
    for house in houses.named(given.house):
        with tenant_scope(house.id):
            told += [
                {
                    **{"house": house.name, "id": str(one.pk), "name": one.name, "reference": one.reference},
                    **{"ordered_by": one.ordered_by, "from_on": one.from_on.isoformat()},
                    "lift_asked": one.lift_asked_at is not None,
                    "covers": holds.covered(one),
                }
                for one in holds.holds()
            ]
    if given.json:
        print(json.dumps(told))
        return 0
    for one in told:
        reference = f" ({one['reference']})" if one["reference"] else ""
        asked = "; its end waits for a second person" if one["lift_asked"] else ""
        covers = ", ".join(f"{count:,} {code}" for code, count in one["covers"].items()) or "nothing yet"
        print(f"{one['house']}: {one['name']}{reference}, ordered by {one['ordered_by']} on {one['from_on']}{asked}")
        print(f"  covers {covers}")
    if not told:
        print("No hold is in force.")
    return 0


def _receipts(given: argparse.Namespace) -> int:
    told, whole = [], True
    for house in houses.named(given.house):
        with tenant_scope(house.id):
            kept = list(Receipt.objects.order_by("number"))
        verdict = purge.verify(kept) if given.check else None
        whole &= verdict is None or verdict.number is None
        told.append((house.name, kept, verdict))
    if given.json:
        print(json.dumps([_receipts_told(*one) for one in told]))
        return 0 if whole else 1
    for name, kept, verdict in told:
        print(f"{name}: {len(kept):,} receipts")
        for one in reversed(kept[-RECEIPTS_SHOWN:]):
            gone, held = (sum(each[what] for each in one.facts["classes"]) for what in ("gone", "held"))
            print(f"  {one.number:>5}  {one.at:%Y-%m-%d %H:%M}Z  {gone:>9,} gone {held:>9,} held  {one.hash[:16]}")
        if verdict is not None:
            wrong = f"receipt {verdict.number} does not fit: {verdict.why}"
            print(f"  {'every one follows and is signed' if verdict.number is None else wrong}")
    return 0 if whole else 1


def _receipts_told(name: str, kept: Sequence[Receipt], verdict: purge.Verdict | None) -> dict[str, Any]:
    rows = [{**one.facts, "hash": one.hash, "key": one.key, "signature": one.signature} for one in kept]
    checked = {"whole": verdict.number is None, "number": verdict.number, "why": verdict.why} if verdict else {}
    return {"house": name, "receipts": rows, **checked}
