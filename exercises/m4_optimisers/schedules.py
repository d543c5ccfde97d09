"""m4, part 4: schedules, which give the learning rate of each step.

A schedule is a function of the step number, which counts from 0. Before every step:
`optimiser.lr = cosine_annealing(step, base_lr=0.1, total_steps=1000)`.

Lesson: exercises/m4_optimisers/README.md
Grade:  dlf-grade m4 -k schedules
Write:  about 4 lines.
"""

import math


def step_decay(step: int, *, base_lr: float, step_size: int, gamma: float = 0.1) -> float:
    """Multiply the learning rate by gamma after every `step_size` steps.

    Args:
        step: number of the step, from 0.
        base_lr: learning rate of step 0.
        step_size: how many steps share one learning rate, at least 1.
        gamma: the factor after every `step_size` steps.

    Returns:
        The learning rate of this step, a float.

    Example:
        base_lr = 8, step_size = 2, gamma = 0.5 give 8, 8, 4, 4, 2, 2, 1, ...
    """
    if step < 0 or step_size < 1:
        raise ValueError(f"expected step >= 0 and step_size >= 1, got {step} and {step_size}")
    # How often has the rate been multiplied by gamma at this step?
    # TODO(m4.schedules.step_decay): about 1 line.
    raise NotImplementedError("m4.schedules.step_decay")


def cosine_annealing(step: int, *, base_lr: float, total_steps: int, min_lr: float = 0.0) -> float:
    """Lower the learning rate along half a wave of the cosine.

    Args:
        step: number of the step, from 0 to total_steps.
        base_lr: learning rate of step 0.
        total_steps: the step at which `min_lr` is reached, at least 1.
        min_lr: the lowest learning rate.

    Returns:
        The learning rate of this step, a float.

    Example:
        base_lr = 8, total_steps = 2, min_lr = 2 give 8, 5, 2.
    """
    if not 0 <= step <= total_steps or total_steps < 1:
        raise ValueError(f"expected 0 <= step <= total_steps, got {step} and {total_steps}")
    # The cosine falls from 1 to -1 as its angle runs from 0 to pi. How do you shift and scale it?
    # TODO(m4.schedules.cosine_annealing): about 2 lines.
    raise NotImplementedError("m4.schedules.cosine_annealing")


def linear_warmup(step: int, *, base_lr: float, warmup_steps: int) -> float:
    """Raise the learning rate in equal parts to its full size, and keep it there.

    Args:
        step: number of the step, from 0.
        base_lr: the full learning rate.
        warmup_steps: number of steps to the full rate, at least 1; the last of them has it.

    Returns:
        The learning rate of this step, a float.

    Example:
        base_lr = 8, warmup_steps = 4 give 2, 4, 6, 8, 8, 8, ...
    """
    if step < 0 or warmup_steps < 1:
        raise ValueError(f"expected step >= 0 and warmup_steps >= 1, got {step} and {warmup_steps}")
    # Step 0 needs a rate above 0: with 0 it would do nothing.
    # TODO(m4.schedules.linear_warmup): about 1 line.
    raise NotImplementedError("m4.schedules.linear_warmup")
