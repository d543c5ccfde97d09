"""What each platform's names say: whose, when, and what the file was called; shapes as their source makes them."""

import zipfile
from datetime import UTC
from pathlib import Path

import pytest
from dlf_grader.classroom.intake import PLATFORMS, platforms_of, read_download
from dlf_grader.classroom.layout import Layout
from dlf_grader.classroom.people import People
from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.classroom.times import minutes
from dlf_grader.plugins import load_plugins

LAYERS = "m0_mlp/layers.py"
HERE = Layout(frozenset({"m0_mlp"}), {"layers.py": LAYERS, "losses.py": "m0_mlp/losses.py"})
ANNA = Student("am", "Anna Muster", "am@uni.example", also=("4711", "90210"), participant="1327627")
BOB = Student("bob", "Bob de Groot", "bob@uni.example", also=("4712", "90211"), participant="1327628")
PEOPLE = People(Roster((ANNA, BOB)), ["layers", "losses", "m0", "m0_mlp"])
NOTE = """Name: Anna Muster (am)
Assignment: Week 1_MLP
Date Submitted: Friday, 20 November 2026 23:50:00 o'clock CET
Current Grade: Needs Grading

Files:
\tOriginal filename: layers.py
\tFilename: Week 1_MLP_am_attempt_2026-11-20-23-50-00_file1.py
"""
METADATA = """---
submission_1:
  :submitters:
  - :name: Anna Muster
    :sid: '4711'
    :email: am@uni.example
  - :name: Bob de Groot
    :sid:
    :email: bob@uni.example
  :created_at: 2026-11-20 10:50:00.123456789 Z
  :history:
  - :created_at: 2026-11-19 10:50:00.000000000 Z
"""

CASES = {
    "Moodle": [
        ({"Anna Muster_1327627_assignsubmission_file/layers.py": "a"}, "am", None),
        ({"Anna Muster_1327627_assignsubmission_file_/deep/layers.py": "a"}, "am", None),
        ({"Anna Muster_1327627_assignsubmission_file_layers.py": "a"}, "am", None),
        ({"DL-HW1-88/Anna Muster_1327627_assignsubmission_file_layers.py": "a"}, "am", None),
        ({"Teilnehmer in_1327627_assignsubmission_file/layers.py": "a"}, "am", None),
    ],
    "Canvas": [
        ({"musteranna_90210_555000_layers.py": "a"}, "am", None),
        ({"musteranna_LATE_90210_555000_layers-1.py": "a"}, "am", "late"),
        ({"musteranna_90210_555000_layers-1.py": "a", "musteranna_90210_554000_layers.py": "b"}, "am", None),
    ],
    "Blackboard": [
        ({"Week 1_MLP_am_attempt_2026-11-20-23-50-00_layers.py": "a"}, "am", "2026-11-20 23:50+00:00"),
        (
            {
                "Week 1_MLP_am_attempt_2026-11-20-23-50-00_file1.py": "a",
                "Week 1_MLP_am_attempt_2026-11-20-23-50-00.txt": NOTE,
            },
            "am",
            "2026-11-20 23:50+01:00",
        ),
        ({"W1_am_attempt_2026-11-20-23-50-00_my_attempt_layers/layers.py": "a"}, "am", "2026-11-20 23:50+00:00"),
    ],
    "Brightspace": [
        ({"397063-2557369 - Anna Muster - Nov 20, 2026 920 PM/layers.py": "a"}, "am", "2026-11-20 21:20+00:00"),
        ({"397063-2557369 - Anna Muster - Nov 20, 2026 1205 AM - layers.py": "a"}, "am", "2026-11-20 00:05+00:00"),
        ({"397063-2557369 - Anna Muster - 20 November, 2026 2120/layers.py": "a"}, "am", "2026-11-20 21:20+00:00"),
    ],
    "Gradescope": [
        (
            {
                "assignment_9_export/submission_1/layers.py": "a",
                "assignment_9_export/submission_metadata.yml": METADATA,
            },
            "am bob",
            "2026-11-20 10:50+00:00",
        )
    ],
    "Sakai": [
        (
            {
                "HW/Muster, Anna(am)/Submission attachment(s)/layers.py": "a",
                "HW/Muster, Anna(am)/timestamp.txt": "201701271144002",
                "HW/Muster, Anna(am)/Feedback Attachment(s)/layers.py": "not hers",
                "HW/grades.csv": "x",
            },
            "am",
            "2017-01-27 11:44+00:00",
        ),
        ({"Muster, Anna(am)_Submission attachment(s)_layers.py": "a"}, "am", None),
    ],
    "ILIAS": [
        ({"Muster_Anna_am_12040/layers.py": "a", "status.csv": "x"}, "am", None),
        ({"HW/Abgaben/Team 7/anna_muster_am_12040/20261120214500_layers.py": "a"}, "am", "2026-11-20 21:45+00:00"),
        (
            {"Team_7/Muster_Anna_am_12040/layers.py": "a", "Team_7/de Groot_Bob_bob_12041/layers.py": "a"},
            "am bob",
            None,
        ),
    ],
    "OLAT": [({"Muster_Anna_am/1_dropbox/layers.py": "a", "Muster_Anna_am/2_returnbox/layers.py": "b"}, "am", None)],
    "PrairieLearn": [
        ({"am@uni.example_1_mlp_1_2_layers.py": "a", "bob@uni.example_1_mlp_1_1_layers.py": "a"}, "am", None)
    ],
    "GitHub Classroom": [
        (
            {
                "m0-mlp-am/.git/HEAD": "x",
                "m0-mlp-am/layers.py": "a",
                "m0-mlp-bob/.gitignore": "",
                "m0-mlp-bob/layers.py": "",
            },
            "am",
            None,
        )
    ],
    "folders": [
        ({"Muster_Anna_layers.py": "a"}, "am", None),
        ({"Anna Muster/layers.py": "a", "bob/layers.py": "b"}, "am", None),
        ({"am/m0_mlp/layers.py": "a", "am/timestamp.txt": "2026-11-20 09:00:00 CET"}, "am", "2026-11-20 09:00+01:00"),
    ],
}
ALL = [(name, *case) for name, cases in CASES.items() for case in cases]


def read(path, platforms=PLATFORMS):
    return read_download(path, HERE, UTC, platforms, lambda who: False)


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize(("platform", "files", "people", "when"), ALL, ids=[f"{c[0]}-{n}" for n, c in enumerate(ALL)])
def test_a_download_tells_whose_it_is_and_when(tmp_path, platform, files, people, when, packed):
    if packed:
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
    else:
        write(tmp_path / "in", files)
    found = read(tmp_path / ("all.zip" if packed else "in"))
    assert found.platform.startswith(platform)
    assert not found.ignored
    one = found.submitted[0]
    students = [student.id for who in one.attempt.who for student in PEOPLE.find(who).students]
    assert students == people.split()
    assert one.read(HERE).files[LAYERS] == b"a"
    if when == "late":
        assert one.attempt.late
    else:
        assert (one.attempt.when and minutes(one.attempt.when)) == when


def test_an_anonymous_download_and_a_group_nobody_knows_stay_alone(tmp_path):
    write(tmp_path, {"anon_aB3xQ_555000_layers.py": "a", "anon_zz_555001_layers.py": "b"})
    found = read(tmp_path)
    assert (found.platform, [it.source for it in found.submitted]) == ("Canvas", ["anon_aB3xQ", "anon_zz"])
    assert not any(PEOPLE.find(it.attempt.who[0]).students for it in found.submitted)


def test_text_typed_into_a_form_is_no_file_and_is_said_where_there_is_nothing_else(tmp_path):
    write(tmp_path, {"Anna Muster_1327627_assignsubmission_onlinetext/onlinetext.html": "see files"})
    (one,) = read(tmp_path).submitted
    with pytest.raises(Exception, match="typed into Moodle's form"):
        one.read(HERE)


def test_a_time_zone_that_is_not_understood_is_said(tmp_path):
    begin = "Week 1_MLP_am_attempt_2026-11-20-23-50-00"
    write(tmp_path, {f"{begin}_layers.py": "a", f"{begin}.txt": NOTE.replace("CET", "CST")})
    (one,) = read(tmp_path).submitted
    assert one.attempt.note == "the time zone CST is not understood: read as the default one"


def test_a_login_is_never_taken_for_a_shorter_one_that_it_ends_with(tmp_path):
    write(tmp_path, {f"m0-mlp-{name}/.github/x": "" for name in ("a-bob", "eve")})
    found = read(tmp_path)
    assert [PEOPLE.find(it.attempt.who[0]).students for it in found.submitted] == [(), ()]


def test_a_plugins_platform_is_read_as_the_guide_shows(tmp_path):
    guide = (Path(__file__).parents[3] / "docs" / "plugins.md").read_text(encoding="utf-8")
    (tmp_path / "dlfplugin.py").write_text(guide.partition("## A platform of your own")[2].split("```")[1][7:])
    write(tmp_path / "in", {"hw1--am--2026-11-20T2150--layers.py": "a", "hw1--bob--2026-11-21T0900--layers.py": "b"})
    found = read(tmp_path / "in", platforms_of(load_plugins(tmp_path)))
    assert found.platform == "Our upload form"
    assert [minutes(it.attempt.when)[:16] for it in found.submitted] == ["2026-11-20 21:50", "2026-11-21 09:00"]
    assert [it.read(HERE).files[LAYERS] for it in found.submitted] == [b"a", b"b"]
