"""Whatever is typed or forged, the pages answer in words and nothing is half-written (security.md, input)."""

import pytest

from tests.portals.browsing import CONSULTATION, Visitor

ROSA = "00300000101"
NASTY = [
    "\x00",
    "a\x00b",
    "\ufffd\ufeff\u202e",
    "%ED%A0%80",
    "١٢٣٤٥٦",
    "１２３４５６",
    "123456\n",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "=1+1",
    "9" * 5000,
    "\r\nSet-Cookie: a=b",
    "{{7*7}}",
    "../../etc/passwd",
    "-1",
    "1e309",
    "NaN",
]
LINE = (
    "line",
    "code-0",
    "name-0",
    "quantity-0",
    "teeth-0",
    "region-0",
    "faces-0",
    "q",
    "provider_number",
    "notes",
    "once",
)


@pytest.fixture(scope="module")
def guia(demo) -> str:
    with Visitor(demo.url) as visitor:
        visitor.sign_in("999003")
        return visitor.new_guia(ROSA)


def answered(desk: Visitor) -> None:
    assert desk.page.status_code < 500, desk.page.status_code
    assert "<script>alert(1)</script>" not in desk.page.text
    assert "{{7*7}}" not in desk.text or "49" not in desk.text


@pytest.mark.parametrize("nasty", NASTY)
def test_a_new_guia_takes_no_nonsense(desk: Visitor, nasty: str):
    path = f"/balcao/pessoas/{ROSA}/nova/odonto/"
    desk.open(path)
    clean = {**desk.form(path), "line": "0", "code-0": CONSULTATION, "name-0": "x", "quantity-0": "1"}
    for field in LINE:
        desk.post(path, {**clean, field: nasty, "do": "check"})
        answered(desk)
    for deed in (f"pick:{nasty}", f"drop:{nasty}", nasty):
        desk.post(path, {**clean, "do": deed})
        answered(desk)
    desk.post(path, {**clean, "q": nasty, "do": "find"})
    answered(desk)


@pytest.mark.parametrize("nasty", NASTY)
def test_a_forged_registration_is_refused_or_clean(desk: Visitor, nasty: str):
    path = f"/balcao/pessoas/{ROSA}/nova/odonto/"
    desk.open(path)
    for field in ("code-0", "region-0", "teeth-0", "faces-0", "quantity-0", "provider_number", "once"):
        fields = {**desk.form(path), "line": "0", "code-0": CONSULTATION, "quantity-0": "1", field: nasty}
        answer = desk.http.post(path, data={**fields, "do": "register"})
        assert answer.status_code < 500, (field, answer.status_code)
        if answer.url.path != path:  # it was registered: what comes next is another guia
            desk.open(path)


@pytest.mark.parametrize("nasty", NASTY)
def test_the_code_and_its_ways_take_no_nonsense(desk: Visitor, guia: str, nasty: str):
    desk.open(f"{guia}codigo/")
    token = desk.form("/balcao/buscar/")["csrfmiddlewaretoken"]
    for part, fields in (
        ("codigo/enviar/", {"way": nasty}),
        ("codigo/enviar/", {"way": "sms", "ddd": nasty, "mobile": nasty}),
        ("codigo/enviar/", {"way": "email", "email": nasty, "cpf": nasty}),
        ("codigo/enviar/", {"do": "again", "way": "sms", "once": nasty}),
        ("validar/", {"code": nasty}),
        ("cancelar/", {"why": "\x00" if nasty == "\x00" else ""}),
    ):
        desk.post(guia + part, {**fields, "csrfmiddlewaretoken": token})
        answered(desk)


@pytest.mark.parametrize("path", ["%00", "%ED%A0%80", "a%2Fb", "9" * 300, "%F0%9F%98%80", "..%2f.."])
def test_no_address_breaks_the_pages(desk: Visitor, path: str):
    for before, after in (("/balcao/pessoas/", "/"), ("/balcao/pessoas/", "/nova/odonto/"), ("/demo/phone/", ".json")):
        assert desk.http.get(f"{before}{path}{after}").status_code == 404


@pytest.mark.parametrize("nasty", NASTY)
def test_signing_in_takes_no_nonsense(demo, nasty: str):
    with Visitor(demo.url) as visitor:
        visitor.open("/conta/entrar/")
        visitor.send("/conta/entrar/", login=nasty, password=nasty)
        answered(visitor)


def test_a_form_too_large_is_refused(desk: Visitor):
    fields = {**desk.form("/balcao/buscar/"), "q": "9" * 400_000}
    assert desk.post("/balcao/buscar/", fields).status_code in {400, 413}


def test_a_file_is_not_taken(desk: Visitor):
    token = desk.form("/balcao/buscar/")["csrfmiddlewaretoken"]
    answer = desk.http.post("/balcao/buscar/", data={"csrfmiddlewaretoken": token}, files={"q": ("a.txt", b"x" * 10)})
    assert answer.status_code in {400, 422}
