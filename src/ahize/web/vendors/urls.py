"""The address that vendors' programs have built in."""

from __future__ import annotations

from django.urls import path

from ahize.web.vendors import views

urlpatterns = [path("vicidial/non_agent_api.php", views.post)]
