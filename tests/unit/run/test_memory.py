from dataclasses import replace

import pytest
from dlf_grader.config import Config
from dlf_grader.model import Check, Status
from dlf_grader.report import NOT_EXPLAINED, Diagnosis
from dlf_grader.run.memory import Memory
from dlf_grader.run.reading.tree import Tree
from dlf_grader.run.results import result_of
from dlf_grader.run.store import Store

CHECK = Check("m0.a", "a claim", "m0/a.py", "parity", 10.0, target="f", run=lambda s, c: None)
PASSED = result_of(CHECK, Status.PASSED)
MACHINE = {"python": "3", "numpy": "2"}


@pytest.fixture
def config(tmp_path):
    (tmp_path / "m0").mkdir()
    (tmp_path / "m0" / "a.py").write_text("from m0 import b\n")
    (tmp_path / "m0" / "b.py").write_text("x = 1\n")
    return Config(tree=tmp_path)


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "cache")
    yield opened
    opened.close()


def memory(store, config, machine=MACHINE):
    return Memory(store, config, Tree(config.tree), machine)


def test_the_same_file_is_answered_for_by_an_earlier_run(store, config):
    memory(store, config).keep(CHECK, PASSED)
    assert memory(store, config).result(CHECK) == PASSED


@pytest.mark.parametrize("changed", [{"seed": 7}, {"train": True}, {"device": "cuda"}])
def test_another_seed_or_option_is_another_question(store, config, changed):
    memory(store, config).keep(CHECK, PASSED)
    assert memory(store, replace(config, **changed)).result(CHECK) is None


@pytest.mark.parametrize(("named", "again"), [("dead-units", True), (NOT_EXPLAINED, False)])
def test_more_patience_is_another_question_where_the_usual_time_explained_nothing(store, config, named, again):
    failed = result_of(CHECK, Status.FAILED, diagnosis=(Diagnosis(named, "A sentence."),))
    memory(store, config).keep(CHECK, failed)
    patient = memory(store, replace(config, patience=10.0))
    assert patient.result(CHECK) == (failed if again else None)
    patient.keep(CHECK, PASSED)
    assert patient.result(CHECK) == PASSED
    assert memory(store, config).result(CHECK) == failed


@pytest.mark.parametrize("changed", [{"points": 5.0}, {"title": "another claim"}, {"timeout": 1.0}])
def test_a_check_that_a_plugin_changed_is_another_question(store, config, changed):
    memory(store, config).keep(CHECK, PASSED)
    assert memory(store, config).result(replace(CHECK, **changed)) is None


def test_another_plugin_is_another_question(store, config):
    Memory(store, config, Tree(config.tree), MACHINE, "one").keep(CHECK, PASSED)
    assert Memory(store, config, Tree(config.tree), MACHINE, "one").result(CHECK) == PASSED
    assert Memory(store, config, Tree(config.tree), MACHINE, "two").result(CHECK) is None


def test_another_version_of_numpy_is_another_question(store, config):
    memory(store, config).keep(CHECK, PASSED)
    assert memory(store, config, MACHINE | {"numpy": "3"}).result(CHECK) is None


@pytest.mark.parametrize("file", ["a.py", "b.py"])
def test_a_file_that_changed_is_judged_anew_and_so_is_what_imports_it(store, config, file):
    memory(store, config).keep(CHECK, PASSED)
    with open(config.tree / "m0" / file, "a") as changed:
        changed.write("# changed\n")
    assert memory(store, config).result(CHECK) is None


@pytest.mark.parametrize("asked", [{"fresh": True}, {"only_case": 3}])
def test_a_fresh_run_and_a_replay_neither_learn_nor_teach(store, config, asked):
    memory(store, replace(config, **asked)).keep(CHECK, PASSED)
    assert memory(store, config).result(CHECK) is None
    memory(store, config).keep(CHECK, PASSED)
    assert memory(store, replace(config, **asked)).result(CHECK) is None


@pytest.mark.parametrize("status", [Status.CRASHED, Status.TIMEOUT, Status.SKIPPED, Status.ERROR, Status.BLOCKED])
def test_what_may_end_otherwise_next_time_is_not_kept(store, config, status):
    memory(store, config).keep(CHECK, result_of(CHECK, status))
    assert memory(store, config).result(CHECK) is None


def test_a_check_needs_no_pytorch_once_it_was_answered_with_this_seed(store, config):
    assert not memory(store, config).needs_no_pytorch(CHECK)
    memory(store, config).keep_needs_no_pytorch(CHECK)
    assert memory(store, config).needs_no_pytorch(CHECK)
    assert not memory(store, replace(config, seed=7)).needs_no_pytorch(CHECK)


def test_the_replay_of_a_case_needs_no_pytorch_for_what_is_answered_and_answers_for_no_other(store, config):
    replay = replace(config, only_case=3)
    memory(store, replay).keep_needs_no_pytorch(CHECK)
    assert not memory(store, config).needs_no_pytorch(CHECK)
    memory(store, config).keep_needs_no_pytorch(CHECK)
    assert memory(store, replay).needs_no_pytorch(CHECK)
    assert not memory(store, replace(config, fresh=True)).needs_no_pytorch(CHECK)


def test_without_a_store_nothing_is_known_and_nothing_fails(config):
    without = memory(None, config)
    without.keep(CHECK, PASSED)
    without.keep_needs_no_pytorch(CHECK)
    assert without.result(CHECK) is None
    assert not without.needs_no_pytorch(CHECK)
