"""Every address of the pages; those of the demo are there in the demo alone."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.views.i18n import set_language

from chancela.portals.design.views import accent


async def front(request: HttpRequest) -> HttpResponse:
    """Where there is no demo, the desk is what people come for."""
    del request
    return HttpResponseRedirect("/balcao/")


urlpatterns = [
    path("balcao/", include("chancela.portals.provider.urls")),
    path("conta/", include("chancela.portals.accounts.urls")),
    path("idioma/", set_language, name="language"),
    path("cores/<slug:ans>.css", accent, name="accent"),
]
if settings.DEMO:
    urlpatterns += [path("", include("chancela.portals.demo.urls"))]
else:
    urlpatterns += [path("", front, name="front")]
