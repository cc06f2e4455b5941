"""Reads and checks the settings at start. The only reader; docs/how-to/settings.md lists them."""

import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from integrations.hr.ftp import Hub
from integrations.ldap.errors import DirectorySetupError
from integrations.ldap.settings import Directory, read_directory
from integrations.mail.errors import MailSetupError
from integrations.mail.settings import MailSettings, read_mail
from integrations.oidc.errors import OidcSetupError
from integrations.oidc.settings import Provider, read_provider
from tracker.security.group_roles import GroupRole, read_group_roles
from tracker.services.sign_in_limits import Limits

if TYPE_CHECKING:
    from pyramid.config import Configurator

MINIMUM_SECRET = 32


class SettingsError(Exception):
    """Raised at start, with a sentence that says which line of the .ini file to mend, and how."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that an .ini file can say, checked."""

    is_production: bool
    database_url: str
    #: signs cookies, and keys the hashes of account names, addresses and staff pseudonyms
    secret: str
    #: cookies are only sent over TLS
    secure_cookies: bool
    #: whether people may see, and bring to their appraisal, their own alerts out of the feed
    own_alerts: bool
    idle_limit: timedelta
    absolute_limit: timedelta
    workers: int
    #: addresses of our own proxies: they say where a person really is
    trusted_proxies: frozenset[str]
    #: where people's passwords are checked
    directory: Directory
    #: codes of the organisations that the directory serves; none for all
    directory_organisations: tuple[str, ...]
    #: what a group of the directory makes of its members
    group_roles: tuple[GroupRole, ...]
    sign_in_limits: Limits
    #: in bytes: what is bigger is refused unread
    largest_upload: int
    #: where files that people bring are kept, outside what is served; none: no files are taken
    evidence_folder: Path | None
    largest_evidence: int
    #: a command that is given a file to check for viruses, and ends with 0 when it found none
    scan_command: tuple[str, ...]
    #: how mail leaves; none when mail is off
    mail: MailSettings | None = None
    #: who signs people in by OpenID Connect; none when nobody does
    provider: Provider | None = None
    #: where ESR's files arrive; none: nobody looks for them
    hr_folder: Path | None = None
    #: the NHS Hub that they are fetched from, if they are
    hr_hub: Hub | None = None
    #: the three letters that stand for us in the names of ESR's files
    hr_destination: str = "TRK"
    #: shares of a file of HR's: with more leavers, or more broken lines, it waits for a yes
    hr_most_leavers: float = 0.10
    hr_most_broken: float = 0.05
    #: the service's own address, at the start of links that leave it
    base_url: str = ""


#: What a line in the .ini means when it is left out.
DEFAULTS = {
    "tracker.mode": "development",
    "tracker.secret": "",
    "tracker.secure_cookies": "true",
    "tracker.own_alerts": "false",
    "tracker.idle_minutes": "30",
    "tracker.absolute_hours": "8",
    "tracker.workers": "1",
    "tracker.trusted_proxies": "",
    "tracker.url": "",
    "mail.host": "",
    "mail.port": "587",
    "mail.tls": "starttls",
    "mail.user": "",
    "mail.password": "",
    "mail.from": "",
    "mail.from_name": "Competence Tracker",
    "mail.reply_to": "",
    "mail.ca_file": "",
    "mail.answer_limit": "15",
    "mail.total_limit": "60",
    "tracker.largest_upload_megabytes": "25",
    "evidence.folder": "",
    "evidence.largest_megabytes": "10",
    "evidence.scan_command": "",
    "oidc.issuer": "",
    "oidc.label": "single sign-on",
    "oidc.client_id": "",
    "oidc.client_secret": "",
    "oidc.private_key_file": "",
    "oidc.key_id": "",
    "oidc.signing_algorithm": "RS256",
    "oidc.scopes": "openid profile email",
    "oidc.acr_values": "",
    "oidc.claim.employee_number": "",
    "oidc.claim.mail": "email",
    "oidc.claim.groups": "groups",
    "oidc.ca_file": "",
    "oidc.answer_limit": "5",
    "hr.folder": "",
    "hr.ftp_host": "",
    "hr.ftp_port": "21",
    "hr.ftp_user": "",
    "hr.ftp_password": "",
    "hr.ftp_ca_file": "",
    "hr.destination": "TRK",
    "hr.most_leavers_percent": "10",
    "hr.most_broken_percent": "5",
    "directory.urls": "demo",
    "directory.demo_file": "var/demo/directory.json",
    "directory.base_dn": "",
    "directory.search_filter": "(uid={username})",
    "directory.bind_dn": "",
    "directory.bind_password": "",
    "directory.direct_bind": "",
    "directory.ca_file": "",
    "directory.allow_plain_on_loopback": "false",
    "directory.attribute.username": "uid",
    "directory.attribute.employee_number": "employeeNumber",
    "directory.attribute.mail": "mail",
    "directory.attribute.groups": "memberOf",
    "directory.group_base_dn": "",
    "directory.nested_group_depth": "5",
    "directory.connect_limit": "1.5",
    "directory.total_limit": "4.5",
    "directory.domains": "",
    "directory.join": "",
    "directory.people_filter": "",
    "directory.roles": "",
    "directory.organisations": "",
    "directory.lockout_threshold": "5",
    "directory.observation_minutes": "30",
    "directory.address_failures": "60",
}


def read_settings(lines: Mapping[str, str]) -> Settings:
    """Read the .ini's lines.

    :raises SettingsError: for a line that is missing or unsafe.
    """
    values = {**DEFAULTS, **{key: value for key, value in lines.items() if key in DEFAULTS}}
    directory = _directory(values)
    settings = Settings(
        is_production=values["tracker.mode"] == "production",
        database_url=lines.get("sqlalchemy.url", ""),
        secret=values["tracker.secret"],
        secure_cookies=_yes(values, "tracker.secure_cookies"),
        own_alerts=_yes(values, "tracker.own_alerts"),
        idle_limit=timedelta(minutes=_number(values, "tracker.idle_minutes")),
        absolute_limit=timedelta(hours=_number(values, "tracker.absolute_hours")),
        workers=_number(values, "tracker.workers"),
        trusted_proxies=frozenset(values["tracker.trusted_proxies"].split()),
        directory=directory,
        directory_organisations=tuple(values["directory.organisations"].split()),
        group_roles=_group_roles(values),
        sign_in_limits=Limits(
            lockout_threshold=_number(values, "directory.lockout_threshold", least=0),
            observation_window=timedelta(minutes=_number(values, "directory.observation_minutes")),
            address_failures=_number(values, "directory.address_failures"),
        ),
        mail=_mail(values),
        provider=_provider(values),
        base_url=values["tracker.url"].rstrip("/"),
        largest_upload=_megabytes(values, "tracker.largest_upload_megabytes"),
        evidence_folder=_folder(values, "evidence.folder"),
        largest_evidence=_megabytes(values, "evidence.largest_megabytes"),
        scan_command=_scan_command(values),
        hr_folder=_folder(values, "hr.folder"),
        hr_hub=_hub(values),
        hr_destination=values["hr.destination"],
        hr_most_leavers=_percent(values, "hr.most_leavers_percent"),
        hr_most_broken=_percent(values, "hr.most_broken_percent"),
    )
    _check(settings, mode=values["tracker.mode"])
    return settings


def _check(settings: Settings, *, mode: str) -> None:
    if mode not in {"development", "production"}:
        raise SettingsError("Set tracker.mode to development or production.")
    if not settings.database_url:
        raise SettingsError("Set sqlalchemy.url to where the database is.")
    if len(settings.secret) < MINIMUM_SECRET:
        raise SettingsError(
            f"Set tracker.secret to a random text of at least {MINIMUM_SECRET} characters. "
            "This makes one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if settings.is_production:
        _check_production(settings)


def _check_production(settings: Settings) -> None:
    if "not-a-secret" in settings.secret:
        raise SettingsError("Set tracker.secret to a random text of your own in production.")
    if not settings.secure_cookies:
        raise SettingsError("Set tracker.secure_cookies to true: production is served over TLS.")
    if settings.directory.is_demo:
        raise SettingsError(
            "Set directory.urls to the addresses of your directory (ldaps://...). "
            "The demo directory is only for trying the service out."
        )
    if settings.provider is not None and settings.provider.is_plain:
        raise SettingsError("Set oidc.issuer to an address that begins with https://.")
    if settings.directory.allow_plain_on_loopback:
        raise SettingsError(
            "Set directory.allow_plain_on_loopback to false: passwords need an encrypted way."
        )
    if settings.mail is not None and not settings.base_url.startswith("https://"):
        raise SettingsError(
            "Set tracker.url to the service's own address with https://. Links in mail begin "
            "with it, and people sign in there."
        )
    if settings.database_url.startswith("sqlite") and settings.workers > 1:
        raise SettingsError(
            "SQLite serves one worker. Set tracker.workers to 1, or sqlalchemy.url to PostgreSQL."
        )


def _directory(values: Mapping[str, str]) -> Directory:
    try:
        return read_directory(values)
    except DirectorySetupError as problem:
        raise SettingsError(str(problem)) from None


def _mail(values: Mapping[str, str]) -> MailSettings | None:
    try:
        return read_mail(values)
    except MailSetupError as problem:
        raise SettingsError(str(problem)) from None


def _provider(values: Mapping[str, str]) -> Provider | None:
    try:
        return read_provider(values)
    except OidcSetupError as problem:
        raise SettingsError(str(problem)) from None


def _group_roles(values: Mapping[str, str]) -> tuple[GroupRole, ...]:
    try:
        return read_group_roles(values["directory.roles"])
    except ValueError as problem:
        raise SettingsError(str(problem)) from None


def _number(values: Mapping[str, str], key: str, *, least: int = 1) -> int:
    try:
        number = int(values[key])
    except ValueError:
        raise SettingsError(f"Set {key} to a whole number.") from None
    if number < least:
        raise SettingsError(f"Set {key} to {least} or more.")
    return number


def _percent(values: Mapping[str, str], key: str) -> float:
    percent = _number(values, key, least=0)
    if percent > 100:  # noqa: PLR2004
        raise SettingsError(f"Set {key} to 100 or less.")
    return percent / 100


def _megabytes(values: Mapping[str, str], key: str) -> int:
    return 1_000_000 * _number(values, key)


def _hub(values: Mapping[str, str]) -> Hub | None:
    if not values["hr.ftp_host"]:
        return None
    if not values["hr.folder"]:
        raise SettingsError("Set hr.folder: the files that are fetched need a place.")
    return Hub(
        host=values["hr.ftp_host"],
        port=_number(values, "hr.ftp_port"),
        user=values["hr.ftp_user"],
        password=values["hr.ftp_password"],
        ca_file=values["hr.ftp_ca_file"] or None,
    )


def _folder(values: Mapping[str, str], key: str) -> Path | None:
    return Path(values[key]).absolute() if values[key] else None


def _scan_command(values: Mapping[str, str]) -> tuple[str, ...]:
    command = tuple(shlex.split(values["evidence.scan_command"]))
    if command == ("off",):
        return ()
    if not command and values["evidence.folder"] and values["tracker.mode"] == "production":
        raise SettingsError(
            "Set evidence.scan_command to the command that checks a file for viruses, such as "
            "clamdscan --no-summary. Set it to off to take files without a check."
        )
    if command and shutil.which(command[0]) is None:
        raise SettingsError(
            f"The command {command[0]} in evidence.scan_command is not on this machine. "
            "Install it, or write where it is."
        )
    return command


def _yes(values: Mapping[str, str], key: str) -> bool:
    value = values[key].lower()
    if value not in {"true", "false"}:
        raise SettingsError(f"Set {key} to true or false.")
    return value == "true"


def includeme(config: "Configurator") -> None:
    config.registry["tracker.settings"] = read_settings(config.get_settings())
