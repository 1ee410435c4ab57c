"""What a pacer that predicts says on the wallboard, while it is news."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ahize.dialer.commands import Explain, Learned
from ahize.dialer.events import Tick
from ahize.kernel.ids import CampaignId
from ahize.web.campaigns.models import Campaign
from ahize.web.dialing import floor
from ahize.web.dialing.store import Entry
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop


@pytest.mark.parametrize(
    ("mode", "later_s", "shown"), [("predictive", 2, True), ("predictive", 60, False), ("ratio", 2, False)]
)
def test_the_wallboard_says_why_so_many_are_dialled(shop: Shop, mode: str, later_s: int, shown: bool) -> None:
    word = Explain(
        CampaignId(shop.campaign),
        dials=7,
        free=3,
        freeing=2.4,
        within_s=9.0,
        in_air=11,
        worth=1.6,
        allowance=14,
        decides="CA",
    )
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.append([Entry(NOW, Tick(), (word,))])
    with shop.open():
        Campaign.objects.filter(pk=shop.campaign).update(mode=mode)
        (card,) = floor.wallboard(now=NOW + timedelta(seconds=later_s))["campaigns"]
    told = {
        "dials": 7,
        "free": 3,
        "freeing": 2.4,
        "within_s": 9.0,
        "in_air": 11,
        "worth": 1.6,
        "allowance": 14,
        "decides": "CA",
    }
    assert card["forecast"] == (told if shown else None)


def test_what_a_pacer_has_learned_is_there_for_the_next_engine(shop: Shop) -> None:
    with shops.ledger_of(shop) as ledger:
        ledger.recover(NOW, seed=1, lines=10)
        ledger.append([Entry(NOW, Tick(), (Learned(CampaignId(shop.campaign), "1:abc"),))])
    with shops.ledger_of(shop) as ledger:
        (settings,) = ledger.recover(NOW + timedelta(minutes=1), seed=1, lines=10).campaigns
    assert settings.learned == "1:abc"
