import pytest
from dlf_grader.classroom.roster import Roster, Student, read_roster
from dlf_grader.failures import UsageError


@pytest.fixture
def roster_of(tmp_path):
    def read(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode(encoding))
        return read_roster(path)

    return read


def complaint(read, *arguments):
    with pytest.raises(UsageError) as error:
        read(*arguments)
    return str(error.value)


def test_names_with_commas_quotes_lines_and_any_letters_are_read(roster_of):
    found = roster_of('\ufeffid,name,email,section\nada,"Lovelace, ""Ada""",a@x.org,1\nli,"李\n小龙",,2\n\n')
    assert found.students == (Student("ada", 'Lovelace, "Ada"', "a@x.org"), Student("li", "李\n小龙"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "roster.csv:1: expected a column `id` in the header, got nothing"),
        ("name,mail\nx,y\n", "roster.csv:1: expected a column `id` in the header, got name, mail"),
        ("id,name\nada\n", "roster.csv:2: expected 2 columns, got 1"),
        ("id,name\nada,A\n,B\n", "roster.csv:3: the id is empty"),
        ("id\nada\nbob\nADA\n", "roster.csv:4: the id 'ADA' is in line 2 already"),
        ('id,name\nada,"A\nbob,B\n', "not CSV"),
    ],
)
def test_a_wrong_roster_is_named_by_its_line(roster_of, text, words):
    assert words in complaint(roster_of, text)


def test_several_wrong_lines_are_named_together(roster_of):
    words = complaint(roster_of, "id,name\n" + "x\n" * 8)
    assert words.count("expected 2 columns") == 5
    assert words.endswith("and 3 more")


def test_a_roster_in_another_encoding_or_place_is_said(roster_of, tmp_path):
    assert "not UTF-8" in complaint(roster_of, "id\nZoë\n", "latin-1")
    assert "cannot be read" in complaint(read_roster, tmp_path / "none.csv")


@pytest.mark.parametrize(
    "name", ["ada", "ADA", "ada_late_123_conv", "ada@school.org", "Ada Lovelace", "a@x.org", "ada-2"]
)
def test_a_submission_is_found_by_id_mail_or_name(name):
    roster = Roster((Student("ad"), Student("ada", "Ada Lovelace", "a@x.org"), Student("zoë")))
    assert roster.find(name).id == "ada"
    assert roster.find("adam") is None
    assert roster.find("zoe\u0308").id == "zoë"
