"""Which settings of a campaign a plan may have otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

CHANGEABLE: Final = ("mode", "ratio", "abandon_cap", "ring_s_max", "wrap_up_s", "max_attempts")


def changes_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked to be otherwise."""
    return {name: asked[name] for name in CHANGEABLE if asked.get(name) is not None}
