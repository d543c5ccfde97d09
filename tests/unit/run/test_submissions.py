"""What a submission is laid over: the course's exercises, wherever somebody stands."""

from dlf_grader import places
from dlf_grader.run.submissions import exercise_files

LAYERS = "m0_mlp/layers.py"


def test_exercises_of_something_else_where_somebody_stands_take_none_of_the_courses_away(tmp_path, monkeypatch):
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "sheet_1.py").write_text("x = 1")
    monkeypatch.chdir(tmp_path)
    assert {"sheet_1.py", LAYERS} <= set(exercise_files(*places.courses()))


def test_of_an_exercise_in_several_courses_that_of_the_folder_somebody_stands_in_counts(tmp_path, monkeypatch):
    mine = tmp_path / "exercises" / LAYERS
    mine.parent.mkdir(parents=True)
    mine.write_text("mine = 1")
    monkeypatch.chdir(tmp_path)
    assert exercise_files(*places.courses())[LAYERS] == b"mine = 1"
