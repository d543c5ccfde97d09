"""What people get wrong in Conv2d: each mistake recomputed, most often by asking PyTorch another question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, mistake
from dlf_grader.milestones.m1.conv.forward_mistakes import SLIPS


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


def _padded(ask: Ask, case: Case, tensor: str, mode: str) -> Array | None:
    """The answer for an image that was padded beforehand."""
    p = case.init["padding"]
    if not p:
        return None
    image = np.pad(case.inputs[0], ((0, 0), (0, 0), (p, p), (p, p)), mode=mode)  # type: ignore[call-overload]  # literals
    answer: Array = ask(replace(case, init=case.init | {"padding": 0}, inputs=(image,)))[tensor]
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


def _of_last_window(ask: Ask, case: Case, tensor: str) -> Array:
    last = np.zeros_like(_upstream(case))
    last[:, :, -1, -1] = _upstream(case)[:, :, -1, -1]
    answer: Array = ask(replace(case, upstream=last))[tensor]
    return answer


def _bias_gradient_for_each_pixel(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = _upstream(case).sum(axis=0)
    return answer


OVERWRITTEN = (
    "Where windows overlap, the last gradient replaces the others in dL_dx: add them up, += for slices, and np.add.at "
    "for arrays of indices that repeat."
)


def _cropped(ask: Ask, case: Case, tensor: str) -> Array:
    """dL_dx cut with p:-p, of which nothing is left where p is 0."""
    answer: Array = ask(case)[tensor]
    return answer if case.init["padding"] else answer[:, :, :0, :0]


def _cut_at_one_end(ask: Ask, case: Case, tensor: str) -> Array:
    h, w = case.inputs[0].shape[2:]
    kept = _padded(ask, case, tensor, "constant")
    answer: Array = ask(case)[tensor] if kept is None else kept[:, :, :h, :w]
    return answer


def _averaged_over_pixels(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = ask(case)[tensor] / _upstream(case)[0, 0].size
    return answer


def _averaged_over_both(ask: Ask, case: Case, tensor: str) -> Array:
    answer: Array = ask(case)[tensor] / _upstream(case)[:, 0].size
    return answer


MISTAKES = (
    *SLIPS,
    mistake(
        "cut-to-nothing",
        "dL_dx",
        _cropped,
        "dL_dx is empty without padding: p:-p is 0:0 where p = 0. Cut with p : p + H and p : p + W.",
    ),
    mistake(
        "padding-cut-at-one-end",
        "dL_dx",
        _cut_at_one_end,
        "dL_dx is cut at its far end only: leave out the first p rows and columns too, with p : p + H and p : p + W.",
    ),
    mistake(
        "averaged-over-pixels",
        ("dL_dW", "dL_db"),
        (_averaged_over_pixels, _averaged_over_both),
        "The gradient is averaged over the pixels: sum over rows and columns, as each pixel used the parameter once.",
    ),
    mistake(
        "kernel-flipped",
        "y",
        _kernel_flipped,
        "The kernel is flipped. In deep learning a convolution is a cross-correlation: use W without flipping it.",
    ),
    mistake(
        "weights-gradient-flipped",
        "dL_dW",
        _kernel_flipped,
        "dL_dW is flipped: the gradient of the weight at (i, j) comes from row i, column j of every window.",
    ),
    mistake(
        "kernel-transposed",
        ("y", "dL_dx", "dL_dW"),
        _kernel_transposed,
        "The kernel's rows and columns are swapped: W[o, c, i, j] multiplies row i, column j of a window.",
    ),
    mistake(
        "padding-kept",
        "dL_dx",
        _padding_kept,
        "dL_dx still includes the padding: cut p rows and p columns off each side.",
    ),
    mistake("windows-overwrite", "dL_dx", _overwritten_by_window, OVERWRITTEN),
    mistake("taps-overwrite", "dL_dx", _overwritten_by_tap, OVERWRITTEN),
    mistake(
        "stride-ignored-in-backward",
        "dL_dx",
        _stride_forgotten_in_spread,
        "The stride is ignored in backward: the gradient of output pixel (i, j) belongs to the window at (i·s, j·s).",
    ),
    mistake(
        "kernel-flipped-in-backward",
        "dL_dx",
        _flipped_in_backward,
        "The kernel is flipped in backward: each pixel gets its gradient through the weight that multiplied it.",
    ),
    mistake(
        "averaged-over-batch",
        ("dL_dW", "dL_db"),
        _averaged_over_batch,
        "The gradient is averaged over the batch: sum it. The loss has already averaged.",
    ),
    mistake(
        "last-window-only",
        ("dL_dW", "dL_db"),
        _of_last_window,
        "Only the last window counts: every window used the parameter, so add up with += what each of them gives.",
    ),
    mistake(
        "bias-gradient-for-each-pixel",
        "dL_db",
        _bias_gradient_for_each_pixel,
        "dL_db is summed over the batch only: b[o] is added to every pixel, so sum over rows and columns too.",
    ),
)
