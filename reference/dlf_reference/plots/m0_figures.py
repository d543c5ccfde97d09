"""Pictures of milestone 0: initialisation, activations, cross-entropy, the gradient check."""

import numpy as np
from matplotlib.figure import Figure

from dlf_reference.plots.canvas import BLUE, GREEN, INK, MONO, MUTED, ORANGE, PLUM, card


def initialisation() -> Figure:
    """Root mean square of the activations of a 30-layer ReLU network, for three scales of the weights."""
    width, depth = 256, 30
    scales = (
        ("std 0.05", 0.05, GREEN, "--", "s"),
        ("He: std √(2/256) = 0.088", np.sqrt(2 / width), BLUE, "-", "o"),
        ("std 0.15", 0.15, ORANGE, ":", "^"),
    )
    figure = card(6.6, 3.0)
    axes = figure.add_subplot()
    for label, std, colour, dash, marker in scales:
        rng = np.random.default_rng(0)
        x = rng.normal(size=(256, width))
        rms = [1.0]
        for _ in range(depth):
            x = np.maximum(x @ rng.normal(scale=std, size=(width, width)).T, 0)
            rms.append(float(np.sqrt(np.mean(x**2))))
        axes.semilogy(rms, dash, color=colour, marker=marker, markersize=4, markevery=3, label=label)
    axes.set(xlabel="layer", ylabel="RMS of the activations", xlim=(0, depth), title="Same network, three scales of W")
    axes.legend(loc="upper left")
    return figure


def activations() -> Figure:
    """ReLU, sigmoid and tanh beside their derivatives."""
    x = np.linspace(-5, 5, 201)
    sigmoid, tanh = 1 / (1 + np.exp(-x)), np.tanh(x)
    relu, step = np.maximum(x, 0), np.where(x > 0, 1.0, 0.0)
    step[x == 0] = np.nan  # the jump is a gap, not a slope
    figure = card(7.2, 2.9)
    left, right = figure.subplots(1, 2)
    for axes, curves, title in (
        (left, (relu, sigmoid, tanh), "y"),
        (right, (step, sigmoid * (1 - sigmoid), 1 - tanh**2), "dy/dx"),
    ):
        for curve, colour, dash, label in zip(
            curves, (BLUE, ORANGE, GREEN), ("-", "--", ":"), ("ReLU", "Sigmoid", "Tanh"), strict=True
        ):
            axes.plot(x, curve, dash, color=colour, label=label)
        axes.set(title=title, xlabel="x", xlim=(-5, 5))
    left.set_ylim(-1.2, 3)
    left.legend(loc="upper left")
    right.set_ylim(-0.05, 1.15)
    right.annotate(
        "Sigmoid never exceeds 1/4",
        (0, 0.25),
        (-4.8, 0.52),
        color=ORANGE,
        arrowprops={"arrowstyle": "-", "color": ORANGE},
    )
    right.annotate("Tanh: 1 at 0", (0, 1.0), (-4.8, 0.97), color=GREEN, arrowprops={"arrowstyle": "-", "color": GREEN})
    right.annotate("ReLU: 0 or 1", (3.5, 1.0), (1.8, 1.06), color=BLUE)
    return figure


def cross_entropy() -> Figure:
    """Loss and gradient against the logit of the right class, and log-sum-exp against the maximum."""
    z = np.linspace(-8, 8, 161)
    loss = np.logaddexp(z, np.log(9.0)) - z
    figure = card(7.2, 3.0)
    left, right = figure.subplots(1, 2)
    left.plot(z, loss, color=BLUE, label="loss")
    left.plot(z, np.exp(-loss) - 1, "--", color=ORANGE, label="gradient  p − 1")
    left.axhline(0, color=MUTED, linewidth=0.8)
    left.plot(0, np.log(10), "o", color=INK)
    left.annotate(
        "all ten equal: log 10 = 2.303", (0, np.log(10)), (0.6, 3.6), arrowprops={"arrowstyle": "-", "color": INK}
    )
    left.set(xlabel="logit of the right class (nine others at 0)", title="Cross-entropy", xlim=(-8, 8))
    left.legend(loc="upper right")
    right.plot(z, np.logaddexp(z, 0), color=BLUE, label="log(exp z + exp 0)")
    right.plot(z, np.maximum(z, 0), "--", color=ORANGE, label="max(z, 0)")
    right.annotate(
        "largest gap:\nlog 2, at z = 0", (0, np.log(2)), (-6.5, 3.2), arrowprops={"arrowstyle": "-", "color": INK}
    )
    right.set(xlabel="z", title="Log-sum-exp is a rounded maximum", xlim=(-8, 8))
    right.legend(loc="upper left")
    return figure


def gradient_check() -> Figure:
    """Relative error of finite differences of exp(sin x) at x = 1 against the step, in float64 and float32."""
    figure = card(7.2, 3.5)
    axes = figure.add_subplot()
    exact = np.exp(np.sin(1.0)) * np.cos(1.0)
    runs = (
        ("float64, central", np.float64, True, BLUE, "-", "o"),
        ("float64, forward only", np.float64, False, PLUM, "--", "s"),
        ("float32, central", np.float32, True, ORANGE, ":", "^"),
    )
    for label, dtype, central, colour, dash, marker in runs:
        steps, errors = [], []
        for exponent in np.arange(-1, -11.01, -0.5):
            x, eps = dtype(1.0), dtype(10.0**exponent)
            below = x - eps if central else x
            # divide by the eps asked for, as numerical_gradient does
            span = dtype(2) * eps if central else eps
            slope = (np.exp(np.sin(x + eps)) - np.exp(np.sin(below))) / span
            steps.append(10.0**exponent)
            errors.append(max(abs(float(slope) - exact) / exact, 1e-13))
        axes.loglog(steps, errors, dash, color=colour, marker=marker, markersize=4, label=label)
    axes.axvline(1e-6, color=MUTED, linewidth=1, linestyle="-.")
    axes.text(1.2e-6, 2e-12, "default eps = 1e-6", color=MUTED, va="center", fontfamily=MONO, fontsize=8)
    axes.text(4e-11, 3e-12, "rounding: ∝ 1/eps", ha="left")
    axes.text(9e-2, 3e-7, "truncation:\n∝ eps²", ha="right")
    axes.set(xlabel="eps", ylabel="relative error of the slope", title="d/dx exp(sin x) at x = 1", ylim=(5e-13, 5))
    axes.legend(loc="upper center", ncols=3, bbox_to_anchor=(0.5, -0.2))
    return figure
