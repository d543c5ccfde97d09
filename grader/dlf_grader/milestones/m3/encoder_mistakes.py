"""What people get wrong in positions, the feed-forward network and the encoder block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments_old.layer import Array, Ask, Case, Misconception
from dlf_grader.milestones.m3.formulas import feed_forward, layer_norm, mistake, multi_head, part

# -- positions ------------------------------------------------------------------------------------


def _table(case: Case, start: int = 0, own_wave: bool = False, fast_last: bool = False, swapped: bool = False) -> Array:
    length, columns = case.init["length"], case.init["d_model"]
    column = np.arange(columns)
    exponent = (column if own_wave else 2 * (column // 2)) / columns
    angle = (np.arange(length) + start)[:, None] * 10000.0 ** (exponent if fast_last else -exponent)
    table: Array = np.where((column % 2 == 1) != swapped, np.cos(angle), np.sin(angle))
    return table


def _halves(case: Case, tensor: str) -> Array:
    table = _table(case)
    return np.concatenate([table[:, 0::2], table[:, 1::2]], axis=1)


POSITIONS = (
    mistake(
        "halves-not-interleaved",
        "positions",
        _halves,
        "all sines came first and all cosines after them: they alternate, sine in even and cosine in odd columns.",
    ),
    mistake(
        "wave-for-each-column",
        "positions",
        lambda case, tensor: _table(case, own_wave=True),
        "every column had a wave of its own: columns 2i and 2i + 1 share one, or no shift could be a rotation.",
    ),
    mistake(
        "positions-from-one",
        "positions",
        lambda case, tensor: _table(case, start=1),
        "positions were counted from 1: the first is 0, and its sines are 0.",
    ),
    mistake(
        "sine-cosine-swapped",
        "positions",
        lambda case, tensor: _table(case, swapped=True),
        "sine and cosine were swapped: sine stands in even columns, cosine in odd ones, counted from 0.",
    ),
    mistake(
        "waves-grow-shorter",
        "positions",
        lambda case, tensor: _table(case, fast_last=True),
        "the frequency rose with the column: divide the position by 10000^(2i/E), do not multiply.",
    ),
)


# -- the feed-forward network ---------------------------------------------------------------------


def _network(case: Case, **changed: Any) -> Array:
    relu = changed.pop("relu", True)
    return feed_forward(case.attributes | changed, case.inputs[0], relu)


def _relu_ignored_in_backward(case: Case, tensor: str) -> Array:
    assert case.upstream is not None
    p = case.attributes
    hidden = (case.upstream @ p["W2"]).reshape(-1, len(p["b1"]))
    rows = case.inputs[0].reshape(len(hidden), -1)
    answer: Array = {
        "dL_dx": (hidden @ p["W1"]).reshape(case.inputs[0].shape),
        "dL_dW1": hidden.T @ rows,
        "dL_db1": hidden.sum(axis=0),
    }[tensor]
    return answer


FEED_FORWARD = (
    mistake(
        "relu-forgotten",
        "y",
        lambda case, tensor: _network(case, relu=False),
        "the ReLU were missing: two linear layers in a row are one.",
    ),
    mistake(
        "inner-bias-forgotten",
        "y",
        lambda case, tensor: _network(case, b1=0),
        "b1 were never added: it belongs before the ReLU.",
    ),
    mistake(
        "outer-bias-forgotten",
        "y",
        lambda case, tensor: _network(case, b2=0),
        "b2 were never added, after the second product.",
    ),
    mistake(
        "relu-ignored-in-backward",
        "dL_dx dL_dW1 dL_db1",
        _relu_ignored_in_backward,
        "the gradient passed the ReLU everywhere: only where the hidden number is positive does it get through.",
    ),
)


# -- the block ------------------------------------------------------------------------------------


def _parts(case: Case) -> tuple[Callable[[Array], Array], ...]:
    """Attention, first norm, feed-forward network and second norm of a case, as functions."""
    mask = case.inputs[1] if len(case.inputs) > 1 else None
    p, heads = part(case, "attention"), case.init["num_heads"]
    return (
        lambda x: multi_head(p, heads, x, mask),
        lambda x: layer_norm(x, **part(case, "norm1")),
        lambda x: feed_forward(part(case, "feed_forward"), x),
        lambda x: layer_norm(x, **part(case, "norm2")),
    )


Wiring = Callable[..., Array]


def _wired(pre: Wiring, post: Wiring) -> Callable[[Case, str], Array]:
    """The block's output with its parts put together in a mistaken way: wiring(x, attention, norm1, network, norm2)."""

    def compute(case: Case, tensor: str) -> Array:
        wiring = pre if case.init["norm_first"] else post
        return wiring(case.inputs[0], *_parts(case))

    return compute


def _pre(x: Array, a: Any, n1: Any, f: Any, n2: Any) -> Array:
    x = x + a(n1(x))
    y: Array = x + f(n2(x))
    return y


def _post(x: Array, a: Any, n1: Any, f: Any, n2: Any) -> Array:
    x = n1(x + a(x))
    y: Array = n2(x + f(x))
    return y


def _from(between: Array, f: Any, n2: Any, norm_first: bool) -> Array:
    """The second step by itself."""
    y: Array = between + f(n2(between)) if norm_first else n2(between + f(between))
    return y


def _pre_normed_residual(x: Array, a: Any, n1: Any, f: Any, n2: Any) -> Array:
    x = n1(x)
    x = n2(x + a(x))
    y: Array = x + f(x)
    return y


def _post_sum_not_normed(x: Array, a: Any, n1: Any, f: Any, n2: Any) -> Array:
    x = x + n1(a(x))
    y: Array = x + n2(f(x))
    return y


def _mask_dropped(case: Case, tensor: str) -> Array | None:
    if len(case.inputs) == 1:
        return None
    return _wired(_pre, _post)(replace(case, inputs=case.inputs[:1]), tensor)


def _one_step(case: Case, name: str) -> Case:
    """The block with one of its two branches silent: "attention" or "feed_forward"."""
    last = ("attention.W_o", "attention.b_o") if name == "attention" else ("feed_forward.W2", "feed_forward.b2")
    silent = {key: np.zeros_like(case.attributes[key]) for key in last}
    return replace(case, attributes=case.attributes | silent)


def _residual_gradient_lost(which: str) -> Callable[[Ask, Case, str], Any]:
    """dL_dx, norm first, where one residual path hands no gradient back."""

    def compute(ask: Ask, case: Case, tensor: str) -> Any:
        if not case.init["norm_first"]:
            raise ValueError("norm first only")
        first = _one_step(case, "feed_forward")  # only attention speaks
        between = ask(first)["y"]
        second = replace(_one_step(case, "attention"), inputs=(between, *case.inputs[1:]))
        assert case.upstream is not None
        middle = ask(second)["dL_dx"] - (case.upstream if which == "second" else 0)
        answer = ask(replace(first, upstream=middle))["dL_dx"]
        return answer - middle if which == "first" else answer

    return compute


BLOCK: tuple[Misconception, ...] = (
    mistake(
        "norm-order",
        "y",
        _wired(_post, _pre),
        "norm_first were the other way round: True normalises what goes into attention and network, False the sums.",
    ),
    mistake(
        "first-residual-forgotten",
        "y",
        _wired(
            lambda x, a, n1, f, n2: _from(a(n1(x)), f, n2, True), lambda x, a, n1, f, n2: _from(n1(a(x)), f, n2, False)
        ),
        "the attention's result replaced x: add it to x.",
    ),
    mistake(
        "second-residual-forgotten",
        "y",
        _wired(lambda x, a, n1, f, n2: f(n2(x + a(n1(x)))), lambda x, a, n1, f, n2: n2(f(n1(x + a(x))))),
        "the feed-forward network's result replaced what went into it: add the two.",
    ),
    mistake(
        "norms-swapped",
        "y",
        _wired(lambda x, a, n1, f, n2: _pre(x, a, n2, f, n1), lambda x, a, n1, f, n2: _post(x, a, n2, f, n1)),
        "the two norms were swapped: norm1 goes with the attention, norm2 with the feed-forward network.",
    ),
    mistake(
        "one-norm-twice",
        "y",
        _wired(lambda x, a, n1, f, n2: _pre(x, a, n1, f, n1), lambda x, a, n1, f, n2: _post(x, a, n1, f, n1)),
        "norm1 were used twice: the feed-forward network has norm2.",
    ),
    mistake(
        "residual-normalised",
        "y",
        _wired(_pre_normed_residual, _post_sum_not_normed),
        "the norm stood on the wrong path: with norm_first the residual path carries x as it is, and only the branch "
        "sees the norm; without, the norm comes after the sum.",
    ),
    mistake(
        "mask-dropped",
        "y",
        _mask_dropped,
        "the mask never reached the attention: pass it on.",
    ),
    Misconception(
        "second-residual-gradient-lost",
        "It looks as if the feed-forward network's residual path handed no gradient back: a sum gives its gradient to "
        "both of its terms.",
        ("dL_dx",),
        _residual_gradient_lost("second"),
    ),
    Misconception(
        "first-residual-gradient-lost",
        "It looks as if the attention's residual path handed no gradient back: x was used twice, so two gradients add "
        "up.",
        ("dL_dx",),
        _residual_gradient_lost("first"),
    ),
)
