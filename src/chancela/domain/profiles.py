"""The three shipped policies, one for each manual; they are copied, never changed."""

from __future__ import annotations

from chancela.domain.delivery import Channel
from chancela.domain.policy import CodeNeeded, ContactDoor, NoCode, Policy, Reissue

PUSH_PER_ATTENDANCE = Policy(
    profile="push-per-attendance",  # manual 000_d77649745db31e55
    code_needed=CodeNeeded.AT_ATTENDANCE,
    reissue=Reissue.SAME_CODE,
    together=(Channel.APP, Channel.SMS, Channel.EMAIL),
    channels=(Channel.APP, Channel.SMS, Channel.EMAIL),
    contact_doors=(ContactDoor.APP, ContactDoor.SITE, ContactDoor.CALL_CENTRE),
    no_code=(NoCode.RECORDED_REASON,),
)

LATEST_CODE_WINS = Policy(
    profile="latest-code-wins",  # manual 001_5c5e71990aef1e20
    code_needed=CodeNeeded.ANY_AUTHORISED,
    reissue=Reissue.NEW_ANNULS_OLD,
    together=(Channel.SMS, Channel.EMAIL),
    channels=(Channel.SMS, Channel.EMAIL),
    contact_doors=(ContactDoor.APP, ContactDoor.CALL_CENTRE),
    no_code=(NoCode.LATE_TOKEN, NoCode.PRINTED_GUIA, NoCode.CONTINGENCY_GUIA),
)

ONE_CODE_PER_GUIA = Policy(
    profile="one-code-per-guia",  # manual 002_037fd997c24f6baa
    code_needed=CodeNeeded.NO_IMPEDIMENT,
    reissue=Reissue.SAME_CODE,
    together=(),
    channels=(Channel.SMS, Channel.EMAIL, Channel.APP),
    contact_doors=(ContactDoor.CALL_CENTRE,),
    no_code=(NoCode.CALL_CENTRE,),
    remembers_channel=True,
    provider_types_first_contact=True,
    email_asks_cpf=True,
)

SHIPPED = {each.profile: each for each in (PUSH_PER_ATTENDANCE, LATEST_CODE_WINS, ONE_CODE_PER_GUIA)}
