"""Commands of the desk: disputes, holding, suspending, erasing, and who may do so in the browser."""

import json
from collections.abc import Sequence
from typing import Final

import click

from crawler_filter.formats.counts import number_of
from registry.commands.acting import act
from registry.model.credentials import TokenScope
from registry.model.role import Role


@click.command()
@click.argument("declaration")
def dispute(declaration: str) -> None:
    """Flag a DECLARATION as disputed. It keeps restricting until the dispute is resolved."""
    act("dispute", declaration=declaration)


@click.command()
@click.argument("declaration")
@click.option("--upheld/--dismissed", required=True, help="Upheld: the disputed scopes go. Dismissed: they stand.")
def resolve(declaration: str, *, upheld: bool) -> None:
    """End the dispute about a DECLARATION."""
    act("resolve", declaration=declaration, upheld=upheld)


@click.command()
def disputes() -> None:
    """List the disputes that wait. Those of whoever proved the place come first; one line of JSON each."""
    for each in act("disputes"):
        click.echo(json.dumps(each, ensure_ascii=False))


@click.command("open-dispute")
@click.argument("dispute")
def open_dispute(dispute: str) -> None:
    """Open a DISPUTE. This flags the declaration and asks its party for an answer."""
    click.echo(json.dumps(act("open-dispute", dispute=dispute), ensure_ascii=False))


@click.command()
@click.argument("dispute")
@click.option("--upheld/--dismissed", required=True, help="Upheld: what was disputed goes. Dismissed: it stands.")
@click.option("--grounds", required=True, help="Why. Both sides read it.")
def decide(dispute: str, *, upheld: bool, grounds: str) -> None:
    """Decide a DISPUTE. Both sides get a letter."""
    click.echo(json.dumps(act("decide", dispute=dispute, upheld=upheld, grounds=grounds), ensure_ascii=False))


@click.command()
@click.argument("declaration")
def hold(declaration: str) -> None:
    """Hold a DECLARATION that matches far too much."""
    act("hold", declaration=declaration)


@click.command()
@click.argument("declaration")
def release(declaration: str) -> None:
    """Release a DECLARATION that was held. Its scopes decide again."""
    act("release", declaration=declaration)


@click.command()
@click.argument("declaration")
@click.confirmation_option(prompt="The record and its salt are deleted for ever. Go on?")
def erase(declaration: str) -> None:
    """Erase a DECLARATION's record. The log keeps an entry that says nothing about anybody."""
    act("erase", declaration=declaration)


@click.command()
@click.argument("work")
@click.confirmation_option(prompt="Everything that is said about the work is deleted for ever. Go on?")
def erase_work(work: str) -> None:
    """Erase what a WORK says: its titles, creators and names. Its number stays, because declarations name it."""
    act("erase-work", work=work)


@click.command()
@click.argument("party")
@click.confirmation_option(prompt="All that the party declared and said of itself is deleted for ever. Go on?")
def erase_party(party: str) -> None:
    """Erase a PARTY for good. All that it declared, entered, proved and said of itself is deleted."""
    click.echo(f"erased {number_of(act('erase-party', party=party), 'declaration')} of the party")


@click.command()
@click.argument("account")
@click.confirmation_option(prompt="The account and all of its parties are deleted for ever. Go on?")
def erase_account(account: str) -> None:
    """Erase an ACCOUNT for good.

    It is given by its number or mail address. Its address, parties, sessions, tokens and drafts are deleted.
    """
    parties = number_of(act("erase-account", account=account), "party", "parties")
    click.echo(f"erased the account and {parties}")


@click.command()
@click.argument("email")
@click.option("--label", default="command line", show_default=True, help="What the account sees it named.")
@click.option("--scope", type=click.Choice([scope.value for scope in TokenScope]), default="read",
              show_default=True, help="What it may do: declaring includes reading.")  # fmt: skip
@click.option("--days", default=30, show_default=True, help="Days it is valid.")
def token(email: str, label: str, scope: str, days: int) -> None:
    """Make an API token for the account of EMAIL. It is printed this once."""
    click.echo(act("token", account=email, label=label, scope=scope, days=days))


@click.command()
@click.argument("account")
@click.option("--reason", required=True, help="Why; the account is told so.")
def suspend(account: str, reason: str) -> None:
    """Suspend an ACCOUNT. It may read, answer disputes and leave, and declares and changes nothing."""
    act("suspend", account=account, reason=reason)


@click.command()
@click.argument("account")
def reinstate(account: str) -> None:
    """End the suspension of an ACCOUNT."""
    act("reinstate", account=account)


@click.group()
def role() -> None:
    """Say who works at the desk in the browser. A moderator decides disputes; an operator also erases."""


@role.command("grant")
@click.argument("account")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def grant_role(account: str, role: str) -> None:
    """Give an ACCOUNT a ROLE. It is named by its number, or a mail address that has signed in once."""
    act("role grant", account=account, role=role)


@role.command("revoke")
@click.argument("account")
def revoke_role(account: str) -> None:
    """Take the role of an ACCOUNT."""
    act("role revoke", account=account)


@role.command("list")
def list_roles() -> None:
    """List who has a role. One line of JSON each."""
    for each in act("role list"):
        click.echo(json.dumps(each))


COMMANDS: Final[Sequence[click.Command]] = (
    *(dispute, resolve, disputes, open_dispute, decide, hold, release, suspend, reinstate),
    *(erase, erase_work, erase_party, erase_account, role, token),
)
