"""The verifier finds nothing where everything is as it should be, and says what it read."""

import asyncio
import stat
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from chancela.bootstrap.app import App
from chancela.bootstrap.checkpoints import Checkpoints
from chancela.bootstrap.settings import Settings
from chancela.bootstrap.verify import verify
from chancela.domain.refusal import Refused
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.expire_tokens import ExpireTokens
from chancela.usecases.validate_token import ValidateToken
from tests import visits


async def sentences(settings: Settings) -> list[str]:
    return [each.sentence for each in (await verify(settings)).findings]


async def test_untouched_trails_are_whole(app, house):
    for tenant in house.all:
        await visits.validated(app, tenant)
        assert await Checkpoints(app).make(tenant.ans) is not None
        await visits.issued(app, tenant)
    report = await verify(app.settings)
    assert [each.sentence for each in report.findings] == []
    assert report.whole
    assert [(each.operator, each.events, each.checkpoints) for each in report.trails] == [
        (tenant.ans, 5, 1) for tenant in house.all
    ]


async def test_every_end_of_a_code_agrees_with_its_event(app, bem_te_vi, database_url):
    visits.unhinder(database_url)
    superseded = await visits.issued(app, bem_te_vi)
    await visits.issued(app, bem_te_vi, superseded)
    locked = await visits.issued(app, bem_te_vi)
    for _ in range(5):
        outcome = await app.do(ValidateToken(bem_te_vi.desk, locked.guia.id, visits.wrong(visits.code(app, locked))))
        assert isinstance(outcome, Refused)
    cancelled = await visits.issued(app, bem_te_vi)
    await app.do(CancelGuia(bem_te_vi.desk, cancelled.guia.id, "entered twice"))
    await app.do(CancelGuia(bem_te_vi.desk, (await visits.entered(app, bem_te_vi)).guia.id, "entered twice"))
    assert await sentences(app.settings) == []


async def test_an_expired_code_agrees_with_its_event(app, aurora, database_url):
    visits.unhinder(database_url)
    swept, renewed = await visits.issued(app, aurora), await visits.issued(app, aurora)
    hasten(database_url, renewed.guia.id)
    await visits.issued(app, aurora, renewed)
    hasten(database_url, swept.guia.id)
    assert await app.do(ExpireTokens(aurora.system)) == 1
    assert await sentences(app.settings) == []


def hasten(database_url: str, guia_id: object) -> None:
    """Let a code be past its time."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE chancela.live_token SET expires_at = issued_at + %s WHERE guia_id = %s",
            (timedelta(microseconds=1), guia_id),
        )


async def test_guias_that_share_a_set_agree_with_their_events(app, bem_te_vi, database_url):
    visits.unhinder(database_url)
    cases = await asyncio.gather(*[visits.entered(app, bem_te_vi) for _ in range(10)])
    both = await asyncio.gather(*[visits.issued(app, bem_te_vi, each) for each in cases for _ in range(2)])
    last = {each.guia.id: each for each in sorted(both, key=lambda case: case.token.generation)}
    await asyncio.gather(*[visits.validated(app, bem_te_vi, each) for each in last.values()])
    assert await sentences(app.settings) == []


async def test_verifying_changes_nothing_and_makes_no_key(settings):
    assert await sentences(settings) == ["keys.json: the key file is missing, and without it no seal can be checked."]
    assert not settings.data.exists()


async def test_a_key_file_that_others_can_read_is_told(app):
    app.settings.key_file.chmod(0o644)
    report = await verify(app.settings)
    assert not report.whole
    assert "can be read or written by others" in report.findings[0].sentence
    assert stat.S_IMODE(app.settings.key_file.stat().st_mode) == 0o644


async def test_an_empty_installation_is_whole(new_database, empty_template, tmp_path):
    settings = Settings(data=tmp_path, database_url=new_database(empty_template))
    async with App(settings):
        report = await verify(settings)
    assert report.whole
    assert report.trails == ()


async def test_progress_is_told_up_to_the_last_event(app, aurora):
    await visits.validated(app, aurora)
    told: list[tuple[str, int, int]] = []
    await verify(app.settings, lambda *words: told.append(words))
    assert told == [(aurora.ans, 3, 3)]


async def test_a_database_that_is_not_there_raises(app):
    with pytest.raises(psycopg.OperationalError):
        await verify(replace(app.settings, database_url="postgresql://127.0.0.1:1/nowhere"))
