"""Proof is tested on the dialing tests' shop."""

from web.dialing.conftest import shop

__all__ = ["shop"]
