"""Moments as people say them: "hoje, 14:05", "amanhã, 9:00", "12 de março, 8:30"."""

import datetime as dt

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _


def moment(at: dt.datetime, now: dt.datetime | None = None) -> str:
    """The day (relative where it is near) and the hour of `at`, in the reader's time zone."""
    here, today = timezone.localtime(at), timezone.localtime(now).date()
    hour = clock(at)
    match (here.date() - today).days:
        case 0:
            return _("hoje, %(hour)s") % {"hour": hour}
        case 1:
            return _("amanhã, %(hour)s") % {"hour": hour}
        case -1:
            return _("ontem, %(hour)s") % {"hour": hour}
        case _far:
            pattern = _("j \\d\\e F") if here.year == today.year else _("j \\d\\e F \\d\\e Y")
            return _("%(day)s, %(hour)s") % {"day": _day(here, pattern), "hour": hour}


def _day(here: dt.datetime, pattern: str) -> str:
    """A day in words; Portuguese writes months small, Django's catalogue does not."""
    words = formats.date_format(here, pattern)
    return words.lower() if (translation.get_language() or "pt").startswith("pt") else words


def clock(at: dt.datetime) -> str:
    """The hour of `at` in the reader's time zone, `14:05`."""
    return timezone.localtime(at).strftime("%H:%M")


def since(at: dt.datetime, now: dt.datetime | None = None) -> str:
    """How long ago `at` was, in its largest unit: "agora", "5 min", "3 h", "2 d"."""
    minutes = int(((now or timezone.now()) - at).total_seconds() // 60)
    if minutes < 1:
        return _("agora")
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return _("%(n)s min") % {"n": minutes}
    if minutes < 60 * 24:
        return _("%(n)s h") % {"n": minutes // 60}
    return _("%(n)s d") % {"n": minutes // (60 * 24)}
