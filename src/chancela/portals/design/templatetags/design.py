"""Tags that draw the parts of the design system: icons, keys, fields, states, the seal, moments."""

import datetime as dt
from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chancela.portals.design import outage_words, spoken

register = template.Library()
register.filter("moment", spoken.moment)
register.filter("clock", spoken.clock)
register.filter("since", spoken.since)
register.filter("outage_what", outage_words.what)
register.filter("outage_line", outage_words.line)
register.filter("outage_proof", outage_words.proof)


@register.simple_tag
def icon(name: str) -> str:
    """The inline SVG `templates/design/icons/<name>.svg`; it takes the colour of its text."""
    return get_template(f"design/icons/{name}.svg").render()


@register.simple_tag
def key(letter: str) -> SafeString:
    """The key of an action, shown on its button; pair it with `accesskey="<letter>"`."""
    return format_html('<kbd data-key="{0}" aria-hidden="true">Alt {0}</kbd>', letter.upper())


@register.inclusion_tag("design/field.html")
def field(bound: BoundField, size: str = "", prefix: str = "") -> dict[str, Any]:
    """A label, its hint, its error and its input, tied together for people who cannot see them."""
    described = [f"{bound.auto_id}_hint"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    extra: dict[str, str | bool] = {"class": size} if size else {}
    if described:
        extra["aria-describedby"] = " ".join(described)
    return {"bound": bound, "control": bound.as_widget(attrs=extra), "prefix": prefix}


@register.inclusion_tag("design/summary.html")
def summary(*forms: Any) -> dict[str, Any]:
    """What has to be put right, at the top of the page, each line leading to its field."""
    lines = [
        (form[name].id_for_label if name in form.fields else "", error)
        for form in forms
        if form is not None and form.is_bound
        for name, errors in form.errors.items()
        for error in errors
    ]
    return {"lines": lines}


@register.inclusion_tag("design/state.html")
def state(tone: str, word: str, icon: str, bare: bool = False) -> dict[str, Any]:
    """A state: icon and word, and a colour that is never alone."""
    return {"tone": tone, "word": word, "icon": icon, "bare": bare}


@register.inclusion_tag("design/seal.html")
def seal(
    at: dt.datetime | None = None, window: str = "", name: str = "seal", label: str = "", arriving: str = ""
) -> dict[str, Any]:
    """The pressed seal with its date, hour and window; without `at`, the ring that waits."""
    return {"at": at, "window": window, "name": name, "label": label, "arriving": arriving}
