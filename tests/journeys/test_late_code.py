"""The code comes later: the visit goes on, and the desk brings two codes in from its list once the people tell them."""

import pytest

from tests.journeys.walk import Walk

pytestmark = pytest.mark.browser
LOURDES = "00200000101"
LIST = "/balcao/pendentes/"


def test_o_codigo_vem_depois_e_entra_pela_lista_de_pendentes(receptionist):
    desk: Walk = receptionist("999002")
    first, second = leaves_for_later(desk), leaves_for_later(desk)
    desk.spotless()

    desk.page.click("nav >> text=Pendentes")
    desk.page.wait_for_url(f"**{LIST}")
    desk.spotless()
    desk.page.click("text=Pedir os códigos marcados")
    desk.page.wait_for_selector("text=2 códigos pedidos.")

    for number in (first, second):
        desk.page.fill(f"[aria-label$='{number}']", desk.desk.code(LOURDES, number))
    desk.spotless()
    desk.page.click("text=Validar os códigos digitados")
    desk.page.wait_for_selector("text=2 atendimentos validados.")
    desk.page.wait_for_selector("text=Nenhum atendimento espera o código.")
    desk.spotless()

    desk.page.goto("/balcao/guias/")
    desk.page.click(f"text={second}")
    desk.sealed()
    desk.page.wait_for_selector("text=com código tardio")


def leaves_for_later(desk: Walk) -> str:
    """A visit that goes on without its code; the number of its guia."""
    desk.has_guia(LOURDES)
    number = desk.number
    desk.page.click("text=O código vem depois")
    desk.page.wait_for_url("**/depois/")
    desk.page.click("text=Deixar o código para depois")
    desk.page.wait_for_selector("text=à espera do código.")
    return number
