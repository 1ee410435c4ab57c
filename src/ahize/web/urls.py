"""Three doors: our API, allauth's for signing in, and a sign of life."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from ahize.web.api import api


def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - whoever asks
    """The process serves requests. What it needs besides, ``doctor`` and the readiness list tell."""
    return JsonResponse({"alive": True})


urlpatterns = [
    path("healthz", healthz),
    path("api/", api.urls),
    path("_allauth/", include("allauth.headless.urls")),
]
