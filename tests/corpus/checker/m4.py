"""m4: optimisers and schedules."""

import itertools
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch.optim import lr_scheduler

from checker.findings import Findings


def _optimiser(found: Findings, mine: Any, theirs: Any, settings: list[dict[str, Any]], dtypes: Any) -> None:
    for kw, (dtype, tol), size in itertools.product(settings, dtypes, (1.0, 1e-7)):
        with found.part(f"{kw}, gradients of {size}"):
            rng = np.random.default_rng(12)
            params = [rng.normal(size=(3, 2)).astype(dtype), rng.normal(size=()).astype(dtype) + np.zeros(1, dtype)]
            params.append(rng.normal(size=(3, 2)).astype(dtype))
            leaves = [torch.tensor(p, requires_grad=True) for p in params]
            a, b = mine(params, **kw), theirs(leaves, **kw)
            handed = []
            for step in range(8):
                grads = [size * rng.normal(size=p.shape).astype(dtype) * (0.1 if step > 4 else 1) for p in params]
                grads = [g.astype(dtype) for g in grads]
                handed += [(g, g.copy()) for g in grads]
                if step == 4:
                    a.lr = b.param_groups[0]["lr"] = 0.05
                for leaf, g in zip(leaves, grads, strict=True):
                    leaf.grad = torch.tensor(g)
                a.step(grads)
                b.step()
            found.true("gradients changed", all(np.array_equal(g, kept) for g, kept in handed))
            for p, leaf in zip(params, leaves, strict=True):
                found.same(f"{kw}", p, leaf, tol)


BOTH = ((np.float64, 1e-8), (np.float32, 1e-4))


def sgd(m: ModuleType) -> Findings:
    found = Findings()
    settings = [
        {},
        {"lr": 0.1},
        {"lr": 0.1, "momentum": 0.8},
        {"lr": 0.1, "momentum": 0.7, "weight_decay": 0.3},
        {"lr": 0.1, "momentum": 0.7, "nesterov": True, "weight_decay": 0.1},
    ]
    _optimiser(found, m.SGD, lambda p, **kw: torch.optim.SGD(p, **{"lr": 1e-2, **kw}), settings, BOTH)
    return found


def rmsprop(m: ModuleType) -> Findings:
    found = Findings()
    settings = [{}, {"lr": 0.1, "alpha": 0.7}, {"momentum": 0.8}, {"weight_decay": 0.3, "eps": 1e-3}]
    _optimiser(found, m.RMSProp, torch.optim.RMSprop, settings, BOTH)
    return found


def adam(m: ModuleType) -> Findings:
    found = Findings()
    settings = [{}, {"lr": 0.1, "betas": (0.7, 0.8)}, {"weight_decay": 0.3, "eps": 1e-2}, {"weight_decay": 0.0}]
    _optimiser(found, m.Adam, torch.optim.Adam, settings, BOTH)
    _optimiser(found, m.AdamW, torch.optim.AdamW, settings, BOTH)
    return found


def _rates(scheduler: Any, base: float, steps: int, **kw: Any) -> list[float]:
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    schedule, rates = scheduler(optimiser, **kw), []
    for _ in range(steps):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return rates


def schedules(m: ModuleType) -> Findings:
    found = Findings()
    order = [5, 0, 3, 11, 1, 0, 7, 2, 4, 6, 8, 9, 10]
    stairs = _rates(lr_scheduler.StepLR, 0.3, 12, step_size=3, gamma=0.5)
    wave = _rates(lr_scheduler.CosineAnnealingLR, 0.3, 12, T_max=11, eta_min=0.05)
    for step in order:
        with found.part("schedules"):
            found.same("step_decay", m.step_decay(step, base_lr=0.3, step_size=3, gamma=0.5), stairs[step])
            found.same("cosine", m.cosine_annealing(step, base_lr=0.3, total_steps=11, min_lr=0.05), wave[step], 1e-6)
            want = 0.3 * min(1, (step + 1) / 4)
            found.same("warm-up", m.linear_warmup(step, base_lr=0.3, warmup_steps=4), want)
    return found
