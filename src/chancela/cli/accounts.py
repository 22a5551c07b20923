"""`chancela user` and `chancela operator`: who works here, and for whom."""

from __future__ import annotations

import getpass
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chancela.cli import home, logo
from chancela.cli.options import Data, Operator

users = typer.Typer(no_args_is_help=True, help="Open accounts for people at the desk.")
operators = typer.Typer(no_args_is_help=True, help="Add and list operators.")
Login = Annotated[str, typer.Argument(help="The name to sign in with.")]


class Staff(StrEnum):
    """Who opens the operator's own desk."""

    AGENT = "agent"
    AUDITOR = "auditor"
    ANALYST = "analyst"
    MANAGER = "manager"
    DPO = "dpo"
    ADMINISTRATOR = "administrator"


@users.command("create")
def create_user(
    login: Login,
    operator: Operator,
    name: Annotated[str, typer.Option(help="The person's name, as pages show it.")],
    provider: Annotated[
        str, typer.Option(metavar="CODE", help="The provider in whose name the person works.", show_default=False)
    ] = "",
    role: Annotated[
        Staff | None, typer.Option(help="What the person does at the operator itself, where they work for no provider.")
    ] = None,
    email: Annotated[str | None, typer.Option(help="Their e-mail; no patient's code will go to it.")] = None,
    phone: Annotated[str | None, typer.Option(help="Their telephone; no patient's code will go to it.")] = None,
    data: Data = None,
) -> None:
    """Open an account; its password is asked for, its second factor is enrolled at the first sign-in."""
    from chancela.cli import people_at_work

    addresses = people_at_work.addresses(email, phone)
    with home.opened(data) as found:
        home.django(found)
        people_at_work.check_post(found, operator, provider, role)
        people_at_work.open_account(found, login, _password(), operator, provider, name, role)
        if provider:
            people_at_work.employ(found, operator, provider, addresses)
    print(f"{login} may sign in; the first time leads to a second factor.")


@users.command("reset")
def reset_user(login: Login, data: Data = None) -> None:
    """Give a person who lost access a new password; the second factor is enrolled anew."""
    from chancela.cli import people_at_work

    with home.opened(data) as found:
        home.django(found)
        people_at_work.new_password(found, login, _password())
    print(f"{login} may sign in with the new password; the first time leads to a second factor.")


@operators.command("add")
def add_operator(
    ans: Annotated[str, typer.Argument(metavar="ANS", help="Its ANS register, six digits.")],
    name: Annotated[str, typer.Option(help="Its name, as pages and messages show it.")],
    profile: Annotated[str, typer.Option(help="The shipped policy that it begins with.")],
    settings: Annotated[Path | None, typer.Option(help="Its settings as JSON: policy, rules, lines, colour.")] = None,
    data: Data = None,
) -> None:
    """Add an operator."""
    from chancela.cli import people_at_work

    with home.opened(data) as found:
        people_at_work.add_operator(found, ans, name, profile, settings)
    print(f"{ans} {name} is added.")


operators.command("logo")(logo.set_logo)


@operators.command("list")
def list_operators(data: Data = None) -> None:
    """List the operators."""
    import psycopg

    from chancela.adapters.postgres import registry

    with home.opened(data) as found, psycopg.connect(found.database_url or "") as connection:
        for row in registry.operators(connection):
            print("  ".join(row))


def _password() -> str:
    """Ask for a password, twice where a person types it."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise home.Sorry("The two passwords differ.")
    return password
