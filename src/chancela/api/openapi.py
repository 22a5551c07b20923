"""The OpenAPI 3.1 document, drawn from the table of operations that is also what is served."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.api import access, problems, wire, wire_care, wire_contingency, wire_parts, wire_webhooks
from chancela.api.faults import TOLD, Fault
from chancela.domain import sentences
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chancela.api.operation import Gives, Operation

REF: Final = "#/components/schemas/{name}"
NAMES: Final = {**vars(wire), **vars(wire_care), **vars(wire_contingency), **vars(wire_webhooks)}
TYPES: Final = (*[each for each in NAMES.values() if isinstance(each, type) and issubclass(each, msgspec.Struct)],)
SHAPES: Final = tuple(each for each in TYPES if each not in {wire_parts.Wish, msgspec.Struct})
NAMED: Final = re.compile(r"\{(\w+)\}")
PROBLEM: Final = "application/problem+json"
ABOUT: Final = (
    "JSON in and out, UTF-8; times are RFC 3339 with offset, ids are UUIDv7. Errors are RFC 9457 problems: `type` is "
    "`urn:chancela:problem:<slug>`, `title` is constant, `detail` is in the language of `Accept-Language` (Portuguese "
    "unless English is preferred). Unknown fields are refused."
)
PATHS: Final = {
    "guia_id": {"schema": {"type": "string", "format": "uuid"}, "description": "The guia's id."},
    "outage_id": {"schema": {"type": "string", "format": "uuid"}, "description": "The outage's id."},
    "carrier": {
        "schema": {
            "type": "string",
            "pattern": r"^[0-9]{6}-[a-z][a-z0-9-]{0,30}(?!\n)$",
            "examples": ["304484-principal"],
        },
        "description": "The operator's ANS register, a hyphen, and the carrier's name.",
    },
    "delivery": {"schema": {"type": "string", "format": "uuid"}, "description": "The delivery that is called about."},
    "webhook_id": {"schema": {"type": "string", "format": "uuid"}, "description": "The webhook's id."},
    "card_number": {"schema": {"type": "string", "minLength": 1, "maxLength": 20}, "description": "As on the card."},
}
KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same body gives the same answer for 24 hours, and is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+(?!\n)$"},
}
LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "In which language a problem's `detail` is written: Portuguese unless English is preferred.",
    "schema": {"type": "string", "examples": ["en"]},
}
HEADERS: Final = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "WWW-Authenticate": {"description": "RFC 6750 section 3.", "schema": {"type": "string"}},
}
HEADER_OF: Final = {401: "WWW-Authenticate", 409: "Retry-After", 429: "Retry-After", 503: "Retry-After"}


def document(operations: Sequence[Operation], url: str) -> dict[str, Any]:
    """Return the document of these operations, served at a public URL."""
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for each in operations:
        paths[each.path][each.method.lower()] = _operation(each)
    _, schemas = msgspec.json.schema_components(SHAPES, ref_template=REF)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chancela", "version": "1", "summary": "Attendance tokens", "description": ABOUT},
        "servers": [{"url": url}],
        "paths": dict(paths),
        "components": {"schemas": schemas, "securitySchemes": _schemes()},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.does,
        "parameters": _parameters(operation),
        "responses": _responses(operation),
        "security": [{"client": [operation.scope]}] if operation.scope else [],
    }
    if operation.takes is not None:
        content: dict[str, Any] = {"schema": {"$ref": REF.format(name=operation.takes.__name__)}}
        if operation.examples:
            content["examples"] = {name: {"value": value} for name, value in operation.examples.items()}
        found["requestBody"] = {"required": not operation.takes_nothing, "content": {"application/json": content}}
    if operation.raw:
        content = {media_type: {"schema": dict(schema)} for media_type, schema in operation.raw.items()}
        found["requestBody"] = {"required": operation.changes, "content": content}
    if operation.form is not None:
        form = {"application/x-www-form-urlencoded": {"schema": operation.form}}
        found["requestBody"] = {"required": True, "content": form}
        found["security"] = [{"secret": []}, {}]
    return found


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found = [{"name": name, "in": "path", "required": True, **PATHS[name]} for name in NAMED.findall(operation.path)]
    found += [
        {"name": each.name, "in": "query", "required": False, "description": each.says, "schema": each.schema}
        for each in operation.parameters
    ]
    if operation.changes:
        found.append(KEY)
    if _told(operation):
        found.append(LANGUAGE)
    return found


def _responses(operation: Operation) -> dict[str, Any]:
    found = {str(each.status): _given(each) for each in operation.gives}
    by_status: dict[int, list[Refusal | Fault]] = defaultdict(list)
    for each in _told(operation):
        by_status[status(each)].append(each)
    for number, told in sorted(by_status.items()):
        found[str(number)] = _problem(number, told)
    return found


def _told(operation: Operation) -> list[Refusal | Fault]:
    """Return every refusal and fault that the operation can answer with."""
    told: list[Refusal | Fault] = [*operation.refusals, *operation.faults]
    if operation.scope is not None:
        told += [Fault.UNAUTHENTICATED, Fault.SCOPE, Fault.PARAMETERS, Fault.UNAVAILABLE]
    if operation.changes:
        told += [Fault.KEY, Refusal.KEY_REUSED, Refusal.KEY_RUNNING]
    if operation.takes is not None:
        told += [Fault.BODY, Fault.FIELDS, Fault.BODY_TOO_LARGE, Fault.MEDIA_TYPE]
    return list(dict.fromkeys(told))


def status(told: Refusal | Fault) -> int:
    """Return the HTTP status of a refusal or a fault."""
    return problems.STATUSES[told][0] if isinstance(told, Refusal) else TOLD[told].status


def _given(gives: Gives) -> dict[str, Any]:
    schema = {"$ref": REF.format(name=gives.shape.__name__)} if gives.shape else {"type": "string"}
    found: dict[str, Any] = {"description": gives.says}
    if gives.media_type:
        found["content"] = {each.strip(): {"schema": schema} for each in gives.media_type.split(",")}
    if gives.headers:
        found["headers"] = {
            name: {"description": says, "required": True, "schema": {"type": "string"}}
            for name, says in gives.headers.items()
        }
    return found


def _problem(number: int, told: Iterable[Refusal | Fault]) -> dict[str, Any]:
    slugs = [each.value for each in told]
    schema = {
        "allOf": [{"$ref": REF.format(name="Problem")}],
        "properties": {"type": {"enum": [problems.URN + slug for slug in slugs]}, "status": {"const": number}},
    }
    examples = {each.value: {"value": _example(each)} for each in told}
    found = {
        "description": ", ".join(f"`{slug}`" for slug in slugs),
        "content": {PROBLEM: {"schema": schema, "examples": examples}},
    }
    name = HEADER_OF.get(number)
    required = number != problems.STATUSES[Refusal.KEY_RUNNING][0]  # of the conflicts, only that one says how long
    return {**found, "headers": {name: {"required": required, **HEADERS[name]}}} if name else found


def _example(told: Refusal | Fault) -> dict[str, Any]:
    if isinstance(told, Refusal):
        number, title = problems.STATUSES[told]
        detail = sentences.sentence(Refused(told), sentences.ENGLISH)
    else:
        number, title, detail = TOLD[told].status, TOLD[told].title, TOLD[told].english
    return {"type": problems.URN + told.value, "title": title, "status": number, "detail": detail}


def _schemes() -> dict[str, Any]:
    flow = {"tokenUrl": "/oauth/token", "scopes": access.SCOPES}
    return {
        "client": {"type": "oauth2", "flows": {"clientCredentials": flow}},
        "secret": {"type": "http", "scheme": "basic", "description": "The client's id and secret."},
    }
