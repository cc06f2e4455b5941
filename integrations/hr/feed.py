"""Opens an HR file of either kind."""

from pathlib import Path

from integrations.errors import FileRefusedError, WrongOrganisationError
from integrations.hr import esr, staff_table
from integrations.hr.records import HRFeed
from integrations.tables.maps import TableMap


def open_feed(
    path: Path,
    *,
    organisation_code: str,
    organisation_vpd: str | None,
    table_map: TableMap | None = None,
    is_written: bool = False,
) -> HRFeed:
    """Check a file of staff, whichever kind it is, and hand over its records.

    With `is_written`, records may come as lines that are ready to be copied into a database.
    """
    try:
        if not esr.is_esr_file(path):
            return staff_table.open_staff_table(
                path, organisation_code=organisation_code, table_map=table_map
            )
    except OSError:
        raise FileRefusedError(
            "The file cannot be opened. Check its name, and that it may be read."
        ) from None
    if organisation_vpd is None:
        raise WrongOrganisationError(
            f"The organisation {organisation_code} has no VPD yet, so an ESR file cannot be known "
            "for its own. Set it with: tracker organisation add CODE NAME --vpd NNN"
        )
    return esr.open_file(path, organisation_vpd=organisation_vpd, is_written=is_written)
