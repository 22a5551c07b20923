"""The addresses of the desk."""

from django.urls import path

from chancela.portals.provider.views import (
    code,
    documents,
    guia,
    home,
    listing,
    live,
    new_guia,
    offline,
    person,
    qr,
    series,
)

urlpatterns = [
    path("", home.home, name="desk"),
    path("buscar/", home.search, name="search"),
    path("pessoas/<str:card>/", person.person, name="person"),
    path("pessoas/<str:card>/nova/<slug:kind>/", new_guia.new_guia, name="new_guia"),
    path("procedimentos/<slug:kind>/", new_guia.procedures, name="procedures"),
    path("guias/", listing.guias, name="guias"),
    path("guias/<uuid:guia_id>/", guia.guia, name="guia"),
    path("guias/<uuid:guia_id>/codigo/", code.code, name="code"),
    path("guias/<uuid:guia_id>/codigo/enviar/", code.send, name="send"),
    path("guias/<uuid:guia_id>/validar/", code.validate, name="validate"),
    path("guias/<uuid:guia_id>/cancelar/", guia.cancel, name="cancel"),
    path("guias/<uuid:guia_id>/sessao/", series.confirm, name="session"),
    path("guias/<uuid:guia_id>/encerrar/", series.end, name="series_end"),
    path("guias/<uuid:guia_id>/documentos/", documents.documents, name="guia_documents"),
    path("guias/<uuid:guia_id>/documentos/<uuid:attachment_id>/", documents.document, name="guia_document"),
    path("guias/<uuid:guia_id>/documentos/<uuid:attachment_id>/<int:page>/", documents.document, name="guia_page"),
    path("guias/<uuid:guia_id>/negativa/", documents.denial, name="guia_denial"),
    path("guias/<uuid:guia_id>/papel/", guia.paper, name="paper"),
    path("guias/<uuid:guia_id>/recibo/", guia.receipt, name="receipt"),
    path("guias/<uuid:guia_id>/qr.svg", qr.qr, name="guia_qr"),
    path("guias/<uuid:guia_id>/eventos/", live.events, name="events"),
]
