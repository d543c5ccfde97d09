import pytest
from dlf_grader.config import ISOLATIONS
from dlf_grader.failures import UsageError
from dlf_grader.sandbox import rungs
from dlf_grader.sandbox.rungs import CHOICES, RUNGS, Rung, named, resolve

WORKING = Rung("soft", "cushions", "shouting", confine=lambda place: [])
BROKEN = Rung("steel", "walls", "digging", confine=lambda place: [], why_not=lambda: "there is no steel here")
ON_REQUEST = Rung("lead", "more walls", "digging", confine=lambda place: [], by_default=False)


def test_every_rung_can_be_chosen_by_a_name_of_its_own():
    assert ("auto", *(rung.name for rung in RUNGS)) == CHOICES == ISOLATIONS
    assert len(set(CHOICES)) == len(CHOICES)
    assert [named(rung.name) for rung in RUNGS] == list(RUNGS)


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.name)
def test_every_rung_says_what_it_does_not_stop(rung):
    name, _, rest = rung.describe().partition(": ")
    assert name == rung.name
    assert rest == f"{rung.what}; does not stop code from {rung.does_not_stop}"


def test_the_weakest_rung_works_everywhere():
    assert RUNGS[0].why_not() == ""


def test_what_could_not_be_had_is_said_once_each():
    assert WORKING.describe(["b", "a", "b"]) == (
        "soft: cushions; not available here: a; not available here: b; does not stop code from shouting"
    )


def test_auto_is_the_strongest_that_works_and_that_nobody_has_to_ask_for(monkeypatch):
    monkeypatch.setattr(rungs, "RUNGS", (WORKING, BROKEN, ON_REQUEST))
    assert resolve("auto") is WORKING


def test_a_rung_that_does_not_work_here_says_why_to_whoever_asks_for_it(monkeypatch):
    monkeypatch.setattr(rungs, "RUNGS", (WORKING, BROKEN))
    monkeypatch.setattr(rungs, "CHOICES", ("auto", "soft", "steel"))
    assert resolve("soft") is WORKING
    with pytest.raises(UsageError, match="--isolation steel: there is no steel here"):
        resolve("steel")
    with pytest.raises(UsageError, match="--isolation gold: expected one of auto, soft, steel"):
        resolve("gold")
