"""The demo's own steps: found a made-up house, say how to come in, count what happened.

``prepare`` uses the doors that everybody uses: ``demo_markets.py`` for sellers, lists, registries and campaigns,
``demo_iys.py`` for the made-up İYS. It touches no table by itself. Started by the launcher as
``python -m ahize.run.demo prepare | welcome | summary``; does nothing where the house stands already.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import django

from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import BadInput, Conflict
from ahize.run import demo_iys
from ahize.run.demo_markets import (
    AMERICAN,
    EARLIER,
    MARKETS,
    REGISTRY_RENEWED_AFTER_DAYS,
    Market,
    People,
    bring,
    bring_people,
    found_seller,
    load_registries,
    start_campaign,
    write_numbered,
)
from ahize.run.phases import say
from ahize.run.seats import ROSTER_FILE, Roster, Seat

PEOPLE = 40_000
SEATS = 20
ADMIN = "admin@demo.example"
SUPERVISOR = "supervisor@demo.example"
CAMPAIGNS = "campaigns@demo.example"
FREE_SEAT = "you@demo.example"
HOUSE = "Harbor Lane (demo)"
ZONE = "America/New_York"
LOGINS_FILE = "demo-logins.json"
MARK_FILE = "demo-seed.json"
HOUSE_MADE = 2
"""Counted up when a demo that stands from before could not go on: 2 has campaigns in three countries."""
STAFF = (
    ("administrator", ADMIN, "Deniz Admin"),
    ("supervisor", SUPERVISOR, "Sam Supervisor"),
    ("campaign_manager", CAMPAIGNS, "Cem Campaigns"),
    ("list_manager", "lists@demo.example", "Lale Lists"),
    ("compliance_officer", "compliance@demo.example", "Cora Compliance"),
    ("agent", FREE_SEAT, "Robin Free"),
)
"""One user for each role; the agent's seat is left free, for whoever wants to sit down."""

AGENTS = (
    ("Ada", "US"), ("Burak", "TR"), ("Grace", "GB"), ("Carla", "US"), ("Devin", "US"), ("Femi", "US"), ("Elif", "TR"),
    ("Ines", "US"), ("Tess", "GB"), ("Jamal", "US"), ("Lena", "US"), ("Mert", "TR"), ("Nora", "US"), ("Omar", "US"),
    ("Quinn", "GB"), ("Rosa", "US"), ("Pelin", "TR"), ("Kaya", "US"), ("Hakan", "US"), ("Selim", "US"),
)  # fmt: skip
"""Made-up agents in the order in which they are hired, and in which country's campaign each works."""


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
        if kept.get("made") != HOUSE_MADE:
            raise Conflict(
                "The demo that stands here was made by an earlier version of Ahize.",
                next_step="Add --fresh to begin anew.",
            )
        if kept.get("asked") != asked.as_json():
            raise Conflict(
                "A demo with other people, seats or another seed stands here already.",
                next_step="Add --fresh to begin anew, or start it as it was.",
            )
        tenant = tenants[0].id
        demo_iys.write_account(home, tenant)
        with tenant_scope(tenant):
            sellers = _sellers()
            _renew_registries(tenant, sellers, asked, now)
            _look_for_emergencies(now)
    else:
        if asked.seats > len(AGENTS):
            raise BadInput(f"The demo has room for {len(AGENTS)} made-up agents.", next_step="Ask for fewer --seats.")
        demo_iys.begin_anew(home)
        tenant, logins = _found(asked, home, now)
        with tenant_scope(tenant):
            sellers = _sellers()
        _keep(home / "secrets" / LOGINS_FILE, [asdict(login) for login in logins])
        _keep(mark, {"asked": asked.as_json(), "made": HOUSE_MADE})
    if "TR" in sellers:
        demo_iys.ask(home, seed=asked.seed, tenant=tenant, seller=sellers["TR"], now=now)


def _found(asked: Asked, home: Path, now: datetime) -> tuple[UUID, list[Login]]:
    from ahize.web.accounts.services import make_user  # noqa: PLC0415  Django first
    from ahize.web.permissions import Role  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415
    from ahize.web.tenants.services import found_tenant  # noqa: PLC0415

    logins = [Login(role, email, secrets.token_urlsafe(9)) for role, email, _ in STAFF]
    hired = {f"{name.lower()}@seats.demo.example": country for name, country in AGENTS[: asked.seats]}
    agents = [Login("agent", email, secrets.token_urlsafe(18)) for email in hired]
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
        demo_iys.write_account(home, tenant)
        _look_for_emergencies(now)
    markets = (AMERICAN,) if asked.people is not None else MARKETS
    house = _House(asked, tenant, users, People.drawn(asked.seed, PEOPLE, now=now))
    campaigns: dict[str, UUID] = {}
    for place, market in enumerate(markets):
        staff = [users[email].pk for email, at in hired.items() if at == market.country or len(markets) == 1]
        # Abroad the supervisor may sit, too, so that a campaign has somebody where few were hired.
        staff.append(users[FREE_SEAT if market.country == "US" else SUPERVISOR].pk)
        campaigns[market.country] = house.open(market, staff, now - EARLIER * (len(markets) - 1 - place))
    seats = [
        Seat(login.email, login.password, campaigns.get(hired[login.email], campaigns["US"]), hired[login.email])
        for login in agents
    ]
    Roster(os.environ["AHIZE_URL"], tuple(seats)).write(home / "secrets" / ROSTER_FILE)
    return tenant, logins


@dataclass(frozen=True, slots=True)
class _House:
    """A house that is being founded: whose it is, who works there, who lives in its town."""

    asked: Asked
    tenant: UUID
    users: Mapping[str, Any]
    people: People

    def open(self, market: Market, agents: Sequence[UUID], now: datetime) -> UUID:
        """One country's seller, list, registries and campaign. Returns the campaign's id."""
        from ahize.web.rls import tenant_scope  # noqa: PLC0415  Django first

        admin, manager = self.users[ADMIN].as_person(), self.users[CAMPAIGNS].pk
        with tenant_scope(self.tenant):
            seller = found_seller(market, by=admin, now=now)
        if self.asked.people is None:
            made = bring_people(market, self.people, tenant=self.tenant, seller=seller, by=admin.id, now=now)
        else:
            made = self._bring_given(self.asked.people, seller=seller, by=admin.id, now=now)
        numbers = self.people.numbers(market.country)
        with tenant_scope(self.tenant):
            load_registries(market, self.asked.seed, numbers, anew=True, tenant=self.tenant, seller=seller, now=now)
            return start_campaign(
                market, tenant=self.tenant, seller=seller, of=made, agents=agents, by=manager, now=now
            )

    def _bring_given(self, given: Path, *, seller: UUID, by: UUID, now: datetime) -> UUID:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "made-up-people.csv"
            write_numbered(given, file, seed=self.asked.seed)
            return bring(
                file,
                given.name,
                name=given.stem,
                supplier=given.name,
                source="a list of your own, with made-up numbers where it had none",
                region="US",
                notice="",
                tenant=self.tenant,
                seller=seller,
                by=by,
                now=now,
            )


def _sellers() -> dict[str, UUID]:
    """The demo's sellers by country."""
    from ahize.web.tenants import queries  # noqa: PLC0415  Django first

    founded = {market.seller["name"]: market.country for market in MARKETS}
    return {founded[seller.name]: seller.id for seller in queries.sellers() if seller.name in founded}


def _renew_registries(tenant: UUID, sellers: Mapping[str, UUID], asked: Asked, now: datetime) -> None:
    """Bring a newer copy of each register where the old one has aged."""
    from ahize.web.consents.queries import registry_versions  # noqa: PLC0415  Django first

    people: People | None = None
    for market in MARKETS:
        seller = sellers.get(market.country)
        newest = registry_versions(seller=seller).order_by("-as_of").first() if seller is not None else None
        if seller is None or newest is None or (now.date() - newest.as_of).days <= REGISTRY_RENEWED_AFTER_DAYS:
            continue
        people = people or People.drawn(asked.seed, PEOPLE, now=now)
        numbers = people.numbers(market.country)
        load_registries(market, asked.seed, numbers, anew=False, tenant=tenant, seller=seller, now=now)


def _look_for_emergencies(now: datetime) -> None:
    """The made-up world is at peace; the compliance officer says so at each start, as the laws of some states want."""
    from ahize.web.accounts.queries import users  # noqa: PLC0415  Django first
    from ahize.web.policies import emergencies  # noqa: PLC0415

    officer = next(user.as_person() for user in users() if user.role == "compliance_officer")
    for region in emergencies.regions():
        emergencies.say(region, declared=False, source="the made-up world's news", by=officer, now=now)


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


def talks_by_campaign() -> str:
    """How many talked in each campaign, for whoever reads along."""
    from django.db.models import Count, Q  # noqa: PLC0415  Django first

    from ahize.web.dialing.models import Attempt  # noqa: PLC0415
    from ahize.web.rls import tenant_scope  # noqa: PLC0415
    from ahize.web.tenants.queries import every_tenant  # noqa: PLC0415

    with tenant_scope(every_tenant()[0].id):
        rows = Attempt.objects.values_list("campaign__name").order_by("campaign__name")
        counted = rows.annotate(talks=Count("id", filter=Q(connected_at__isnull=False)), tries=Count("id"))
        told = [f"{name}: {talks} talks of {tries} attempts" for name, talks, tries in counted]
    return f"  {'; '.join(told) or 'nobody was called'}"


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
            say(talks_by_campaign())
            print(json.dumps(summary(given.seconds)))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BadInput, Conflict) as error:
        print(f"{error.message} {error.next_step}".strip(), file=sys.stderr)
        sys.exit(2)
