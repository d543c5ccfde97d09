# exercise = "m4_optimisers/schedules.py"
# mistake = "cos(2 pi step / total): down and up again"
# caught_by = ["m4.schedules.cosine_annealing"]
# names = "2 ?π|2 ?pi|half|whole|twice|up again|period"
import numpy as np


def cosine_annealing(step, *, base_lr, total_steps, min_lr=0.0):
    if not 0 <= step <= total_steps or total_steps < 1:
        raise ValueError(f"step {step} of {total_steps}")
    phase = 2 * np.pi * step / total_steps
    return float(min_lr + 0.5 * (base_lr - min_lr) * (1 + np.cos(phase)))
