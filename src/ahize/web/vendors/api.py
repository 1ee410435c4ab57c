"""HTTP of vendors' doors: who may post leads to us, and how their posts were answered. The door itself is a view."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Router, Status

from ahize.web.base import Request
from ahize.web.permissions import Verb, requires
from ahize.web.vendors import services
from ahize.web.vendors.models import Door, Post
from ahize.web.vendors.schemas import (
    VendorDoorIn,
    VendorDoorOut,
    VendorKeyOut,
    VendorLeaveIn,
    VendorListIn,
    VendorPostOut,
)

router = Router(tags=["vendors"])

SHOWN = 100


@router.get("/vendors", response=list[VendorDoorOut], auth=requires(Verb.SEE_LISTS))
def vendor_doors(request: Request) -> Any:
    """Doors, open ones first."""
    doors = Door.objects.select_related("seller").order_by("closed_at", "supplier", "id")
    return [_told(door) for door in sorted(doors, key=lambda door: door.closed_at is not None)]


@router.post("/vendors", response={201: VendorKeyOut}, auth=requires(Verb.BRING_LISTS))
def open_vendor_door(request: Request, payload: VendorDoorIn) -> Any:
    """Open a door with one list; its key is told once."""
    opened = services.open_door(
        tenant=request.tenant,
        seller=payload.seller,
        supplier=payload.supplier,
        source=payload.source,
        list_name=payload.list_name,
        by=request.person.id,
        now=request.now,
    )
    return Status(201, {"door": _told(opened.door), "key": opened.key})


@router.post("/vendors/{door_id}/lists", response={201: VendorDoorOut}, auth=requires(Verb.BRING_LISTS))
def add_vendor_list(request: Request, door_id: UUID, payload: VendorListIn) -> Any:
    """A further list behind the door."""
    door = services.access_door(door_id)
    services.add_list(door, number=payload.number, name=payload.name, by=request.person.id, now=request.now)
    return Status(201, _told(door))


@router.patch("/vendors/{door_id}", response=VendorDoorOut, auth=requires(Verb.BRING_LISTS))
def change_vendor_door(request: Request, door_id: UUID, payload: VendorLeaveIn) -> Any:
    """What the vendor may do besides posting."""
    door = services.access_door(door_id)
    changed = services.change(
        door, may_update=payload.may_update, may_stop=payload.may_stop, by=request.person.id, now=request.now
    )
    return _told(changed)


@router.post("/vendors/{door_id}/key", response=VendorKeyOut, auth=requires(Verb.BRING_LISTS))
def new_vendor_key(request: Request, door_id: UUID) -> Any:
    """Another key; the old one opens nothing any more."""
    opened = services.new_key(services.access_door(door_id), by=request.person.id, now=request.now)
    return {"door": _told(opened.door), "key": opened.key}


@router.post("/vendors/{door_id}/close", response=VendorDoorOut, auth=requires(Verb.BRING_LISTS))
def close_vendor_door(request: Request, door_id: UUID) -> Any:
    """Nobody posts here any more; what was posted stays."""
    return _told(services.close(services.access_door(door_id), by=request.person.id, now=request.now))


@router.get("/vendors/{door_id}/posts", response=list[VendorPostOut], auth=requires(Verb.SEE_LISTS))
def vendor_posts(request: Request, door_id: UUID) -> Any:
    """The last hundred posts and how they were answered."""
    return services.access_door(door_id).posts.order_by("-at", "-id")[:SHOWN]


def _told(door: Door) -> dict[str, Any]:
    last = Post.objects.filter(door=door).order_by("-at").values_list("at", flat=True).first()
    lists = door.lists.select_related("list").order_by("number")
    return {
        **{field.attname: getattr(door, field.attname) for field in Door._meta.concrete_fields},
        "seller": door.seller_id,
        "seller_name": door.seller.name,
        "last_post_at": last,
        "lists": [
            {
                "number": one.number,
                "list": one.list_id,
                "name": one.list.name,
                "contacts_count": one.list.contacts_count,
            }
            for one in lists
        ],
    }
