"""An Excel workbook's cells as the text that a sheet shows."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

LARGEST = 64 << 20  # bytes, unpacked: a class needs a hundredth
MOST_COLUMNS = 1_000


class NoWorkbook(Exception):
    """What is called so and cannot be read; the message says why."""


def sheets_of(data: bytes) -> list[tuple[str, list[list[str]]]]:
    """Every sheet's name and rows, with the values that formulas had when it was saved.

    Raises:
        NoWorkbook: it cannot be read.
    """
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST:
                raise NoWorkbook(f"it is larger than {LARGEST >> 20} MiB")
        with warnings.catch_warnings(action="ignore"):  # of styles and lists to choose from, which nobody needs here
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            return [(sheet.title, [*_rows(sheet)]) for sheet in book.worksheets]
    except NoWorkbook:
        raise
    except Exception as error:  # noqa: BLE001 - of a damaged file openpyxl raises anything
        raise NoWorkbook(" ".join(str(error).split()) or type(error).__name__) from None


def _rows(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # some programs write a size that is not the sheet's
    for row in sheet.iter_rows():
        yield [_shown(cell) for cell in row[:MOST_COLUMNS]]


def _shown(cell: Any) -> str:
    """A cell's text: 4711 where 4711.0 is stored, 0471 where the format is 0000."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not cell.number_format.strip("0"):
        return str(value).zfill(len(cell.number_format))
    return str(value)
