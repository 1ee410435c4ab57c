"""What a campaign needs from the floors above it, by name, so that no import points upwards.

``hopper`` fills the rows a campaign dials from; ``ahize.web.dialing.services`` provides it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, cast

from django.utils.module_loading import import_string

from ahize.web.campaigns.models import Campaign

_OPEN_HOPPER = "ahize.web.dialing.services.open_hopper"


class OpenHopper(Protocol):
    """Make every contact of the campaign's lists due that is not there yet; take out those whose list left it."""

    def __call__(self, campaign: Campaign, *, now: datetime) -> object: ...


def open_hopper(campaign: Campaign, *, now: datetime) -> None:
    """Ask the dialing app to bring a campaign's due rows in line with its lists."""
    cast(OpenHopper, import_string(_OPEN_HOPPER))(campaign, now=now)
