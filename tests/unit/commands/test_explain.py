from dlf_grader.commands.explain import told
from dlf_grader.model import Check, Status
from dlf_grader.report import Counterexample, Diagnosis, Excerpt, Location, Result

CHECK = Check("m0.a.forward", "Layer.forward is right", "m0_mlp/a.py", "parity", 1.0, "Layer.forward", lesson="layers")
ABOUT = (CHECK.id, "m0", CHECK.exercise, CHECK.kind, CHECK.title)


def test_a_failure_is_told_with_its_case_its_mistake_and_the_learners_line():
    at = Location("exercises/m0_mlp/a.py", 3)
    case = Counterexample("N=1", 2, "y", (0,), 1.0, 2.0, code="print(1)")
    found = told(
        CHECK,
        Result(
            *ABOUT, Status.FAILED, 0.0, 1.0, "y is wrong", (Diagnosis("sign", "Turn the sign."),), case, "m0.a@1.2",
            location=at, excerpt=Excerpt(at, ("y = -x",), 0, (4, 6)),
        ),
    )  # fmt: skip
    assert found["mistakes"] == [{"id": "sign", "text": "Turn the sign."}]
    assert found["code"] == [">3 | y = -x", "   |     ^^"]
    assert found["case"]["index"] == [0]
    assert (found["lesson"], found["replay"]) == ("exercises/m0_mlp/README.md#layers", "dlf-grade replay m0.a@1.2")


def test_of_what_passed_only_that_is_told():
    found = told(CHECK, Result(*ABOUT, Status.PASSED, 1.0, 1.0))
    assert found.keys() == {"schema", "id", "title", "status", "function", "lesson"}
