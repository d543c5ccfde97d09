"""A table in a file of any encoding, delimiter or workbook, below whose header people stand."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dlf_grader.classroom.columns import folded, kinds_of
from dlf_grader.classroom.workbook import NoWorkbook, sheets_of
from dlf_grader.failures import UsageError

CODE_PAGES = {
    **{f"cp125{page}": f"Windows-125{page}" for page in (2, 0, 1, 3, 4, 7)},
    "gb18030": "GB 18030",
    "shift_jis": "Shift JIS",
    "euc_kr": "EUC-KR",
    "big5": "Big5",
}  # of spreadsheets that do not write UTF-8, the likeliest first
TELLING = {
    "Windows-1250": re.compile(r"ime|prezime|priimek|imię|imiona|nazwisko|jméno|meno|priezvisko|név|nume|prenume"),
    "Windows-1254": re.compile(r"ad|adı|soyad|soyadı|adsoyad"),
}  # columns of languages whose headers may be written in any of these pages, but not their people's names
WORKBOOK = "Excel workbook"  # in the place of an encoding
HEADER_WITHIN = 15  # lines
NUMBERED = ("login", "id", "number", "github", "email", "participant")
IDS = (*NUMBERED, "name")  # what a student is called by, best first


@dataclass(frozen=True)
class Table:
    """A file of rows with a header.

    Attributes:
        header: the columns as they are called.
        rows: each with its line number.
        delimiter, encoding: as the file has them.
        before: rows above the header.
        mark: it begins with a byte order mark.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]
    delimiter: str
    encoding: str
    before: tuple[list[str], ...] = ()
    mark: bool = False

    def read_as(self) -> str:
        """How it was read, for a person to see."""
        words = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[self.delimiter]
        return self.encoding if self.encoding.startswith(WORKBOOK) else f"{self.encoding}, {words}"

    def decimal_comma(self) -> bool:
        """Whether numbers are written as "97,5" in it; a column of groups may hold "3,4"."""
        kinds = self.kinds()
        cells = [cell.strip() for _, row in self.rows for at, cell in enumerate(row) if at not in kinds]
        return any(re.fullmatch(r"\d+,\d+", cell) for cell in cells) and not any(
            re.fullmatch(r"\d+\.\d+", cell) for cell in cells
        )

    def is_in_its_languages_page(self) -> bool:
        """Whether its columns are of a language that its code page is for."""
        telling = TELLING.get(self.encoding)
        return telling is not None and any(telling.fullmatch(folded(name)) for name in self.header)

    def kinds(self) -> dict[int, str]:
        """What each column that is understood holds."""
        return kinds_of(self.header)


def read_table(path: Path) -> Table:
    """A table of any encoding and delimiter, whose header names somebody.

    Raises:
        UsageError: it cannot be read, or has no such header.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: the roster cannot be read: {error.strerror}") from None
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UsageError(f"{path}: this is a workbook of an old Excel; save it as CSV or .xlsx")
    if data.startswith(b"PK\x03\x04"):
        return _table_of_workbook(path, data)
    readings = [*decoded(data)]
    tables = [
        (found, text)
        for text, encoding in readings
        for delimiter in ",;\t|"
        if (found := _table(_lines(text, delimiter), delimiter, encoding)) is not None
    ]
    if not tables:
        start = next(iter(readings[0][0].splitlines()), "").strip() or "nothing"
        raise UsageError(
            f"{path}:1: expected a header with an id, an e-mail or a name, e.g. id,name,email; got {start[:80]}"
        )
    table, text = max(tables, key=lambda found: (len(found[0].kinds()), found[0].is_in_its_languages_page()))
    table = replace(table, mark=data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")))
    try:
        list(csv.reader(io.StringIO(text, newline=""), delimiter=table.delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):  # a quote that is never closed swallows people; a space beside one does not
            raise UsageError(f"{path}: not CSV: {error}") from None
    return table


def _table_of_workbook(path: Path, data: bytes) -> Table:
    """The sheet of a workbook whose header names people best."""
    try:
        sheets = sheets_of(data)
    except NoWorkbook as error:
        raise UsageError(f"{path}: this Excel workbook cannot be read: {error}; save it as CSV") from None
    for _, rows in sheets:
        width = max(map(len, rows), default=0)
        rows[:] = [[*row, *[""] * (width - len(row))] for row in rows]
    found = [(_table([*enumerate(rows, 1)], ",", f"{WORKBOOK}, sheet {name!r}"), name) for name, rows in sheets]
    tables = [table for table, _ in found if table is not None]
    if not tables:
        names = ", ".join(repr(name) for _, name in found)
        raise UsageError(f"{path}: no sheet has a header with an id, an e-mail or a name: {names}")
    return max(tables, key=lambda table: len(table.kinds()))


def decoded(data: bytes) -> Iterator[tuple[str, str]]:
    """A file's text, without a byte order mark, and its encoding; several where only the columns' names tell."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield data.decode("utf-16", errors="replace"), "UTF-16"
        return
    if b"\0" in data[:200]:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        yield data.decode(encoding, errors="replace").removeprefix("\ufeff"), "UTF-16"
        return
    try:
        yield data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        yield data.decode("cp1252", errors="replace"), CODE_PAGES["cp1252"]
        for page, name in CODE_PAGES.items():
            with contextlib.suppress(UnicodeDecodeError):
                yield data.decode(page), name


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text, each with the number of its last line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for row in reader:
        yield reader.line_num, row


def _table(lines: Iterable[tuple[int, list[str]]], delimiter: str, encoding: str) -> Table | None:
    """The rows below the first line that names columns; None if there is none."""
    before: list[list[str]] = []
    rest = iter(lines)
    try:
        for _, row in rest:
            kinds = list(kinds_of(row).values())
            naming = {*IDS, "last"} & set(kinds)
            if naming and (len(kinds) > 1 or len(row) == 1 or len(before) == 0):
                rows = tuple((line, found) for line, found in rest if any(cell.strip() for cell in found))
                return Table(tuple(row), rows, delimiter, encoding, tuple(before))
            before.append(row)
            if len(before) > HEADER_WITHIN:
                return None
    except csv.Error:
        return None
    return None
