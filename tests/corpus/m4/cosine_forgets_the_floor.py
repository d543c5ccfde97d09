# exercise = "m4_optimisers/schedules.py"
# mistake = "min_lr is added, but base_lr is not lowered by it: starts above base_lr"
# caught_by = ["m4.schedules.cosine_annealing"]
# names = "min_lr"
import math


def cosine_annealing(step, *, base_lr, total_steps, min_lr=0.0):
    if step < 0 or step > total_steps or total_steps < 1:
        raise ValueError(f"step {step} of {total_steps}")
    return min_lr + base_lr * (1 + math.cos(math.pi * step / total_steps)) / 2
