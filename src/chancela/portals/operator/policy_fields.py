"""Which field of a policy is typed in which way, with the label and the hint that it has."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from chancela.domain.policy import Asker, CodeNeeded, ContactCare, ContactDoor, NoCode, Reissue
from chancela.domain.series import SessionCode
from chancela.portals.operator import policy_names as names
from chancela.portals.operator.policy_absences import Reasons
from chancela.portals.operator.policy_entries import Codes, Entry, Length, Number, One, Some, Yes
from chancela.portals.operator.policy_rows import Ages, Ordered, Silence, Steps

ENTRIES: Mapping[str, Entry] = {
    "code_needed": One(_("Quando a guia pede o código"), names.CODE_NEEDED, CodeNeeded),
    "reissue": One(_("Quando o código é pedido de novo"), names.REISSUE, Reissue),
    "askers": Some(_("Quem pode pedir o código"), names.ASKER, Asker),
    "guia_days": Number(_("Por quantos dias a guia pode ser usada")),
    "channels": Ordered(
        _("Meios que o código pode usar"),
        _("Na ordem em que são oferecidos. Só vai por onde a operadora tem transporte."),
    ),
    "ladder": Steps(
        _("Como o código sai sozinho, passo a passo"),
        _("Se não vem notícia de entrega na espera, sai o passo seguinte. Sem meio marcado, o passo não existe."),
    ),
    "quiet": Silence(_("Horas de silêncio"), _("Nelas estes meios não saem sozinhos, a não ser em urgência.")),
    "remembers_channel": Yes(_("Lembrar o último meio escolhido")),
    "cool_down_s": Number(_("Segundos até usar o mesmo meio de novo")),
    "tells_validation": Yes(_("Avisar a pessoa de cada atendimento, com código ou sem")),
    "fresh": Length(_("Até quando o código conta como “na hora”")),
    "valid": Length(_("Por quanto tempo o código vale"), _("No máximo 48 horas.")),
    "tries_per_code": Number(_("Tentativas erradas por código"), _("No máximo 5.")),
    "tries_per_guia": Number(_("Tentativas erradas por guia"), _("No máximo 10, em todos os códigos dela.")),
    "contact_doors": Some(_("Onde a pessoa troca contatos"), names.DOOR, ContactDoor),
    "provider_types_first_contact": Yes(
        _("O prestador pode digitar o primeiro contato"), _("Só quando o cadastro não tem nenhum.")
    ),
    "email_asks_cpf": Yes(_("Pedir o CPF para enviar por e-mail")),
    "families_per_number": Number(_("Outras famílias com o mesmo contato, até ir para conferência")),
    "contact_care": One(_("O que espera um contato trocado pela central"), names.CARE, ContactCare),
    "contact_hold_hours": Number(_("Horas de espera de um contato trocado pela central"), _("No mínimo 24.")),
    "ages": Ages(
        _("Quem recebe o quê, por idade"), _("Cada linha vale até a seguinte. Sem idade escrita, a linha não existe.")
    ),
    "history_days": Number(_("Dias de atendimentos que a pessoa vê no aplicativo")),
    "no_code": Some(
        _("Como o atendimento segue sem código"), names.NO_CODE, NoCode, _("Ninguém fica sem atendimento: ao menos um.")
    ),
    "offline_codes": Yes(_("Aceitar código que o celular gera sem sinal")),
    "offline_late_days": Number(_("Até quantos dias depois um código sem sinal é aceito")),
    "paper_codes": Number(_("Códigos numa folha de papel"), _("0 não oferece nem aceita.")),
    "sends_per_guia_hour": Number(_("Mensagens por guia e hora")),
    "sends_per_person_hour": Number(_("Mensagens por pessoa e hora")),
    "sends_per_number_hour": Number(_("Mensagens por número ou e-mail e hora")),
    "sends_per_provider_floor": Number(_("Mensagens por prestador e dia, no mínimo")),
    "sends_per_provider_guia": Number(_("Mensagens por guia do dia do prestador")),
    "wrong_per_provider_floor": Number(_("Tentativas erradas por prestador e dia, no mínimo")),
    "wrong_per_provider_percent": Number(_("Ou esta parte das guias do dia, em %")),
    "caller_questions": Number(_("Perguntas a quem liga"), _("De 2 a 5.")),
    "reveals_per_agent_day": Number(_("Códigos que um atendente lê por dia")),
    "absences": Reasons(
        _("Motivos para seguir sem código"),
        _("Na ordem do balcão. Documento, assinatura e protocolo podem vir depois; o atendimento não espera."),
    ),
    "absence_sample_percent": Number(
        _("Amostra dos atendimentos sem código, em %"), _("0 não confere; 100 confere todos.")
    ),
    "absence_owed_days": Number(_("Dias para enviar o que falta de um atendimento sem código")),
    "late_days": Number(_("Dias para o código depois do atendimento"), _("0 não oferece o código tardio.")),
    "late_reminder_days": Number(_("Dias antes do fim em que o prestador é lembrado")),
    "slip_days": Number(_("Dias para enviar a guia assinada")),
    "block_numbers": Number(_("Números de contingência entregues de cada vez")),
    "block_days": Number(_("Dias em que valem os números de contingência")),
    "outage_minutes": Number(_("Minutos sem resposta até o sistema notar uma queda")),
    "series": Codes(
        _("Procedimentos em série, confirmados sessão por sessão"),
        _("Códigos TUSS, ou só o começo deles, um por linha, no máximo 20. Vazio: nenhum."),
    ),
    "session_code": One(_("O que pede um dia com várias sessões"), names.SESSION_CODE, SessionCode),
    "day_sessions": Number(
        _("Quantas sessões um código confirma no mesmo dia"), _("Contando a dele; depois, outro código ou o motivo.")
    ),
    "dispute_days": Number(_("Dias para decidir um atendimento contestado")),
}
