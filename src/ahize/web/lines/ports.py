"""What lines need from the floors above them, by name, so that no import points upwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.utils.module_loading import import_string

_GATE_IS_UP = "ahize.web.dialing.floor.gate_is_up"


def gate_is_up(now: datetime) -> bool:
    """Whether somebody tells us how lines stand at all; what was told before may be long over."""
    return cast(Callable[[datetime], bool], import_string(_GATE_IS_UP))(now)
