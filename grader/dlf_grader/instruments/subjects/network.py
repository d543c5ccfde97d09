"""A PyTorch model under test, judged by what it computes: every parameter moves its logits.

What its logits are like is judged in `logits`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments import cuts
from dlf_grader.instruments.advice import advice
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.places import effect_lost, line_of, line_where, place_where
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.protocol import Call, Handle
from dlf_grader.sandbox.proxy import Remote, Submission
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

PROBES = "dlf_reference.training.probes"
LEAST = 1e-6  # of the logits' size, by which every parameter moves them
HIDDEN = Diagnosis(
    "not-registered",
    "parameters() does not look into lists and dicts: use nn.ModuleList there, and nn.Parameter for a tensor.",
)
HIDDEN_ROW = Diagnosis(
    "hidden-row", "A softmax over a row of −inf is nan: leave each row a score, or hide with the lowest finite number."
)
DEAD = Diagnosis(
    "dead-start",
    "Start the scales of norms at 1 and draw weights at random: zeros suit the head, and the last scale of a residual "
    "branch.",
)
CANCELS = Diagnosis(
    "numbers-cancel", "Look at what is added up there: numbers with mean 0 over an axis have no mean along it."
)
SMALL_START = Diagnosis(
    "small-start", "With PyTorch's own start it matters: draw weights with variance 1 / fan-in, as PyTorch's layers do."
)
FEW_CONVOLUTIONS = Diagnosis(
    "few-convolutions", "Let the image pass through nn.Conv2d layers before it is flattened or averaged."
)
Shapes = dict[str, tuple[int, ...]]
Inputs = tuple[Array, ...]


@dataclass(frozen=True)
class Network:
    """A model that classifies.

    Attributes:
        name: the class.
        inputs: what `forward` takes, for so many rows; called with random numbers and the number of rows.
        arguments: the constructor's, for a model that is quick to ask.
        classes: numbers of classes to try: the usual one, and one so large that what squashes logits shows.
        most_parameters: how many numbers its parameters may hold; 0 for any.
        convolutions: how many with a window it needs at least.
        deeper: the constructor's arguments for a model that must have more parameters.
        ordered: what to say if a row's first input read backwards gets the same logits; None where order may not count.
        summed: what to say if each token adds to the logits by itself, or all of them alike; None where there are none.
        alone: what to say if a token changes nothing that is computed for the others; likewise.
        further: what else is asked of its logits, each with the network.
        names: the mistakes that those name.
    """

    name: str
    inputs: Callable[[np.random.Generator, int], Inputs]
    arguments: dict[str, Any] = field(default_factory=dict)
    classes: tuple[int, int] = (10, 33)
    most_parameters: int = 0
    convolutions: int = 0
    deeper: dict[str, Any] = field(default_factory=dict)
    ordered: Diagnosis | None = None
    summed: Diagnosis | None = None
    alone: Diagnosis | None = None
    further: tuple[Callable[[Network, Submission, Context], None], ...] = ()
    names: tuple[Diagnosis, ...] = ()

    @property
    def vocabulary(self) -> int:
        """How many tokens it reads; 0 of one that reads none."""
        return int(self.arguments.get("vocab_size", 0))

    def new(self, submission: Submission, ctx: Context, **changed: Any) -> Remote:
        """A model whose random start follows from the run's seed."""
        made: Remote = submission.many([*self._new(submission.reserve(self.name), ctx, changed)])[1]
        return made

    def stirred(self, submission: Submission, ctx: Context, inputs: Inputs, **changed: Any) -> Remote:
        """A model whose parameters have moved, so that nothing which starts at zero is out of sight."""
        number = submission.reserve(self.name)
        stir = Call(PROBES, "stir", [Handle(number), ctx.seed, *inputs], {})
        made: Remote = submission.many([*self._new(number, ctx, changed), stir])[1]
        return made

    def asked(self, submission: Submission, ctx: Context, probe: str, *given: Any, **changed: Any) -> Any:
        """What a probe of ours finds in a new model."""
        number = submission.reserve(self.name)
        ask = Call(PROBES, probe, [Handle(number), *given], {})
        return submission.many([*self._new(number, ctx, changed), ask])[2]

    def _new(self, number: int, ctx: Context, changed: dict[str, Any]) -> tuple[Call, Call]:
        new = Call(0, self.name, [], self.arguments | changed, keep=number)
        return Call(PROBES, "start_from", [ctx.seed], {}), new

    def rows(self, ctx: Context, count: int) -> Inputs:
        """So many rows of input."""
        return self.inputs(ctx.rng(count), count)


def check_learns(network: Network, submission: Submission, ctx: Context) -> Measurements:
    """Check that a model has parameters, not too many or few of them, and that every one moves its logits."""
    inputs = network.rows(ctx, 2)
    model = network.new(submission, ctx)
    shapes = parameter_shapes(submission, model, *inputs)
    total = numbers_in(shapes)
    if network.most_parameters and total > network.most_parameters:
        text = f"{network.name} has {total:,} parameters, expected at most {network.most_parameters:,}"
        raise CheckFailure(text)
    all_matter(submission, ctx, model, shapes, *inputs)
    if network.asked(submission, ctx, "starts_dead", ctx.seed, *inputs) is True:
        raise CheckFailure(
            "at its start each input gets the same logits, and no gradient reaches a weight", None, (DEAD,)
        )
    told = advice(submission, network.new(submission, ctx), network.vocabulary)
    measured: Measurements = {"parameters": total, **told}
    if not network.deeper:
        return measured
    deeper = network.new(submission, ctx, **network.deeper)
    if numbers_in(parameter_shapes(submission, deeper, *inputs)) <= total:
        words = ", ".join(f"{name}={value}" for name, value in network.deeper.items())
        raise CheckFailure(f"{network.name} has no more parameters with {words}: each layer needs its own")
    return measured


def numbers_in(shapes: Shapes) -> int:
    """How many numbers parameters of these shapes hold."""
    return sum(map(math.prod, shapes.values()))


def parameter_shapes(submission: Submission, model: Remote, *inputs: Array) -> Shapes:
    """The shape of each parameter of a model, by name.

    Raises:
        CheckFailure: what came back is not of our probe.
    """
    found = submission.call(f"{PROBES}:shapes", model, *inputs)
    if not isinstance(found, dict) or not all(_is_shape(shape) for shape in found.values()):
        raise CheckFailure("looking into the model gave back no shapes of ours")
    return {name: tuple(shape) for name, shape in found.items()}


def all_matter(submission: Submission, ctx: Context, model: Remote, shapes: Shapes, *inputs: Array) -> None:
    """Check that every parameter of a model moves its answer; the model's parameters move meanwhile.

    Args:
        shapes: of its parameters.

    Raises:
        CheckFailure: there are none, or hidden ones, or some that do nothing.
    """
    if hidden := _probed(submission, "unregistered", list, model):
        named = [f"self.{name}" for name in hidden]
        text = f"in {_some(named)} there are weights that nothing would train"
        raise CheckFailure(text, None, (HIDDEN,), attribute=_first_part(hidden[0]))
    moved: dict[str, float] = _probed(submission, "influences", dict, model, ctx.seed, *inputs)
    if not moved:
        raise CheckFailure("the model has no parameters: expected its layers as attributes, or in an nn.ModuleList")
    if lost := [name for name, share in moved.items() if math.isnan(share)]:
        place = place_where("breaks", submission, model, inputs)
        if line := line_of(place, submission.file):
            name = one_line(place.function, LONGEST_NAME)
            text = f"the gradient of {_some(lost)} is nan: {name} is the first to give nan or inf"
            raise CheckFailure(text, None, (HIDDEN_ROW,) if "softmax" in place.function else (), line)
        raise CheckFailure(f"the gradient of {_some(lost)} is nan: something overflows, or divides by zero")
    idle = [name for name in moved if moved[name] <= LEAST and not _may_be_idle(name, moved, shapes)]
    if unreached := [name for name in idle if not moved[name]]:
        if stopped := _probed(submission, "depends", list, model, unreached, ctx.seed, *inputs):
            cut = cuts.stopped(stopped, submission, ctx, model, inputs)
            text = f"no gradient reaches {_some(stopped)}, and the logits depend on it{cuts.said_of(cut)}"
            raise CheckFailure(text, None, (cuts.STOPPED,), cuts.line_in(cut, submission))
        if (
            line := line_of(place := effect_lost(submission, model, unreached[0], ctx.seed, inputs), submission.file)
        ) > 0:
            name = one_line(place.function, LONGEST_NAME)
            text = f"no gradient reaches {_some(unreached)}: what changes with it is lost in {name}, before the logits"
            raise CheckFailure(text, line=line)
        line = line_where("lost", submission, model, *two_rows(inputs))
        text = f"no gradient reaches {_some(unreached)}: expected every parameter to take part in forward"
        raise CheckFailure(text, line=line, attribute=_first_part(unreached[0]))
    if idle:
        raise _hardly_matters(idle, submission, ctx, model, inputs)


def _hardly_matters(
    idle: Sequence[str], submission: Submission, ctx: Context, model: Remote, inputs: Inputs
) -> CheckFailure:
    """What to say of parameters that move the output by next to nothing."""
    text = f"{_some(idle)} hardly matters: it moves the output by less than a millionth of its size"
    place = place_where("cancels", submission, model, inputs)
    if line := line_of(place, submission.file):
        name = one_line(place.function, LONGEST_NAME)
        return CheckFailure(f"{text}. Of what {name} is given, next to nothing is left", None, (CANCELS,), line)
    if not _probed(submission, "idle_from_the_standard_start", list, model, idle, ctx.seed, *inputs):
        return CheckFailure(text, None, (SMALL_START,))
    place = effect_lost(submission, model, idle[0], ctx.seed, inputs)
    if line := line_of(place, submission.file):
        name = one_line(place.function, LONGEST_NAME)
        return CheckFailure(f"{text}. What changes with it is lost in {name}", None, (), line)
    return CheckFailure(text, attribute=_first_part(idle[0]))


def two_rows(inputs: Inputs) -> tuple[Inputs, Inputs]:
    """The first row of a batch by itself, and the last."""
    return tuple(x[:1] for x in inputs), tuple(x[-1:] for x in inputs)


def _may_be_idle(name: str, moved: dict[str, float], shapes: Shapes) -> bool:
    """Whether mathematics takes out what a bias or scale does, beside a weight of its layer that matters.

    A key's bias shifts all scores of a query; instance normalisation takes out the bias before it.
    """

    def numbers(name: str) -> int:
        return math.prod(shapes.get(name, ()))

    layer, is_row = name.rpartition(".")[0], numbers(name) == max(shapes.get(name, ()), default=1)
    beside = [
        other for other in moved if layer and other.rpartition(".")[0] == layer and numbers(other) > numbers(name)
    ]
    return moved[name] > 0 and is_row and any(moved[other] > LEAST for other in beside)


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, list) and all(isinstance(side, int) for side in shape)


def _probed(submission: Submission, probe: str, kind: type, model: Remote, *more: Any) -> Any:
    """What a probe of ours found, if it has the form that ours gives it: the code beside it may have replaced it."""
    found = submission.call(f"{PROBES}:{probe}", model, *more)
    numbers = found.values() if isinstance(found, dict) else ()
    if not isinstance(found, kind) or not all(isinstance(number, int | float) for number in numbers):
        raise CheckFailure(f"looking into the model gave back no {probe} of ours")
    return found


def _first_part(name: str) -> str:
    """The attribute of a model in which a parameter is, "features" of "features.0.weight"."""
    return str(name).partition(".")[0]


def _some(names: Sequence[str]) -> str:
    return ", ".join(one_line(str(name), LONGEST_NAME) for name in names[:3])
