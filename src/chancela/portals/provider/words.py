"""What people at the desk read for each thing the core knows: a word, an icon, and a tone that is never alone."""

from django.utils.translation import gettext_lazy as _

from chancela.domain.delivery import Channel
from chancela.domain.guia import ItemState, Kind
from chancela.domain.people import Relation
from chancela.domain.policy import ContactDoor
from chancela.domain.token import Method, Window
from chancela.portals.design.words import Said

LACKING = Said("wait", _("FALTA DOCUMENTO"), "document")
STOPPED = Said("bad", _("ENVIO PARADO"), "alert")
ITEM = {
    ItemState.AUTHORISED: Said("good", _("Autorizado"), "check"),
    ItemState.UNDER_AUDIT: Said("still", _("Em auditoria"), "eye"),
    ItemState.AWAITING_DOCUMENT: Said("wait", _("Ato complementar"), "document"),
    ItemState.DENIED: Said("bad", _("Negado"), "stop"),
}
SEND_BY = {
    Channel.APP: _("Enviar pelo aplicativo da pessoa"),
    Channel.SMS: _("Enviar por SMS para %(to)s"),
    Channel.WHATSAPP: _("Enviar por WhatsApp para %(to)s"),
    Channel.VOICE: _("Ligar para %(to)s"),
    Channel.EMAIL: _("Enviar por e-mail para %(to)s"),
}
SEND_AGAIN_BY = {
    Channel.APP: _("Reenviar pelo aplicativo da pessoa"),
    Channel.SMS: _("Reenviar por SMS para %(to)s"),
    Channel.WHATSAPP: _("Reenviar por WhatsApp para %(to)s"),
    Channel.VOICE: _("Ligar de novo para %(to)s"),
    Channel.EMAIL: _("Reenviar por e-mail para %(to)s"),
}
SEND_BY_READER = {Channel.APP: _("Enviar pelo aplicativo do responsável")}
SEND_AGAIN_BY_READER = {Channel.APP: _("Reenviar pelo aplicativo do responsável")}
FOLLOWS_BY = {
    Channel.APP: _("enviamos pelo aplicativo"),
    Channel.SMS: _("enviamos por SMS para %(to)s"),
    Channel.WHATSAPP: _("enviamos por WhatsApp para %(to)s"),
    Channel.VOICE: _("ligamos para %(to)s"),
    Channel.EMAIL: _("enviamos por e-mail para %(to)s"),
}
KIND_SHORT = {
    Kind.CONSULTA: _("Consulta"),
    Kind.SP_SADT: _("Exame"),
    Kind.INTERNACAO: _("Internação"),
    Kind.ODONTO: _("Odontologia"),
}
KIND_ICON = {Kind.CONSULTA: "stethoscope", Kind.SP_SADT: "flask", Kind.INTERNACAO: "bed", Kind.ODONTO: "tooth"}
KIND_KEY = {Kind.CONSULTA: "c", Kind.SP_SADT: "x", Kind.INTERNACAO: "i", Kind.ODONTO: "o"}
WINDOW = {Window.FRESH: _("na hora"), Window.VALID: _("no prazo"), Window.LATE: _("tardio")}
METHOD = {Method.TOKEN: "", Method.OFFLINE: _("código sem sinal"), Method.PAPER: _("código de papel")}
RELATION = {
    Relation.HOLDER: _("titular"),
    Relation.SPOUSE: _("cônjuge"),
    Relation.CHILD: _("filho ou filha"),
    Relation.STEPCHILD: _("enteado ou enteada"),
    Relation.PARENT: _("pai ou mãe"),
    Relation.OTHER: _("dependente"),
}
DOOR = {
    ContactDoor.APP: _("no aplicativo da operadora"),
    ContactDoor.SITE: _("no site da operadora"),
    ContactDoor.CALL_CENTRE: _("na central de atendimento"),
}
FACE = {
    "O": _("Oclusal"),
    "I": _("Incisal"),
    "M": _("Mesial"),
    "D": _("Distal"),
    "V": _("Vestibular"),
    "L": _("Lingual"),
    "P": _("Palatina"),
}
