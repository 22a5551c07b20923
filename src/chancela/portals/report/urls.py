"""The address that stands in e-mails."""

from django.urls import path

from chancela.portals.report import views

urlpatterns = [path("<str:slip>", views.report, name="report")]
