"""Conv2d: its cases, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from dlf_grader.instruments.behaviour import manners, refuses
from dlf_grader.instruments.gradient import gradient
from dlf_grader.instruments.initialisation import he_normal
from dlf_grader.instruments.layer import Array, Ask, Case, Layer, Misconception, RngFor
from dlf_grader.instruments.parity import parity

# N, C, H, W, out, kernel, stride, padding, bias
SIZES = (
    (1, 1, 3, 3, 1, 2, 1, 0, True),
    (1, 1, 3, 3, 1, 2, 1, 0, False),
    (1, 1, 3, 3, 1, 3, 1, 0, True),
    (1, 1, 4, 4, 1, 2, 2, 0, True),
    (1, 1, 3, 3, 1, 2, 1, 1, True),
    (1, 1, 3, 3, 1, 1, 1, 0, True),
    (1, 1, 3, 3, 2, 2, 1, 0, True),
    (1, 2, 3, 3, 1, 2, 1, 0, True),
    (2, 1, 3, 3, 1, 2, 1, 0, True),
    (2, 2, 3, 3, 2, 2, 1, 0, True),
    (1, 1, 3, 4, 1, 2, 1, 0, True),
    (1, 1, 5, 3, 1, 2, 1, 0, True),
    (1, 1, 5, 5, 1, 2, 2, 0, True),  # the last row and column meet no window
    (1, 1, 3, 3, 1, 2, 3, 0, True),
    (1, 1, 4, 4, 1, 1, 2, 0, True),
    (1, 1, 1, 1, 1, 1, 1, 0, True),
    (1, 1, 1, 1, 1, 3, 1, 1, True),
    (1, 1, 3, 3, 1, 3, 1, 2, True),
    (1, 1, 4, 4, 1, 3, 2, 1, True),
    (2, 3, 5, 4, 4, 3, 1, 1, False),
    (2, 3, 5, 5, 4, 3, 2, 1, True),
    (3, 2, 6, 5, 3, 2, 2, 1, True),
    (2, 3, 7, 6, 4, 3, 3, 0, True),
    (4, 3, 8, 8, 4, 3, 1, 1, True),
    (2, 4, 6, 9, 3, 5, 1, 2, True),
    (2, 1, 9, 9, 3, 4, 3, 2, True),
    (5, 2, 7, 7, 6, 5, 2, 2, False),
    (3, 6, 10, 8, 5, 3, 2, 0, True),
    (1, 8, 12, 12, 8, 3, 1, 1, True),
    (4, 3, 14, 14, 6, 5, 1, 0, True),
)
WHOLE_NUMBERS = 11  # the first cases hold small whole numbers that can be followed by hand


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: one kernel on a 3 × 3 image, then one new thing at a time, then all at once."""
    for number, (n, c, h, w, o, k, s, p, bias) in enumerate(SIZES, start=1):
        rng = rng_for(number)
        out = (n, o, (h + 2 * p - k) // s + 1, (w + 2 * p - k) // s + 1)

        def draw(*shape: int, rng: np.random.Generator = rng, whole: bool = number <= WHOLE_NUMBERS) -> Array:
            return rng.integers(-3, 4, shape).astype(float) if whole else rng.standard_normal(shape)

        yield Case(
            label=_label(n, c, h, w, o, k, s, p, bias),
            traits=_traits(n, c, h, w, o, k, s, p, bias),
            init={"in_channels": c, "out_channels": o, "kernel_size": k, "stride": s, "padding": p, "bias": bias},
            attributes={"W": draw(o, c, k, k), "b": draw(o) if bias else None},
            inputs=(draw(n, c, h, w),),
            upstream=draw(*out),
        )


def _label(n: int, c: int, h: int, w: int, o: int, k: int, s: int, p: int, bias: bool) -> str:
    size = f"H=W={h}" if h == w else f"H={h} W={w}"
    words = [f"N={n} C={c} {size}", f"{o} out" if o > 1 else "", f"kernel {k}", f"stride {s}" if s > 1 else ""]
    words += [f"padding {p}" if p else "", "" if bias else "no bias"]
    return ", ".join(word for word in words if word)


def _traits(n: int, c: int, h: int, w: int, o: int, k: int, s: int, p: int, bias: bool) -> frozenset[str]:
    named = {
        "more than one sample": n > 1,
        "more than one input channel": c > 1,
        "more than one output channel": o > 1,
        "a height that is not the width": h != w,
        "a stride above 1": s > 1,
        "padding": p > 0,
        "no bias": not bias,
        "a kernel of size 1": k == 1,
        "rows that no window reaches": (h + 2 * p - k) % s > 0,
    }
    return frozenset(name for name, holds in named.items() if holds)


# -- what people get wrong ------------------------------------------------------------------------


def _with_w(case: Case, w: Array) -> Case:
    return replace(case, attributes=case.attributes | {"W": w})


def _kernel_flipped(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = ask(_with_w(case, case.attributes["W"][:, :, ::-1, ::-1].copy()))[tensor]
    return answer[:, :, ::-1, ::-1] if tensor == "dL_dW" else answer


def _kernel_transposed(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = ask(_with_w(case, case.attributes["W"].swapaxes(2, 3).copy()))[tensor]
    return answer.swapaxes(2, 3) if tensor == "dL_dW" else answer


def _bias_forgotten(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = ask(replace(case, attributes=case.attributes | {"b": None}))[tensor]
    return answer


def _bias_per_channel_summed(ask: Ask, case: Case, tensor: str) -> Array | None:
    b, c = case.attributes["b"], case.init["in_channels"]
    return None if b is None else ask(replace(case, attributes=case.attributes | {"b": b * c}))["y"]


def _padding_forgotten(ask: Ask, case: Case, tensor: str) -> Array | None:
    return _resized(ask, case, tensor, padding=0) if case.init["padding"] else None


def _stride_forgotten(ask: Ask, case: Case, tensor: str) -> Array | None:
    return _resized(ask, case, tensor, stride=1) if case.init["stride"] > 1 else None


def _resized(ask: Ask, case: Case, tensor: str, **init: int) -> Array:
    """The forward answer with another stride or padding; its upstream gradient has another shape, so any will do."""
    n, c, h, w = case.inputs[0].shape
    k, s, p = (({**case.init, **init})[name] for name in ("kernel_size", "stride", "padding"))
    shape = (n, case.init["out_channels"], (h + 2 * p - k) // s + 1, (w + 2 * p - k) // s + 1)
    answer: Array = ask(replace(case, init=case.init | init, upstream=np.ones(shape)))[tensor]
    return answer


def _edge_padding(ask: Ask, case: Case, tensor: str) -> Array | None:
    p = case.init["padding"]
    if not p:
        return None
    padded = np.pad(case.inputs[0], ((0, 0), (0, 0), (p, p), (p, p)), mode="edge")
    answer: Array = ask(replace(case, init=case.init | {"padding": 0}, inputs=(padded,)))[tensor]
    return answer


def _only_first_channel(ask: Ask, case: Case, tensor: str) -> Array:
    w = np.zeros_like(case.attributes["W"])
    w[:, :1] = case.attributes["W"][:, :1]
    answer: Array = ask(_with_w(case, w))[tensor]
    return answer


def _overwritten(ask: Ask, case: Case, tensor: str) -> Array:
    """Windows that overlap write to the same pixel of dL_dx; the last one to write wins."""
    assert case.upstream is not None
    x, w, s, p = case.inputs[0], case.attributes["W"], case.init["stride"], case.init["padding"]
    k = case.init["kernel_size"]
    spread = np.zeros((*x.shape[:2], x.shape[2] + 2 * p, x.shape[3] + 2 * p))
    for i, j in np.ndindex(case.upstream.shape[2:]):
        window = np.einsum("no,ocij->ncij", case.upstream[:, :, i, j], w)
        spread[:, :, i * s : i * s + k, j * s : j * s + k] = window
    return spread[:, :, p : p + x.shape[2], p : p + x.shape[3]]


def _stride_forgotten_in_spread(ask: Ask, case: Case, tensor: str) -> Array | None:
    """Windows are put back side by side, as if each began one pixel after the last."""
    assert case.upstream is not None
    x, w, s, p = case.inputs[0], case.attributes["W"], case.init["stride"], case.init["padding"]
    if s == 1:
        return None
    k, (h_out, w_out) = case.init["kernel_size"], case.upstream.shape[2:]
    spread = np.zeros((*x.shape[:2], x.shape[2] + 2 * p, x.shape[3] + 2 * p))
    for i, j in np.ndindex(k, k):
        part = np.einsum("nohw,oc->nchw", case.upstream, w[:, :, i, j])
        room = spread[:, :, i : i + h_out, j : j + w_out]
        room += part[:, :, : room.shape[2], : room.shape[3]]
    return spread[:, :, p : p + x.shape[2], p : p + x.shape[3]]


def _not_flipped_in_backward(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = ask(_with_w(case, case.attributes["W"][:, :, ::-1, ::-1].copy()))["dL_dx"]
    return answer


def _averaged_over_batch(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = ask(case)[tensor] / len(case.inputs[0])
    return answer


def _last_sample_only(ask: Ask, case: Case, tensor: str) -> Array:
    assert case.upstream is not None
    answer: Array = ask(replace(case, inputs=(case.inputs[0][-1:],), upstream=case.upstream[-1:]))[tensor]
    return answer


CONV = Layer(
    name="Conv2d",
    oracle="dlf_reference.oracles.m1:conv2d",
    cases=cases,
    parameters=("W", "b"),
    misconceptions=(
        Misconception(
            "kernel-flipped",
            "It looks as if the kernel were flipped: deep learning's convolution is a cross-correlation, W as it is.",
            ("y", "dL_dW"),
            _kernel_flipped,
        ),
        Misconception(
            "kernel-transposed",
            "It looks as if the kernel's rows and columns were swapped: W[o, c, i, j] meets the pixel at row i, column j.",
            ("y", "dL_dx", "dL_dW"),
            _kernel_transposed,
        ),
        Misconception(
            "bias-forgotten", "The bias is never added: each output channel o gets b[o].", ("y",), _bias_forgotten
        ),
        Misconception(
            "bias-per-input-channel",
            "The bias is added once for each input channel: add it once, after the sum over channels.",
            ("y",),
            _bias_per_channel_summed,
        ),
        Misconception(
            "padding-forgotten",
            "It looks as if padding were ignored: put p rows and columns of zeros on each side first.",
            ("y",),
            _padding_forgotten,
        ),
        Misconception(
            "stride-forgotten",
            "It looks as if stride were ignored in forward: the window at (i, j) starts at pixel (i·s, j·s).",
            ("y",),
            _stride_forgotten,
        ),
        Misconception(
            "edge-padding",
            "The image is padded with copies of its edge: the contract pads with zeros.",
            ("y", "dL_dW"),
            _edge_padding,
        ),
        Misconception(
            "first-channel-only",
            "Only the first input channel is used: an output channel sums over all of them.",
            ("y",),
            _only_first_channel,
        ),
        Misconception(
            "windows-overwrite",
            "Where windows overlap, their gradients overwrite each other in dL_dx: a pixel collects the sum (+=).",
            ("dL_dx",),
            _overwritten,
        ),
        Misconception(
            "stride-ignored-in-backward",
            "It looks as if stride were ignored when the gradient is spread back: window (i, j) lands at (i·s, j·s).",
            ("dL_dx",),
            _stride_forgotten_in_spread,
        ),
        Misconception(
            "kernel-flipped-in-backward",
            "The kernel is flipped when the gradient is spread back: each pixel gets back the weight it was met with.",
            ("dL_dx",),
            _not_flipped_in_backward,
        ),
        Misconception(
            "averaged-over-batch",
            "The gradient is averaged over the batch: sum it; the loss has done its averaging already.",
            ("dL_dW", "dL_db"),
            _averaged_over_batch,
        ),
        Misconception(
            "last-sample-only",
            "Only the last sample's gradient is kept: sum over the whole batch.",
            ("dL_dW", "dL_db"),
            _last_sample_only,
        ),
    ),
)

init = he_normal("Conv2d", {"in_channels": 8, "out_channels": 16, "kernel_size": 5}, (16, 8, 5, 5), fan_in=8 * 5 * 5)
forward = parity(CONV, "y")
backward = parity(CONV, "dL_dx")
parameters = parity(CONV, "dL_dW", "dL_db")
slope = gradient(CONV)
behaviour = manners(CONV)
errors = refuses(
    "Conv2d",
    [
        ("an image without a batch axis", {"in_channels": 1, "out_channels": 1, "kernel_size": 2}, np.zeros((1, 3, 3))),
        (
            "the wrong number of channels",
            {"in_channels": 2, "out_channels": 1, "kernel_size": 2},
            np.zeros((1, 3, 4, 4)),
        ),
        (
            "an image smaller than the kernel",
            {"in_channels": 1, "out_channels": 1, "kernel_size": 4},
            np.zeros((1, 1, 3, 5)),
        ),
    ],
)
