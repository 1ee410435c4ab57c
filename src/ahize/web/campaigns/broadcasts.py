"""What a broadcast's flow is to the law and to whoever starts it: facts of its words, and what is missing in them.

Answers from the flow alone, so that nobody has to vouch for what can be read. Refuses to know whether a call may be
made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ahize.flows.alone import check_alone, stops
from ahize.flows.checking import Problem, check, texts_of
from ahize.flows.flow import Branch, Choose, Flow, Transfer, Waiting
from ahize.flows.reading import read_flow
from ahize.web.campaigns.models import Campaign, FlowVersion

READ = frozenset(
    {
        *("message_names_caller", "opt_out_mechanism", "opt_out_disconnects", "opt_out_prompt_s"),
        *("human_on_request", "live_operator_intro"),
    }
)
"""Facts of the set-up that are read from the flow and never entered."""
WORDS_A_SECOND = 2.5
"""A calm voice."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def flow_of(row: FlowVersion) -> Flow:
    """The flow that was kept; it could be read when it was brought."""
    return read_flow(row.yaml, where=row.name)


def leads_to_agents(flow: Flow) -> bool:
    """Whether any way leads to somebody of ours."""
    return any(isinstance(node, Transfer) for node in flow.nodes.values())


def sounds_of(flow: Flow) -> set[str]:
    """The ids of recorded sounds that it plays."""
    return {sound for node in flow.nodes.values() for sound in (getattr(node, "sound", None) or {}).values()}


def problems_of(flow: Flow, *, seller_name: str = "") -> tuple[list[Problem], list[Problem]]:
    """What keeps it from being used, and, where nothing does, from being played with nobody of ours on the line."""
    wrong = check(flow)
    return wrong, [] if wrong else check_alone(flow, seller_name=seller_name)


def facts_of(campaign: Campaign) -> dict[str, Any]:
    """What the flow says and lets people do, in the words of ``setup`` (``docs/reference/law.md``)."""
    if campaign.flow is None:
        return {}
    flow = flow_of(campaign.flow)
    _wrong, alone = problems_of(flow, seller_name=campaign.seller.name)
    codes = {problem.code for problem in alone}
    prompt_s = opt_out_prompt_s(flow, campaign.seller.name)
    return {
        "message_names_caller": "no_name_first" not in codes,
        "opt_out_mechanism": not codes & {"no_opt_out", "opt_out_untold"},
        "opt_out_disconnects": "no_opt_out" not in codes,
        "human_on_request": campaign.flow_agents and leads_to_agents(flow),
        "live_operator_intro": False,
        **({} if prompt_s is None else {"opt_out_prompt_s": prompt_s}),
    }


def opt_out_prompt_s(flow: Flow, seller_name: str) -> float | None:
    """How long after saying who calls the way out is offered, in the slowest language; None where it is not at all.

    Counted in words at a calm pace, from the end of the sentence with the name to the begin of the one with the key.
    """
    keys = [key for key, option in flow.anytime.items() if stops(flow, option)]
    slowest = 0.0
    for language in flow.languages:
        sentences = _SENTENCE.split(" ".join(text.get(language, "") for text in _heard_first(flow)))
        named = [
            at for at, one in enumerate(sentences) if "{seller_name}" in one or seller_name.casefold() in one.casefold()
        ]
        told = [
            at
            for at, one in enumerate(sentences)
            if any(re.search(rf"(?<!\w){re.escape(key)}(?!\d)", one) for key in keys)
        ]
        if not named or not told:
            return None
        between = sentences[named[0] + 1 : told[0]]
        slowest = max(slowest, sum(len(one.split()) for one in between) / WORDS_A_SECOND)
    return round(slowest, 1)


def _heard_first(flow: Flow) -> Iterator[Any]:
    """The texts that everybody hears from the start to the first question, that one included; up to a branch."""
    at, seen = flow.start, set()
    while at not in seen:
        seen.add(at)
        node = flow.nodes[at]
        if isinstance(node, Branch | Transfer):
            return
        texts = texts_of(node)
        yield from texts[:1] if isinstance(node, Choose) else texts
        following = flow.goes_to(node)
        if isinstance(node, Waiting) or not following:
            return
        at = following[0]
