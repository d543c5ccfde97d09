"""An Excel workbook's cells as text, sheet by sheet, read as they are stored: no formula is computed."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

LARGEST = 64 << 20  # bytes of one part, unpacked: a class needs a hundredth
MOST_COLUMNS = 1_000
DAMAGE = (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, LookupError, ValueError, EOFError, OSError)


class NoWorkbook(Exception):
    """What is called so and cannot be read; the message says why."""


def sheets_of(data: bytes) -> list[tuple[str, list[list[str]]]]:
    """Every sheet's name and rows.

    Raises:
        NoWorkbook: it cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = _part(archive, "xl/workbook.xml")
            targets = {it.get("Id"): it.get("Target", "") for it in _part(archive, "xl/_rels/workbook.xml.rels")}
            shared = [_text(it) for it in _part(archive, "xl/sharedStrings.xml")] if _has_shared(archive) else []
            found = []
            for sheet in (it for it in book.iter() if _tag(it) == "sheet"):
                target = targets[next(value for key, value in sheet.attrib.items() if key.endswith("}id"))]
                path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
                found.append((sheet.get("name", ""), [*_rows(_part(archive, path), shared)]))
            return found
    except (*DAMAGE, StopIteration, NotImplementedError, RuntimeError) as error:
        raise NoWorkbook(" ".join(str(error).split()) or type(error).__name__) from None


def _has_shared(archive: zipfile.ZipFile) -> bool:
    return "xl/sharedStrings.xml" in archive.namelist()


def _part(archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    with archive.open(path) as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"{path} is larger than {LARGEST >> 20} MiB")
    return ElementTree.fromstring(data)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _rows(sheet: ElementTree.Element, shared: list[str]) -> Iterator[list[str]]:
    """Its rows; empty ones that are not stored are left out."""
    for row in (it for it in sheet.iter() if _tag(it) == "row"):
        cells: dict[int, str] = {}
        for cell in row:
            at = _column(cell.get("r", "")) if cell.get("r") else len(cells)
            if at < MOST_COLUMNS:
                cells[at] = _value(cell, shared)
        yield [cells.get(at, "") for at in range(max(cells, default=-1) + 1)]


def _column(reference: str) -> int:
    """The place of a column: "B7" is in 1."""
    at = 0
    for letter in reference.rstrip("0123456789"):
        at = at * 26 + ord(letter) - ord("A") + 1
    return at - 1


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    kind, inside = cell.get("t", "n"), {_tag(it): it for it in cell}
    if kind == "inlineStr":
        return _text(inside["is"]) if "is" in inside else ""
    text = (inside["v"].text or "") if "v" in inside else ""
    if kind == "s":
        return shared[int(text)]
    return _number(text) if kind == "n" and text else text


def _number(text: str) -> str:
    """A number as a sheet shows it: 4711, where 4711.0 or 4.711E3 is stored."""
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text


def _text(element: ElementTree.Element) -> str:
    """The text of a cell, in several formats perhaps, without how it is read aloud."""
    return "".join(
        it.text or "" for part in element for it in (part, *(part if _tag(part) == "r" else ())) if _tag(it) == "t"
    )
