"""The app's name for Django."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Has no tables: it only reads."""

    name = "ahize.web.reports"
    label = "reports"
