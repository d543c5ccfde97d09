"""A roster in an Excel workbook is read as it is stored."""

import io
import zipfile

import pytest
from dlf_grader.classroom.fill import FORMS, fill
from dlf_grader.classroom.marks import Mark
from dlf_grader.classroom.roster import Student, read_roster
from dlf_grader.failures import UsageError

SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
SHARED = "<si><t>Name</t></si><si><r><t>Anna </t></r><r><t>Muster</t></r><rPh><t>read aloud</t></rPh></si>"
INFO = '<row r="1"><c r="A1" t="inlineStr"><is><t>Exported in 2026</t></is></c></row>'
PEOPLE = """
<row r="1"><c r="A1" t="inlineStr"><is><t>Course: Deep learning</t></is></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>Matrikelnummer</t></is></c><c r="C3" t="s"><v>0</v></c>
<c r="D3" t="inlineStr"><is><t>Week 1 (11)</t></is></c></row>
<row r="4"><c r="A4"><v>4711.0</v></c><c r="C4" t="s"><v>1</v></c></row>
<row r="5"><c r="A5"><v>4.712E3</v></c><c r="C5" t="str"><f>A1</f><v>Bo Groß</v></c><c r="D5"><v>1</v></c></row>
"""


def workbook(*sheets, shared=SHARED):
    named = "".join(f'<sheet name="Sheet {n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, len(sheets) + 1))
    targets = "".join(f'<Relationship Id="rId{n}" Target="worksheets/s{n}.xml"/>' for n in range(1, len(sheets) + 1))
    parts = {
        "xl/workbook.xml": f"<workbook {SPACE} {RELATED}><sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{targets}</Relationships>",
        "xl/sharedStrings.xml": f"<sst {SPACE}>{shared}</sst>",
        **{
            f"xl/worksheets/s{n}.xml": f"<worksheet {SPACE}><sheetData>{rows}</sheetData></worksheet>"
            for n, rows in enumerate(sheets, 1)
        },
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def test_the_sheet_that_names_people_is_the_roster(tmp_path):
    (tmp_path / "r.xlsx").write_bytes(workbook(INFO, PEOPLE))
    found = read_roster(tmp_path / "r.xlsx")
    assert found.students == (Student("4711", "Anna Muster"), Student("4712", "Bo Groß"))
    assert found.read_as == "Excel workbook, sheet 'Sheet 2'; columns Matrikelnummer, Name"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (workbook(INFO), "no sheet has a header with an id, an e-mail or a name: 'Sheet 1'"),
        (workbook(PEOPLE)[:500], "this Excel workbook cannot be read: "),
        (workbook(PEOPLE, shared=""), "this Excel workbook cannot be read: "),
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
    (tmp_path / "r.xlsx").write_bytes(workbook(PEOPLE))
    form, marks = FORMS["canvas"], {"4711": Mark(80.0, 100.0)}
    fill(form, tmp_path / "r.xlsx", tmp_path / "out.csv", marks, "", {})
    assert "Anna Muster,80" in (tmp_path / "out.csv").read_text()
    with pytest.raises(UsageError, match=r"it is written as CSV; call it .*out\.csv"):
        fill(form, tmp_path / "r.xlsx", tmp_path / "out.xlsx", marks, "", {})
