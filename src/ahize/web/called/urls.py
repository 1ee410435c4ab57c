"""The public page's addresses. Nothing of the API is reachable from here."""

from __future__ import annotations

from django.urls import path

from ahize.web.called import views

urlpatterns = [
    path("called", views.which),
    path("called/", views.which),
    path("called/style.css", views.style),
    path("called/<word>", views.home),
    path("called/<word>/stop", views.stop),
    path("called/<word>/receipt", views.receipt),
    path("called/<word>/receipt/<code>", views.receipt),
    path("called/<word>/code", views.code),
    path("called/<word>/read", views.read),
    path("called/<word>/copy", views.copy),
    path("called/<word>/hear/<ticket>", views.hear),
    path("called/<word>/ask", views.ask),
    path("called/<word>/really", views.really),
    path("called/<word>/made-up-telephone", views.made_up_telephone),
    path("called/<path:rest>", views.nowhere),
]
