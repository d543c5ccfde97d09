"""A PyTorch model under test, judged by what it computes: every parameter moves its logits.

What its logits are like is judged in `logits`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.advice import New, advice
from dlf_grader.instruments.backward import backward_told
from dlf_grader.instruments.parameters import PROBES, Inputs, all_matter, all_registered, numbers_in, parameter_shapes
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.protocol import Call, Handle
from dlf_grader.sandbox.proxy import Remote, Submission

DEAD = Diagnosis(
    "dead-start",
    "Start the scales of norms at 1 and draw weights at random: zeros suit the head, and the last scale of a residual "
    "branch.",
)
FEW_CONVOLUTIONS = Diagnosis(
    "few-convolutions", "Let the image pass through nn.Conv2d layers before it is flattened or averaged."
)


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
        further: what else is asked of its logits, each with the network; each may measure something.
        names: the mistakes that those name.
        usual: the constructor's arguments where they are wider than `arguments`.
        all_count: whether no token is padding.
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
    further: tuple[Callable[[Network, Submission, Context], Measurements], ...] = ()
    names: tuple[Diagnosis, ...] = ()
    usual: dict[str, Any] = field(default_factory=dict)
    all_count: bool = False

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

    def looked_at(self, submission: Submission, ctx: Context, inputs: Inputs) -> New:
        """How it is looked at for what is unusual in it."""
        make = partial(self.new, submission, ctx)
        return New(make, inputs, self.vocabulary, self.usual, self.all_count)

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
    all_registered(submission, model)
    told = advice(submission, network.looked_at(submission, ctx, inputs), model)
    with backward_told(submission, model, inputs):
        dead = submission.call(f"{PROBES}:starts_dead", model, ctx.seed, *inputs)
        all_matter(submission, ctx, model, shapes, *inputs)
    if dead is True:
        text = "at its start each input gets the same logits, and no gradient reaches a weight"
        raise CheckFailure(text, None, (DEAD,))
    measured: Measurements = {"parameters": total, **told}
    if not network.deeper:
        return measured
    deeper = network.new(submission, ctx, **network.deeper)
    if numbers_in(parameter_shapes(submission, deeper, *inputs)) <= total:
        words = ", ".join(f"{name}={value}" for name, value in network.deeper.items())
        raise CheckFailure(f"{network.name} has no more parameters with {words}: each layer needs its own")
    return measured
