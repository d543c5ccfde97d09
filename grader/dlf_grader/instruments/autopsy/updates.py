"""What a training in NumPy did to its parameters, beside what PyTorch would have done on the same state.

A cause is named where the numbers are a simple multiple of the right ones, or a sum with those of the step before.
Anything else is told as it was measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from dlf_grader.instruments.autopsy.cause import Finding
from dlf_grader.instruments.case import Array
from dlf_grader.report import Diagnosis

LOOKS_OF_A_COURSE, FALLEN = 4, 0.9  # how many, and how far they must have sunk, before a course is said to fade
SEVERAL, LEAST_SHARE = 3, 1e-4  # looks that show another rule, and how much it shrinks the weights
PLAIN = "Subtract lr × the gradient itself."
MISTAKES = {
    "rectifier-passes-all": "The gradient passes ReLU where its input is negative. Multiply it by (x > 0).",
    "loss-without-logarithm": "The loss takes the probabilities themselves. Take their logarithms: log_softmax.",
    "logits-rectified": "A ReLU follows the last layer, so no logit is negative. Return what the last layer gives.",
    "logits-are-probabilities": "A softmax follows the last layer, and the loss has its own. Return the logits.",
    "softmax-down-the-batch": "The loss takes its softmax over the rows of a batch. Take it over the classes: axis=1.",
}
EXACT = 2e-3  # where one number times the right ones is meant
CLOSE = 0.02  # of the right one's size: what is subtracted from float32 weights is rounded


@dataclass(frozen=True, eq=False)  # arrays have no one answer to ==
class Look:
    """One step.

    Attributes:
        did, right: for each parameter; updates, which are subtracted, or gradients.
        before: the parameters, from which updates were subtracted.
        mistaken: what would be subtracted with a mistake, by its name in `MISTAKES`.
    """

    step: int
    rate: float
    did: tuple[Array, ...]
    right: tuple[Array, ...]
    before: tuple[Array, ...] = ()
    mistaken: Mapping[str, tuple[Array, ...]] = field(default_factory=dict)

    def rounding(self, p: int) -> float:
        """How far the update of a parameter may be off because its numbers have so many digits."""
        return 2 * float(np.finfo(self.before[p].dtype).eps) * _norm([self.before[p]]) if self.before else 0.0


@dataclass(frozen=True)
class Course:
    """The steps that were looked at.

    Attributes:
        names: of the parameters.
        rows: of a batch.
        what: "update" or "gradient".
        where: the function that it comes from.
        looks: in their order; the first two are steps 1 and 2.
        keeps: what is kept between steps besides velocities: "", "squares", or "count" where there are steps counted.
    """

    names: tuple[str, ...]
    rows: int
    what: str
    where: str
    looks: Sequence[Look]
    keeps: str = ""


def found_in(course: Course) -> Finding:
    """The cause, or what was measured."""
    steps = ", ".join(str(look.step) for look in course.looks)
    at = next((at for at, look in enumerate(course.looks) if _wrong(look)), None)
    if at is None:
        return Finding(measured=(f"At steps {steps} every {course.what} is PyTorch's on the same state.",))
    look = course.looks[at]
    wrong = _wrong(look)
    cause = _named(course, at, wrong)
    if cause is not None:
        return Finding(cause)
    return Finding(measured=(f"{_so_far(course, at)}{_differing(course, look, wrong)}",))


def _wrong(look: Look) -> list[int]:
    """The parameters whose numbers are not the right ones."""
    pairs = enumerate(zip(look.did, look.right, strict=True))
    return [at for at, (did, right) in pairs if not _alike(did, right, look.rounding(at))]


def _alike(did: Array, right: Array, rounding: float = 0.0) -> bool:
    return did.shape == right.shape and _norm([did - right]) <= CLOSE * _norm([right]) + rounding + 1e-12


def _so_far(course: Course, at: int) -> str:
    if not at:
        return f"At step {course.looks[at].step} "
    return f"Up to step {course.looks[at - 1].step} every {course.what} is PyTorch's. At step {course.looks[at].step} "


def _named(course: Course, at: int, wrong: list[int]) -> Diagnosis | None:
    look, what, where = course.looks[at], course.what, course.where
    pairs = [(look.did[p], look.right[p]) for p in wrong]
    names = _listed(course, wrong)
    begin = _so_far(course, at)
    if any(did.shape != right.shape or not np.isfinite(did).all() for did, right in pairs):
        return None
    if not any(did.any() for did, _ in pairs):
        if len(wrong) == len(course.names):
            remedy = f"Does {where} return too early, or change a copy?"
            return Diagnosis("update-none", f"{begin}no parameter moves. {remedy}")
        lost = f"the {what} of {names} is zero, and PyTorch's is not."
        return Diagnosis("update-lost", f"{begin}{lost} Does {where} leave it out?")
    if at and course.looks[at - 1].step == look.step - 1 and (kept := _of_the_step_before(course, at, wrong, names)):
        return kept
    every = f"the {what} of {names}" if len(wrong) < len(course.names) else f"every {what}"
    if mistaken := _mistaken(course, wrong):
        return mistaken
    clear = [each for each in course.looks if _clear(each, wrong)]  # what has diverged tells nothing any more
    if look not in clear:
        return None
    ratios = [_multiple([(each.did[p], each.right[p]) for p in wrong]) for each in clear]
    if at == 0:
        for id, (value, remedy) in _reasons(course, look).items():
            values = [_reasons(course, each)[id][0] for each in clear]
            if abs(value - 1) > 3 * CLOSE and all(map(_near, ratios, values)):
                return Diagnosis(id, f"{begin}{every} is {_number(value)} times PyTorch's{remedy}")
    if other := _fading(course) or _clipped(course) or (_other_rule(course, clear, wrong, every) if at == 0 else None):
        return other
    ratio = ratios[clear.index(look)]
    if ratio is None:
        return None
    said = f"{begin}{every} is {_number(ratio)} times PyTorch's"
    if at:
        return Diagnosis("update-changes", f"{said}. Look for what changes then: a count, a state, lr.")
    if not all(_near(each, ratio) for each in ratios):
        return None
    return Diagnosis("update-scaled", f"{said}, at every step. Look for a factor too many, or one too few.")


def _clear(look: Look, wrong: list[int]) -> bool:
    """Whether the right numbers are there, and larger than what rounding does to them."""
    rights = [(_norm([look.right[p]]), look.rounding(p)) for p in wrong]
    return all(np.isfinite(size) and size > rounding / CLOSE for size, rounding in rights)


def _near(found: float | None, value: float) -> bool:
    return found is not None and abs(found - value) <= 2 * CLOSE * abs(value)


def _fading(course: Course) -> Diagnosis | None:
    """Updates that become smaller and smaller beside PyTorch's: a rate that falls, or a state that only grows.

    A count that stops fades Adam's updates as a falling rate does, so nothing is said of that.
    """
    pairs = [list(zip(look.did, look.right, strict=True)) for look in course.looks]
    if course.keeps == "count" or course.what != "update" or len(pairs) < LOOKS_OF_A_COURSE:
        return None
    sizes = [(_norm(look.did), _norm(look.right)) for look in course.looks]
    if not all(right and np.isfinite(did) for did, right in sizes) or _multiple(pairs[0], EXACT) is None:
        return None
    times = [did / right for did, right in sizes]
    if times[0] > 1 + CLOSE or any(later > 1.001 * earlier for earlier, later in pairwise(times)):
        return None
    if not 0 < times[-1] < FALLEN * times[0]:
        return None
    ends = f"{_number(times[0])} times PyTorch's at step {course.looks[0].step}, and {_number(times[-1])} times at step"
    said = f"The updates fade: they are {ends} {course.looks[-1].step}."
    if all(_multiple(pair, EXACT) is not None for pair in pairs):
        return Diagnosis("update-rate-falls", f"{said} Take lr as it is given: lowering it is a schedule's work.")
    if course.keeps == "squares":
        return Diagnosis("update-fades", f"{said} The state only grows: let it decay at every step.")
    return None


def _clipped(course: Course) -> Diagnosis | None:
    """Updates by gradients that are kept below a bound: each number, or the length of all together."""
    clear = [look for look in course.looks if _clear(look, [*range(len(look.right))])]
    if course.what != "update" or len(clear) < SEVERAL or sum(bool(_wrong(look)) for look in clear) < SEVERAL:
        return None
    for size, clip, what in (
        (_largest, _numbers_clipped, "no number of a gradient counts for more than"),
        (_norm, _length_clipped, "all gradients together are no longer than"),
    ):
        bounds = [size(look.did) / look.rate for look in clear if _wrong(look)]
        at_most = max(bounds)
        if at_most - min(bounds) <= EXACT * at_most and all(
            _alike(did, clip(look, p, at_most * look.rate), look.rounding(p))
            for look in clear
            for p, did in enumerate(look.did)
        ):
            return Diagnosis("update-clipped", f"In the updates {what} {_number(at_most)}: they are clipped. {PLAIN}")
    return None


def _numbers_clipped(look: Look, p: int, bound: float) -> Array:
    clipped: Array = np.clip(look.right[p], -bound, bound)
    return clipped


def _length_clipped(look: Look, p: int, bound: float) -> Array:
    return look.right[p] * min(1.0, bound / _norm(look.right))


def _largest(arrays: Sequence[Array]) -> float:
    return max(float(np.abs(array).max(initial=0.0)) for array in arrays)


def _mistaken(course: Course, wrong: list[int]) -> Diagnosis | None:
    """A mistake that explains every number at every step."""
    for name, text in MISTAKES.items():
        if all(name in look.mistaken and _explained(look, name) for look in course.looks) and wrong:
            return Diagnosis(name, text)
    return None


def _explained(look: Look, name: str) -> bool:
    pairs = enumerate(zip(look.did, look.mistaken[name], strict=True))
    return all(_alike(did, right, look.rounding(p)) for p, (did, right) in pairs)


def _other_rule(course: Course, clear: list[Look], wrong: list[int], every: str) -> Diagnosis | None:
    """Updates that shrink the weights, or that have one length."""
    if course.what != "update" or len(clear) < SEVERAL:
        return None
    pairs = [(look, p) for look in clear for p in wrong]
    shares = [_multiple([(look.did[p] - look.right[p], look.before[p])]) for look, p in pairs if look.before[p].any()]
    if shares and all(_near(share, shares[0] or 0.0) for share in shares) and abs(shares[0] or 0.0) > LEAST_SHARE:
        taken = f"besides lr × gradient, {every} takes {_number(shares[0] or 0.0)} times the weights at every step."
        return Diagnosis("update-shrinks", f"{_capital(taken)} Subtract lr × gradient alone.")
    if any(_multiple([(look.did[p], look.right[p])]) is None for look, p in pairs):
        return None
    lengths = [_norm([look.did[p]]) / look.rate for look, p in pairs]
    sizes = [_norm([look.right[p]]) / look.rate for look, p in pairs]
    if max(lengths) - min(lengths) <= CLOSE * max(lengths) and max(sizes) > 1.5 * min(sizes):
        said = f"{_capital(every)} has the length lr × {_number(lengths[0])}, however long the gradient is."
        return Diagnosis("update-normalised", f"{said} {PLAIN}")
    return None


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _norm(arrays: Sequence[Array]) -> float:
    return float(np.sqrt(sum(float(np.vdot(array, array)) for array in arrays)))


def _reasons(course: Course, look: Look) -> dict[str, tuple[float, str]]:
    """Multiples that have a reason, and what to do about it, by the id of the cause."""
    rows, rate = course.rows, look.rate
    sign = "*Subtract* the gradient, times lr." if course.what == "update" else "Does the loss have its minus?"
    known = {
        "update-sign": (-1.0, f": the sign is wrong. {sign}"),
        "update-summed": (float(rows), f", and a batch has {rows} rows: take the mean over the batch, not the sum."),
        "update-divided": (1 / rows, f", and a batch has {rows} rows: divide by their number once, not twice."),
    }
    if course.what == "update":
        known["update-rate-twice"] = (rate, f", which is lr, {rate:.3g}: multiply by lr once.")
        known["update-rate-ignored"] = (1 / rate, f", which is 1 / lr: multiply by lr, {rate:.3g} here.")
    return known


def _of_the_step_before(course: Course, at: int, wrong: list[int], names: str) -> Diagnosis | None:
    """Numbers that are the step before's, or the sum of both."""
    look, before, what = course.looks[at], course.looks[at - 1], course.what
    scale = look.rate / before.rate if what == "update" else 1.0
    late = all(_alike(look.did[p], scale * before.right[p]) for p in wrong)
    if late:
        remedy = "Compute the gradient of this batch first, then update."
        return Diagnosis(
            "update-late", f"At step {look.step} the {what} of {names} is that of the step before. {remedy}"
        )
    if all(_alike(look.did[p], look.right[p] + scale * before.did[p]) for p in wrong):
        remedy = "Set the gradient to zero, or make a new one, in every step."
        summed = f"the {what} of {names} is the sum of this step's and the one's before"
        return Diagnosis("update-accumulates", f"At step {look.step} {summed}. {remedy}")
    return None


def _multiple(pairs: list[tuple[Array, Array]], close: float = CLOSE) -> float | None:
    """The number that all are times the right ones; None where there is none."""
    ratios = [float(np.vdot(did, right) / np.vdot(right, right)) for did, right in pairs if right.any()]
    if not ratios or len(ratios) < len(pairs):
        return None
    ratio = ratios[0]
    exact = ratio and all(_norm([did / ratio - right]) <= close * _norm([right]) for did, right in pairs)
    return ratio if exact else None


def _differing(course: Course, look: Look, wrong: list[int]) -> str:
    """How far the first of the wrong ones is off."""
    did, right = look.did[wrong[0]], look.right[wrong[0]]
    name, what = course.names[wrong[0]], course.what
    if did.shape != right.shape:
        return f"the {what} of {name} has shape {did.shape}, expected {right.shape}."
    sizes = float(np.linalg.norm(did)), float(np.linalg.norm(right))
    if not all(np.isfinite(sizes)) or not all(sizes):
        return f"the {what} of {name} has norm {sizes[0]:.3g}, PyTorch's {sizes[1]:.3g}."
    cosine = float(np.vdot(did, right)) / (sizes[0] * sizes[1])
    return (
        f"the {what} of {name} has {_number(sizes[0] / sizes[1])} times PyTorch's norm, and cosine {cosine:.2f} to it."
    )


def _listed(course: Course, at: list[int]) -> str:
    return " and ".join(filter(None, [", ".join(course.names[p] for p in at[:-1]), course.names[at[-1]]]))


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
