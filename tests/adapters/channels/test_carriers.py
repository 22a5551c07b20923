"""Each channel has exactly one carrier, whatever an installation has set up, and every carrier says what it can do."""

from dataclasses import replace

import pytest

from chancela.adapters.channels.contract import ChannelFailure, Letter
from chancela.bootstrap import app as apps
from chancela.bootstrap.app import App
from chancela.bootstrap.carriers import carriers
from chancela.domain.delivery import Channel
from chancela.domain.message import Message

SMTP = "smtp://127.0.0.1:2525"
INSTALLATIONS = {
    "demo": ({"demo": True}, {"inbox": {"sms", "email", "app"}}),
    "demo with SMTP": ({"demo": True, "smtp_url": SMTP}, {"email": {"email"}, "inbox": {"sms", "app"}}),
    "SMTP alone": ({"demo": False, "smtp_url": SMTP}, {"email": {"email"}, "none": {"sms", "app"}}),
    "nothing": ({"demo": False}, {"none": {"sms", "email", "app"}}),
}


@pytest.mark.parametrize("installation", INSTALLATIONS)
async def test_each_channel_has_one_carrier(settings, installation: str):
    changes, expected = INSTALLATIONS[installation]
    found = carriers(App(replace(settings, **changes)))
    assert {each.name: {str(channel) for channel in each.capabilities.channels} for each in found} == expected


@pytest.mark.parametrize("installation", INSTALLATIONS)
async def test_what_is_offered_is_what_is_carried(settings, installation: str):
    chosen = replace(settings, **INSTALLATIONS[installation][0])
    real = [each.capabilities.channels for each in carriers(App(chosen)) if each.name != "none"]
    assert apps.carried(chosen) == frozenset().union(*real)


async def test_a_carrier_takes_some_at_once_and_has_patience(settings):
    for each in carriers(App(replace(settings, smtp_url=SMTP))):
        assert each.capabilities.at_once > 0
        assert each.capabilities.patience_s > 0
        await each.close()


async def test_a_channel_without_carrier_fails_in_passing(settings):
    (nobody,) = carriers(App(replace(settings, demo=False)))
    letter = Letter(None, "999001", "Aurora", "001", "", Message(Channel.SMS, None, "text"))
    with pytest.raises(ChannelFailure) as told:
        await nobody.send(letter)
    assert not told.value.permanent


async def test_the_demo_phones_are_as_slow_as_one_asks(settings):
    (inbox,) = carriers(App(replace(settings, demo_carrier_delay_ms=200)))
    assert inbox.delay_s == 0.2
    assert inbox.capabilities.patience_s > 0.2
