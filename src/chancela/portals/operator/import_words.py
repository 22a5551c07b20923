"""What the office reads of an import: its states, its counts, its fields."""

import datetime as dt

from django.utils.translation import gettext, gettext_lazy as _, ngettext

from chancela.portals.design.words import Said

MINUTE_S = 60
KIND = {
    "people": _("CSV de pessoas"),
    "providers": _("CSV de prestadores"),
    "sib": _("Arquivo do SIB"),
}
STATE = {
    "waiting": Said("wait", _("Na fila"), "queued"),
    "reading": Said("wait", _("Lendo o arquivo"), "clock"),
    "ready": Said("wait", _("Prévia pronta"), "eye"),
    "asked": Said("wait", _("Vai começar"), "queued"),
    "running": Said("wait", _("Importando"), "clock"),
    "done": Said("good", _("Importado"), "check"),
    "cut": Said("bad", _("Interrompida"), "alert"),
    "undo_asked": Said("wait", _("Vai ser desfeita"), "queued"),
    "undoing": Said("wait", _("Desfazendo"), "clock"),
    "undone": Said("still", _("Desfeita"), "back"),
    "refused": Said("bad", _("Não pôde ser lido"), "stop"),
    "dropped": Said("still", _("Descartado"), "minus"),
}
COUNTS = {
    "new": _("novos"),
    "changed": _("mudariam"),
    "unchanged": _("ficam como estão"),
    "ended": _("seriam desligados"),
    "contacts": _("contatos novos ou confirmados"),
    "guardians": _("com outros responsáveis"),
    "protected": _("marcas de proteção"),
    "private": _("marcas de sigilo"),
    "left_out": _("desligados que não conhecemos, deixados de fora"),
    "refused": _("recusados"),
}
COUNTS_DONE = {
    **COUNTS,
    "changed": _("mudaram"),
    "unchanged": _("ficaram como estavam"),
    "ended": _("foram desligados"),
}
UNDONE = {
    "restored": _("voltaram ao que eram"),
    "removed": _("foram retirados"),
    "undo_ended": _("ficaram, desligados"),
    "left": _("ficaram como estão"),
}
HOW = {
    "new": Said("good", _("novo"), "plus"),
    "changed": Said("wait", _("muda"), "refresh"),
    "absent": Said("bad", _("não está no arquivo"), "minus"),
}
FATE = {
    "ended": _("já tinha movimento: ficou, desligado"),
    "left": _("alguém mudou depois: ficou como está"),
}
FIELDS = {
    "name": _("nome"),
    "birth_date": _("nascimento"),
    "cpf": _("CPF"),
    "cns": _("CNS"),
    "cco": _("CCO"),
    "operator_code": _("código na operadora"),
    "relation": _("parentesco"),
    "holder_id": _("titular"),
    "plan": _("plano"),
    "standing": _("situação"),
    "joined_date": _("inclusão"),
    "ended_date": _("desligamento"),
    "card_valid_until": _("validade da carteira"),
    "covers_dental": _("cobertura odontológica"),
    "covers_medical": _("cobertura médica"),
    "uses_no_mobile": _("uso de celular"),
    "language": _("idioma"),
    "private": _("sigilo"),
    "protected": _("proteção"),
    "named_guardian_id": _("responsável nomeado"),
    "guardians": _("responsáveis"),
    "document": _("CNPJ ou CPF"),
    "council": _("conselho"),
    "specialties": _("especialidades"),
    "phones": _("telefones"),
    "emails": _("e-mails"),
    "active": _("situação"),
    "staff": _("equipe"),
    "mobile": _("celular"),
    "landline": _("telefone fixo"),
    "email": _("e-mail"),
}
NO_FILE = _("Escolha um arquivo para enviar.")
NO_ROOM = _("O servidor está sem espaço para este arquivo. Avise quem cuida da instalação e tente de novo depois.")


def lasting(left: dt.timedelta) -> str:
    """About how long, as people say it: "menos de um minuto", "cerca de 3 minutos"."""
    minutes = round(left.total_seconds() / MINUTE_S)
    if minutes < 1:
        return gettext("menos de um minuto")
    return ngettext("cerca de %(n)d minuto", "cerca de %(n)d minutos", minutes) % {"n": minutes}
