"""Doors and their lists: opened, given a new key, closed. A key is shown once and kept as a hash alone."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ahize.intake.folding import plain_key
from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web.audit import services as audit
from ahize.web.base import draw_id
from ahize.web.contacts import growing
from ahize.web.rls import setting_scope
from ahize.web.tenants.queries import ROLL_CALL, access_seller
from ahize.web.vendors.models import Door, DoorList

NUMBER = re.compile(r"[0-9]{3,12}", re.ASCII)
USUAL = "999"
"""The list that vendors' programs mean when they name none."""
_KEY_BYTES = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """A door, and the key to it that nobody is told again."""

    door: Door
    key: str


def open_door(
    *, tenant: UUID, seller: UUID, supplier: str, source: str, list_name: str, by: UUID, now: datetime
) -> Opened:
    """Let a supplier post leads of a seller's into a new list. Raises: BadInput, NotFound."""
    supplier = supplier.strip()
    if not supplier:
        raise BadInput(_("Say who the supplier is."), field="supplier")
    owner = access_seller(seller)
    key = secrets.token_hex(_KEY_BYTES)
    with transaction.atomic():
        door = Door.objects.create(
            id=draw_id(now),
            tenant_id=tenant,
            seller=owner,
            supplier=supplier,
            source=source.strip(),
            word=_word_for(supplier),
            key_hash=_hashed(key),
            created_at=now,
            by=by,
        )
        _audit(door, "open_vendor_door", by=by, now=now)
        add_list(door, number=USUAL, name=list_name or supplier, by=by, now=now)
    return Opened(door, key)


def add_list(door: Door, *, number: str, name: str, by: UUID, now: datetime) -> DoorList:
    """A further list behind a door, under the digits by which the vendor will name it. Raises: BadInput, Conflict."""
    number = number.strip()
    if NUMBER.fullmatch(number) is None:
        raise BadInput(
            _("A list's number has 3 to 12 digits."),
            field="number",
            next_step=_("Take one like 1001."),
            code="bad_number",
        )
    if not name.strip():
        raise BadInput(_("Give the list a name."), field="name")
    with transaction.atomic():
        door = access_door(door.pk, lock=True)
        _still_open(door)
        if door.lists.filter(number=number).exists():
            raise Conflict(
                _("This door has a list %(number)s already.") % {"number": number},
                code="door_list_taken",
                next_step=_("Choose another number."),
            )
        opened = growing.open_list(
            tenant=door.tenant_id,
            seller=door.seller_id,
            name=name.strip(),
            supplier=door.supplier,
            source=door.source,
            by=by,
            now=now,
        )
        return DoorList.objects.create(
            id=draw_id(now),
            tenant_id=door.tenant_id,
            door=door,
            number=number,
            list=opened.list,
            imported=opened.imported,
        )


def change(door: Door, *, may_update: bool, may_stop: bool, by: UUID, now: datetime) -> Door:
    """What the vendor may do besides posting."""
    with transaction.atomic():
        door = access_door(door.pk, lock=True)
        _still_open(door)
        before = {"may_update": door.may_update, "may_stop": door.may_stop}
        door.may_update, door.may_stop = may_update, may_stop
        door.save(update_fields=["may_update", "may_stop"])
        _audit(door, "change_vendor_door", before=before, by=by, now=now)
    return door


def new_key(door: Door, *, by: UUID, now: datetime) -> Opened:
    """Another key; the old one opens nothing any more."""
    key = secrets.token_hex(_KEY_BYTES)
    with transaction.atomic():
        door = access_door(door.pk, lock=True)
        _still_open(door)
        door.key_hash = _hashed(key)
        door.save(update_fields=["key_hash"])
        _audit(door, "new_vendor_key", by=by, now=now)
    return Opened(door, key)


def close(door: Door, *, by: UUID, now: datetime) -> Door:
    """Nobody posts here any more; what was posted stays."""
    with transaction.atomic():
        door = access_door(door.pk, lock=True)
        _still_open(door)
        door.closed_at = now
        door.save(update_fields=["closed_at"])
        _audit(door, "close_vendor_door", by=by, now=now)
    return door


def access_door(door_id: UUID, *, lock: bool = False) -> Door:
    """The door, or a problem 404."""
    rows = Door.objects.select_for_update() if lock else Door.objects.all()
    found = rows.filter(pk=door_id).first()
    if found is None:
        raise NotFound(_("There is no such door."), code="no_door")
    return found


def opened_by(word: str, key: str) -> Door | None:
    """The open door of this word and key; read before the tenant is known, whatever is wrong takes as long."""
    with setting_scope(ROLL_CALL, "on"):
        door = Door.objects.filter(word=word).first()
    fits = hmac.compare_digest(door.key_hash if door else _hashed(""), _hashed(key))
    return door if door is not None and fits and door.closed_at is None else None


def _still_open(door: Door) -> None:
    if door.closed_at is not None:
        raise Conflict(_("This door is closed."), code="door_closed", next_step=_("Open a new one."))


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _word_for(supplier: str) -> str:
    """A user name that says whose it is and cannot be guessed from that."""
    return f"{plain_key(supplier).replace(' ', '')[:10] or 'vendor'}-{secrets.token_hex(4)}"


def _audit(door: Door, action: str, *, by: UUID, now: datetime, before: dict[str, bool] | None = None) -> None:
    audit.record(
        tenant=door.tenant_id,
        by=by,
        action=action,
        subject_kind="vendor_door",
        subject_id=door.pk,
        before=before,
        after={
            "supplier": door.supplier,
            "seller": str(door.seller_id),
            "may_update": door.may_update,
            "may_stop": door.may_stop,
        },
        now=now,
    )
