"""What people get wrong in Conv2d: each mistake recomputed, most often by asking PyTorch another question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from dlf_grader.instruments.layer import Array, Ask, Case, Misconception


def _with_w(case: Case, w: Array) -> Case:
    return replace(case, attributes=case.attributes | {"W": w})


def _upstream(case: Case) -> Array:
    assert case.upstream is not None
    return case.upstream


# -- forward --------------------------------------------------------------------------------------


def _kernel_flipped(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = ask(_with_w(case, case.attributes["W"][:, :, ::-1, ::-1].copy()))[tensor]
    return answer[:, :, ::-1, ::-1] if tensor == "dL_dW" else answer


def _kernel_transposed(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = ask(_with_w(case, case.attributes["W"].swapaxes(2, 3).copy()))[tensor]
    return answer.swapaxes(2, 3) if tensor == "dL_dW" else answer


def _with_bias_times(ask: Ask, case: Case, factor: int) -> Array | None:
    if case.attributes["b"] is None:
        return None
    answer: Array = ask(replace(case, attributes=case.attributes | {"b": case.attributes["b"] * factor}))["y"]
    return answer


def _bias_forgotten(ask: Ask, case: Case, tensor: str) -> Array | None:
    return _with_bias_times(ask, case, 0)


def _bias_for_each_channel(ask: Ask, case: Case, tensor: str) -> Array | None:
    return _with_bias_times(ask, case, case.init["in_channels"])


def _padding_forgotten(ask: Ask, case: Case, tensor: str) -> Array | None:
    return _resized(ask, case, padding=0) if case.init["padding"] else None


def _stride_forgotten(ask: Ask, case: Case, tensor: str) -> Array | None:
    return _resized(ask, case, stride=1) if case.init["stride"] > 1 else None


def _resized(ask: Ask, case: Case, **init: int) -> Array:
    """y with another stride or padding; the upstream gradient only has to fit."""
    h, w = case.inputs[0].shape[2:]
    k, s, p = (({**case.init, **init})[name] for name in ("kernel_size", "stride", "padding"))
    shape = (*_upstream(case).shape[:2], (h + 2 * p - k) // s + 1, (w + 2 * p - k) // s + 1)
    answer: Array = ask(replace(case, init=case.init | init, upstream=np.ones(shape)))["y"]
    return answer


def _padded(ask: Ask, case: Case, tensor: str, mode: str) -> Array | None:
    """The answer for an image that was padded beforehand."""
    p = case.init["padding"]
    if not p:
        return None
    image = np.pad(case.inputs[0], ((0, 0), (0, 0), (p, p), (p, p)), mode=mode)  # type: ignore[call-overload]  # literals
    answer: Array = ask(replace(case, init=case.init | {"padding": 0}, inputs=(image,)))[tensor]
    return answer


def _edge_padding(ask: Ask, case: Case, tensor: str) -> Array | None:
    return _padded(ask, case, tensor, "edge")


def _only_first_channel(ask: Ask, case: Case, tensor: str) -> Array:
    w = np.zeros_like(case.attributes["W"])
    w[:, :1] = case.attributes["W"][:, :1]
    answer: Array = ask(_with_w(case, w))[tensor]
    return answer


# -- backward -------------------------------------------------------------------------------------


def _padding_kept(ask: Ask, case: Case, tensor: str) -> Array | None:
    return _padded(ask, case, tensor, "constant")


def _spread(case: Case, windows: Iterable[tuple[Array, Array]], into: Array) -> Array:
    """Write each part to its place, the last to write wins; then cut the padding off."""
    for place, part in windows:
        place[...] = part[:, :, : place.shape[2], : place.shape[3]]
    p, (h, w) = case.init["padding"], case.inputs[0].shape[2:]
    return into[:, :, p : p + h, p : p + w]


def _blank(case: Case) -> Array:
    (n, c, h, w), p = case.inputs[0].shape, case.init["padding"]
    return np.zeros((n, c, h + 2 * p, w + 2 * p))


def _overwritten_by_window(ask: Ask, case: Case, tensor: str) -> Array:
    k, s, into = case.init["kernel_size"], case.init["stride"], _blank(case)

    def windows() -> Iterator[tuple[Array, Array]]:
        for i, j in np.ndindex(_upstream(case).shape[2:]):
            part = np.einsum("no,ocij->ncij", _upstream(case)[:, :, i, j], case.attributes["W"])
            yield into[:, :, i * s : i * s + k, j * s : j * s + k], part

    return _spread(case, windows(), into)


def _taps(case: Case, into: Array, stride: int) -> Iterator[tuple[Array, Array]]:
    """For each place in the kernel: the pixels it met, and what they get back from it."""
    h_out, w_out = _upstream(case).shape[2:]
    for i, j in np.ndindex(case.attributes["W"].shape[2:]):
        part = np.einsum("nohw,oc->nchw", _upstream(case), case.attributes["W"][:, :, i, j])
        yield into[:, :, i : i + stride * h_out : stride, j : j + stride * w_out : stride], part


def _overwritten_by_tap(ask: Ask, case: Case, tensor: str) -> Array:
    into = _blank(case)
    return _spread(case, _taps(case, into, case.init["stride"]), into)


def _stride_forgotten_in_spread(ask: Ask, case: Case, tensor: str) -> Array | None:
    if case.init["stride"] == 1:
        return None
    into = _blank(case)
    added = ((place, place + part[:, :, : place.shape[2], : place.shape[3]]) for place, part in _taps(case, into, 1))
    return _spread(case, added, into)


def _flipped_in_backward(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = ask(_with_w(case, case.attributes["W"][:, :, ::-1, ::-1].copy()))["dL_dx"]
    return answer


def _averaged_over_batch(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = ask(case)[tensor] / len(case.inputs[0])
    return answer


def _last_sample_only(ask: Ask, case: Case, tensor: str) -> Array:
    last = replace(case, inputs=(case.inputs[0][-1:],), upstream=_upstream(case)[-1:])
    answer: Array = ask(last)[tensor]
    return answer


def _bias_gradient_for_each_pixel(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = _upstream(case).sum(axis=0)
    return answer


MISTAKES = (
    Misconception(
        "kernel-flipped",
        "It looks as if the kernel were flipped: in deep learning a convolution is a cross-correlation, W as it is.",
        ("y", "dL_dW"),
        _kernel_flipped,
    ),
    Misconception(
        "kernel-transposed",
        "It looks as if the kernel's rows and columns were swapped: W[o, c, i, j] meets row i, column j of a window.",
        ("y", "dL_dx", "dL_dW"),
        _kernel_transposed,
    ),
    Misconception(
        "bias-forgotten",
        "It looks as if the bias were never added: every pixel of output channel o gets b[o].",
        ("y",),
        _bias_forgotten,
    ),
    Misconception(
        "bias-for-each-channel",
        "It looks as if the bias were added once for each input channel: add it once, after the sum over channels.",
        ("y",),
        _bias_for_each_channel,
    ),
    Misconception(
        "padding-forgotten",
        "It looks as if padding were ignored: put p rows and columns of zeros on each side first.",
        ("y",),
        _padding_forgotten,
    ),
    Misconception(
        "stride-forgotten",
        "It looks as if stride were ignored in forward: the window of output pixel (i, j) starts at (i·s, j·s).",
        ("y",),
        _stride_forgotten,
    ),
    Misconception(
        "edge-padding",
        "It looks as if the image were padded with copies of its edge: pad with zeros.",
        ("y",),
        _edge_padding,
    ),
    Misconception(
        "first-channel-only",
        "It looks as if only the first input channel were used: an output channel sums over all of them.",
        ("y",),
        _only_first_channel,
    ),
    Misconception(
        "padding-kept",
        "It looks as if dL_dx still had the padding around it: cut p rows and columns off each side.",
        ("dL_dx",),
        _padding_kept,
    ),
    *(
        Misconception(
            name,
            "It looks as if, where windows overlap, the last gradient replaced the others in dL_dx: a pixel collects "
            "the sum (+=).",
            ("dL_dx",),
            overwritten,
        )
        for name, overwritten in (
            ("windows-overwrite", _overwritten_by_window),
            ("taps-overwrite", _overwritten_by_tap),
        )
    ),
    Misconception(
        "stride-ignored-in-backward",
        "It looks as if stride were ignored when the gradient is spread back: window (i, j) lies at (i·s, j·s).",
        ("dL_dx",),
        _stride_forgotten_in_spread,
    ),
    Misconception(
        "kernel-flipped-in-backward",
        "It looks as if the kernel were flipped when the gradient is spread back: each pixel gets its gradient through "
        "the very weight it was multiplied with.",
        ("dL_dx",),
        _flipped_in_backward,
    ),
    Misconception(
        "averaged-over-batch",
        "It looks as if the gradient were averaged over the batch: sum it; the loss has done the averaging already.",
        ("dL_dW", "dL_db"),
        _averaged_over_batch,
    ),
    Misconception(
        "last-sample-only",
        "It looks as if only the last sample counted: sum the gradient over the whole batch.",
        ("dL_dW", "dL_db"),
        _last_sample_only,
    ),
    Misconception(
        "bias-gradient-for-each-pixel",
        "It looks as if dL_db were summed over the batch only: b[o] was added to every pixel, so sum over rows and "
        "columns too.",
        ("dL_db",),
        _bias_gradient_for_each_pixel,
    ),
)
