"""What a message centre's command statuses mean for a letter (SMPP 3.4, 5.1.3): it passes, never will, or it is we."""

from __future__ import annotations

from typing import Final

from aiosmpplib.state import SmppCommandStatus as Status

from chancela.adapters.channels.contract import ChannelFailure

NEVER: Final = {
    Status.ESME_RINVMSGLEN: "text too long",
    Status.ESME_RINVDSTADR: "invalid destination",
}
OURS: Final = {
    Status.ESME_RINVCMDLEN: "invalid length",
    Status.ESME_RINVCMDID: "invalid command",
    Status.ESME_RINVBNDSTS: "not bound for this",
    Status.ESME_RINVREGDLVFLG: "no receipts",
    Status.ESME_RINVSRCADR: "invalid source",
    Status.ESME_RBINDFAIL: "bind failed",
    Status.ESME_RINVPASWD: "invalid password",
    Status.ESME_RINVSYSID: "invalid system_id",
    Status.ESME_RINVSERTYP: "invalid service type",
    Status.ESME_RINVESMCLASS: "invalid esm_class",
    Status.ESME_RINVSRCTON: "invalid source TON",
    Status.ESME_RINVSRCNPI: "invalid source NPI",
    Status.ESME_RINVDSTTON: "invalid destination TON",
    Status.ESME_RINVDSTNPI: "invalid destination NPI",
    Status.ESME_RINVSYSTYP: "invalid system_type",
    Status.ESME_RINVOPTPARSTREAM: "invalid parameters",
    Status.ESME_ROPTPARNOTALLWD: "parameter not allowed",
    Status.ESME_RINVPARLEN: "invalid parameter length",
}
PASSING: Final = {
    Status.ESME_RALYBND: "already bound",
    Status.ESME_RSYSERR: "system error",
    Status.ESME_RMSGQFUL: "queue full",
    Status.ESME_RSUBMITFAIL: "submit failed",
    Status.ESME_RTHROTTLED: "throttled",
    Status.ESME_RDELIVERYFAILURE: "delivery failure",
    Status.ESME_RUNKNOWNERR: "unknown error",
}
WORDS: Final = {**NEVER, **OURS, **PASSING}
RETRY_AFTER_S: Final = {Status.ESME_RTHROTTLED: 1.0, Status.ESME_RMSGQFUL: 10.0}  # limits are counted by the second


def failure(status: int, deed: str = "smpp") -> ChannelFailure:
    """Return how a letter failed; a status of the centre's own (from 0x400 on) passes, as nobody knows its meaning."""
    return ChannelFailure(
        f"{deed} 0x{status:02x} {WORDS.get(status, 'refused')}",
        permanent=status in NEVER,
        retry_after_s=RETRY_AFTER_S.get(status),
        ours=status in OURS,
    )
