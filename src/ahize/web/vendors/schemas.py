"""What the API says of vendors' doors."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema


class VendorListOut(Schema):
    number: str
    list: UUID
    name: str
    contacts_count: int


class VendorPostOut(Schema):
    at: datetime
    deed: str
    taken: bool
    answer: str


class VendorDoorOut(Schema):
    id: UUID
    supplier: str
    source: str
    seller: UUID
    seller_name: str
    word: str
    may_update: bool
    may_stop: bool
    posted: int
    created_at: datetime
    closed_at: datetime | None
    last_post_at: datetime | None
    lists: list[VendorListOut]


class VendorKeyOut(Schema):
    """A door with its key, which is shown this once."""

    door: VendorDoorOut
    key: str


class VendorDoorIn(Schema):
    seller: UUID
    supplier: str = Field(max_length=200)
    source: str = Field("", max_length=200)
    list_name: str = Field("", max_length=200)


class VendorListIn(Schema):
    number: str = Field(max_length=20)
    name: str = Field(max_length=200)


class VendorLeaveIn(Schema):
    may_update: bool
    may_stop: bool
