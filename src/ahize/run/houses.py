"""Which houses a command is for: the one that ``--house`` names, or all."""

from __future__ import annotations

from django.db import transaction

from ahize.kernel.errors import BadInput
from ahize.web.tenants.models import Tenant
from ahize.web.tenants.queries import every_tenant


def named(name: str) -> list[Tenant]:
    """Those of this name or id; all where it is empty. Raises: BadInput where there is none."""
    with transaction.atomic():
        found = [one for one in every_tenant() if name in ("", one.name, str(one.pk))]
    if not found:
        raise BadInput(f"There is no house “{name}”.", next_step="Leave --house out to see them all.")
    return found


def one(name: str) -> Tenant:
    """The only one of this name. Raises: BadInput where there are several or none."""
    found = named(name)
    if len(found) > 1:
        names = ", ".join(each.name for each in found)
        raise BadInput(f"There are several houses: {names}.", next_step="Say which one with --house.")
    return found[0]
