"""What goes over the wire: the shapes of the machine contract, from which both the decoders and the OpenAPI come."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from chancela.api.wire_care import Absence, Dispute, Late, Series
from chancela.api.wire_parts import (
    CODE,
    FACES,
    LINES,
    PLAIN,
    CardNumber,
    Instant,
    Item,
    ProviderCode,
    ProviderNumber,
    Told,
    Wish,
)
from chancela.domain.delivery import Channel
from chancela.domain.guia import Authorisation, ItemState, Kind, Status
from chancela.domain.people import Relation
from chancela.domain.token import Method, Window


class NewProcedure(Wish, frozen=True):
    """A procedure of TUSS table 22."""

    table: Literal["22"]
    code: Annotated[str, Meta(min_length=1, max_length=10, pattern=CODE, examples=["81000030"])]
    quantity: Annotated[int, Meta(ge=1, le=99)] = 1
    tooth: Annotated[str, Meta(max_length=4, pattern=CODE, description="FDI.", examples=["26"])] | None = None
    region: Annotated[str, Meta(max_length=4, pattern=CODE, examples=["HASD"])] | None = None
    faces: Annotated[str, Meta(max_length=5, pattern=FACES, examples=["OM"])] | None = None


class NewGuia(Wish, frozen=True):
    """A guia as the provider enters it."""

    kind: Kind
    card_number: CardNumber
    provider: ProviderCode
    procedures: Annotated[tuple[NewProcedure, ...], Meta(min_length=1, max_length=50)]
    provider_number: ProviderNumber | None = None
    requester: Annotated[str, Meta(max_length=70, pattern=PLAIN)] | None = None
    notes: Annotated[str, Meta(max_length=500, pattern=LINES)] | None = None
    urgent: Annotated[bool, Meta(description="Urgent care: the code goes out by every way that the policy opens.")] = (
        False
    )


class NewToken(Wish, frozen=True):
    """How a code is to go out: by the policy's ways where nothing is said, by one channel, or to a first contact."""

    channel: Channel | None = None
    phone: Annotated[str, Meta(max_length=40, pattern=PLAIN, examples=["41 90000-1234"])] | None = None
    email: Annotated[str, Meta(max_length=254, pattern=PLAIN, examples=["ana@example.com"])] | None = None
    cpf: Annotated[str, Meta(max_length=14, pattern=PLAIN)] | None = None


class GivenCode(Wish, frozen=True):
    """A code as the person gave it; spaces and hyphens may stand between its six digits."""

    code: Annotated[str, Meta(max_length=40, examples=["482 913"])]


class NewCancellation(Wish, frozen=True):
    """Why a guia is cancelled."""

    why: Annotated[str, Meta(min_length=1, max_length=500, pattern=LINES, examples=["Entered twice"])]


class Authorise(Wish, frozen=True, tag_field="authorisation", tag="authorised"):
    """The procedure is authorised."""

    item: Item


class Deny(Wish, frozen=True, tag_field="authorisation", tag="denied"):
    """The procedure is denied, with the reason."""

    item: Item
    text: Told


class AskDocument(Wish, frozen=True, tag_field="authorisation", tag="awaiting_document"):
    """A document is asked for before the procedure is decided."""

    item: Item
    text: Told


class NewReview(Wish, frozen=True):
    """An auditor's decisions; each item is named once, items not named stay as they are."""

    decisions: Annotated[tuple[Authorise | Deny | AskDocument, ...], Meta(min_length=1, max_length=50)]


class Reason(Struct, frozen=True):
    """Why a procedure stands as it does: a code of TISS table 38 and a sentence in Portuguese."""

    code: str
    text: str


class Procedure(Struct, frozen=True):
    """A procedure of a guia with its answer."""

    item: int
    table: str
    code: str
    tooth: str | None
    region: str | None
    faces: str | None
    quantity: int
    authorisation: ItemState
    reasons: tuple[Reason, ...]


class Delivery(Struct, frozen=True):
    """A message that carries the code; `to` is masked."""

    channel: Channel
    to: str
    state: Literal["queued", "handed_over", "delivered", "failed"]
    at: Instant


class Token(Struct, frozen=True):
    """The guia's code, never its digits: the live one or, where there is none, the last."""

    generation: int
    expires_at: Instant
    attempts_left: int
    deliveries: tuple[Delivery, ...]


class Validation(Struct, frozen=True, omit_defaults=True):
    """The proof that the attendance was confirmed; `validation_code` fits TISS codValidacao.

    `visit_date` is there where the code followed the attendance: on which day that was. `taken_at` is there where the
    code was written down without a connection and confirmed afterwards: when it was given.

    `method`: the code that was issued (`token`), one that a device computed without signal (`offline`), one on `paper`.
    """

    at: Instant
    window: Window
    method: Method
    validation_code: Annotated[str, Meta(min_length=1, max_length=10)]
    visit_date: date | None = None
    taken_at: Instant | None = None


class Guia(Struct, frozen=True):
    """A guia; `token`, `validation` and `absence` are null until they exist, `late` unless its code is to follow.

    `sessions` is null where the guia is no series, `dispute` where nobody said that the attendance was not theirs. The
    `absence` of a validated series is what auditors look at of its sessions without a code.
    """

    id: UUID
    number: str
    provider_number: str | None
    kind: Kind
    card_number: str
    provider: str
    created_at: Instant
    urgent: bool
    authorisation: Authorisation
    status: Status
    procedures: tuple[Procedure, ...]
    token: Token | None
    validation: Validation | None
    absence: Absence | None
    late: Late | None
    sessions: Series | None
    dispute: Dispute | None = None


class GuiaPage(Struct, frozen=True):
    """Guias, newest first; `next_cursor` is null on the last page."""

    items: tuple[Guia, ...]
    next_cursor: UUID | None


class Way(Struct, frozen=True):
    """A channel that reaches the person, to a masked contact; `default` is the one to offer first."""

    channel: Channel
    to: str
    default: bool


class Beneficiary(Struct, frozen=True):
    """A person as a provider may see them: never the name in full, never an address."""

    card_number: str
    name: str
    relation: Relation
    eligible: bool
    reasons: tuple[Reason, ...]
    covers_dental: bool
    covers_medical: bool
    channels: tuple[Way, ...]


class Receipt(Struct, frozen=True):
    """A signed statement of a validation (compact JWS, Ed25519, typ `chancela-receipt+jwt`) and its short code."""

    jws: str
    validation_code: Annotated[str, Meta(min_length=1, max_length=10)]


class Slip(Struct, frozen=True):
    """A printed guia's slip; `number` stands beneath its QR, whose text is `qr` (docs/adr/0014), good until a day."""

    id: str
    number: Annotated[str, Meta(examples=["7K3M9 QW2XD"])]
    printed_at: Instant
    until: Annotated[str, Meta(examples=["2026-12-20"])]
    qr: Annotated[str, Meta(max_length=400)]


class Checkpoint(Struct, frozen=True):
    """How long the operator's trail was, and the root of its tree (RFC 9162, hex); `jws` states the same, signed."""

    size: int
    root: str
    at: Instant
    jws: str


class AccessToken(Struct, frozen=True):
    """An access token (RFC 6749 section 5.1): a JWT under Ed25519, for `expires_in` seconds."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class OAuthError(Struct, frozen=True):
    """A refusal of the token endpoint (RFC 6749 section 5.2)."""

    error: Literal["invalid_request", "invalid_client", "unsupported_grant_type", "invalid_scope"]
    error_description: str


class Key(Struct, frozen=True):
    """A public key (RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str
    alg: str
    use: str


class KeySet(Struct, frozen=True):
    """The public keys, retired ones too (RFC 7517)."""

    keys: tuple[Key, ...]


class Health(Struct, frozen=True):
    """The process answers; `ready` says that the database and the keys do as well."""

    status: Literal["ok", "ready"]


class Problem(Struct, frozen=True, omit_defaults=True):
    """An error (RFC 9457): `type` is urn:chancela:problem:<slug>, `detail` is in the language asked for."""

    type: str
    title: str
    status: int
    detail: str
    attempts_left: int | None = None
    retry_after: int | None = None
    field: str | None = None
