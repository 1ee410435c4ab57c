"""The deeds of a vendor's program: add a lead, change one, ask one of its fields, put a number on the stop list.

A lead is read as a row of a file is, so that it is refused for the same reasons; whether it may be called is for
clearance to say at the dial, and nothing here can jump that queue. A vendor reaches the leads it brought and no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from ahize.intake.numbers import read_numbers
from ahize.intake.places import region_of
from ahize.intake.plans import region_of_calling_code
from ahize.kernel.errors import BadInput
from ahize.web.base import draw_id
from ahize.web.campaigns.models import CampaignList
from ahize.web.consents import queries as consents
from ahize.web.consents import services as stops
from ahize.web.consents.models import Suppression
from ahize.web.contacts import growing
from ahize.web.contacts import services as contacts
from ahize.web.contacts.models import Contact, ListState, Phone
from ahize.web.contacts.reading import TOLD_BY_ROW
from ahize.web.vendors import services
from ahize.web.vendors.answers import Line, Refusal
from ahize.web.vendors.models import Door, DoorList, Lead

BLANK: Final = "--BLANK--"
"""How a program says that a field is to be emptied."""
RECORDS_MAX: Final = 20
SOURCE_MIN: Final = 2

_PLAIN = (
    "vendor_lead_code", "source_id", "title", "first_name", "middle_initial", "last_name", "address1", "address2",
    "address3", "city", "state", "province", "postal_code", "country_code", "gender", "date_of_birth", "email",
    "security_phrase", "comments",
)  # fmt: skip
"""What a lead may say of a person, by the names of VICIdial's columns."""
_CONSENT = re.compile(r"consent_[a-z_]{2,20}")
"""And what it may say of a consent, by ours: a lead that names none is nobody's permission to be called by machines."""
_ASKING = frozenset(
    {
        *("user", "pass", "function", "source", "list_id", "phone_number", "phone_code", "alt_phone"),
        *("multi_alt_phones", "dnc_check", "campaign_dnc_check", "campaign_id", "add_to_hopper", "hopper_priority"),
        *("hopper_local_call_time_check", "duplicate_check", "usacan_prefix_check", "usacan_areacode_check"),
        *("nanpa_ac_prefix_check", "custom_fields", "tz_method", "lookup_state", "list_exists_check", "lead_id"),
        *("search_method", "search_location", "insert_if_not_found", "records", "no_update", "rank", "owner"),
        *("gmt_offset_now", "entry_list_id", "force_entry_list_id", "field_name", "archived_lead", "format"),
        *("update_phone_number", "delete_lead", "delete_cf_data", "reset_lead", "remove_from_hopper"),
        *("list_id_field", "user_field", "status", "called_count"),
        *("callback", "callback_status", "callback_datetime", "callback_type", "callback_user", "callback_comments"),
    }
)
_CHANGED: Final = {
    "first_name": "first_name", "last_name": "last_name", "city": "city", "state": "region",
    "postal_code": "postal_code", "email": "email",
}  # fmt: skip
_ADDRESS: Final = ("address1", "address2", "address3")
_REFUSED: Final = (
    *("update_phone_number", "delete_lead", "delete_cf_data", "reset_lead", "remove_from_hopper", "add_to_hopper"),
    *("callback", "list_id_field", "user_field", "status", "called_count"),
)
"""What a program may ask in VICIdial and not here; it is told by name. A number is never exchanged for another: the
history of a lead, its consents and its refusals belong to the number."""
_DUPLICATE = re.compile(r"DUP(PHONEALT|TITLEALTPHONE|NAMEPHONE|)(LIST|CAMP|SYS)(?:(\d{1,3})DAY)?")
_WHERE: Final = {"LIST": "LIST", "CAMP": "CAMPAIGN LISTS", "SYS": "SYSTEM"}
_BY: Final = {
    "": "PHONE NUMBER",
    "PHONEALT": "PHONE NUMBER",
    "TITLEALTPHONE": "TITLE ALT_PHONE",
    "NAMEPHONE": "NAME PHONE",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One asking: whose door, what, and when."""

    door: Door
    said: Mapping[str, str]
    now: datetime

    def __getitem__(self, name: str) -> str:
        return self.said.get(name, "").strip()

    def yes(self, name: str) -> bool:
        """Whether a switch is on."""
        return self[name].upper() == "Y"


def add_lead(asked: Asked) -> Iterator[Line]:
    """Bring a new lead. Raises: Refusal."""
    yield from _add(asked, "add_lead")


def update_lead(asked: Asked) -> Iterator[Line]:
    """Change what is known of leads this vendor brought, or only say whether there are any. Raises: Refusal."""
    deed = "update_lead"
    if not asked.door.may_update:
        raise Refusal(deed, "USER DOES NOT HAVE PERMISSION TO UPDATE LEADS IN THE SYSTEM", asked["user"], 0)
    found = list(_searched(asked, deed))
    named = (asked["lead_id"], asked["vendor_lead_code"], asked["phone_number"])
    if not found:
        if not asked.yes("insert_if_not_found"):
            raise Refusal(deed, "NO MATCHES FOUND IN THE SYSTEM", asked["user"], *named)
        if not asked["phone_number"]:
            wanted = (asked["phone_number"], asked["phone_code"], asked["list_id"], asked["insert_if_not_found"])
            raise Refusal(deed, "INVALID DATA FOR LEAD INSERTION", asked["user"], *wanted)
        yield Line("NOTICE", deed, "NO MATCHES FOUND IN THE SYSTEM", (asked["user"], *named))
        yield from _add(asked, deed)
        return
    for lead in found:
        if asked.yes("no_update"):
            told = (asked["user"], lead.number, lead.contact.external_id, _number_of(lead.contact), _digits_of(lead))
            yield Line("NOTICE", deed, "LEADS FOUND IN THE SYSTEM", told)
            continue
        try:
            contacts.correct(lead.contact, _changes(asked, lead.contact), by=None, now=asked.now)
        except BadInput:
            raise Refusal(deed, "INVALID DATA FOR LEAD UPDATE", asked["user"], lead.number) from None
        yield Line("SUCCESS", deed, "LEAD HAS BEEN UPDATED", (asked["user"], lead.number))
    for name in _REFUSED:
        if asked[name] not in ("", "N"):
            yield Line("NOTICE", deed, f"{name.upper()} IS NOT DONE HERE", (asked["user"], found[0].number))


def lead_field_info(asked: Asked) -> Iterator[str]:
    """One field of a lead, and nothing else. Raises: Refusal."""
    deed = "lead_field_info"
    if not asked["lead_id"].isdecimal() or not asked["field_name"]:
        raise Refusal(deed, "INVALID SEARCH PARAMETERS", asked["user"], asked["lead_id"], asked["field_name"])
    lead = _leads(asked.door).filter(number=_number_in(asked["lead_id"])).first()
    if lead is None:
        raise Refusal(deed, "LEAD NOT FOUND", asked["user"], asked["lead_id"], asked["field_name"])
    value = _field_of(lead, asked["field_name"])
    if value is None:
        raise Refusal(deed, "LEAD FIELD NOT FOUND", asked["user"], asked["lead_id"], asked["field_name"])
    yield value


def add_dnc_phone(asked: Asked) -> Iterator[Line]:
    """Stop calls to a number: for the seller, or with ``SYSTEM_INTERNAL`` for the whole house. Raises: Refusal."""
    deed = "add_dnc_phone"
    if not asked.door.may_stop:
        raise Refusal(deed, "USER DOES NOT HAVE PERMISSION TO ADD DNC NUMBERS", asked["user"], 0)
    number, campaign = asked["phone_number"], asked["campaign_id"]
    if not number or not campaign:
        raise Refusal(deed, "YOU MUST USE ALL REQUIRED FIELDS", asked["user"], number, campaign)
    e164 = _e164(asked, deed)
    seller = None if campaign == "SYSTEM_INTERNAL" else asked.door.seller_id
    if Suppression.objects.filter(e164=e164, seller=seller, channel=None, covers="everything", ended_at=None).exists():
        raise Refusal(deed, "DNC NUMBER ALREADY EXISTS", asked["user"], number, campaign)
    stops.suppress(
        tenant=asked.door.tenant_id,
        seller=seller,
        e164=e164,
        source="vendor",
        by=None,
        now=asked.now,
        reason=asked.door.supplier,
    )
    yield Line("SUCCESS", deed, "DNC NUMBER HAS BEEN ADDED", (asked["user"], number, campaign))


DEEDS: Final[Mapping[str, Callable[[Asked], Iterator[Line | str]]]] = {
    "add_lead": add_lead,
    "update_lead": update_lead,
    "lead_field_info": lead_field_info,
    "add_dnc_phone": add_dnc_phone,
}


# ── adding ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _add(asked: Asked, deed: str) -> Iterator[Line]:
    number, user = asked["phone_number"], asked["user"]
    into = _list(asked, deed)
    e164 = _e164(asked, deed)
    for check, said in (("dnc_check", "PHONE NUMBER IN DNC"), ("campaign_dnc_check", "PHONE NUMBER IN CAMPAIGN DNC")):
        if asked[check].upper() in ("Y", "AREACODE") and consents.suppressed_among(asked.door.seller_id, [e164]):
            raise Refusal(deed, said, number, user)
    _refuse_duplicates(asked, deed, into, e164)
    cells = _cells(asked, e164)
    grown = growing.grow(
        into.imported_id, cells, region=_region(asked) or asked.door.seller.country, preset="vicidial", now=asked.now
    )
    if grown.contact is None:
        why = next((problem.code for problem in grown.problems if problem.is_error), "phone_invalid")
        raise Refusal(deed, f"INVALID LEAD, {why.upper()}", number, user)
    lead = _numbered(asked.door, grown.contact, asked.now)
    told = (number, into.number, lead.number, _offset(grown.contact, asked.now), user)
    yield Line("SUCCESS", deed, "LEAD HAS BEEN ADDED", told)
    if asked.yes("custom_fields"):
        yield _custom_told(asked, deed, number, lead, into)
    phones = grown.contact.phones.count()
    if asked["multi_alt_phones"] and phones > 1:
        yield Line("NOTICE", deed, "MULTI-ALT-PHONE NUMBERS LOADED", (phones - 1, user, lead.number))
    if asked.yes("add_to_hopper"):
        said = "ADDED TO HOPPER" if _is_called(into) else "NOT ADDED TO HOPPER, LIST IS NOT CALLED NOW"
        yield Line("NOTICE", deed, said, (number, lead.number, lead.number, user))
    if asked.yes("callback"):
        yield Line("NOTICE", deed, "SCHEDULED CALLBACK NOT ADDED, PROMISES ARE MADE BY AGENTS", (lead.number,))
    for problem in grown.problems:
        if problem.code not in TOLD_BY_ROW:
            continue
        yield Line("NOTICE", deed, f"REMARK {problem.code.upper()}", (number, problem.column))


def _list(asked: Asked, deed: str) -> DoorList:
    number = asked["list_id"] or services.USUAL
    found = asked.door.lists.select_related("list").filter(number=number).first()
    if found is None or found.list.state != ListState.PUBLISHED:
        raise Refusal(deed, "NOT AN ALLOWED LIST ID", asked["phone_number"], number)
    return found


def _region(asked: Asked) -> str:
    """The country by whose rules the number is written: that of the code, where one is said."""
    code = asked["phone_code"]
    return (region_of_calling_code(code, asked.door.seller.country) or "") if code else ""


def _e164(asked: Asked, deed: str) -> str:
    """The number of an asking. Programs leave the trunk's zero out as often as in."""
    text = asked["phone_number"]
    region = _region(asked) or asked.door.seller.country
    code = "".join(sign for sign in asked["phone_code"] if sign.isdigit())
    readings = [read_numbers(text, region)]
    if code and text.isdecimal():
        readings.append(read_numbers(f"+{code}{text}", None))
    for reading in readings:
        if len(reading.found) == 1:
            return reading.found[0].number.e164
    codes = readings[0].codes
    short = "phone_too_short" in codes or "phone_too_long" in codes
    said = "INVALID PHONE NUMBER LENGTH" if short else "INVALID PHONE NUMBER"
    raise Refusal(deed, said, text, asked["user"])


def _cells(asked: Asked, e164: str) -> dict[str, str]:
    cells = {"phone_number": e164} | {name: asked[name] for name in _PLAIN if asked[name]}
    cells |= {name: asked[name] for name in asked.said if _CONSENT.fullmatch(name) and asked[name]}
    if asked["alt_phone"]:
        cells["alt_phone"] = asked["alt_phone"]
    if asked["multi_alt_phones"]:
        cells["phone"] = "; ".join(part.split("_")[0] for part in asked["multi_alt_phones"].split("!") if part)
    return cells | _custom(asked)


def _custom(asked: Asked) -> dict[str, str]:
    if not asked.yes("custom_fields"):
        return {}
    ours = {*_PLAIN, *_ASKING}
    return {
        name: asked[name] for name in asked.said if name not in ours and not _CONSENT.fullmatch(name) and asked[name]
    }


def _custom_told(asked: Asked, deed: str, number: str, lead: Lead, into: DoorList) -> Line:
    said = "VALUES ADDED" if _custom(asked) else "NOT ADDED, NO FIELDS DEFINED"
    return Line("NOTICE", deed, f"CUSTOM FIELDS {said}", (number, lead.number, into.number))


def _numbered(door: Door, contact: Contact, now: datetime) -> Lead:
    """The next number of this door; its row is held until the commit, so that no two leads get the same."""
    held = services.access_door(door.pk, lock=True)
    held.posted += 1
    held.save(update_fields=["posted"])
    return Lead.objects.create(
        id=draw_id(now), tenant_id=door.tenant_id, door=held, number=held.posted, contact=contact, at=now
    )


def _offset(contact: Contact, now: datetime) -> str:
    """Hours from UTC now where the person may be; the first place where there are several, nothing where unknown."""
    first = contact.phones.order_by("position").first()
    if first is None or not first.zones:
        return ""
    offset = now.astimezone(ZoneInfo(first.zones[0])).utcoffset() or timedelta()
    return f"{offset / timedelta(hours=1):g}"


def _is_called(into: DoorList) -> bool:
    return CampaignList.objects.filter(list=into.list_id, campaign__state="running").exists()


# ── finding ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _refuse_duplicates(asked: Asked, deed: str, into: DoorList, e164: str) -> None:
    for name in filter(None, asked["duplicate_check"].upper().split("-")):
        match = _DUPLICATE.fullmatch(name)
        if match is None:
            raise Refusal(deed, "DUPLICATE CHECK NOT KNOWN", name, asked["user"])
        by, where, days = match.group(1), match.group(2), match.group(3)
        same = _same(asked, e164, by)
        if same is None:
            continue
        rows = Contact.objects.filter(_within(into, where), erased_at=None, **same).order_by("-created_at", "-id")
        if days:
            rows = rows.filter(created_at__gte=asked.now - timedelta(days=int(days)))
        found = rows.first()
        if found is not None:
            raise Refusal(deed, f"DUPLICATE {_BY[by]} IN {_WHERE[where]}", *_whose(asked, found, by, where))


def _same(asked: Asked, e164: str, by: str) -> dict[str, object] | None:
    """What a duplicate has in common with the lead; None where the lead itself lacks it."""
    phone = {"phones__e164": e164}
    if by == "":
        return {**phone, "phones__position": 0}
    if by == "PHONEALT":
        return {**phone}
    if by == "NAMEPHONE":
        return {**phone, "first_name": asked["first_name"], "last_name": asked["last_name"]}
    others = read_numbers(asked["alt_phone"], _region(asked) or asked.door.seller.country).found
    if not others or not asked["title"]:
        return None
    return {"phones__e164": others[0].number.e164, "fields__title": asked["title"]}


def _within(into: DoorList, where: str) -> Q:
    if where == "LIST":
        return Q(list=into.list_id)
    published = Q(list__state=ListState.PUBLISHED, seller=into.list.seller_id)
    if where == "SYS":
        return published
    campaigns = CampaignList.objects.filter(list=into.list_id).values("campaign")
    return published & Q(list__in=CampaignList.objects.filter(campaign__in=campaigns).values("list"))


def _whose(asked: Asked, found: Contact, by: str, where: str) -> tuple[object, ...]:
    """What is told of a duplicate: its number and list where it is the vendor's own lead, else that it is there."""
    lead = _leads(asked.door).filter(contact=found).first()
    digits = _digits_of(lead) if lead else ""
    head: tuple[object, ...] = (asked["phone_number"],)
    if by == "NAMEPHONE":
        head = (asked["first_name"], asked["last_name"], *head)
    elif by == "TITLEALTPHONE":
        head = (asked["title"], asked["alt_phone"])
    told = (*head, asked["list_id"] or services.USUAL, lead.number if lead else "")
    return told if where == "LIST" else (*told, digits)


def _leads(door: Door) -> QuerySet[Lead]:
    return Lead.objects.select_related("contact", "contact__list").filter(door=door, contact__erased_at=None)


def _searched(asked: Asked, deed: str) -> QuerySet[Lead]:
    method = asked["search_method"].upper() or "LEAD_ID"
    records = min(int(asked["records"]), RECORDS_MAX) if asked["records"].isdecimal() else 1
    rows = _leads(asked.door).order_by("-number")
    if asked["search_location"].upper() == "LIST" and asked["list_id"]:
        rows = rows.filter(contact__list=_list(asked, deed).list_id)
    known = False
    if "LEAD_ID" in method and asked["lead_id"]:
        known = True
        if (found := rows.filter(number=_number_in(asked["lead_id"]))).exists():
            return found[:1]
    if "VENDOR_LEAD_CODE" in method and asked["vendor_lead_code"]:
        known = True
        if (found := rows.filter(contact__external_id=asked["vendor_lead_code"])).exists():
            return found[:records]
    if "PHONE_NUMBER" in method and asked["phone_number"]:
        known = True
        numbered = Phone.objects.filter(e164=_e164(asked, deed), position=0).values("contact")
        if (found := rows.filter(contact__in=numbered)).exists():
            return found[:records]
    if not known:
        named = (asked["lead_id"], asked["vendor_lead_code"], asked["phone_number"])
        raise Refusal(deed, "NO VALID SEARCH METHOD", asked["user"], method, *named)
    return rows.none()


def _number_in(text: str) -> int:
    """A lead's number; one that no lead can have where it is none."""
    return int(text) if text.isdecimal() and len(text) <= 9 else 0


def _digits_of(lead: Lead) -> str:
    found = DoorList.objects.filter(door=lead.door_id, list=lead.contact.list_id).first()
    return found.number if found else ""


def _number_of(contact: Contact) -> str:
    first = contact.phones.order_by("position").first()
    return first.e164 if first else ""


# ── fields ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _changes(asked: Asked, contact: Contact) -> dict[str, str]:
    changes = {ours: asked[theirs].replace(BLANK, "") for theirs, ours in _CHANGED.items() if asked[theirs]}
    if any(asked[name] for name in _ADDRESS):
        parts = [asked[name].replace(BLANK, "") for name in _ADDRESS]
        changes["address"] = ", ".join(part for part in parts if part)
    if changes.get("region"):
        changes["region"] = _state(changes["region"], contact)
    for name, value in _custom(asked).items():
        changes[f"{contacts.FURTHER}{name}"] = value.replace(BLANK, "")
    if asked["comments"]:
        changes[f"{contacts.FURTHER}notes"] = asked["comments"].replace(BLANK, "")
    return changes


def _state(text: str, contact: Contact) -> str:
    """A state as it is kept; what is none is refused, for a law may read it."""
    found = region_of(text, contact.country)
    if not found:
        raise BadInput("There is no such state in that country.", field="state")
    return found


def _field_of(lead: Lead, name: str) -> str | None:
    contact = lead.contact
    own = {
        "lead_id": str(lead.number),
        "list_id": _digits_of(lead),
        "vendor_lead_code": contact.external_id,
        "phone_number": _number_of(contact),
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "address1": contact.address,
        "city": contact.city,
        "state": contact.region,
        "postal_code": contact.postal_code,
        "country_code": contact.country,
        "email": contact.email,
        "entry_date": lead.at.isoformat(),
    }
    if name in own:
        return own[name]
    kept = contact.fields.get(name)
    return None if kept is None else str(kept)
