"""The declarative base and the column types that every table shares."""

import enum
import secrets
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    JSON,
    BindParameter,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    MetaData,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, always in UTC and always aware: SQLite alone would give naive times back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: no look-alike letters
LETTERS = b"23456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH = 16
#: which letter a random byte stands for; bytes past the last whole run would favour some letters
LETTER_OF = bytes(LETTERS[byte % len(LETTERS)] for byte in range(256))
UNEVEN = bytes(range(256 - 256 % len(LETTERS), 256))


def new_public_id() -> str:
    """Give an unguessable name for a record in a URL: near 80 bits, drawn at once to be quick."""
    drawn = b""
    while len(drawn) < ID_LENGTH:
        drawn += secrets.token_bytes(ID_LENGTH + 4).translate(LETTER_OF, UNEVEN)
    return drawn[:ID_LENGTH].decode()


def new_public_ids(count: int) -> list[str]:
    """Give many of them, in a fraction of the time that so many would take one by one."""
    drawn = b""
    while len(drawn) < count * ID_LENGTH:
        drawn += secrets.token_bytes(count * (ID_LENGTH + 4)).translate(LETTER_OF, UNEVEN)
    letters = drawn.decode()
    return [letters[at : at + ID_LENGTH] for at in range(0, count * ID_LENGTH, ID_LENGTH)]


def now() -> datetime:
    return datetime.now(UTC)


#: a day or a key; or, in a query that is made once, the place where one is put in
Day = date | BindParameter[date]
Id = int | BindParameter[int]

IntPk = Annotated[int, mapped_column(primary_key=True)]
OrganisationId = Annotated[int, mapped_column(ForeignKey("organisation.id"), index=True)]
PublicId = Annotated[str, mapped_column(String(20), unique=True, default=new_public_id)]
Key = Annotated[str, mapped_column(String(80))]
ShortText = Annotated[str, mapped_column(String(300))]
LongText = Annotated[str, mapped_column(Text)]
RecordedAt = Annotated[datetime, mapped_column(UTCDateTime, default=now)]
Details = Annotated[dict[str, Any], mapped_column(JSON, default=dict)]


class Base(DeclarativeBase):
    # Named constraints, so that a migration can drop what another one made.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime,
        # Store an enum's value as text: adding a member needs no migration.
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
    }
