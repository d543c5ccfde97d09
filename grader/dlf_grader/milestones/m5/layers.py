"""Modules, Linear, MLP and cross-entropy, built of the learner's Tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.compare import compare
from dlf_grader.instruments.diagnosis import Trial
from dlf_grader.instruments.initialisation import he_normal
from dlf_grader.instruments.layer import Answer, Array, Ask, Case, Misconception
from dlf_grader.instruments.parity import judge, raised_on
from dlf_grader.milestones.m5.cases import of, whole
from dlf_grader.milestones.m5.programs import matches, step
from dlf_grader.milestones.m5.slips import UPSTREAM_IGNORED, slip, value_slip
from dlf_grader.model import Counterexample, Diagnosis, Measurements
from dlf_grader.sandbox.protocol import Get
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

ORACLE = "dlf_reference.oracles.m5:mlp"
PROPS = "dlf_grader.sandbox.props"


# -- Module ---------------------------------------------------------------------------------------


def _tensor(submission: Submission, value: Any) -> Remote:
    return submission.new("Tensor", value, requires_grad=True)


def _module(submission: Submission, **attributes: Any) -> Remote:
    base = submission.many([Get(0, "Module")])[0]
    made: Remote = submission.call(f"{PROPS}:module_of", base, **attributes)
    return made


def _found(module: Remote, case: str) -> list[Remote]:
    """What `parameters` returns: a list of Tensors."""
    found = module.parameters()
    if not isinstance(found, list) or not all(isinstance(one, Remote) for one in found):
        got = describe_value(found) if not isinstance(found, Remote) else f"an object of type {found.type_name}"
        text = f"parameters() should return a list of Tensors, got {got}"
        raise CheckFailure(text, Counterexample(case, 0, "parameters()"))
    return found


def _listed(module: Remote, expected: Sequence[float], case: str, **known: tuple[Sequence[float], str]) -> None:
    """Fail unless the parameters hold these numbers, one each, in this order."""
    values = [float(np.asarray(one.data)) for one in _found(module, case)]
    if values == list(expected):
        return
    told = [Diagnosis(id, f"It looks as if {text}") for id, (wrong, text) in known.items() if values == list(wrong)]
    text = f"parameters() found {_numbered(values)}, expected {_numbered(expected)}"
    raise CheckFailure(text, Counterexample(case, 0, "parameters()"), tuple(told[:1]))


def _numbered(values: Sequence[float]) -> str:
    return "[" + ", ".join(f"{value:g}" for value in values) + "]"


def parameters(submission: Submission, ctx: Context) -> Measurements:
    """Every Tensor among the attributes, in lists and in modules, in order and once."""
    one, two, three, four = (_tensor(submission, value) for value in (1.0, 2.0, 3.0, 4.0))
    _listed(_module(submission), [], "a module without attributes")
    words = "self.a = Tensor(2), self.b = Tensor(1)"
    by_value = ([1.0, 2.0], "they were sorted: the order is the one in which they were assigned.")
    _listed(_module(submission, a=two, b=one), [2, 1], words, sorted=by_value)
    mixed = _module(submission, a=one, size=3, name="mine", nothing=None, array=np.ones(2), b=two)
    _listed(mixed, [1, 2], "two Tensors among other attributes")
    lists = _module(submission, a=one, rest=[two, three])
    _listed(
        lists,
        [1, 2, 3],
        "self.a = Tensor(1), self.rest = [Tensor(2), Tensor(3)]",
        **{"lists-skipped": ([1.0], "lists were passed over: look at what is in them.")},
    )
    inner = _module(submission, b=two, c=three)
    skipped = ([1.0, 4.0], "modules were passed over: ask them for their own attributes.")
    last = ([1.0, 4.0, 2.0, 3.0], "modules came last: go into each where it stands.")
    nested = _module(submission, a=one, inner=inner, d=four)
    words = "self.a = Tensor(1), self.inner = a module with Tensor(2) and Tensor(3), self.d = Tensor(4)"
    _listed(nested, [1, 2, 3, 4], words, **{"modules-skipped": skipped, "modules-last": last})
    deep = _module(submission, parts=[_module(submission, a=one), _module(submission, parts=[inner])])
    skipped = ([], "modules in lists were passed over: what is in a list may be a module too.")
    _listed(deep, [1, 2, 3], "a list of modules, with a list of modules in one", **{"lists-of-modules-skipped": skipped})
    words = "self.a = Tensor(1), self.b = the same Tensor, self.inner = [a module with it]"
    tied = _module(submission, a=one, b=one, inner=[_module(submission, c=one), two])
    twice = ([1.0, 1.0, 1.0, 2.0], "a Tensor were listed for every name it has: an optimiser would step twice.")
    _listed(tied, [1, 2], words, **{"listed-twice": twice})
    equal = _module(submission, a=one, b=_tensor(submission, 1.0))
    merged = ([1.0], "two Tensors of the same numbers were taken for one: ask whether they are the same object.")
    _listed(equal, [1, 1], "two different Tensors, both 1", **{"equal-merged": merged})
    return {"modules": 8}


def zero_grad(submission: Submission, ctx: Context) -> Measurements:
    """No parameter keeps a gradient, however deep."""
    one, two = _tensor(submission, 1.0), _tensor(submission, 2.0)
    module = _module(submission, a=one, inner=[_module(submission, b=two)])
    one.backward()
    two.backward()
    module.zero_grad()
    for name, tensor in (("a", one), ("b, in a module in a list", two)):
        grad = tensor.grad
        if grad is not None and compare("grad", grad, 0.0) is not None:
            told = Diagnosis("gradient-kept", "Let parameters() find the Tensors, and let each forget its gradient.")
            raise CheckFailure(f"after zero_grad() {name} still has a gradient", Counterexample(name, 0), (told,))
    return {"parameters": 2}


# -- Linear and MLP -------------------------------------------------------------------------------

init = he_normal(
    "Linear",
    {"in_features": 48, "out_features": 96},
    (96, 48),
    fan_in=48,
    read=lambda value: value.data if isinstance(value, Remote) else value,
    optional_bias=False,
)
# N, sizes of a Linear, then of MLPs
LINEAR_SIZES = ((1, [1, 1]), (1, [2, 1]), (2, [2, 2]), (3, [2, 4]), (5, [7, 3]))
MLP_SIZES = ((1, [1, 1]), (1, [2, 2, 2]), (2, [2, 3, 2]), (3, [3, 4, 5, 2]), (16, [20, 12, 12, 10]))
WHOLE_NUMBERS = 3


def _networks(ctx: Context, sizes: Sequence[tuple[int, list[int]]]) -> list[tuple[int, Case]]:
    cases = []
    for number, (n, widths) in enumerate(sizes, start=1):
        rng = ctx.rng(number)

        def draw(*shape: int, rng: np.random.Generator = rng, by_hand: bool = number <= WHOLE_NUMBERS) -> Array:
            return whole(rng, *shape) if by_hand else np.asarray(rng.standard_normal(shape))

        attributes = {}
        for at, (size, out) in enumerate(zip(widths, widths[1:], strict=False)):
            attributes |= {f"W{at}": draw(out, size), f"b{at}": draw(out)}
        traits = {"more than one layer": len(widths) > 2, "more than two layers": len(widths) > 3, "more than one row": n > 1}
        label = f"N={n}, sizes {widths}"
        there = frozenset(name for name, holds in traits.items() if holds)
        cases.append((number, Case(label, (draw(n, widths[0]),), {}, attributes, draw(n, widths[-1]), there)))
    return [pair for pair in cases if ctx.only_case in (None, pair[0])]


def _run(submission: Submission, case: Case, build: Callable[[Case], Remote]) -> Answer:
    """Assign the case's parameters, call the module on x, and go backward."""
    module = build(case)
    held = _found(module, case.label)
    by_rank = {"W": [one for one in held if len(one.shape) == 2], "b": [one for one in held if len(one.shape) == 1]}
    layers = len(case.attributes) // 2
    if len(held) != 2 * layers or len(by_rank["W"]) != layers or len(by_rank["b"]) != layers:
        shapes = ", ".join(str(tuple(one.shape)) for one in held)
        text = f"expected W and b of {layers} layers among the parameters, got shapes {shapes or 'none'}"
        raise CheckFailure(text, Counterexample(case.label, 0, "parameters()"))
    names = {name: by_rank[name[0]][int(name[1:])] for name in case.attributes}
    for name, remote in names.items():
        if tuple(remote.shape) != case.attributes[name].shape:
            text = f"{name}: expected shape {case.attributes[name].shape}, got {tuple(remote.shape)}"
            raise CheckFailure(text, Counterexample(case.label, 0, name))
        remote.data = case.attributes[name]
    x = _tensor(submission, case.inputs[0])
    y = module(x)
    if not isinstance(y, Remote) or "backward" not in y.handle.methods:
        raise CheckFailure(f"calling the module should give a Tensor, got {describe_value(y)}", Counterexample(case.label, 0))
    answer: Answer = {"y": y.data}
    y.backward(case.upstream)
    return answer | {f"dL_d{name}": remote.grad for name, remote in (names | {"x": x}).items()}


def _network(x: Array, case: Case, *, between: Callable[[Array], Array], last: Callable[[Array], Array]) -> Array:
    count = len(case.attributes) // 2
    for at in range(count):
        x = x @ case.attributes[f"W{at}"].T + case.attributes[f"b{at}"]
        x = between(x) if at < count - 1 else last(x)
    return x


def _value(id: str, function: Callable[[Case], Any], text: str) -> Misconception:
    return Misconception(id, "It looks as if " + text, ("y",), lambda ask, case, tensor: function(case))


def _relu(x: Array) -> Array:
    return np.maximum(x, 0)


def _same(x: Array) -> Array:
    return x


MLP_MISTAKES = (
    _value(
        "relu-at-the-end",
        lambda case: _network(case.inputs[0], case, between=_relu, last=_relu),
        "a ReLU stood after the last layer too: logits may be negative.",
    ),
    _value(
        "relu-skipped",
        lambda case: _network(case.inputs[0], case, between=_same, last=_same),
        "no ReLU stood between the layers: without it they are no more than one.",
    ),
    _value(
        "tanh-for-relu",
        lambda case: _network(case.inputs[0], case, between=np.tanh, last=_same),
        "tanh stood where a ReLU belongs.",
    ),
)
LINEAR_MISTAKES = (
    _value("bias-forgotten", lambda case: case.inputs[0] @ case.attributes["W0"].T, "b were never added."),
    _value(
        "W-as-it-is",
        lambda case: case.inputs[0] @ case.attributes["W0"] + case.attributes["b0"],
        "W were not transposed: it is (out, in), and the sum is over in.",
    ),
    _value(
        "W-times-x",
        lambda case: (case.attributes["W0"] @ case.inputs[0]) + case.attributes["b0"],
        "W stood on the left: every row of x is multiplied by W's rows, x Wᵀ.",
    ),
)


def _judged(
    submission: Submission,
    ctx: Context,
    sizes: Sequence[tuple[int, list[int]]],
    build: Callable[[Case], Remote],
    mistakes: Sequence[Misconception],
) -> Measurements:
    answers: list[tuple[int, Case, Answer]] = []
    stopped: CheckFailure | None = None
    for number, case in _networks(ctx, sizes):
        try:
            answers.append((number, case, _run(submission, case, build)))
        except NotWritten:
            raise
        except LearnerError as error:
            stopped = raised_on(case, number, error, [earlier for _, earlier, _ in answers])
            break

    def ask(case: Case) -> Answer:
        return ctx.answers(ORACLE, [case.question()])[0]

    right = ctx.answers(ORACLE, [case.question() for _, case, _ in answers])
    trials = [Trial(number, case, yours, r) for (number, case, yours), r in zip(answers, right, strict=True)]
    tensors = ["y", "dL_dx", *(f"dL_d{kind}{at}" for at in range(3) for kind in "Wb")]
    asked: Ask = ask
    worst = judge(trials, tensors, mistakes, asked)
    if stopped is not None:
        raise stopped
    return {"cases": len(trials), "max rel err": worst}


def _built(name: str, submission: Submission, *arguments: Any) -> Remote:
    return submission.new(name, *arguments)


def linear(submission: Submission, ctx: Context) -> Measurements:
    """x Wᵀ + b, and its gradients, for W and b that were assigned."""

    def build(case: Case) -> Remote:
        out, size = case.attributes["W0"].shape
        return submission.new("Linear", size, out)

    return _judged(submission, ctx, LINEAR_SIZES, build, LINEAR_MISTAKES)


def errors(submission: Submission, ctx: Context) -> Measurements:
    """Linear refuses rows of the wrong length."""
    bad = {"the wrong number of features": np.zeros((2, 4)), "a row without a batch": np.zeros(3)}
    for what, x in bad.items():
        try:
            submission.new("Linear", 3, 2).forward(_tensor(submission, x))
        except NotWritten:
            raise
        except LearnerError as error:
            if error.kind != "ValueError":
                raise CheckFailure(f"{what}: expected ValueError, got: {error}") from error
            if not error.text.strip():
                raise CheckFailure(f"{what}: the ValueError should say what was expected and what came") from error
        else:
            raise CheckFailure(f"{what}: forward of an input of shape {x.shape} should raise ValueError")
    return {"inputs": len(bad)}


def mlp_init(submission: Submission, ctx: Context) -> Measurements:
    """Layers of the right sizes, each drawn from the one rng."""

    def made(seed: int) -> list[Array]:
        rng = submission.new("numpy.random:default_rng", seed)
        return [one.data for one in _found(submission.new("MLP", [5, 4, 4, 4], rng=rng), label)]

    label = "MLP([5, 4, 4, 4])"
    first, again, other = made(ctx.seed), made(ctx.seed), made(ctx.seed + 1)
    shapes = sorted(value.shape for value in first)
    if shapes != sorted([(4, 5), (4,), (4, 4), (4,), (4, 4), (4,)]):
        text = f"expected W (4, 5), (4, 4), (4, 4) and a b (4,) for each among the parameters, got {shapes}"
        raise CheckFailure(text, Counterexample(label, 0, "parameters()"))
    weights = [[value for value in values if value.ndim == 2] for values in (first, again, other)]
    if any(not np.array_equal(a, b) for a, b in zip(weights[0], weights[1], strict=True)):
        raise CheckFailure("two networks made with generators of the same seed differ: hand rng on to every layer")
    if any(np.array_equal(a, b) for a, b in zip(weights[0], weights[2], strict=True)):
        raise CheckFailure("generators of different seeds give the same weights: hand rng on to every layer")
    if np.array_equal(weights[0][1], weights[0][2]):
        raise CheckFailure("two layers start with the same weights: let all of them draw from one generator in turn")
    return {"layers": 3}


def mlp(submission: Submission, ctx: Context) -> Measurements:
    """Linear layers with a ReLU between each two."""
    return _judged(submission, ctx, MLP_SIZES, lambda case: submission.new("MLP", _sizes(case)), MLP_MISTAKES)


def _sizes(case: Case) -> list[int]:
    weights = [value for name, value in case.attributes.items() if name[0] == "W"]
    return [weights[0].shape[1], *(value.shape[0] for value in weights)]


# -- cross-entropy --------------------------------------------------------------------------------


def _log_p(x: Array, axis: int = 1) -> Array:
    shifted = x - x.max(axis=axis, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return log_p


def _picked(x: Array, targets: Array) -> Array:
    picked: Array = x[np.arange(len(targets)), targets]
    return picked


def _loss(x: Any, targets: list[int]) -> Any:
    return (step("cross_entropy", "$x", np.array(targets)), {"x": x}, ())


cross_entropy = matches(
    of(
        _loss(np.array([[0.0, 0.0]]), [1]),
        _loss(np.array([[2.0, -1.0]]), [0]),
        _loss(np.array([[2.0, -1.0], [0.0, 3.0]]), [0, 1]),
        _loss((3, 4), [2, 2, 0]),
        _loss(np.array([[1e4, -1e4, 0.0], [-1e4, 0.0, 1e4]]), [1, 2]),
        _loss((1, 5), [4]),
        _loss((16, 10), [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3]),
    ),
    value_slip("sign", lambda x, t: _picked(_log_p(x), t).mean(), "the minus were missing: log p is never positive."),
    value_slip("summed", lambda x, t: -_picked(_log_p(x), t).sum(), "the rows were summed: average them."),
    value_slip("every-class", lambda x, t: -_log_p(x).mean(), "all classes counted: pick the true class of each row."),
    value_slip("over-all", lambda x, t: -_picked(_log_p(x), t).sum() / x.size, "the sum were divided by N K: it is N."),
    value_slip("raw-logits", lambda x, t: -_picked(x, t).mean(), "log_softmax were skipped: logits are no log p."),
    value_slip("wrong-axis", lambda x, t: -_picked(_log_p(x, 0), t).mean(), "softmax ran down the batch: use axis 1."),
    value_slip("rows-by-target", lambda x, t: -_log_p(x)[t].mean(), "targets picked rows: they pick one column in each."),
    slip("N-forgotten", lambda g, y, x, t: (g * (np.exp(_log_p(x)) - np.eye(x.shape[1])[t]),), "1 / N were missing."),
    UPSTREAM_IGNORED,
)
