# exercise = "m4_optimisers/schedules.py"
# mistake = "cos of degrees: 180 instead of pi"
# caught_by = ["m4.schedules.cosine_annealing"]
# names = "π|pi\\b|radian|degree|angle"
import math


def cosine_annealing(step, *, base_lr, total_steps, min_lr=0.0):
    if not 0 <= step <= total_steps or total_steps < 1:
        raise ValueError(f"step {step} of {total_steps}")
    return min_lr + (base_lr - min_lr) * 0.5 * (1 + math.cos(180 * step / total_steps))
