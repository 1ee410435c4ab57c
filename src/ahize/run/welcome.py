"""Says how the first administrator comes in: once, as a link; afterwards nothing.

A process of its own, as ``web``: ``python -m ahize.run.welcome``.
"""

from __future__ import annotations

import os
import sys

import django


def main() -> int:
    django.setup()
    from ahize.web.accounts.services import first_admin_link  # noqa: PLC0415  needs Django set up
    from ahize.web.base import CLOCK  # noqa: PLC0415

    link = first_admin_link(CLOCK.now())
    if link is not None:
        print(f"  First administrator: {os.environ['AHIZE_URL']}{link.path}")
        print(f"  This link works once, until {link.expires_at:%A %d %B %Y, %H:%M} UTC.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
