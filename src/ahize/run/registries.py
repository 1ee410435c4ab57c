"""``./ahize registries``: bring in a do-not-call registry for a seller, see what is held, and ask what a copy said.

load   one file, as of the day of its data
list   the copies held: of which day, how old, how many numbers
was    was this number listed on that day? From the copies that were in force then
ask    the numbers to ask the FCC's Reassigned Numbers Database about, as its query file, on standard output
heard  the database's answers, as it gave them back
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ahize.kernel.errors import BadInput, Conflict
from ahize.registries.attributes import KEYS
from ahize.run.home import ROOMS, Home

if TYPE_CHECKING:
    from ahize.web.consents.models import RegistryVersion
    from ahize.web.tenants.models import Seller, Tenant


def main(arguments: Sequence[str] | None = None) -> int:
    from ahize.run.room import entered  # noqa: PLC0415

    given = parsed(arguments)
    with entered("worker", room=_room(given.room)):
        import django  # noqa: PLC0415

        django.setup()
        return carry_out(given)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command, checked as far as that goes without a database."""
    given = _parser().parse_args(arguments)
    _refuse_words(given)
    return given


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./ahize registries", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="deed", required=True)
    load = commands.add_parser("load", help="load one file")
    load.add_argument("code", help="US-FTC, US- and a state, CA-DNCL, GB-TPS, IT-RPO and others, or OWN-LITIGATOR")
    load.add_argument("file", type=Path, help="as the registry gives it: flat file, XML, a table or a zip of them")
    load.add_argument("--as-of", required=True, metavar="DATE", help="day of the data, YYYY-MM-DD")
    load.add_argument("--areas", default="", help="area codes that the file covers, with commas; default: those in it")
    load.add_argument("--change", action="store_true", help="a change file, not a full one")
    load.add_argument("--may-shrink", action="store_true", help="yes, it is really so much shorter than the last")
    load.add_argument("--may-repeat", action="store_true", help="yes, it is really the same as on another day")
    load.add_argument("--column", default="", help="the column of numbers, where no layout is published; else found")
    load.add_argument("--day-column", default="", help="the column that says since when each is listed")
    for key in KEYS:
        load.add_argument(f"--{key}", default="", help=f"{key} that the register bars of each number, with commas")
    listing = commands.add_parser("list", help="the copies held")
    was = commands.add_parser("was", help="was a number listed on a day?")
    was.add_argument("number", help="in E.164, like +12125550123")
    was.add_argument("--on", required=True, metavar="DATE", help="the day, YYYY-MM-DD (to its end, UTC)")
    ask = commands.add_parser("ask", help="a query file for the Reassigned Numbers Database")
    heard = commands.add_parser("heard", help="its answers")
    heard.add_argument("file", type=Path, help="the result file as it came")
    heard.add_argument("--as-of", required=True, metavar="DATE", help="day of the answers, YYYY-MM-DD")
    for one in (load, listing, was, ask, heard):
        one.add_argument("--seller", required=one is not listing, help="the seller's name or id")
        one.add_argument("--room", help=f"{' or '.join(ROOMS)}, where both run")
    return parser


def _refuse_words(given: argparse.Namespace) -> None:
    """What can be seen to be wrong before any database is asked."""
    for flag, text in (("--as-of", getattr(given, "as_of", None)), ("--on", getattr(given, "on", None))):
        if text is not None:
            _day(text, flag)
    if given.deed in ("load", "heard") and not given.file.is_file():
        raise BadInput(
            f"There is no file {given.file}.", code="no_such_file", next_step="See whether the path is right."
        )


def _room(named: str | None) -> str | None:
    """The room that is meant. Raises: BadInput, Conflict where that is not plain."""
    from ahize.run.room import running  # noqa: PLC0415

    if named is not None and named not in ROOMS:
        raise BadInput(f"There is no room “{named}”.", next_step=f"Write --room {' or --room '.join(ROOMS)}.")
    at_work = [name for name in ROOMS if running(Home.of(name)) is not None]
    if named is None and len(at_work) > 1:
        raise Conflict(
            f"Several rooms run: {', '.join(at_work)}; a copy for one does not serve the other.",
            next_step=f"Say which is meant: --room {' or --room '.join(at_work)}.",
        )
    return named


def carry_out(given: argparse.Namespace) -> int:
    """The command itself, in a room that was entered."""
    return {"load": _load, "list": _list, "was": _was, "ask": _ask, "heard": _heard}[given.deed](given)


def _load(given: argparse.Namespace) -> int:
    from ahize.web.base import CLOCK  # noqa: PLC0415
    from ahize.web.consents.registries import load  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415

    tenant, seller = _seller(given.seller)
    with tenant_scope(tenant.id):
        made = load(
            given.code,
            given.file,
            tenant=tenant.id,
            seller=seller.id,
            as_of=_day(given.as_of, "--as-of"),
            areas=[area.strip() for area in given.areas.split(",") if area.strip()] or None,
            by=None,
            now=CLOCK.now(),
            may_shrink=given.may_shrink,
            may_repeat=given.may_repeat,
            change=given.change,
            column=given.column,
            day_column=given.day_column,
            told={key: getattr(given, key).replace(",", " ").split() for key in KEYS},
        )
    print(f"{made.code} of {made.as_of} for {seller.name}: {made.rows:,} numbers, {_covered(made.areas)}{_read(made)}")
    return 0


def _read(made: RegistryVersion) -> str:
    """What was inferred of a file without a known layout."""
    if not made.inferred:
        return ""
    said = [f"{key} {' '.join(words)}" for key, words in made.attributes.items()]
    return f"; inferred, from {', '.join(made.read_from)}{''.join(f'; {one}' for one in said)}"


def _covered(areas: Sequence[str]) -> str:
    if not areas:
        return "all numbers covered"
    codes = [area for area in areas if area.startswith("+")]
    return f"{', '.join(codes)} covered" if codes else f"{len(areas)} area codes"


def _list(given: argparse.Namespace) -> int:
    from ahize.web.base import CLOCK  # noqa: PLC0415
    from ahize.web.consents.queries import age_days, registry_versions  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415

    today = CLOCK.now().date()
    for tenant, seller in [_seller(given.seller)] if given.seller else _sellers():
        with tenant_scope(tenant.id):
            for one in registry_versions(seller=seller.id):
                print(
                    f"{seller.name:<24} {one.code:<16} {one.as_of}  {age_days(one, today):>4} days  "
                    f"{one.rows:>12,} numbers  {_covered(one.areas)}  {one.sha256[:12]}{_read(one)}"
                )
    return 0


def _was(given: argparse.Namespace) -> int:
    from ahize.kernel.phone import PhoneNumber  # noqa: PLC0415
    from ahize.web.consents.copies import listed_at  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415

    number = PhoneNumber(given.number)
    tenant, seller = _seller(given.seller)
    end = datetime.combine(_day(given.on, "--on") + timedelta(days=1), datetime.min.time(), UTC)
    with tenant_scope(tenant.id):
        said = listed_at(seller.id, number.e164, end)
    for code, fact in said.items():
        word = {True: "listed", False: "not listed", None: "unknown: the copy cannot be read"}[fact["listed"]]
        print(f"{code}: {word}, in the copy of {fact['version_on']} ({fact['version']})")
    if not said:
        print(f"No copy of {seller.name} covered this number then.")
    return 0


def _ask(given: argparse.Namespace) -> int:
    from ahize.web.base import CLOCK  # noqa: PLC0415
    from ahize.web.contacts.reassigned import questions  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415

    tenant, seller = _seller(given.seller)
    with tenant_scope(tenant.id):
        sys.stdout.writelines(questions(seller.id, CLOCK.now().date()))
    return 0


def _heard(given: argparse.Namespace) -> int:
    from ahize.web.base import CLOCK  # noqa: PLC0415
    from ahize.web.contacts.reassigned import load_answers  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415

    tenant, seller = _seller(given.seller)
    day = _day(given.as_of, "--as-of")
    with tenant_scope(tenant.id):
        told = load_answers(given.file, tenant=tenant.id, seller=seller.id, answered_on=day, by=None, now=CLOCK.now())
    print(
        f"{told.answers:,} answers of {day} for {seller.name}: {told.yes:,} reassigned, {told.no:,} not, "
        f"{told.no_data:,} without data, {told.too_late:,} asked from too late a day; {told.phones:,} phones"
    )
    return 0


def _day(text: str, flag: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{flag} {text} is no day.", next_step="Write it as 2026-11-22.") from None


def _sellers() -> list[tuple[Tenant, Seller]]:
    from django.db import transaction  # noqa: PLC0415

    from ahize.web.rls import tenant_scope  # noqa: PLC0415
    from ahize.web.tenants.models import Seller  # noqa: PLC0415
    from ahize.web.tenants.queries import every_tenant  # noqa: PLC0415

    with transaction.atomic():
        tenants = list(every_tenant())
    found = []
    for tenant in tenants:
        with tenant_scope(tenant.id):
            found += [(tenant, one) for one in Seller.objects.order_by("name")]
    return found


def _seller(wanted: str) -> tuple[Tenant, Seller]:
    """The seller by name or id, whichever tenant it belongs to."""
    every = _sellers()
    found = [(tenant, one) for tenant, one in every if wanted in (one.name, str(one.id))]
    if len(found) != 1:
        raise BadInput(
            f"{'No' if not found else 'More than one'} seller is called “{wanted}”.",
            next_step=f"Give the id, or one of: {', '.join(one.name for _, one in every)}."
            if every
            else "Run ./ahize up and enter a seller first.",
        )
    return found[0]
