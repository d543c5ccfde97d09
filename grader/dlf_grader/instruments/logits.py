"""What the logits of a PyTorch model must be like: scores of each row by itself, that follow from the whole input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments import rows
from dlf_grader.instruments.bounds import BOUNDS, SQUASHED, WIDE, check_bounds
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.compare import close
from dlf_grader.instruments.constant import KNOWN_OF_THE_SAME, SAME, same_for_all
from dlf_grader.instruments.cuts import GRADIENTS, check_gradient
from dlf_grader.instruments.parameters import (
    HIDDEN_ROW,
    MADE_IN_FORWARD,
    ONE_DEVIATION,
    PROBES,
    Inputs,
    first_to_break,
    parameter_shapes,
)
from dlf_grader.instruments.places import line_where
from dlf_grader.instruments.subjects.network import FEW_CONVOLUTIONS, Network
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Call, Tensor
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

AFFINE_SHARE, SUMMED_SHARE = 1e-3, 1e-4  # of a change, below which no more than rounding is left of a bend
UNUSUAL = 11  # tokens of a text, and no size of a layer
SOFTMAX = Diagnosis(
    "softmax-at-the-end",
    "Return what the last nn.Linear gives. The cross-entropy of the recipe applies the softmax; a second one flattens "
    "its gradients.",
)
DROPS = Diagnosis(
    "drops-in-evaluation",
    "Numbers are dropped in evaluation mode too: use nn.Dropout, or F.dropout(x, p, training=self.training).",
)
RANDOM = Diagnosis("random-in-evaluation", "forward draws random numbers. Draw them in training mode only.")
KEPT = Diagnosis("kept-state", "No random number is drawn, so something is kept from one call for the next.")
OVERWRITTEN = Diagnosis(
    "weights-overwritten", "forward changes the model's weights. Draw and limit them in __init__ alone."
)
AFFINE = Diagnosis(
    "affine", "Put an activation such as ReLU between the layers: without one they amount to one linear layer."
)
DROPS_LOGITS = Diagnosis(
    "logits-dropped", "Put it before the last layer: in training mode some classes of each row get 0 for their logit."
)
SHARED_NORM = Diagnosis(
    "shared-norm",
    "One batch norm keeps one mean for all its uses. Make a new one, or a new block, for each place: [block] * n is "
    "one block, n times.",
)
CLASSES_FIXED = Diagnosis("classes-fixed", "Make the last layer num_classes wide, instead of a number of your own.")
UNSTEADY = (DROPS, MADE_IN_FORWARD, RANDOM, KEPT)
TRAINED = (HIDDEN_ROW, ONE_DEVIATION, DROPS_LOGITS, SHARED_NORM, *GRADIENTS)
KNOWN = (
    CLASSES_FIXED,
    SOFTMAX,
    *BOUNDS,
    *rows.MISTAKES,
    *UNSTEADY,
    *KNOWN_OF_THE_SAME,
    OVERWRITTEN,
    AFFINE,
    *TRAINED,
)


def known_of(network: Network) -> list[Diagnosis]:
    """The mistakes that a check of a network's logits names."""
    told = [given for given in (network.ordered, network.summed, network.alone) if given is not None]
    return [*KNOWN, *([FEW_CONVOLUTIONS] if network.convolutions else []), *told, *network.names]


def check_logits(network: Network, submission: Submission, ctx: Context) -> Measurements:
    """Check that a model gives each row of its input logits of its own, which follow from all of it."""
    count = 2
    inputs = network.rows(ctx, count)
    label = f"inputs {inputs[0].shape}, num_classes={network.classes[0]}"
    model = network.stirred(submission, ctx, inputs, num_classes=network.classes[0])
    together = steady_logits(network, submission, ctx, model, label, inputs)
    alone = _each(network, submission, model, label, [tuple(x[row : row + 1] for x in inputs) for row in range(count)])
    for row in range(count):
        if not close(alone[row], together[row : row + 1], 1e-4):
            raise rows.failure(
                submission,
                model,
                _at(label),
                lambda number: network.inputs(ctx.rng(number), rows.ROWS),
                lambda batch: _each(network, submission, model, label, [batch])[0],
            )
    if _change(together[0], together[1]) < SAME * _size(together):
        _not_overwritten(network, submission, ctx, label, inputs)
        raise same_for_all(submission, model, _at(label), inputs)
    if inputs[0].dtype.kind == "f":
        _not_affine(network, submission, model, label, inputs)
    if network.convolutions:
        _has_convolutions(network, submission, model, inputs[0][:1])
    if network.ordered is not None:
        backwards = (inputs[0][:, ::-1].copy(), *inputs[1:])
        (turned,) = _each(network, submission, model, label, [backwards])
        if close(turned, together, SAME):
            text = "a row and the same row read backwards get the same logits"
            raise CheckFailure(text, _at(label), (network.ordered,))
    if network.alone is not None:
        _not_alone(network, submission, model, ctx, network.alone)
    if network.summed is not None:
        _not_summed(network, submission, model, ctx, network.summed)
    measured: dict[str, float | int | str] = {"rows": count}
    for ask in network.further:
        measured |= ask(network, submission, ctx)
    _not_squashed(network, submission, ctx, model, inputs)
    check_norms(submission, model, tuple(x[:1] for x in inputs))
    if network.most_parameters:  # of a large one that is costly, and its parts are asked by themselves
        return measured
    check_gradient(submission, ctx, model, label, inputs)
    if line := line_where("dropped", submission, model, inputs):
        text = "forward ends in dropout: it drops logits in training mode"
        raise CheckFailure(text, Counterexample(label, 0), (DROPS_LOGITS,), line)
    return measured


def check_norms(submission: Submission, model: Remote, inputs: Inputs) -> None:
    """Check that a forward uses each batch norm in one place."""
    found = submission.call(f"{PROBES}:shared_norms", model, *inputs)
    if isinstance(found, list) and found:
        name = one_line(str(found[0]), LONGEST_NAME)
        raise CheckFailure(
            f"a forward uses the batch norm {name} more than once",
            None,
            (SHARED_NORM,),
            attribute=name,
        )


def steady_logits(
    network: Network, submission: Submission, ctx: Context, model: Remote, label: str, inputs: Inputs
) -> Array:
    """A model's logits in evaluation mode, the same for the same batch asked twice.

    Raises:
        CheckFailure: they are no logits, or differ.
    """
    first, second = _each(network, submission, model, label, [inputs, inputs])
    check_steady(first, second, submission, ctx, model, label, inputs)
    return first


def check_steady(
    first: Array, second: Array, submission: Submission, ctx: Context, model: Remote, label: str, inputs: Inputs
) -> None:
    """Check that a model gives a batch the same logits a second time, in evaluation mode."""
    if close(first, second, SAME):
        return
    text = "the same batch gets other logits when it is asked a second time, in evaluation mode"
    line = line_where("repeated", submission, model, inputs)
    raise CheckFailure(text, _at(label), (_why_unsteady(submission, model, inputs),), line)


def _why_unsteady(submission: Submission, model: Remote, inputs: Inputs) -> Diagnosis:
    found = submission.call(f"{PROBES}:drawn", model, *inputs)
    seen = found if isinstance(found, dict) else {}
    named = {"layers": MADE_IN_FORWARD, "dropout": DROPS, "numbers": RANDOM}
    return next((named[what] for what in named if seen.get(what) is True), KEPT)


def _each(
    network: Network, submission: Submission, model: Remote, label: str, batches: Sequence[Inputs]
) -> list[Array]:
    """A model's logits for batches, all in one message."""
    answers = submission.many([Call(PROBES, "logits", [model, *inputs], {}) for inputs in batches])
    wanted = network.classes[0]
    for answer, inputs in zip(answers, batches, strict=True):
        _finite(answer, submission, model, label, inputs)
    return [_judged(answer, (len(inputs[0]), wanted), label) for answer, inputs in zip(answers, batches, strict=True)]


def logits(submission: Submission, model: Remote, wanted: tuple[int, int], label: str, *inputs: Array) -> Array:
    """A model's logits in evaluation mode.

    Args:
        wanted: their shape.
        label: the case in words.

    Raises:
        CheckFailure: they have another type, shape or dtype, are not finite, or are probabilities.
    """
    found = submission.call(f"{PROBES}:logits", model, *inputs)
    _finite(found, submission, model, label, inputs)
    return _judged(found, wanted, label)


def _finite(y: Any, submission: Submission, model: Remote, label: str, inputs: Inputs) -> None:
    """Raise for logits that hold nan or inf, with the line that gives them."""
    if not isinstance(y, Tensor) or y.array.dtype.kind != "f" or np.isfinite(y.array).all():
        return
    name, line, known = first_to_break(submission, model, inputs)
    why = f"{name} gives it first" if line else "something overflows, or divides by zero"
    raise CheckFailure(f"forward: expected finite logits, got nan or inf: {why}", _at(label), known, line)


def _shaped(y: Any, wanted: tuple[int, int], label: str) -> Array:
    """Logits, if they have the right type, shape and dtype, and are finite."""
    at = _at(label)
    if not isinstance(y, Tensor) or y.array.shape != wanted:
        raise CheckFailure(f"forward: expected logits, a tensor of shape {wanted}, got {describe_value(y)}", at)
    if y.array.dtype != np.float32:
        raise CheckFailure(f"forward: expected float32 logits, got {y.array.dtype}", at)
    if not np.isfinite(y.array).all():
        raise CheckFailure("forward: expected finite logits, got nan or inf", at)
    return y.array


def _judged(found: Any, wanted: tuple[int, int], label: str) -> Array:
    """Logits of the right kind, if they are no probabilities, nor logarithms of such."""
    y, at = _shaped(found, wanted, label), _at(label)
    if (y >= 0).all() and np.allclose(y.sum(axis=1, dtype=float), 1, atol=1e-5):
        raise CheckFailure("forward: expected logits, got probabilities: each row adds up to one", at, (SOFTMAX,))
    if (y <= 0).all() and np.allclose(np.exp(y.astype(float)).sum(axis=1), 1, atol=1e-5):
        text = "forward: expected logits, got their log-softmax: the exponentials of each row add up to one"
        raise CheckFailure(text, at, (SQUASHED,))
    return y


def _not_affine(network: Network, submission: Submission, model: Remote, label: str, inputs: Inputs) -> None:
    """The logits half-way between two inputs are not half-way between their logits."""
    first, second = (10 * x for x in inputs[0])
    batch = np.stack([first, second, (first + second) / 2])
    ((a, b, between),) = _each(network, submission, model, label, [(batch,)])
    if _change(between, (a + b) / 2) < AFFINE_SHARE * _change(a, b):
        text = "the logits of the mean of two inputs are the mean of their logits: the model is affine"
        raise CheckFailure(text, _at(label), (AFFINE,))


def _has_convolutions(network: Network, submission: Submission, model: Remote, x: Array) -> None:
    found = submission.call(f"{PROBES}:convolutions", model, x)
    if not isinstance(found, int) or found < network.convolutions:
        least = "one convolution" if network.convolutions == 1 else f"{network.convolutions} convolutions"
        text = f"forward: expected {least} at least, with a window of several pixels, got {describe_value(found)}"
        raise CheckFailure(text, None, (FEW_CONVOLUTIONS,))


def _not_summed(network: Network, submission: Submission, model: Remote, ctx: Context, named: Diagnosis) -> None:
    """The logits are not a sum over tokens, nor do they see the tokens' vectors through their sum alone."""
    tokens, *rest = network.inputs(ctx.rng(17), 4)
    vocabulary = network.vocabulary
    text = 1 + ctx.rng(18).permutation(vocabulary - 1)  # no token occurs twice
    steps = tokens.shape[1]
    tokens[:] = text[:steps]
    at = steps // 2
    tokens[1::2, at], tokens[2:, at + 1] = text[steps], text[steps + 1]
    label = f"texts of {steps} tokens"
    ((y, one, other, both),) = _each(network, submission, model, label, [(tokens, *rest)])
    said = "each token adds to the logits by itself, whatever the other tokens are"
    if _change(both - one, other - y) < SUMMED_SHARE * min(_change(one, y), _change(other, y)):
        raise CheckFailure(said, _at(label), (named,))
    given = (tokens[:1], *(x[:1] for x in rest))
    found = submission.call(f"{PROBES}:contributions", model, vocabulary, ctx.seed, *given)
    if isinstance(found, Tensor) and found.array.ndim == 2 and np.isfinite(found.array).all():
        singular = np.linalg.svd(found.array.astype(float), compute_uv=False)
        if len(singular) > 1 and singular[1] < 1e-3 * singular[0]:
            raise CheckFailure("the logits follow from one sum over the tokens' vectors", _at(label), (named,))


def _not_alone(network: Network, submission: Submission, model: Remote, ctx: Context, named: Diagnosis) -> None:
    """A token changes what is computed for another."""
    vocabulary, place = network.vocabulary, UNUSUAL // 2
    first = ctx.rng(20).integers(1, vocabulary, (1, UNUSUAL))
    second = first.copy()
    second[0, place] = 1 + first[0, place] % (vocabulary - 1)
    rest = [np.full(1, UNUSUAL) for _ in network.rows(ctx, 1)[1:]]  # lengths
    if submission.call(f"{PROBES}:tokens_meet", model, second, place, first, *rest) is False:
        raise CheckFailure("a token changes nothing that is computed for other tokens", None, (named,))


def _not_squashed(network: Network, submission: Submission, ctx: Context, model: Remote, inputs: Inputs) -> None:
    """With a head drawn wide the logits take both signs and do not stop at a bound."""
    classes = network.classes[1]
    other = network.stirred(submission, ctx, inputs, num_classes=classes)
    label = f"inputs {inputs[0].shape}, num_classes={classes}"
    usual = parameter_shapes(submission, model, *inputs)
    head = [name for name, shape in parameter_shapes(submission, other, *inputs).items() if shape != usual.get(name)]
    found = submission.call(f"{PROBES}:enlarged", other, head, WIDE, ctx.seed, *inputs)
    if isinstance(found, Tensor) and found.array.shape == (len(inputs[0]), network.classes[0]):
        text = f"forward: expected logits, a tensor of shape {(len(inputs[0]), classes)}, got {describe_value(found)}"
        raise CheckFailure(text, _at(label), (CLASSES_FIXED,))
    y = _shaped(found, (len(inputs[0]), classes), label)
    if head:
        try:
            check_bounds(y, usual, _at(label))
        except CheckFailure:  # with a head that is drawn wide, unless forward makes it another
            _not_overwritten(network, submission, ctx, label, inputs)
            raise


def _not_overwritten(network: Network, submission: Submission, ctx: Context, label: str, inputs: Inputs) -> None:
    """The first forward of a new model leaves its weights as they are."""
    changed = network.asked(submission, ctx, "overwritten_weights", *inputs)
    if isinstance(changed, list) and changed:
        names = ", ".join(one_line(str(name), LONGEST_NAME) for name in changed[:3])
        raise CheckFailure(f"after a forward {names} hold other numbers than before it", _at(label), (OVERWRITTEN,))


def _at(label: str) -> Counterexample:
    return Counterexample(label, 0, "logits")


def _size(y: Array) -> float:
    return float(np.linalg.norm(y))


def _change(a: Array, b: Array) -> float:
    return float(np.linalg.norm(a.astype(float) - b))
