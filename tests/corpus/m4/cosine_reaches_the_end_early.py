# exercise = "m4_optimisers/schedules.py"
# mistake = "total_steps - 1 in the denominator"
# caught_by = ["m4.schedules.cosine_annealing"]
# names = "total_steps - 1|total_steps − 1|early|one step|denominator"
import math


def cosine_annealing(step, *, base_lr, total_steps, min_lr=0.0):
    if not 0 <= step <= total_steps:
        raise ValueError(f"step {step} of {total_steps}")
    if total_steps < 1:
        raise ValueError(f"total_steps {total_steps}")
    fraction = min(step / max(total_steps - 1, 1), 1.0)
    return min_lr + (base_lr - min_lr) * math.cos(fraction * math.pi / 2) ** 2
