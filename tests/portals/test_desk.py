"""The desk from card to seal, as a page without JavaScript does it."""

import re
import threading
import time
import uuid

import pytest

from tests.portals.browsing import CONSULTATION, Visitor
from tests.portals.conftest import Installation

ROSA, NELSON, SUSPENDED = "00300000101", "00300000201", "00300000701"


@pytest.fixture
def aurora_desk(come_in) -> Visitor:
    return come_in("999001")


@pytest.fixture
def bem_te_vi_desk(come_in) -> Visitor:
    return come_in("999002")


# ---------------------------------------------------------------- the person


def test_a_card_leads_to_the_person_by_a_masked_name(desk: Visitor):
    desk.open("/balcao/")
    desk.send("/balcao/buscar/", q="%B00300000101^X^2912?")
    assert desk.path == f"/balcao/pessoas/{ROSA}/"
    assert "Rosa M. B. V." in desk.text
    assert "Beltrão" not in desk.text
    assert "Pode ser atendida" in desk.text
    assert re.search(r"\(41\) \*{5}-\d{4}", desk.text)


def test_the_number_of_a_guia_leads_to_the_guia(desk: Visitor):
    guia = desk.new_guia(ROSA)
    number = desk.number
    desk.open("/balcao/")
    desk.send("/balcao/buscar/", q=number)
    assert desk.path == guia


@pytest.mark.parametrize("typed", ["00399999999", "nada", "", "00100000101", "%", "\x00", "９９９", "a" * 400])
def test_what_is_not_found_says_what_to_do(desk: Visitor, typed: str):
    desk.open("/balcao/")
    desk.send("/balcao/buscar/", q=typed)
    assert desk.page.status_code == 422
    assert "autofocus" in desk.page.text
    assert re.search(r"Não encontramos esse número|Passe a carteirinha ou digite|no máximo", desk.text)


def test_a_person_whose_plan_is_suspended_is_told_so_with_whom_to_call(desk: Visitor):
    desk.open(f"/balcao/pessoas/{SUSPENDED}/")
    assert "Atendimento suspenso" in desk.text
    assert "0800 000 0032" in desk.text


# ---------------------------------------------------------------- nobody else's


def test_another_operators_person_is_like_none(desk: Visitor):
    foreign = desk.open("/balcao/pessoas/00100000101/")
    unknown = desk.open("/balcao/pessoas/00199999999/")
    assert foreign.status_code == unknown.status_code == 404


PARTS = ("", "codigo/", "cancelar/", "papel/", "recibo/", "eventos/")


@pytest.fixture(scope="module")
def theirs(demo: Installation) -> str:
    """A guia of Aurora's."""
    with Visitor(demo.url) as visitor:
        visitor.sign_in("999001")
        return visitor.new_guia("00100000101")


@pytest.mark.parametrize("part", PARTS)
def test_anothers_guia_is_exactly_like_none(desk: Visitor, theirs: str, part: str):
    foreign = desk.open(theirs + part)
    unknown = desk.open(f"/balcao/guias/{uuid.uuid4()}/{part}")
    assert foreign.status_code == unknown.status_code == 404
    assert shape(foreign.text) == shape(unknown.text)


@pytest.mark.parametrize("part", ["validar/", "codigo/enviar/", "cancelar/"])
def test_nothing_can_be_done_to_anothers_guia(desk: Visitor, aurora_desk: Visitor, theirs: str, part: str):
    desk.open("/balcao/")
    token = desk.form("/balcao/buscar/")["csrfmiddlewaretoken"]
    fields = {"csrfmiddlewaretoken": token, "code": "000000", "why": "x", "once": "a"}
    assert desk.post(theirs + part, fields).status_code == 404
    assert desk.post(f"/balcao/guias/{uuid.uuid4()}/{part}", fields).status_code == 404
    assert "AGUARDANDO TOKEN" in aurora_desk.open(theirs).text


def shape(page: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"|/balcao/guias/[0-9a-f-]{36}/', "", page)


# ---------------------------------------------------------------- the guia


def test_procedures_are_found_by_words_and_by_code(desk: Visitor):
    found = desk.open("/balcao/procedimentos/odonto/?q=restauracao resina").text
    assert "Restauração" in found
    assert CONSULTATION in desk.open(f"/balcao/procedimentos/odonto/?q={CONSULTATION[:6]}").text
    assert "Nada encontrado" in desk.open("/balcao/procedimentos/odonto/?q=zzzz").text
    assert "10101012" not in desk.open("/balcao/procedimentos/odonto/?q=10101012").text


@pytest.mark.parametrize("text", ["'", "& | !", ":*", "\x00", "%", "\ud7ff", "a" * 500])
def test_no_search_breaks_the_desk(desk: Visitor, text: str):
    assert desk.http.get("/balcao/procedimentos/odonto/", params={"q": text}).status_code == 200


def test_a_treatment_of_several_teeth_is_checked_and_registered(desk: Visitor):
    path = f"/balcao/pessoas/{ROSA}/nova/odonto/"
    desk.open(path)
    desk.send(path, do="find", q="85100196")
    assert "Restauração" in desk.text
    desk.send(path, do="check", **{"teeth-0": "16", "faces-0": ""})
    assert desk.page.status_code == 422
    assert "Marque de 1 a 5 faces." in desk.text
    desk.send(path, do="check", **{"teeth-0": "16 26", "faces-0": ["O", "M"]})
    assert "Confira a guia" in desk.text
    desk.send(path, do="register")
    assert desk.text.count("85100196") == 2
    assert "dente 16 OM" in desk.text
    assert "dente 26 OM" in desk.text


def test_what_was_checked_can_be_altered(desk: Visitor):
    path = f"/balcao/pessoas/{ROSA}/nova/odonto/"
    desk.open(path)
    desk.send(path, do=f"pick:{CONSULTATION}")
    desk.send(path, do="check", provider_number="A-1")
    desk.send(path, do="edit")
    assert 'value="A-1"' in desk.page.text
    desk.send(path, do="drop:0")
    desk.send(path, do="check")
    assert "Acrescente pelo menos um procedimento." in desk.text


def test_each_kind_of_guia_can_be_entered(aurora_desk: Visitor):
    for kind, code in (("consulta", "10101012"), ("sp-sadt", "40304361"), ("internacao", "30101018")):
        path = f"/balcao/pessoas/00100000101/nova/{kind}/"
        aurora_desk.open(path)
        if kind != "consulta":
            aurora_desk.send(path, do="find", q=code)
        aurora_desk.send(path, do="check")
        aurora_desk.send(path, do="register")
        assert code in aurora_desk.text, kind
        assert aurora_desk.path.startswith("/balcao/guias/"), kind


def test_the_analysis_is_shown_for_each_procedure_with_its_reason(desk: Visitor):
    desk.new_guia(SUSPENDED)
    assert "NEGADA" in desk.text
    assert "está suspenso" in desk.text
    assert "(1016)" in desk.text


def test_a_guia_that_waits_for_a_document_asks_no_code_yet(desk: Visitor):
    guia = desk.new_guia(ROSA, "85200140", teeth="26")
    assert "EM ANÁLISE" in desk.text
    assert "Ato complementar" in desk.text
    desk.open(f"{guia}codigo/")
    assert "Enviar" not in desk.text


def test_an_unknown_kind_is_not_found(desk: Visitor):
    assert desk.open(f"/balcao/pessoas/{ROSA}/nova/feitico/").status_code == 404


def test_a_number_presented_twice_is_told(desk: Visitor):
    path = f"/balcao/pessoas/{ROSA}/nova/odonto/"
    number = f"N-{uuid.uuid4().hex[:8]}"
    for expected in (200, 422):
        desk.open(path)
        desk.send(path, do=f"pick:{CONSULTATION}")
        desk.send(path, do="check", provider_number=number)
        desk.send(path, do="register")
        assert desk.page.status_code == expected
    assert "já tem uma guia" in desk.text or "Já existe uma guia" in desk.text


def test_a_double_click_registers_one_guia(desk: Visitor, demo: Installation):
    path = f"/balcao/pessoas/{NELSON}/nova/odonto/"
    desk.open(path)
    desk.send(path, do=f"pick:{CONSULTATION}")
    desk.send(path, do="check")
    fields = {**desk.form(path), "do": "register"}
    places: list[str] = []

    def click() -> None:
        with Visitor(demo.url, cookies=desk.http.cookies) as hand:
            hand.http.follow_redirects = False
            places.append(hand.post(path, fields).headers.get("location", ""))

    hands = [threading.Thread(target=click) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    landed = {place for place in places if place}
    assert len(landed) == 1, places
    click()
    assert {place for place in places if place} == landed


# ---------------------------------------------------------------- the code


def test_the_whole_way_with_the_number_on_file(desk: Visitor):
    guia = desk.new_guia(ROSA)
    number = desk.number
    desk.open(f"{guia}codigo/")
    assert re.search(r"Enviar por SMS para \(41\) \*{5}-\d{4}", desk.text)
    desk.send(f"{guia}codigo/enviar/")
    assert desk.path == f"{guia}codigo/"
    assert re.search(r"SMS \(41\) \*{5}-\d{4} (Na fila|Enviado|Entregue)", desk.text)
    code = desk.code(ROSA, number)
    desk.send(f"{guia}validar/", code=f"{code[:3]} {code[3:]}")
    assert desk.path == guia
    assert "VALIDADA" in desk.text
    assert "Chancela: validada em" in desk.page.text
    assert re.search(r"Código de validação [0-9A-Z]{10} ", desk.text)


def test_a_validated_guia_gives_a_receipt_and_a_paper(desk: Visitor):
    guia = desk.new_guia(ROSA)
    number = desk.number
    desk.sent(guia)
    desk.send(f"{guia}validar/", code=desk.code(ROSA, number))
    answer = desk.http.get(f"{guia}recibo/")
    assert answer.headers["content-type"] == "application/jose"
    assert answer.headers["content-disposition"] == f'attachment; filename="recibo-{number}.jws"'
    assert answer.text.count(".") == 2
    assert number in desk.open(f"{guia}papel/").text
    assert "Chancela: validada em" in desk.page.text


def test_a_wrong_code_is_told_kindly_and_never_shown_again(desk: Visitor):
    guia = desk.new_guia(ROSA)
    number = desk.number
    desk.sent(guia)
    right = desk.code(ROSA, number)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    desk.send(f"{guia}validar/", code=wrong)
    assert desk.page.status_code == 422
    assert "O código não confere. Confira com a pessoa; restam 4 tentativas." in desk.text
    assert wrong not in desk.page.text


def test_what_is_no_code_at_all_spends_no_try(desk: Visitor):
    guia = desk.new_guia(ROSA)
    number = desk.number
    desk.sent(guia)
    for typed in ("12345", "1234567", "12a456", "１２３４５６", "١٢٣٤٥٦", "      ", "123 45"):
        desk.send(f"{guia}validar/", code=typed)
        assert desk.page.status_code == 422, typed
        assert re.search(r"O código tem 6 dígitos|Digite o código", desk.text), typed
    right = desk.code(ROSA, number)
    desk.send(f"{guia}validar/", code=f"{(int(right) + 1) % 10**6:06d}")
    assert "restam 4 tentativas" in desk.text


def test_after_five_wrong_codes_a_new_one_has_to_be_asked_for(desk: Visitor):
    guia = desk.new_guia(ROSA)
    number = desk.number
    desk.sent(guia)
    right = desk.code(ROSA, number)
    for step in range(1, 6):
        desk.send(f"{guia}validar/", code=f"{(int(right) + step) % 10**6:06d}")
        desk.open(f"{guia}codigo/")
    assert "bloqueado" in desk.open(guia).text
    desk.sent(guia)
    newer = desk.code_after(ROSA, number, right)
    desk.send(f"{guia}validar/", code=newer)
    assert "VALIDADA" in desk.text


def test_the_same_posting_twice_spends_one_try(desk: Visitor):
    guia = desk.new_guia(ROSA)
    number = desk.number
    desk.sent(guia)
    right = desk.code(ROSA, number)
    fields = {**desk.form(f"{guia}validar/"), "code": f"{(int(right) + 1) % 10**6:06d}"}
    for _ in range(3):
        desk.post(f"{guia}validar/", fields)
        assert "restam 4 tentativas" in desk.text


def test_reloading_an_answer_leads_back_to_the_form(desk: Visitor):
    guia = desk.new_guia(ROSA)
    desk.sent(guia)
    desk.open(f"{guia}validar/")
    assert desk.path == f"{guia}codigo/"


def test_a_first_mobile_may_be_typed_where_none_is_on_file(desk: Visitor):
    guia = desk.new_guia(NELSON)
    desk.open(f"{guia}codigo/")
    assert "DDD" in desk.text
    desk.send(f"{guia}codigo/enviar/", way="sms", ddd="41", mobile="9 0000-7777")
    assert "(41) *****-7777" in desk.text


@pytest.mark.parametrize(("ddd", "mobile"), [("41", "3000-1234"), ("00", "900007777"), ("41", "abc"), ("41", "")])
def test_a_number_that_is_no_mobile_is_told(desk: Visitor, ddd: str, mobile: str):
    guia = desk.new_guia(NELSON)
    desk.open(f"{guia}codigo/")
    desk.send(f"{guia}codigo/enviar/", way="sms", ddd=ddd, mobile=mobile)
    assert desk.page.status_code == 422
    assert re.search(r"não é válido|Informe o celular", desk.text)


def test_the_number_on_file_cannot_be_changed_here_and_the_page_says_who_can(desk: Visitor):
    guia = desk.new_guia(ROSA)
    desk.open(f"{guia}codigo/")
    fields = desk.form(f"{guia}codigo/enviar/")
    desk.post(f"{guia}codigo/enviar/", {**fields, "way": "sms", "ddd": "41", "mobile": "900001234"})
    assert desk.page.status_code == 422
    assert "contato cadastrado não pode ser trocado aqui" in desk.text
    assert "0800 000 0032" in desk.text
    assert "AGUARDANDO TOKEN" in desk.open(guia).text


def test_an_email_is_sent_where_the_cpf_is_right(desk: Visitor, cambui):
    person = cambui.person("Vanessa")
    guia = desk.new_guia(person.card_number)
    desk.open(f"{guia}codigo/")
    assert "CPF da pessoa" in desk.text
    desk.send(f"{guia}codigo/enviar/", cpf="111.444.777-35")
    assert desk.page.status_code == 422
    assert "não conferem" in desk.text
    desk.send(f"{guia}codigo/enviar/", cpf=person.cpf)
    assert "E-mail v***@example.com" in desk.text


def test_the_way_chosen_comes_first_the_next_time(desk: Visitor, cambui):
    card = next(each for each in cambui.people if each.mobile and each.has_app and each.card_number != ROSA).card_number
    first = desk.new_guia(card)
    desk.open(f"{first}codigo/")
    assert desk.text.index("Enviar por SMS") < desk.text.index("Outras formas de envio")
    desk.send(f"{first}codigo/enviar/", way="app")
    second = desk.new_guia(card)
    desk.open(f"{second}codigo/")
    assert desk.text.index("Enviar pelo aplicativo") < desk.text.index("Outras formas de envio")


def test_a_policy_that_sends_by_all_ways_names_them_all(aurora_desk: Visitor):
    guia = aurora_desk.new_guia("00100000101")
    aurora_desk.open(f"{guia}codigo/")
    assert "ao mesmo tempo" in aurora_desk.text
    aurora_desk.send(f"{guia}codigo/enviar/")
    for channel in ("Aplicativo", "SMS", "E-mail"):
        assert channel in aurora_desk.text


def test_a_second_code_annuls_the_first(bem_te_vi_desk: Visitor):
    desk, card = bem_te_vi_desk, "00200000101"
    guia = desk.new_guia(card)
    number = desk.number
    desk.sent(guia)
    first = desk.code(card, number)
    assert "o anterior deixa de valer" in desk.text
    anew(desk, guia)
    second = desk.code_after(card, number, first)
    desk.open(f"{guia}codigo/")
    desk.send(f"{guia}validar/", code=first)
    assert "O código não confere" in desk.text
    desk.send(f"{guia}validar/", code=second)
    assert "VALIDADA" in desk.text


def anew(desk: Visitor, guia: str) -> None:
    """Ask for another code, as soon as the ways have rested."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        token = desk.form(f"{guia}validar/")["csrfmiddlewaretoken"]
        desk.post(f"{guia}codigo/enviar/", {"csrfmiddlewaretoken": token, "once": uuid.uuid4().hex})
        if "Acabamos de enviar" not in desk.text:
            return
        time.sleep(0.3)
    raise AssertionError(desk.text)


def test_a_way_just_used_asks_for_a_moment_and_no_more(desk: Visitor):
    for _ in range(5):  # where the moment passes before the second press, both are done
        guia = desk.new_guia(ROSA)
        desk.sent(guia)
        desk.send(f"{guia}codigo/enviar/", way="sms", do="again")
        if desk.page.status_code == 422:
            break
    assert desk.page.status_code == 422
    assert "Acabamos de enviar por este meio. Espere um instante" in desk.text
    assert 'class="notice wait" role="alert"' in desk.page.text
    assert not re.search(r"[0-9]+ segundos", desk.text)
    assert "Validar" in desk.text, "the code that is out can still be given"


def test_the_dialog_says_what_follows_by_itself(aurora_desk: Visitor):
    desk = aurora_desk
    trouble(desk, "off")  # else the code arrives before one can look
    guia = desk.new_guia("00100000402")
    desk.open(f"{guia}codigo/")
    assert "Se não chegar, o próximo meio sai sozinho." in desk.text
    assert 'name="way"' not in desk.page.text.partition("Outras formas de envio")[0]
    desk.send(f"{guia}codigo/enviar/")
    told = desk.text
    trouble(desk, "none")
    assert re.search(r"Se não chegar, enviamos por WhatsApp para \(11\) \*{5}-\d{4} às \d\d:\d\d\.", told)
    for way in ("Reenviar por SMS", "Enviar por WhatsApp", "Ligar para"):
        assert way in told, way


def trouble(desk: Visitor, what: str) -> None:
    """Let the person's demo phone be switched off, or on again."""
    desk.open("/demo/phone/00100000402")
    desk.send("/demo/phone/00100000402/defeito", trouble=what)


def test_an_urgent_guia_goes_by_more_ways_at_once(aurora_desk: Visitor):
    desk, card = aurora_desk, "00100000301"
    path = f"/balcao/pessoas/{card}/nova/odonto/"
    desk.open(path)
    desk.send(path, do=f"pick:{CONSULTATION}")
    assert "Atendimento de urgência" in desk.text
    desk.send(path, do="check", urgent="on")
    assert "Atendimento de urgência sim" in desk.text
    desk.send(path, do="register")
    guia = desk.path
    assert "urgência" in desk.text
    desk.open(f"{guia}codigo/")
    together = desk.text.partition("ao mesmo tempo:")[2].partition("Enviar o código")[0]
    assert len(re.findall(r"\(11\) \*{5}-\d{4}", together)) == 2, "SMS and WhatsApp"
    desk.send(f"{guia}codigo/enviar/")
    for channel in ("Aplicativo", "SMS", "WhatsApp", "E-mail"):
        assert channel in desk.text
    assert "urgência" in desk.open(f"{guia}papel/").text


def test_a_guia_that_is_not_urgent_does_not_say_so(desk: Visitor):
    desk.new_guia(ROSA)
    assert "urgência" not in desk.text


def test_a_first_mobile_is_told_to_the_contacts_on_file_and_that_is_no_delivery_of_the_code(desk: Visitor, cambui):
    person = cambui.person("Vanessa")
    guia = desk.new_guia(person.card_number)
    number = desk.number
    desk.open(f"{guia}codigo/")
    shown = {name: value for name, value in desk.form(f"{guia}codigo/enviar/").items() if name != "cpf"}
    desk.post(f"{guia}codigo/enviar/", {**shown, "way": "sms", "ddd": "41", "mobile": "90000-6611"})
    assert "Os contatos que já estavam no cadastro foram avisados" in desk.text
    ladder = desk.page.text.partition('class="ladder"')[2].partition("</ol>")[0]
    assert ladder.count("<li>") == 1
    assert "(41) *****-6611" in ladder
    code = desk.code(person.card_number, number)
    until = time.monotonic() + 30
    while not (told := notices(desk, person.card_number, number)):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert [(each["channel"], each["code"]) for each in told] == [("email", None)]
    assert code not in told[0]["text"]


def notices(desk: Visitor, card: str, number: str) -> list[dict[str, str]]:
    held = desk.http.get(f"/demo/phone/{card}.json").json()
    return [each for each in held if number in each["text"] and "outro contato" in each["text"]]


def test_with_no_contact_the_call_centre_is_the_way(bem_te_vi_desk: Visitor):
    guia = bem_te_vi_desk.new_guia("00200001001")
    bem_te_vi_desk.open(f"{guia}codigo/")
    assert "0800 000 0022" in bem_te_vi_desk.text
    assert "DDD" not in bem_te_vi_desk.text


# ---------------------------------------------------------------- the end, and the list


def test_a_guia_is_cancelled_with_a_reason(desk: Visitor):
    guia = desk.new_guia(ROSA)
    desk.open(f"{guia}cancelar/")
    desk.send(f"{guia}cancelar/", why="")
    assert desk.page.status_code == 422
    assert "Escreva o motivo." in desk.text
    desk.send(f"{guia}cancelar/", why="registrada em dobro")
    assert desk.path == guia
    assert "CANCELADA" in desk.text
    assert "registrada em dobro" in desk.text


def test_a_validated_guia_is_not_cancelled_here(desk: Visitor):
    guia = desk.new_guia(ROSA)
    number = desk.number
    desk.sent(guia)
    desk.send(f"{guia}validar/", code=desk.code(ROSA, number))
    assert "Cancelar a guia" not in desk.text


def test_guias_are_listed_by_state_card_number_and_day(desk: Visitor):
    desk.new_guia(ROSA)
    number = desk.number
    for query in (f"number={number}", f"card={ROSA}", "status=awaiting_token", "since=2020-01-01", ""):
        assert number in desk.open(f"/balcao/guias/?{query}").text, query
    for query in ("status=denied", "card=00300000201", "number=2026999999999", "since=2999-01-01"):
        assert number not in desk.open(f"/balcao/guias/?{query}").text, query
    assert "Nenhuma guia com este filtro." in desk.open("/balcao/guias/?number=0").text


@pytest.mark.parametrize("query", ["status=x", "since=ontem", "cursor=x", "cursor=", "card=" + "9" * 50, "number=%00"])
def test_no_filter_breaks_the_list(desk: Visitor, query: str):
    assert desk.open(f"/balcao/guias/?{query}").status_code == 200


def test_a_long_list_is_read_page_by_page_and_nothing_twice(desk: Visitor):
    for _ in range(27):
        desk.new_guia("00300000301")
    seen: list[str] = []
    path: str | None = "/balcao/guias/?card=00300000301"
    while path:
        page = desk.open(path).text
        seen += re.findall(r'row-link digits" href="[^"]+">(\d+)<', page)
        more = re.search(r'href="(\?[^"]*cursor=[^"]*)"', page)
        path = "/balcao/guias/" + more[1].replace("&amp;", "&") if more else None
    assert len(seen) == len(set(seen)) >= 27
    assert seen == sorted(seen, reverse=True)


def test_the_queue_shows_what_awaits_something(aurora_desk: Visitor):
    guia = aurora_desk.new_guia("00100000301")
    assert f'href="{guia}"' in aurora_desk.open("/balcao/").text
