"""Arithmetic on Tensors, matrices included: the cases of each operation, and what people get wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, drawn_size
from dlf_grader.instruments.mistakes.mistake import mistake
from dlf_grader.instruments.subjects.program import Program, step
from dlf_grader.milestones.m5.local_rules import (
    BROADCASTING,
    GRADIENTS,
    UPSTREAM_IGNORED,
    measured,
    of_backward,
    of_forward,
    of_reflected,
)
from dlf_grader.milestones.m5.operations import Drawn, Spec, binary, drawn_shape, elementwise, one_operation
from dlf_grader.report import Diagnosis

NEGATIVE = Program(
    cases=one_operation(*elementwise("neg")),
    mistakes=(
        mistake(
            "sign-kept",
            GRADIENTS,
            of_backward(lambda g, y, x: (g,)),
            "The gradient keeps its sign: y = -x falls when x grows, so dL_dx = -dL_dy.",
        ),
        UPSTREAM_IGNORED,
    ),
)

SUBTRACT = Program(
    cases=one_operation(*binary("sub")),
    mistakes=(
        mistake(
            "reflected-order",
            "y",
            of_reflected(lambda a, b: b - a),
            "The operands are swapped: in 2 - x the number on the left comes first.",
        ),
        mistake(
            "both-plus",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (g, g)),
            "b gets the sign of a: a - b falls when b grows, so dL_db = -dL_dy.",
        ),
        mistake(
            "both-minus",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (-g, -g)),
            "a gets the sign of b: only the subtracted operand gets a minus.",
        ),
        UPSTREAM_IGNORED,
        *BROADCASTING,
    ),
)

MULTIPLY = Program(
    cases=one_operation(*binary("mul")),
    mistakes=(
        mistake("added", "y", of_forward(lambda a, b: a + b), "The two operands are added: multiply them."),
        mistake(
            "factors-swapped",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (g * a, g * b)),
            "Each factor gets its own value: dL_da is dL_dy times b, and dL_db is dL_dy times a.",
        ),
        mistake(
            "factor-forgotten",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (g, g)),
            "dL_dy is passed on unchanged: multiply it by the other factor.",
        ),
        mistake(
            "product-for-factor",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (g * y, g * y)),
            "dL_dy is multiplied by the product a * b: multiply it by the other factor alone.",
        ),
        UPSTREAM_IGNORED,
        *BROADCASTING,
    ),
)

DIVIDE = Program(
    cases=one_operation(*binary("truediv")),
    mistakes=(
        mistake(
            "reflected-order",
            "y",
            of_reflected(lambda a, b: b / a),
            "The operands are swapped: in 2 / x the number on the left is the numerator.",
        ),
        mistake(
            "dividend-multiplied",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (g * b, -g * y / b)),
            "The gradient of a is multiplied by b: divide it, dL_da = dL_dy / b.",
        ),
        mistake(
            "divisor-sign",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (g / b, g * y / b)),
            "The minus is missing in the gradient of b: a / b falls when b grows.",
        ),
        mistake(
            "divisor-not-squared",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (g / b, -g * y)),
            "The gradient of b is divided by b only once: divide by b², dL_db = -dL_dy · a / b².",
        ),
        mistake(
            "divisor-without-a",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (g / b, -g / b**2)),
            "The factor a is missing in the gradient of b: dL_db = -dL_dy · a / b².",
        ),
        mistake(
            "as-product",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (g / b, g * a)),
            "b gets the gradient that it would have in a product: the derivative of 1 / b is -1 / b².",
        ),
        UPSTREAM_IGNORED,
        *BROADCASTING,
    ),
)

BOTH_SIGNS, WITH_ZERO = np.array([-2.0, 3.0]), np.array([0.0, -1.0, 4.0])


def _power_of(x: Array, p: float, trait: str) -> Spec:
    return (step("pow", "$x", p), {"x": x}, x.shape, trait)


def _drawn_power(shape: Callable[[Any], tuple[int, ...]], exponent: Callable[[Any], float]) -> Drawn:
    def drawn(rng: np.random.Generator) -> Spec:
        size = shape(rng)
        return (step("pow", "$x", exponent(rng)), {"x": size}, size)

    return drawn


POWERS = (2, 3, 1, -1, 2.0, 0.5, -1.5, 0)
POWER = Program(
    cases=one_operation(
        *((step("pow", "$x", p), {"x": (2,)}, (2,), f"an exponent of {p}") for p in POWERS),
        (step("pow", "$x", 3), {"x": (2, 3)}, (2, 3)),
        *(_power_of(BOTH_SIGNS, p, "negative numbers") for p in (2, 3, -1, 2.0, -3)),
        *(_power_of(WITH_ZERO, p, "a zero") for p in (2, 1, 0, 3, 2.0)),
        _power_of(np.array([0.0, 4.0]), 1.5, "a zero"),
        _drawn_power(lambda rng: drawn_shape(rng, 3), lambda rng: round(float(rng.uniform(-3, 3)), 2)),
        _drawn_power(lambda rng: drawn_shape(rng, 2), lambda rng: int(rng.integers(3, 6))),
        _drawn_power(
            lambda rng: (drawn_size(rng, 8, 64), drawn_size(rng, 8, 100)), lambda rng: round(rng.uniform(1, 3), 2)
        ),
        positive=True,
    ),
    mistakes=(
        mistake(
            "power-by-logarithm",
            "y",
            of_forward(lambda x, p: np.exp(p * np.log(x))),
            "The power is computed with a logarithm, which has no value at 0 and below: use x ** p of the array.",
        ),
        mistake(
            "absolute-base",
            "y",
            of_forward(lambda x, p: np.abs(x) ** float(p)),
            "The sign of x is lost: raise x itself to the power, not its absolute value.",
        ),
        mistake(
            "derivative-by-logarithm",
            GRADIENTS,
            of_backward(lambda g, y, x, p: (g * p * np.exp((p - 1) * np.log(x)),)),
            "The derivative is computed with a logarithm, which has no value at 0 and below: use p x^(p-1).",
        ),
        mistake(
            "derivative-by-division",
            GRADIENTS,
            of_backward(lambda g, y, x, p: (g * p * y / x,)),
            "The derivative divides y by x, which is 0 / 0 at x = 0: use p x^(p-1).",
        ),
        mistake(
            "zeroth-power",
            GRADIENTS,
            of_backward(lambda g, y, x, p: (g * p * x ** (p - 1.0),)),
            "x^(p-1) is inf at x = 0 where p is 0, and 0 · inf is nan: for p = 0 the derivative is 0.",
        ),
        measured(lambda x, p: x ** float(p)),
        mistake(
            "exponent-rounded",
            "y",
            (of_forward(lambda x, p: x ** float(int(p))), of_forward(lambda x, p: x ** float(max(0, int(p))))),
            "The exponent is made a whole number, or counts multiplications: x ** p takes any number.",
        ),
        mistake(
            "as-exponential",
            GRADIENTS,
            of_backward(lambda g, y, x, p: (g * y * np.log(np.abs(x)),)),
            "This is the derivative with respect to the exponent: with respect to x it is p x^(p-1).",
        ),
        mistake(
            "times-exponent",
            "y",
            of_forward(lambda x, p: x * p),
            "x is multiplied by the exponent: raise it to that power.",
        ),
        mistake(
            "exponent-not-lowered",
            GRADIENTS,
            of_backward(lambda g, y, x, p: (g * p * y,)),
            "The exponent is not lowered: the derivative of x^p is p x^(p-1).",
        ),
        mistake(
            "one-subtracted-from-the-power",
            GRADIENTS,
            tuple(
                of_backward(lambda g, y, x, p, rule=rule, at_0=at_0: (rule(g, y, p) if p else at_0 * rule(g, y, p),))
                for rule in (
                    lambda g, y, p: g * p * y - 1,
                    lambda g, y, p: g * (p * y - 1),
                    lambda g, y, p: g * p * (y - 1),
                )
                for at_0 in (0, 1)  # an exponent of 0 may be treated apart
            ),
            "The 1 is subtracted from the power, not from the exponent: ** comes before −, so write x ** (p - 1).",
        ),
        mistake(
            "exponent-as-factor",
            GRADIENTS,
            of_backward(lambda g, y, x, p: (g * p * x,)),
            "The derivative p x is right only for squares: for x^p it is p x^(p-1).",
        ),
        mistake(
            "factor-forgotten",
            GRADIENTS,
            of_backward(lambda g, y, x, p: (g * x ** (p - 1.0),)),
            "The factor p is missing: the derivative of x^p is p x^(p-1).",
        ),
        UPSTREAM_IGNORED,
    ),
)


def _matrices(a: tuple[int, ...], b: tuple[int, ...], *traits: str) -> Spec:
    out = (*np.broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1])
    return (step("matmul", "$a", "$b"), {"a": a, "b": b}, out, *traits)


def _drawn_matrices(in_front_of_a: int, in_front_of_b: int, most: int) -> Drawn:
    def drawn(rng: np.random.Generator) -> Spec:
        n, k, m = (drawn_size(rng, 2, most) for _ in range(3))
        front = drawn_shape(rng, 2, 3)
        return _matrices((*front[2 - in_front_of_a :], n, k), (*front[2 - in_front_of_b :], k, m))

    return drawn


SQUARE = np.array([[2.0, -3.0], [5.0, 4.0]])
MATMUL = Program(
    cases=one_operation(
        _matrices((1, 1), (1, 1)),
        _matrices((2, 2), (2, 2)),
        _matrices((1, 2), (2, 1)),
        _matrices((2, 3), (3, 1), "matrices that are not square"),
        (step("matmul", "$a", SQUARE), {"a": (1, 2)}, (1, 2), "an array on the right"),
        (step("matmul", SQUARE, "$a"), {"a": (2, 1)}, (2, 1), "an array on the left"),
        (step("matmul", "$a", "$a"), {"a": (2, 2)}, (2, 2), "the same Tensor on both sides"),
        (step("matmul", "$a", "$k"), {"a": (1, 2), "k": (2, 3)}, (1, 3), "a Tensor that requires no gradient"),
        _matrices((2, 2, 2), (2, 2, 2), "a stack of matrices"),
        _matrices((3, 2, 4), (3, 4, 5), "a stack of matrices"),
        _matrices((4, 2, 3), (3, 2), "a stack times one matrix"),
        _matrices((2, 3), (4, 3, 2), "one matrix times a stack"),
        _matrices((2, 1, 2, 3), (4, 3, 5), "two axes in front"),
        _drawn_matrices(0, 0, 7),
        _drawn_matrices(2, 2, 5),
        _drawn_matrices(1, 0, 100),
    ),
    mistakes=(
        mistake(
            "elementwise",
            "y",
            of_forward(lambda a, b: a * b),
            "The matrices are multiplied element by element: use @.",
        ),
        mistake(
            "matmul-swapped",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (a.swapaxes(-1, -2) @ g, g @ b.swapaxes(-1, -2))),
            "The two gradients are swapped: compute dL_da from dL_dy and b, and dL_db from a and dL_dy.",
        ),
        mistake(
            "matmul-not-transposed",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (g @ b, a @ g)),
            "The other matrix is not transposed: dL_da = dL_dy @ bᵀ and dL_db = aᵀ @ dL_dy.",
        ),
        mistake(
            "matmul-wrong-side",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (b.swapaxes(-1, -2) @ g, g @ a.swapaxes(-1, -2))),
            "The factors are on the wrong sides: b is on the right in a @ b, and stays on the right of dL_dy.",
        ),
        mistake(
            "stack-transposed",
            GRADIENTS,
            of_backward(lambda g, y, a, b: (g @ b.T, a.T @ g)),
            "All axes are transposed: in a stack transpose only the last two, with swapaxes(-1, -2).",
        ),
        UPSTREAM_IGNORED,
    ),
    errors_know=(
        Diagnosis(
            "matmul-misfit",
            "The shapes in backward do not fit: dL_da must have the shape of a, (…, N, M) times (…, M, K). Which "
            "matrix must be transposed?",
        ),
    ),
)
