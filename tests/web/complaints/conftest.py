"""Complaints are tested on the dialing tests' shop, where calls really were cleared, dialled and journaled."""

from __future__ import annotations

from web.dialing.conftest import shop

__all__ = ["shop"]
