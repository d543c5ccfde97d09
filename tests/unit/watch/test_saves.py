import threading

import pytest
from dlf_grader.watch.saves import Contents, saves


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "a.py").write_text("1")
    return tmp_path


def test_touching_a_file_changes_nothing_writing_and_deleting_do(tree):
    contents = Contents(tree)
    (tree / "a.py").touch()
    assert contents.changed({"a.py"}) == set()
    (tree / "a.py").write_text("2")
    (tree / "b.py").write_text("new")
    (tree / ".#a.py").write_text("an editor's")
    assert contents.changed(()) == {"a.py", "b.py"}
    (tree / "a.py").unlink()
    assert contents.changed({"a.py"}) == {"a.py"}
    assert contents.changed(()) == set()


def test_where_the_system_cannot_tell_files_are_looked_at(tree, monkeypatch):
    import watchfiles

    asked, stop = [], threading.Event()

    def watch(root, **options):
        asked.append(options.get("force_polling"))
        if not asked[-1]:
            raise OSError("no watches left")
        yield {(watchfiles.Change.modified, str(root / "a.py"))}

    monkeypatch.setattr(watchfiles, "watch", watch)
    assert list(saves(tree, stop)) == [{"a.py"}]
    assert asked == [None, True]
