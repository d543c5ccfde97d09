# exercise = "m4_optimisers/schedules.py"
# right = true
# note = "loops, NumPy scalars, the squared cosine"
import math

import numpy as np


def step_decay(step, *, base_lr, step_size, gamma=0.1):
    if step < 0 or step_size < 1:
        raise ValueError(f"expected step >= 0 and step_size >= 1, got {step}, {step_size}")
    lr = base_lr
    for s in range(1, step + 1):
        if s % step_size == 0:
            lr *= gamma
    return lr


def cosine_annealing(step, *, base_lr, total_steps, min_lr=0.0):
    if total_steps < 1 or not 0 <= step <= total_steps:
        raise ValueError(f"expected 0 <= step <= total_steps, got {step}, {total_steps}")
    return min_lr + (base_lr - min_lr) * math.cos(math.pi / 2 * step / total_steps) ** 2


def linear_warmup(step, *, base_lr, warmup_steps):
    if step < 0 or warmup_steps < 1:
        raise ValueError(f"expected step >= 0 and warmup_steps >= 1, got {step}, {warmup_steps}")
    return np.float64(np.interp(step + 1, [0, warmup_steps], [0.0, base_lr]))
