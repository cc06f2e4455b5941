"""Opens a framework file of either kind, by the end of its name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from integrations.errors import FileRefusedError
from integrations.frameworks.csv_file import read_csv, write_csv
from integrations.frameworks.excel_file import read_excel, write_excel
from integrations.frameworks.json_file import read_json, write_json
from integrations.frameworks.records import FrameworkRecord

#: more than 5,000 competences with long texts
LARGEST_FILE = 50 * 1024 * 1024
KINDS = (".json", ".csv", ".xlsx")


def kind_of(path: Path) -> str:
    """Give ".json", ".csv" or ".xlsx".

    :raises FileRefusedError: for any other name.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise FileRefusedError(
            "Give a file whose name ends in .xlsx, .csv or .json. "
            "Save a workbook of another kind as an Excel workbook (.xlsx) first."
        )
    return kind


def read_framework(path: Path, schema: Mapping[str, Any]) -> FrameworkRecord:
    """Give the framework in a file.

    :raises FileRefusedError: with everything that is wrong with it.
    """
    kind = kind_of(path)
    if path.stat().st_size > LARGEST_FILE:
        raise FileRefusedError("The file is larger than 50 MB. Check that it is the right file.")
    if kind == ".xlsx":
        return read_excel(path, schema)
    return read_csv(path, schema) if kind == ".csv" else read_json(path.read_bytes(), schema)


def write_framework(framework: FrameworkRecord, kind: str, *, version: int, state: str) -> bytes:
    """Give a framework as the content of a file of one of the kinds."""
    if kind == ".xlsx":
        return write_excel(framework)
    if kind == ".csv":
        return write_csv(framework).encode()
    return write_json(framework, version=version, state=state).encode()
