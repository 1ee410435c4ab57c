"""The roles and verbs of ``web/permissions.py`` under the name by which accounts are asked for them."""

from ahize.web.permissions import VERBS, OpenToAll, Person, Requires, Role, Verb, open_to_all, requires

__all__ = ["VERBS", "OpenToAll", "Person", "Requires", "Role", "Verb", "open_to_all", "requires"]
