"""The corpus is what its heads say, and the grader does not do worse on it than `known.toml` has it.

A sample of the files in CI; all of them with DLF_CORPUS=all.
"""

import os
import tomllib

import pytest
from checker.judge import judge
from measure import Measurement, measurement
from overlay import HERE, ROOT, Entry, entries

EVERY = 1 if os.environ.get("DLF_CORPUS") == "all" else 14
ALL = entries()
SAMPLE = ALL[::EVERY]
KNOWN = {kind: set(ids) for kind, ids in tomllib.loads((HERE / "known.toml").read_text()).items()}


def ids(entry: Entry) -> str:
    return entry.id


@pytest.fixture(scope="module")
def grader(servers):
    with measurement(servers) as made:
        yield made


def test_the_corpus_is_as_large_as_promised():
    assert sum(not e.right for e in ALL) >= 150
    assert sum(e.right for e in ALL) >= 40


def test_every_exercise_of_m0_to_m6_has_wrong_answers():
    exercises = {
        path.relative_to(ROOT / "solutions").as_posix()
        for path in (ROOT / "solutions").glob("m[0-6]_*/[a-z]*.py")
        if "### BEGIN SOLUTION" in path.read_text(encoding="utf-8")
    }
    assert {e.exercise for e in ALL if not e.right} == exercises


def test_every_wrong_answer_says_what_is_wrong_and_how_a_diagnosis_would_name_it():
    assert [e.id for e in ALL if not e.right and not (e.mistake and e.caught_by and e.names)] == []


def test_what_is_known_to_fall_short_is_in_the_corpus():
    assert set().union(*KNOWN.values()) <= {e.id for e in ALL}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("entry", SAMPLE, ids=ids)
def test_pytorch_and_numpy_agree_with_the_head(entry: Entry):
    assert bool(judge(entry)) is not entry.right


@pytest.mark.parametrize("entry", SAMPLE, ids=ids)
def test_the_grader_does_no_worse_than_it_did(entry: Entry, grader: Measurement):
    shortfalls = grader.verdict(entry, seed=1).shortfalls
    assert {kind for kind in shortfalls if entry.id not in KNOWN[kind]} == set()
