"""Each planted fault is called by its name by an autopsy, and nothing is said of unusual models that are healthy."""

import tomllib
from pathlib import Path

import pytest
from autopsied import GOALS, Fault, autopsy
from dlf_grader.instruments.autopsy.causes import ANYWAY, CAUSES

HERE = Path(__file__).parent
PROVEN = {cause.id for cause in CAUSES if not cause.change}  # without a trial
FILES = {Path(file).stem: file for file in GOALS}


def planted(kind):
    found = []
    for path in sorted(HERE.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8")).get(kind, []):
            further = tuple(map(tuple, entry.pop("further", ())))
            found.append(
                pytest.param(Fault(file=FILES[path.stem], further=further, **entry), id=f"{path.stem}-{entry['id']}")
            )
    return found


@pytest.mark.filterwarnings("ignore")  # what a fault is warned of is its own affair
@pytest.mark.parametrize("fault", planted("fault"))
def test_a_fault_is_named(fault):
    seen_alone = fault.cause in PROVEN and not fault.line
    found, _ = autopsy(fault, seconds=0.0 if seen_alone else 600.0)
    assert found.cause is not None, found.measured
    assert found.cause.id == fault.cause, found.cause.text
    assert fault.says in found.cause.text
    for line in filter(None, (fault.line, fault.at)):
        assert f"ine {line} of {Path(fault.file).name}" in found.cause.text, found.cause.text


@pytest.mark.parametrize("model", planted("healthy"))
def test_nothing_is_claimed_of_a_healthy_model(model):
    found, _ = autopsy(model)
    assert found.cause is None


def test_each_cause_has_a_fault():
    further = {"start-hides-input", "modes-differ", "part-at-fault", "line-at-fault"}
    assert {cause.id for cause in (*CAUSES, *ANYWAY)} | further == {case.values[0].cause for case in planted("fault")}
