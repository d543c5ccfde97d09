"""Generated files are written where they differ, and exercises are generated from solutions."""

from dlf_grader.authoring.sync import exercises, out_of_date, write


def test_only_what_is_out_of_date_is_written(tmp_path):
    same, other = tmp_path / "same.md", tmp_path / "other.md"
    same.write_text("as it is\n")
    assert write({same: "as it is\n", other: "new\n"}) == [other]
    assert other.read_text() == "new\n"


def test_an_exercise_without_a_solution_is_removed_and_a_new_one_written(tmp_path):
    (tmp_path / "solutions" / "m1").mkdir(parents=True)
    (tmp_path / "solutions" / "m1" / "a.py").write_text("x = 1\n")
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "old.py").write_text("")
    assert write(exercises(tmp_path)) == [tmp_path / "exercises" / "old.py", tmp_path / "exercises" / "m1" / "a.py"]
    assert not (tmp_path / "exercises" / "old.py").exists()
    assert not out_of_date(exercises(tmp_path))
