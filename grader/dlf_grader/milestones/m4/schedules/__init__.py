"""Schedules of the learning rate: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m4_optimisers/schedules.py")
schedules = Section("m4.schedules", EXERCISE, f"{__name__}.subject:STEP_DECAY", "schedules")

CHECKS = (
    schedules.check(
        "step_decay",
        Parity(),
        5,
        "step_decay",
        "step_decay falls by gamma after every step_size steps, as StepLR does",
        "How often has the rate fallen at steps 0 to 6 with step_size = 2? Write it down: 0, 0, 1, 1, ...",
        "Divide in whole numbers, and raise gamma to the result.",
    ),
    schedules.check(
        "cosine_annealing",
        Parity(),
        7,
        "cosine_annealing",
        "cosine_annealing falls along half a cosine, as CosineAnnealingLR does",
        "How large must the share of base_lr be at step 0, in the middle, and at total_steps?",
        "Use the angle π · step / total_steps. 1 + cos of it runs from 2 to 0.",
        "Halve that for the share. Multiply base_lr - min_lr by it, and add min_lr.",
        subject="COSINE_ANNEALING",
    ),
    schedules.check(
        "linear_warmup",
        Parity(),
        5,
        "linear_warmup",
        "linear_warmup rises in equal parts to base_lr and stays there, as LinearLR does",
        "Write down the shares of base_lr with four steps of warm-up: 1/4, 2/4, 3/4, 4/4. What comes next?",
        "Count step 0 as the first part: (step + 1) / warmup_steps, but never more than 1.",
        subject="LINEAR_WARMUP",
    ),
)
