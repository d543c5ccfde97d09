"""Oracles of m4: trajectories of PyTorch's optimisers, curves of its schedules.

The functions asked are the ones that the `step` of torch.optim's classes calls. The classes themselves would import
PyTorch's compiler, which takes a second and a half; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch.optim.adam import adam
from torch.optim.rmsprop import rmsprop
from torch.optim.sgd import sgd

from dlf_reference.training.optimisers import Unmarked

Tensors = list[torch.Tensor]
Step = Callable[[Tensors, Tensors, float], None]
PLAIN: dict[str, Any] = {"foreach": False, "maximize": False}


def trajectory(init: Any, attributes: Any, inputs: Any, upstream: Any) -> dict[str, Any]:
    """Where the parameters are after each step.

    Args:
        init: the optimiser's options; what is left out has torch.optim's default.
        attributes: "optimiser", a name in `RULES`; "lrs", the learning rate of each step; "grads", the gradients of
            each step, or "loss", "quadratic" or "network", from which they are taken, with its "data".
        inputs: the parameters before the first step.

    Returns:
        "steps" and "grads": for each step, a list of one array for each parameter.
    """
    params = [torch.from_numpy(x.copy()) for x in inputs]
    step = RULES[attributes["optimiser"]](params, **init)
    given = attributes.get("grads")
    data = [torch.from_numpy(array) for array in attributes.get("data", ())]
    steps, used = [], []
    for at, lr in enumerate(attributes["lrs"]):
        if given is None:
            gradients = GRADIENTS[attributes["loss"]](params, *data)
        else:
            gradients = [torch.from_numpy(g.copy()) for g in given[at]]
        used.append([g.numpy().copy() for g in gradients])
        step(params, gradients, lr)
        steps.append([w.numpy().copy() for w in params])
    return {"steps": steps, "grads": used}


def _sgd(params: Tensors, momentum: float = 0, nesterov: bool = False, weight_decay: float = 0, lr: float = 0) -> Step:
    buffers: list[torch.Tensor | None] = [None for _ in params]
    options: dict[str, Any] = {
        "momentum": momentum,
        "nesterov": nesterov,
        "weight_decay": weight_decay,
        "dampening": 0.0,
    }
    return lambda w, g, rate: sgd(w, g, buffers, has_sparse_grad=False, lr=rate, **options, **PLAIN)


def _rmsprop(
    params: Tensors,
    alpha: float = 0.99,
    eps: float = 1e-8,
    weight_decay: float = 0,
    momentum: float = 0,
    lr: float = 0,
) -> Step:
    squares, velocities, counts = _zeros(params), _zeros(params), [torch.zeros(()) for _ in params]
    options: dict[str, Any] = {
        "alpha": alpha,
        "eps": eps,
        "weight_decay": weight_decay,
        "momentum": momentum,
        "centered": False,
    }
    return lambda w, g, rate: rmsprop(w, g, squares, [], velocities, counts, lr=rate, **options, **PLAIN)


def _adam(
    params: Tensors,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0,
    lr: float = 0,
    decoupled: bool = False,
) -> Step:
    means, squares, counts = _zeros(params), _zeros(params), [torch.zeros(()) for _ in params]
    options: dict[str, Any] = {
        "beta1": betas[0],
        "beta2": betas[1],
        "eps": eps,
        "weight_decay": weight_decay,
        "amsgrad": False,
    }
    options |= {"decoupled_weight_decay": decoupled}
    return lambda w, g, rate: adam(w, g, means, squares, [], counts, lr=rate, **options, **PLAIN)


def _adamw(params: Tensors, weight_decay: float = 1e-2, **options: Any) -> Step:
    return _adam(params, weight_decay=weight_decay, decoupled=True, **options)


RULES: dict[str, Callable[..., Step]] = {"SGD": _sgd, "RMSProp": _rmsprop, "Adam": _adam, "AdamW": _adamw}


def _zeros(params: Tensors) -> Tensors:
    return [torch.zeros_like(w) for w in params]


def _quadratic(params: Tensors, *curvatures: torch.Tensor) -> Tensors:
    """The gradients of half the sum of curvature times square: a bowl, steeper along some axes than along others."""
    return [c * w for w, c in zip(params, curvatures, strict=True)]


def _network(params: Tensors, x: torch.Tensor, y: torch.Tensor) -> Tensors:
    """The gradients of the cross-entropy of a network with one hidden layer of tanh."""
    w1, b1, w2, b2 = leaves = [w.detach().requires_grad_() for w in params]
    loss = F.cross_entropy(F.linear(torch.tanh(F.linear(x, w1, b1)), w2, b2), y)
    return list(torch.autograd.grad(loss, leaves))


GRADIENTS: dict[str, Callable[..., Tensors]] = {"quadratic": _quadratic, "network": _network}


# -- schedules ------------------------------------------------------------------------------------


class _Idle(Unmarked):
    """An optimiser that only holds a learning rate, for schedules to change."""

    def __init__(self, lr: float) -> None:
        super().__init__([torch.zeros(1)], {"lr": lr})

    def step(self, closure: Any = None) -> Any:
        """Do nothing."""


def schedule(init: Any, attributes: Any, inputs: Any, upstream: Any) -> dict[str, Any]:
    """The learning rate at each step, from a class of torch.optim.lr_scheduler.

    Args:
        init: the options of the learner's function.
        attributes: "function", its name.
        inputs: the steps, in any order.
    """
    optimiser = _Idle(init["base_lr"])
    scheduler = SCHEDULES[attributes["function"]](optimiser, init)
    rates = []
    for _ in range(int(max(inputs[0])) + 1):
        rates.append(float(optimiser.param_groups[0]["lr"]))
        optimiser.step()
        scheduler.step()
    return {"lrs": [rates[step] for step in inputs[0]]}


def _step_decay(optimiser: _Idle, o: Any) -> Any:
    return torch.optim.lr_scheduler.StepLR(optimiser, o["step_size"], o.get("gamma", 0.1))


def _cosine(optimiser: _Idle, o: Any) -> Any:
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, o["total_steps"], o.get("min_lr", 0.0))


def _warmup(optimiser: _Idle, o: Any) -> Any:
    steps = o["warmup_steps"]
    return torch.optim.lr_scheduler.LinearLR(optimiser, 1 / steps, 1.0, total_iters=steps - 1)


SCHEDULES = {"step_decay": _step_decay, "cosine_annealing": _cosine, "linear_warmup": _warmup}
