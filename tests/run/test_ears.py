"""Whom the gate has to understand what people say; nobody is said, never guessed."""

from __future__ import annotations

import logging

import pytest

from ahize.run.gated import ears_of

HERE = {"AHIZE_ARI_URL": "http://127.0.0.1:8088"}


def test_off_or_a_program_that_is_not_there_leaves_the_keys(caplog: pytest.LogCaptureFixture) -> None:
    assert ears_of({**HERE, "AHIZE_RECOGNISER": "off"}) == ()
    assert ears_of({**HERE, "AHIZE_RECOGNISER": "/nowhere/hears"}) == ()
    assert "no such program" in caplog.text


def test_sound_crosses_no_network_that_nobody_named(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    there = {"AHIZE_ARI_URL": "http://192.0.2.7:8088", "AHIZE_RECOGNISER": "cat"}
    assert ears_of(there) == ()
    assert "AHIZE_HEARS_ON" in caplog.text
    assert ears_of({**there, "AHIZE_HEARS_ON": "192.0.2.1"})
