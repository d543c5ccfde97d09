"""m5: the examples of docstrings and lesson, each with what the solutions give and what the text says."""

import numpy as np
from m5_autograd import nn
from m5_autograd.functions import spread
from m5_autograd.tensor import Tensor, topological_order, unbroadcast

LOG = np.log


def leaf(value):
    return Tensor(np.array(value, float), requires_grad=True)


def through(compute, inputs, dL_dy):
    """The result of a computation, and the gradient of each input."""
    leaves = [leaf(value) for value in inputs]
    y = compute(*leaves)
    y.backward(np.array(dL_dy, float))
    return y.data, *(x.grad for x in leaves)


def one(name, x, dL_dy, *arguments, **keywords):
    return through(lambda x: getattr(x, name)(*arguments, **keywords), [x], dL_dy)


def pairs(found, *said):
    return list(zip(found, said, strict=True))


def accumulated():
    x, y = leaf(3), leaf(5)
    found = []
    for _ in range(2):
        (x + y + x).backward()
        found += [float(x.grad), float(y.grad)]
    return found


def forgotten():
    x = leaf(3)
    x.backward()
    x.zero_grad()
    return x.grad


def lined_up():
    x = leaf(1)
    y = x + 1
    z = x + y
    return [{id(x): "x", id(y): "y", id(z): "z"}[id(t)] for t in topological_order(z) if id(t) in map(id, (x, y, z))]


class Holder(nn.Module):
    def __init__(self):
        self.a = leaf(1)
        self.rest = [leaf(2), self.a]


def affine():
    layer = nn.Linear(2, 1)
    layer.W.data, layer.b.data = np.array([[1.0, 2]]), np.array([10.0])
    return layer(Tensor(np.array([[3.0, 4]]))).data


def loss(target):
    return nn.cross_entropy(Tensor(np.zeros((1, 2))), np.array([target])).data


SQUARE, WINNERS = [[1, 2], [3, 4]], [[1, 2], [4, 3]]
TEN_TWENTY = [10, 20]
MATRICES = ([[1, 2]], [[3], [4]])

DOCSTRINGS = {
    "[[1, 2], [3, 4]] summed along axis 1 is [3, 7]; an upstream gradient of [10, 20] becomes "
    "[[10, 10], [20, 20]].": lambda: pairs(one("sum", SQUARE, TEN_TWENTY, axis=1), [3, 7], [[10, 10], [20, 20]]),
    "[[1, 2], [3, 4]] along axis 1 is [1.5, 3.5]; an upstream gradient of [10, 20] becomes [[5, 5], [10, 10]].": lambda: (
        pairs(one("mean", SQUARE, TEN_TWENTY, axis=1), [1.5, 3.5], [[5, 5], [10, 10]])
    ),
    "[[1, 2], [4, 3]] along axis 1 is [2, 4]; an upstream gradient of [10, 20] becomes [[0, 10], [20, 0]]. If several "
    "elements are the largest, they share it.": lambda: [
        *pairs(one("max", WINNERS, TEN_TWENTY, axis=1), [2, 4], [[0, 10], [20, 0]]),
        (one("max", [5, 5, 1], 6)[1].sum(), 6),
    ],
    "[[1, 2], [3, 4]] reshaped to (4,) is [1, 2, 3, 4]; an upstream gradient of [5, 6, 7, 8] becomes "
    "[[5, 6], [7, 8]].": lambda: pairs(one("reshape", SQUARE, [5, 6, 7, 8], 4), [1, 2, 3, 4], [[5, 6], [7, 8]]),
    "(2, 3, 4) transposed with (2, 0, 1) is (4, 2, 3); its gradient comes back as (2, 3, 4).": lambda: pairs(
        [a.shape for a in one("transpose", np.zeros((2, 3, 4)), np.zeros((4, 2, 3)), 2, 0, 1)], (4, 2, 3), (2, 3, 4)
    ),
    "[1, 2, 3] at [2, 0, 2] is [3, 1, 3]; an upstream gradient of [10, 20, 30] becomes [20, 0, 40].": lambda: pairs(
        one("__getitem__", [1, 2, 3], [10, 20, 30], [2, 0, 2]), [3, 1, 3], [20, 0, 40]
    ),
    "0 gives 1; an upstream gradient of 10 becomes 10.": lambda: pairs(one("exp", 0, 10), 1, 10),
    "1 gives 0; at 2 an upstream gradient of 10 becomes 5.": lambda: pairs(
        one("log", [1, 2], [0, 10]), [0, LOG(2)], [0, 5]
    ),
    "0 gives 0; an upstream gradient of 10 becomes 10. At 1000 it becomes 0.": lambda: pairs(
        one("tanh", [0, 1000], TEN_TWENTY[:1] * 2), [0, 1], [10, 0]
    ),
    "0 gives 0.5; an upstream gradient of 8 becomes 2. At -1000 both are 0.": lambda: pairs(
        one("sigmoid", [0, -1000], [8, 8]), [0.5, 0], [2, 0]
    ),
    "[-2, 0, 3] gives [0, 0, 3]; an upstream gradient of [5, 5, 5] becomes [0, 0, 5].": lambda: pairs(
        one("relu", [-2, 0, 3], [5, 5, 5]), [0, 0, 3], [0, 0, 5]
    ),
    "[0, 0] gives [-log 2, -log 2]; an upstream gradient of [10, 0] becomes [5, -5]. [1000, 0] gives "
    "[0, -1000].": lambda: [
        *pairs(one("log_softmax", [0, 0], [10, 0]), [-LOG(2), -LOG(2)], [5, -5]),
        (one("log_softmax", [1000, 0], [0, 0])[0], [0, -1000]),
    ],
    "[3, 7], reduced from (2, 2) along axis 1, becomes [[3, 3], [7, 7]].": lambda: [
        (spread(np.array([3, 7]), (2, 2), 1, False), [[3, 3], [7, 7]])
    ],
    "With self.a = Tensor(1, True) and self.rest = [Tensor(2, True), self.a] there are two.": lambda: [
        (len(Holder().parameters()), 2)
    ],
    "W = [[1, 2]], b = [10] and x = [[3, 4]] give [[21]].": lambda: [(affine(), [[21]])],
    "MLP([784, 128, 10]) turns (64, 784) into (64, 10).": lambda: [
        (nn.MLP([784, 128, 10])(Tensor(np.zeros((64, 784)))).shape, (64, 10))
    ],
    "logits = [[0, 0]] give log 2 = 0.693 whatever the target.": lambda: [(loss(target), 0.693) for target in (0, 1)],
    "x = 3 and y = 5 require a gradient; after (x + y + x).backward() x.grad is 2 and y.grad 1. After a second "
    "(x + y + x).backward() they are 4 and 2.": lambda: pairs(accumulated(), 2, 1, 4, 2),
    "After x.backward() and x.zero_grad() x.grad is None again.": lambda: [(forgotten(), None)],
    "x = 3: (x * x.detach()).backward() leaves 3 in x.grad, not 6.": lambda: [
        (through(lambda x: x * x.detach(), [3], 1)[1], 3)
    ],
    "2 + 3 = 5; an upstream gradient of 10 becomes 10 for both.": lambda: pairs(
        through(lambda a, b: a + b, [2, 3], 10), 5, 10, 10
    ),
    "y = -x for x = 2 is -2; an upstream gradient of 10 becomes -10.": lambda: pairs(
        through(lambda x: -x, [2], 10), -2, -10
    ),
    "2 - 3 = -1; an upstream gradient of 10 becomes 10 for the 2 and -10 for the 3.": lambda: pairs(
        through(lambda a, b: a - b, [2, 3], 10), -1, 10, -10
    ),
    "2 * 3 = 6; an upstream gradient of 10 becomes 30 for the 2 and 20 for the 3.": lambda: pairs(
        through(lambda a, b: a * b, [2, 3], 10), 6, 30, 20
    ),
    "6 / 2 = 3; an upstream gradient of 10 becomes 5 for the 6 and -15 for the 2.": lambda: pairs(
        through(lambda a, b: a / b, [6, 2], 10), 3, 5, -15
    ),
    "3 ** 2 = 9; an upstream gradient of 10 becomes 60.": lambda: pairs(through(lambda x: x**2, [3], 10), 9, 60),
    "[[1, 2]] @ [[3], [4]] = [[11]]; an upstream gradient of [[10]] becomes [[30, 40]] for the first and [[10], [20]] for "
    "the second.": lambda: pairs(through(lambda a, b: a @ b, MATRICES, [[10]]), [[11]], [[30, 40]], [[10], [20]]),
    "y = x + 1 and z = x + y give [x, y, z], though x is an input of z as well.": lambda: [
        ("".join(lined_up()), "xyz")
    ],
    "[[1, 2], [3, 4]] for an input of shape (2,) is [4, 6], for (2, 1) it is [[3], [7]].": lambda: [
        (unbroadcast(np.array(SQUARE), shape), said) for shape, said in (((2,), [4, 6]), ((2, 1), [[3], [7]]))
    ],
}

LESSON = {
    "in the graph above, L = t · s": lambda: pairs(through(lambda a, b: (a * b + a) * (a * b), [2, 3], 1), 48, 48, 28),
    "[[1, 2], [3, 4]] for an input of shape (2,)": lambda: [
        (unbroadcast(np.array(SQUARE), shape), said)
        for shape, said in (((2,), [4, 6]), ((2, 1), [[3], [7]]), ((), np.array(10)))
    ],
    "6 / 2 = 3 with an upstream gradient of 10": lambda: pairs(through(lambda a, b: a / b, [6, 2], 10), 3, 5, -15),
    "[[1, 2]] @ [[3], [4]] = [[11]]": lambda: pairs(
        through(lambda a, b: a @ b, MATRICES, [[10]]), [[11]], [[30, 40]], [[10], [20]]
    ),
    "[[1, 2], [4, 3]] with dL_dy = [10, 20] along axis 1": lambda: [
        (one(name, WINNERS, TEN_TWENTY, axis=1)[1], said)
        for name, said in (
            ("sum", [[10, 10], [20, 20]]),
            ("mean", [[5, 5], [10, 10]]),
            ("max", [[0, 10], [20, 0]]),
        )
    ],
    "[1, 2, 3] at [2, 0, 2] is [3, 1, 3]": lambda: pairs(
        one("__getitem__", [1, 2, 3], [10, 20, 30], [2, 0, 2]), [3, 1, 3], [20, 0, 40]
    ),
    "x = [0, 0] has p = [1/2, 1/2]": lambda: pairs(one("log_softmax", [0, 0], [10, 0]), [-LOG(2), -LOG(2)], [5, -5]),
}
