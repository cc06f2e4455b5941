"""`tracker scim`: the identity providers that send people and groups."""

from datetime import timedelta
from pathlib import Path

import click

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option, settings_from
from tracker.db import session_for
from tracker.errors import NotFoundError
from tracker.models import AccessToken, TokenPurpose
from tracker.models.base import now
from tracker.security.identity import System
from tracker.services import access_tokens
from tracker.services.organisations import find_organisation
from tracker.services.scim_sources import list_sources

PATH = "/scim/v2"


@main.group()
def scim() -> None:
    """Look after the identity providers that send people by SCIM."""


@scim.command()
@click.argument("name")
@organisation_option
@config_option
def add(name: str, organisation_code: str | None, ini: Path) -> None:
    """Make a key for the identity provider NAME. It is shown this once."""
    with session_for(engine_from(ini)) as db:
        by = _by(find_organisation(db, organisation_code).id)
        issued = access_tokens.issue(db, TokenPurpose.SCIM, name, by=by, now=now())
        secret = issued.secret
    _show(ini, secret)


@scim.command("list")
@organisation_option
@config_option
def list_(organisation_code: str | None, ini: Path) -> None:
    """List the sources: what each brought, and what waits for somebody to look."""
    with session_for(engine_from(ini)) as db:
        by = _by(find_organisation(db, organisation_code).id)
        sources = list_sources(db, by=by, now=now())
        for source in sources:
            used = source.token.last_used_at
            click.echo(
                f"{source.token.name}: {'in use' if source.is_live else 'taken back'}, last here "
                f"{f'{used:%d/%m/%Y %H:%M} UTC' if used else 'never'}; {source.accounts} accounts "
                f"({source.joined} joined to HR, {source.made} on the list by it, "
                f"{source.waiting} without employee number, {source.unclear} unclear, "
                f"{source.contradicting} with facts that disagree), "
                f"{source.groups} groups"
            )
        if not sources:
            click.echo("There is no source yet. Make one: tracker scim add NAME")


@scim.command()
@click.argument("name")
@click.option("--at-once", is_flag=True, help="The old key stops now, not in a day.")
@organisation_option
@config_option
def rotate(name: str, at_once: bool, organisation_code: str | None, ini: Path) -> None:  # noqa: FBT001 - click's
    """Give the source NAME a new key. The old one still works for a day."""
    with session_for(engine_from(ini)) as db:
        by = _by(find_organisation(db, organisation_code).id)
        overlap = timedelta(0) if at_once else access_tokens.OVERLAP
        token = _named(list(access_tokens.list_tokens(db, TokenPurpose.SCIM, by=by)), name)
        secret = access_tokens.rotate(db, token, by=by, now=now(), overlap=overlap).secret
    _show(ini, secret)


@scim.command()
@click.argument("name")
@organisation_option
@config_option
def revoke(name: str, organisation_code: str | None, ini: Path) -> None:
    """Take the key of the source NAME back. What it brought stays."""
    with session_for(engine_from(ini)) as db:
        by = _by(find_organisation(db, organisation_code).id)
        token = _named(list(access_tokens.list_tokens(db, TokenPurpose.SCIM, by=by)), name)
        access_tokens.revoke(db, token, by=by, now=now())
    click.echo("The key opens nothing any more.")


def _by(organisation_id: int) -> System:
    return System(organisation_id=organisation_id)


def _named(tokens: list[AccessToken], name: str) -> AccessToken:
    found = [token for token in tokens if name in {token.name, token.public_id}]
    if len(found) != 1:
        raise NotFoundError(
            "There is no source of that name, or more than one. See: tracker scim list"
        )
    return found[0]


def _show(ini: Path, secret: str) -> None:
    address = settings_from(ini).base_url or "https://YOUR-ADDRESS"
    click.echo(f"Address: {address}{PATH}")
    click.echo(f"Key:     {secret}")
    click.echo("The key is shown this once. Copy it into the identity provider now.")
