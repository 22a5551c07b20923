"""A visitor without a browser: follows links and sends forms as a page without JavaScript would."""

from __future__ import annotations

import html
import re
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import httpx

if TYPE_CHECKING:
    from http.cookiejar import Cookie

CONSULTATION = "81000065"
NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the lists of whom to trust take longer to read than a page to come
SESSION = "chancela_session"
YOUNG_S = 120  # what is delicate asks for a session that began a moment ago


class Visitor:
    """Keeps cookies and the page last seen."""

    def __init__(self, url: str, **options: Any) -> None:
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=20, verify=NOBODY, **options)
        self.page: httpx.Response = httpx.Response(200)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @property
    def text(self) -> str:
        """The words of the page, tags and layout left out."""
        bare = re.sub(r"<(script|style|svg)\b.*?</\1>", "", self.page.text, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())

    @property
    def path(self) -> str:
        return self.page.url.path

    def open(self, path: str) -> httpx.Response:
        self.page = self.http.get(path)
        return self.page

    def form(self, action: str) -> dict[str, str]:
        """The hidden and filled fields of the form that goes to an address."""
        found = re.search(rf'<form[^>]*action="[^"]*{re.escape(action)}"[^>]*>(.*?)</form>', self.page.text, re.DOTALL)
        assert found, f"no form to {action} on {self.path}"
        return self._fields(found[1])

    def _fields(self, form: str) -> dict[str, str]:
        fields: dict[str, str] = {}
        for tag in re.findall(r"<input\b[^>]*>", form):
            told = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
            if "name" in told and told.get("type") not in {"checkbox", "radio", "submit"}:
                fields[told["name"]] = html.unescape(told.get("value", ""))
        return fields

    def form_of_page(self) -> dict[str, str]:
        """The hidden and filled fields of the form that goes to the page itself."""
        for found in re.finditer(r'<form[^>]*method="post"[^>]*>', self.page.text):
            if "action=" not in found[0]:
                return self._fields(self.page.text[found.end() :].partition("</form>")[0])
        raise AssertionError(f"no form of its own on {self.path}")

    def send(self, action: str, **typed: Any) -> httpx.Response:
        """Fill the form that goes to an address and send it."""
        return self.post(action, {**self.form(action), **typed})

    def post(self, path: str, fields: dict[str, Any], **options: Any) -> httpx.Response:
        self.page = self.http.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"}, **options)
        return self.page

    def sign_in(self, ans: str) -> None:
        """Through the demo's open door."""
        self.open("/")
        self.post("/demo/entrar/", {**self.form("/demo/entrar/"), "operator": ans})
        assert self.path == "/balcao/", self.text

    def sign_in_as_operator(self, ans: str, role: str = "auditor") -> None:
        """Through the demo's other open door, in a role; auditors begin at the carriers."""
        self.open("/")
        self.post("/demo/entrar/", {**self.form("/demo/entrar/"), "operator": ans, "as": role})
        assert self.path.startswith("/operadora/"), self.text
        if role == "auditor":
            self.open("/operadora/entregas/")

    def new_guia(self, card: str, code: str = CONSULTATION, kind: str = "odonto", **line: str) -> str:
        """Enter a guia with one procedure, as whoever knows its code does; the address of its page."""
        path = f"/balcao/pessoas/{card}/nova/{kind}/"
        self.open(path)
        known = {"line": "0", "code-0": code, "quantity-0": "1"}
        typed = {f"{name}-0": value for name, value in line.items()}
        self.post(path, {**self.form(path), **known, **typed, "do": "register"})
        assert re.fullmatch(r"/balcao/guias/[0-9a-f-]{36}/", self.path), self.text
        return self.path

    def sent(self, guia: str, **typed: str) -> None:
        """Have the code go out by the first way, after the moment that a way rests between two messages."""
        until = time.monotonic() + 30
        while True:
            self.open(f"{guia}codigo/")
            self.send(f"{guia}codigo/enviar/", **typed)
            if "Acabamos de enviar" not in self.text or time.monotonic() > until:
                break
            time.sleep(0.5)
        assert self.page.status_code == 200, self.text

    def code(self, card: str, number: str) -> str:
        """The digits in the person's phone, as soon as they have come."""
        return self.code_after(card, number, "")

    def code_after(self, card: str, number: str, old: str) -> str:
        """The newest digits in the person's phone that are not the old ones; a rung of a demo's ladder waits 12 s."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for each in reversed(self.http.get(f"/demo/phone/{card}.json").json()):
                if number in each["text"] and each["code"] not in {None, old}:
                    return str(each["code"])
            time.sleep(0.1)
        raise AssertionError(f"no code for {number} came to {card}")

    @property
    def number(self) -> str:
        """The number of the guia on the page."""
        found = re.search(r"[Gg]uia ([0-9]{13})", self.text)
        assert found, self.text
        return found[1]


@dataclass(frozen=True)
class Sessions:
    """Sessions that one test after the other goes on with, by operator and role ("" at a provider's desk)."""

    shared: bool = True
    begun: dict[tuple[str, str], tuple[float, Cookie]] = field(default_factory=dict)

    def enter(self, visitor: Visitor, ans: str, role: str = "") -> None:
        """Come in as a clinic or in a role, by the session of before where it is young and still opens the desk."""
        if self._goes_on(visitor, ans, role):
            return
        visitor.http.cookies.clear()
        if role:
            visitor.sign_in_as_operator(ans, role)
        else:
            visitor.sign_in(ans)
        if self.shared:
            (cookie,) = (each for each in visitor.http.cookies.jar if each.name == SESSION)
            self.begun[ans, role] = (time.monotonic(), cookie)

    def _goes_on(self, visitor: Visitor, ans: str, role: str) -> bool:
        at, cookie = self.begun.get((ans, role), (-YOUNG_S, None))
        if cookie is None or time.monotonic() - at > YOUNG_S:
            return False
        visitor.http.cookies.jar.set_cookie(cookie)
        home = "/operadora/" if role else "/balcao/"
        visitor.open(f"{home}entregas/" if role == "auditor" else home)
        return visitor.page.status_code == 200 and visitor.path.startswith(home)
