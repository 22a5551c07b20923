"""What other systems are told, where they may be told, and when a message that failed is sent again."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from chancela.domain import webhook as webhooks
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance, Guia
from chancela.domain.trail import Event, EventKind
from chancela.domain.webhook import Webhook, WebhookKind
from tests.domain import made

ENTERED = {
    Attendance.AWAITING_TOKEN: WebhookKind.GUIA_AWAITING_TOKEN,
    Attendance.VALIDATED: WebhookKind.GUIA_VALIDATED,
    Attendance.WITHOUT_TOKEN: WebhookKind.GUIA_WITHOUT_TOKEN,
    Attendance.LATE_PENDING: WebhookKind.GUIA_LATE_DUE,
    Attendance.DISPUTED: WebhookKind.ATTENDANCE_DISPUTED,
}
CLOSED = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1"),  # noqa: S104 - judged
    *("127.8.8.8",),
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
    *("198.18.0.1", "198.51.100.1", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("168.63.129.16", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1"),
    *("64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "2620:4f:8000::1", "3fff::1"),
    *("fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "5f00::1"),
    *("4000::1", "2606:4700::1%1", "localhost", "2130706433", "0x7f.1", "127.1", "1.1.1"),
]


def step(was: Attendance | None, now: Attendance, kind: EventKind = EventKind.GUIA_REVIEWED) -> Step:
    guia = replace(made.guia(), attendance=now)
    before = Case(replace(guia, attendance=was)) if was else None
    return Step(before, Case(guia), Event(kind, guia.id, "x", {}))


@pytest.mark.parametrize("now", Attendance)
@pytest.mark.parametrize("was", [None, *Attendance])
def test_a_guia_that_enters_a_state_is_told_and_one_that_stays_is_not(was: Attendance | None, now: Attendance):
    told = webhooks.told(step(was, now))
    assert told is (None if now is (was or Attendance.NONE) else ENTERED.get(now))


@pytest.mark.parametrize("now", [Attendance.VALIDATED, Attendance.WITHOUT_TOKEN, Attendance.DISPUTED])
def test_a_decided_dispute_is_told_as_such_whatever_it_led_to(now: Attendance):
    decided = step(Attendance.DISPUTED, now, EventKind.DISPUTE_DECIDED)
    assert webhooks.told(decided) is WebhookKind.DISPUTE_DECIDED


def test_a_dispute_about_more_than_before_is_told_again():
    widened = step(Attendance.DISPUTED, Attendance.DISPUTED, EventKind.DISPUTE_WIDENED)
    assert webhooks.told(widened) is WebhookKind.ATTENDANCE_DISPUTED


def test_only_what_somebody_is_told_of_is_heard():
    steps = [step(Attendance.AWAITING_TOKEN, Attendance.VALIDATED), step(None, Attendance.AWAITING_TOKEN)]
    guia: Guia = steps[0].after.guia
    assert webhooks.heard(steps, frozenset()) == []
    assert webhooks.heard(steps, frozenset({WebhookKind.GUIA_VALIDATED})) == [(WebhookKind.GUIA_VALIDATED, guia)]
    assert len(webhooks.heard([*steps, step(None, Attendance.NONE)], frozenset(WebhookKind))) == 2


@pytest.mark.parametrize("address", CLOSED)
def test_no_network_of_ours_and_no_machines_own_address_is_public(address: str):
    assert not webhooks.public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_what_anybody_may_have_is_public(address: str):
    assert webhooks.public(address)


@given(st.ip_addresses())
def test_every_address_is_judged(address: object):
    assert webhooks.public(str(address)) in {True, False}


@pytest.mark.parametrize(
    ("url", "host", "port", "target"),
    [
        ("https://core.example", "core.example", 443, "/"),
        ("https://Core.Example:8443/a/b?c=d", "core.example", 8443, "/a/b?c=d"),
        ("https://core.example:443/?x", "core.example", 443, "/?x"),
        ("https://1.1.1.1/hook", "1.1.1.1", 443, "/hook"),
        ("https://[2606:4700::1111]/hook", "2606:4700::1111", 443, "/hook"),
    ],
)
def test_an_https_address_is_taken_apart(url: str, host: str, port: int, target: str):
    found = webhooks.place(url)
    assert found is not None
    assert (found.scheme, found.host, found.port, found.target) == ("https", host, port, target)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "core.example",
            "http://core.example/",
            "ftp://core.example/",
            "https://",
            "https:///x",
            "https://:8443/",
        ),
        *(
            "https://a@core.example/",
            "https://a:b@core.example/",
            "https://core.example/#x",
            "https://core.example\\@x/",
        ),
        *(
            "https://core.example:0/",
            "https://core.example:22/",
            "https://core.example:99999/",
            "https://core.example:x/",
        ),
        *("https://core example/", "https://core.example/\n", "https://córe.example/", "https://core_.example/"),
        *("https://-core.example/", "https://[::1/", "https://core.example/" + "a" * 2048, "http://127.0.0.1:9000/"),
        *("file:///etc/passwd", "https://core.example/@x", "//core.example/"),
    ],
)
def test_what_is_no_such_address_is_refused(url: str):
    assert webhooks.place(url) is None


def test_a_trial_on_this_machine_needs_no_certificate_and_only_where_it_is_let():
    found = webhooks.place("http://127.0.0.1:9000/hook", here=True)
    assert found is not None
    assert (found.scheme, found.port) == ("http", 9000)
    for url in ("http://127.0.0.2:9000/", "http://localhost:9000/", "http://10.0.0.1:9000/", "http://127.0.0.1:22/"):
        assert webhooks.place(url, here=True) is None


def test_it_is_tried_again_over_days_and_then_given_up():
    waits = [webhooks.wait_s(attempt, 0) for attempt in range(1, 11)]
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, None]
    assert webhooks.wait_s(1, 1) == 5.5


def test_the_trail_knows_a_webhook_by_its_host_and_its_events_alone():
    kinds = (WebhookKind.GUIA_VALIDATED, WebhookKind.DELIVERY_FAILED)
    hook = Webhook(made.ANA, "https://core.example/hook?key=segredo", kinds, "10001", "nucleo", made.NOW)
    event = webhooks.changed(hook, "opened", "nucleo").event
    assert (event.kind, event.subject, event.actor) == (EventKind.WEBHOOK_CHANGED, hook.id, "nucleo")
    assert event.data == {
        "what": "opened",
        "host": "core.example",
        "events": "guia.validated,delivery.failed",
        "provider": "10001",
    }
    assert webhooks.changed(replace(hook, url="x"), "ended", "x").event.data["host"] == ""
