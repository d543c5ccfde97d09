import os
import sys
from contextlib import closing
from types import ModuleType

import pytest
from dlf_grader.run import listing
from dlf_grader.run.listing import TOLD, catalogue, claims
from dlf_grader.run.store import open_store

PLUGIN = """
from dlf_grader.hookspecs import hookimpl


@hookimpl
def dlf_modify_checks(checks):
    del checks[1:]
"""
OLD = 1_000_000_000


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A tree in a course's folder in which we stand, without a store yet; no file counts as young."""
    monkeypatch.setenv("DLF_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(listing, "YOUNG", -(10**18))
    (tmp_path / "course" / "exercises" / "m0_mlp").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "course")
    return tmp_path / "course" / "exercises"


@pytest.fixture
def collected(monkeypatch):
    """How often the catalogue was made anew, as the length of a list."""
    calls, made = [], listing._collected
    monkeypatch.setattr(listing, "_collected", lambda *where: calls.append(where) or made(*where))
    return calls


def told(found):
    """What is read of a catalogue; hints as a list, which a store gives."""
    every = [(heading.id, heading.name, check) for heading, checks in found for check in checks]
    return [
        (id, name, [list(check.hints), *(getattr(check, part) for part in TOLD if part != "hints"), check.section])
        for id, name, check in every
    ]


def test_a_second_look_makes_nothing_anew_and_tells_the_same(tree, collected):
    first, second = catalogue(tree), catalogue(tree)
    assert len(collected) == 1
    assert told(first) == told(second)
    assert [check.id for check in claims(tree)] == [check.id for _, checks in first for check in checks]


def test_a_changed_module_of_ours_is_read_again(tree, tmp_path, monkeypatch, collected):
    file = tmp_path / "room.py"
    file.write_text("a = 1\n")
    os.utime(file, (OLD, OLD))
    module = ModuleType("dlf_grader.room")
    module.__file__ = str(file)
    monkeypatch.setitem(sys.modules, "dlf_grader.room", module)
    catalogue(tree)
    catalogue(tree)
    assert len(collected) == 1
    os.utime(file, (OLD, OLD + 1))
    catalogue(tree)
    file.unlink()
    catalogue(tree)
    assert len(collected) == 3


def test_a_package_installed_or_found_elsewhere_since_is_looked_at(tree, tmp_path, monkeypatch, collected):
    packages = tmp_path / "packages"
    packages.mkdir()
    os.utime(packages, (OLD, OLD))
    monkeypatch.setattr(sys, "path", [*sys.path, str(packages)])
    catalogue(tree)
    (packages / "extra-1.0.dist-info").mkdir()
    catalogue(tree)
    assert len(collected) == 2
    monkeypatch.setattr(sys, "path", sys.path[:-1])
    catalogue(tree)
    assert len(collected) == 3


def test_a_plugin_beside_the_exercises_takes_part_each_time(tree, collected):
    catalogue(tree)
    (tree.parent / "dlfplugin.py").write_text(PLUGIN)
    assert [len(checks) for _, checks in catalogue(tree)] == [1]
    assert [len(checks) for _, checks in catalogue(tree)] == [1]
    (tree.parent / "dlfplugin.py").unlink()
    assert len(catalogue(tree)) > 1
    assert len(collected) == 3


def test_traced_plugins_are_called(tree, monkeypatch, collected):
    catalogue(tree)
    monkeypatch.setenv("DLF_TRACE_PLUGINS", "1")
    catalogue(tree)
    assert len(collected) == 2


def test_what_changed_just_now_may_change_again_unseen_and_is_not_remembered(tree, monkeypatch, collected):
    monkeypatch.setattr(listing, "YOUNG", 10**18)
    catalogue(tree)
    catalogue(tree)
    assert len(collected) == 2


def test_without_a_store_it_is_collected(tree, tmp_path, monkeypatch, collected):
    (tmp_path / "cache").write_text("not a folder")
    assert catalogue(tree)
    assert catalogue(tree)
    assert len(collected) == 2


def test_what_another_version_remembered_is_made_anew(tree, collected):
    with closing(open_store()) as store:
        store.remember_answer(listing.KEY, b"[1]")
    assert catalogue(tree)
    assert len(collected) == 1
