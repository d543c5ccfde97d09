"""Conv2d: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Gradient, Initial, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m1_cnn/conv.py")
conv = Section("m1.conv", EXERCISE, f"{__name__}.subject:CONV2D", "convolution")

CHECKS = (
    conv.check(
        "init",
        Initial({"in_channels": 14, "out_channels": 48, "kernel_size": 5}, (48, 14, 5, 5), fan_in=14 * 5 * 5),
        3,
        "Conv2d.__init__",
        "Conv2d starts He-normal, drawn from rng",
        "How many inputs feed one output? That is the fan-in. A kernel sees every input channel.",
        "The standard deviation is √(2 / fan-in), with fan-in = in_channels · kernel_size².",
    ),
    conv.check(
        "forward",
        Parity("y"),
        12,
        "Conv2d.forward",
        "Conv2d.forward matches PyTorch",
        "Start with one image, one channel, one kernel, and two loops over the output's rows and columns.",
        "np.lib.stride_tricks.sliding_window_view gives every window at once. Take every stride-th of them.",
        "Each output is a sum over channel, kernel row and kernel column: compute one matrix product, then add b.",
        lesson="forward",
    ),
    conv.check(
        "backward",
        Parity("dL_dx"),
        12,
        "Conv2d.backward",
        "Conv2d.backward sends the right gradient to x",
        "Which windows cover a given pixel? The pixel's gradient is a sum over them.",
        "For each kernel position (i, j), add W[:, :, i, j] times the upstream gradient to the pixels it multiplied.",
        "Those pixels are x[:, :, i : i + s·H' : s, j : j + s·W' : s] of the padded image. Cut the padding off last.",
        after=("forward",),
        lesson="backward",
    ),
    conv.check(
        "parameters",
        Parity("dL_dW", "dL_db", cases_of="m1.conv.backward"),
        8,
        "Conv2d.backward",
        "Conv2d.backward leaves the right gradients in dL_dW and dL_db",
        "How often is one weight used? Its gradient is a sum over every window of every image.",
        "Compute dL_dW as the product of the upstream gradient with the windows of forward.",
        "Sum the upstream gradient over all pixels of channel o: b[o] was added to each of them.",
        after=("forward",),
        lesson="backward",
    ),
    conv.check(
        "gradient",
        Gradient(),
        4,
        "Conv2d.backward",
        "Conv2d.backward is the gradient of Conv2d.forward",
        "Change one element of x or W by a small step. How much does the loss change? backward must agree.",
        "Compare backward with forward line by line: what does each line of forward do to a small change?",
        after=("forward",),
        lesson="backward",
    ),
    conv.check(
        "behaviour",
        Behaviour(),
        4,
        "Conv2d.forward",
        "Conv2d keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "What does one call leave behind on self, or in the caller's arrays, that the next call would see?",
        "Cast W and b to x's dtype inside forward. Store there what backward needs. Overwrite dL_dW.",
        after=("forward", "backward"),
    ),
    conv.check(
        "errors",
        BadShapes(
            (
                (
                    "an image without a batch axis",
                    {"in_channels": 1, "out_channels": 1, "kernel_size": 2},
                    ((1, 3, 3),),
                ),
                (
                    "the wrong number of channels",
                    {"in_channels": 2, "out_channels": 1, "kernel_size": 2},
                    ((1, 3, 4, 4),),
                ),
                (
                    "an image smaller than the kernel",
                    {"in_channels": 1, "out_channels": 1, "kernel_size": 4},
                    ((1, 1, 3, 5),),
                ),
            )
        ),
        2,
        "Conv2d.forward",
        "Conv2d refuses wrong shapes with a ValueError",
        "Check rank, channels and size before computing. Say what was expected and what came.",
        "x.ndim must be 4, x.shape[1] in_channels, and the padded image at least as large as the kernel.",
        after=("forward",),
    ),
)
