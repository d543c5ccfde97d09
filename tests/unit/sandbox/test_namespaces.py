import os
import sys

import pytest
from dlf_grader.sandbox import namespaces

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")


@pytest.fixture
def path(tmp_path):
    """A file that its owner may read, in a folder that others may enter; everything above it is open too."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder != folder.parent:
            folder.chmod(folder.stat().st_mode | 0o055)
    (tmp_path / "inside").mkdir(mode=0o755)
    file = tmp_path / "inside" / "file"
    file.touch(mode=0o600)
    namespaces.open_to.cache_clear()
    return file


def test_a_file_is_open_to_its_owner_and_to_others_only_where_its_mode_says_so(path):
    assert namespaces.open_to(str(path), os.getuid())
    assert not namespaces.open_to(str(path), os.getuid() + 1)
    path.chmod(0o644)
    namespaces.open_to.cache_clear()
    assert namespaces.open_to(str(path), os.getuid() + 1)


def test_a_file_in_a_closed_folder_is_closed(path):
    path.chmod(0o644)
    path.parent.chmod(0o700)
    assert not namespaces.open_to(str(path), os.getuid() + 1)


def test_a_link_is_as_open_as_what_it_leads_to(path):
    link = path.parent / "link"
    link.symlink_to(path)
    assert namespaces.open_to(str(link), os.getuid())
    assert not namespaces.open_to(str(link), os.getuid() + 1)
