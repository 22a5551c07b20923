"""Care without a code, in the words of the demo: who stands at the desk, what is wrong, what to do, and the steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chancela.adapters.demo.care import Fault, Way, Whom

WHOM: Final[Mapping[Whom, tuple[Promise, Promise]]] = {
    Whom.SMARTPHONE: (_("Tem smartphone"), _("Helena tem o aplicativo da operadora no celular.")),
    Whom.WITHOUT_DATA: (_("Celular sem internet"), _("Joaquim tem celular, mas sem internet.")),
    Whom.NO_PHONE: (_("Não tem telefone"), _("Nair não tem celular, telefone nem e-mail.")),
    Whom.LANDLINE: (_("Pessoa idosa, telefone fixo"), _("Benedito é idoso e só tem telefone fixo.")),
    Whom.CHILD: (_("Criança com outro adulto"), _("Clara é criança e veio com a tia; a mãe está no trabalho.")),
    Whom.INPATIENT: (_("Pessoa internada"), _("Caio está internado.")),
    Whom.HOME: (_("Coleta em casa"), _("A coleta de Sônia é feita na casa dela.")),
    Whom.REFUSES: (_("Não quer dar o código"), _("Marina recebe o código e não quer dizê-lo.")),
}
FAULT: Final[Mapping[Fault, tuple[Promise, Promise]]] = {
    Fault.NOTHING: (_("Tudo funciona"), _("Tudo funciona.")),
    Fault.CARRIER: (_("Nada chega ao celular"), _("A operadora de telefonia ou o sinal caiu: nada chega ao celular.")),
    Fault.PORTAL: (_("O portal caiu"), _("O portal ou o banco de dados está fora do ar.")),
}
RECORDED: Final = _("codValidacao, com o código")
TABLE_74: Final = _("motivo %s da tabela 74")


@dataclass(frozen=True, slots=True)
class Told:
    """A way in words: its name, the third of the three sentences, the steps, and what is done before anything fails."""

    name: str | Promise
    does: str | Promise
    steps: tuple[str | Promise, ...]
    before: str | Promise = ""
    by_person: bool = False


_SEND = _("Na guia, “Enviar o código”, e de novo “Enviar o código”.")
_TYPE = _("Digite os 6 números e “Validar”.")
_ENROL = _("Antes, com sinal: em “Sua conta”, a pessoa liga “Usar sem sinal neste aparelho”.")
_PIN = _("Digite o PIN escolhido e “Abrir”.")
_VISIT = _("Carteirinha, tipo e procedimento, como estão ao lado.")
_KEEP = _("“Guardar”. Depois, aqui, “O portal voltou”: o registro segue sozinho.")
_LINE = _("Com o portal de volta, em Contingência, escreva a linha e “Conferir”, “Registrar 1 atendimento”.")
WAY: Final[Mapping[Way, Told]] = {
    Way.CODE: Told(
        _("o código no celular"),
        _("Envie o código e digite o que a pessoa ler."),
        (_SEND, _("Abra o celular da pessoa, ao lado, e leia o código."), _TYPE),
    ),
    Way.CALLED: Told(
        _("ligação ao telefone fixo"),
        _("Envie o código: o telefone fixo toca e uma voz o diz."),
        (_SEND, _("No telefone da pessoa, ao lado, “Atender”."), _TYPE),
    ),
    Way.FAMILY: Told(
        _("o código vai para a mãe"),
        _("Envie o código: ele chega à mãe, que o diz à tia por telefone."),
        (_SEND, _("Abra o celular da mãe, ao lado, e leia o código."), _TYPE),
    ),
    Way.READ_OUT: Told(
        _("a central lê o código"),
        _("Do telefone da clínica, a pessoa liga para a central e ouve o código."),
        (
            _("Em outra janela, entre como Atendimento da operadora e abra uma ligação."),
            _("Confira quem liga e “Gerar e ler o código”."),
            _("Na guia, “Informar o código”. Digite os 6 números e “Validar”."),
        ),
    ),
    Way.COMPUTED: Told(
        _("o celular gera o código sem sinal"),
        _("O aplicativo gera o código no próprio celular, sem sinal."),
        (
            _("Na guia, “Gerar no celular da pessoa (QR)”, e “Informar o código que apareceu”."),
            _TYPE,
        ),
        _ENROL,
        by_person=True,
    ),
    Way.LATE: Told(
        _("o código vem depois"),
        _("O atendimento segue, e o código é pedido quando o celular voltar."),
        (
            _("“O código vem depois” e “Deixar o código para depois”."),
            _("No celular da pessoa, ao lado, volte a “Tudo chega”."),
            _("“Pedir o código tardio”, “Enviar o código”, e digite o que chegou."),
        ),
    ),
    Way.REASON: Told(
        _("seguir com o motivo"),
        _("Siga com o motivo: são dois toques, e sai um protocolo."),
        (_("Na guia, “Seguir sem código”."), _("Escolha o motivo. O protocolo aparece.")),
    ),
    Way.SIGNED: Told(
        _("guia impressa e assinada"),
        _("Imprima a guia, peça a assinatura e envie a foto."),
        (
            _("“Imprimir guia para assinatura”: o PDF é baixado."),
            _("Assine e fotografe, ou envie o próprio PDF."),
            _("Escolha o arquivo e o motivo, e “Enviar a guia assinada”."),
        ),
    ),
    Way.KEPT_CODE: Told(
        _("balcão sem portal, código que já chegou"),
        _("O telefone fixo tocou antes da queda: guarde no balcão sem portal o código que a pessoa ouviu."),
        (
            _PIN,
            _("Escolha a guia que esperava, e digite o código que a pessoa tem."),
            _KEEP,
        ),
        _("Antes da queda: registre a guia e envie o código; no telefone, “Atender”."),
    ),
    Way.KEPT_COMPUTED: Told(
        _("balcão sem portal, código do celular"),
        _("O balcão abre sem o portal, e o celular da pessoa gera o código sem sinal."),
        (_PIN, _VISIT, _("“Gerar no celular da pessoa (QR)”, e digite o código que aparecer."), _KEEP),
        _ENROL,
        by_person=True,
    ),
    Way.KEPT_PAPER: Told(
        _("balcão sem portal, código de papel"),
        _("O balcão abre sem o portal, e a pessoa traz a folha de códigos de papel."),
        (
            _PIN,
            _VISIT,
            _("Digite o primeiro código da folha que ainda não foi usado."),
            _KEEP,
        ),
        _("Antes da queda: em “Sua conta”, “Códigos de papel”, a pessoa imprime a folha."),
        by_person=True,
    ),
    Way.KEPT_REASON: Told(
        _("balcão sem portal, com motivo"),
        _("O balcão abre sem o portal: guarde o atendimento com o motivo."),
        (_PIN, _VISIT, _("“Seguir sem código”, e escolha o motivo."), _KEEP),
    ),
    Way.LISTED: Told(
        _("número da lista impressa"),
        _("Quem colhe anota em papel, com o próximo número da lista de contingência."),
        (_("Antes da queda: em Contingência, “Receber números” e “Imprimir a lista”."), _("Anote no papel."), _LINE),
    ),
    Way.NUMBERED: Told(
        _("número dado por telefone"),
        _("A clínica liga para a central, que dá um número de contingência; a queda serve de prova."),
        (
            _("Em outra janela, entre como Atendimento da operadora, abra uma ligação e dê um número."),
            _("Como Gestão da operadora, em Quedas, declare que o portal caiu."),
            _LINE,
        ),
    ),
}
