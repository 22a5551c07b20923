"""What a verification found, in the reader's own words; one that is not known here stands as the verifier said it."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chancela.bootstrap.findings import CONTRADICTIONS

WHERE = (
    (r"event (\d+)", _("evento %s")),
    (r"the head", _("o fim da trilha")),
    (r"checkpoint of (\d+) events", _("ponto assinado de %s eventos")),
    (r"event (\d+), guia (\S+).*", _("evento %s, guia %s")),
    (r"guia (\S+).*", _("guia %s")),
    (r"checkpoints\.jsonl, checkpoint of (\d+) events", _("checkpoints.jsonl, ponto assinado de %s eventos")),
    (r"checkpoints\.jsonl, line (\d+)", _("checkpoints.jsonl, linha %s")),
    (r"(\d+) more", _("mais %s")),
)
WHAT = (
    (r"its content does not match its seal", _("o conteúdo não confere com o selo: foi mudado")),
    (r"expected event (\d+), found (\d+)", _("esperava o evento %s e achou o %s: falta ou sobra um evento")),
    (r"it is missing, while the trail has (\d+) events", _("sumiu, e a trilha tem %s eventos")),
    (r"its seal is not ours: .*", _("o selo não é nosso: foi escrito sem o arquivo de chaves")),
    (
        r"it says (\d+) events, the trail ends at (\d+): .*",
        _("diz %s eventos, a trilha acaba no %s: o fim foi cortado"),
    ),
    (r"it says (\d+) events, the trail goes on to (\d+)", _("diz %s eventos, a trilha vai até o %s")),
    (r"its hash is not that of event (\d+)", _("o selo não é o do evento %s")),
    (r"its signature matches none of our keys", _("a assinatura não é de nenhuma chave nossa")),
    (r"it was signed for another operator or size", _("foi assinado para outra operadora ou outro tamanho")),
    (
        r"the checkpoint says more events than there are \((\d+)\): .*",
        _("diz mais eventos do que há (%s): o fim foi cortado"),
    ),
    (r"the checkpoint's root differs: .*", _("a raiz é outra: o que veio antes dele foi reescrito")),
    (r"its tree does not have its root", _("a árvore não leva à raiz")),
    (r"its row says something else than what was signed", _("a linha diz outra coisa que o que foi assinado")),
    (r"it follows a checkpoint of (\d+) events, which was removed", _("segue um ponto de %s eventos que foi apagado")),
    (r"it was removed from the database", _("foi apagado do banco de dados")),
    (r"it says nothing of this operator, while .*", _("nada diz desta operadora, que tem pontos assinados")),
    (r"the checkpoint of (\d+) events was removed from it", _("o ponto de %s eventos foi apagado dali")),
    (r"the line cannot be read", _("a linha não pode ser lida")),
    (r"its validation code is not ours", _("o código de validação não é nosso")),
    (r"the key file is missing, .*", _("o arquivo de chaves sumiu, e sem ele nada se confere")),
    (
        re.escape(CONTRADICTIONS["day_codes_overdrawn"]),
        _("um código do dia confirmou mais sessões do que as regras daquele dia deixavam"),
    ),
    *(
        (re.escape(sentence), _("a trilha e as outras tabelas contam coisas diferentes"))
        for sentence in CONTRADICTIONS.values()
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place that is not as it should be; `ours` says that both halves are in the reader's language."""

    where: str
    what: str
    ours: bool


def place(where: str, what: str) -> Place:
    """A finding in words."""
    first, second = _said(WHERE, where), _said(WHAT, what)
    return Place(first or where, second or what, second is not None)


def _said(table: tuple[tuple[str, str | Promise], ...], text: str) -> str | None:
    for pattern, sentence in table:
        if found := re.fullmatch(pattern, text):
            return str(sentence) % found.groups() if found.groups() else str(sentence)
    return None
