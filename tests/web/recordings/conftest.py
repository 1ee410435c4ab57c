"""Recordings are tested on the dialing tests' shop, with files that really are sealed."""

from __future__ import annotations

from web.dialing.conftest import shop

__all__ = ["shop"]
