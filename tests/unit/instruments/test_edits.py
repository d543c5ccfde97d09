"""The one-step edits of a function: what is changed, where, and that the text they give is Python."""

import ast
from pathlib import Path

import pytest
from dlf_grader.instruments.edits.one_step import broken, edits_of, functions, source_of
from dlf_grader.instruments.edits.repairs import everywhere, with_what_is_missing

SOLUTIONS = Path(__file__).parents[3] / "solutions"


def module(body, arguments="self, x, w"):
    lines = "\n".join(f"        {line}" for line in body.splitlines())
    return ast.parse(f"class Layer:\n    def forward({arguments}):\n{lines}\n")


def made(body, **more):
    """The bodies that edits make of a body, with their kinds."""
    found = {}
    for edit in edits_of(module(body), "Layer.forward", **more):
        statements = functions(ast.parse(edit.source))["Layer.forward"].body
        found["\n".join(ast.unparse(statement) for statement in statements)] = edit.kind
    return found


@pytest.mark.parametrize(
    ("body", "edited", "kind"),
    [
        ("return x + w", "return x - w", "operator"),
        ("return x + w", "return x", "operand-dropped"),
        ("return x - w", "return -w", "operand-dropped"),
        ("return x - w", "return w - x", "operands-swapped"),
        ("return (x + w) * 2", "return x + w * 2", "regrouped"),
        ("return -x", "return x", "sign"),
        ("return 2 * x", "return 3 * x", "constant"),
        ("return 0.9 * x", "return 0.1 * x", "constant"),
        ("return x > 0", "return x >= 0", "comparison"),
        ("return x.sum(axis=0)", "return x.sum()", "axis"),
        ("return x.sum(axis=0)", "return x.sum(axis=(0, 2))", "axis"),
        ("return x.sum(axis=(0, 2, 3))", "return x.sum(axis=(0, 2))", "axis"),
        ("return x.sum(axis=0)", "return x.mean(axis=0)", "function"),
        ("return x.sum(axis=0)", "return x.sum(axis=0, keepdims=True)", "keepdims"),
        ("return x.var(axis=0)", "return x.var(axis=0, ddof=1)", "ddof"),
        ("return x.copy()", "return x", "call-dropped"),
        ("return np.sqrt(x)", "return x", "call-dropped"),
        ("return np.maximum(x, 0)", "return np.minimum(x, 0)", "function"),
        ("return x.transpose(0, 2, 1)", "return x.transpose(0, 1, 2)", "axes"),
        ("return x.T @ w", "return x @ w", "transposed"),
        ("return x @ w", "return x @ w.T", "transposed"),
        ("return x[::-1]", "return x", "index-dropped"),
        ("return x[1:]", "return x[:]", "index"),
        ("return x[w]", "return x[w - 1]", "index"),
        ("return x * w", "return x * x", "name"),
        ("self.p = w\nreturn x", "self.p += w\nreturn x", "assignment"),
        ("x += w\nreturn x", "x = w\nreturn x", "assignment"),
        ("x += w\nreturn x", "pass\nreturn x", "statement-dropped"),
        ("x += w\nx *= 2\nreturn x", "x *= 2\nx += w\nreturn x", "statements-swapped"),
        ("if w > 0:\n    x += 1\nreturn x", "x += 1\nreturn x", "condition-dropped"),
        ("if w > 0:\n    x += 1\nreturn x", "return x", "branch-dropped"),
        ("return x if w else 0", "return x", "branch"),
        ("for t in range(w):\n    x += t\nreturn x", "for t in range(w - 1):\n    x += t\nreturn x", "loop"),
        ("for t in range(w):\n    x += t\n    w += 1", "for t in range(w):\n    x += t\nw += 1", "after-loop"),
        ("for t in range(w):\n    x += t\nw += 1", "for t in range(w):\n    x += t\n    w += 1", "into-loop"),
        ("return x", "return x / w", "factor"),
        ("return x", "return x - w", "term"),
        ("return x", "return np.exp(x)", "wrapped"),
        ("return x", "return x[::-1]", "index"),
    ],
)
def test_an_edit_of_each_kind(body, edited, kind):
    assert made(body).get(edited) == kind


@pytest.mark.parametrize(
    ("body", "edited"),
    [
        ("return x[::1, ::1]", "return x[::w, ::w]"),
        ("return x[w * x:]", "return x[w * x:].sum(axis=0)"),
        ("x = x * 2\nreturn x + 1", "x = x * 2\nreturn x[:, None] + 1"),
        ("return np.log(x * w)", "return np.log(np.exp(x * w))"),
    ],
)
def test_a_repair_puts_back_what_is_missing(body, edited):
    found = set(made(body, operators=with_what_is_missing))
    for edit in everywhere(module(body), "Layer.forward"):
        statements = functions(ast.parse(edit.source))["Layer.forward"].body
        found.add("\n".join(map(ast.unparse, statements)))
    assert edited in found


def test_only_the_lines_asked_for_are_edited():
    lines = {edit.line for edit in edits_of(module("x = x + 1\nx = x * w\nreturn x"), "Layer.forward", range(4, 5))}
    assert lines == {4}


def test_a_name_is_exchanged_only_for_one_that_is_known_there():
    assert "return x * y" not in made("return x * w\ny = 1")
    assert made("y = 1\nreturn x * w").get("y = 1\nreturn x * y") == "name"


def test_a_short_part_is_told_with_what_is_around_it():
    (edit,) = [e for e in edits_of(module("return x.sum(axis=0)"), "Layer.forward") if e.after == "x.sum(axis=1)"]
    assert (edit.before, edit.line) == ("x.sum(axis=0)", 3)


@pytest.mark.parametrize("file", ["m1_cnn/conv.py", "m2_rnn/lstm.py", "m5_autograd/tensor.py"])
def test_every_edit_is_python_that_defines_the_function_and_differs(file):
    tree = ast.parse((SOLUTIONS / file).read_text(encoding="utf-8"))
    for name in functions(tree):
        whole = source_of(tree, name)
        texts = [edit.source for edit in edits_of(tree, name)]
        assert len(texts) == len(set(texts))
        for text in texts[::25]:
            compile(text, file, "exec")
            assert name in functions(ast.parse(text))
            assert text != whole


def test_editing_leaves_the_file_as_it_was():
    tree = module("for t in range(w):\n    x += t\nreturn x")
    before = ast.dump(tree)
    assert len(list(edits_of(tree, "Layer.forward"))) > 20
    assert ast.dump(tree) == before


def test_a_broken_function_raises_at_once():
    scope = {}
    exec(broken(module("return x"), "Layer.forward"), scope)
    with pytest.raises(RuntimeError):
        scope["Layer"]().forward(1, 2)
