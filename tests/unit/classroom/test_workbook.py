"""A roster in an Excel workbook is read as a sheet shows it."""

import io
import re
import zipfile

import openpyxl
import pytest
from dlf_grader.classroom import workbook
from dlf_grader.classroom.fill import FORMS, fill
from dlf_grader.classroom.marks import Mark
from dlf_grader.classroom.roster import Student, read_roster
from dlf_grader.failures import UsageError

INFO = [["Exported in 2026"]]
PEOPLE = [
    ["Course: Deep learning"],
    [],
    ["Matrikelnummer", None, "Name", "Week 1 (11)"],
    [4711.0, None, "Anna Muster"],
    [712, None, "Bo Groß", 1],
]


def book(*sheets, number_format="General"):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets, 1):
        sheet = made.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
        for row in sheet["A4:A5"]:
            row[0].number_format = number_format
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def with_size(data, size):
    """A workbook whose sheets say that they are smaller or larger than they are, as some programs write it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, re.sub(rb'(?<=<dimension ref=")[^"]*', size.encode(), part))
    assert f'<dimension ref="{size}"'.encode() in zipfile.ZipFile(buffer).read("xl/worksheets/sheet2.xml")
    return buffer.getvalue()


@pytest.mark.parametrize("size", ["A1:D5", "A1", "A1:XFD1048576"])
def test_the_sheet_that_names_people_is_the_roster_whatever_size_it_says_it_has(tmp_path, size):
    (tmp_path / "r.xlsx").write_bytes(with_size(book(INFO, PEOPLE), size))
    found = read_roster(tmp_path / "r.xlsx")
    assert found.students == (Student("4711", "Anna Muster"), Student("712", "Bo Groß"))
    assert found.read_as == "Excel workbook, sheet 'Sheet 2'; columns Matrikelnummer, Name"


def test_a_number_that_a_sheet_shows_with_zeros_before_it_has_them(tmp_path):
    (tmp_path / "r.xlsx").write_bytes(book(PEOPLE, number_format="000000"))
    assert [student.id for student in read_roster(tmp_path / "r.xlsx").students] == ["004711", "000712"]


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    (tmp_path / "r.xlsx").write_bytes(book(PEOPLE))
    monkeypatch.setattr(workbook, "LARGEST", 1 << 10)
    with pytest.raises(UsageError, match="cannot be read: it is larger than"):
        read_roster(tmp_path / "r.xlsx")


def zipped(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (book(INFO), "no sheet has a header with an id, an e-mail or a name: 'Sheet 1'"),
        (book(PEOPLE)[:500], "this Excel workbook cannot be read: "),
        (zipped(layers="import numpy"), "this Excel workbook cannot be read: "),
        (b"\xd0\xcf\x11\xe0 an old one", "this is a workbook of an old Excel; save it as CSV or .xlsx"),
    ],
)
def test_a_workbook_that_is_no_roster_is_said_in_a_line(tmp_path, data, said):
    (tmp_path / "r.xlsx").write_bytes(data)
    with pytest.raises(UsageError) as error:
        read_roster(tmp_path / "r.xlsx")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_gradebook_that_was_saved_as_a_workbook_is_filled_in_as_csv(tmp_path):
    (tmp_path / "r.xlsx").write_bytes(book(PEOPLE))
    form, marks = FORMS["canvas"], {"4711": Mark(80.0, 100.0)}
    fill(form, tmp_path / "r.xlsx", tmp_path / "out.csv", marks, "", {})
    assert "Anna Muster,80" in (tmp_path / "out.csv").read_text()
    with pytest.raises(UsageError, match=r"it is written as CSV; call it .*out\.csv"):
        fill(form, tmp_path / "r.xlsx", tmp_path / "out.xlsx", marks, "", {})
