"""What each refusal says to a person, in Portuguese and in English: what is so, and what to do next."""

from __future__ import annotations

from typing import Final

from chancela.domain.care_sentences import CARE
from chancela.domain.refusal import Refusal, Refused

PORTUGUESE: Final = "pt-br"
ENGLISH: Final = "en"

SENTENCES: Final[dict[Refusal, tuple[str, str]]] = {
    Refusal.NOT_FOUND: (
        "Não encontramos. Confira o número e tente de novo.",
        "Not found. Check the number and try again.",
    ),
    Refusal.FORBIDDEN: (
        "Esta conta não pode fazer isso. Fale com quem administra o acesso.",
        "This account may not do that. Ask whoever manages access.",
    ),
    Refusal.ASKED_IN_APP: (
        "Neste plano, quem pede o código é a pessoa, no aplicativo. Peça que ela gere o código e diga os números.",
        "With this plan the person asks for the code, in the app. Have them generate it and tell you the digits.",
    ),
    Refusal.CODE_REFUSED: (
        "O código não confere. Confira com a pessoa ou peça um novo código.",
        "The code does not match. Check it with the person or ask for a new code.",
    ),
    Refusal.CODE_MALFORMED: (
        "O código tem 6 dígitos. Digite-o como aparece na mensagem; nenhuma tentativa foi gasta.",
        "The code has 6 digits. Type it as the message shows it; no try was spent.",
    ),
    Refusal.CODE_LOCKED: (
        "Este código foi bloqueado depois de tentativas demais. Confira com a pessoa e peça um novo código.",
        "This code is locked after too many tries. Check with the person and ask for a new one.",
    ),
    Refusal.NO_LIVE_CODE: (
        "Ainda não há código para esta guia. Peça o envio primeiro.",
        "There is no code for this guia yet. Ask for one to be sent first.",
    ),
    Refusal.LATE_CODE_NEEDED: (
        "O prazo do código comum passou. Peça um código tardio para esta guia.",
        "The time for an ordinary code is over. Ask for a late code for this guia.",
    ),
    Refusal.GUIA_VALIDATED: (
        "Esta guia já foi validada. Não é preciso fazer mais nada.",
        "This guia is already validated. There is nothing more to do.",
    ),
    Refusal.GUIA_CANCELLED: (
        "Esta guia foi cancelada. Registre uma nova guia.",
        "This guia was cancelled. Enter a new one.",
    ),
    Refusal.GUIA_DENIED: (
        "Nenhum procedimento desta guia foi autorizado. Veja o motivo em cada um.",
        "No procedure of this guia was authorised. See the reason beside each.",
    ),
    Refusal.GUIA_EXPIRED: (
        "A validade desta guia passou. Registre uma nova guia.",
        "This guia is past its validity. Enter a new one.",
    ),
    Refusal.GUIA_UNDER_ANALYSIS: (
        "Esta guia ainda está em análise. O código pode ser pedido quando ela aguardar token.",
        "This guia is still under analysis. A code can be asked for once it awaits its token.",
    ),
    Refusal.GUIA_PRESENTED: (
        "Já existe uma guia deste prestador com esse número. Confira o número ou abra a guia existente.",
        "This provider already has a guia with that number. Check the number or open the existing guia.",
    ),
    Refusal.GUIA_CHANGED: (
        "A guia mudou depois que esta página foi aberta. Confira o que há de novo e decida de novo.",
        "The guia changed since this page was opened. Look at what is new, then decide again.",
    ),
    Refusal.NOTHING_TO_REVIEW: (
        "Nada do que foi indicado aguarda decisão.",
        "Nothing of what was named awaits a decision.",
    ),
    Refusal.CARD_UNKNOWN: (
        "Número da carteira inválido. Confira os números do cartão, inclusive os zeros à esquerda.",
        "Invalid card number. Check the digits on the card, leading zeros included.",
    ),
    Refusal.PROVIDER_UNKNOWN: (
        "Prestador não encontrado na rede desta operadora.",
        "No such provider in this operator's network.",
    ),
    Refusal.PROVIDER_INACTIVE: (
        "Este prestador está desativado: não registra guias nem pede códigos. O código que a pessoa já tem vale.",
        "This provider is deactivated: it enters no guias and asks for no codes. A code that the person has is good.",
    ),
    Refusal.DETAILS_MISSING: (
        "Confira os dados: nome, conselho, número do registro e UF. Especialidades, até 20, de até 60 letras.",
        "Check the details: name, council, number and state. At most 20 specialties, of 60 letters at most.",
    ),
    Refusal.PROFESSIONAL_KNOWN: (
        "Este registro no conselho já está neste prestador. Mude o profissional que já está lá.",
        "This entry in the council is at this provider already. Change the professional who is there.",
    ),
    Refusal.PROCEDURES_MISSING: (
        "Inclua de 1 a 50 procedimentos, cada um com quantidade de 1 a 99.",
        "Enter 1 to 50 procedures, each with a quantity of 1 to 99.",
    ),
    Refusal.CHANNEL_UNAVAILABLE: (
        "Esta operadora não envia códigos por esse meio. Escolha outro.",
        "This operator does not send codes that way. Choose another.",
    ),
    Refusal.NO_CONTACT: (
        "Não há contato cadastrado que receba o código. Escolha outro meio ou peça que a pessoa ligue para a central.",
        "No contact on file can receive the code. Choose another way or ask the person to ring the call centre.",
    ),
    Refusal.CONTACT_ON_FILE: (
        "O contato cadastrado não pode ser trocado aqui. A pessoa deve falar com a operadora.",
        "The contact on file cannot be changed here. The person should speak to the operator.",
    ),
    Refusal.CONTACT_INVALID: (
        "O contato não é válido. Informe DDD e celular com 9 dígitos, ou um e-mail completo.",
        "The contact is not valid. Give area code and a 9-digit mobile, or a whole e-mail address.",
    ),
    Refusal.CONTACT_IN_REVIEW: (
        "A operadora precisa conferir este contato antes de enviar códigos. Use outro meio ou ligue para a central.",
        "The operator must check this contact before it receives codes. Use another way or call the call centre.",
    ),
    Refusal.CODE_REPORTED: (
        "A pessoa avisou que não pediu este código. Converse com ela; a central da operadora pode liberar a guia.",
        "The person said they did not ask for this code. Talk to them; the operator's call centre can free the guia.",
    ),
    Refusal.PAIR_PAUSED: (
        "Envios em pausa: a pessoa avisou mais de uma vez que não pediu códigos aqui. Ligue para a central.",
        "Codes are paused: the person said more than once that they asked for none here. Call the call centre.",
    ),
    Refusal.JUST_SENT: (
        "Acabamos de enviar por este meio. Espere um instante antes de enviar de novo, ou use outro meio.",
        "It was just sent this way. Wait a moment before sending again, or use another way.",
    ),
    Refusal.CONTACT_OF_PROVIDER: (
        "Este contato é do próprio prestador. O código precisa ir para a pessoa atendida.",
        "This contact belongs to the provider. The code has to go to the person in care.",
    ),
    Refusal.CPF_MISMATCH: (
        "Os dados informados não conferem com o cadastro. Confira com a pessoa.",
        "What was given does not match the records. Check it with the person.",
    ),
    Refusal.TOO_MANY_SENDS: (
        "Muitos envios em pouco tempo. Aguarde antes de pedir outro, ou peça que a pessoa ligue para a central.",
        "Too many messages in a short time. Wait before asking again, or have the person ring the call centre.",
    ),
    Refusal.TOO_MANY_WRONG: (
        "Muitas entradas erradas hoje. Aguarde um pouco e confira o código com a pessoa antes de tentar.",
        "Too many wrong entries today. Wait a little, and check the code with the person before trying.",
    ),
    Refusal.SECOND_FACTOR_NEEDED: (
        "Confirme que é você com o segundo fator para continuar validando.",
        "Confirm with your second factor to go on validating.",
    ),
    Refusal.CHANGED_BY_CALL: (
        "Neste plano, os contatos são trocados pela central. Ligue para a operadora.",
        "With this plan contacts are changed by the call centre. Call your plan.",
    ),
    Refusal.CONFIRM_YOURSELF: (
        "Para mudar isto, confirme antes que é você: enviamos um código ao seu contato.",
        "To change this, confirm first that it is you: we send a code to your contact.",
    ),
    Refusal.INVITATION_OVER: (
        "Este convite não vale mais. Peça outro a quem o enviou.",
        "This invitation is over. Ask whoever sent it for another.",
    ),
    Refusal.ADULTS_ALONE: (
        "Só pessoas com 18 anos ou mais podem fazer isto. Fale com a operadora.",
        "Only people of 18 or older can do this. Call your plan.",
    ),
    Refusal.TIE_TOO_LONG: (
        "A data precisa ser a partir de hoje e dentro de um ano. Escolha outra.",
        "The date has to be today or later, and within a year. Choose another.",
    ),
    Refusal.TOO_MANY_TIES: (
        "Já há ajudas demais ao mesmo tempo. Encerre uma em Família e contatos e tente de novo.",
        "There are too many helpers at once. End one in Family and contacts and try again.",
    ),
    Refusal.TOO_MANY_DEVICES: (
        "Já há aparelhos demais. Remova um em Sua conta e tente de novo.",
        "There are too many devices already. Remove one in Your account and try again.",
    ),
    Refusal.PASSKEY_REFUSED: (
        "Esta chave de acesso não serviu. Tente de novo ou use o código.",
        "This passkey did not work. Try again or use the code.",
    ),
    Refusal.PAPER_NOT_OFFERED: (
        "Este plano não oferece códigos de papel. O código aparece no aplicativo e chega pelos seus contatos.",
        "This plan offers no codes on paper. The code shows in the app and reaches your contacts.",
    ),
    Refusal.CALL_OVER: (
        "Esta ligação já foi encerrada. Abra uma nova, com outro protocolo.",
        "This call is over. Open a new one, with another protocol.",
    ),
    Refusal.CALLER_NOT_IDENTIFIED: (
        "Quem liga ainda não foi identificado. Faça antes as perguntas do cadastro.",
        "The caller is not identified yet. Ask the questions from the file first.",
    ),
    Refusal.CALLER_TRIES_SPENT: (
        "As respostas não conferem com o cadastro, e as tentativas acabaram. Encerre e dê o protocolo à pessoa.",
        "The answers do not fit the file and no tries are left. End the call and give the person the protocol.",
    ),
    Refusal.REASON_NEEDED: (
        "Diga o motivo, com pelo menos 10 letras: ele fica na trilha.",
        "Give the reason, in at least 10 letters: it stays on the trail.",
    ),
    Refusal.TOO_MANY_REVEALS: (
        "Você chegou ao limite de leituras de hoje. Peça a um colega, ou envie o código por outro caminho.",
        "You reached today's limit of readings. Ask a colleague, or send the code another way.",
    ),
    Refusal.NOT_IN_THE_SAME_CALL: (
        "Trocar um contato e ler um código não cabem na mesma ligação. Encerre esta e peça que a pessoa ligue de novo.",
        "Changing a contact and reading a code do not go in one call. End it and ask the person to call again.",
    ),
    Refusal.ANOTHER_PERSON_DECIDES: (
        "Quem pediu não pode aprovar. Outra pessoa da equipe precisa decidir.",
        "Whoever asked cannot approve. Somebody else of the team must decide.",
    ),
    Refusal.NOT_THE_SAME_PERSON: (
        "Estes cadastros não podem ser juntados: CPF ou data de nascimento são diferentes, ou um deles já foi juntado.",
        "These files cannot be merged: CPF or date of birth differ, or one of them was merged before.",
    ),
    Refusal.CODE_ALIVE: (
        "Há um código vivo neste cadastro. Espere que ele seja usado ou vença e tente de novo.",
        "A code of this file is alive. Wait until it is used or over, then try again.",
    ),
    Refusal.FILE_REFUSED: (
        "Não conseguimos ler este arquivo com segurança. Envie uma foto (JPEG, PNG, WebP) ou um PDF sem senha.",
        "This file cannot be read safely. Send a picture (JPEG, PNG, WebP) or a PDF without a password.",
    ),
    Refusal.FILE_TOO_BIG: (
        "O arquivo passa do tamanho aceito. Envie um menor, ou divida-o em partes.",
        "The file is larger than accepted. Send a smaller one, or split it.",
    ),
    Refusal.TOO_MANY_FILES: (
        "Esta guia já tem o máximo de documentos. Fale com a auditoria.",
        "This guia has as many documents as it may. Speak to the auditors.",
    ),
    Refusal.FILES_PAUSED: (
        "Não podemos guardar mais documentos agora. Tente mais tarde, ou fale com a operadora.",
        "No more documents can be kept now. Try again later, or speak to the operator.",
    ),
    Refusal.IMPORT_RUNNING: (
        "Outra importação está em curso. Espere que ela termine e tente de novo.",
        "Another import is under way. Wait until it is done, then try again.",
    ),
    Refusal.IMPORT_NOT_LAST: (
        "Só a última importação pode ser desfeita, e uma vez.",
        "Only the last import can be undone, and once.",
    ),
    Refusal.POLICY_INVALID: (
        "Estas regras não podem valer juntas. Veja o que está marcado.",
        "These rules cannot hold together. See what is marked.",
    ),
    Refusal.POLICY_DATE_PAST: (
        "A vigência começa hoje ou depois. Escolha outro dia.",
        "Rules begin today or later. Choose another day.",
    ),
    Refusal.POLICY_SHIPPED: (
        "As regras que vêm com o sistema não mudam. Copie-as e mude a cópia.",
        "The rules that come with the system do not change. Copy them and change the copy.",
    ),
    **CARE,
    Refusal.KEY_REUSED: (
        "Esta chave de idempotência já foi usada com outro conteúdo. Gere uma chave nova.",
        "This idempotency key was used with another body. Make a new key.",
    ),
    Refusal.KEY_RUNNING: (
        "Este mesmo pedido ainda está em andamento. Aguarde um instante e repita.",
        "This very request is still running. Wait a moment and repeat it.",
    ),
}


def sentence(refused: Refused, language: str = PORTUGUESE) -> str:
    """Return the refusal's sentence in the language, with the tries left where they are known."""
    portuguese, english = SENTENCES[refused.reason]
    if refused.reason is Refusal.CODE_REFUSED and refused.attempts_left is not None:
        return _with_tries(refused.attempts_left, language)
    return english if language == ENGLISH else portuguese


def _with_tries(left: int, language: str) -> str:
    if language == ENGLISH:
        tries = "no tries are" if left == 0 else "1 try is" if left == 1 else f"{left} tries are"
        return f"The code does not match. Check it with the person; {tries} left."
    if left == 0:
        return "O código não confere e foi bloqueado. Peça um novo código."
    tries = "resta 1 tentativa" if left == 1 else f"restam {left} tentativas"
    return f"O código não confere. Confira com a pessoa; {tries}."
