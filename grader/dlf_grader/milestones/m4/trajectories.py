"""Cases that the optimisers share: given gradients, smallest first, and long ways down a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, in_words, label, traits, whole

ORACLE = "dlf_reference.oracles.m4:trajectory"
BY_HAND = 5  # numbers up to which a case's label shows them
STEPS = 50  # of a long trajectory
LOUD = 1000.0  # times the usual gradient
LARGE = (37, 1001)  # numbers enough that a step taken in pieces has a last, smaller one
Options = dict[str, Any]
Cases = Callable[[RngFor], Iterator[Case]]

DEFAULTS: dict[str, Options] = {
    "SGD": {"lr": 1e-2, "momentum": 0.0, "nesterov": False, "weight_decay": 0.0},
    "RMSProp": {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8, "weight_decay": 0.0, "momentum": 0.0},
    "Adam": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0},
    "AdamW": {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 1e-2},
}

# by hand: shapes of the parameters, steps, whether lr changes between them
BY_HAND_LADDER: tuple[tuple[tuple[tuple[int, ...], ...], int, bool], ...] = (
    (((1,),), 1, False),
    (((1,),), 2, False),
    (((1,),), 3, True),
    (((1,), (1,)), 2, False),
)
DRAWN = 4  # cases whose options, sizes and numbers are all drawn; the last of them is as large as a layer
RANGES: dict[str, tuple[float, float]] = {
    "lr": (0.01, 0.3),
    "momentum": (0.3, 0.95),
    "alpha": (0.55, 0.97),
    "weight_decay": (0.02, 0.4),
}


def ladder(
    name: str,
    rng_for: RngFor,
    options: Options,
    *,
    by_hand: int = len(BY_HAND_LADDER),
    drawn: int = DRAWN,
    first: int = 1,
) -> Iterator[Case]:
    """Smallest first: one number, one step; then two steps, a change of lr, two parameters; then drawn ones.

    Args:
        name: the optimiser.
        options: for its constructor, "lr" among them; the drawn cases have other numbers for the same ones.
        by_hand, drawn: how many cases of each kind.
        first: number of the first case.
    """
    for at, (shapes, steps, changing) in enumerate(BY_HAND_LADDER[:by_hand]):
        lrs = [options["lr"] * (0.5 if changing and step % 2 else 1) for step in range(steps)]
        yield _drawn(name, rng_for(first + at), shapes, lrs, options, by_hand=True)
    for at in range(drawn):
        rng = rng_for(first + len(BY_HAND_LADDER) + at)
        found = drawn_options(rng, options)
        sizes = (
            rng.integers(2, 5, 2).tolist() if at < DRAWN - 1 else np.exp(rng.uniform(2, 3.5, 2)).astype(int).tolist()
        )
        shapes = (tuple(sizes), (sizes[0],), (sizes[0],), (2, *sizes))[: at + 2]
        steps = int(rng.integers(4, 9))
        lrs = [found["lr"] * (1 - step / (2 * steps)) if at % 2 else found["lr"] for step in range(steps)]
        yield _drawn(name, rng, shapes, lrs, found, loud=at == 1)


def drawn_options(rng: np.random.Generator, options: Options) -> Options:
    """Other numbers for the same options."""

    def of(option: str, value: Any) -> Any:
        if option == "betas":
            return (_rounded(rng.uniform(0.55, 0.95)), _rounded(rng.uniform(0.7, 0.99)))
        if option == "eps":
            return _rounded(10 ** rng.uniform(-2.5, -0.5))
        return _rounded(rng.uniform(*RANGES[option])) if option in RANGES else value

    return {option: of(option, value) for option, value in options.items()}


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def with_defaults(name: str, rng: np.random.Generator) -> Case:
    """A case in which no option is given; some gradients are so small that eps shows."""
    params = (rng.standard_normal((2, 3)), rng.standard_normal(4))
    grads = [[rng.standard_normal((2, 3)), 1e-6 * rng.standard_normal(4)] for _ in range(4)]
    case = _given(name, params, grads, [DEFAULTS[name]["lr"]] * 4, {})
    return replace(case, label=f"{case.label}, every option left out", traits=frozenset({"no options"}))


def once(name: str, options: Options) -> Cases:
    """One case of three steps, with these options."""

    def cases(rng_for: RngFor) -> Iterator[Case]:
        yield _drawn(name, rng_for(1), ((2, 3), (2,)), [options["lr"]] * 3, options, by_hand=True)

    return cases


def long(name: str, every: Sequence[Options]) -> Cases:
    """Cases with each set of options: a bowl, a network, and one large array."""

    def cases(rng_for: RngFor) -> Iterator[Case]:
        for at, options in enumerate(every):
            rng = rng_for(3 * at + 1)
            yield _down(name, options, "a bowl", "quadratic", *_bowl(rng))
            yield _down(name, options, "the loss of a network", "network", *_network(rng))
            grads = [[rng.standard_normal(LARGE)] for _ in range(2)]
            yield _given(name, (rng.standard_normal(LARGE),), grads, [options["lr"]] * 2, options)

    return cases


def _drawn(
    name: str,
    rng: np.random.Generator,
    shapes: Sequence[tuple[int, ...]],
    lrs: list[float],
    options: Options,
    *,
    by_hand: bool = False,
    loud: bool = False,
) -> Case:
    def draw(shape: tuple[int, ...]) -> Array:
        return whole(rng, *shape) if by_hand else rng.standard_normal(shape)

    params = tuple(map(draw, shapes))
    grads = [[draw(shape) for shape in shapes] for _ in lrs]
    if loud:  # who clips gradients would clip these
        grads = [[np.where(rng.random(g.shape) < 0.3, LOUD * g, g) for g in row] for row in grads]
    return _given(name, params, grads, lrs, options)


def _given(name: str, params: tuple[Array, ...], grads: list[list[Array]], lrs: list[float], options: Options) -> Case:
    special = traits(
        {
            "more than one step": len(grads) > 1,
            "a learning rate that changes": len(set(lrs)) > 1,
            "more than one number": max(w.size for w in params) > 1,
            "more than one parameter": len(params) > 1,
            "a matrix": max(w.ndim for w in params) > 1,
        }
    )
    return Case(
        label=_label(params, grads, lrs, options),
        inputs=params,
        init=options,
        attributes={"optimiser": name, "grads": grads, "lrs": lrs},
        traits=special | {option for option in ("momentum", "nesterov", "weight_decay") if options.get(option)},
    )


def _label(params: Sequence[Array], grads: list[list[Array]], lrs: list[float], options: Options) -> str:
    steps, rates, small = f"{len(lrs)} step{'s' if len(lrs) > 1 else ''}", "", len(lrs) <= BY_HAND
    if sum(w.size for w in params) * len(lrs) <= BY_HAND:
        start, *gradients = (", ".join(in_words(array, 3) for array in row) for row in (params, *grads))
        steps += f" from {start} with gradients {'; '.join(gradients)}"
    else:
        steps += ", parameters of shape " + ", ".join(str(w.shape) for w in params)
    if len(set(lrs)) > 1:
        rates = "lr = " + ", ".join(f"{lr:g}" for lr in lrs) if small else "lr changing"
        options = {name: value for name, value in options.items() if name != "lr"}
    return label(steps, rates, _in_words(options))


def _in_words(options: Options) -> str:
    return ", ".join(f"{option} = {value}" for option, value in options.items())


def _down(name: str, options: Options, where: str, loss: str, params: tuple[Array, ...], data: list[Array]) -> Case:
    lrs = [options["lr"] * (1 - step / STEPS) for step in range(STEPS)]
    return Case(
        label=f"{STEPS} steps down {where}, lr falling, {_in_words(options)}",
        inputs=params,
        init=options,
        attributes={"optimiser": name, "loss": loss, "data": data, "lrs": lrs},
        traits=frozenset({"gradients of a loss"}),
    )


def _bowl(rng: np.random.Generator) -> tuple[tuple[Array, ...], list[Array]]:
    shapes = ((3,), (2, 2))
    return tuple(rng.standard_normal(s) for s in shapes), [rng.uniform(0.1, 2.0, s) for s in shapes]


def _network(rng: np.random.Generator) -> tuple[tuple[Array, ...], list[Array]]:
    shapes = ((6, 4), (6,), (3, 6), (3,))
    data = [rng.standard_normal((10, 4)), rng.integers(0, 3, 10)]
    return tuple(rng.standard_normal(s) for s in shapes), data
