"""`jiedui account`: what whoever runs the machine does about accounts."""

from typing import Any

import click

from jiedui.cli.output import as_json, print_facts
from jiedui.cli.serving import prepare


@click.group()
def account() -> None:
    """Accounts, for whoever runs the machine."""


@account.command("add")
@click.argument("username")
@click.option("--role", required=True, help="office, leader, liaison, helper, administrator …")
@click.option("--name", default="", help="Name of the person.")
@click.option("--place", default="", help="Place, by name or code; brought in if not here yet.")
@click.option("--organisation", default="", help="Organisation, by name or number.")
@as_json
def account_add(username: str, as_json: bool, **facts: str) -> None:
    """Open the account USERNAME with a ROLE, and print its first password: this once only.

    The first organisation named in an empty installation is founded as the root of all others.
    """
    prepare()
    from jiedui.orgs import first_account

    slip = first_account.add_account(username, **facts)
    _print_password(slip.account.username, slip.password, as_json=as_json)


@account.command("reset")
@click.argument("username")
@as_json
def account_reset(username: str, as_json: bool) -> None:
    """Give USERNAME a new first password and print it: this once only."""
    prepare()
    from jiedui.accounts import actions, setup

    password = actions.reset_password(setup.account_called(username), by=None)
    _print_password(username, password, as_json=as_json)


@account.command("list")
@as_json
def account_list(as_json: bool) -> None:
    """Every account with its roles, and whether it may sign in."""
    prepare()
    from jiedui.accounts.models import User

    rows: Any = User.objects.order_by("username")
    facts = [
        {"username": one.username, "name": one.display_name, "roles": sorted(one.roles),
         "is_active": one.is_active, "last_login": one.last_login}
        for one in rows
    ]  # fmt: skip
    lines = [f"{f['username']:<24} {','.join(f['roles']) or '-':<24} {f['name']}" for f in facts]
    print_facts(facts, as_json=as_json, text="\n".join(lines) or "Nobody has an account yet.")


@account.command("code")
@as_json
def account_code(as_json: bool) -> None:
    """A new set-up code for an installation in which nobody has an account yet."""
    prepare()
    from jiedui.accounts import setup

    code = setup.new_code()
    print_facts({"code": code}, as_json=as_json, text=code)


def _print_password(username: str, password: str, *, as_json: bool) -> None:
    facts = {"username": username, "password": password}
    sentence = f"{username}: {password}\nIt is shown only now; change it after the first sign-in."
    print_facts(facts, as_json=as_json, text=sentence)
