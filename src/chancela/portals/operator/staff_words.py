"""What administrators read: why an account stays as it is, what each role is for, and what each permission lets do."""

from django.utils.translation import gettext_lazy as _

from chancela.domain.staff import Change, Objection, Reach
from chancela.portals.accounts.models import Role
from chancela.portals.design.words import Said

OBJECTION = {
    Objection.STALE: _("Faz mais de 15 minutos que você confirmou quem é. Confirme de novo e repita."),
    Objection.OWN: _("O seu próprio acesso, quem muda é outra pessoa da administração."),
    Objection.TAKEN: _("Este usuário já existe. Escolha outro."),
    Objection.OTHER_DESK: _("Um acesso de prestador não vira acesso da operadora. Abra outro."),
    Objection.SINGLE_SIGN_ON: _("O papel desta pessoa vem do login único da operadora: muda-se lá."),
}
NO_PROVIDER = _("Não há prestador ativo com este código na rede.")
DONE = {
    Change.RENAMED: _("Alterações salvas."),
    Change.CLOSED: _("Acesso fechado. Quem estava dentro com ele já saiu."),
    Change.REOPENED: _("Acesso reaberto, com a mesma senha e o mesmo segundo fator."),
    Change.RESET: _("Segundo fator retirado. A pessoa entra de novo pelo login único e ativa outro."),
}
ACTIVE = Said("good", _("Ativo"), "check")
INVITED = Said("wait", _("Convite em aberto"), "clock")
WITHOUT = Said("wait", _("Ativo, ainda sem segundo fator"), "clock")
EXPIRED = Said("bad", _("Convite vencido"), "alert")
CLOSED = Said("still", _("Fechado"), "minus")

ROLE = {
    Role.AGENT: _("atende quem liga, com protocolo: identifica, envia e lê códigos, recebe avisos"),
    Role.AUDITOR: _("decide guias em auditoria e casos, lê a trilha"),
    Role.ANALYST: _("cuida de pessoas, rede, importações e rascunhos de regras"),
    Role.MANAGER: _("o mesmo que a análise, e aprova regras e trocas de contato"),
    Role.DPO: _("vê quem viu o quê e exporta a trilha"),
    Role.ADMINISTRATOR: _("abre, muda e fecha acessos; não vê dados de pessoas"),
}
REACH = {
    Reach.ALL: Said("good", _("Sim"), "check"),
    Reach.THEIRS: Said("wait", _("Na ligação, com quem liga identificado"), "voice"),
    Reach.NONE: Said("still", _("Não"), "minus"),
}
PERMISSION = {
    "read_guia": _("Ver uma guia"),
    "register_guia": _("Registrar uma guia"),
    "review_guia": _("Decidir uma guia em auditoria"),
    "issue_token": _("Gerar um código"),
    "send_token": _("Enviar o código outra vez"),
    "reveal_token": _("Ler um código vivo"),
    "validate_token": _("Validar um atendimento"),
    "cancel_guia": _("Cancelar uma guia"),
    "expire_token": _("Encerrar um código vencido"),
    "climb_ladder": _("Passar ao próximo meio de envio"),
    "report_token": _("Registrar “não pedi este código”"),
    "close_report": _("Decidir um aviso de “não pedi”"),
    "review_contact": _("Aceitar ou recusar um contato digitado por prestador"),
    "read_carriers": _("Ver as entregas e os fornecedores de envio"),
    "open_session": _("Entrar como pessoa atendida"),
    "manage_person": _("Mudar os próprios contatos e quem ajuda"),
    "tell_attendance": _("Avisar depois do atendimento"),
    "tell_decision": _("Avisar da decisão da auditoria"),
    "take_call": _("Atender uma ligação na central"),
    "approve_contact": _("Aprovar uma troca de contato"),
    "apply_contact": _("Aplicar uma troca de contato que esperou o prazo"),
    "read_people": _("Procurar pessoas, com dados mascarados"),
    "reveal_record": _("Revelar dados de uma pessoa, com motivo"),
    "change_people": _("Mudar o cadastro de pessoas"),
    "read_network": _("Ver a rede de prestadores"),
    "change_network": _("Mudar a rede de prestadores"),
    "add_attachment": _("Anexar um arquivo à guia"),
    "read_attachment": _("Abrir um anexo da guia"),
    "import_files": _("Importar arquivos (SIB, contatos, prestadores)"),
    "read_policy": _("Ler as regras da operadora"),
    "write_policy": _("Redigir regras"),
    "approve_policy": _("Aprovar regras"),
    "manage_staff": _("Abrir, mudar e fechar acessos"),
    "read_trail": _("Ler a trilha"),
    "export_trail": _("Exportar a trilha"),
    "read_picture": _("Ver os números do dia"),
    "record_absence": _("Seguir sem código, com o motivo"),
    "review_absence": _("Conferir atendimentos sem código"),
    "chase_absence": _("Cobrar o que falta de atendimentos sem código"),
    "postpone_token": _("Deixar o código para depois do atendimento"),
    "settle_late": _("Lembrar e encerrar códigos tardios"),
    "print_slip": _("Imprimir a guia para assinatura"),
    "take_block": _("Receber números de contingência"),
    "give_number": _("Dar um número de contingência por telefone"),
    "reconcile_guia": _("Lançar guias de contingência"),
    "declare_outage": _("Declarar e encerrar uma queda"),
    "notice_outage": _("Notar uma queda e anexar a prova"),
    "close_series": _("Encerrar uma série de sessões"),
    "decide_dispute": _("Decidir um atendimento contestado"),
    "answer_dispute": _("Responder a uma contestação"),
    "tell_dispute": _("Avisar como terminou a contestação"),
    "manage_webhooks": _("Ligar sistemas aos avisos de guias"),
}
