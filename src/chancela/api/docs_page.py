"""The contract as a page for people, drawn on the server from the OpenAPI document: no script, no other host."""

from __future__ import annotations

import html
import json
import re
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

POLICY: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
CODE: Final = re.compile(r"`([^`]*)`")

TAIL: Final = "</tbody></table></div>"

Document = dict[str, Any]


def style() -> bytes:
    """Return the page's style sheet."""
    return resources.files(__package__).joinpath("docs.css").read_bytes()


def page(document: Document) -> bytes:
    """Return the whole page."""
    info = document["info"]
    calls = [(path, method, call) for path, methods in document["paths"].items() for method, call in methods.items()]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<title>{_text(info["title"])} API</title><link rel="stylesheet" href="/v1/docs.css"></head><body>',
        f"<header><h1>{_text(info['title'])} API, version 1</h1><p>{_prose(info['description'])}</p>",
        '<p>The same for programs: <a href="/v1/openapi.json">OpenAPI 3.1</a>.</p></header>',
        '<nav aria-label="Calls"><ul>',
        *(
            f'<li><a href="#{_text(call["operationId"])}">{_title(path, method)}</a></li>'
            for path, method, call in calls
        ),
        "</ul></nav><main>",
        *(part for path, method, call in calls for part in _call(path, method, call)),
        "<section><h2>Shapes</h2>",
        *(part for name, schema in document["components"]["schemas"].items() for part in _shape(name, schema)),
        "</section></main></body></html>",
    ]
    return "".join(parts).encode()


def _call(path: str, method: str, call: Document) -> Iterator[str]:
    yield f'<section id="{_text(call["operationId"])}"><h2>{_title(path, method)}</h2><p>{_prose(call["summary"])}</p>'
    scopes = [scope for each in call["security"] for scope in each.get("client", ())]
    if scopes:
        yield f"<p>Needs the scope {_prose(', '.join(f'`{each}`' for each in scopes))}.</p>"
    if call["parameters"]:
        yield _head("Parameters", ("name", "in", "what it says"))
        for each in call["parameters"]:
            yield f"<tr><td><code>{_text(each['name'])}</code></td><td>{each['in']}</td>"
            yield f"<td>{_prose(each['description'])}</td></tr>"
        yield TAIL
    for media, content in call.get("requestBody", {}).get("content", {}).items():
        yield f"<h3>Body</h3><p>{_prose(f'`{media}`')}: {_kind(content['schema'])}</p>"
        for name, example in content.get("examples", {}).items():
            text = json.dumps(example["value"], ensure_ascii=False, indent=2)
            yield f"<figure><figcaption>{_text(name)}</figcaption><pre><code>{_text(text)}</code></pre></figure>"
    yield from _answers(call["responses"])
    yield "</section>"


def _answers(responses: Mapping[str, Document]) -> Iterator[str]:
    yield _head("Answers", ("status", "what it says", "shape"))
    for status, response in responses.items():
        kinds = ", ".join(_kind(content["schema"]) for content in response.get("content", {}).values())
        yield f"<tr><td>{_text(status)}</td><td>{_prose(response['description'])}</td><td>{kinds}</td></tr>"
    yield TAIL


def _shape(name: str, schema: Document) -> Iterator[str]:
    yield f'<h3 id="shape-{_text(name)}">{_text(name)}</h3><p>{_prose(schema.get("description", ""))}</p>'
    if "enum" in schema:
        yield f"<p>{_kind(schema)}</p>"
        return
    required = set(schema.get("required", ()))
    yield _head("", ("field", "kind", "what it says"))
    for field, kind in schema.get("properties", {}).items():
        says = _prose(_description(kind)) + ("" if field in required else " Optional.")
        yield f"<tr><td><code>{_text(field)}</code></td><td>{_kind(kind)}</td><td>{says}</td></tr>"
    yield TAIL


def _head(title: str, names: Iterable[str]) -> str:
    above = f"<h3>{_text(title)}</h3>" if title else ""
    cells = "".join(f'<th scope="col">{_text(each)}</th>' for each in names)
    region = f'<div class="scroll" role="group" aria-label="{_text(title or "Fields")}" tabindex="0">'
    return f"{above}{region}<table><thead><tr>{cells}</tr></thead><tbody>"


def _kind(schema: Document) -> str:
    """Return a schema in a few words, with links to the shapes that it names."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f'<a href="#shape-{_text(name)}">{_text(name)}</a>'
    for several in ("allOf", "anyOf"):
        if several in schema and "type" not in schema:
            return " or ".join(_kind(each) for each in schema[several])
    if "enum" in schema:
        return " ".join(f"<code>{_text(str(each))}</code>" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}{_between(schema, 'minItems', 'maxItems')}"
    limits = _between(schema, "minLength", "maxLength", " characters") + _between(schema, "minimum", "maximum")
    return _text(" ".join(filter(None, (schema.get("type", "any"), schema.get("format", "")))) + limits)


def _between(schema: Document, least: str, most: str, what: str = "") -> str:
    """Return the bounds of a schema in words, or nothing."""
    if most in schema:
        return f", {schema[least]} to {schema[most]}{what}" if least in schema else f", at most {schema[most]}{what}"
    return f", at least {schema[least]}{what}" if least in schema else ""


def _description(schema: Document) -> str:
    """Return what is said of a field, also where it may be null."""
    said = (each.get("description") for each in (schema, *schema.get("anyOf", ())))
    return next((each for each in said if each), "")


def _title(path: str, method: str) -> str:
    return f'<span class="method">{_text(method.upper())}</span> <code>{_text(path)}</code>'


def _prose(text: str) -> str:
    return CODE.sub(r"<code>\1</code>", _text(text))


def _text(text: str) -> str:
    return html.escape(text)
