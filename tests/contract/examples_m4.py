"""m4: the examples of docstrings and lesson, each with what the solutions give and what the text says."""

import numpy as np
from m4_optimisers import adam, parameters, rmsprop, schedules, sgd


def places(optimiser, start, *gradients, **options):
    """Where one weight is after each step; a gradient may be a function of the weight."""
    w = np.array([float(start)])
    moving = optimiser([w], **options)
    found = []
    for gradient in gradients:
        moving.step([np.array([gradient(w[0]) if callable(gradient) else float(gradient)])])
        found.append(float(w[0]))
    return found


def slope(w):
    """Of the bowl w² / 2."""
    return w


def rates(schedule, steps, **options):
    return [schedule(step, **options) for step in range(steps)]


def kept():
    W, b = np.zeros(2), np.zeros(1)
    return parameters.as_parameters([W, b])[0] is W


def refused():
    try:
        parameters.check_gradients([np.zeros(3)], [np.zeros((1, 3))])
    except ValueError:
        return True
    return False


def turns():
    params, grads = ([np.zeros(60_000), np.zeros(10)] for _ in range(2))
    return sum(1 for _ in parameters.pieces(params, grads))


HALVES = {"lr": 0.5, "momentum": 0.5}
ADAM = {"lr": 1, "betas": (1 / 2, 3 / 4)}

DOCSTRINGS = {
    "With lr = 0.5 the first step moves a parameter by -0.5 if its gradient is [3.0], and by 0.5 if it is [-0.01] (but "
    "for eps).": lambda: [(places(adam.Adam, 0, g, lr=0.5)[0], moved) for g, moved in ((3.0, -0.5), (-0.01, 0.5))],
    "With lr = 0.5 and weight_decay = 0.5, a parameter of [4.0] whose gradient is [0.0] becomes 3.0; with a gradient of "
    "[1.0] it becomes 2.5.": lambda: [
        (places(adam.AdamW, 4, g, lr=0.5, weight_decay=0.5)[0], w) for g, w in ((0.0, 3.0), (1.0, 2.5))
    ],
    "as_parameters([W, b])[0] is W.": lambda: [(kept(), True)],
    "A gradient of shape (1, 3) for a parameter of shape (3,) is a ValueError.": lambda: [(refused(), True)],
    "With params = [W, b] of 60,000 and of 10 elements, and grads likewise, `for w, g in pieces(params, grads)` runs "
    "three times.": lambda: [(turns(), 3)],
    "With lr = 1 and alpha = 0.75, a first gradient of [4.0] moves the parameter by -2 (but for eps), and so does one of "
    "[400.0].": lambda: [(places(rmsprop.RMSProp, 0, g, lr=1, alpha=0.75)[0], -2) for g in (4.0, 400.0)],
    "base_lr = 8, step_size = 2, gamma = 0.5 give 8, 8, 4, 4, 2, 2, 1, ...": lambda: [
        (rates(schedules.step_decay, 7, base_lr=8, step_size=2, gamma=0.5), np.array([8, 8, 4, 4, 2, 2, 1]))
    ],
    "base_lr = 8, total_steps = 2, min_lr = 2 give 8, 5, 2.": lambda: [
        (rates(schedules.cosine_annealing, 3, base_lr=8, total_steps=2, min_lr=2), np.array([8, 5, 2]))
    ],
    "base_lr = 8, warmup_steps = 4 give 2, 4, 6, 8, 8, 8, ...": lambda: [
        (rates(schedules.linear_warmup, 6, base_lr=8, warmup_steps=4), np.array([2, 4, 6, 8, 8, 8]))
    ],
    "params = [[1.0]], lr = 0.5 and grads = [[2.0]] leave 0.0 in the array; with momentum = 0.5 a second step of the same "
    "leaves -1.5.": lambda: [(places(sgd.SGD, 1, 2, 2, **HALVES), np.array([0.0, -1.5]))],
}

LESSON = {
    "c = 1, so g = w; start from 8": lambda: [
        (places(sgd.SGD, 8, slope, slope, slope, lr=lr), np.array(found))
        for lr, found in (
            (0.5, [4, 2, 1]),
            (1, [0, 0, 0]),
            (1.5, [-4, 2, -1]),
            (2, [-8, 8, -8]),
            (3, [-16, 32, -64]),
        )
    ],
    "w = 1, η = 1/2, μ = 1/2, the gradient 2 twice": lambda: [
        (places(sgd.SGD, 1, 2, 2, **HALVES), np.array([0, -1.5])),
        (places(sgd.SGD, 1, 2, 2, **HALVES, nesterov=True), np.array([-0.5, -2.25])),
    ],
    "w = 4, g = 1, λ = 1/2: the gradient is 1 + 2 = 3": lambda: [
        (places(sgd.SGD, 4, 1, lr=0.5, weight_decay=0.5)[0], 2.5)
    ],
    "α = 3/4, η = 1, no momentum": lambda: [(places(rmsprop.RMSProp, 10, 4, 2, lr=1, alpha=0.75), np.array([8, 7]))],
    "β₁ = 1/2, β₂ = 3/4, η = 1, ε forgotten": lambda: [
        (np.diff([0, *places(adam.Adam, 0, 4, 2, **ADAM)]), np.array([-1, -0.882]))
    ],
    "w = 4, η = 1/2, λ = 1/2. The first gradient is 1": lambda: [
        (places(adam.AdamW, 4, 1, lr=0.5, weight_decay=0.5)[0], 2.5),
        (places(adam.Adam, 4, 1, lr=0.5, weight_decay=0.5)[0], 3.5),
    ],
    "all from $\\eta_0$ = 8": lambda: [
        (rates(schedule, len(found), base_lr=8, **options), np.array(found))
        for schedule, options, found in (
            (schedules.step_decay, {"step_size": 2, "gamma": 0.5}, [8, 8, 4, 4, 2]),
            (schedules.cosine_annealing, {"total_steps": 4}, [8, 6.8284, 4, 1.1716, 0]),
            (schedules.cosine_annealing, {"total_steps": 2, "min_lr": 2}, [8, 5, 2]),
            (schedules.linear_warmup, {"warmup_steps": 4}, [2, 4, 6, 8, 8]),
        )
    ],
}
