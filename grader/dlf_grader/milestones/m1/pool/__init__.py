"""MaxPool2d, AvgPool2d and Flatten: the tables of their checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Gradient, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m1_cnn/pool.py")
SUBJECT = f"{__name__}.subject"
BAD = BadShapes(
    (
        ("an image without a batch axis", {"kernel_size": 2}, ((1, 4, 4),)),
        ("an image lower than the window", {"kernel_size": 3}, ((1, 1, 2, 5),)),
        ("an image narrower than the window", {"kernel_size": 3}, ((1, 1, 5, 2),)),
    )
)

max_pool = Section("m1.max_pool", EXERCISE, f"{SUBJECT}:MAX_POOL", "pooling")
MAX_POOL = (
    max_pool.check(
        "forward",
        Parity("y"),
        4,
        "MaxPool2d.forward",
        "MaxPool2d.forward takes the largest element of every window",
        "Write down the windows of a 4 × 4 image with kernel 2: how many are there, and where does each one start?",
        "Window (i, j) starts at row i·s, column j·s. Only whole windows count, so H' = (H - k) // s + 1.",
        "Loop over the k·k positions in a window: take np.maximum of the pixels there, for all windows at once.",
    ),
    max_pool.check(
        "backward",
        Parity("dL_dx"),
        4,
        "MaxPool2d.backward",
        "MaxPool2d.backward sends each gradient to its maximum",
        "Which pixel of a window changes y? If the largest changes a little, y changes as much. The others do nothing.",
        "Store in forward which position has the maximum. Of equal pixels the first counts: compare with >.",
        "For each position, add dL_dy where it has the maximum. Use +=, because windows may overlap.",
        after=("forward",),
    ),
    max_pool.check(
        "gradient",
        Gradient(cases=4, kinked=True),
        2,
        "MaxPool2d.backward",
        "MaxPool2d.backward is the gradient of MaxPool2d.forward",
        "Change one pixel by a small step: which outputs change? backward must agree.",
        "A pixel can be the maximum of several windows, or of none: how many outputs does it change?",
        subject="MAX_POOL_WITHOUT_TIES",
        after=("forward",),
    ),
    max_pool.check(
        "behaviour",
        Behaviour(),
        1,
        "MaxPool2d.forward",
        "MaxPool2d keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "Which arrays do you make, and with which dtype? Which of them do you return, and write into later?",
        "Allocate a new dL_dx in every backward, with x's shape and dtype. Store the positions in every forward.",
        after=("forward", "backward"),
    ),
    max_pool.check(
        "errors",
        BAD,
        1,
        "MaxPool2d.forward",
        "MaxPool2d refuses wrong shapes with a ValueError",
        "What should happen to an image that is smaller than one window?",
        "Check that x.ndim is 4 and that both H and W are at least kernel_size, before computing.",
        after=("forward",),
    ),
)

avg_pool = Section("m1.avg_pool", EXERCISE, f"{SUBJECT}:AVG_POOL", "pooling")
AVG_POOL = (
    avg_pool.check(
        "forward",
        Parity("y"),
        3,
        "AvgPool2d.forward",
        "AvgPool2d.forward takes the mean of every window",
        "Use the windows of MaxPool2d. What is computed from each window here?",
        "Sum the pixels at each of the k·k positions, for all windows at once, and divide by k·k.",
    ),
    avg_pool.check(
        "backward",
        Parity("dL_dx"),
        2,
        "AvgPool2d.backward",
        "AvgPool2d.backward shares each gradient equally",
        "By how much does y change when one pixel of a window of four changes by 1?",
        "Add dL_dy / k² to every pixel, for each window it is in. Use +=, because windows may overlap.",
        after=("forward",),
    ),
    avg_pool.check(
        "gradient",
        Gradient(),
        1,
        "AvgPool2d.backward",
        "AvgPool2d.backward is the gradient of AvgPool2d.forward",
        "Change one pixel by a small step: by how much do the outputs change? backward must agree.",
        "Divide by the same number in forward and in backward.",
        after=("forward",),
    ),
    avg_pool.check(
        "behaviour",
        Behaviour(),
        1,
        "AvgPool2d.forward",
        "AvgPool2d keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "Which arrays do you make, and with which dtype? Does forward or backward write into what it was given?",
        "Allocate a new dL_dx in every backward, with the shape and dtype of x in the latest forward.",
        after=("forward", "backward"),
    ),
    avg_pool.check(
        "errors",
        BAD,
        1,
        "AvgPool2d.forward",
        "AvgPool2d refuses wrong shapes with a ValueError",
        "What should happen to an image that is smaller than one window?",
        "Check that x.ndim is 4 and that both H and W are at least kernel_size, before computing.",
        after=("forward",),
    ),
)

flatten = Section("m1.flatten", EXERCISE, f"{SUBJECT}:FLATTEN", "pooling")
FLATTEN = (
    flatten.check(
        "forward",
        Parity("y"),
        1,
        "Flatten.forward",
        "Flatten.forward makes one row of each sample",
        "How many rows has the result, and how many elements are left for each?",
        "Keep the first axis. With -1, reshape works out the other size.",
    ),
    flatten.check(
        "backward",
        Parity("dL_dx"),
        1,
        "Flatten.backward",
        "Flatten.backward gives the gradient the shape of x",
        "forward changes the shape only. What does backward change, then?",
        "Store x's shape in forward, and reshape dL_dy to it.",
        after=("forward",),
    ),
)

CHECKS = (*MAX_POOL, *AVG_POOL, *FLATTEN)
