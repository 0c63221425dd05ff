"""`tinhso accounts`: open and close accounts, issue keys to machines."""

from datetime import timedelta

import click

from tinhso.cli.output import answer, json_option
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.people import queries as people
from tinhso.security import actions as security
from tinhso.security import queries as security_queries
from tinhso.security.types import AccountInfo


@click.group("accounts")
def group() -> None:
    """Open and close accounts, issue keys to machines."""


@group.command()
@click.argument("username")
@click.option("--personal-number", required=True, help="Of the person it is for.")
@click.option("--officer", is_flag=True, help="The person acts by their posts.")
@click.password_option()
@json_option
def open(
    username: str, personal_number: str, officer: bool, password: str, as_json: bool
) -> None:
    """Open an account for a known person. JSON: `id`, `username`."""
    person = people.find_person(personal_number=personal_number)
    if person is None:
        raise click.ClickException("no person has this number")
    account = security.open_account(
        username=username,
        password=password,
        person_id=person.id,
        is_officer=officer,
        actor=SYSTEM,
        at=clock.now(),
    )
    content = {"id": account.id, "username": account.username}
    answer(content, f"Opened {account.username}.", as_json=as_json)


@group.command()
@click.argument("username")
@click.option(
    "--factors", is_flag=True, help="Forget second factors and passkeys, too."
)
@click.password_option()
@json_option
def reset(username: str, factors: bool, password: str, as_json: bool) -> None:
    """Set a new password, which ends all sessions. JSON: `reset`, `factors`.

    First make sure who asks for it.
    """
    account = _known(username)
    at, forgotten = clock.now(), 0
    security.set_password(account_id=account.id, password=password, actor=SYSTEM, at=at)
    if factors:
        forgotten = security.forget_factors(account_id=account.id, actor=SYSTEM, at=at)
    content = {"reset": username, "factors": forgotten}
    answer(content, f"{username} signs in with the new password.", as_json=as_json)


@group.command()
@click.argument("username")
@json_option
def close(username: str, as_json: bool) -> None:
    """Close an account; it holds from its next request on. JSON: `closed`."""
    account = _known(username)
    security.close_account(account_id=account.id, actor=SYSTEM, at=clock.now())
    answer({"closed": username}, f"Closed {username}.", as_json=as_json)


@group.command("sign-out")
@click.argument("username", required=False)
@click.option("--everybody", is_flag=True, help="All sessions of all accounts.")
@json_option
def sign_out(username: str | None, everybody: bool, as_json: bool) -> None:
    """End all sessions of an account, or of everybody. JSON: `ended`."""
    if everybody == bool(username):
        raise click.ClickException("name one account, or say --everybody")
    if username:
        ended = security.end_sessions(
            account_id=_known(username).id, actor=SYSTEM, at=clock.now()
        )
    else:
        ended = security.end_everybodys_sessions(actor=SYSTEM, at=clock.now())
    answer({"ended": ended}, f"Ended {ended} sessions.", as_json=as_json)


@group.command("issue-token")
@click.argument("username")
@click.option("--label", default="command line", help="What the key is for.")
@click.option("--days", default=30, help="How long it is valid.")
@json_option
def issue_token(username: str, label: str, days: int, as_json: bool) -> None:
    """Issue a key for the API, shown once. JSON: `token`, `expires_at`."""
    account = _known(username)
    token = security.issue_token(
        account_id=account.id,
        label=label,
        valid_for=timedelta(days=days),
        actor=SYSTEM,
        at=clock.now(),
    )
    content = {"token": token.secret, "expires_at": token.expires_at.isoformat()}
    answer(content, token.secret, as_json=as_json)


def _known(username: str) -> AccountInfo:
    account = security_queries.get_account(username=username)
    if account is None:
        raise click.ClickException("no account has this name")
    return account
