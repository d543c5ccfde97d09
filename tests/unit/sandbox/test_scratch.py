import os

import pytest
from dlf_grader.sandbox.scratch import remove_folder


def test_a_folder_with_files_links_and_folders_is_removed_and_nothing_that_it_links_to(tmp_path):
    (tmp_path / "kept").write_text("kept")
    folder = tmp_path / "scratch"
    (folder / "inside" / "deeper").mkdir(parents=True)
    (folder / "inside" / "file").touch()
    (folder / "link").symlink_to(tmp_path)
    remove_folder(folder)
    assert os.listdir(tmp_path) == ["kept"]


@pytest.mark.skipif(os.name == "nt", reason="Windows refuses such paths")
def test_folders_nested_too_deep_for_a_path_are_removed(tmp_path):
    folder, here = tmp_path / "scratch", os.getcwd()
    folder.mkdir()
    try:
        os.chdir(folder)
        for _ in range(1500):
            os.mkdir("deeper")
            os.chdir("deeper")
    finally:
        os.chdir(here)
    remove_folder(folder)
    assert not folder.exists()


def test_a_folder_that_its_owner_may_not_enter_is_removed(tmp_path):
    folder = tmp_path / "scratch"
    (folder / "closed" / "inside").mkdir(parents=True)
    (folder / "closed").chmod(0)
    remove_folder(folder)
    assert not folder.exists()
