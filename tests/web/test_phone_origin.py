"""The screens may speak to the switch that the browser's phone registers with, and to nobody else."""

import pytest

from ahize.web.middleware import _phones


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("", ""),
        ("ws://127.0.0.1:8088/ws", " ws://127.0.0.1:8088"),
        ("wss://calls.example.org/phone", " wss://calls.example.org"),
        ("https://elsewhere.example", ""),
    ],
)
def test_a_page_may_reach_the_phones_switch_alone(address: str, allowed: str) -> None:
    assert _phones(address) == allowed
