"""Arithmetic on Tensors, matrices included: cases, and what people get wrong."""

from __future__ import annotations

import numpy as np

from dlf_grader.milestones.m5.cases import binary, elementwise, of
from dlf_grader.milestones.m5.programs import matches, step
from dlf_grader.milestones.m5.slips import BROADCAST_MISTAKES, UPSTREAM_IGNORED, reflected_slip, slip, value_slip
from dlf_grader.model import Diagnosis

COMMON = (UPSTREAM_IGNORED, *BROADCAST_MISTAKES)

neg = matches(
    of(*elementwise("neg")),
    slip("sign-kept", lambda g, y, x: (g,), "the gradient kept its sign: y = -x falls when x grows."),
    UPSTREAM_IGNORED,
)

sub = matches(
    of(*binary("sub")),
    reflected_slip("reflected-order", lambda a, b: b - a, "a and b were swapped: a number on the left is the first."),
    slip("both-plus", lambda g, y, a, b: (g, g), "b got the sign of a: a - b falls when b grows."),
    slip("both-minus", lambda g, y, a, b: (-g, -g), "a got the sign of b: only what is subtracted gets a minus."),
    *COMMON,
)

mul = matches(
    of(*binary("mul")),
    value_slip("added", lambda a, b: a + b, "the two were added."),
    slip("factors-swapped", lambda g, y, a, b: (g * a, g * b), "each got its own value: da is dL_dy times the other."),
    slip("factor-forgotten", lambda g, y, a, b: (g, g), "dL_dy were passed on as it is: multiply by the other factor."),
    slip("product-for-factor", lambda g, y, a, b: (g * y, g * y), "dL_dy were multiplied by the product a * b."),
    *COMMON,
)

div = matches(
    of(*binary("truediv")),
    reflected_slip(
        "reflected-order", lambda a, b: b / a, "a and b were swapped: a number on the left is the dividend."
    ),
    slip("dividend-multiplied", lambda g, y, a, b: (g * b, -g * y / b), "a's gradient were multiplied by b: divide."),
    slip("divisor-sign", lambda g, y, a, b: (g / b, g * y / b), "the minus were missing: a / b falls when b grows."),
    slip("divisor-not-squared", lambda g, y, a, b: (g / b, -g * y), "b's gradient were divided by b once, not twice."),
    slip("divisor-without-a", lambda g, y, a, b: (g / b, -g / b**2), "a were missing in b's gradient: -a / b²."),
    slip(
        "as-product", lambda g, y, a, b: (g / b, g * a), "b got what it gets in a product: 1 / b has the slope -1 / b²."
    ),
    *COMMON,
)

POWERS = (2, 3, 1, -1, 2.0, 0.5, -1.5, 0)
power = matches(
    of(
        *((step("pow", "$x", p), {"x": (2,)}, (2,), f"an exponent of {p}") for p in POWERS),
        (step("pow", "$x", 3), {"x": (2, 3)}, (2, 3)),
        (step("pow", "$x", 2.5), {"x": (4, 1, 3)}, (4, 1, 3)),
        positive=True,
    ),
    value_slip("times-exponent", lambda x, p: x * p, "x were multiplied by the exponent."),
    slip(
        "exponent-not-lowered", lambda g, y, x, p: (g * p * y,), "the exponent stayed: the slope of x^p is p x^(p-1)."
    ),
    slip("exponent-as-factor", lambda g, y, x, p: (g * p * x,), "the slope were p x: that is right for squares only."),
    slip(
        "factor-forgotten",
        lambda g, y, x, p: (g * x ** (p - 1.0),),
        "the factor p were missing: the slope of x^p is p x^(p-1).",
    ),
    UPSTREAM_IGNORED,
)


def _matrices(a: tuple[int, ...], b: tuple[int, ...], *traits: str) -> tuple[object, ...]:
    out = (*np.broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1])
    return (step("matmul", "$a", "$b"), {"a": a, "b": b}, out, *traits)


SQUARE = np.array([[2.0, -3.0], [5.0, 4.0]])
matmul = matches(
    of(
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
        _matrices((7, 5), (5, 6)),
    ),
    value_slip("elementwise", lambda a, b: a * b, "the matrices were multiplied element by element: use @."),
    slip(
        "matmul-swapped",
        lambda g, y, a, b: (a.swapaxes(-1, -2) @ g, g @ b.swapaxes(-1, -2)),
        "the two gradients were swapped: dL_da is made of dL_dy and b, dL_db of a and dL_dy.",
    ),
    slip(
        "matmul-not-transposed",
        lambda g, y, a, b: (g @ b, a @ g),
        "the other matrix were not transposed: an element of a met a row of b, and collects along it.",
    ),
    slip(
        "matmul-wrong-side",
        lambda g, y, a, b: (b.swapaxes(-1, -2) @ g, g @ a.swapaxes(-1, -2)),
        "the factors stood on the wrong side: b was on the right of a, and stays on the right of dL_dy.",
    ),
    slip(
        "stack-transposed",
        lambda g, y, a, b: (g @ b.T, a.T @ g),
        "all axes were transposed: in a stack only the last two are, with swapaxes(-1, -2).",
    ),
    UPSTREAM_IGNORED,
    misfit=Diagnosis(
        "matmul-misfit",
        "dL_da must have a's shape: (…, N, M) times (…, M, K), so which of the matrices is transposed, on which side?",
    ),
)
