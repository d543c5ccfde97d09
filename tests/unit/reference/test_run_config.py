import platformdirs
import pytest
from dlf_grader.config import formats_and_paths
from dlf_grader.failures import UsageError
from dlf_grader.places import data_folder, find_tree, from_here, tree_name, user_cache


@pytest.mark.parametrize("folder", [None, "", "  ", "/elsewhere"])
def test_the_cache_lies_where_the_system_wants_it(monkeypatch, folder):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if folder is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", folder)
    assert str(user_cache()) == platformdirs.user_cache_dir("dl-foundations")


def test_data_lie_in_the_cache_unless_they_are_said_to_be_elsewhere(monkeypatch, tmp_path):
    monkeypatch.delenv("DLF_DATA", raising=False)
    assert data_folder() == user_cache() / "data"
    monkeypatch.setenv("DLF_DATA", str(tmp_path))
    assert data_folder() == tmp_path


def test_a_tree_is_found_from_any_folder_of_the_course_and_named_from_there(monkeypatch, tmp_path):
    (tmp_path / "exercises" / "m0").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "exercises" / "m0")
    assert find_tree(None) == find_tree("exercises") == tmp_path / "exercises"
    assert find_tree(str(tmp_path)) == tmp_path
    assert tree_name(tmp_path / "exercises") == ".."
    assert from_here("exercises/m0/README.md#linear") == "README.md#linear"
    monkeypatch.chdir(tmp_path)
    assert tree_name(tmp_path / "exercises") == "exercises"


def test_a_tree_that_is_not_there_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        UsageError, match="Change into the course's folder, name a tree with --tree PATH, or begin one: dlf-grade start"
    ):
        find_tree(None)
    with pytest.raises(UsageError, match="no tree at solutions"):
        find_tree("solutions")


@pytest.mark.parametrize("value", ["json", "json=", "=a.json"])
def test_a_report_needs_a_format_and_a_path(value):
    with pytest.raises(UsageError, match=f"^--report {value}: expected FORMAT=PATH, e.g. csv=a.csv$"):
        formats_and_paths("--report", [value], "csv=a.csv")
