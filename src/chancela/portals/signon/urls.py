"""The addresses of single sign-on; they are there where a house is named."""

from django.urls import path

from chancela.portals.signon import views

urlpatterns = [
    path("", views.leave, name="sign_on"),
    path("retorno/", views.come_back, name="sign_on_back"),
]
