"""``./ahize proof``: is everything sealed, whole and decided the same again? Take rulings away, keep heads outside.

check     walk along every ruling, audit entry and head; --decide decides every ruling again too
seal      seal what is new now (the worker does it every few seconds)
head      the last head as a text to keep outside the house
keys      which key sealed from which head on, and whether each was handed over by the one before
rotate    a new key of proof; the last one signs that it follows, and is thrown away. Ahize must be stopped
export    a bundle of rulings: --since and --until, or --number, or --attempt
Exit code 0; 1 where something does not fit.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from ahize.compliance.again import compare, law_ruling
from ahize.compliance.facts import FactsReader
from ahize.kernel.errors import AhizeError, BadInput, Conflict
from ahize.kernel.seals import Sealer
from ahize.proof.canonical import when_text
from ahize.proof.checking import Kept
from ahize.run import houses, room
from ahize.run import keys as room_keys
from ahize.run.account import service_account
from ahize.web.audit import services as audit
from ahize.web.base import CLOCK
from ahize.web.proof import checks, exporting, keys, laws, outside, sealing
from ahize.web.proof.models import Head
from ahize.web.rls import tenant_scope
from ahize.web.tenants.models import Tenant

DIFFERENT_SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="./ahize proof", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("check", help="walk along everything; says the first place that does not fit")
    one.add_argument("--kept", type=Path, metavar="FILE", help="a text with heads that were kept outside")
    one.add_argument("--decide", action="store_true", help="decide every ruling again by the laws of its time")
    one.add_argument("--json", action="store_true", help="one JSON object")
    one.set_defaults(run=_check)
    commands.add_parser("seal", help="seal what is new now").set_defaults(run=_seal)
    commands.add_parser("head", help="the last head, to be kept outside").set_defaults(run=_head)
    commands.add_parser("keys", help="which key sealed from which head on").set_defaults(run=_keys)
    commands.add_parser("rotate", help="a new key of proof, handed over by the last one").set_defaults(run=_rotate)
    one = commands.add_parser("export", help="a bundle of rulings")
    one.add_argument("file", type=Path, metavar="FILE.zip")
    one.add_argument("--since", type=_instant, help="like 2026-07-01T00:00:00Z")
    one.add_argument("--until", type=_instant, help="exclusive")
    one.add_argument("--number", default="", help="of the called person, like +12025550123")
    one.add_argument("--attempt", type=UUID, action="append", default=[], help="may be given several times")
    one.set_defaults(run=_export)
    for command in commands.choices.values():
        command.add_argument("--house", default="", help="its name; needed where there are several")
    given = parser.parse_args(arguments)
    answer: int = given.run(given)
    return answer


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


# ── check ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _check(given: argparse.Namespace) -> int:
    told = []
    for house in houses.named(given.house):
        with tenant_scope(house.id):
            told.append({"house": house.name, **_checked(house, _kept(given.kept, house.id), decide=given.decide)})
    if given.json:
        print(json.dumps(told))
    else:
        for one in told:
            _say(one)
    return 0 if all(one["whole"] and not one.get("different") and not one.get("lawless") for one in told) else 1


def _kept(file: Path | None, tenant: UUID) -> list[Kept]:
    if file is None:
        return []
    try:
        found = list(outside.heads_in(file.read_text("utf-8", errors="replace"), tenant, where=str(file)))
    except OSError as failed:
        raise BadInput(f"{file} cannot be read: {failed.strerror}.", next_step="Name a saved head.") from None
    return found


def _checked(house: Tenant, kept: list[Kept], *, decide: bool) -> dict[str, Any]:
    found = checks.check(house.id, kept=kept)
    counts = {"rulings": found.rulings, "audit": found.audit, "heads": found.heads, "unsealed": found.unsealed}
    again = _decided_again() if decide else {}
    return {
        **{"whole": found.whole, **counts, "kept": len(kept)},
        "breaks": [checks.sentence(one) for one in found.breaks],
        **again,
    }


def _decided_again() -> dict[str, Any]:
    books, reader, decided, lawless = laws.Books(), FactsReader(), 0, 0
    different: list[str] = []
    for row in checks.rulings():
        try:
            said = law_ruling(books.of(row.ruling, row.sources), row.facts, reader.read)
            differs = compare(row.ruling, row.sources, said)
        except AhizeError:  # the words of its laws are not here; which, the log of the worker says
            lawless += 1
            continue
        decided += 1
        if differs is not None:
            different.append(f"Ruling {row.seq} comes out otherwise: {', '.join(differs.parts)}.")
    return {"decided": decided, "different": different, "lawless": lawless}


def _say(one: dict[str, Any]) -> None:
    print(
        f"{one['house']}: {one['rulings']:,} rulings, {one['audit']:,} audit entries under {one['heads']:,} heads"
        f" ({one['unsealed']:,} not sealed yet): {'whole' if one['whole'] else 'NOT WHOLE'}"
    )
    for said in one["breaks"]:
        print(f"  {said}")
    if "decided" in one:
        print(
            f"  {one['decided']:,} decided again, {len(one['different']):,} differ,"
            f" {one['lawless']:,} without their laws"
        )
        for said in one["different"][:DIFFERENT_SHOWN]:
            print(f"  {said}")


# ── seal, head, export ───────────────────────────────────────────────────────────────────────────────────────────────


def _seal(given: argparse.Namespace) -> int:
    for house in houses.named(given.house):
        made = sealing.seal_all(house.id, keys.sealer(), now=CLOCK.now())
        print(f"{house.name}: " + (f"head {made[-1].number}, {made[-1].hash}" if made else "nothing new"))
    return 0


def _head(given: argparse.Namespace) -> int:
    house = houses.one(given.house)
    with tenant_scope(house.id):
        head = Head.objects.order_by("-number").first()
        if head is None:
            raise BadInput("Nothing was sealed yet.", next_step="./ahize proof seal")
        sys.stdout.write(outside.printable(head, house.name))
    return 0


def _keys(given: argparse.Namespace) -> int:
    holds = True
    for house in houses.named(given.house):
        print(house.name)
        with tenant_scope(house.id):
            first = Head.objects.order_by("number").first()
            firsts = [first, *Head.objects.exclude(last_key="").order_by("number")] if first else []
        for head in firsts:
            handed = not head.last_key or head.value.is_handed_over()
            holds &= handed
            how = "" if not head.last_key else ", handed over" if handed else ", NOT HANDED OVER by the key before it"
            print(f"  {head.key}  from head {head.number}, {when_text(head.at)}{how}")
    return 0 if holds else 1


def _rotate(given: argparse.Namespace) -> int:
    """Draw the next key and keep it, hand every house over, put it in the last one's place; each may be done twice."""
    if given.house:
        raise BadInput("The key is that of all houses here.", next_step="Leave --house out.")
    home = room.chosen()
    if room.running(home) is not None:
        raise Conflict(
            "The key cannot be changed while Ahize runs: its processes have the last one.",
            next_step="./ahize stop, then ./ahize proof rotate, then start it again.",
        )
    account = service_account()
    drawn = room_keys.read(home.secrets)
    if not drawn.next_proof:
        drawn = replace(drawn, next_proof=room_keys.draw_proof())
        room_keys.keep(home.secrets, drawn, account)
    old, new = (Sealer.from_bytes(base64.b64decode(one)) for one in (drawn.proof, drawn.next_proof))
    for house in houses.named(given.house):
        head = sealing.hand_over(house.id, old, new, now=CLOCK.now())
        print(f"{house.name}: " + (f"head {head.number} is signed by both keys" if head else "nothing to hand over"))
    room_keys.keep(home.secrets, replace(drawn, proof=drawn.next_proof, next_proof=""), account)
    print(f"The key of proof is now {new.verifier().to_bytes().hex()}. Publish it; the last one is thrown away.")
    return 0


def _export(given: argparse.Namespace) -> int:
    house, sealer, now = houses.one(given.house), keys.sealer(), CLOCK.now()
    asked = exporting.checked(exporting.Asked(given.since, given.until, given.number, tuple(given.attempt)))
    sealing.seal_all(house.id, sealer, now=now)
    told = asked.to_json()
    told.pop("number", None)
    try:
        with tenant_scope(house.id), given.file.open("xb") as out:
            count = exporting.write(out, asked, tenant=house.id, sealer=sealer, now=now)
            audit.record(
                tenant=house.id,
                by=None,
                action="export_rulings",
                subject_kind="export",
                subject_id=given.file.name[:64],
                after=told,
                now=now,
            )
    except FileExistsError:
        raise BadInput(f"{given.file} is there already.", next_step="Name a file that is not.") from None
    print(f"{given.file}: {count:,} rulings, {given.file.stat().st_size:,} bytes")
    return 0
