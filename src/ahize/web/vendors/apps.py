"""The Django app of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class VendorsConfig(AppConfig):
    """Names the app; nothing happens on start."""

    name = "ahize.web.vendors"
    label = "vendors"
