"""Makes an Active Directory domain in a folder. Run by the system's own Python, which has Samba.

As `samba-tool domain provision` does, but without the file shares' access lists, which many file
systems of build machines do not have and sign-in does not need.
"""

import logging
import sys
from pathlib import Path

from samba.auth import system_session
from samba.dsdb import DS_DOMAIN_FUNCTION_2008_R2
from samba.param import LoadParm
from samba.provision import FILL_FULL, provision


def main(folder: str, password: str) -> None:
    (Path(folder) / "etc").mkdir(parents=True)
    settings = LoadParm()
    settings.load_default()
    settings.set("interfaces", "lo")
    settings.set("bind interfaces only", "yes")
    settings.set("log file", f"{folder}/log")
    provision(
        logging.getLogger("provision"),
        system_session(),
        smbconf=f"{folder}/etc/smb.conf",
        targetdir=folder,
        samdb_fill=FILL_FULL,
        realm="TRUST.TEST",
        domain="TRUST",
        hostname="dc1",
        hostip="127.0.0.1",
        hostip6=None,
        adminpass=password,
        dns_backend="NONE",
        serverrole="dc",
        dom_for_fun_level=DS_DOMAIN_FUNCTION_2008_R2,
        lp=settings,
        skip_sysvolacl=True,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
