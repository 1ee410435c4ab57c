"""The demo's own steps: found a made-up house, say how to come in, count what happened.

``prepare`` uses the doors that everybody uses: a list is received, read and accepted; the registry is loaded from its
file; the campaign is created from a template and started. It touches no table by itself. Started by the launcher as
``python -m ahize.run.demo prepare | welcome | summary``; does nothing where the house stands already.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import django

from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import BadInput, Conflict
from ahize.run.phases import say
from ahize.run.seats import ROSTER_FILE, Roster

PEOPLE = 40_000
SEATS = 20
FREE_SEAT = "you@demo.example"
HOUSE = "Harbor Lane (demo)"
ZONE = "America/New_York"
LOGINS_FILE = "demo-logins.json"
MARK_FILE = "demo-seed.json"
GIVEN_FIELDS = ("phone", "line_type", "capacity", "region", "country")
"""The fields of ``town.GIVEN_HEADER``, in its order."""
REGISTRY_AGE_DAYS = 2
REGISTRY_RENEWED_AFTER_DAYS = 25
"""The law lets a copy of the registry be 31 days old; the demo brings a new one well before."""

STAFF = (
    ("administrator", "admin@demo.example", "Deniz Admin"),
    ("supervisor", "supervisor@demo.example", "Sam Supervisor"),
    ("campaign_manager", "campaigns@demo.example", "Cem Campaigns"),
    ("list_manager", "lists@demo.example", "Lale Lists"),
    ("compliance_officer", "compliance@demo.example", "Cora Compliance"),
    ("agent", FREE_SEAT, "Robin Free"),
)
"""One user for each role; the agent's seat is left free, for whoever wants to sit down."""

AGENT_NAMES = (
    "Ada", "Burak", "Carla", "Devin", "Elif", "Femi", "Grace", "Hakan", "Ines", "Jamal", "Kaya", "Lena", "Mert", "Nora",
    "Omar", "Pelin", "Quinn", "Rosa", "Selim", "Tess",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Login:
    """A way in to the demo; made up anew in each house, never a default."""

    role: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the demo was asked to be, from the launcher's environment."""

    seed: int
    seats: int
    people: Path | None

    @classmethod
    def from_environment(cls) -> Asked:
        people = os.environ.get("AHIZE_DEMO_PEOPLE")
        return cls(
            seed=int(os.environ.get("AHIZE_DEMO_SEED", "1")),
            seats=int(os.environ.get("AHIZE_DEMO_SEATS", str(SEATS))),
            people=Path(people) if people else None,
        )

    def as_json(self) -> dict[str, Any]:
        return {"seed": self.seed, "seats": self.seats, "people": str(self.people) if self.people else None}


# ── prepare ─────────────────────────────────────────────────────────────────────────────────────────────────────


def prepare(asked: Asked, home: Path, now: datetime) -> None:
    """Found the house where there is none; bring a newer registry where the old one has aged.

    Raises: Conflict where another demo stands here already.
    """
    from ahize.web.rls import tenant_scope  # noqa: PLC0415  Django first
    from ahize.web.tenants.queries import every_tenant  # noqa: PLC0415

    mark = home / "secrets" / MARK_FILE
    tenants = every_tenant()
    if tenants:
        kept = json.loads(mark.read_text()) if mark.exists() else {}
        if kept.get("asked") != asked.as_json():
            raise Conflict(
                "A demo with other people, seats or another seed stands here already.",
                next_step="Add --fresh to begin anew, or start it as it was.",
            )
        with tenant_scope(tenants[0].id):
            _renew_registry(tenants[0].id, asked, now)
            _look_for_emergencies(now)
        return
    if asked.seats > len(AGENT_NAMES):
        raise BadInput(f"The demo has room for {len(AGENT_NAMES)} made-up agents.", next_step="Ask for fewer --seats.")
    logins = _found(asked, home, now)
    _keep(home / "secrets" / LOGINS_FILE, [asdict(login) for login in logins])
    _keep(mark, {"asked": asked.as_json()})


def _found(asked: Asked, home: Path, now: datetime) -> list[Login]:
    from ahize.web.accounts.services import make_user  # noqa: PLC0415  Django first
    from ahize.web.permissions import Role  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415
    from ahize.web.tenants.services import found_tenant  # noqa: PLC0415

    logins = [Login(role, email, secrets.token_urlsafe(9)) for role, email, _ in STAFF]
    agents = [
        Login("agent", f"{name.lower()}@seats.demo.example", secrets.token_urlsafe(18))
        for name in AGENT_NAMES[: asked.seats]
    ]
    tenant = found_tenant(name=HOUSE, world="made_up", zone=ZONE, now=now).id
    with tenant_scope(tenant):
        names = {email: name for _, email, name in STAFF}
        users = {
            login.email: make_user(
                tenant=tenant,
                email=login.email,
                name=names.get(login.email, login.email.partition("@")[0].title()),
                role=Role(login.role),
                password=login.password,
                now=now,
            )
            for login in (*logins, *agents)
        }
        admin = users[STAFF[0][1]].as_person()
        seller = _seller(admin, now)
    made = _list(asked, tenant, seller, admin.id, now)
    with tenant_scope(tenant):
        _load_registries(tenant, seller, asked, now)
        _look_for_emergencies(now)
        campaign = _campaign(tenant, seller, made, now)
    roster = Roster(os.environ["AHIZE_URL"], campaign, tuple((agent.email, agent.password) for agent in agents))
    roster.write(home / "secrets" / ROSTER_FILE)
    return logins


def _seller(admin: Any, now: datetime) -> UUID:
    from ahize.compliance.rulebook import Rulebook  # noqa: PLC0415
    from ahize.intake.nanp import area_codes  # noqa: PLC0415
    from ahize.web.tenants import evidence, services  # noqa: PLC0415  Django first
    from ahize.web.tenants.kinds import kind_of  # noqa: PLC0415

    seller = services.make_seller(
        {
            "name": "Harbor Lane Home Energy",
            "brand": "Harbor Lane",
            "org_type": "commercial",
            "sector": "home_improvement",
            "country": "US",
            "region": "US-NY",
            "phone_e164": "+12125550199",
            "address": "1 Made-up Street, New York",
            "opt_out_url": "",
        },
        by=admin,
        now=now,
    )
    evidence.add_evidence(
        seller,
        {
            "kind": "registry_subscription",
            "code": "US-FTC-SAN",
            "number": "10000-00001",
            "areas": sorted(code.npa for code in area_codes().values() if code.country == "US"),
            "note": "Made-up subscription of the demo",
        },
        by=admin,
        now=now,
    )
    for code in Rulebook.load().codes("registration"):
        if code.startswith("US-"):
            evidence.add_evidence(
                seller,
                {"kind": kind_of(code), "code": code, "number": f"{code}-00001", "note": "Made-up licence of the demo"},
                by=admin,
                now=now,
            )
    services.make_caller_id(
        seller,
        {
            "e164": "+12125550199",
            "label": "Harbor Lane",
            "kind": "geographic",
            "dialable": True,
            "route_country": "US",
            "rights_proof": "Made-up contract of the demo",
            "valid_from": now,
            "valid_until": None,
        },
        by=admin,
        now=now,
    )
    return seller.id


def _american_codes() -> list[Any]:
    from ahize.intake.nanp import area_codes  # noqa: PLC0415
    from ahize.sim.town import AreaCode  # noqa: PLC0415

    return [
        AreaCode(code.npa, min(code.regions).removeprefix("US-"))
        for npa, code in sorted(area_codes().items())
        if code.country == "US" and code.kind == "geographic" and code.regions
    ]


def _list(asked: Asked, tenant: UUID, seller: UUID, by: UUID, now: datetime) -> UUID:
    """Brings the people in by the door of every list. Returns the list's id."""
    from ahize.sim import town  # noqa: PLC0415
    from ahize.web.contacts import reading, services  # noqa: PLC0415  Django first
    from ahize.web.contacts.models import Import, ImportState  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made-up-people.csv"
        if asked.people is None:
            town.write_people(file, town.people(asked.seed, PEOPLE, on=now.date(), area_codes=_american_codes()))
            supplier, source = "Made-up town", f"drawn with seed {asked.seed}"
        else:
            write_numbered(asked.people, file, seed=asked.seed)
            supplier, source = asked.people.name, "a list of your own, with made-up numbers where it had none"
        with tenant_scope(tenant), file.open("rb") as content:
            received = services.receive(
                _chunks(content),
                tenant=tenant,
                seller=seller,
                filename=file.name if asked.people is None else asked.people.name,
                by=by,
                now=now,
                name="Made-up people" if asked.people is None else asked.people.stem,
                supplier=supplier,
                source=source,
                region="US",
            )
    with tenant_scope(tenant):
        services.start_reading(received, mapping=None, now=now)
    reading.read_import(received.pk, tenant, now=lambda: now)
    with tenant_scope(tenant):
        read = Import.objects.get(pk=received.pk)
        if read.state != ImportState.READY:
            raise BadInput(
                f"The people could not be read: {read.problem}", next_step="./ahize lists check FILE tells why."
            )
        accepted = services.accept(read, by=by, now=now)
    assert accepted.list_id is not None, "an accepted import has its list"
    say(f"  {accepted.counts['contacts']:,} people in the list “{accepted.options.get('name') or accepted.filename}”")
    return accepted.list_id


def _chunks(content: Any, size: int = 1 << 20) -> Iterator[bytes]:
    while chunk := content.read(size):
        yield chunk


def write_numbered(given: Path, file: Path, *, seed: int) -> int:
    """A list as it came, as plain CSV; where it has no column of numbers, each person gets a made-up one.

    A made-up world can dial made-up numbers only, so a real list without numbers can be called in it, and a real
    number in a list is imported but never rings. Such people are consumers of the United States to the law.

    Returns: how many people.
    """
    from ahize.intake.mapping import propose_mapping  # noqa: PLC0415
    from ahize.intake.reader import read, sniff  # noqa: PLC0415
    from ahize.kernel.chance import stream  # noqa: PLC0415
    from ahize.sim import town  # noqa: PLC0415

    truth = sniff(given)
    columns = list(truth.columns)
    mapping = propose_mapping(truth.columns, truth.samples, region="US")
    numbered = bool(mapping.phones)
    # What the list says itself is not said again.
    added = [n for n, field in enumerate(GIVEN_FIELDS) if mapping.first(field) is None]
    records = [record.cells for record in read(given, truth)]
    chance = stream(seed, "given people")
    numbers = iter(() if numbered else town.numbers(seed, len(records), _american_codes()))
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns if numbered else [*columns, *(town.GIVEN_HEADER[n] for n in added)])
        for cells in records:
            row = [*cells, *[""] * (len(columns) - len(cells))]
            given_too = () if numbered else town.given_person(next(numbers), chance)
            writer.writerow(row if numbered else [*row, *(given_too[n] for n in added)])
    return len(records)


def _load_registries(tenant: UUID, seller: UUID, asked: Asked, now: datetime) -> None:
    """Every register that a law asks about and whose file we can read, each from a file of its own form."""
    from ahize.compliance.rulebook import Rulebook  # noqa: PLC0415
    from ahize.intake.nanp import area_codes  # noqa: PLC0415
    from ahize.sim import town  # noqa: PLC0415
    from ahize.web.consents.registries import load  # noqa: PLC0415  Django first

    places = list(town.numbers(asked.seed, PEOPLE, _american_codes()))
    american = [number for number, place in places if place not in ("GB", "TR")]
    british = [number for number, place in places if place == "GB"]
    codes = sorted(code.npa for code in area_codes().values() if code.country == "US")
    own = [code for code in Rulebook.load().codes("registry") if code.startswith("US-") and code != "US-FTC"]
    areas_of = {
        code: sorted(npa for npa, area in area_codes().items() if code in area.regions and npa in codes) for code in own
    }
    national = town.listed(asked.seed, american)
    for code, write, numbers, areas in (
        ("US-FTC", town.write_registry, national, codes),
        # Who asks to be on a state's own list is on the national one, too.
        *(
            (code, town.write_registry, [number for number in national if number[2:5] in areas], areas)
            for code, areas in areas_of.items()
        ),
        ("GB-TPS", town.write_british_registry, town.listed(asked.seed, british, "GB-TPS"), None),
        ("GB-CTPS", town.write_british_registry, town.listed(asked.seed, british, "GB-CTPS"), None),
    ):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{code.lower()}.txt"
            with file.open("w", encoding="ascii") as out:
                write(out, numbers)
            load(
                code,
                file,
                tenant=tenant,
                seller=seller,
                as_of=_as_of(now),
                areas=areas,
                by=None,
                now=now,
                may_repeat=True,  # the made-up registers are the same on all their days
            )


def _as_of(now: datetime) -> date:
    return (now - timedelta(days=REGISTRY_AGE_DAYS)).date()


def _renew_registry(tenant: UUID, asked: Asked, now: datetime) -> None:
    from ahize.web.consents.queries import registry_versions  # noqa: PLC0415  Django first

    newest = registry_versions().order_by("-as_of").first()
    if newest is not None and (now.date() - newest.as_of).days > REGISTRY_RENEWED_AFTER_DAYS:
        _load_registries(tenant, newest.seller_id, asked, now)


def _look_for_emergencies(now: datetime) -> None:
    """The made-up world is at peace; the compliance officer says so at each start, as the laws of some states want."""
    from ahize.web.accounts.queries import users  # noqa: PLC0415  Django first
    from ahize.web.policies import emergencies  # noqa: PLC0415

    officer = next(user.as_person() for user in users() if user.role == "compliance_officer")
    for region in emergencies.regions():
        emergencies.say(region, declared=False, source="the made-up world's news", by=officer, now=now)


def _campaign(tenant: UUID, seller: UUID, made: UUID, now: datetime) -> UUID:
    from ahize.web.accounts.queries import users  # noqa: PLC0415  Django first
    from ahize.web.campaigns import services  # noqa: PLC0415

    by = next(user.id for user in users() if user.role == "campaign_manager")
    campaign = services.create(
        tenant=tenant,
        name="Lower bills this winter",
        template="telesales",
        by=by,
        now=now,
        seller=seller,
        settings={
            "mode": "ratio",
            "ratio": "1.5",
            "product": "a home energy check",
            "lists": [made],
            "agents": [user.id for user in users() if user.role == "agent"],
            "wrap_up_s": 45,
            # Said by the made-up seller of its made-up message, as a real one would have to.
            "setup": {"opt_out_mechanism": True, "abandon_message_promotes": False},
        },
    )
    services.start(campaign, by=by, now=now)
    return campaign.id


def _keep(file: Path, what: Any) -> None:
    with open(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(what, out, indent=1)


# ── welcome and summary ─────────────────────────────────────────────────────────────────────────────────────────


def welcome(home: Path) -> None:
    """Says how to come in as each role."""
    logins = [Login(**row) for row in json.loads((home / "secrets" / LOGINS_FILE).read_text())]
    say("  Sign in as (passwords were made up for this demo):")
    for login in logins:
        seat = "  ← a free seat: sit down and take calls" if login.email == FREE_SEAT else ""
        say(f"    {login.role:<19} {login.email:<28} {login.password}{seat}")


def summary(seconds: float) -> dict[str, Any]:
    """What happened, each figure a query anybody can repeat."""
    from ahize.web.contacts.models import Contact  # noqa: PLC0415  Django first
    from ahize.web.dialing.models import Attempt, DispositionRecord, Journal, Permit  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415
    from ahize.web.tenants.queries import every_tenant  # noqa: PLC0415

    with tenant_scope(every_tenant()[0].id):
        return {
            "seconds": seconds,
            "contacts": Contact.objects.count(),
            "attempts": Attempt.objects.count(),
            "answered": Attempt.objects.filter(answered_at__isnull=False).count(),
            "talks": Attempt.objects.filter(connected_at__isnull=False).count(),
            "dispositions": DispositionRecord.objects.filter(corrects__isnull=True).count(),
            "abandoned": Attempt.objects.filter(outcome="abandoned").count(),
            "permits_sealed": Permit.objects.count(),
            "permits_spent": Permit.objects.filter(spent_at__isnull=False).count(),
            "events": Journal.objects.count(),
        }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m ahize.run.demo", description=__doc__)
    parser.add_argument("step", choices=("prepare", "welcome", "summary"))
    parser.add_argument("--seconds", type=float, default=0.0)
    given = parser.parse_args(arguments)
    home = Path(os.environ["AHIZE_HOME"])
    if given.step == "welcome":  # nothing of Django's is needed for it, and somebody waits
        welcome(home)
        return 0
    django.setup()
    match given.step:
        case "prepare":
            prepare(Asked.from_environment(), home, SystemClock.from_environment().now())
        case "summary":
            print(json.dumps(summary(given.seconds)))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BadInput, Conflict) as error:
        print(f"{error.message} {error.next_step}".strip(), file=sys.stderr)
        sys.exit(2)
