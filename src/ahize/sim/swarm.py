"""A shift drawn from nothing but a seed: its size, its campaigns, its people and its faults.

Swarm testing: each seed switches features and faults on and off, so that rare combinations meet. Shifts are short and
many rather than long and few.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ahize.dialer.values import Mode
from ahize.kernel.chance import Chance, stream
from ahize.sim.faults import Faults, drawn
from ahize.sim.people import Manners
from ahize.sim.scenario import AgentManners, Answering, Campaign, Definition, Scenario


def shift_of(seed: int) -> Scenario:
    """The shift of this seed."""
    chance = stream(seed, "swarm")
    agents = chance.choice((1, 2, 3, 5, 8, 12, 12, 20))
    shift = Scenario(
        name=f"seed {seed}",
        starts=_morning(chance),
        minutes=chance.uniform(3, 7),
        agents=agents,
        lines=chance.choice((2500, 2500, agents + 2)),
        campaigns=tuple(_campaign(chance, agents) for _ in range(chance.choice((1, 1, 2)))),
        people=_people(chance),
        seats=_agents(chance),
        answering=Answering(
            tuple(chance.uniform(0.3, 2.5) for _ in range(4)) if chance.random() < 0.4 else (1.0,), every_s=120.0
        ),
        faults=drawn(chance),
        unknown_share=chance.choice((0.0, 0.02, 0.3)),
        listed_share=chance.choice((0.0, 0.1)),
        same_number_share=chance.choice((0.0, 0.1)),
        callbacks=chance.choice((0, 0, 3)),
        revocations_every_s=chance.choice((0.0, 20.0, 60.0)),
        leave_at_once=chance.choice((0.0, 0.0, 200.0)),
    )
    shift = _with_telephones(shift, stream(seed, "swarm telephones"))
    shift = _with_laws(shift, stream(seed, "swarm laws"))
    shift = _with_definitions(shift, stream(seed, "swarm definitions"))
    shift = _with_presence(shift, stream(seed, "swarm presence"))
    shift = _with_a_house(shift, stream(seed, "swarm house"))
    return _with_early_joins(shift, stream(seed, "swarm early joins"))


def _with_presence(shift: Scenario, chance: Chance) -> Scenario:
    """In some shifts agents say when they will go, that a talk comes to its end, and let a break wait for who rings.

    Where nothing else goes wrong all of them wait, and the share must stay under its cap nevertheless.
    """
    seats = shift.seats
    if chance.random() < 0.5:
        return shift
    if shift.is_calm:
        breaks = {"break_every_s": chance.choice((40.0, 150.0)), "break_s": 20.0, "waits": 1.0}
        return replace(shift, seats=replace(seats, shift_s=chance.choice((0.0, 150.0)), **breaks))
    told = {
        "closes": chance.choice((0.0, 0.5)),
        "waits": chance.choice((0.0, 0.7)),
        "shift_s": chance.choice((0.0, 200.0)),
    }
    return replace(shift, seats=replace(seats, **told))


def _with_a_house(shift: Scenario, chance: Chance) -> Scenario:
    """In a third of the shifts the house has a limit of its own for the day, which several campaigns share; now and
    then it changes its mind."""
    if chance.random() < 0.67:
        return shift
    live = chance.choice((0, 60, 400, 3000))
    house = Definition(
        cap=chance.choice((0.0, 0.01, 0.03, 0.1, 0.3)),
        days=1,
        live_answers=live,
        abandoned=live // 90,
        period_s=chance.choice((200.0, 900_000.0)),
    )
    campaigns = shift.campaigns * (2 if len(shift.campaigns) == 1 else 1)
    if chance.random() < 0.7:  # Their own caps have much to spend, so that the house's is the one that binds.
        campaigns = tuple(
            replace(one, abandon_cap=0.5, live_answers=3000, abandoned=0, law=None, confidence=None)
            for one in campaigns
        )
    if chance.random() < 0.5:  # All would dial far ahead, and the day has a few calls for them together.
        campaigns = tuple(
            replace(
                one, mode="ratio", ratio=2.5, abandon_cap=0.5, live_answers=3000, abandoned=0, law=None, confidence=None
            )
            for one in campaigns
        )
        house = replace(house, cap=0.03, live_answers=chance.choice((40, 70, 100, 150)), abandoned=0)
    changes = chance.random() < 0.3
    return replace(
        shift,
        campaigns=campaigns,
        house=house,
        house_changes_s=chance.uniform(30.0, 200.0) if changes else 0.0,
        house_cap=chance.choice((None, 0.0, 0.01, 0.5)),
    )


def _with_definitions(shift: Scenario, chance: Chance) -> Scenario:
    """In a third of the shifts the called people's law counts abandoned calls in a way of its own, or a campaign keeps
    its cap with a confidence."""
    if chance.random() < 0.65:
        return shift
    return replace(shift, campaigns=tuple(_defined(campaign, chance) for campaign in shift.campaigns))


def _defined(campaign: Campaign, chance: Chance) -> Campaign:
    if chance.random() < 0.8:
        live = chance.choice((0, 60, 400, 400, 3000))
        days = chance.choice((1, 1, 1, 1, 30, 31))
        law = Definition(
            cap=min(campaign.abandon_cap, chance.choice((0.0, 0.03, 0.1, 0.5))),
            days=days,
            live_answers=live,
            abandoned=live // 90,
            period_s=chance.choice((200.0, 900_000.0)),
            # The earlier calls leave the last 24 hours in the midst of the shift, or after it.
            ago_s=chance.choice(
                (40_000.0, 86_400.0 - chance.uniform(20.0, 250.0), 86_400.0 - chance.uniform(20.0, 250.0))
            ),
        )
        # Its own cap has much to spend, so that the law's is the one that binds.
        return replace(campaign, law=law, live_answers=3000, abandoned=0)
    if campaign.mode == "predictive" and campaign.abandon_cap > 0.0:
        return replace(campaign, confidence=chance.choice((0.95, 0.99, 0.999)))
    return campaign


def _with_laws(shift: Scenario, chance: Chance) -> Scenario:
    """Other states in some shifts, periods that end in the midst of others; and now and then a shift in which nothing
    goes wrong and nobody leaves, so that the share itself must stay under its cap."""
    campaigns = tuple(_in_a_period(campaign, shift.minutes, chance) for campaign in shift.campaigns)
    regions = chance.choice((("US-NY",), ("US-NY",), ("US-NY", "US-FL"), ("US-TX", "US-CO", "US-WA", "US-NY")))
    shift = replace(shift, campaigns=campaigns, regions=regions)
    if chance.random() >= 0.12:
        return shift
    return replace(
        shift,
        phones=False,
        leave_at_once=0.0,
        faults=Faults(),
        people=replace(shift.people, misheard=0.0),
        seats=AgentManners(break_every_s=0.0, finish_after=0.0, too_slow=0.0),
    )


def _in_a_period(campaign: Campaign, minutes: float, chance: Chance) -> Campaign:
    """Of some campaigns the period ends in the midst, after it had much to spend."""
    if chance.random() < 0.65:
        return campaign
    live = chance.choice((200, 3000))
    return replace(campaign, live_answers=live, abandoned=live // 60, period_s=chance.uniform(30, 50 * minutes))


def _with_telephones(shift: Scenario, chance: Chance) -> Scenario:
    """In two of three shifts what came with real telephones: phones that fail, transfers, ears, broadcasts."""
    if chance.random() < 0.34:
        return shift
    phones = chance.random() < 0.5
    return replace(
        shift,
        phones=phones,
        campaigns=tuple(_with_a_flow(campaign, chance) for campaign in shift.campaigns),
        people=replace(shift.people, opts_out=chance.choice((0.0, 0.3)), wants_an_agent=chance.choice((0.1, 0.6))),
        seats=replace(
            shift.seats,
            holds=chance.choice((0.0, 0.2)),
            hands_over=chance.choice((0.0, 0.1, 0.4)),
            consults=chance.choice((0.0, 0.1, 0.4)),
            parks=chance.choice((0.0, 0.1, 0.3)),
            drops=chance.choice((0.0, 0.8)),
            is_listened_to=chance.choice((0.0, 0.3)),
        ),
        faults=replace(
            shift.faults,
            phone_lost_every_s=chance.choice((0.0, 20.0, 60.0)),
            phone_s=chance.choice((6.0, 30.0)),
        ),
    )


def _with_early_joins(shift: Scenario, chance: Chance) -> Scenario:
    """In a third of the shifts the switch is told while it rings whose the answer is."""
    if chance.random() < 0.67:
        return shift
    campaigns = (
        one if one.mode == "broadcast" else replace(one, detect=False, join_while_ringing="silent")
        for one in shift.campaigns
    )
    return replace(shift, campaigns=tuple(campaigns))


def _with_a_flow(campaign: Campaign, chance: Chance) -> Campaign:
    """Some campaigns don't listen for machines; some are broadcasts."""
    campaign = replace(campaign, detect=chance.random() < 0.6)
    if chance.random() < 0.65:
        return campaign
    return replace(
        campaign,
        mode="broadcast",
        flow_agents=chance.random() < 0.5,
        broadcast_lines=chance.choice((2, 10)),
        broadcast_per_s=chance.choice((0.2, 2.0)),
        on_machine=chance.choice(("leave", "hang_up")),
    )


def _morning(chance: Chance) -> datetime:
    """A working day in New York; now and then so early or so late that the law's hour falls into the shift."""
    day = datetime(2026, 3, 3, tzinfo=UTC) + timedelta(days=chance.randrange(0, 20))
    edge = chance.random()
    # Eight in New York is 13:00 UTC in winter and 12:00 in summer; nine in the evening is thirteen hours later.
    eight = day + timedelta(hours=12 if day >= datetime(2026, 3, 8, tzinfo=UTC) else 13)
    if edge < 0.1:
        return eight - timedelta(minutes=4)
    if edge < 0.2:
        return eight + timedelta(hours=13) - timedelta(minutes=4)
    return day + timedelta(hours=chance.uniform(15, 20))


def _campaign(chance: Chance, agents: int) -> Campaign:
    live = chance.choice((0, 0, 200, 3000))
    mode: Mode = chance.choice(("ratio", "ratio", "predictive", "predictive", "progressive", "preview", "manual"))
    ratio = chance.choice((1.2, 1.5, 2.5))
    return Campaign(
        mode=mode,
        ratio=ratio,
        contacts=chance.choice((20, 120, 40 * agents + 100)),
        ring_s_max=chance.choice((20, 25, 30)),
        wrap_up_s=chance.choice((0, 15, 60)),
        preview_s=chance.choice((0, 10, 30)),
        abandon_cap=chance.choice((0.0, 0.01, 0.03, 0.03, 0.05, 0.1, 0.5)),
        max_attempts=chance.choice((1, 6)),
        live_answers=live,
        abandoned=live // 60,
    )


def _people(chance: Chance) -> Manners:
    return Manners(
        person=chance.choice((0.1, 0.25, 0.5, 0.9)),
        machine=chance.choice((0.05, 0.3)),
        disconnected=0.02,
        misheard=chance.choice((0.0, 0.03, 0.1)),
        says_nothing=chance.choice((0.0, 0.0, 0.3)),
        set_up_s=chance.choice((0.5, 2.5)),
        leaves_in_silence_s=chance.choice((0.7, 2.0, 20.0)),
        no_sale_talk_ln=chance.choice((3.0, 4.0)),
        sale_talk_ln=4.5,
        asks_to_be_left_alone=chance.choice((0.03, 0.2)),
        callback=chance.choice((0.05, 0.3)),
    )


def _agents(chance: Chance) -> AgentManners:
    return AgentManners(
        break_every_s=chance.choice((0.0, 300.0, 1500.0)),
        break_s=chance.choice((20.0, 120.0)),
        finish_after=chance.choice((0.0, 0.1)),
        too_slow=chance.choice((0.0, 0.2)),
        disposes_early=chance.choice((0.0, 0.3)),
        dials_by_hand_every_s=chance.choice((0.0, 0.0, 40.0)),
        signs_off_every_s=chance.choice((0.0, 0.0, 300.0)),
    )
