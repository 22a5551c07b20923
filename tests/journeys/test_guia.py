"""What becomes of a guia: cancelled, audited, looked for, and out of another's sight."""

import re

import httpx
import pytest

from tests.journeys.walk import Walk, follow
from tests.portals.browsing import Visitor

pytestmark = pytest.mark.browser
ROSA, LAURA, VANESSA, HELENA, SUSPENDED = "00300000101", "00300000103", "00300000301", "00100000101", "00300000701"
IMPLANT, ROOT_CANAL = "82000980", "85200166"


def test_cancelar_a_guia_pede_o_motivo_e_o_guarda(receptionist):
    walk = receptionist()
    walk.has_guia(ROSA)
    walk.page.click("text=Cancelar a guia")
    walk.page.wait_for_selector("[name=why]:focus")
    walk.page.click("button:has-text('Cancelar a guia')")
    walk.page.wait_for_selector("[name=why][aria-invalid=true]")
    walk.spotless()
    walk.page.fill("[name=why]", "Registrada duas vezes")
    follow(walk.page, "button:has-text('Cancelar a guia')")
    walk.page.wait_for_selector("[role=status] >> text=CANCELADA")
    walk.page.wait_for_selector("text=Registrada duas vezes")
    assert walk.page.is_hidden("text=Enviar o código")
    walk.spotless()


def test_em_analise_a_guia_espera_e_a_decisao_chega_sem_recarregar(receptionist):
    walk = receptionist()
    address = walk.has_guia(ROSA, IMPLANT)
    assert walk.page.is_visible("[role=status] >> text=EM ANÁLISE")
    assert walk.page.is_hidden("text=Enviar o código")
    walk.spotless()
    walk.page.evaluate("window.kept = true")
    review(walk, address, {"item": 1, "authorisation": "authorised"})
    walk.page.wait_for_selector("[role=status] >> text=AGUARDANDO TOKEN")
    walk.page.wait_for_selector("text=Enviar o código")
    assert walk.page.evaluate("window.kept")


def test_negada_a_guia_diz_o_motivo_de_quem_decidiu(receptionist):
    walk = receptionist()
    address = walk.has_guia(ROSA, IMPLANT)
    review(walk, address, {"item": 1, "authorisation": "denied", "text": "Sem indicação para este caso."})
    walk.page.wait_for_selector("[role=status] >> text=NEGADA")
    walk.page.wait_for_selector("text=Sem indicação para este caso.")
    walk.spotless()


def review(walk: Walk, address: str, decision: dict[str, object]) -> None:
    """Decide as the operator's own system does, through the API."""
    operator = walk.town.operator(walk.ans)
    with httpx.Client(base_url=walk.town.url, timeout=20) as client:
        keys = (operator["client_id"], operator["client_secret"])
        token = client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=keys).json()["access_token"]
        decided = client.post(
            f"/v1/guias/{address.split('/')[-2]}/review",
            json={"decisions": [decision]},
            headers={"Authorization": f"Bearer {token}"},
        )
    assert decided.status_code == 200, decided.text


def test_a_guia_de_outro_prestador_e_como_se_nao_existisse(receptionist):
    walk = receptionist()
    with Visitor(walk.town.url) as another:
        another.sign_in("999001")
        address = another.new_guia(HELENA)
    answers = []
    for path in (address, f"{address}codigo/", f"{address}papel/", re.sub("[0-9a-f]{12}/$", "000000000000/", address)):
        answer = walk.page.goto(path)
        assert answer is not None
        answers.append((answer.status, walk.page.inner_text("main")))
    assert set(answers) == {(404, answers[0][1])}
    assert "Não encontramos esta página" in answers[0][1]


def test_a_lista_tem_filtros_e_paginas(receptionist):
    walk = receptionist()
    entered = [walk.desk.new_guia(LAURA) for _ in range(26)]
    walk.page.goto("/balcao/")
    walk.page.click("nav >> text=Guias")
    walk.page.fill("[name=card]", LAURA)
    walk.page.select_option("[name=status]", label="AGUARDANDO TOKEN")
    walk.page.click("button:has-text('Filtrar')")
    walk.page.wait_for_url("**card=*")
    seen = listed(walk)
    assert len(seen) == 25
    follow(walk.page, "text=Próxima página")
    walk.spotless()
    every = seen + listed(walk)
    assert len(every) == len(set(every))
    assert set(entered) <= set(every)
    walk.page.click("text=Voltar ao início")
    walk.page.wait_for_url(re.compile(r"/guias/\?(?!.*cursor=)"))
    assert listed(walk) == seen
    walk.page.fill("[name=card]", "0")
    walk.page.click("button:has-text('Filtrar')")
    walk.page.wait_for_selector("text=Nenhuma guia com este filtro.")
    walk.page.click("a:has-text('Limpar')")
    walk.page.wait_for_selector("tbody tr")


def listed(walk: Walk) -> list[str]:
    """The addresses of the guias on the list."""
    return [str(link.get_attribute("href")) for link in walk.page.query_selector_all("tbody .row-link")]


def test_muitos_procedimentos_e_um_dente_que_nao_existe(receptionist):
    walk = receptionist()
    walk.page.goto(f"/balcao/pessoas/{VANESSA}/nova/odonto/")
    for count, code in enumerate(("81000065", "81000030", "85100196", ROOT_CANAL, "85300047", "82000875"), 1):
        walk.page.fill("#id_find", code)
        walk.page.press("#id_find", "Enter")
        walk.page.wait_for_selector(f".line >> nth={count - 1}")
    walk.spotless()
    walk.page.fill("[name=teeth-2]", "99")
    walk.page.click("button:has-text('Conferir')")
    walk.page.wait_for_selector("text=99 não é um dente.")
    walk.page.wait_for_selector("[name=teeth-2]:focus")
    walk.spotless()
    walk.page.fill("[name=teeth-2]", "26")
    walk.page.check("[name=faces-2][value=O]")
    for at in (3, 5):
        walk.page.fill(f"[name=teeth-{at}]", "36")
    walk.page.select_option("[name=region-4]", "HASD")
    walk.page.click("button:has-text('Conferir')")
    walk.page.wait_for_selector("text=Confira a guia")
    walk.spotless()
    walk.page.click("text=Registrar a guia")
    walk.page.wait_for_url("**/guias/**")
    walk.page.wait_for_selector("text=Ato complementar")
    walk.spotless()


def test_o_numero_que_nao_existe_diz_o_que_conferir(receptionist):
    walk = receptionist()
    walk.page.fill("#id_q", "99999999999")
    walk.page.press("#id_q", "Enter")
    walk.page.wait_for_selector("text=Não encontramos esse número.")
    walk.spotless()
