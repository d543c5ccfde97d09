import pytest
from dlf_grader.report import Location
from dlf_grader.run.reading.assigned import quoted, where_assigned, where_attribute_assigned
from dlf_grader.run.reading.excerpts import excerpt_of
from dlf_grader.run.reading.source import Source

LAYER = """\
class Linear:
    def __init__(self):
        self.W = self.b = None
        self.W = 1

    def forward(self, x):
        self.x = x
        y = x @ self.W.T
        return y

    def backward(self, dL_dy):
        self.dL_dW, self.other = dL_dy.T @ self.x, 0
        self.dL_db = dL_dy.sum(axis=1)
        return dL_dy @ self.W

    def twice(self, x):
        if x:
            return x
        return 0

    def summed(self, x):
        y = x
        y += 1
        return y

    def filled(self, x):
        y = x * 0
        y[0] = 1
        return y

    def moved(self, x):
        return (x @ x).reshape(3)


def cosine(step):
    share = step // 3
    return 1 - share


def gradients(dL_dy):
    dL_dq = dL_dy * 2
    return dL_dq, 3


def gradients_backward(dL_dy):
    dL_dq = dL_dy * 2
    return dL_dq, 3
"""
SOURCE = Source("m0/layers.py", LAYER.encode())


def marked(target, tensor):
    found = where_assigned(SOURCE, target, tensor)
    if found is None:
        return None
    excerpt = excerpt_of(SOURCE, Location("m0/layers.py", found[0]), found)
    start, end = excerpt.columns or (None, None)
    return excerpt.lines[excerpt.at][start:end].strip()


@pytest.mark.parametrize(
    ("target", "tensor", "code"),
    [
        ("Linear.backward", "dL_db", "dL_dy.sum(axis=1)"),
        ("Linear.backward", "dL_dW", "dL_dy.T @ self.x, 0"),
        ("Linear.backward", "dL_dx", "dL_dy @ self.W"),
        ("Linear.backward", "dL_dother", None),  # the gradient of a parameter, which may be stored elsewhere
        ("Linear.forward", "y", "x @ self.W.T"),
        ("Linear.forward", "dL_dx", None),
        ("Linear.backward", "y", None),
        ("Linear.backward", "dL_dz", None),
        ("Linear.twice", "y", None),
        ("Linear.summed", "y", "return y"),
        ("Linear.filled", "y", "return y"),
        ("gradients_backward", "dL_dq", "dL_dy * 2"),
        ("gradients", "dL_dq", "dL_dy * 2"),
        ("Linear.moved", "y", "x @ x"),
        ("Linear.absent", "y", None),
        ("Linear.forward", "norm1.y", None),
    ],
)
def test_a_wrong_tensor_leads_to_the_one_place_that_gives_it_its_value_or_to_its_return(target, tensor, code):
    assert marked(target, tensor) == code


def test_a_wrong_rate_leads_to_what_a_schedule_returns():
    line = LAYER.split("\n").index("    return 1 - share") + 1
    assert where_assigned(SOURCE, "cosine", "lr at step 1") == (line, line, 0, 0)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("self.x = y = x\n        y[y < 0] = 0", 4),
        ("y = x\n        y[y < 0] = 0", 4),
        ("x += 1\n        self.x = x", 3),
        ("x = x.copy()\n        x *= 2", None),
        ("x += 1\n        x *= 2", None),
        ("self.x = x\n        change(x)", None),
    ],
)
def test_an_argument_that_was_changed_leads_to_the_one_place_that_changes_it(body, line):
    source = Source("a.py", f"class A:\n    def f(self, x):\n        {body}\n        return x\n".encode())
    found = where_assigned(source, "A.f", "x")
    assert (found and found[0]) == line


def test_an_attribute_set_in_two_places_leads_to_neither():
    text = LAYER.replace("        return dL_dy @ self.W", "        self.dL_db += 1\n        return dL_dy @ self.W")
    assert where_assigned(Source("a.py", text.encode()), "Linear.backward", "dL_db") is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("y = []; y.append(x); return y", "y.append(x)"),
        ("y = np.zeros(3); np.add.at(y, x, 1); return y", ""),  # the line alone
        ("y = np.empty(3); y[x] = x * 2; return y", "x * 2"),
        ("y = np.empty(3); y[:1] = x; y[1:] = x; return y", ""),
        ("y = np.zeros(3); fill(y[1:]); fill(y[:1]); return y", ""),
        ("y = np.zeros(3)\n    for row in rows(y): row += x\n    return y", ""),
        ("y = np.ones(3); return y", "np.ones(3)"),
        ("y = x * 2; print(y); return y", "x * 2"),
        ("y = x * 2; change(y); return y", ""),
        ("y = x * 2\n    for y in x: pass\n    return y", ""),
        ("y, cache = x * 2, x; return y", "x * 2, x"),
    ],
)
def test_what_is_made_empty_gets_its_value_from_what_fills_it(body, code):
    source = Source("a.py", f"def f(x):\n    {body}\n".encode())
    found = where_assigned(source, "f", "y")
    assert (found and source.data.decode().split("\n")[found[0] - 1][found[2] : found[3]]) == code


def test_a_wrong_shape_leads_to_the_whole_of_what_is_returned():
    found = where_assigned(SOURCE, "Linear.moved", "y", shape=True)
    assert LAYER.split("\n")[found[0] - 1][found[2] : found[3]] == "(x @ x).reshape(3)"


@pytest.mark.parametrize(
    ("snippet", "line"),
    [
        ("dL_dy.sum(axis=1)", 13),
        ("… @ self.W", 14),
        ("self.… @ self.W", None),
        ("np.sum(dL_dy)", None),
        ("self.dL_db", None),  # a name may stand anywhere
        ("… * …", None),
    ],
)
def test_code_that_a_sentence_quotes_is_found_where_it_stands_once(snippet, line):
    found = quoted(SOURCE, "Linear.backward", snippet)
    assert (found and found[0]) == line


@pytest.mark.parametrize("returned", ["None", "0.0", "...", "-1", "self.W", "x.T", "x[0]", "(None, x)", "lambda: x"])
def test_whatever_is_returned_has_its_line(returned):
    text = f"class Layer:\n    def forward(self, x):\n        return {returned}\n"
    found = where_assigned(Source("a.py", text.encode()), "Layer.forward", "y", shape=False)
    assert found is None or found[0] == 3


STEPS = Source(
    "m0/mlp.py",
    b"""\
class MLP:
    def one_by_one(self, lr):
        self.fc1.W = self.fc1.W - lr * self.fc1.dL_dW
        self.fc2.W = self.fc2.W - lr * self.fc2.dL_dW

    def in_a_loop(self, lr):
        for layer in (self.fc1, self.fc2):
            layer.W -= lr * layer.dL_dW

    def twice(self, lr):
        self.fc1.W = self.fc1.W - lr
        self.fc1.W = self.fc1.W * lr
""",
)


@pytest.mark.parametrize(
    ("function", "tensor", "line"),
    [("one_by_one", "fc1.W", 3), ("one_by_one", "fc2.W", 4), ("in_a_loop", "fc2.W", 8), ("twice", "fc1.W", 12)],
)
def test_a_wrong_parameter_of_a_part_points_to_the_line_that_moves_it_last(function, tensor, line):
    place = where_assigned(STEPS, f"MLP.{function}", tensor)
    assert place == (None if line is None else (line, line, 0, 0))


def test_an_attribute_points_to_the_one_line_that_assigns_it():
    assert where_attribute_assigned(SOURCE, "Linear.forward", "x") == (7, 7, 0, 0)
    assert where_attribute_assigned(SOURCE, "Linear.forward", "W") is None  # assigned twice
    assert where_attribute_assigned(SOURCE, "Linear.forward", "other") == (12, 12, 0, 0)
    assert where_attribute_assigned(SOURCE, "gradients", "x") is None


NESTED = Source(
    "model.py",
    b"""class Attention:
    def __init__(self):
        self.query = Linear()
        self.key = Linear()
        self.same = Linear()


class Block:
    def __init__(self):
        self.attention = Attention()
        self.same = Attention()


class Model:
    def __init__(self):
        self.blocks = [Block(), Block()]
        self.head = Linear()
        self.head.weight = self.table.weight
""",
)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("blocks.0.attention.key.weight", 4),
        ("blocks.1.attention.norm.weight", 10),  # of no class here, but of what is made there
        ("blocks.0.same.weight", 16),  # in two classes: the one around it
        ("head.weight", 17),
        ("0.weight", None),
    ],
)
def test_a_weight_is_found_where_the_innermost_part_of_its_path_is_assigned(path, line):
    found = where_attribute_assigned(NESTED, "Model.__init__", path)
    assert found == (None if line is None else (line, line, 0, 0))


def test_where_nothing_may_be_changed_the_first_change_is_one_too_many():
    source = Source("a.py", b"class A:\n    def f(self, x):\n        x += 1\n        x *= 2\n        x = x + 1\n")
    assert where_assigned(source, "A.f", "x", modified=True)[0] == 3
    assert where_assigned(source, "A.f", "x") is None


OPERATIONS = Source(
    "m5/arithmetic.py",
    b"""\
def divide(a, b):
    out = a / b

    def backward(dL_dy):
        da = dL_dy / b
        db = -a / (b * b)
        return da, db

    return out, backward


def multiply(a, b):
    return a * b, lambda dL_dy: (
        dL_dy * b,
        dL_dy * b,
    )


def twice(a):
    def gradients(dL_dy):
        g = dL_dy
        g = 2 * g
        return (g,)

    return 2 * a, gradients
""",
)


@pytest.mark.parametrize(
    ("function", "tensor", "line"),
    [
        ("divide", "dL_da", 5),
        ("divide", "dL_db", 6),
        ("multiply", "dL_db", 15),
        ("twice", "dL_da", 22),  # what is assigned last
        ("divide", "dL_dc", None),
    ],
)
def test_a_gradient_of_an_operation_points_to_what_computes_it(function, tensor, line):
    assert where_assigned(OPERATIONS, function, tensor) == (None if line is None else (line, line, 0, 0))


def placed(text, target, tensor, **how):
    found = where_assigned(Source("a.py", text.encode()), target, tensor, **how)
    if found is None:
        return None
    line = text.split("\n")[found[0] - 1]
    return f"^{line[found[2] : found[3]]}" if found[3] else line.strip()


def test_a_part_of_the_object_with_the_tensor_s_name_is_not_the_tensor():
    text = """\
class MLP:
    def __init__(self):
        self.loss = CrossEntropyLoss()

    def train_step(self, x, y):
        return self.loss.forward(self.forward(x), y)
"""
    assert placed(text, "MLP.train_step", "loss") == "return self.loss.forward(self.forward(x), y)"


def test_a_stored_name_is_followed_to_the_statement_that_computes_it():
    text = "class A:\n    def backward(self, g):\n        dW = g.T @ self.x\n        self.dL_dW = dW\n"
    assert placed(text, "A.backward", "dL_dW") == "^g.T @ self.x"


def test_what_the_same_method_stores_is_no_input_of_an_expression():
    text = "class A:\n    def forward(self, x):\n        self.z = x * 2\n        return self.z + self.b\n"
    assert placed(text, "A.forward", "y") == "return self.z + self.b"


def test_an_attribute_that_is_returned_is_followed_to_what_assigns_it():
    text = "class A:\n    def forward(self, x):\n        self.out = 1 / x\n        return self.out\n"
    assert placed(text, "A.forward", "y") == "^1 / x"
    assert placed(text.replace("self.out = 1 / x", "pass"), "A.forward", "y") == "return self.out"


def test_a_list_that_was_handed_in_points_to_the_statement_that_changes_its_elements():
    text = "def clip(grads, most):\n    for g in grads:\n        n = norm(g)\n        g *= most / n\n    return n\n"
    assert placed(text, "clip", "grads[0]") == "g *= most / n"
    text = "def clip(grads, most):\n    for i in range(2):\n        grads[i] = grads[i] * most\n"
    assert placed(text, "clip", "grads[1]") == "grads[i] = grads[i] * most"


def test_a_function_of_a_gradient_returns_a_gradient_whatever_its_name():
    text = "def unbroadcast(gradient, shape):\n    if shape:\n        return gradient\n"
    text += "    gradient = 1\n    return gradient\n"
    assert placed(text, "unbroadcast", "dL_da") == "gradient = 1"
