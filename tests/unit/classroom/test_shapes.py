"""Downloads and rosters of many makers: everybody found gets their own files, and nobody is guessed."""

import io
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import pytest
from dlf_grader.classroom.assigning import assign
from dlf_grader.classroom.class_run import digest_in, read_turn
from dlf_grader.classroom.columns import folded
from dlf_grader.classroom.intake import PLATFORMS, read_download
from dlf_grader.classroom.layout import layout_of
from dlf_grader.classroom.people import People
from dlf_grader.classroom.roster import Roster, read_roster
from dlf_grader.classroom.times import due_time, zone_named
from dlf_grader.failures import UsageError
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import all_milestones

TOLD = tomllib.loads(Path(__file__).with_name("shapes.toml").read_text(encoding="utf-8"))
DUE = "2026-11-21T23:59"


@cache
def course():
    """The layout of m0, and words that say nothing about a person."""
    milestones = all_milestones(load_plugins(None))
    layout = layout_of(milestones, ["m0"], [])
    return layout, [*layout.stems, *layout.folders, *(milestone.id for milestone in milestones)]


def content(told):
    if isinstance(told, str):
        return told.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, inside in told.items():
            archive.writestr(name, content(inside))
    return buffer.getvalue()


def write(folder, files):
    folder.mkdir()
    for name, told in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir() if name.endswith("/") else path.write_bytes(content(told))


def roster_of(path, case):
    if "roster" not in case:
        return Roster()
    text = TOLD["roster"].get(case["roster"], case["roster"])
    path.write_bytes(text.encode(case.get("encoding", "utf-8")))
    return read_roster(path)


def graded(folder, roster, case):
    """What counts of everybody, who is late, and every line that is said."""
    layout, words = course()
    people, zone = People(roster, words), zone_named(case.get("zone", "UTC"))
    found = read_download(folder, layout, zone, PLATFORMS, lambda who: bool(people.find(who).students))
    due = due_time(case.get("due", DUE), zone)
    assigned = assign(found.submitted, roster, people, due, {}, lambda it: digest_in(it, layout), {})
    works, late = {}, {}
    said = [*found.ignored, *(question.sentence() for question in assigned.questions)]
    for turn in assigned.turns:
        record, picked = read_turn(turn.student, turn, layout)
        files = {place: picked.files[place].decode() for place in layout.places.values() if place in picked.files}
        works[turn.student] = record.problem or {Path(place).stem: text for place, text in files.items()}
        late[turn.student] = turn.late is True
        said += [record.problem, *turn.notes, *(f"{path}: {reason}" for path, reason in picked.left_out)]
    return works, late, said


@pytest.mark.parametrize("case", TOLD["case"], ids=lambda case: case["what"])
def test_a_class_gets_its_own_work_or_a_line_that_says_why_not(tmp_path, case):
    write(tmp_path / "in", case["files"])
    if "error" in case:
        with pytest.raises(UsageError, match=case["error"]):
            roster_of(tmp_path / "roster.csv", case)
        return
    roster = roster_of(tmp_path / "roster.csv", case)
    works, late, said = graded(tmp_path / "in", roster, case)
    ids = {folded(name): it.id for it in roster.students for name in (it.id, it.name, it.email, *it.also) if name}
    wanted = {ids.get(folded(name), name): work for name, work in case["want"].items()}
    others = set(works) - set(wanted)
    assert not others & {student.id for student in roster.students}, "guessed"
    assert roster.students or not others
    for student, work in wanted.items():
        if isinstance(work, str) and work.startswith("!"):
            assert work[1:] in works[student]
        else:
            assert works[student] == ({"layers": work} if isinstance(work, str) else work)
    assert {student: late[ids.get(folded(student), student)] for student in case.get("late", {})} == case.get(
        "late", {}
    )
    for words in case.get("says", ()):
        assert any(words in line for line in said), said
