"""Staffing is tested on the dialing tests' shop, whose campaign has a list."""

from web.dialing.conftest import shop

__all__ = ["shop"]
