"""Keeps what identity providers tell us by SCIM, each source's apart from the others'."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import from_json, to_json
from scim2_models import (
    InvalidValueException,
    Meta,
    NotFoundException,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    SearchRequest,
    UniquenessException,
    User,
)
from scim2_server.storage import ScimStorage, SearchPage
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from integrations.scim.accounts import Account, account_in
from integrations.scim.protocol import model_of
from tracker.models import AccessToken, AccountState, ScimGroup, ScimMember, ScimUser
from tracker.models.base import new_public_id
from tracker.services import scim_groups, scim_people, scim_search

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import System

Row = ScimUser | ScimGroup

#: what the service fills in itself, and what it must never keep
NOT_KEPT = ("id", "meta", "password", "groups", "members")
LONGEST = 300
LONGEST_KEY = 80
_PERSON = "This person has an account already. Correct the employee number or the mail."
_NAME = "The name is taken: userName and a group's displayName are for one each."


class Store(ScimStorage):
    """One source's accounts and groups, in the database, for the length of a request."""

    def __init__(
        self, db: "Session", source: AccessToken, *, by: "System", now: datetime, today: date
    ) -> None:
        self._db = db
        self._source = source
        self._by = by
        self._now = now
        self._today = today

    @contextmanager
    def operation(self) -> Iterator[None]:
        try:
            with self._db.begin_nested():
                yield
        except IntegrityError as error:
            is_person = "staff_member" in str(error.orig) or "employee_number" in str(error.orig)
            raise UniquenessException(detail=_PERSON if is_person else _NAME) from None

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> Resource[Any]:
        row = self._row(resource_type, resource_id)
        excluded = response_parameters.excluded_attributes if response_parameters else None
        return self.load([row], without_members="members" in map(str, excluded or ()))[0]

    def search(
        self,
        resource_types: list[ResourceType],
        search_request: SearchRequest[Any],
        *,
        position: Any = None,  # noqa: ANN401, ARG002 - the base class's; we have no cursors
    ) -> SearchPage:
        tables = [_table(kind) for kind in resource_types]
        return scim_search.search(self._db, self._source, tables, search_request, self.load)

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        row = _table(resource_type)(
            organisation_id=self._source.organisation_id,
            access_token_id=self._source.id,
            public_id=new_public_id(),
            version=0,
            created_at=self._now,
        )
        if isinstance(row, ScimUser):
            row.state = AccountState.WAITING
        return self._write(row, resource)

    def update(
        self,
        resource_type: ResourceType,
        resource: Resource[Any],
        *,
        expected_version: str | None = None,
    ) -> Resource[Any]:
        row = self._row(resource_type, resource.id or "", expected_version)
        return self._write(row, resource)

    def delete(
        self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None
    ) -> None:
        row = self._row(resource_type, resource_id, expected_version)
        if isinstance(row, ScimUser):
            scim_people.forget_account(self._db, row, now=self._now, today=self._today)
        else:
            scim_groups.note_change(self._db, row, by=self._by)
            self._db.execute(delete(ScimMember).where(ScimMember.scim_group_id == row.id))
        self._db.execute(
            delete(ScimMember).where(
                ScimMember.organisation_id == row.organisation_id,
                ScimMember.value == row.public_id,
            )
        )
        self._db.delete(row)
        self._db.flush()

    def load(self, rows: Iterable[Row], *, without_members: bool = False) -> list[Resource[Any]]:
        """Make resources of rows; the members of all groups are asked for at once."""
        kept = list(rows)
        ids = [row.id for row in kept if isinstance(row, ScimGroup)]
        members = scim_groups.members_of(self._db, ids if not without_members else [])
        return [
            self._finish(_kind(row).model_validate(_document(row, members)), row) for row in kept
        ]

    def _row(
        self, resource_type: ResourceType, resource_id: str, expected_version: str | None = None
    ) -> Row:
        table = _table(resource_type)
        row: Row | None = self._db.scalar(
            select(cast("type[ScimUser]", table))
            .where(table.access_token_id == self._source.id, table.public_id == resource_id)
            .with_for_update()
        )
        if row is None:
            raise NotFoundException(detail=f"There is no {resource_type.name} with this id.")
        if expected_version and expected_version != _version(row):
            raise PreconditionFailedException(detail="It was changed in the meantime.")
        return row

    def _write(self, row: Row, resource: Resource[Any]) -> Resource[Any]:
        whole = from_json(to_json(resource.model_dump()))
        row.document = {key: value for key, value in whole.items() if key not in NOT_KEPT}
        row.external_id = _short(resource.external_id, "externalId")
        row.version += 1
        row.changed_at = self._now
        if isinstance(row, ScimUser):
            self._write_user(row)
        else:
            self._write_group(row, whole.get("members") or [])
        return self._finish(resource.model_copy(), row)

    def _write_user(self, row: ScimUser) -> None:
        account = account_in(row.document)
        if not account.user_name.strip():
            raise InvalidValueException(detail="An account needs a userName.")
        _check_lengths(account)
        row.user_name_key = account.user_name.lower()
        row.manager_public_id = account.manager_id
        row.is_active = account.is_active
        with self._db.no_autoflush:  # all that a new account brings is written at once
            scim_people.follow_account(self._db, row, account, now=self._now, today=self._today)

    def _write_group(self, row: ScimGroup, members: list[dict[str, Any]]) -> None:
        row.name = _short(row.document.get("displayName"), "displayName") or ""
        if not row.name:
            raise InvalidValueException(detail="A group needs a displayName.")
        row.name_key = row.name.lower()
        self._db.add(row)
        self._db.flush()
        if scim_groups.write_members(self._db, row, members):
            scim_groups.note_change(self._db, row, by=self._by)

    def _finish(self, resource: Resource[Any], row: Row) -> Resource[Any]:
        resource.id = row.public_id
        if isinstance(resource, User):
            resource.password = None
        resource.meta = Meta(
            resource_type="User" if isinstance(row, ScimUser) else "Group",
            created=row.created_at,
            last_modified=row.changed_at,
            version=_version(row),
        )
        return resource


def _table(kind: ResourceType) -> type[Row]:
    return ScimUser if kind.name == "User" else ScimGroup


def _kind(row: Row) -> type[Resource[Any]]:
    return model_of("User" if isinstance(row, ScimUser) else "Group")


def _document(row: Row, members: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    held = members.get(row.id) if isinstance(row, ScimGroup) else None
    return {**row.document, "members": held} if held else row.document


def _version(row: Row) -> str:
    return f'W/"{row.version}"'


def _short(value: object, name: str, longest: int = LONGEST) -> str | None:
    text = value if isinstance(value, str) else None
    if text is not None and len(text) > longest:
        raise InvalidValueException(detail=f"{name} is longer than {longest} characters.")
    return text


def _check_lengths(account: Account) -> None:
    for name in ("employee_number", "cost_centre", "title"):
        _short(getattr(account, name), name, LONGEST_KEY)
    for name in (
        "user_name", "given_name", "family_name", "preferred_name", "email", "job_title",
        "unit_name", "manager_id",
    ):  # fmt: skip
        _short(getattr(account, name), name)
