"""What may be handed in, and what is refused in one line; nothing is unpacked, run or followed."""

import io
import json
import os
import stat
import struct
import tarfile
import zipfile
from datetime import UTC, datetime

import pytest
from dlf_grader.classroom import picking
from dlf_grader.classroom.archives import Unusable
from dlf_grader.classroom.intake import PLATFORMS, read_download
from dlf_grader.classroom.layout import Layout, layout_of, plain_lines
from dlf_grader.classroom.picking import digest_of
from dlf_grader.classroom.platforms.plain import student_of
from dlf_grader.run.collect import all_milestones
from dlf_grader.run.reading.tree import LARGEST_SOURCE

CONV, POOL = "m1_cnn/conv.py", "m1_cnn/pool.py"
HERE = Layout(frozenset({"m0_mlp", "m1_cnn"}), {"conv.py": CONV, "pool.py": POOL})


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def put(path, text="x = 1\n"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def put_zip(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)


def found_in(folder, layout=HERE):
    return read_download(folder, layout, UTC, PLATFORMS, lambda who: False)


def only(folder):
    (entry,) = found_in(folder).submitted
    return entry


def files_in(folder, layout=HERE):
    return found_in(folder).submitted[0].read(layout).files


def left_out(folder, layout=HERE):
    return dict(only(folder).read(layout).left_out)


def refused(folder):
    with pytest.raises(Unusable) as error:
        files_in(folder)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", ["m1_cnn/conv.py", "repo/exercises/m1_cnn/conv.py", "conv.py", "deep/in/conv.py"])
def test_an_exercise_finds_its_place_wherever_it_lies(folder, name):
    put(folder / "ada" / name)
    assert files_in(folder) == {CONV: b"x = 1\n"}


def test_folders_zips_notebooks_and_single_files_hold_the_same(folder):
    put(folder / "ada" / "m1_cnn" / "conv.py")
    put_zip(folder / "bob.zip", {"m1_cnn/conv.py": "x = 1\n"})
    cell = {"cell_type": "code", "source": ["%%writefile m1_cnn/conv.py\n", "x = 1\n"]}
    put(folder / "eve.ipynb", json.dumps({"cells": [cell, {"cell_type": "markdown", "source": "hello"}]}))
    put(folder / "joe_conv.py")
    found = found_in(folder)
    assert not found.ignored
    assert sorted(entry.attempt.who[0].key for entry in found.submitted) == ["ada", "bob", "eve", "joe"]
    assert len({digest_of(entry.read(HERE).files) for entry in found.submitted}) == 1


STRANGE = ["m1_cnn/../../evil.py", "../m1_cnn/../conv.py", "m1_cnn/conv.py/x.py", "m1_cnn/a\x00b.py"]


@pytest.mark.parametrize("name", STRANGE)
def test_a_notebook_writes_nowhere_but_into_a_milestone(folder, name):
    cells = [{"cell_type": "code", "source": f"%%writefile {where}\nx = 1\n"} for where in (name, "conv.py")]
    put(folder / "eve.ipynb", json.dumps({"cells": cells}))
    assert set(files_in(folder)) == {CONV}


def test_single_files_of_one_student_are_one_submission(folder):
    put(folder / "ada_conv.py")
    put(folder / "ada_pool.py", "y = 2\n")
    entry = only(folder)
    assert entry.source == "ada"
    assert entry.read(HERE).files == {CONV: b"x = 1\n", POOL: b"y = 2\n"}


@pytest.mark.parametrize(
    ("name", "student"),
    [("ada_conv.py", "ada"), ("Ada-Lovelace-conv.py", "Ada-Lovelace"), ("conv.py", ""), ("ada.py", "")],
)
def test_the_student_is_what_stands_before_the_exercise(name, student):
    assert student_of(name, HERE.stems) == student


def test_helper_files_of_a_milestone_come_along_and_other_things_do_not(folder):
    put(folder / "ada" / "m1_cnn" / "conv.py")
    put(folder / "ada" / "m1_cnn" / "helpers.py")
    put(folder / "ada" / "m0_mlp" / "layers.py")
    put(folder / "ada" / "tests" / "test_conv_too.py")
    put(folder / "ada" / ".venv" / "pool.py")
    put(folder / "ada" / "data.bin")
    assert set(files_in(folder)) == {CONV, "m1_cnn/helpers.py", "m0_mlp/layers.py"}


def test_of_a_whole_repository_the_exercises_count(folder):
    for tree, text in (("exercises", "mine\n"), ("solutions", "theirs\n")):
        put(folder / "ada" / tree / "m1_cnn" / "conv.py", text)
    assert files_in(folder) == {CONV: b"mine\n"}


def test_the_same_file_twice_is_refused_unless_it_is_the_same(folder):
    put(folder / "ada" / "a" / "conv.py")
    put(folder / "ada" / "b" / "conv.py")
    assert files_in(folder) == {CONV: b"x = 1\n"}
    put(folder / "ada" / "b" / "conv.py", "other\n")
    assert refused(folder) == "m1_cnn/conv.py is in it twice: a/conv.py and b/conv.py; leave one"


def test_of_a_file_and_a_notebook_that_differ_both_are_named_as_they_were_handed_in(folder):
    put(folder / "ada" / "conv.py")
    cell = {"cell_type": "code", "source": "# m1_cnn/conv.py: Conv2d\nclass Conv2d: pass\n"}
    put(folder / "ada" / "my.ipynb", json.dumps({"cells": [cell]}))
    assert refused(folder) == "m1_cnn/conv.py is in it twice: conv.py and my.ipynb; leave one"


@pytest.mark.parametrize("name", ["../../evil.py", "/etc/evil.py", "a/../../evil.py", "C:/evil.py", "..\\evil.py"])
def test_a_path_that_leads_out_of_a_zip_is_refused(folder, name):
    put_zip(folder / "ada.zip", {"conv.py": "x", name: "evil"})
    assert "leads out of it" in refused(folder)
    assert os.listdir(folder) == ["ada.zip"]


def test_a_link_in_a_zip_is_refused(folder):
    with zipfile.ZipFile(folder / "ada.zip", "w") as archive:
        link = zipfile.ZipInfo("conv.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "symbolic link" in refused(folder)


def test_a_zip_bomb_is_refused_without_unpacking_it(folder):
    put_zip(folder / "ada.zip", {"conv.py": "x", "zeros.bin": bytes(64 << 20)})
    assert "zip bomb" in refused(folder)


def test_a_zip_that_lies_about_its_sizes_is_read_no_further_than_allowed(folder):
    put_zip(folder / "ada.zip", {"conv.py": bytes(8 << 20)})
    data = (folder / "ada.zip").read_bytes()
    (folder / "ada.zip").write_bytes(data.replace(struct.pack("<I", 8 << 20), struct.pack("<I", 100)))
    assert len(refused(folder)) < 200


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all" * 100])
def test_a_damaged_zip_is_refused(folder, data):
    (folder / "ada.zip").write_bytes(data)
    assert "not a zip that can be read" in refused(folder)


def test_a_member_damaged_inside_is_refused(folder):
    put_zip(folder / "ada.zip", {"conv.py": "x = 1\n" * 1000})
    data = bytearray((folder / "ada.zip").read_bytes())
    data[45] ^= 0xFF
    (folder / "ada.zip").write_bytes(data)
    assert "damaged" in refused(folder)


def test_links_in_folders_and_as_submissions_are_refused(folder, tmp_path):
    put(tmp_path / "secret" / "conv.py")
    put(folder / "ada" / "pool.py")
    (folder / "ada" / "conv.py").symlink_to(tmp_path / "secret" / "conv.py")
    assert refused(folder) == "conv.py is a symbolic link; put in the file itself"
    (folder / "ada" / "conv.py").unlink()
    (folder / "ada" / "more").symlink_to(tmp_path / "secret", target_is_directory=True)
    assert "more is a symbolic link" in refused(folder)
    (folder / "bob").symlink_to(tmp_path / "secret", target_is_directory=True)
    bob = next(it for it in found_in(folder).submitted if it.source == "bob")
    with pytest.raises(Unusable, match="it is a link"):
        bob.read(HERE)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [{"source": ""}]}'])
def test_a_notebook_that_is_none_is_refused(folder, text):
    put(folder / "ada.ipynb", text)
    assert "ada.ipynb is not a notebook" in refused(folder)


def test_an_empty_submission_names_what_was_expected(folder):
    (folder / "ada").mkdir()
    expected = "none of the exercises is in it: expected conv.py, pool.py"
    assert refused(folder) == f"{expected}; there is no file in it that could be graded"


def test_a_huge_file_is_refused(folder):
    put(folder / "ada" / "conv.py", "#" * (LARGEST_SOURCE + 1))
    assert "larger than 1024 KiB" in refused(folder)


def test_what_is_no_submission_is_said_and_what_is_hidden_is_not(folder):
    put(folder / "notes.txt")
    put(folder / "conv.py")
    put(folder / ".DS_Store")
    put(folder / "__MACOSX" / "conv.py")
    found = found_in(folder)
    assert not found.submitted
    assert len(found.ignored) == 2
    assert "'conv.py': whose is it? Expected STUDENT_conv.py" in found.ignored[0]


@pytest.mark.parametrize("name", ["O'Neill, Zoë", 'say "hi"', "two\nlines", "学生", "=1+1", "a;b|c"])
def test_any_name_that_a_file_can_have_is_a_students_name(folder, name):
    put(folder / name / "conv.py")
    assert only(folder).source == name


def test_every_milestone_of_the_course_has_a_layout(plugins):
    milestones = all_milestones(plugins)
    for milestone in milestones:
        found = layout_of(milestones, [milestone.id], [])
        assert {found.path_of(exercise.path) for exercise in milestone.exercises} == {
            exercise.path for exercise in milestone.exercises
        }
    both = layout_of(milestones, ["m0", "m1"], [])
    assert (both.path_of("helpers.py"), both.path_of("conv.py")) == (None, CONV)


def test_a_timestamp_file_says_when_a_folder_was_handed_in(folder):
    put(folder / "ada" / "conv.py")
    put(folder / "ada" / "timestamp.txt", "2026-11-20 09:00:00 UTC")
    assert only(folder).attempt.when == datetime(2026, 11, 20, 9, tzinfo=UTC)


def zipped(members):
    buffer = io.BytesIO()
    put_zip(buffer, members)
    return buffer.getvalue()


def test_archives_in_archives_are_opened_and_other_kinds_are_said(folder):
    (folder / "ada").mkdir()
    (folder / "ada" / "all.zip").write_bytes(zipped({"m1/hand-in.zip": zipped({"work/conv.py": "x = 1\n"})}))
    (folder / "ada" / "more.rar").write_bytes(b"Rar!")
    assert files_in(folder) == {CONV: b"x = 1\n"}
    assert left_out(folder) == {"ada/more.rar": "this kind of archive is not opened: hand in a .zip"}


def test_a_tar_is_opened_like_a_zip(folder):
    with tarfile.open(folder / "ada.tar.gz", "w:gz") as archive:
        about = tarfile.TarInfo("work/conv.py")
        about.size = 6
        archive.addfile(about, io.BytesIO(b"x = 1\n"))
    assert files_in(folder) == {CONV: b"x = 1\n"}


def test_a_tar_with_a_path_that_leads_out_of_it_is_refused(folder):
    with tarfile.open(folder / "ada.tar", "w") as archive:
        archive.addfile(tarfile.TarInfo("../../evil.py"))
    assert "leads out of it" in refused(folder)


@pytest.mark.parametrize("place", [".venv/lib", "venv/lib", "env/site-packages", "data", "__pycache__", ".git"])
def test_environments_caches_and_data_are_skipped_however_many_files_they_hold(folder, place, monkeypatch):
    monkeypatch.setattr(picking, "MOST_FILES", 50)
    put_zip(folder / "ada.zip", {"conv.py": "x = 1\n"} | {f"{place}/f{number}.py": "" for number in range(60)})
    assert files_in(folder) == {CONV: b"x = 1\n"}


def test_a_submission_of_too_many_files_is_refused(folder, monkeypatch):
    monkeypatch.setattr(picking, "MOST_FILES", 50)
    put_zip(folder / "ada.zip", {"conv.py": "x = 1\n"} | {f"work/f{number}.py": "" for number in range(60)})
    assert refused(folder) == "it holds more than 50 files"


def test_the_milestones_folder_wins_over_old_things_and_the_rest_is_said(folder):
    put(folder / "ada" / "m1_cnn" / "conv.py", "new\n")
    put(folder / "ada" / "old" / "conv.py", "old\n")
    assert files_in(folder) == {CONV: b"new\n"}
    assert left_out(folder) == {"ada/old/conv.py": "ada/m1_cnn/conv.py counts"}


def test_a_file_as_it_was_handed_out_never_stands_in_the_way(folder):
    layout = Layout(HERE.folders, HERE.places, {CONV: frozenset({plain_lines(b"stub")})})
    put(folder / "ada" / "exercises" / "m1_cnn" / "conv.py", "stub\r\n\n")
    put(folder / "ada" / "conv.py", "mine\n")
    assert files_in(folder, layout) == {CONV: b"mine\n"}


@pytest.mark.parametrize("name", ["conv.py.txt", "conv_final.py", "conv.docx"])
def test_a_file_that_is_nearly_called_like_an_exercise_is_said_with_what_was_expected(folder, name):
    put(folder / "ada" / name)
    put(folder / "ada" / "pool.py")
    assert left_out(folder) == {f"ada/{name}": f"called {name!r}, expected conv.py"}


@pytest.mark.parametrize("name", ["conv (1).py", "Conv.py", "m1_cnn/CONV.py", "conv(2).py"])
def test_a_browsers_second_download_and_other_cases_are_the_exercise(folder, name):
    put(folder / "ada" / name)
    assert files_in(folder) == {CONV: b"x = 1\n"}


def test_helpers_beside_the_exercises_come_along_from_any_folder(folder):
    put(folder / "ada" / "hand-in" / "conv.py", "import helpers\n")
    put(folder / "ada" / "hand-in" / "helpers.py", "y = 2\n")
    put(folder / "ada" / "elsewhere" / "other.py")
    assert set(files_in(folder)) == {CONV, "m1_cnn/helpers.py"}


def test_a_helper_that_is_imported_is_not_said_to_be_left_out(folder):
    put(folder / "ada" / "conv.py", "from m1_cnn.my_conv import f\n")
    put(folder / "ada" / "my_conv.py", "f = 2\n")
    put(folder / "ada" / "conv_old.py", "f = 3\n")
    (submitted,) = found_in(folder).submitted
    assert [path for path, _ in submitted.read(HERE).left_out] == ["ada/conv_old.py"]


def test_a_zip_that_holds_one_folder_with_everybody_is_read_like_the_folder(tmp_path):
    put_zip(tmp_path / "all.zip", {f"hw1/{name}/conv.py": "x = 1\n" for name in ("ada", "bob")})
    assert [entry.source for entry in found_in(tmp_path / "all.zip").submitted] == ["ada", "bob"]


def test_names_in_a_zip_without_the_mark_for_utf8_are_read_as_utf8(tmp_path):
    put_zip(tmp_path / "all.zip", {"Bj\u00f6rn/conv.py": "x = 1\n", "Eva/conv.py": "x = 1\n"})
    data = (tmp_path / "all.zip").read_bytes()
    for head, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(head)
        data = data[: start + at] + b"\0\0" + data[start + at + 2 :]
    (tmp_path / "all.zip").write_bytes(data)
    assert [entry.source for entry in found_in(tmp_path / "all.zip").submitted] == ["Bj\u00f6rn", "Eva"]
