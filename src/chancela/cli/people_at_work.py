"""Adding operators and opening accounts, with every mistake said in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import psycopg

from chancela.adapters.brazil import documents, emails, phones
from chancela.adapters.brazil.phones import Phone
from chancela.adapters.postgres import operators, registry
from chancela.cli import home
from chancela.cli.home import Sorry
from chancela.domain.profiles import SHIPPED

if TYPE_CHECKING:
    from pathlib import Path

    from chancela.bootstrap.settings import Settings
    from chancela.portals.accounts.staffing import By

LOGIN_LENGTH, NAME_LENGTH = 150, 120


def check_post(settings: Settings, operator: str, provider: str, role: str | None) -> None:
    """Refuse a person who would work neither for a provider nor for the operator, or for both."""
    if bool(provider) == bool(role):
        raise Sorry("Say either --provider, for the desk of a provider, or --role, for the operator's own.")
    with psycopg.connect(settings.database_url or "") as connection:
        if provider and not registry.works(connection, operator, provider):
            raise Sorry(f"The operator {operator} has no active provider {provider}.")
        if not registry.knows(connection, operator):
            raise Sorry(f"There is no operator {operator}.")


def open_account(
    settings: Settings, login: str, password: str, operator: str, provider: str, name: str, role: str | None = None
) -> None:
    """Open an account for the provider's desk or, with a role, for the operator's own; Django must be started."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from chancela.portals.accounts import opening
    from chancela.portals.accounts.models import Role, User

    if not 0 < len(name) <= NAME_LENGTH or not 0 < len(login) <= LOGIN_LENGTH:
        raise Sorry(f"A login has at most {LOGIN_LENGTH} characters and a name at most {NAME_LENGTH}.")
    if User.objects.filter(username=login.lower()).exists():
        raise Sorry(f"There is an account {login} already; `chancela user reset` gives it a new password.")
    try:
        validate_password(password, User(username=login.lower(), display_name=name))
    except ValidationError as fault:
        raise Sorry(" ".join(fault.messages)) from None
    post = Role(role) if role else Role.PROVIDER
    opening.open_account(login, password, operator, provider, name, post, by=_house(settings, operator))


def new_password(settings: Settings, login: str, password: str) -> None:
    """Give whoever lost access a new password and no second factor; Django must be started."""
    from chancela.portals.accounts import opening

    if not opening.new_password(login, password, lambda user: _house(settings, user.operator)):
        raise Sorry(f"There is no account {login}.")


def _house(settings: Settings, operator: str) -> By:
    from chancela.bootstrap.app import App
    from chancela.portals.accounts import staffing

    return staffing.house(operator, home.actor(), App(settings).head_mac)


def addresses(email: str | None, phone: str | None) -> tuple[str, ...]:
    """Return a person's e-mail and telephone as they are kept; what is none of either is refused."""
    mail = emails.normalise(email) if email else None
    found = phones.normalise(phone) if phone else None
    if email and mail is None:
        raise Sorry(f"{email!r} is no e-mail address.")
    if phone and not isinstance(found, Phone):
        raise Sorry(f"{phone!r} is no telephone: give area code and number.")
    return tuple(each for each in (mail, found.e164 if isinstance(found, Phone) else None) if each)


def employ(settings: Settings, operator: str, provider: str, known: tuple[str, ...]) -> None:
    """Let the provider's network entry know the addresses of someone who works there."""
    with psycopg.connect(settings.database_url or "") as connection:
        registry.employ(connection, operator, provider, known)


def add_operator(settings: Settings, ans: str, name: str, profile: str, file: Path | None) -> None:
    """Add an operator with a shipped policy; `file` holds its own settings as JSON: policy, rules, lines."""
    if documents.ans_register(ans) is None:
        raise Sorry(f"{ans!r} is no ANS register: it has six digits.")
    if profile not in SHIPPED:
        raise Sorry(f"There is no policy {profile!r}; there are {', '.join(SHIPPED)}.")
    text = file.read_text(encoding="utf-8") if file else operators.settings_text((), ())
    try:
        operators.operator(ans, name, profile, text)
    except (msgspec.MsgspecError, TypeError) as fault:
        raise Sorry(f"The settings in {file} do not fit: {fault}.") from None
    with psycopg.connect(settings.database_url or "") as connection:
        if not registry.add(connection, ans, name, profile, text):
            raise Sorry(f"There is an operator {ans} already.")
