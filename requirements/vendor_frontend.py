"""Copies the NHS.UK frontend's built files into tracker/static/nhsuk, as this service needs them.

    npm install nhsuk-frontend@10.6.1
    python requirements/vendor_frontend.py node_modules/nhsuk-frontend

The font is left out: its licence is for the NHS's own sites, and it would be fetched from
elsewhere. Addresses of pictures are made relative, so that a path prefix does no harm.
"""

import gzip
import re
import shutil
import sys
from pathlib import Path

STATIC = Path(__file__).parent.parent / "tracker" / "static"
IMAGES = ("favicon.ico", "favicon.svg", "nhsuk-icon-180.png")


def main(package: str) -> None:
    source = Path(package) / "dist" / "nhsuk"
    target = STATIC / "nhsuk"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    css = (source / "nhsuk-frontend.min.css").read_text(encoding="utf-8")
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = re.sub(r"url\(/assets/", "url(", css)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    script = (source / "nhsuk-frontend.min.js").read_text(encoding="utf-8")
    script = re.sub(r"//# sourceMappingURL=.*", "", script)
    (target / "nhsuk-frontend.min.css").write_text(css, encoding="utf-8")
    (target / "nhsuk-frontend.min.js").write_text(script, encoding="utf-8")
    (target / "images").mkdir()
    for name in {*IMAGES, *re.findall(r"url\(images/([^)]+)\)", css)}:
        shutil.copy(source / "assets" / "images" / name, target / "images" / name)
    for file in (*target.glob("*.css"), *target.glob("*.js")):
        # Packed once here, not at each request; mtime=0 so that a new run gives the same bytes.
        file.with_name(file.name + ".gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
