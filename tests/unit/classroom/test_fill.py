"""A platform's own gradebook, with a column filled in, so that its import takes it."""

import pytest
from dlf_grader.classroom.fill import FORMS, fill
from dlf_grader.classroom.marks import Mark
from dlf_grader.failures import UsageError

MARKS = {"am": Mark(87.5, 100.0), "bob": Mark(None, None, excused=True), "eve": Mark(None, None)}
CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Week 1 (11),Week 2 (12),Current Score\r\n"
    ",,,,,Manual Posting,,\r\n"
    "    Points Possible,,,,,20.00,10.00,(read only)\r\n"
    '"Muster, Anna",1,,am,S,,3,\r\n"Groot, Bob",2,,bob,S,,,\r\n"Alt, Eve",3,,eve,S,7,,\r\n"Student, Test",9,,t,S,,,\r\n'
)


def filled(tmp_path, name, text, title="", encoding="utf-8"):
    (tmp_path / "in.csv").write_bytes(text.encode(encoding))
    whose = fill(FORMS[name], tmp_path / "in.csv", tmp_path / "out.csv", MARKS, title, {})
    return whose, (tmp_path / "out.csv").read_bytes().decode(encoding)


def test_canvas_gets_its_columns_its_scale_and_ex_and_nobody_loses_a_score(tmp_path):
    whose, text = filled(tmp_path, "canvas", CANVAS, "week 1")
    assert whose.students == {"am", "bob"}
    assert (whose.kept, whose.scale_known) == (["eve"], True)
    assert text.splitlines() == [
        "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Week 1 (11)",
        ",,,,,Manual Posting",
        "    Points Possible,,,,,20.00",
        '"Muster, Anna",1,,am,S,17.5',
        '"Groot, Bob",2,,bob,S,EX',
        '"Alt, Eve",3,,eve,S,7',
        '"Student, Test",9,,t,S,',
    ]


def test_where_several_columns_could_be_meant_it_is_asked(tmp_path):
    with pytest.raises(UsageError, match=r"which column gets the marks\? Give --column with a part of 'Week 1 \(11\)'"):
        filled(tmp_path, "canvas", CANVAS)
    with pytest.raises(UsageError, match="no column of an assignment as moodle writes it"):
        filled(tmp_path, "moodle", "id,name\nam,A\n")
    with pytest.raises(UsageError, match="expected the gradebook that sakai exported as --roster"):
        fill(FORMS["sakai"], None, tmp_path / "out.csv", MARKS, "", {})


def test_a_mark_by_hand_without_work_is_on_the_scale_of_the_class(tmp_path):
    (tmp_path / "in.csv").write_text(CANVAS)
    fill(FORMS["canvas"], tmp_path / "in.csv", tmp_path / "out.csv", MARKS | {"eve": Mark(90.0, None)}, "week 1", {})
    assert '"Alt, Eve",3,,eve,S,18' in (tmp_path / "out.csv").read_text()


def test_the_roster_itself_is_never_overwritten(tmp_path):
    (tmp_path / "in.csv").write_text("id,name,grade\nam,A,\n")
    with pytest.raises(UsageError, match="this is the --roster itself"):
        fill(FORMS["sakai"], tmp_path / "in.csv", tmp_path / "in.csv", MARKS, "", {})
    assert (tmp_path / "in.csv").read_text() == "id,name,grade\nam,A,\n"


@pytest.mark.parametrize(
    ("name", "text", "encoding", "row"),
    [
        (
            "moodle",
            'Identifier,Username,Grade,"Maximum Grade","Feedback comments"\n"Participant 1",am,,50.00,\n',
            "utf-8",
            "Participant 1,am,43.75,50.00,",
        ),
        (
            "moodle",
            "ID;Anmeldename;Bewertung;Bestwertung;Anderes\nx1;am;;100,00;1,5\n",
            "cp1252",
            "x1;am;87,5;100,00;1,5",
        ),
        (
            "blackboard",
            '\ufeff"Last Name"\t"Username"\t"W1 [Total Pts: 10 Score] |66"\t"Total [10]"\n"M"\t"am"\t""\t"3"\n',
            "utf-16-le",
            '"M"\t"am"\t"8.75"',
        ),
        (
            "brightspace",
            "OrgDefinedId,Username,W1 Points Grade <Numeric MaxPoints:10>,Other,End-of-Line Indicator\n#47,#am,,x,#\n",
            "utf-8",
            "#47,#am,8.75,#",
        ),
        (
            "moodle",
            'First name,ID number,Groups,"Assignment: W1 (Real)","Course total (Real)"\nA,am,"1,2",-,3\n',
            "utf-8",
            'A,am,"1,2",87.5,3',
        ),
        (
            "moodle",
            "Vorname;ID-Nummer;Aufgabe: Blatt 1 (Punkte);Kurs gesamt (Punkte)\nA;am;-;55,00\n",
            "utf-8",
            "A;am;87,5;55,00",
        ),
        (
            "canvas",
            'Student,ID,Section,"W 1, ""a""\nb (11)",Override Score\nPoints Possible,,,"1,000",\nA,am,S,N/A,\n',
            "utf-8",
            "A,am,S,875",
        ),
        (
            "blackboard",
            '\ufeff"Benutzername"\t"Total [Total Pts: up to 9 Score] |1"\t"B1 [Gesamtpunkte: 1.000,00 Punkte] |66"\n'
            '"am"\t""\t""\n',
            "utf-16-le",
            '"am"\t"875"',
        ),
        (
            "sakai",
            '"Week 1","100"\n\nDisplay ID,ID,Last Name,First Name,grade\nam,am,M,A,\n',
            "utf-8",
            "am,am,M,A,87.5",
        ),
    ],
)
def test_every_platforms_file_comes_back_as_its_import_wants_it(tmp_path, name, text, encoding, row):
    whose, made = filled(tmp_path, name, text, encoding=encoding)
    assert whose.students == {"am"}
    assert made.splitlines()[-1] == row
    assert made.startswith("\ufeff") == text.startswith("\ufeff")
