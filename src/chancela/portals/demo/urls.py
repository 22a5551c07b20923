"""The addresses of the demo: the tour, two doors that open without friction, and the phones."""

from django.urls import path

from chancela.portals.demo import care, doors, phone, tour

urlpatterns = [
    path("", tour.tour, name="front"),
    path("demo/entrar/", doors.sign_in, name="demo_sign_in"),
    path("demo/segundo-fator/", doors.second_factor, name="demo_second_factor"),
    path("demo/confirmar/", doors.confirm, name="demo_confirm"),
    path("demo/sem-codigo/", care.matrix, name="demo_care"),
    path("demo/sem-codigo/<slug:whom>/<slug:fault>/", care.cell, name="demo_care_cell"),
    path("demo/sem-codigo/<slug:whom>/<slug:fault>/comecar/", care.begin, name="demo_care_begin"),
    path("demo/sem-codigo/<slug:whom>/<slug:fault>/portal/", care.switch, name="demo_care_switch"),
    path("demo/phone/<str:card>.json", phone.messages, name="demo_messages"),
    path("demo/phone/<str:card>/<uuid:message_id>/nao", phone.answer, name="demo_answer"),
    path("demo/phone/<str:card>/defeito", phone.trouble, name="demo_trouble"),
    path("demo/phone/<str:card>", phone.phone, name="demo_phone"),
]
