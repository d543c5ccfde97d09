import os
import subprocess
import sys

import pytest

INSTALL = (
    "import os, sqlite3, sys\nfrom dlf_grader.sandbox import places\nos.chdir({here!r})\nplaces.install({here!r})\n"
)


def tried(folder, code: str) -> str:
    """What code ends with in a process that may write to one folder only: the name of its exception, or ""."""
    program = (
        INSTALL.format(here=str(folder)) + f"try:\n    {code}\nexcept Exception as e:\n    print(type(e).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "scratch").mkdir()
    (tmp_path / "victim").write_text("kept")
    return tmp_path / "scratch"


@pytest.mark.parametrize(
    "code",
    [
        "open('../victim', 'w')",
        "open('../victim', 'r+b')",
        "os.open('../victim', os.O_RDWR)",
        "os.open('..', os.O_RDONLY)",
        "os.symlink('../victim', 'x'); open('x', 'a')",
        "os.link('../victim', 'x')",
        "os.remove('../victim')",
        "os.replace('../victim', 'x')",
        "open('x', 'w').close(); os.rename('x', '../x')",
        "os.truncate('../victim', 0)",
        "os.chmod('../victim', 0)",
        "os.utime('../victim', (0, 0))",
        "os.mkdir('../x')",
        "sqlite3.connect('../victim')",
    ],
)
def test_nothing_outside_is_changed(folder, code):
    assert tried(folder, code) == "PermissionError"
    assert (folder.parent / "victim").read_text() == "kept"
    assert sorted(os.listdir(folder.parent)) == ["scratch", "victim"]


@pytest.mark.parametrize(
    "code",
    [
        "open('../victim').read()",
        "open('x', 'w').close(); os.chmod('x', 0o600); os.rename('x', 'y'); os.remove('y')",
        "os.makedirs('a/b'); os.symlink('/', 'a/root'); os.remove('a/root'); os.removedirs('a/b')",
        "open(os.devnull, 'w').close()",
        "os.close(os.open('.', os.O_RDONLY))",
        "sqlite3.connect(':memory:').close()",
        "import tempfile, shutil; f = tempfile.mkdtemp(dir='.'); shutil.rmtree(f)",
    ],
)
def test_reading_and_everything_inside_goes_on_as_before(folder, code):
    assert tried(folder, code) == ""
