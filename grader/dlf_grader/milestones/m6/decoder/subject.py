"""DecoderBlock as a subject: its cases, PyTorch as its oracle, what people get wrong, and pieces with a cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array, Case, RngFor, counted, small_whole, traits
from dlf_grader.instruments.compare import as_array, close, compare
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case
from dlf_grader.instruments.mistakes.residuals import residual_gradients
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m6.causal import subject as causal
from dlf_grader.milestones.m6.causal.formula import attention
from dlf_grader.milestones.m6.decoder import GRADIENTS
from dlf_grader.milestones.m6.swiglu.subject import draw_parameters, network
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission

PARAMETERS = tuple(name.replace("dL_d", "") for name in GRADIENTS)  # "attention.W_q"
SIZES = ((1, 1, 2, 1, 1, 2), (1, 2, 4, 2, 2, 3), (2, 3, 8, 4, 2, 5), (2, 4, 8, 4, 1, 3))  # N, T, E, heads, kv, F


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One token, then tokens, heads, samples, shared key heads, sizes as in use."""
    n, t, kv, share, f = (int(size) for size in rng_for(99).integers((2, 10, 1, 1, 20), (4, 25, 3, 4, 60)))
    for number, (n_, t_, e, h, kv_, f_) in enumerate((*SIZES, (n, t, 6 * kv * share, kv * share, kv, f)), start=1):
        rng = rng_for(number)
        drawn = {f"attention.{name}": P for name, P in causal.draw_parameters(rng, e, h, kv_).items()}
        drawn |= {f"feed_forward.{name}": P for name, P in draw_parameters(rng, e, f_).items()}
        drawn |= {f"{norm}.gamma": rng.uniform(0.5, 2, e) for norm in ("norm1", "norm2")}
        yield Case(
            label=f"N={n_} T={t_} E={e}, {counted(h, 'head')}, {counted(kv_, 'key head')}, F={f_}",
            inputs=(rng.standard_normal((n_, t_, e)),),
            init={"d_model": e, "num_heads": h, "d_ff": f_} | ({} if kv_ == h else {"num_kv_heads": kv_}),
            attributes={name: drawn[name] for name in PARAMETERS},
            upstream=small_whole(rng, n_, t_, e),
            traits=traits({"more than one token": t_ > 1, "fewer key heads than heads": kv_ < h}),
        )


# -- what people get wrong ------------------------------------------------------------------------


def _part(case: Case, name: str) -> dict[str, Any]:
    """The parameters of one part of a block, by their own names."""
    start = f"{name}."
    return {key.removeprefix(start): value for key, value in case.attributes.items() if key.startswith(start)}


def _norm(x: Array, gamma: Array, eps: float = 1e-6) -> Array:
    y: Array = gamma * x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)
    return y


Step = Callable[[Array, Any, Any], Array]  # of (x, branch, norm)


def _right(x: Array, branch: Any, norm: Any) -> Array:
    found: Array = x + branch(norm(x))
    return found


def _replaced(x: Array, branch: Any, norm: Any) -> Array:
    found: Array = branch(norm(x))
    return found


def _norm_last(x: Array, branch: Any, norm: Any) -> Array:
    found: Array = norm(x + branch(x))
    return found


def _not_normalised(x: Array, branch: Any, norm: Any) -> Array:
    found: Array = x + branch(x)
    return found


def _branch_normalised(x: Array, branch: Any, norm: Any) -> Array:
    found: Array = x + norm(branch(x))
    return found


def _normalised_path(x: Array, branch: Any, norm: Any) -> Array:
    found: Array = norm(x) + branch(norm(x))
    return found


def block(
    case: Case,
    first: Step = _right,
    second: Step = _right,
    norms: tuple[str, str] = ("norm1", "norm2"),
    eps: float = 1e-6,
) -> Array:
    """The block's output with other steps, with its norms exchanged, or with another eps."""
    one, two = (partial(_norm, gamma=case.attributes[f"{norm}.gamma"], eps=eps) for norm in norms)

    def attend(x: Array) -> Array:
        return attention(replace(case, inputs=(x,), attributes=_part(case, "attention")))

    x = first(case.inputs[0], attend, one)
    return second(x, partial(network, _part(case, "feed_forward")), two)


def _wired(first: Step = _right, second: Step = _right, norms: tuple[str, str] = ("norm1", "norm2")) -> Mistaken:
    return of_case(lambda case: block(case, first, second, norms))


def _in_either(step: Step) -> tuple[Mistaken, ...]:
    """One of the two steps is this one, or both are."""
    return _wired(step), _wired(second=step), _wired(step, step)


def _parallel(case: Case) -> Array:
    """Both branches of the block's input."""
    x = case.inputs[0]
    found: Array = block(case, second=lambda y, branch, norm: y + branch(norm(x)))
    return found


def _from_the_start(case: Case) -> Array:
    """The network's residual path begins at the block's input."""
    x = case.inputs[0]
    return block(case, second=lambda y, branch, norm: np.asarray(x + branch(norm(y))))


MISTAKES = (
    mistake(
        "norm-last", "y", _wired(_norm_last, _norm_last), "The sums are normalised: normalise what goes into a branch."
    ),
    mistake("first-residual-forgotten", "y", _wired(_replaced), "The attention's result replaces x: add it to x."),
    mistake(
        "second-residual-forgotten",
        "y",
        _wired(_right, _replaced),
        "The network's result replaces its input: add the two.",
    ),
    mistake(
        "norms-swapped", "y", _wired(norms=("norm2", "norm1")), "The two norms are swapped: norm1 is the attention's."
    ),
    mistake(
        "another-eps",
        "y",
        tuple(of_case(partial(block, eps=eps)) for eps in (1e-5, 1e-8, 0.0)),
        "The two norms have another eps: leave RMSNorm's default, 1e-6.",
    ),
    mistake(
        "one-norm-for-both",
        "y",
        _wired(norms=("norm2", "norm2")),
        "norm1 acts with norm2's gamma: make two RMSNorms, and use each in its place.",
    ),
    mistake("one-norm-twice", "y", _wired(norms=("norm1", "norm1")), "norm1 is used twice: the network has norm2."),
    mistake(
        "norm-forgotten",
        "y",
        _in_either(_not_normalised),
        "A branch reads x as it is: normalise it first.",
    ),
    mistake(
        "branch-normalised",
        "y",
        _in_either(_branch_normalised),
        "A norm comes after its branch: normalise what goes into the branch, and add its result as it is.",
    ),
    mistake(
        "residual-normalised",
        "y",
        _in_either(_normalised_path),
        "The norm is on the residual path, too: only what goes into a branch is normalised.",
    ),
    mistake(
        "second-residual-from-the-start",
        "y",
        of_case(_from_the_start),
        "The network's result is added to the block's input: add it to the first step's result.",
    ),
    mistake(
        "branches-side-by-side",
        "y",
        of_case(_parallel),
        "The network reads the block's input: it reads what the attention has added to.",
    ),
    *residual_gradients("network"),
)

DECODER = Layer(
    name="DecoderBlock",
    oracle="dlf_reference.oracles.m6:decoder_block",
    cases=cases,
    parameters=PARAMETERS,
    mistakes=MISTAKES,
)

# -- pieces with a cache --------------------------------------------------------------------------

NOT_PASSED = Diagnosis("cache-not-passed-on", "The cache never reaches the attention: hand it on.")
PIECES = (NOT_PASSED,)


def pieces(submission: Submission, ctx: Context) -> Measurements:
    """Two blocks, a cache for each: text in pieces through both equals the whole."""
    rng = ctx.rng(1)
    cuts = [int(size) for size in rng.integers(1, 6, 4)]
    x, parts = rng.standard_normal((2, sum(cuts), 8)), list[Any]()
    seed = int(rng.integers(1 << 31))
    blocks = [
        submission.new("DecoderBlock", 8, 4, 12, 2, rng=submission.new("numpy.random:default_rng", seed + at))
        for at in range(2)
    ]
    caches = [submission.new("KVCache") for _ in blocks]
    whole = _through(blocks, x, [()] * 2)
    alone = [_through(blocks, piece, [()] * 2) for piece in np.split(x, np.cumsum(cuts)[:-1], axis=1)]
    for piece in np.split(x, np.cumsum(cuts)[:-1], axis=1):
        parts.append(_through(blocks, piece, [(cache,) for cache in caches]))
    yours = np.concatenate(parts, axis=1)
    if (found := compare("y", yours, whole)) is not None:
        label = f"T={sum(cuts)}, two blocks, pieces of {', '.join(map(str, cuts))}"
        where = Counterexample(label, 1, "y", found.index, found.yours, found.expected)
        named = (NOT_PASSED,) if all(map(close, parts, alone)) else ()
        raise CheckFailure(f"pieces with a cache differ from the whole: {found.text}", where, named)
    return {"pieces": len(cuts)}


def _through(blocks: list[Any], x: Array, caches: list[tuple[Any, ...]]) -> Array:
    for one, cache in zip(blocks, caches, strict=True):
        y = as_array(one.forward(x, *cache))
        if y is None or y.shape != x.shape:
            raise CheckFailure(f"forward: expected an array of shape {x.shape}")
        x = y
    return x
