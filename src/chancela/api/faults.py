"""Faults: what is wrong with a request itself, or with the house; each has a slug, a status and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Header = tuple[bytes, bytes]


class Fault(StrEnum):
    """Why a request was not even tried; the value is the slug of the problem type."""

    BODY = "corpo-malformado"
    BODY_TOO_LARGE = "corpo-grande-demais"
    MEDIA_TYPE = "tipo-nao-suportado"
    FIELDS = "campos-invalidos"
    PARAMETERS = "parametros-invalidos"
    CALL = "aviso-invalido"
    KEY = "chave-invalida"
    UNAUTHENTICATED = "nao-autenticado"
    SCOPE = "escopo-insuficiente"
    METHOD = "metodo-nao-permitido"
    UNAVAILABLE = "indisponivel"
    INTERNAL = "erro-interno"


@dataclass(frozen=True, slots=True)
class Told:
    """How a fault is told: its HTTP status, its constant title, and its sentence in Portuguese and in English."""

    status: int
    title: str
    portuguese: str
    english: str


TOLD: Final[dict[Fault, Told]] = {
    Fault.BODY: Told(
        400,
        "Malformed body",
        "O corpo não é um JSON em UTF-8 bem formado, ou repete um campo.",
        "The body is not well-formed JSON in UTF-8, or it repeats a field.",
    ),
    Fault.BODY_TOO_LARGE: Told(
        413,
        "Body too large",
        "O corpo passa de 64 KiB (uma devolução de e-mail, de 1 MiB). Envie menos de uma vez.",
        "The body is over 64 KiB (returned mail, over 1 MiB). Send less at once.",
    ),
    Fault.MEDIA_TYPE: Told(
        415,
        "Unsupported media type",
        "Envie o corpo como application/json em UTF-8, ou o arquivo com o tipo dele; sem compressão.",
        "Send the body as application/json in UTF-8, or the file under its own type; uncompressed.",
    ),
    Fault.FIELDS: Told(
        422,
        "Invalid fields",
        "Um campo falta, sobra ou não está como o contrato pede; `field` diz onde.",
        "A field is missing, unknown or not as the contract asks; `field` says where.",
    ),
    Fault.PARAMETERS: Told(
        400,
        "Invalid parameters",
        "Um parâmetro ou cabeçalho é desconhecido, repetido ou inválido; `field` diz qual.",
        "A parameter or header is unknown, repeated or invalid; `field` says which.",
    ),
    Fault.CALL: Told(
        400,
        "Notice not understood",
        "O aviso está assinado, mas não pode ser entendido. Confira a versão do protocolo com a empresa.",
        "The notice is signed but cannot be understood. Check the version of the protocol with the company.",
    ),
    Fault.KEY: Told(
        400,
        "Invalid idempotency key",
        "A chave de idempotência tem de 1 a 255 caracteres ASCII visíveis.",
        "An idempotency key has 1 to 255 visible ASCII characters.",
    ),
    Fault.UNAUTHENTICATED: Told(
        401,
        "Not authenticated",
        "Falta um token de acesso válido. Peça um em /oauth/token.",
        "A valid access token is missing. Ask for one at /oauth/token.",
    ),
    Fault.SCOPE: Told(
        403,
        "Insufficient scope",
        "Este token de acesso não vale para isso. Peça um com o escopo que falta, se o cliente puder tê-lo.",
        "This access token is not good for that. Ask for one with the missing scope, if the client may have it.",
    ),
    Fault.METHOD: Told(
        405,
        "Method not allowed",
        "Este endereço não aceita esse método; `Allow` diz quais aceita.",
        "This address does not take that method; `Allow` says which it takes.",
    ),
    Fault.UNAVAILABLE: Told(
        503,
        "Unavailable",
        "O serviço está temporariamente indisponível. Repita em instantes; o atendimento pode seguir pela central.",
        "The service is unavailable for the moment. Repeat shortly; care can go on through the call centre.",
    ),
    Fault.INTERNAL: Told(
        500,
        "Internal error",
        "Algo falhou do nosso lado. Repita com a mesma chave de idempotência; nada será feito duas vezes.",
        "Something failed on our side. Repeat with the same idempotency key; nothing will be done twice.",
    ),
}


class FaultyError(Exception):
    """A request that ends here: with a fault, the field it lies in, seconds to wait, and headers that go with it."""

    def __init__(
        self,
        fault: Fault,
        *,
        field: str | None = None,
        retry_after: int | None = None,
        headers: tuple[Header, ...] = (),
    ) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.field = field
        self.retry_after = retry_after
        self.headers = headers
