"""To whom the code goes: the number on file, or the first one, given by the person at the desk."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
ROSA, SILVIA, NELSON, VANESSA = "00300000101", "00300000202", "00300000201", "00300000301"


def test_o_numero_do_cadastro_aparece_mascarado_e_nao_se_troca_aqui(receptionist):
    walk = receptionist()
    walk.has_guia(ROSA)
    walk.page.click("text=Enviar o código")
    walk.page.wait_for_selector("dialog[open] >> text=Enviar por SMS para (41) *****-3000")
    expect(walk.page.locator("dialog [name=mobile], dialog [name=email]")).to_have_count(0)
    walk.page.click("text=O celular ou e-mail mudou")
    walk.page.wait_for_selector(
        "text=o contato cadastrado não é trocado aqui. Ela mesma troca: na central de atendimento"
    )
    walk.page.wait_for_selector("dialog >> text=4000 0031 >> visible=true")
    walk.spotless()
    assert "900003000" not in walk.page.content().replace(" ", "").replace("-", "")


def test_quem_nao_tem_contato_informa_o_primeiro_celular(receptionist):
    walk = receptionist()
    walk.has_guia(NELSON)
    walk.page.click("text=Enviar o código")
    walk.page.wait_for_selector("dialog[open] >> text=Não há contato cadastrado.")
    walk.page.click("dialog >> text=Enviar por SMS")
    walk.page.wait_for_selector("text=Informe o celular.")
    walk.spotless()
    walk.page.fill("[name=ddd]", "41")
    walk.page.fill("[name=mobile]", "3000-1234")
    walk.page.click("dialog button:text('Enviar por SMS')")
    walk.page.wait_for_selector("text=O contato não é válido.")
    walk.page.fill("[name=ddd]", "(41)")
    walk.page.fill("[name=mobile]", "90000-4321")
    walk.page.click("dialog button:text('Enviar por SMS')")
    walk.page.wait_for_selector("dialog .ladder >> text=(41) *****-4321")
    walk.give(walk.read(NELSON))
    walk.sealed()


def test_o_primeiro_celular_recebe_o_codigo_e_o_contato_mais_antigo_e_avisado(receptionist):
    walk = receptionist()
    walk.has_guia(VANESSA)
    walk.page.click("text=Enviar o código")
    walk.page.wait_for_selector("dialog[open]")
    walk.page.click("dialog >> text=SMS para um celular")
    walk.page.fill("[name=ddd]", "41")
    walk.page.fill("[name=mobile]", "90000-8642")
    walk.page.click("dialog button:text('Enviar por SMS')")
    walk.page.wait_for_selector("dialog .ladder >> text=(41) *****-8642")
    walk.page.wait_for_selector("dialog >> text=Os contatos que já estavam no cadastro foram avisados")
    expect(walk.page.locator("dialog .ladder li")).to_have_count(1)
    walk.spotless()
    code = walk.read(VANESSA)
    (notice,) = walk.held(VANESSA, "email")
    assert "informou outro contato" in notice["text"]
    assert code not in notice["text"]
    walk.give(code)
    walk.sealed()
    walk.has_guia(VANESSA)
    walk.page.click("text=Enviar o código")
    walk.page.wait_for_selector("dialog[open] .ways")
    assert walk.page.is_hidden("dialog >> text=(41) *****-8642"), "it was for that guia alone"


def test_o_email_so_vai_com_o_cpf_da_pessoa(receptionist):
    walk = receptionist()
    walk.has_guia(SILVIA)
    walk.page.click("text=Enviar o código")
    walk.page.wait_for_selector("dialog[open] [name=cpf]")
    walk.page.fill("dialog [name=cpf] >> nth=0", "111.444.777-35")
    walk.page.click("dialog .primary")
    walk.page.wait_for_selector("text=Os dados informados não conferem com o cadastro.")
    walk.spotless()
