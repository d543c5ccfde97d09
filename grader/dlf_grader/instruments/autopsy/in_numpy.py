"""Autopsies of what is trained in NumPy: m0's `train_step`, m5's engine, and an optimiser's course in m4."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from dlf_reference.training.autopsy.in_numpy.steps import LOOKED

from dlf_grader.context import Context
from dlf_grader.instruments.autopsy.cause import Finding
from dlf_grader.instruments.autopsy.updates import Course, Look, found_in
from dlf_grader.instruments.case import Array
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission

STEPS = "dlf_reference.training.autopsy.in_numpy.steps"
RIGHT = "training.autopsy.in_numpy.right"
LARGEST = 64 << 20  # bytes of an optimiser's course that PyTorch is asked about
SEED = 1
ROW = {"step": int, "rate": float, "x": np.ndarray, "y": np.ndarray, "before": list, "did": list}
KEEPS = {"SGD": "", "RMSProp": "squares"}
NO_NETWORK = Finding()


def of_steps(
    new: Callable[[int], Remote],
    recipe: str,
    data: Mapping[str, Array],
    settings: Mapping[str, Any],
    submission: Submission,
    ctx: Context,
) -> Finding:
    """What a model that steps by itself, or by its own gradients, does in its first steps.

    Args:
        new: makes the learner's model for a seed.
        recipe, data, settings: the check's.
    """
    by_itself = recipe.startswith("numpy")
    function = f"{STEPS}:{'mlp' if by_itself else 'autograd'}"
    shown = submission.call(function, new(SEED), dict(data), seed=SEED, **settings)
    if not isinstance(shown, list) or not shown or not all(map(_readable, shown)):
        return NO_NETWORK
    if twice := shown[0].get("twice"):
        listed = f"parameters() lists {twice} of its Tensors twice, so a step moves them twice."
        return Finding(Diagnosis("parameters-twice", f"{listed} Remember by id what is listed already."))
    if missed := shown[0].get("missed"):
        listed = f"parameters() leaves out {missed} of the Tensors that require a gradient: nothing trains them."
        return Finding(Diagnosis("parameters-missed", f"{listed} Look into lists, and into modules, however deep."))
    looks, order = list[Look](), _layers(shown[0])
    for row in shown:
        if order is None or _layers(row) != order:
            count = f"{len(row['before'])} parameters of shapes {', '.join(str(w.shape) for w in row['before'])}"
            return Finding(measured=(f"The training found {count}: those are not the layers of an MLP.",))
        before, did = ([row[name][at] for at in order] for name in ("before", "did"))
        asked = {"x": row["x"], "y": row["y"], "params": before}
        right, others = (ctx.reference.fresh(f"{RIGHT}:{f}", **asked) for f in ("gradients", "mistaken_gradients"))
        scale = row["rate"] if by_itself else 1.0
        mistaken = {name: tuple(scale * g for g in grads) for name, grads in others.items()}
        step = Look(row["step"], row["rate"], tuple(did), tuple(scale * g for g in right), tuple(before), mistaken)
        looks.append(step)
    layers = range(1, len(looks[0].did) // 2 + 1)
    named = "fc{}.{}" if by_itself else "layers[{}].{}"
    names = tuple(named.format(at if by_itself else at - 1, part) for at in layers for part in ("W", "b"))
    what, where = ("update", "train_step") if by_itself else ("gradient", "backward")
    return found_in(Course(names, len(shown[0]["x"]), what, where, looks))


def _readable(row: Any) -> bool:
    """Whether a row has the form that our recipe gives it: the code beside it may have replaced that."""
    if not isinstance(row, dict) or not all(isinstance(row.get(name), kind) for name, kind in ROW.items()):
        return False
    arrays = [*row["before"], *row["did"]]
    return len(row["before"]) == len(row["did"]) and all(isinstance(w, np.ndarray) for w in arrays)


def _layers(row: dict[str, Any]) -> list[int] | None:
    """The order of the parameters as W and b of each layer after the other; None where they are no such layers."""
    params, x, y = row["before"], row["x"], row["y"]
    if x.ndim != 2 or y.shape != x.shape[:1] or any(w.dtype.kind != "f" for w in [x, *params]):
        return None
    width, left, order = x.shape[1], set(range(len(params))), list[int]()
    while left:
        W = next((at for at in sorted(left) if params[at].ndim == 2 and params[at].shape[1] == width), None)
        if W is None:
            return None
        width = params[W].shape[0]
        b = next((at for at in sorted(left) if params[at].shape == (width,)), None)
        if b is None:
            return None
        order += [W, b]
        left -= {W, b}
    return order if order and width > int(y.max()) and int(y.min()) >= 0 else None


def of_course(
    optimiser: str,
    options: dict[str, Any],
    states: Sequence[list[Array]],
    grads: Sequence[list[Array]],
    rows: int,
    ctx: Context,
) -> Finding:
    """What an optimiser did to the parameters of a network, beside PyTorch's on the same states and gradients.

    Args:
        states: the parameters before each step, and after the last.
        grads: at each step.
    """
    size = 2 * sum(w.nbytes for w in states[0])
    count = min(len(states) - 1, len(grads), LOOKED[-1], max(LARGEST // max(size, 1), 2))
    steps = [step for step in LOOKED if step <= count]
    shapes = [w.shape for w in states[0]]
    if not steps or any([w.shape for w in state] != shapes for state in states[: count + 1]):
        return Finding()
    asked = {"optimiser": optimiser, "options": options, "steps": steps}
    right = ctx.reference.fresh(f"{RIGHT}:updates", **asked, states=list(states[:count]), grads=list(grads[:count]))
    looks = [
        Look(step, options["lr"], _taken(states[step - 1], states[step]), tuple(r), tuple(states[step - 1]))
        for step, r in zip(steps, right, strict=True)
    ]
    names = tuple(f"parameter {at}" for at in range(1, len(shapes) + 1))
    return found_in(Course(names, rows, "update", f"{optimiser}.step", looks, KEEPS.get(optimiser, "count")))


def _taken(before: list[Array], after: list[Array]) -> tuple[Array, ...]:
    return tuple(w - v for w, v in zip(before, after, strict=True))
