"""The contract describes itself: the OpenAPI document, the page for people, and the page's style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.api import docs_page, openapi, replies
from chancela.api.operation import Gives, Operation
from chancela.api.replies import ENCODER, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.api.call import Call
    from chancela.api.faults import Header

KEPT: Final = (b"cache-control", b"public, max-age=300")
PAGE_TYPE: Final = "text/html; charset=utf-8"
STYLE_TYPE: Final = "text/css; charset=utf-8"


def documented(operations: Sequence[Operation], url: str) -> tuple[Operation, ...]:
    """Return the operations together with those that describe them all, themselves included."""
    pages: dict[str, Reply] = {}
    ours = (
        _fixed(pages, "/v1/openapi.json", "application/json", "readOpenAPI", "This contract for programs."),
        _fixed(pages, "/v1/docs", PAGE_TYPE, "readDocs", "This contract for people."),
        _fixed(pages, "/v1/docs.css", STYLE_TYPE, "readDocsStyle", "The style of that page."),
    )
    every = (*operations, *ours)
    document = openapi.document(every, url)
    pages["readOpenAPI"] = _reply(ENCODER.encode(document), "application/json")
    pages["readDocs"] = _reply(
        docs_page.page(document), PAGE_TYPE, (b"content-security-policy", docs_page.POLICY.encode())
    )
    pages["readDocsStyle"] = _reply(docs_page.style(), STYLE_TYPE)
    return every


def _fixed(pages: dict[str, Reply], path: str, media_type: str, name: str, does: str) -> Operation:
    async def read(call: Call) -> Reply:
        del call
        return pages[name]

    gives = (Gives(200, None, media_type, says=does),)
    return Operation(name=name, method="GET", path=path, run=read, does=does, gives=gives)


def _reply(body: bytes, media_type: str, *more: Header) -> Reply:
    return Reply(200, body, ((b"content-type", media_type.encode()), KEPT, replies.AS_DECLARED, *more))
