"""The token endpoint: client credentials become an access token (RFC 6749 sections 2.3.1, 4.4, 5)."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote_plus

from chancela.adapters.postgres import clients
from chancela.api import access, call as calls, replies, wire
from chancela.api.operation import Gives, Operation
from chancela.api.replies import ENCODER, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chancela.adapters.postgres.clients import Client
    from chancela.api.call import Call

FORM: Final = b"application/x-www-form-urlencoded"
MOST_FIELDS: Final = 20
CHALLENGE: Final = (b"www-authenticate", b'Basic realm="chancela", charset="UTF-8"')
SAYS: Final = {
    "invalid_request": "The request is malformed, repeats a parameter, or authenticates in two ways.",
    "invalid_client": "The client is unknown or its secret is wrong.",
    "unsupported_grant_type": "Only client_credentials is supported.",
    "invalid_scope": "The client may not have that scope.",
}


class _RefusedError(Exception):
    """The endpoint refuses; the argument is the error code of RFC 6749 section 5.2."""


async def give(call: Call) -> Reply:
    """Give an access token to a client that proves itself."""
    body = await calls.body(call.headers, call.receive)
    try:
        form = _form(call.headers, body)
        client = await _client(call, form)
        granted = _granted(access.scopes(client), form.get("scope", ""))
    except _RefusedError as refused:
        return _error(str(refused))
    token = access.access_token(call.app, client, granted)
    return replies.of(wire.AccessToken(token, "Bearer", access.LIFE_S, " ".join(granted)))


def _form(headers: Mapping[bytes, bytes], body: bytes) -> dict[str, str]:
    """Return the parameters; unknown ones are passed over, none may be repeated (section 3.2)."""
    declared = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if declared != FORM:
        raise _RefusedError("invalid_request")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise _RefusedError("invalid_request") from None
    form = dict(pairs)
    if len(form) != len(pairs) or "grant_type" not in form:
        raise _RefusedError("invalid_request")
    if form["grant_type"] != "client_credentials":
        raise _RefusedError("unsupported_grant_type")
    return form


async def _client(call: Call, form: Mapping[str, str]) -> Client:
    """Return the client that proves itself; unknown and wrong are one answer, in one time."""
    client_id, secret = _credentials(call.headers, form)
    client = await clients.find(call.app.pool, client_id)
    if not clients.proven(client, secret) or client is None:
        raise _RefusedError("invalid_client")
    return client


def _credentials(headers: Mapping[bytes, bytes], form: Mapping[str, str]) -> tuple[str, str]:
    """Return id and secret from HTTP Basic or else from the form (section 2.3.1); never from both."""
    header = headers.get(b"authorization")
    if header is None:
        if "client_id" not in form or "client_secret" not in form:
            raise _RefusedError("invalid_client")
        return form["client_id"], form["client_secret"]
    if "client_secret" in form:
        raise _RefusedError("invalid_request")
    scheme, _, value = header.partition(b" ")
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise _RefusedError("invalid_client") from None
    client_id, colon, secret = text.partition(":")
    if scheme.lower() != b"basic" or not colon or form.get("client_id", client_id) != client_id:
        raise _RefusedError("invalid_client")
    return unquote_plus(client_id), unquote_plus(secret)


def _granted(may_have: tuple[str, ...], wanted: str) -> tuple[str, ...]:
    """Return all that the client may have where it asks for nothing, else what it asks for (section 3.3)."""
    asked = wanted.split()
    if not set(asked) <= set(may_have):
        raise _RefusedError("invalid_scope")
    return tuple(each for each in may_have if each in asked) if asked else may_have


def _error(code: str) -> Reply:
    body = ENCODER.encode({"error": code, "error_description": SAYS[code]})
    if code == "invalid_client":
        return Reply(401, body, (*replies.JSON, CHALLENGE))
    return Reply(400, body)


TOKEN: Final = Operation(
    name="giveAccessToken",
    method="POST",
    path="/oauth/token",
    run=give,
    does="Get an access token for 15 minutes with the client's id and secret, by HTTP Basic or in the form.",
    form={
        "type": "object",
        "properties": {
            "grant_type": {"type": "string", "enum": ["client_credentials"]},
            "scope": {
                "type": "string",
                "description": "Scopes between spaces; all that the client may have where absent.",
            },
            "client_id": {"type": "string"},
            "client_secret": {"type": "string"},
        },
        "required": ["grant_type"],
    },
    gives=(
        Gives(200, wire.AccessToken, says="The access token."),
        Gives(400, wire.OAuthError, says="The request is refused."),
        Gives(
            401,
            wire.OAuthError,
            headers={"WWW-Authenticate": "Basic."},
            says="The client is unknown or its secret wrong.",
        ),
    ),
)
