"""The addresses of the operator's desk."""

from django.urls import path

from chancela.portals.operator.views import cases, deliveries, front

urlpatterns = [
    path("", front.index, name="operator"),
    path("entregas/", deliveries.deliveries, name="operator_deliveries"),
    path("casos/", cases.cases, name="operator_cases"),
    path("casos/<uuid:guia_id>/", cases.close, name="close_report"),
    path("contatos/<uuid:contact_id>/", cases.review, name="review_contact"),
]
