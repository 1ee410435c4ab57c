"""Reports are tested on the dialing tests' shop, where calls really were leased, cleared, journaled and disposed."""

from web.dialing.conftest import shop

__all__ = ["shop"]
