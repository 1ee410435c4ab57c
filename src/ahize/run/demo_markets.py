"""The demo's three countries: who sells there, to whom, by which number, what they can prove, and what is said.

Each is founded by the doors that everybody uses: a seller with evidence and a caller ID, a list received, read and
accepted, the origin of its data said, registries loaded from files, a campaign created from a template and started. It
touches no table by itself, and refuses to know what a law makes of it. Django stands before this is imported.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from ahize.compliance.rulebook import Rulebook
from ahize.intake.mapping import propose_mapping
from ahize.intake.nanp import area_codes
from ahize.intake.reader import read, sniff
from ahize.kernel.chance import stream
from ahize.kernel.errors import BadInput
from ahize.run.demo_iys import BRAND, PROVIDER
from ahize.run.phases import say
from ahize.sim import town
from ahize.web.campaigns import services as campaigns
from ahize.web.consents.registries import load
from ahize.web.contacts import origins, queries, reading
from ahize.web.contacts import services as lists
from ahize.web.contacts.models import Import, ImportState
from ahize.web.rls import tenant_scope
from ahize.web.tenants import evidence
from ahize.web.tenants import services as tenants
from ahize.web.tenants.kinds import kind_of

REGISTRY_AGE_DAYS = 2
REGISTRY_RENEWED_AFTER_DAYS = 25
"""The laws let a copy of a registry be 28 days (TPS) and 31 days old; the demo brings a new one well before."""
EARLIER_COPIES_DAYS = (40, 12)
"""Copies of TPS and CTPS that the house held before: they show since when a number is listed."""
JOINED_LATELY_SHARE = 0.04
"""Of those on a British register: who joined it since the copy of forty days ago."""

BRITISH_SCRIPT = (
    "Hello {first_name}, my name is {agent_name} and I am calling on behalf of {seller_name}. "
    "This is a sales call: I should like to tell you about {product}. Is this a convenient moment?\n\n"
    "If you would like to check who we are: our address is 1 Made-up Mews, London, our number {seller_phone}.\n\n"
    "If you would rather we did not ring again, just say so: I shall take you off our list at once, free of charge."
)
TURKISH_SCRIPT = (
    "İyi günler {first_name}, ben {agent_name}. {seller_name} adına, İYS'de kayıtlı onayınıza dayanarak arıyorum. "
    "Bu bir satış aramasıdır: size {product} hakkında bilgi vermek istiyorum. Şu anda uygun musunuz?\n\n"
    "Aydınlatma metnimizi made-up.example/aydinlatma adresinde bulabilir, bize {seller_phone} numarasından "
    "ulaşabilirsiniz.\n\n"
    "Bir daha aranmak istemiyorsanız lütfen belirtin; kaydınız hemen aranmayacaklar listesine alınır, reddiniz "
    "İYS'ye bildirilir."
)
SALES_DISCLOSURES = ("identity", "principal", "purpose", "goods", "opt_out")
WORKING_WEEK = {day: [["09:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
SETUP = {"opt_out_mechanism": True, "abandon_message_promotes": False}
"""Said by the made-up sellers of their made-up messages, as real ones would have to."""


@dataclass(frozen=True, slots=True)
class Market:
    """One country of the demo.

    Args:
        seller, caller_id: as the API takes them.
        evidence: records of what the seller can prove, beside what is drawn from the rulebook.
        people, supplier: the list's name and who sent it.
        notice: which privacy notice its people were given; empty where nobody said.
        campaign: its name, template and language; ``settings`` as the API takes them.
    """

    country: str
    seller: Mapping[str, Any]
    caller_id: Mapping[str, Any]
    people: str
    campaign: Mapping[str, str]
    settings: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]] = ()
    supplier: str = "Made-up town"
    notice: str = ""


AMERICAN = Market(
    country="US",
    seller={
        "name": "Harbor Lane Home Energy",
        "brand": "Harbor Lane",
        "region": "US-NY",
        "phone_e164": "+12125550199",
        "address": "1 Made-up Street, New York",
    },
    caller_id={"e164": "+12125550199", "label": "Harbor Lane", "kind": "geographic"},
    people="Made-up people",
    campaign={"name": "Lower bills this winter", "template": "telesales", "language": "en"},
    settings={"mode": "predictive", "product": "a home energy check"},
)
BRITISH = Market(
    country="GB",
    seller={
        "name": "Harbour Lane Warm Homes Ltd",
        "brand": "Harbour Lane",
        "region": "GB-LND",
        "phone_e164": "+441632960199",
        "address": "1 Made-up Mews, London",
    },
    caller_id={"e164": "+441632960199", "label": "Harbour Lane", "kind": "geographic"},
    people="Made-up people of Britain",
    notice="Privacy notice of January 2026, shown and linked when people asked for a brochure",
    campaign={"name": "A warmer home this winter", "template": "telesales", "language": "en"},
    settings={
        "mode": "progressive",
        "product": "a survey of your home's insulation",
        "script": BRITISH_SCRIPT,
        "script_discloses": list(SALES_DISCLOSURES),
        "hours": {**WORKING_WEEK, "sat": [["09:00", "17:00"]]},
    },
)
TURKISH = Market(
    country="TR",
    seller={
        "name": "Liman Sokağı Ev Enerjisi A.Ş.",
        "brand": "Liman Sokağı",
        "region": "TR-34",
        "phone_e164": "+908500000199",
        "address": "Uydurma Sokak 1, İstanbul",
    },
    caller_id={"e164": "+908500000199", "label": "Liman Sokağı", "kind": "special"},
    evidence=({"kind": "brand", "code": "TR-IYS", "number": BRAND, "account": PROVIDER},),
    people="Uydurma kişiler",
    supplier="Uydurma kasaba",
    notice="Ocak 2026 tarihli aydınlatma metni; kayıt formunda gösterildi",
    campaign={"name": "Bu kış daha düşük fatura", "template": "telesales", "language": "tr"},
    settings={
        "mode": "progressive",
        "product": "ücretsiz ev enerji kontrolü",
        "script": TURKISH_SCRIPT,
        "script_discloses": list(SALES_DISCLOSURES),
        "hours": {**WORKING_WEEK, "sat": [["10:00", "18:00"]]},
    },
)
MARKETS = (AMERICAN, BRITISH, TURKISH)
"""In the order in which they are founded."""
EARLIER = timedelta(minutes=1)
"""How long one is founded before the next."""


@dataclass(slots=True)
class People:
    """A made-up town, drawn once, by country."""

    seed: int
    rows: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)

    @classmethod
    def drawn(cls, seed: int, n: int, *, now: datetime) -> People:
        made = cls(seed, {market.country: [] for market in MARKETS})
        for row in town.people(seed, n, on=now.date(), area_codes=american_codes()):
            made.rows[row[town.HEADER.index("Country")]].append(row)
        return made

    def numbers(self, country: str) -> list[str]:
        return [row[town.HEADER.index("Phone")] for row in self.rows[country]]


def american_codes() -> list[town.AreaCode]:
    return [
        town.AreaCode(code.npa, min(code.regions).removeprefix("US-"))
        for npa, code in sorted(area_codes().items())
        if code.country == "US" and code.kind == "geographic" and code.regions
    ]


# ── sellers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def found_seller(market: Market, *, by: Any, now: datetime) -> UUID:
    """The seller with what it can prove and the number it shows."""
    common = {"org_type": "commercial", "sector": "home_improvement", "country": market.country, "opt_out_url": ""}
    seller = tenants.make_seller({**common, **market.seller}, by=by, now=now)
    for record in (*market.evidence, *(_american_evidence() if market.country == "US" else ())):
        evidence.add_evidence(seller, {"note": "Made up for the demo", **record}, by=by, now=now)
    tenants.make_caller_id(
        seller,
        {
            **market.caller_id,
            "dialable": True,
            "route_country": market.country,
            "rights_proof": "Made-up contract of the demo",
            "valid_from": now,
            "valid_until": None,
        },
        by=by,
        now=now,
    )
    return seller.id


def _american_evidence() -> Iterator[dict[str, Any]]:
    """A subscription of the national registry, and each state's licence that a law asks for."""
    areas = sorted(code.npa for code in area_codes().values() if code.country == "US")
    yield {"kind": "registry_subscription", "code": "US-FTC-SAN", "number": "10000-00001", "areas": areas}
    for code in Rulebook.load().codes("registration"):
        if code.startswith("US-"):
            yield {"kind": kind_of(code), "code": code, "number": f"{code}-00001"}


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────────


def bring_people(market: Market, people: People, *, tenant: UUID, seller: UUID, by: UUID, now: datetime) -> UUID:
    """The market's people, as a supplier there would send them. Returns the list's id."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{market.people.casefold().replace(' ', '-')}.csv"
        rows = people.rows[market.country]
        if market.country == "TR":
            town.write_people(file, map(town.in_turkish, rows), header=town.TURKISH_HEADER)
        else:
            town.write_people(file, iter(rows))
        return bring(
            file,
            file.name,
            name=market.people,
            supplier=market.supplier,
            source=f"drawn with seed {people.seed}",
            region=market.country,
            notice=market.notice,
            tenant=tenant,
            seller=seller,
            by=by,
            now=now,
        )


def bring(
    file: Path,
    filename: str,
    *,
    name: str,
    supplier: str,
    source: str,
    region: str,
    notice: str,
    tenant: UUID,
    seller: UUID,
    by: UUID,
    now: datetime,
) -> UUID:
    """Brings a list in by the door of every list, and says where its data come from. Returns the list's id."""
    with tenant_scope(tenant), file.open("rb") as content:
        received = lists.receive(
            _chunks(content),
            tenant=tenant,
            seller=seller,
            filename=filename,
            by=by,
            now=now,
            name=name,
            supplier=supplier,
            source=source,
            region=region,
        )
    with tenant_scope(tenant):
        lists.start_reading(received, mapping=None, now=now)
    reading.read_import(received.pk, tenant, now=lambda: now)
    with tenant_scope(tenant):
        read = Import.objects.get(pk=received.pk)
        if read.state != ImportState.READY:
            raise BadInput(
                f"The people could not be read: {read.problem}", next_step="./ahize lists check FILE tells why."
            )
        accepted = lists.accept(read, by=by, now=now)
        assert accepted.list_id is not None, "an accepted import has its list"
        if notice:
            made = queries.access_list(accepted.list_id)
            origins.say(made, data_source="person", notice_given=True, notice=notice, by=by, now=now)
    say(f"  {accepted.counts['contacts']:,} people in the list “{name}”")
    return accepted.list_id


def _chunks(content: Any, size: int = 1 << 20) -> Iterator[bytes]:
    while chunk := content.read(size):
        yield chunk


# ── registries ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Copy:
    """A registry's file of one day, to be loaded."""

    code: str
    write: Callable[[TextIO, Sequence[str]], None]
    numbers: Sequence[str]
    areas: Sequence[str] | None
    age_days: int = REGISTRY_AGE_DAYS


def load_registries(
    market: Market, seed: int, numbers: Sequence[str], *, anew: bool, tenant: UUID, seller: UUID, now: datetime
) -> None:
    """Every register that a law of the country asks about and whose file we can read, each from a file of its own.

    Args:
        anew: also the copies that the house held before.
    """
    copies = {"US": _american_copies, "GB": _british_copies}.get(market.country, lambda _seed, _numbers: ())
    for copy in copies(seed, numbers):
        if copy.age_days > REGISTRY_AGE_DAYS and not anew:
            continue
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{copy.code.lower()}.txt"
            with file.open("w", encoding="ascii") as out:
                copy.write(out, copy.numbers)
            load(
                copy.code,
                file,
                tenant=tenant,
                seller=seller,
                as_of=(now - timedelta(days=copy.age_days)).date(),
                areas=copy.areas,
                by=None,
                now=now,
                may_repeat=True,  # the made-up registers are the same on all their days
            )


def _american_copies(seed: int, numbers: Sequence[str]) -> Iterator[Copy]:
    """The national registry, and each state's own: who asks to be on that is on the national one, too."""
    national = town.listed(seed, numbers)
    codes = sorted(code.npa for code in area_codes().values() if code.country == "US")
    yield Copy("US-FTC", town.write_registry, national, codes)
    for code in Rulebook.load().codes("registry"):
        if code.startswith("US-") and code != "US-FTC":
            areas = sorted(npa for npa, area in area_codes().items() if code in area.regions and npa in codes)
            yield Copy(code, town.write_registry, [number for number in national if number[2:5] in areas], areas)


def _british_copies(seed: int, numbers: Sequence[str]) -> Iterator[Copy]:
    for code in ("GB-TPS", "GB-CTPS"):
        listed = town.listed(seed, numbers, code)
        for place, age_days in enumerate((*EARLIER_COPIES_DAYS, REGISTRY_AGE_DAYS)):
            share = JOINED_LATELY_SHARE * (1 - place / len(EARLIER_COPIES_DAYS))
            joined_later = town.some_of(seed, listed, share, f"{code} joined lately")
            stood = [number for number in listed if number not in joined_later]
            yield Copy(code, town.write_british_registry, stood, None, age_days)


# ── campaigns ───────────────────────────────────────────────────────────────────────────────────────────────────


def start_campaign(
    market: Market, *, tenant: UUID, seller: UUID, of: UUID, agents: Sequence[UUID], by: UUID, now: datetime
) -> UUID:
    """The market's campaign over its list, running. Returns its id."""
    campaign = campaigns.create(
        tenant=tenant,
        **market.campaign,
        by=by,
        now=now,
        seller=seller,
        settings={"wrap_up_s": 45, "setup": SETUP, **market.settings, "lists": [of], "agents": list(agents)},
    )
    campaigns.start(campaign, by=by, now=now)
    return campaign.id


# ── a list of one's own ─────────────────────────────────────────────────────────────────────────────────────────

GIVEN_FIELDS = ("phone", "line_type", "capacity", "region", "country")
"""The fields of ``town.GIVEN_HEADER``, in its order."""


def write_numbered(given: Path, file: Path, *, seed: int) -> int:
    """A list as it came, as plain CSV; where it has no column of numbers, each person gets a made-up one.

    A made-up world can dial made-up numbers only, so a real list without numbers can be called in it, and a real
    number in a list is imported but never rings. Such people are consumers of the United States to the law.

    Returns: how many people.
    """
    truth = sniff(given)
    columns = list(truth.columns)
    mapping = propose_mapping(truth.columns, truth.samples, region="US")
    numbered = bool(mapping.phones)
    # What the list says itself is not said again.
    added = [n for n, name in enumerate(GIVEN_FIELDS) if mapping.first(name) is None]
    records = [record.cells for record in read(given, truth)]
    chance = stream(seed, "given people")
    numbers = iter(() if numbered else town.numbers(seed, len(records), american_codes()))
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns if numbered else [*columns, *(town.GIVEN_HEADER[n] for n in added)])
        for cells in records:
            row = [*cells, *[""] * (len(columns) - len(cells))]
            given_too = () if numbered else town.given_person(next(numbers), chance)
            writer.writerow(row if numbered else [*row, *(given_too[n] for n in added)])
    return len(records)
