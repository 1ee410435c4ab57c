"""A made-up shop that may lawfully call: a running campaign, a list, agents; and the two processes around it, as roles.

Rows are written as the web process may; the ledger and clearance connect with their own roles, so that what the
database refuses to each of them is refused here too. Everything is committed: use it with the ``emptied`` fixture.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connections

from ahize.dialer.commands import SeekLeave
from ahize.dialer.values import Candidate
from ahize.kernel.chance import stream
from ahize.kernel.clock import VirtualClock
from ahize.kernel.ids import AttemptId, CampaignId, ContactId, PhoneId, SellerId, new_uuid
from ahize.kernel.seals import Sealer
from ahize.web.base import draw_id
from ahize.web.campaigns.models import Campaign, CampaignAgent, CampaignList, Disposition, PauseCode
from ahize.web.contacts.models import Contact, ContactList, ListState, Phone
from ahize.web.dialing.clearance import Clearance
from ahize.web.dialing.stock import restock
from ahize.web.dialing.store import Ledger
from ahize.web.permissions import Person, Role
from ahize.web.rls import tenant_scope
from web.houses import House, found_house

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # A Monday, 10:00 in New York.
ALL_WEEK = {day: [["09:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
DISPOSITIONS = (
    ("sale", "1", ["contact", "sale", "success", "final"], None),
    ("callback_mine", "2", ["contact", "callback", "mine"], None),
    ("callback_any", "b", ["contact", "callback"], None),
    ("not_interested", "4", ["contact", "final"], None),
    ("hung_up", "6", ["contact"], 3600),
    ("wrong_number", "7", ["contact", "wrong_number"], None),
    ("do_not_call", "9", ["contact", "stop", "final"], None),
    ("not_dispositioned", "", ["no_contact", "not_offered"], None),
)


def sealer() -> Sealer:
    return Sealer.from_bytes(base64.b64decode(os.environ["AHIZE_PERMIT_KEY"]))


@dataclass
class Shop:
    """A house with a running campaign; ids of its rows."""

    house: House
    campaign: UUID
    list: UUID
    seller: UUID
    contacts: list[UUID] = field(default_factory=list)
    phones: list[UUID] = field(default_factory=list)
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(NOW))

    @property
    def tenant(self) -> UUID:
        return self.house.tenant

    def agent(self) -> Person:
        return self.house.person(Role.AGENT)

    @contextmanager
    def open(self) -> Iterator[None]:
        """See the shop's rows as the web process does."""
        with tenant_scope(self.tenant):
            yield

    def candidate(self, index: int = 0, **changed: object) -> Candidate:
        with self.open():
            phone = Phone.objects.get(pk=self.phones[index])
        made = Candidate(
            contact=ContactId(phone.contact_id),
            campaign=CampaignId(self.campaign),
            seller=SellerId(self.seller),
            phone=PhoneId(phone.pk),
            number=phone.e164,
            attempts=0,
            due_at=NOW,
        )
        return replace(made, **changed)  # type: ignore[arg-type]

    def ask(self, index: int = 0, *, method: str = "progressive", salt: int = 0, **changed: object) -> SeekLeave:
        attempt = AttemptId(new_uuid(self.clock.now(), stream(salt, f"attempt {index}")))
        return SeekLeave(attempt, self.candidate(index, **changed), method, 1)  # type: ignore[arg-type]


def build(name: str = "shop", *, people: int = 3, mode: str = "progressive", state: str = "running") -> Shop:
    """A shop whose campaign asks for an opinion, which federal law allows without registry or consent."""
    house = found_house(name)
    with tenant_scope(house.tenant):
        seller, caller_id = UUID(house.ids["seller_id"]), UUID(house.ids["caller_id"])
        kept = ContactList.objects.create(
            tenant_id=house.tenant,
            seller_id=seller,
            name="Neighbours",
            supplier="own",
            source="site",
            state=ListState.PUBLISHED,
            contacts_count=people,
            created_at=NOW,
        )
        campaign = Campaign.objects.create(
            tenant_id=house.tenant,
            seller_id=seller,
            name="Opinions",
            purpose="survey",
            promotes=False,
            product="gardens",
            mode=mode,
            ratio="1.5",
            caller_id_id=caller_id,
            script="Hello {first_name}, I am {agent_name} of {seller_name}.",
            hours=ALL_WEEK,
            ring_s_max=25,
            wrap_up_s=30,
            abandon_message="{seller_name}, {seller_phone}",
            recycling={"no_answer": {"wait_s": 3600, "max": 3}},
            script_discloses=["identity", "principal", "purpose", "opt_out"],
            setup={
                **{"opt_out_mechanism": True, "message_names_caller": True, "records_call": False},
                **{"numbers_from": "list", "abandon_message_promotes": False},
            },
            state=state,
            created_at=NOW - timedelta(days=1),
        )
        CampaignList.objects.create(tenant_id=house.tenant, campaign=campaign, list=kept, position=0)
        CampaignAgent.objects.create(tenant_id=house.tenant, campaign=campaign, user=house.users[Role.AGENT])
        for position, (code, key, flags, wait_s) in enumerate(DISPOSITIONS):
            Disposition.objects.create(
                tenant_id=house.tenant,
                campaign=campaign,
                code=code,
                label_en=code,
                label_tr=code,
                key=key,
                flags=flags,
                wait_s=wait_s,
                position=position,
            )
        if not PauseCode.objects.filter(code="break").exists():
            PauseCode.objects.create(tenant_id=house.tenant, code="break", label_en="Break", label_tr="Mola")
        shop = Shop(house, campaign.pk, kept.pk, seller)
        for row in range(people):
            add_person(shop, row)
        restock(campaign.pk, now=NOW)
    return shop


def add_person(shop: Shop, row: int, **phone: object) -> Phone:
    """One more contact with one number; call it inside ``shop.open()``."""
    contact = Contact.objects.create(
        id=draw_id(NOW),
        tenant_id=shop.tenant,
        seller_id=shop.seller,
        list_id=shop.list,
        row=row,
        first_name=f"Ann {row}",
        last_name="Example",
        city="Washington",
        region="US-WV",
        country="US",
        capacity="consumer",
        fields={"garden": "big"},
        created_at=NOW,
    )
    given = {
        "e164": f"+1202555{100 + row:04d}",
        "line_type": "fixed",
        "zones": ["America/New_York"],
        "regions": ["US-WV"],
        **phone,
    }
    made = Phone.objects.create(tenant_id=shop.tenant, contact=contact, position=0, **given)
    shop.contacts.append(contact.pk)
    shop.phones.append(made.pk)
    return made


@contextmanager
def ledger_of(shop: Shop, owner: str = "test") -> Iterator[Ledger]:
    """The store, as dialerd's role."""
    ledger = Ledger(shop.tenant, owner, using="dialerd")
    try:
        yield ledger
    finally:
        ledger.disconnect()


@contextmanager
def clearance_of(shop: Shop) -> Iterator[Clearance]:
    """Clearance, as its own role."""
    clearance = Clearance(shop.tenant, sealer())
    try:
        yield clearance
    finally:
        connections["clearance"].close()
