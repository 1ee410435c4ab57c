"""Plans are tested on the dialing tests' shop."""

from __future__ import annotations

from web.dialing.conftest import shop

__all__ = ["shop"]
