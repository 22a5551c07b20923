"""Every address of the pages; those of the demo are there in the demo alone."""

from django.conf import settings
from django.urls import include, path
from django.views.i18n import set_language

from chancela.portals.accounts.views import own_home
from chancela.portals.design.views import accent

urlpatterns = [
    path("balcao/", include("chancela.portals.provider.urls")),
    path("operadora/", include("chancela.portals.operator.urls")),
    path("nao-pedi/", include("chancela.portals.report.urls")),
    path("app/", include("chancela.portals.hand.urls")),
    path("conta/", include("chancela.portals.accounts.urls")),
    path("idioma/", set_language, name="language"),
    path("cores/<slug:ans>.css", accent, name="accent"),
]
if settings.SIGN_ON:
    urlpatterns += [path("conta/unico/", include("chancela.portals.signon.urls"))]
if settings.DEMO:
    urlpatterns += [path("", include("chancela.portals.demo.urls"))]
else:
    urlpatterns += [path("", own_home, name="front")]
