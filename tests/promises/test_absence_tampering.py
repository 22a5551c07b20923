"""security.md 7 where care went on without a code: what the table says otherwise than the trail is found offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from chancela.bootstrap.verify import verify
from chancela.domain.case import Case
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.review_absence import ReviewAbsence
from tests import visits

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

CHANGES = {
    "UPDATE chancela.absence SET tiss = '02', reason = 'urgent'": "has no such reason in the trail",
    "UPDATE chancela.absence SET protocol = '0'": "has no such reason in the trail",
    "UPDATE chancela.absence SET review_text = 'Outra coisa.'": "auditor's word on a guia without a code",
    "UPDATE chancela.absence SET review = 'accepted'": "auditor's word on a guia without a code",
    "DELETE FROM chancela.absence": "a guia went on without a code, but has no reason",
    "INSERT INTO chancela.live_token SELECT t.operator, t.guia_id, 1, t.issued_at, t.expires_at, 0, '', '', now()"
    " FROM chancela.token t LIMIT 1": "a code lives although the trail has ended it",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_was_changed_behind_the_trail_is_found(app: App, aurora: Tenant, database_url: str, change: str):
    case = await visits.issued(app, aurora)
    assert isinstance(await app.do(RecordAbsence(aurora.desk, case.guia.id, "refused", "não quis")), Case)
    refused = ReviewAbsence(aurora.auditor, case.guia.id, accept=False, text="Não houve visita neste dia.")
    assert isinstance(await app.do(refused), Case)
    assert (await verify(app.settings)).findings == ()
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(change.encode())
    assert any(CHANGES[change] in each.sentence for each in (await verify(app.settings)).findings)
