"""The addresses of the Hand: everything of an operator stands below its ANS register."""

from django.urls import path

from chancela.portals.hand.views import entrance, home

urlpatterns = [
    path("", entrance.operators, name="hand_doors"),
    path("<slug:ans>/", home.home, name="hand_home"),
    path("<slug:ans>/entrar/", entrance.sign_in, name="hand_sign_in"),
]
