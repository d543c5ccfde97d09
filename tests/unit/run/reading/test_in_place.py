"""Where something is changed in place: what an optimiser moves, and what was handed in."""

import pytest
from dlf_grader.run.reading.assigned import where_assigned
from dlf_grader.run.reading.in_place import changing
from dlf_grader.run.reading.source import Source

OPTIMISER = Source(
    "m4/sgd.py",
    b"""\
class SGD:
    def in_place(self, grads):
        for w, g, v in zip(self.params, grads, self.velocities):
            v *= self.momentum
            v += g
            w -= self.lr * v

    def by_index(self, grads):
        for i in range(len(grads)):
            self.params[i] -= self.lr * grads[i]

    def numbered(self, grads):
        for i, (w, g) in enumerate(zip(self.params, grads)):
            g += self.weight_decay * w
            np.subtract(w, self.lr * g, out=w)

    def twice(self, grads):
        for w, g in zip(self.params, grads):
            w *= self.decay
            w -= self.lr * g

    def anew(self, grads):
        for w, g in zip(self.params, grads):
            w = w - self.lr * g

    def taken(self, grads):
        for i in range(3):
            w = self.params[i]
            g = grads[i] + self.weight_decay * w
            w -= self.lr * g
""",
)


@pytest.mark.parametrize(
    ("method", "tensor", "line"),
    [
        ("in_place", "w after step 1", 6),
        ("in_place", "params[1] after step 31", 6),
        ("in_place", "grads[0] of step 1", None),
        ("by_index", "params[0] after step 2", 10),
        ("numbered", "w after step 1", 15),
        ("numbered", "grads[0] of step 1", 14),
        ("twice", "w after step 1", None),
        ("anew", "w after step 1", 24),  # it makes something new, which changes nothing
        ("taken", "w after step 1", 30),
        ("taken", "grads[0] of step 1", None),
    ],
)
def test_what_an_optimiser_moves_points_to_the_one_line_that_moves_it(method, tensor, line):
    assert where_assigned(OPTIMISER, f"SGD.{method}", tensor) == (None if line is None else (line, line, 0, 0))


WRITES = Source(
    "m6/sampling.py",
    b"""\
def generate(prompt):
    ids = prompt
    ids.append(1)
    return ids


def summed(prompt):
    total = prompt.sum()
    return total


def filled(prompt):
    np.add.at(prompt, 0, 1)
    return prompt


def out(prompt):
    np.tanh(prompt, out=prompt)
    return prompt


def laid_out(prompt):
    prompt.shape = (2, -1)
    return prompt
""",
)


@pytest.mark.parametrize(("function", "line"), [("generate", 3), ("filled", 13), ("out", 18), ("laid_out", 23)])
def test_what_was_handed_in_and_changed_points_to_the_call_that_changes_it(function, line):
    assert where_assigned(WRITES, function, "prompt")[0] == line


def test_a_method_that_changes_nothing_is_no_change():
    assert changing(WRITES.definition("summed"), "prompt") == []
