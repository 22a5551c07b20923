"""The three shipped policies, one for each manual; they are copied, never changed."""

from __future__ import annotations

from dataclasses import replace

from chancela.domain import absence as absences
from chancela.domain.absence import AbsenceNeed, AbsenceReason, AbsenceRule
from chancela.domain.delivery import Channel
from chancela.domain.policy import CodeNeeded, ContactDoor, Need, NoCode, Policy, Reissue, Rung

# Whom no message reaches is called at once, and for an urgent guia every written way goes out together.
_BEFORE = (
    Rung((Channel.VOICE, Channel.APP, Channel.EMAIL), wait_s=90, needs=(Need.USES_NO_MOBILE,)),
    Rung((Channel.VOICE, Channel.APP, Channel.EMAIL), wait_s=90, needs=(Need.LANDLINE_ONLY,)),
    Rung((Channel.APP, Channel.SMS, Channel.WHATSAPP, Channel.EMAIL), wait_s=30, needs=(Need.URGENT,)),
)
# What follows by itself when no receipt comes, where the operator has a carrier for it: the manuals' ways stay first.
_AFTER = (Rung((Channel.WHATSAPP,), wait_s=60), Rung((Channel.VOICE,), wait_s=90))

# How care goes on without a code: by the reason alone; by the printed guia, signed; by the call centre's number.
_ASKED = frozenset(
    {
        *(AbsenceReason.NO_PHONE, AbsenceReason.PHONE_NOT_HERE, AbsenceReason.NOT_DELIVERED, AbsenceReason.NO_SIGNAL),
        *(AbsenceReason.CANNOT_USE, AbsenceReason.WITH_ANOTHER_ADULT, AbsenceReason.HOME_COLLECTION),
    }
)


def _asking(need: AbsenceNeed) -> tuple[AbsenceRule, ...]:
    return tuple(
        replace(each, needs=(*each.needs, need)) if each.reason in _ASKED else each for each in absences.ABSENCES
    )


PUSH_PER_ATTENDANCE = Policy(
    profile="push-per-attendance",  # manual 000_d77649745db31e55
    code_needed=CodeNeeded.AT_ATTENDANCE,
    reissue=Reissue.SAME_CODE,
    ladder=(*_BEFORE, Rung((Channel.APP, Channel.SMS, Channel.EMAIL), wait_s=60), *_AFTER),
    channels=(Channel.APP, Channel.SMS, Channel.WHATSAPP, Channel.EMAIL, Channel.VOICE),
    contact_doors=(ContactDoor.APP, ContactDoor.SITE, ContactDoor.CALL_CENTRE),
    no_code=(NoCode.RECORDED_REASON,),
    absences=tuple(replace(each, needs=()) for each in absences.ABSENCES),
)

LATEST_CODE_WINS = Policy(
    profile="latest-code-wins",  # manual 001_5c5e71990aef1e20
    code_needed=CodeNeeded.ANY_AUTHORISED,
    reissue=Reissue.NEW_ANNULS_OLD,
    ladder=(*_BEFORE, Rung((Channel.SMS, Channel.EMAIL), wait_s=60), *_AFTER),
    channels=(Channel.SMS, Channel.EMAIL, Channel.WHATSAPP, Channel.VOICE),
    contact_doors=(ContactDoor.APP, ContactDoor.CALL_CENTRE),
    no_code=(NoCode.LATE_TOKEN, NoCode.PRINTED_GUIA, NoCode.CONTINGENCY_GUIA),
    absences=_asking(AbsenceNeed.SIGNATURE),
)

ONE_CODE_PER_GUIA = Policy(
    profile="one-code-per-guia",  # manual 002_037fd997c24f6baa
    code_needed=CodeNeeded.NO_IMPEDIMENT,
    reissue=Reissue.SAME_CODE,
    channels=(Channel.SMS, Channel.EMAIL, Channel.APP, Channel.WHATSAPP, Channel.VOICE),
    contact_doors=(ContactDoor.CALL_CENTRE,),
    no_code=(NoCode.CALL_CENTRE,),
    absences=_asking(AbsenceNeed.CALL_CENTRE),
    remembers_channel=True,
    provider_types_first_contact=True,
    email_asks_cpf=True,
)

SHIPPED = {each.profile: each for each in (PUSH_PER_ATTENDANCE, LATEST_CODE_WINS, ONE_CODE_PER_GUIA)}
