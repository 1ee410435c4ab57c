"""Every kind of rule by the name that laws give it: a short generator of what is wrong and of what it lacked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ahize_verify import consents, limits, setups
from ahize_verify.call import Call
from ahize_verify.finding import Finding
from ahize_verify.law import Rule

JUDGES: dict[str, Callable[[Rule, Call], Iterator[Finding]]] = {
    name: judge
    for room in (consents, limits, setups)
    for name, judge in vars(room).items()
    if not name.startswith("_") and getattr(judge, "__module__", "") == room.__name__
}
JUDGED_LAST = frozenset({"reassigned"})
"""They look at what the others relied on."""
