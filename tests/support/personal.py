"""Everything that a database holds, as text, to look for what must not be there."""

import zlib
from contextlib import suppress

from sqlalchemy import LargeBinary, select

from tracker.models.base import Base


def stored_text(db):
    """Give all that is stored in every table as one text; what is packed is unpacked."""
    db.flush()
    parts = []
    for table in Base.metadata.sorted_tables:
        for row in db.execute(select(table)).mappings():
            for column in table.columns:
                value = row[column.name]
                if isinstance(column.type, LargeBinary) and value:
                    value = _unpacked(bytes(value))
                parts.append(str(value))
    return "\n".join(parts)


def _unpacked(value):
    with suppress(zlib.error):
        value = zlib.decompress(value)
    return value.decode("utf-8", errors="replace")
