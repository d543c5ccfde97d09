"""An optimiser under test: arrays that lie in the worker, stepped by gradients sent from here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments_old.diagnosis import Trial
from dlf_grader.instruments_old.layer import Answer, Array, Case, Misconception, RngFor
from dlf_grader.instruments_old.parity import raised_on
from dlf_grader.milestones.m0.drawing import whole
from dlf_grader.milestones.m4.in_order import judge_in_order, mistaken
from dlf_grader.milestones.m4.replay import telling_how
from dlf_grader.model import Measurements, RunCheck
from dlf_grader.sandbox.protocol import Call, Get, Handle, Operation, Put, Set
from dlf_grader.sandbox.proxy import Submission

ORACLE = "dlf_reference.oracles.m4:trajectory"
MOVES = "the course of the updates"
BY_HAND = 5  # numbers up to which a case's label shows them
Options = dict[str, Any]

# shapes of the parameters, steps, whether lr changes between them
LADDER: tuple[tuple[tuple[tuple[int, ...], ...], int, bool], ...] = (
    (((1,),), 1, False),
    (((1,),), 2, False),
    (((1,),), 3, True),
    (((2,),), 3, False),
    (((1,), (1,)), 2, False),
    (((2, 3),), 4, False),
    (((3, 4), (5,), (2, 3, 4)), 8, True),
)
WHOLE_NUMBERS = 5  # the first rungs hold small whole numbers that can be followed by hand


def ladder(name: str, rng_for: RngFor, options: Options, rungs: int = len(LADDER), first: int = 1) -> Iterator[Case]:
    """Smallest first: one number, one step; then two steps, a change of lr, more numbers, more parameters.

    Args:
        name: the optimiser.
        options: for its constructor, "lr" among them.
        rungs: how many cases.
        first: number of the first case.
    """
    for at, (shapes, steps, changing) in enumerate(LADDER[:rungs]):
        rng = rng_for(first + at)

        def draw(*shape: int, rng: np.random.Generator = rng, by_hand: bool = at < WHOLE_NUMBERS) -> Array:
            return whole(rng, *shape) if by_hand else rng.standard_normal(shape)

        params = tuple(draw(*shape) for shape in shapes)
        grads = [[draw(*shape) for shape in shapes] for _ in range(steps)]
        lrs = [options["lr"] * (0.5 if changing and step % 2 else 1) for step in range(steps)]
        yield given(name, params, grads, lrs, options)


def given(name: str, params: tuple[Array, ...], grads: list[list[Array]], lrs: list[float], options: Options) -> Case:
    """A case on given gradients."""
    traits = {
        "more than one step": len(grads) > 1,
        "a learning rate that changes": len(set(lrs)) > 1,
        "more than one number": max(w.size for w in params) > 1,
        "more than one parameter": len(params) > 1,
        "a matrix": max(w.ndim for w in params) > 1,
    }
    return Case(
        label=_label(params, grads, lrs, options),
        inputs=params,
        init=options,
        attributes={"optimiser": name, "grads": grads, "lrs": lrs},
        traits=frozenset(trait for trait, holds in traits.items() if holds)
        | {f"{option} = {value}" for option, value in options.items() if option != "lr"},
    )


def _label(params: Sequence[Array], grads: list[list[Array]], lrs: list[float], options: Options) -> str:
    steps = f"{len(lrs)} step{'s' if len(lrs) > 1 else ''}"
    words = [steps]
    if sum(w.size for w in params) * len(lrs) <= BY_HAND:
        start = ", ".join(_numbers(w) for w in params)
        slopes = "; ".join(", ".join(_numbers(g) for g in step) for step in grads)
        words = [f"{steps} from {start} with gradients {slopes}"]
    else:
        words.append("parameters of shape " + ", ".join(str(w.shape) for w in params))
    if len(set(lrs)) > 1:
        words.append("lr = " + ", ".join(f"{lr:g}" for lr in lrs) if len(lrs) <= BY_HAND else "lr changing")
        options = {name: value for name, value in options.items() if name != "lr"}
    return ", ".join([*words, *(f"{name} = {value}" for name, value in options.items())])


def _numbers(array: Array) -> str:
    return str(array.astype(int).tolist() if np.array_equal(array, np.trunc(array)) else np.round(array, 3).tolist())


# -- running one case -----------------------------------------------------------------------------


def run_case(submission: Submission, case: Case, grads: list[list[Array]]) -> Answer:
    """Build the learner's optimiser on arrays over there, step it, and look at the arrays after every step."""
    arrays = [submission.reserve("parameter") for _ in case.inputs]
    optimiser = submission.reserve(case.attributes["optimiser"])
    operations: list[Operation] = [Put(at, w) for at, w in zip(arrays, case.inputs, strict=True)]
    handles = [Handle(at) for at in arrays]
    operations.append(Call(0, case.attributes["optimiser"], [handles], case.init, keep=optimiser))
    seen: list[int] = []
    rate = case.init.get("lr")
    for slopes, lr in zip(grads, case.attributes["lrs"], strict=True):
        if rate is not None and lr != rate:
            operations.append(Set(optimiser, "lr", lr))
            rate = lr
        operations.append(Call(optimiser, "step", [slopes]))
        seen.append(len(operations))
        operations += [Get(at, "") for at in arrays]
    values = submission.many(operations)
    return course(case.inputs, [values[at : at + len(arrays)] for at in seen])


def course(start: Sequence[Array], steps: Sequence[Sequence[Any]]) -> Answer:
    """Every parameter after every step by name, and under `MOVES` how far each step moved each number."""
    answer: Answer = {
        _name(at, step, len(start)): w for step, row in enumerate(steps, start=1) for at, w in enumerate(row)
    }
    flat = [np.concatenate([np.ravel(w) for w in row]) for row in (start, *steps)]
    if all(numbers.shape == flat[0].shape for numbers in flat):  # a learner may have resized an array
        with np.errstate(all="ignore"):
            answer[MOVES] = np.diff(np.array(flat), axis=0)
    return answer


def _name(at: int, step: int, count: int) -> str:
    return f"w after step {step}" if count == 1 else f"params[{at}] after step {step}"


# -- checks ---------------------------------------------------------------------------------------

Cases = Callable[[RngFor], Iterator[Case]]


def follows(cases: Cases, misconceptions: Sequence[Misconception]) -> RunCheck:
    """A check that the learner's optimiser takes PyTorch's steps on every case."""

    def run(submission: Submission, ctx: Context) -> Measurements:
        numbered = [pair for pair in enumerate(cases(ctx.rng), start=1) if ctx.only_case in (None, pair[0])]
        with telling_how(ctx, numbered):
            return _followed(submission, ctx, numbered, misconceptions)

    return run


def _followed(
    submission: Submission, ctx: Context, numbered: Sequence[tuple[int, Case]], misconceptions: Sequence[Misconception]
) -> Measurements:
    known = {n: _torch(ctx, [case])[0] for n, case in numbered if "grads" not in case.attributes}
    yours: list[tuple[int, Case, Answer]] = []
    stopped: CheckFailure | None = None
    for number, case in numbered:
        grads = known[number]["grads"] if number in known else case.attributes["grads"]
        try:
            yours.append((number, case, run_case(submission, case, grads)))
        except NotWritten:
            raise
        except LearnerError as error:
            stopped = raised_on(case, number, error, [earlier for _, earlier, _ in yours])
            break
    asked = [(n, case) for n, case, _ in yours if n not in known]
    answers = dict(zip([n for n, _ in asked], _torch(ctx, [case for _, case in asked]), strict=True)) | known
    trials = [Trial(n, case, y, course(case.inputs, answers[n]["steps"])) for n, case, y in yours]
    worst = judge_in_order(trials, MOVES, misconceptions, moves=True)
    if stopped is not None:
        raise stopped
    steps = sum(len(case.attributes["lrs"]) for _, case in numbered)
    return {"cases": len(trials), "steps": steps, "max rel err": worst}


def _torch(ctx: Context, cases: Sequence[Case]) -> list[Answer]:
    return ctx.answers(ORACLE, [case.question() for case in cases])


# -- what people get wrong ------------------------------------------------------------------------


@dataclass
class Now:
    """One parameter at one step, for a mistaken rule to move.

    Attributes:
        w, g: the parameter and its gradient.
        lr: the learning rate now; `first_lr` is the constructor's.
        t: number of the step, from 1; `calls` counts over parameters as well.
        state: what the rule keeps of this parameter from step to step.
    """

    w: Array
    g: Array
    lr: float
    first_lr: float
    t: int
    calls: int
    state: dict[str, Any]

    def keep(self, name: str) -> Any:
        return self.state.get(name, 0.0)


Rule = Callable[[Now, Options], Array]


def mistake(id: str, defaults: Options, rule: Rule, text: str) -> Misconception:
    """A mistaken rule, given as (one parameter at one step, options) to the parameter's new value."""

    def answer(case: Case) -> Array | None:
        if "grads" not in case.attributes:
            return None
        params: list[Array] = list(case.inputs)
        states: list[dict[str, Any]] = [{} for _ in params]
        options, lrs, steps = defaults | case.init, case.attributes["lrs"], []
        for t, (slopes, lr) in enumerate(zip(case.attributes["grads"], lrs, strict=True), start=1):
            for at, g in enumerate(slopes):
                calls = (t - 1) * len(params) + at + 1
                params[at] = rule(Now(params[at], g, lr, lrs[0], t, calls, states[at]), options)
            steps.append(list(params))
        moves: Array = course(case.inputs, steps)[MOVES]
        return moves

    return mistaken(id, MOVES, answer, text)
