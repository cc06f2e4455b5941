"""Opens an HR file of either kind."""

from pathlib import Path

from integrations.errors import FileRefusedError, WrongOrganisationError
from integrations.hr import esr, wmds
from integrations.hr.records import HRFeed


def open_feed(path: Path, *, organisation_code: str, organisation_vpd: str | None) -> HRFeed:
    """Check a file of staff, whichever kind it is, and hand over its records."""
    try:
        if not esr.is_esr_file(path):
            return wmds.open_csv(path, organisation_code=organisation_code)
    except OSError:
        raise FileRefusedError(
            "The file cannot be opened. Check its name, and that it may be read."
        ) from None
    if organisation_vpd is None:
        raise WrongOrganisationError(
            f"The organisation {organisation_code} has no VPD yet, so an ESR file cannot be known "
            "for its own. Set it with: tracker organisation add CODE NAME --vpd NNN"
        )
    return esr.open_full_file(path, organisation_vpd=organisation_vpd)
