"""The demo's house: founded once, then kept fresh at each start.

By the doors that everybody uses: ``demo_markets.py`` for sellers, lists, registries and campaigns, ``demo_iys.py`` for
the made-up İYS. It touches no table by itself. Django stands before this is imported.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from ahize.kernel.clock import VirtualClock
from ahize.kernel.errors import BadInput, Conflict
from ahize.registries import iys
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
from ahize.run.demo_roll import (
    ADMIN,
    AGENTS,
    CAMPAIGNS,
    FREE_SEAT,
    HOUSE,
    HOUSE_MADE,
    LOGINS_FILE,
    MARK_FILE,
    PEOPLE,
    STAFF,
    SUPERVISOR,
    ZONE,
    Asked,
    Login,
)
from ahize.run.home import write_private
from ahize.run.phases import say
from ahize.run.seats import ROSTER_FILE, Roster, Seat
from ahize.web.accounts.queries import users
from ahize.web.accounts.services import make_user
from ahize.web.consents import iys_answers
from ahize.web.consents.queries import registry_versions
from ahize.web.contacts import iys_asking
from ahize.web.lines import trunks
from ahize.web.permissions import Role
from ahize.web.policies import emergencies
from ahize.web.rls import tenant_scope
from ahize.web.tenants.queries import every_tenant, sellers
from ahize.web.tenants.services import found_tenant

EARLY = timedelta(hours=2)
"""How long before the opening the house begins to ask İYS, which answers a hundred questions a minute."""
CARRIER_PORT = "AHIZE_DEMO_CARRIER_PORT"
CARRIER = {
    **{"name": "Made-up carrier", "kind": "ip", "host": "127.0.0.1", "codecs": ["ulaw"]},
    **{"channels_max": 400, "per_second_max": Decimal(100)},
}
MOST = 10_000
"""As many as there are made-up Turkish numbers; they are all asked about within EARLY."""


def prepare(asked: Asked, home: Path, now: datetime) -> None:
    """Found the house where there is none; bring a newer registry where the old one has aged.

    Raises: Conflict where another demo stands here already.
    """
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
            theirs = _sellers()
            _renew_registries(tenant, theirs, asked, now)
            _look_for_emergencies(now)
    else:
        if asked.seats > len(AGENTS):
            raise BadInput(f"The demo has room for {len(AGENTS)} made-up agents.", next_step="Ask for fewer --seats.")
        demo_iys.begin_anew(home)
        tenant, logins = _found(asked, home, now)
        with tenant_scope(tenant):
            theirs = _sellers()
        write_private(home / "secrets" / LOGINS_FILE, json.dumps([asdict(login) for login in logins], indent=1))
        write_private(mark, json.dumps({"asked": asked.as_json(), "made": HOUSE_MADE}))
    _connect_carrier(tenant, now)
    if "TR" in theirs:
        _ask_iys(home, seed=asked.seed, tenant=tenant, seller=theirs["TR"], now=now)


def _found(asked: Asked, home: Path, now: datetime) -> tuple[UUID, list[Login]]:
    logins = [Login(role, email, secrets.token_urlsafe(9)) for role, email, _ in STAFF]
    hired = {f"{name.lower()}@seats.demo.example": country for name, country in AGENTS[: asked.seats]}
    agents = [Login("agent", email, secrets.token_urlsafe(18)) for email in hired]
    tenant = found_tenant(name=HOUSE, world="made_up", zone=ZONE, now=now).id
    with tenant_scope(tenant):
        names = {email: name for _, email, name in STAFF}
        made = {
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
    house = _House(asked, tenant, made, People.drawn(asked.seed, PEOPLE, now=now))
    campaigns: dict[str, UUID] = {}
    for place, market in enumerate(markets):
        staff = [made[email].pk for email, at in hired.items() if at == market.country or len(markets) == 1]
        # Abroad the supervisor may sit, too, so that a campaign has somebody where few were hired.
        staff.append(made[FREE_SEAT if market.country == "US" else SUPERVISOR].pk)
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


def _connect_carrier(tenant: UUID, now: datetime) -> None:
    """Where the demo has a real switch, a trunk to its made-up carrier, which takes calls on another port each time."""
    port = os.environ.get(CARRIER_PORT)
    if not port:
        return
    with tenant_scope(tenant):
        by = next(user.as_person() for user in users() if user.role == "administrator")
        known = next((one for one in trunks.trunks() if one.name == CARRIER["name"]), None)
        if known is None:
            trunks.make({**CARRIER, "port": int(port)}, by=by, now=now)
        else:
            trunks.change(known, {"port": int(port)}, by=by, now=now)


def _sellers() -> dict[str, UUID]:
    """The demo's sellers by country."""
    founded = {market.seller["name"]: market.country for market in MARKETS}
    return {founded[seller.name]: seller.id for seller in sellers() if seller.name in founded}


def _renew_registries(tenant: UUID, theirs: Mapping[str, UUID], asked: Asked, now: datetime) -> None:
    """Bring a newer copy of each register where the old one has aged."""
    people: People | None = None
    for market in MARKETS:
        seller = theirs.get(market.country)
        newest = registry_versions(seller=seller).order_by("-as_of").first() if seller is not None else None
        if seller is None or newest is None or (now.date() - newest.as_of).days <= REGISTRY_RENEWED_AFTER_DAYS:
            continue
        people = people or People.drawn(asked.seed, PEOPLE, now=now)
        numbers = people.numbers(market.country)
        load_registries(market, asked.seed, numbers, anew=False, tenant=tenant, seller=seller, now=now)


def _look_for_emergencies(now: datetime) -> None:
    """The made-up world is at peace; the compliance officer says so at each start, as the laws of some states want."""
    officer = next(user.as_person() for user in users() if user.role == "compliance_officer")
    for region in emergencies.regions():
        emergencies.say(region, declared=False, source="the made-up world's news", by=officer, now=now)


def _ask_iys(home: Path, *, seed: int, tenant: UUID, seller: UUID, now: datetime) -> None:
    """Ask about everybody due, as the worker does round by round: in the made-up minutes before the house opens.

    The same client with the same limits; only that its waiting moves a clock of its own, which ends by ``now``.
    """
    clock = VirtualClock(now - EARLY)
    registry = demo_iys.made_up_iys(home, seed=seed, clock=clock.now)
    if registry is None:
        return

    def pause(seconds: float) -> None:
        clock.move_to(clock.now() + timedelta(seconds=seconds))

    account = iys.Account(int(demo_iys.PROVIDER), int(demo_iys.BRAND), "demo", registry.password)
    client = iys.Client(registry, account, clock=clock.now, pause=pause)
    for feed in iys_answers.FEEDS:
        iys_answers.follow(client, feed, tenant=tenant, seller=seller)
    with tenant_scope(tenant):
        people = iys_asking.due(seller, now, most=MOST)
    given = iys_answers.ask(client, people, tenant=tenant, seller=seller)
    if given:
        say(f"  İYS (made up) answered about {given:,} numbers")
