"""Who may post leads to us, into which lists, and how each post was answered.

Answers: is this key somebody's, which lists are theirs, which of our contacts did they bring? Refuses to know what a
lead holds: that stands with the contact, and goes with it.
"""

from __future__ import annotations

from django.db import models

from ahize.web.base import TenantModel
from ahize.web.contacts.models import Contact, ContactList, Import
from ahize.web.tenants.models import Seller

WORD_MAX = 20


class Door(TenantModel):
    """One supplier's way in for one seller. ``word`` is its user name; only the hash of its key is kept.

    ``posted`` counts its leads: the next one's number, by which the vendor knows it again.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    supplier = models.TextField()
    source = models.TextField(blank=True, default="")
    word = models.CharField(max_length=WORD_MAX, unique=True)
    key_hash = models.CharField(max_length=64)
    may_update = models.BooleanField(default=True)
    may_stop = models.BooleanField(default=True)
    posted = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()


class DoorList(TenantModel):
    """A list behind a door, under the digits by which the vendor names it."""

    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="lists")
    number = models.CharField(max_length=12)
    list = models.ForeignKey(ContactList, on_delete=models.PROTECT, related_name="+")
    imported = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["door", "number"], name="door_list_once"),)


class Lead(TenantModel):
    """A contact under the number that its vendor was told."""

    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="leads")
    number = models.PositiveIntegerField()
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["door", "number"], name="lead_number_once"),)


class Post(TenantModel):
    """One post and our answer to it; nothing in it tells of whom it was."""

    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="posts")
    at = models.DateTimeField()
    deed = models.CharField(max_length=40)
    taken = models.BooleanField()
    answer = models.CharField(max_length=120)

    class Meta:
        default_permissions = ()
        indexes = (models.Index(fields=["door", "-at"], name="post_by_door"),)
