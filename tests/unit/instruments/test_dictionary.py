"""The dictionary: a small subject's page is mined, and a learner's numbers are looked up in it."""

import ast

import msgspec
import numpy as np
import pytest
from dlf_grader.authoring import mining
from dlf_grader.checks import Parity
from dlf_grader.instruments.case import Case
from dlf_grader.instruments.dictionary import lookup
from dlf_grader.instruments.dictionary.fingerprint import answers_to, digest, fingerprint, probes_of, scales_of
from dlf_grader.instruments.dictionary.kinds import is_by_kind
from dlf_grader.instruments.edits.words import RANK, SENTENCES, known_names, rank, sentence
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.model import Check

SOLUTION = '''import numpy as np

def centre(x, scale):
    """Give x with mean 0 and another scale."""
    ### BEGIN SOLUTION x1.centre
    mean = x.mean(axis=0)
    return scale * (x - mean)
    ### END SOLUTION
'''
MADE: list[lookup.Page] = []
FIRST = "Your numbers are those of centre "


def cases(rng_for):
    for number, shape in enumerate([(2, 2), (3, 2), (4, 3), (5, 5)], start=1):
        yield Case(f"{shape}", (rng_for(number).standard_normal(shape), np.array(3.0)))


def right(case):
    x, scale = case.inputs
    return {"y": scale * (x - x.mean(axis=0))}


CENTRE = Function(name="centre", oracle=right, cases=cases, arguments=("x", "scale"), results=("y",))
CHECK = Check("x1.centre", "A claim", "x1/layer.py", "parity", 1, "centre", Parity("y"), f"{__name__}:CENTRE")
KNOWN = known_names('def centre(x, scale):\n    """x"""\n', "")


@pytest.fixture
def page(tmp_path, learner, monkeypatch):
    """The subject's page, where look-ups find it."""
    monkeypatch.setattr(mining, "subject_of", lambda check: CENTRE)
    solutions = tmp_path / "solutions"
    (solutions / "x1").mkdir(parents=True)
    (solutions / "x1" / "layer.py").write_text(SOLUTION)
    if not MADE:  # once for all tests
        worker = learner(SOLUTION.removeprefix("import numpy as np\n"))
        MADE.append(mining.mine("x1/layer.py", [CHECK], solutions, KNOWN, worker))
    (made,) = MADE
    monkeypatch.setattr(lookup, "read_page", lambda exercise: made)
    return made


def looked_up(learner, body, number=1):
    learned = learner(f"def centre(x, scale):\n    return {body}\n")
    return lookup.look_up("x1/layer.py", CHECK.subject, CENTRE, learned, ("y",), "y", number)


def test_the_numbers_of_an_edit_are_found_however_they_were_computed(page, learner):
    said = {
        "scale * x - scale * x.mean(axis=1, keepdims=True)": None,  # no edit of ours: keepdims as well
        "scale * x - scale * x.mean()": "with `x.mean()` where `x.mean(axis=0)` is right.",
        "scale * x - scale * np.add.reduce(x)": "with `x.sum(axis=0)` where `x.mean(axis=0)` is right.",
        "x - np.average(x, axis=0)": "without `scale *`, which is missing.",
        "(x - x.mean(axis=0)) / scale": None,
        "scale * (x + x.mean(axis=0))": "with one wrong sign: a + where a − is right, or the other way round.",
    }
    found = {body: looked_up(learner, body) for body in said}
    assert {body: d and d.text.removeprefix(FIRST) for body, d in found.items()} == said


def test_a_found_edit_has_the_id_of_its_kind(page, learner):
    assert looked_up(learner, "x - x.mean(axis=0)").id == "edit-operand-dropped"


def test_right_numbers_are_nobodys_mistake(page, learner):
    assert looked_up(learner, "scale * (x - x.mean(axis=0))") is None


def test_nothing_is_said_where_one_probe_contradicts(page, learner):
    assert looked_up(learner, "x - x.mean(axis=0) + 1e-6 * (len(x) == 5)") is None


def test_nothing_is_said_where_the_failing_case_is_right_on_the_probes(page, learner):
    wrong = "(scale if len(x) == 2 else 1) * (x - x.mean(axis=0))"
    assert looked_up(learner, wrong, number=1) is None


def test_nothing_is_said_where_edits_of_two_statements_give_the_same_numbers(page, learner, monkeypatch):
    body = "scale * x - scale * x.mean(axis=0) ** 2"  # the mean squared, or what is taken away on the line after it
    assert looked_up(learner, body) is None
    together = [msgspec.structs.replace(edit, line=1) for edit in page.edits]
    monkeypatch.setattr(lookup, "read_page", lambda exercise: msgspec.structs.replace(page, edits=together))
    assert looked_up(learner, body) is not None


def test_where_no_snippet_can_be_shown_the_kind_of_the_edit_is_said(page, learner, monkeypatch):
    silent = [msgspec.structs.replace(edit, said="") for edit in page.edits]
    monkeypatch.setattr(lookup, "read_page", lambda exercise: msgspec.structs.replace(page, edits=silent))
    assert looked_up(learner, "x - x.mean(axis=0)").text == f"{FIRST}with one term or factor missing."
    assert is_by_kind(looked_up(learner, "x - x.mean(axis=0)").text)


def test_zeros_are_the_work_of_too_many_mistakes(page, learner):
    assert looked_up(learner, "0 * x") is None


def test_an_exception_on_every_probe_says_nothing(page, learner):
    assert looked_up(learner, "x.missing") is None


def test_a_page_about_other_cases_is_not_used(page, learner, monkeypatch):
    monkeypatch.setattr(lookup, "digest", lambda probes: "other")
    assert looked_up(learner, "x - x.mean(axis=0)") is None


def test_a_page_survives_its_file(page, tmp_path, monkeypatch):
    monkeypatch.undo()
    file = lookup.path_of("x1/layer.py", tmp_path)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(mining.packed(page))
    monkeypatch.setattr(lookup, "path_of", lambda exercise: file)
    lookup.read_page.cache_clear()
    assert lookup.read_page("x1/layer.py") == page
    file.write_bytes(b"damaged")
    lookup.read_page.cache_clear()
    assert lookup.read_page("x1/layer.py") is None
    lookup.read_page.cache_clear()


def test_a_fingerprint_does_not_depend_on_the_order_of_summation(learner):
    probes = probes_of(CENTRE)
    bodies = ("scale * (x - x.mean(axis=0))", "x * scale - np.array([sum(c) * scale / len(x) for c in x.T])")
    workers = [learner(f"def centre(x, scale):\n    return {body}\n") for body in bodies]
    answers = [answers_to(CENTRE, worker, probes, ("y",)) for worker in workers]
    scales = scales_of(answers[0], "y")
    one, other = (fingerprint(found, "y", scales) for found in answers)
    assert not len(one.differing(other.shares))
    assert np.abs(one.total - other.total).max() < 1e-12


def test_a_fingerprint_tells_shapes_infinities_and_the_probes_that_raised_apart():
    x = np.arange(6.0)
    variants = [
        [{"y": x}],
        [{"y": x.reshape(2, 3)}],
        [{"y": np.where(x == 2, np.nan, x)}],
        [{"y": np.where(x == 2, np.inf, x)}],
        [{"y": np.where(x == 2, -np.inf, x)}],
        [None],
        [{}],
    ]
    totals = [fingerprint(answers, "y", [1.0]).total for answers in variants]
    assert len({tuple(np.round(total, 6)) for total in totals}) == len(variants)
    assert fingerprint([{"y": [x]}], "y", [1.0]) is None


def test_probes_are_the_same_each_time_and_their_digest_tells_when_they_change():
    assert digest(probes_of(CENTRE)) == digest(probes_of(CENTRE))
    (number, case), *rest = probes_of(CENTRE)
    moved = Case(case.label, (case.inputs[0] + 1e-9, case.inputs[1]))
    assert digest([(number, moved), *rest]) != digest([(number, case), *rest])


# -- sentences ------------------------------------------------------------------------------------


def test_a_variable_of_ours_is_not_shown():
    known = known_names("def centre(x):\n    pass\n", "The mean is `mu`.")
    assert "`x - …` where `x + …`" in sentence("f", "operator", "x + ours", "x - ours", known)
    assert "`x - mu` where `x + mu`" in sentence("f", "operator", "x + mu", "x - mu", known)


def test_nothing_is_said_where_nothing_can_be_shown():
    known = known_names("def centre(x):\n    pass\n", "")
    assert sentence("f", "operator", "a + b", "a - b", known) == ""
    assert sentence("f", "name", "x + a", "x + b", known) == ""
    assert sentence("f", "operator", "x + " * 40 + "x", "x", known) == ""


def test_dtypes_and_copies_are_left_out_unless_they_are_the_change():
    known = known_names("def f(x, w):\n    pass\n", "")
    text = sentence("f", "operator", "w.astype(x.dtype, copy=False) + x", "w.astype(x.dtype, copy=False) - x", known)
    assert text == "Your numbers are those of f with `w - x` where `w + x` is right."
    assert "copy" in sentence("f", "call-dropped", "x.copy()", "x", known)


def test_every_sentence_is_of_a_kind_that_has_a_rank():
    assert set(SENTENCES) <= set(RANK)
    with pytest.raises(ValueError, match="not in tuple"):
        rank("unheard", "", "")


def test_a_mined_page_holds_no_name_that_a_learner_has_not_met(page):
    assert page.edits
    for edit in page.edits:
        assert "mean" not in {node.id for part in edit.said.split("`")[1::2] for node in _names(part)}


def _names(part):
    try:
        return [node for node in ast.walk(ast.parse(part.replace("…", "_"))) if isinstance(node, ast.Name)]
    except SyntaxError:
        return []
