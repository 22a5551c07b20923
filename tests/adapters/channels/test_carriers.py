"""Each channel has a carrier, whatever is set up: an operator's own before the installation's, and none at the last."""

import os
import pathlib
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from chancela.adapters.channels.contract import ChannelFailure, Letter
from chancela.bootstrap import app as apps, carrier_desk
from chancela.bootstrap.app import App
from chancela.bootstrap.carrier_desk import Wish
from chancela.bootstrap.carriers import UnboundError, bound, carriers_of, kinds, shared
from chancela.domain.delivery import Channel
from chancela.domain.message import Message

ALL = {str(each) for each in Channel}
SMTP = "smtp://127.0.0.1:2525"
INSTALLATIONS = {
    "demo": ({"demo": True}, {"inbox": ALL}),
    "demo with SMTP": ({"demo": True, "smtp_url": SMTP}, {"email": {"email"}, "inbox": ALL - {"email"}}),
    "SMTP alone": ({"demo": False, "smtp_url": SMTP}, {"email": {"email"}, "none": ALL - {"email"}}),
    "nothing": ({"demo": False}, {"none": ALL}),
}


def everywhere(app: App):
    """The installation's carriers, of an operator that has none of its own."""
    return shared(app, frozenset(Channel))


@pytest.mark.parametrize("installation", INSTALLATIONS)
async def test_each_channel_has_one_carrier(settings, installation: str):
    changes, expected = INSTALLATIONS[installation]
    found = everywhere(App(replace(settings, **changes)))
    assert {each.name: {str(channel) for channel in each.capabilities.channels} for each in found} == expected


@pytest.mark.parametrize("installation", INSTALLATIONS)
async def test_what_is_offered_is_what_is_carried(settings, installation: str):
    chosen = replace(settings, **INSTALLATIONS[installation][0])
    real = [each.capabilities.channels for each in everywhere(App(chosen)) if each.name != "none"]
    assert apps.carried(chosen) == frozenset().union(*real)


async def test_a_carrier_takes_some_at_once_and_has_patience(settings):
    for each in everywhere(App(replace(settings, smtp_url=SMTP))):
        assert each.capabilities.at_once > 0
        assert each.capabilities.patience_s > 0
        await each.close()


async def test_a_channel_without_carrier_fails_in_passing(settings):
    (nobody,) = everywhere(App(replace(settings, demo=False)))
    letter = Letter(None, "999001", "Aurora", "001", "", Message(Channel.SMS, None, "text"))
    with pytest.raises(ChannelFailure) as told:
        await nobody.send(letter)
    assert not told.value.permanent


async def test_the_demo_phones_are_as_slow_as_one_asks(settings):
    (inbox,) = everywhere(App(replace(settings, demo_carrier_delay_ms=200)))
    assert inbox.delay_s == 0.2
    assert inbox.capabilities.patience_s > 0.2


OWN = {
    "sms_twilio": ({"account_sid": f"AC{'0' * 32}", "sender": "+5541900000001"}, {"auth_token": "x"}),
    "email": ({"host": "127.0.0.1", "sender": "codigo@example.com"}, {"receipts_secret": "segredo-inventado"}),
}


async def add(app: App, ans: str, kind: str, name: str):
    return (await carrier_desk.add(app, Wish(ans, name, kind, None, *OWN[kind]), "test")).entry


def found(pairs) -> dict[str, tuple[bool, set[str]]]:
    """Each carrier by name: whether it is the operator's own, and what it carries."""
    return {carrier.name: (entry is not None, set(map(str, carrier.capabilities.channels))) for entry, carrier in pairs}


async def test_an_operators_own_carriers_go_before_the_installations(settings, aurora, cambui):
    async with App(replace(settings, smtp_url=SMTP)) as app:
        await add(app, aurora.ans, "sms_twilio", "principal")
        await add(app, aurora.ans, "sms_twilio", "reserva")
        await add(app, aurora.ans, "email", "correio")
        await add(app, cambui.ans, "sms_twilio", "principal")
        await carrier_desk.switch(app, cambui.ans, "principal", enabled=False, actor="test")
        own, shared = [await app.reads.operator(each.ans) for each in (aurora, cambui)]
        assert found(await carriers_of(app, own)) == {
            "principal": (True, {"sms"}),
            "reserva": (True, {"sms"}),
            "correio": (True, {"email"}),
            "inbox": (False, ALL - {"sms", "email"}),
        }
        assert found(await carriers_of(app, shared)) == {
            "email": (False, {"email"}),
            "inbox": (False, ALL - {"email"}),
        }


async def test_without_a_demo_what_nobody_carries_has_no_carrier(settings, aurora):
    async with App(replace(settings, demo=False)) as app:
        await add(app, aurora.ans, "sms_twilio", "principal")
        pairs = await carriers_of(app, await app.reads.operator(aurora.ans))
        assert found(pairs) == {"principal": (True, {"sms"}), "none": (False, ALL - {"sms"})}


async def test_a_carrier_that_cannot_work_refuses_so_that_another_takes_over(app, settings, aurora, caplog):
    entry = await add(app, aurora.ans, "sms_twilio", "principal")
    for broken in (
        replace(entry, kind="pigeon"),
        replace(entry, settings={}),
        replace(entry, secrets=b"another key's"),
    ):
        with pytest.raises(UnboundError):
            bound(app, broken)
    async with app.pool.connection() as connection:
        await connection.execute("SELECT set_config('chancela.operator', %s, true)", (aurora.ans,))
        await connection.execute("UPDATE chancela.carrier SET settings = '{}'")
    ((_, unusable), *_) = await carriers_of(app, await app.reads.operator(aurora.ans))
    letter = Letter(None, aurora.ans, "Aurora", "001", "", Message(Channel.SMS, None, "text"))
    with pytest.raises(ChannelFailure) as told:
        await unusable.send(letter)
    assert (unusable.name, told.value.ours, told.value.permanent) == ("principal", True, False)
    assert "account_sid" in caplog.text
    await unusable.close()


def test_every_folder_with_a_kind_offers_it_under_its_name():
    expected = {"sms_smpp", "sms_twilio", "sms_zenvia", "sms_infobip", "email", "push", "whatsapp", "voice", "other"}
    assert expected <= set(kinds())
    for name, kind in kinds().items():
        assert kind.name == name
        assert kind.channels
        assert all(each.portuguese and each.english for each in kind.settings)


@pytest.mark.parametrize("folder", ["sms_smpp", "sms_http", "email", "push", "whatsapp", "voice", "other", "inbox"])
def test_any_channel_can_be_taken_away(folder: str, tmp_path: pathlib.Path):
    source = pathlib.Path(apps.__file__).parents[1]
    shutil.copytree(source, tmp_path / "chancela", ignore=shutil.ignore_patterns("__pycache__", "portals"))
    shutil.rmtree(tmp_path / "chancela" / "adapters" / "channels" / folder)
    code = "from chancela.bootstrap import carriers, carrier_desk; print(*carriers.kinds())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    there = {"sms_http": "sms_twilio"}.get(folder, folder)
    assert there not in done.stdout.split()
    assert len(done.stdout.split()) >= len(kinds()) - 3


def test_the_kinds_are_known_without_what_they_stand_on():
    heavy = {"httpx", "aiosmpplib", "webpush", "apprise", "aiosmtplib"}
    begin = "import sys; from chancela.bootstrap import carriers; carriers.kinds()"
    code = f"{begin}; print(sorted({heavy} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
