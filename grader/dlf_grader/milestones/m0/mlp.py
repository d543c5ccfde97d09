"""TwoLayerMLP: its cases, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.instruments_old.layer import Answer, Array, Ask, Case, Misconception
from dlf_grader.milestones.m0.drawing import shown, whole
from dlf_grader.milestones.m0.mistakes import mistake
from dlf_grader.milestones.m0.trying import tried
from dlf_grader.model import Measurements
from dlf_grader.sandbox.proxy import Remote, Submission

ORACLE = "dlf_reference.oracles.m0:two_layer_mlp"
PARAMETERS = ("fc1.W", "fc1.b", "fc2.W", "fc2.b")
DEFAULT_LR = 0.01
# N, inputs, hidden units, classes, learning rate (None for the default)
SIZES: tuple[tuple[int, int, int, int, float | None], ...] = (
    (1, 1, 2, 2, 1.0),
    (1, 2, 2, 2, 0.5),
    (2, 2, 3, 2, 0.5),
    (2, 3, 2, 3, None),
    (4, 3, 5, 3, 0.1),
    (5, 4, 4, 4, 2.0),
    (8, 6, 10, 4, 0.1),
    (16, 20, 12, 10, None),
)
# one hidden unit is positive and one is not; both logits are 1, so both probabilities are a half
EASY = (
    (np.array([[2.0]]), np.array([0])),
    (np.array([[1.0], [-1.0]]), np.array([0.0, 1.0]), np.array([[1.0, -1.0], [0.0, 2.0]]), np.array([-1.0, 1.0])),
)
WHOLE_NUMBERS = 2  # the first cases hold small whole numbers that can be followed by hand


def numbered_cases(ctx: Context) -> list[tuple[int, Case]]:
    """Smallest first: one number in, two hidden units, two classes; then everything at once."""
    return [pair for pair in enumerate(_cases(ctx), start=1) if ctx.only_case in (None, pair[0])]


def _cases(ctx: Context) -> Iterator[Case]:
    for number, (n, d, h, k, lr) in enumerate(SIZES, start=1):
        rng = ctx.rng(number)

        def draw(*shape: int, rng: np.random.Generator = rng, by_hand: bool = number <= WHOLE_NUMBERS) -> Array:
            return whole(rng, *shape) if by_hand else rng.standard_normal(shape)

        x, y, drawn = draw(n, d), rng.integers(0, k, n), (draw(h, d), draw(h), draw(k, h), draw(k))
        if number == 1:
            (x, y), drawn = EASY
        parameters = dict(zip(PARAMETERS, drawn, strict=True))
        rate = "lr left out" if lr is None else f"lr = {lr:g}"
        words = [f"N={n}, {d} in, {h} hidden, {k} classes", shown(x=x, y=y, **parameters), rate]
        yield Case(
            label=", ".join(filter(None, words)),
            inputs=(x, y),
            init={"input_size": d, "hidden_size": h, "num_classes": k},
            attributes=parameters | {"lr": DEFAULT_LR if lr is None else lr},
            traits=frozenset(["more than one sample"] if n > 1 else []) | ({rate} if lr is None else set()),
        )


def build(submission: Submission, case: Case) -> Remote:
    """A network of the case's sizes, with the case's parameters."""
    mlp = submission.new("TwoLayerMLP", **case.init)
    parts = {name: getattr(mlp, name) for name in ("fc1", "fc2")}
    for name in PARAMETERS:
        part, _, attribute = name.partition(".")
        setattr(parts[part], attribute, case.attributes[name])
    return mlp


def parameters_of(mlp: Remote) -> Answer:
    """The network's parameters now, by name."""
    parts = {name: getattr(mlp, name) for name in ("fc1", "fc2")}
    return {name: getattr(parts[name[:3]], name[4:]) for name in PARAMETERS}


def step(mlp: Remote, case: Case) -> Any:
    """One train_step; the learning rate is left out where it is the default."""
    rate = {} if case.attributes["lr"] == DEFAULT_LR else {"lr": case.attributes["lr"]}
    return mlp.train_step(*case.inputs, **rate)


def oracle(ctx: Context) -> Ask:
    """PyTorch's answer to one case: logits, loss, and the parameters after one step."""
    return lambda case: ctx.answers(ORACLE, [case.question()])[0]


# -- what people get wrong ------------------------------------------------------------------------


def _network(case: Case, *, relu: bool = True, mask: bool = True) -> Answer:
    """Logits, and the gradient of every parameter; without the ReLU, or without its mask on the way back."""
    (x, y), (w1, b1, w2, b2) = case.inputs, (case.attributes[name] for name in PARAMETERS)
    before = x @ w1.T + b1
    hidden = np.maximum(before, 0) if relu else before
    logits = hidden @ w2.T + b2
    p = softmax(logits)
    dL_dlogits = (p - np.eye(p.shape[1])[y]) / len(x)
    dL_dhidden = dL_dlogits @ w2
    dL_dbefore = dL_dhidden * (before > 0) if mask else dL_dhidden
    gradients = (dL_dbefore.T @ x, dL_dbefore.sum(axis=0), dL_dlogits.T @ hidden, dL_dlogits.sum(axis=0))
    return {"logits": logits, **dict(zip(PARAMETERS, gradients, strict=True))}


def softmax(logits: Array) -> Array:
    """Probabilities along the last axis."""
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p: Array = e / e.sum(axis=-1, keepdims=True)
    return p


def _logits(function: Callable[[Case], Any]) -> Callable[[Ask, Case, str], Any]:
    return lambda ask, case, tensor: function(case)


FORWARD_MISTAKES = (
    mistake(
        "relu-skipped",
        "logits",
        _logits(lambda case: _network(case, relu=False)["logits"]),
        "the ReLU were skipped: without it two linear layers are no more than one.",
    ),
    mistake(
        "relu-at-the-end",
        "logits",
        _logits(lambda case: np.maximum(_network(case)["logits"], 0)),
        "a ReLU stood at the end too: logits may be negative, so nothing comes after fc2.",
    ),
    mistake(
        "softmax-at-the-end",
        "logits",
        _logits(lambda case: softmax(_network(case)["logits"])),
        "softmax were applied to the logits: the loss does that itself, so return what fc2 gives.",
    ),
    mistake(
        "sigmoid-for-relu",
        "logits",
        _logits(
            lambda case: (
                (1 / (1 + np.exp(-case.inputs[0] @ case.attributes["fc1.W"].T - case.attributes["fc1.b"])))
                @ case.attributes["fc2.W"].T
                + case.attributes["fc2.b"]
            )
        ),
        "a sigmoid stood where the ReLU belongs.",
    ),
)


def _updated(rule: Callable[[Case, Array, Array], Any], **network: bool) -> Callable[[Ask, Case, str], Any]:
    """A mistaken update: rule(case, parameter, gradient)."""
    return lambda ask, case, tensor: rule(case, case.attributes[tensor], _network(case, **network)[tensor])


def _of_any(id: str, answer: Callable[[Ask, Case, str], Any], text: str) -> Misconception:
    return Misconception(id, "It looks as if " + text, PARAMETERS, answer)


def _loss_after(ask: Ask, case: Case, tensor: str) -> Any:
    moved = {name: ask(case)[name] for name in PARAMETERS}
    return ask(Case(case.label, case.inputs, case.init, case.attributes | moved))["loss"]


STEP_MISTAKES = (
    mistake(
        "loss-after-update",
        "loss",
        _loss_after,
        "the loss were measured after the update: return the one that the gradients were computed from.",
    ),
    _of_any(
        "plus-sign",
        _updated(lambda case, p, g: p + case.attributes["lr"] * g),
        "the step went uphill: the gradient points to where the loss grows, so take lr times it away.",
    ),
    _of_any(
        "not-updated",
        _updated(lambda case, p, g: p),
        "this parameter stayed as it was: a step changes W and b of both layers. Is it assigned to the layer?",
    ),
    _of_any(
        "lr-ignored",
        _updated(lambda case, p, g: p - g),
        "the learning rate were left out: a step is lr times the gradient.",
    ),
    _of_any(
        "lr-fixed",
        _updated(lambda case, p, g: p - DEFAULT_LR * g),
        "the learning rate were always 0.01: use the lr that train_step was given.",
    ),
    _of_any(
        "divided-by-n-again",
        _updated(lambda case, p, g: p - case.attributes["lr"] * g / len(case.inputs[0])),
        "the gradient were divided by the batch size once more: the loss has done that already.",
    ),
    _of_any(
        "relu-skipped-in-backward",
        _updated(lambda case, p, g: p - case.attributes["lr"] * g, mask=False),
        "the gradient went past the ReLU on its way back: fc2, then relu, then fc1.",
    ),
    _of_any(
        "replaced-by-step",
        _updated(lambda case, p, g: -case.attributes["lr"] * g),
        "the parameter were replaced by its step: subtract the step from the parameter.",
    ),
)


# -- the checks -----------------------------------------------------------------------------------


def forward(submission: Submission, ctx: Context) -> Measurements:
    """The logits are PyTorch's."""
    ask = oracle(ctx)

    def yours(case: Case) -> Answer:
        return {"logits": build(submission, case).forward(case.inputs[0])}

    trials, worst = tried(numbered_cases(ctx), yours, ask, "logits", mistakes=FORWARD_MISTAKES, ask=ask)
    return {"cases": len(trials), "max rel err": worst}


def train_step(submission: Submission, ctx: Context) -> Measurements:
    """The loss, and every parameter after one step, are PyTorch's."""
    ask = oracle(ctx)

    def yours(case: Case) -> Answer:
        mlp = build(submission, case)
        return {"loss": step(mlp, case), **parameters_of(mlp)}

    trials, worst = tried(numbered_cases(ctx), yours, ask, "loss", *PARAMETERS, mistakes=STEP_MISTAKES, ask=ask)
    return {"cases": len(trials), "max rel err": worst}
