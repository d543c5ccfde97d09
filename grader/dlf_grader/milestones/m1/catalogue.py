"""What m1 checks, worth 100 points: a table to read; the checks themselves are in the modules beside it."""

from __future__ import annotations

from dlf_grader.milestones.section import Section
from dlf_grader.model import Check, Exercise, Milestone

HERE = "dlf_grader.milestones.m1"
BUILD = "build it from torch.nn's layers"

MILESTONE = Milestone(
    "m1",
    "cnn",
    "m1_cnn",
    (
        Exercise("m1_cnn/conv.py"),
        Exercise("m1_cnn/pool.py"),
        Exercise("m1_cnn/batchnorm.py"),
        Exercise("m1_cnn/lenet.py", "torch", BUILD),
        Exercise("m1_cnn/resnet.py", "torch", BUILD),
    ),
)

conv = Section("m1.conv", "m1_cnn/conv.py", f"{HERE}.conv", "convolution")
CONV = (
    conv.check(
        "init",
        "behaviour",
        3,
        "Conv2d.__init__",
        "Conv2d starts He-normal, drawn from rng",
        "How many numbers feed one output? That is the fan-in, and a kernel sees every input channel.",
        "The deviation is the square root of 2 / fan-in, with fan-in = in_channels · kernel_size².",
    ),
    conv.check(
        "forward",
        "parity",
        12,
        "Conv2d.forward",
        "Conv2d.forward matches PyTorch",
        "Start with one image, one channel, one kernel, and two loops over the output's rows and columns.",
        "np.lib.stride_tricks.sliding_window_view gives every window at once; take every stride-th of them.",
        "Each output is a sum over channel, kernel row and kernel column: one matrix product, then add b.",
        lesson="forward",
    ),
    conv.check(
        "backward",
        "parity",
        12,
        "Conv2d.backward",
        "Conv2d.backward sends the right gradient to x",
        "A pixel was used by every window that covers it: it collects from each of them, weighted as it was met.",
        "For each kernel position (i, j) add W[:, :, i, j] times the upstream gradient to the pixels it touched.",
        "Those pixels are x[:, :, i : i + s·H' : s, j : j + s·W' : s] of the padded image; cut the padding off last.",
        after=("forward",),
        lesson="backward",
    ),
    conv.check(
        "parameters",
        "parity",
        8,
        "Conv2d.backward",
        "Conv2d.backward leaves the right gradients in dL_dW and dL_db",
        "A weight was used by every window of every image: its gradient is a sum over all of them.",
        "dL_dW is the product of the upstream gradient with the windows that forward looked at.",
        after=("forward",),
        lesson="backward",
    ),
    conv.check(
        "gradient",
        "gradient",
        4,
        "Conv2d.backward",
        "Conv2d.backward is the slope of Conv2d.forward",
        "Nudge one number of x or W, and see by how much the loss moves: backward must say the same.",
        "If this passes and parity does not, forward itself is off; if this fails, compare forward and backward.",
        run="slope",
        lesson="backward",
    ),
    conv.check(
        "behaviour",
        "behaviour",
        4,
        "Conv2d.forward",
        "Conv2d keeps dtype, inputs and earlier calls apart",
        "A layer is used again and again: nothing may leak from one call into the next, or into the caller's arrays.",
        after=("forward", "backward"),
    ),
    conv.check(
        "errors",
        "behaviour",
        2,
        "Conv2d.forward",
        "Conv2d refuses wrong shapes with a ValueError",
        "Check rank, channels and size before computing, and say what was expected and what came.",
    ),
)

CHECKS: tuple[Check, ...] = CONV
