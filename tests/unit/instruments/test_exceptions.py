"""Each rule is tried on the exception that NumPy, PyTorch or Python itself raises, never on a remembered text."""

import textwrap
from pathlib import Path

import numpy as np
import pytest
import torch
from dlf_grader.failures import LearnerError
from dlf_grader.frames import Frame
from dlf_grader.instruments.exceptions import RULES, advise
from dlf_grader.sandbox.errors import text_of
from dlf_grader.sandbox.trace import words

X = np.ones((5, 4))
Y = np.array([4, 0, 3, 1, 2])


def advised(line, *, before="", call="f()", **values):
    """What is said of the exception that a line raises inside a function of these variables."""
    body = textwrap.indent(textwrap.dedent(f"{before}\n{line}").strip(), "    ")
    source = f"import numpy as np\n\ndef f({', '.join(values)}):\n{body}\n"
    at = source.rstrip().count("\n") + 1
    names = {"np": np, "math": __import__("math")}
    try:
        exec(compile(source, "m0/file.py", "exec"), names)
        names["f"](**values)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the line raises is the test's input
        told = {name: words(value) for name, value in values.items()}
        frames = (Frame("m0/file.py", at, "f", told),)
        raised = LearnerError(type(error).__name__, text_of(error), frames, call)
    else:
        pytest.fail("the line raises nothing")
    return advise(raised, {"m0/file.py": source}, "m0/file.py")


@pytest.mark.parametrize(
    ("line", "values", "id", "words_said"),
    [
        ("x @ W", {"x": X, "W": np.ones((3, 4))}, "product", "x @ W.T has sizes that fit"),
        ("x @ W", {"x": X, "W": np.ones((5, 3))}, "product", "x.T @ W has sizes that fit"),
        ("q @ k.T", {"q": np.ones((2, 3, 4)), "k": np.ones((2, 5, 4))}, "transpose-of-many-axes", "k.swapaxes(-1, -2)"),
        ("x - x.max(axis=1)", {"x": X}, "broadcast", "(5, 1)"),
        ("b += g", {"b": np.ones(4), "g": X}, "grows-in-place", "(5, 4)"),
        ("p[:, 1::2] = c", {"p": np.ones((2, 3)), "c": np.ones((2, 2))}, "every-second-column", "1, not 2"),
        ("x[n, lengths]", {"x": X, "n": Y, "lengths": Y}, "one-past-the-last", "lengths - 1"),
        ("p[y]", {"p": np.ones((5, 4))[:, :3], "y": Y + 5}, "rows-for-elements", "p[np.arange(len(y)), y]"),
        ("x[0, 0, 0]", {"x": X}, "too-many-indices", "2 axes"),
        ("[1, 2][i]", {"i": (0, 1)}, "list-of-indices", "np.array"),
        ("np.array([x, x[0]])", {"x": X}, "ragged", "different shapes"),
        ("n, c, h, w = x.shape", {"x": X}, "unequal-axes", "2 axes"),
        ("max(0, x)", {"x": X}, "truth-value", "np.maximum"),
        ("0 if x > 0 else 1", {"x": X}, "truth-value", "np.where"),
        ("(x > 0) and (x < 1)", {"x": X}, "truth-value", "&"),
        ("x ^ 2", {"x": X}, "exclusive-or", "**"),
        ("math.exp(x)", {"x": X}, "one-number", "np.exp"),
        ("float(x)", {"x": X}, "one-number", "several"),
        ("y += 0.5", {"y": Y}, "cast-in-place", "float"),
        ("np.broadcast_to(x, (2, 5, 4))[0] = 1", {"x": X}, "read-only", "copy"),
        ("np.zeros(3, 4)", {}, "shape-as-tuple", "np.zeros((3, 4))"),
        ("np.concatenate(x, x)", {"x": X}, "list-of-arrays", "[a, b]"),
        ("np.max(0, x)", {"x": X}, "list-of-arrays", "np.maximum"),
        ("np.concatenate(x, x, axis=1)", {"x": X}, "list-of-arrays", "[a, b]"),
        ("x.sum(axes=0)", {"x": X}, "not-of-numpy", "axis=(0, 2)"),
        ("sum(x, axis=0)", {"x": X}, "of-python", "write np.sum"),
        ("raise TypeError(\"sum() got an unexpected keyword argument 'axis'\")", {}, "of-python", "np.sum"),
        ("max(x, axis=0)", {"x": X}, "of-python", "write np.max"),
        ("for a, b in (x, y): pass", {"x": X, "y": Y}, "names-for-one", "zip(x, y) goes through them together"),
        ("for i, a, b in zip(x, y): pass", {"x": X, "y": Y}, "names-for-one", "for i, (a, b) in enumerate(zip(…))"),
        ("n, d = x", {"x": X}, "names-for-one", "x.shape"),
        ("f()", {}, "too-deep", "whatever happens"),
        ("f() if np.ones(()) else 0", {}, "too-deep", "stack"),
        ("range(n / 2)", {"n": 4}, "whole-size", "//"),
        ("np.product(x)", {"x": X}, "not-of-numpy", "np.prod"),
        ("x.unsqueeze(0)", {"x": X}, "not-of-numpy", "x[:, None]"),
        ("x.sum(1, keepdim=True)", {"x": X}, "not-of-numpy", "keepdims"),
        ("-(x > 0)", {"x": X}, "boolean-arithmetic", "astype"),
        ("x.sum * 2", {"x": X}, "call-brackets", "()"),
        ("n(x)", {"n": 2, "x": X}, "call-brackets", "*"),
        ("x(0)", {"x": X}, "call-brackets", "[ ]"),
        ("x.sum[0]", {"x": X}, "call-brackets", "( )"),
        ("x + b", {"x": X, "b": None}, "is-none", "b is None on line 4."),
        ("f(x)", {"x": X}, "too-deep", "without end"),
        ("f(x + 1)", {"x": X}, "too-deep", "stack"),
        ("x = x + 1; f(x)", {"x": X}, "too-deep", "stack"),
        ("for i in n: pass", {"n": 3}, "counted", "range(n)"),
        ("x.T()", {"x": X}, "call-brackets", "x.T is not a method"),
        ("x.size()", {"x": X}, "call-brackets", "x.size is not a method"),
        ("max(1, n)", {"n": 2, "max": 3.0}, "hidden", "max is 3.0 here"),
        ("np.ones(2)", {"np": 3}, "hidden", "what this file imports"),
        ("range(n)", {"n": 2.0}, "whole-size", "n is a float here"),
        ("x.clamp(min=0)", {"x": X}, "not-of-numpy", "np.clip"),
        ("null", {}, "not-a-name", "None"),
        ("itertools.count()", {}, "not-a-name", "import itertools"),
        ("exit()", {}, "ends-the-program", "leave it out"),
    ],
)
def test_an_exception_gets_the_advice_that_fits_it(line, values, id, words_said):
    found = advised(line, **values)
    assert found is not None
    assert found.id == id
    assert words_said in found.text


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("x @ x.tolist()[0][0]", {"x": X}),
        ("x - np.ones(3)", {"x": X}),  # no keepdims mends that
        ("y[9]", {"y": Y}),
        ("x.reshape(3, 3)", {"x": X}),
        ("{}['x']", {}),
        ("int(n)", {"n": "two"}),
        ("raise ValueError('x (5,4) and W (3,4) do not fit')", {}),
        ("for i in zip(n, x): pass", {"n": 3, "x": X}),
        ("y = x[a.size :: b] * scale", {"x": X, "a": X, "b": Y, "scale": 0.5}),
        ("input.total", {"input": X}),
    ],
)
def test_what_no_rule_is_sure_of_gets_none(line, values):
    assert advised(line, **values) is None


def test_a_call_of_itself_that_the_innermost_line_does_not_hold_is_found():
    source = "def forward(x, y):\n    if x.shape != y.shape:\n        raise ValueError\n    return forward(x, y) * 2\n"
    frames = (Frame("m0/file.py", 2, "forward", {}),)
    raised = LearnerError("RecursionError", "maximum recursion depth exceeded in comparison", frames, "forward(x, y)")
    assert "the arguments that it got" in advise(raised, {"m0/file.py": source}, "m0/file.py").text


@pytest.mark.parametrize("line", ["g = grads.pop(id(node))", "g = grads[id(node)]"])
def test_a_node_without_a_gradient_is_told_by_what_may_be_wrong_with_the_order(line):
    source = f"def backward(self):\n    grads, node = {{}}, self\n    {line}\n"
    raised = LearnerError("KeyError", "1405", (Frame("m5/t.py", 3, "backward", {}),), "Tensor.backward()")
    assert advise(raised, {"m5/t.py": source}, "m5/t.py").text.startswith("No gradient has reached node: ")


def test_what_is_none_because_a_function_returns_nothing_is_told_so():
    made = "def g(x):\n    x * 2\ny = g(x)"
    assert advised("x + y", before=made, x=X) is None  # what y holds is not told here
    frame = Frame("m0/file.py", 5, "f", {"x": "float64 (5, 4)", "y": "None"})
    text = "unsupported operand type(s) for +: 'float' and 'NoneType'"
    source = "def g(x):\n    x * 2\ndef f(x):\n    y = g(x)\n    return x + y\n"
    raised = LearnerError("TypeError", text, (frame,), "f()")
    assert advise(raised, {"m0/file.py": source}, "m0/file.py").text == "y is None on line 5: g returns nothing."
    gives = source.replace("    x * 2", "    return x * 2 if x else None")
    assert advise(raised, {"m0/file.py": gives}, "m0/file.py").text == "y is None on line 5."


CLASS = """
class Linear:
    def __init__(self, n):
        self.W = np.ones((n, n))

    def forward({parameters}):
        return x @ W

    def step(self):
        return self.V

        def backward(self, g):
            return g

def loss(self, x):
    return x
"""


@pytest.mark.parametrize(
    ("kind", "text", "line", "call", "id", "words_said"),
    [
        (
            *("NameError", "name 'W' is not defined. Did you mean: 'self.W'?", 7),
            *("Linear.forward(x)", "attribute-without-self", "self.W"),
        ),
        (
            *("TypeError", "Linear.forward() takes 1 positional argument but 2 were given", 0),
            *("Linear.forward(x)", "attribute-without-self", "def forward(self"),
        ),
        ("AttributeError", "'Linear' object has no attribute 'V'", 10, "Linear.step()", "never-assigned", "self.V"),
        (
            *("AttributeError", "'Linear' object has no attribute 'backward'", 0),
            *("Linear.backward(g)", "outside-its-class", "another method"),
        ),
        (
            *("AttributeError", "'Linear' object has no attribute 'loss'", 0),
            *("Linear.loss(g)", "outside-its-class", "is outside class Linear"),
        ),
    ],
)
def test_a_name_is_looked_for_in_the_class(kind, text, line, call, id, words_said):
    frames = (Frame("m0/file.py", line, "forward"),) if line else ()
    sources = {"m0/file.py": CLASS.format(parameters="x" if "takes 1" in text else "self, x")}
    found = advise(LearnerError(kind, text, frames, call), sources, "m0/file.py")
    assert found is not None
    assert found.id == id
    assert words_said in found.text


def test_a_misspelt_name_comes_with_python_s_own_suggestion():
    def misspelt(value):
        return vale  # noqa: F821 - the misspelling

    with pytest.raises(NameError) as name:
        misspelt(1)
    with pytest.raises(AttributeError) as attribute:
        np.ones(3).reshap(1)  # the misspelling
    assert text_of(name.value) == "name 'vale' is not defined. Did you mean: 'value'?"
    assert text_of(attribute.value).endswith("Did you mean: 'reshape'?")


class Layer:
    def __init__(self):
        self.W = X

    def forward(self, inp):
        """Give x back.

        Args:
            x: any shape.
        """
        self.x = x  # noqa: F821 - the argument has another name
        return W  # noqa: F821 - self is missing

    def step(self):
        return W  # noqa: F821 - self is missing

    def score(self):
        return step()  # noqa: F821 - self is missing


def raised_by(call):
    with pytest.raises(NameError) as raised:
        call()
    return raised.value


def test_python_s_suggestion_for_what_the_object_has_is_self():
    assert text_of(raised_by(Layer().step)).endswith("Did you mean: 'self.W'?")
    assert text_of(raised_by(Layer().score)).endswith("Did you mean: 'self.step'?")


def test_an_argument_that_was_renamed_is_no_attribute():
    error = raised_by(lambda: Layer().forward(1))
    assert "self.x" not in text_of(error)
    source = Path(__file__).read_text(encoding="utf-8")
    line = next(at for at, text in enumerate(source.splitlines(), 1) if "self.x = x " in text)
    frames = (Frame("m0/file.py", line, "forward"),)
    found = advise(
        LearnerError("NameError", text_of(error), frames, "Layer.forward(1)"), {"m0/file.py": source}, "m0/file.py"
    )
    assert found is not None
    assert found.text == "x is an argument in the docstring of forward, and not in its `def` line."


GRADIENTS = """
class Linear:
    def backward(self, dL_dy{extra}):
        {assigns} = dL_dy
        return dL_dy
"""


@pytest.mark.parametrize(
    ("kind", "text", "call", "source", "words_said"),
    [
        (
            *("AttributeError", "'Linear' object has no attribute 'dL_dW'", "Linear.dL_dW"),
            *(GRADIENTS.format(extra="", assigns="dL_dW"), "only a variable in backward of class Linear"),
        ),
        (
            *("AttributeError", "'Linear' object has no attribute 'dL_dW'", "Linear.dL_dW"),
            *(GRADIENTS.format(extra="", assigns="self.dW"), "assigns self.dW: its name is self.dL_dW"),
        ),
        (
            *(
                "TypeError",
                "Linear.backward() missing 1 required positional argument: 'x'",
                "Linear.backward(float64 (1,))",
            ),
            *(GRADIENTS.format(extra=", x", assigns="self.dL_dW"), "Linear.backward can be called without x"),
        ),
        (
            *("TypeError", "Linear.__init__() got an unexpected keyword argument 'rng'", "Linear(rng=Generator)"),
            *(GRADIENTS.format(extra="", assigns="self.dL_dW"), "As it was handed out, Linear takes rng"),
        ),
    ],
)
def test_what_the_class_has_instead_is_named(kind, text, call, source, words_said):
    found = advise(LearnerError(kind, text, (), call), {"m0/file.py": source}, "m0/file.py")
    assert found is not None
    assert words_said in found.text


@pytest.mark.parametrize(
    ("assigns", "is_meant"),
    [
        ("dL_dw", True),
        ("dLdW", True),
        ("dL_Wd", True),
        ("dL_dWW", True),
        ("dL_db", False),  # another parameter's
        ("W", False),
    ],
)
def test_a_gradient_s_misspelt_name_is_named(assigns, is_meant):
    source = GRADIENTS.format(extra="", assigns=f"self.{assigns}")
    text = "'Linear' object has no attribute 'dL_dW'"
    found = advise(LearnerError("AttributeError", text, (), "Linear.dL_dW"), {"a.py": source}, "a.py")
    assert (found is not None) == is_meant
    assert found is None or found.text == f"Class Linear assigns self.{assigns}: its name is self.dL_dW."


def test_a_variable_of_another_method_is_not_what_is_missing():
    source = "class Conv:\n    def __init__(self):\n        self.w = 1\n\n    def forward(self):\n        W = self.W\n"
    error = LearnerError("AttributeError", "'Conv' object has no attribute 'W'", (), "Conv.W")
    told = [advise(error, {"a.py": text}, "a.py") for text in (source, source.replace("self.w = 1", "pass"))]
    assert [found and found.text for found in told] == ["Class Conv assigns self.w: its name is self.W.", None]


def test_a_comma_at_a_line_s_end_is_named():
    source = "def f(x):\n    d = x,\n    return d ** 2\n"
    frames = (Frame("m0/file.py", 3, "f", {"d": "tuple of 1"}),)
    error = LearnerError("TypeError", "unsupported operand type(s) for ** or pow(): 'tuple' and 'int'", frames, "f(x)")
    found = advise(error, {"m0/file.py": source}, "m0/file.py")
    assert found is not None
    assert found.text == "d is a tuple: a comma ends line 2, where it is assigned."


def test_a_file_that_cannot_be_parsed_gets_no_advice():
    error = LearnerError("NameError", "name 'W' is not defined", (Frame("m0/file.py", 1, "f"),), "f()")
    assert advise(error, {"m0/file.py": "def f(:"}, "m0/file.py") is None


def test_rules_have_names_of_their_own():
    assert len({rule.__name__ for rule in RULES}) == len(RULES)


def test_a_norm_of_one_number_is_named():
    norm = torch.nn.GroupNorm(3, 3)
    found = advised("norm(x)", norm=norm, x=torch.ones(1, 3, 1, 1))
    assert found is not None
    assert found.id == "norm-of-one-number"
