"""What m1 checks, worth 100 points: a table to read; the checks themselves are in the modules beside it."""

from __future__ import annotations

from dlf_grader.milestones.m1 import catalogue_batchnorm, conv
from dlf_grader.milestones.section import Section
from dlf_grader.model import Check, Exercise, Milestone

HERE = "dlf_grader.milestones.m1"
BUILD = "build it from torch.nn's layers"

MILESTONE = Milestone(
    "m1",
    "cnn",
    "m1_cnn",
    (
        conv.EXERCISE,
        Exercise("m1_cnn/pool.py"),
        Exercise("m1_cnn/batchnorm.py"),
        Exercise("m1_cnn/lenet.py", "torch", BUILD),
        Exercise("m1_cnn/resnet.py", "torch", BUILD),
    ),
)

max_pool = Section("m1.max_pool", "m1_cnn/pool.py", f"{HERE}.pool", "pooling")
MAX_POOL = (
    max_pool.check(
        "forward",
        "parity",
        4,
        "MaxPool2d.forward",
        "MaxPool2d.forward keeps the largest number of every window",
        "Write down the windows of a 4 × 4 image with kernel 2: how many are there, and where does each one start?",
        "Window (i, j) starts at row i·s, column j·s; only whole windows count, so H' = (H - k) // s + 1.",
        "Go over the k·k places in a window: np.maximum of what stands in each place, for all windows at once.",
        run="max_forward",
    ),
    max_pool.check(
        "backward",
        "parity",
        4,
        "MaxPool2d.backward",
        "MaxPool2d.backward sends each gradient to its maximum",
        "Only one pixel of a window acted on y: if it moves a little, y moves as much; if another does, y stays.",
        "Remember in forward which place won; of equal pixels the first in row-major order, so replace only on >.",
        "For each place, add dL_dy where that place won; += because windows may overlap in a pixel.",
        run="max_backward",
        after=("forward",),
    ),
    max_pool.check(
        "gradient",
        "gradient",
        2,
        "MaxPool2d.backward",
        "MaxPool2d.backward is the slope of MaxPool2d.forward",
        "Nudge one pixel and see which outputs move: backward must say the same.",
        "A pixel that is the maximum of several windows moves them all; one that is nowhere the maximum moves none.",
        run="max_slope",
        after=("forward",),
    ),
    max_pool.check(
        "behaviour",
        "behaviour",
        1,
        "MaxPool2d.forward",
        "MaxPool2d keeps dtype, inputs and earlier calls apart",
        "Which arrays do you make, and with which dtype? Which of them do you hand out, and write into later?",
        "Allocate dL_dx anew in every backward, with x's shape and dtype; store the winners anew in every forward.",
        run="max_behaviour",
        after=("forward", "backward"),
    ),
    max_pool.check(
        "errors",
        "behaviour",
        1,
        "MaxPool2d.forward",
        "MaxPool2d refuses wrong shapes with a ValueError",
        "What should happen to an image that is smaller than one window?",
        "Check that x.ndim is 4 and that both H and W are at least kernel_size, before computing.",
        run="max_errors",
        after=("forward",),
    ),
)

avg_pool = Section("m1.avg_pool", "m1_cnn/pool.py", f"{HERE}.pool", "pooling")
AVG_POOL = (
    avg_pool.check(
        "forward",
        "parity",
        3,
        "AvgPool2d.forward",
        "AvgPool2d.forward takes the mean of every window",
        "The windows are those of MaxPool2d; only what is done with their numbers differs.",
        "Sum what stands in each of the k·k places, for all windows at once, and divide by k·k.",
        run="avg_forward",
    ),
    avg_pool.check(
        "backward",
        "parity",
        2,
        "AvgPool2d.backward",
        "AvgPool2d.backward shares each gradient among its window",
        "By how much does y move when one pixel of a window of four moves by 1?",
        "Every pixel gets dL_dy / k² from each window it lies in; += because windows may overlap.",
        run="avg_backward",
        after=("forward",),
    ),
    avg_pool.check(
        "gradient",
        "gradient",
        1,
        "AvgPool2d.backward",
        "AvgPool2d.backward is the slope of AvgPool2d.forward",
        "Nudge one pixel and see by how much the outputs move: backward must say the same.",
        "Divide by the same number in forward and in backward.",
        run="avg_slope",
        after=("forward",),
    ),
    avg_pool.check(
        "behaviour",
        "behaviour",
        1,
        "AvgPool2d.forward",
        "AvgPool2d keeps dtype, inputs and earlier calls apart",
        "Which arrays do you make, and with which dtype? Does forward or backward write into what it was given?",
        "Allocate dL_dx anew in every backward, with the shape and dtype that x had in the latest forward.",
        run="avg_behaviour",
        after=("forward", "backward"),
    ),
    avg_pool.check(
        "errors",
        "behaviour",
        1,
        "AvgPool2d.forward",
        "AvgPool2d refuses wrong shapes with a ValueError",
        "What should happen to an image that is smaller than one window?",
        "Check that x.ndim is 4 and that both H and W are at least kernel_size, before computing.",
        run="avg_errors",
        after=("forward",),
    ),
)

flatten = Section("m1.flatten", "m1_cnn/pool.py", f"{HERE}.pool", "pooling")
FLATTEN = (
    flatten.check(
        "forward",
        "parity",
        1,
        "Flatten.forward",
        "Flatten.forward makes one row of each sample",
        "How many rows has the result, and how many numbers are left for each?",
        "Keep the first axis; reshape can work out the other size by itself if you write -1.",
        run="flatten_forward",
    ),
    flatten.check(
        "backward",
        "parity",
        1,
        "Flatten.backward",
        "Flatten.backward gives the gradient the shape of x",
        "No number changed in forward, so none changes on the way back: only the shape does.",
        "Remember x's shape in forward, and reshape dL_dy to it.",
        run="flatten_backward",
        after=("forward",),
    ),
)

CHECKS: tuple[Check, ...] = (*conv.CHECKS, *MAX_POOL, *AVG_POOL, *FLATTEN, *catalogue_batchnorm.CHECKS)
