"""m0: the examples of docstrings and lesson, each with what the solutions give and what the text says."""

import numpy as np
from m0_mlp import gradcheck, layers, losses, mlp

LOG = np.log


def linear(W, b):
    layer = layers.Linear(len(W[0]), len(W))
    layer.W, layer.b = np.array(W, float), np.array(b, float)
    return layer


def there_and_back(layer, x, dL_dy):
    y = layer.forward(np.array(x, float))
    return y, layer.backward(np.array(dL_dy, float))


def gradients(layer, x, dL_dy):
    y, dL_dx = there_and_back(layer, x, dL_dy)
    return y, dL_dx, layer.dL_dW, layer.dL_db


def loss(layer, prediction, target):
    return layer.forward(np.array(prediction, float), np.array(target)), layer.backward()


class NotSummed(layers.Linear):
    def backward(self, dL_dy):
        dL_dx = super().backward(dL_dy)
        self.dL_db = dL_dy[-1]
        return dL_dx


def checked(layer):
    return gradcheck.check_layer(
        layer(3, 2, rng=np.random.default_rng(0)), np.ones((4, 3)), rng=np.random.default_rng(1)
    )


def trained():
    model = mlp.TwoLayerMLP(2, 2, 2)
    model.fc1.W, model.fc1.b = np.array([[1.0, 1], [1, -2]]), np.zeros(2)
    model.fc2.W, model.fc2.b = np.array([[1.0, 0], [3, 1]]), np.array([4.0, 0])
    x, y = np.array([[1.0, 1]]), np.array([1])
    first = model.train_step(x, y, lr=0.1)
    again = model.forward(x)
    parameters = (model.fc1.W, model.fc1.b, model.fc2.W, model.fc2.b)
    return (first, *parameters, again, model.loss.forward(again, y))


def stepped():
    model = mlp.TwoLayerMLP(1, 1, 1)
    model.fc2.b[:] = 1.0
    model.loss.backward = lambda: np.array([[2.0]])
    model.train_step(np.array([[0.0]]), np.array([0]), lr=0.01)
    return model.fc2.b


def classed(logits, truth):
    model = mlp.TwoLayerMLP(len(logits[0]), 1, len(logits[0]))
    model.forward = lambda x: np.array(logits)
    return model.predict(np.zeros((len(logits), 1))), model.evaluate(np.zeros((len(logits), 1)), np.array(truth))


W, HAND = [[1, 2], [3, 4]], linear([[1, 2], [3, 4]], [0, 10])
DOCSTRINGS = {
    "f = the sum of squares, at x = [1, 3], gives [2, 6] (and a rounding error near 1e-9).": lambda: [
        (gradcheck.numerical_gradient(lambda x: float((x**2).sum()), np.array([1.0, 3.0])), [2, 6])
    ],
    "a = [1, 0] and b = [3, 0] give 2 / 4 = 0.5.": lambda: [
        (gradcheck.relative_error(np.array([1.0, 0]), np.array([3.0, 0])), 0.5)
    ],
    'A correct Linear(3, 2) gives something like {"x": 4e-10, "W": 2e-10, "b": 1e-10}; forget to sum over the batch, '
    'and "b" is near 1.': lambda: [
        (tuple(checked(layers.Linear)), ("x", "W", "b")),
        (max(checked(layers.Linear).values()) < 1e-8, True),
        (checked(NotSummed)["b"] > 0.5, True),
    ],
    "With W = [[1, 2], [3, 4]] and b = [0, 10], the row x = [1, 1] gives y = [3, 17].": lambda: [
        (linear(W, [0, 10]).forward(np.array([[1.0, 1]])), [[3, 17]])
    ],
    "With W = [[1, 2], [3, 4]], x = [[1, 5]] and dL_dy = [[1, 0]]: dL_dx = [[1, 2]], dL_dW = [[1, 5], [0, 0]], "
    "dL_db = [1, 0].": lambda: list(
        zip(gradients(linear(W, [0, 0]), [[1, 5]], [[1, 0]])[1:], ([[1, 2]], [[1, 5], [0, 0]], [1, 0]), strict=True)
    ),
    "[-2, 0, 3] becomes [0, 0, 3].": lambda: [(layers.ReLU().forward(np.array([-2.0, 0, 3])), [0, 0, 3])],
    "With x = [-2, 0, 3] and dL_dy = [5, 5, 5], dL_dx = [0, 0, 5].": lambda: [
        (there_and_back(layers.ReLU(), [-2, 0, 3], [5, 5, 5])[1], [0, 0, 5])
    ],
    "0 becomes 0.5, 1000 becomes 1, -1000 becomes 0.": lambda: [
        (layers.Sigmoid().forward(np.array([0.0, 1000, -1000])), [0.5, 1, 0])
    ],
    "At x = 0 the derivative is 1/4: dL_dy = 8 gives dL_dx = 2.": lambda: [
        (there_and_back(layers.Sigmoid(), [0], [8])[1], [2])
    ],
    "0 becomes 0, 1000 becomes 1, -1000 becomes -1.": lambda: [
        (layers.Tanh().forward(np.array([0.0, 1000, -1000])), [0, 1, -1])
    ],
    "At x = 0 the derivative is 1: dL_dy = 8 gives dL_dx = 8. At x = 1000 it is 0.": lambda: [
        (there_and_back(layers.Tanh(), [0, 1000], [8, 8])[1], [8, 0])
    ],
    "prediction = [1, 5] and target = [1, 3] give (0 + 4) / 2 = 2.0.": lambda: [
        (loss(losses.MSELoss(), [1, 5], [1.0, 3])[0], 2)
    ],
    "prediction = [1, 5] and target = [1, 3] give [0, 2].": lambda: [
        (loss(losses.MSELoss(), [1, 5], [1.0, 3])[1], [0, 2])
    ],
    "logits = [[0, 0]] give log 2 = 0.693 whatever the target; logits = [[1000, 0]] give 0.0 for target 0 and 1000.0 "
    "for target 1.": lambda: [
        (loss(losses.CrossEntropyLoss(), logits, [target])[0], right)
        for logits, target, right in (
            ([[0, 0]], 0, 0.693),
            ([[0, 0]], 1, 0.693),
            ([[1000, 0]], 0, 0),
            ([[1000, 0]], 1, 1000),
        )
    ],
    "logits = [[0, 0]] and targets = [1] give [[0.5, -0.5]].": lambda: [
        (loss(losses.CrossEntropyLoss(), [[0, 0]], [1])[1], [[0.5, -0.5]])
    ],
    "TwoLayerMLP(4, 3, 2) has 12 + 3 weights and biases, then 6 + 2: 23.": lambda: [
        (mlp.TwoLayerMLP(4, 3, 2).num_parameters, 23)
    ],
    "TwoLayerMLP() turns a batch of (64, 784) into (64, 10).": lambda: [
        (mlp.TwoLayerMLP().forward(np.zeros((64, 784))).shape, (64, 10))
    ],
    "A parameter of 1.0 with gradient 2.0 becomes 0.98 with lr = 0.01.": lambda: [(stepped(), [0.98])],
    "A row whose logits are [0.1, 2.0, -1.0] is class 1.": lambda: [(classed([[0.1, 2.0, -1.0]], [1])[0], [1])],
    "Three right out of four is 0.75.": lambda: [(classed([[1.0, 0]] * 4, [0, 0, 0, 1])[1], 0.75)],
}

LESSON = {
    "Two rows, two inputs, two outputs": lambda: list(
        zip(
            gradients(HAND, [[1, 1], [1, 5]], [[2, 1], [1, 0]]),
            ([[3, 17], [11, 33]], [[5, 8], [1, 2]], [[3, 7], [1, 1]], [3, 1]),
            strict=True,
        )
    ),
    "with numbers that come out even": lambda: [
        pair
        for layer, x, y, dL_dy, dL_dx in (
            (layers.ReLU, [-2, 0, 3], [0, 0, 3], [5, 5, 5], [0, 0, 5]),
            (layers.Sigmoid, [0, LOG(3), -1000], [1 / 2, 3 / 4, 0], [8, 16, 8], [2, 3, 0]),
            (layers.Tanh, [0, LOG(2), 1000], [0, 3 / 5, 1], [8, 25, 8], [8, 16, 0]),
        )
        for pair in zip(there_and_back(layer(), x, dL_dy), (y, dL_dx), strict=True)
    ],
    "Four elements, so M = 4": lambda: list(
        zip(
            loss(losses.MSELoss(), [[1, 5], [2, 0]], [[1.0, 3], [1, 3]]),
            (3.5, [[0, 1], [0.5, -1.5]]),
            strict=True,
        )
    ),
    "N = 2, K = 2": lambda: list(
        zip(
            loss(losses.CrossEntropyLoss(), [[0, 0], [LOG(3), 0]], [1, 0]),
            (0.490, [[0.25, -0.25], [-0.125, 0.125]]),
            strict=True,
        )
    ),
    "f(x) = x³ at x = 2": lambda: [
        (gradcheck.numerical_gradient(lambda x: float(x[0] ** 3), np.array([2.0]), eps=eps), [central])
        for eps, central in ((1.0, 13), (0.1, 12.01))
    ],
    "One row, two inputs, two hidden units": lambda: list(
        zip(
            trained(),
            (0.693, [[1.1, 1.1], [1, -2]], [0.1, 0], [[0.9, 0], [3.1, 1]], [3.95, 0.05], [[6.02, 7.18]], 0.273),
            strict=True,
        )
    ),
}
