"""Refusals: the answers that are not what was asked for, returned as values so that what was spent stays spent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why a deed was not done; the value is the slug of the problem type in the machine contract."""

    NOT_FOUND = "nao-encontrado"
    FORBIDDEN = "sem-permissao"
    CODE_REFUSED = "codigo-recusado"
    CODE_MALFORMED = "codigo-malformado"
    CODE_LOCKED = "codigo-bloqueado"
    NO_LIVE_CODE = "sem-codigo-vivo"
    LATE_CODE_NEEDED = "exige-codigo-tardio"
    GUIA_VALIDATED = "guia-ja-validada"
    GUIA_CANCELLED = "guia-cancelada"
    GUIA_DENIED = "guia-negada"
    GUIA_EXPIRED = "guia-vencida"
    GUIA_UNDER_ANALYSIS = "guia-em-analise"
    GUIA_PRESENTED = "guia-ja-apresentada"
    GUIA_CHANGED = "guia-mudou"
    NOTHING_TO_REVIEW = "nada-a-revisar"
    CARD_UNKNOWN = "carteira-invalida"
    PROVIDER_UNKNOWN = "prestador-desconhecido"
    PROVIDER_INACTIVE = "prestador-desativado"
    DETAILS_MISSING = "dados-incompletos"
    PROFESSIONAL_KNOWN = "profissional-ja-cadastrado"
    PROCEDURES_MISSING = "procedimentos-ausentes"
    CHANNEL_UNAVAILABLE = "canal-indisponivel"
    NO_CONTACT = "sem-contato"
    CONTACT_ON_FILE = "contato-de-cadastro"
    CONTACT_INVALID = "contato-invalido"
    CONTACT_OF_PROVIDER = "contato-do-prestador"
    CONTACT_IN_REVIEW = "contato-em-revisao"
    CODE_REPORTED = "codigo-contestado"
    PAIR_PAUSED = "envios-em-pausa"
    JUST_SENT = "enviado-agora"
    ASKED_IN_APP = "so-no-aplicativo"
    CPF_MISMATCH = "dados-nao-conferem"
    TOO_MANY_SENDS = "envios-demais"
    TOO_MANY_WRONG = "entradas-demais"
    SECOND_FACTOR_NEEDED = "exige-segundo-fator"
    CHANGED_BY_CALL = "troca-pela-central"
    CONFIRM_YOURSELF = "confirme-que-e-voce"
    INVITATION_OVER = "convite-encerrado"
    ADULTS_ALONE = "so-entre-adultos"
    TIE_TOO_LONG = "prazo-da-ajuda"
    TOO_MANY_TIES = "ajudas-demais"
    TOO_MANY_DEVICES = "aparelhos-demais"
    PASSKEY_REFUSED = "chave-recusada"
    PAPER_NOT_OFFERED = "sem-codigos-de-papel"
    CALL_OVER = "ligacao-encerrada"
    CALLER_NOT_IDENTIFIED = "quem-liga-nao-identificado"
    CALLER_TRIES_SPENT = "identificacoes-demais"
    REASON_NEEDED = "diga-o-motivo"
    TOO_MANY_REVEALS = "leituras-demais"
    NOT_IN_THE_SAME_CALL = "nao-na-mesma-ligacao"
    ANOTHER_PERSON_DECIDES = "outra-pessoa-decide"
    NOT_THE_SAME_PERSON = "nao-se-juntam"
    CODE_ALIVE = "codigo-vivo"
    FILE_REFUSED = "arquivo-recusado"
    FILE_TOO_BIG = "arquivo-grande"
    TOO_MANY_FILES = "arquivos-demais"
    FILES_PAUSED = "documentos-em-pausa"
    IMPORT_RUNNING = "importacao-em-curso"
    IMPORT_NOT_LAST = "so-a-ultima-importacao"
    POLICY_INVALID = "regras-invalidas"
    POLICY_DATE_PAST = "vigencia-passada"
    POLICY_SHIPPED = "regras-de-fabrica"
    KEY_REUSED = "chave-reutilizada"
    KEY_RUNNING = "em-andamento"


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal with what helps the person who meets it: tries left, or seconds to wait."""

    reason: Refusal
    attempts_left: int | None = None
    retry_after_s: int | None = None
