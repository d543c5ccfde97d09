"""The gradient of a PyTorch model is the derivative of what it computes; where it is not, what keeps it back."""

from __future__ import annotations

from collections.abc import Sequence

from dlf_reference.training.autopsy.measured import Cut, Misled, Place, Text

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.measured import measured
from dlf_grader.instruments.places import line_of
from dlf_grader.model import ADVICE, Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

CUTTING = "dlf_reference.training.autopsy.forward.cutting"
LONG_TEXTS = "dlf_reference.training.autopsy.forward.long_texts"
WORDS = {
    **dict.fromkeys(("detach", "detach_"), "detach()"),
    **dict.fromkeys(("numpy", "__array__"), "numpy()"),
    "data": ".data",
    "tensor": "torch.tensor()",
    "item": "item()",
    "tolist": "tolist()",
}
STOPPED = Diagnosis(
    "gradient-stopped",
    "Use PyTorch's differentiable functions alone between the weights and the logits: no detach, .data, no_grad, "
    "numpy, argmax or rounding, and no unit that is zero for every input.",
)
HOOKED = Diagnosis("gradient-dropped-by-hook", "Take out the hook: it gives zeros in place of the gradient.")
CUT_SHORT = Diagnosis(
    "gradient-cut-short", "Leave out what cuts it off: the gradient must come back on every way that forward takes."
)
OWN_BACKWARD = Diagnosis(
    "own-backward",
    "Look for a hook or a backward of your own: it multiplies what it is given by the derivative, and no more.",
)
GRADIENTS = (CUT_SHORT, OWN_BACKWARD)


def what_cuts(function: str, *, off: bool) -> str:
    """A call that gives no gradient, in words."""
    return "torch.no_grad()" if off else WORDS.get(function, one_line(function, LONGEST_NAME))


def stopped(names: Sequence[str], submission: Submission, ctx: Context, model: Remote, inputs: Sequence[Array]) -> Cut:
    """The call that keeps backward from weights; none where it is not certain."""
    return measured(Cut, submission, f"{CUTTING}:cut_off", model, list(names), ctx.seed, *inputs)


def check_gradient(submission: Submission, ctx: Context, model: Remote, label: str, inputs: Sequence[Array]) -> None:
    """Check that backward gives a model's weights and its input the derivatives that small differences give.

    Args:
        label: the case in words.

    Raises:
        CheckFailure: it does not.
    """
    case = Counterexample(label, 0)
    found = measured(
        Misled, submission, f"{CUTTING}:misled", model, ctx.seed, *(x[:1] for x in inputs)
    )  # one row is enough
    if found.ratios:
        name, ratio = min(found.ratios.items(), key=lambda each: abs(each[1]))
        much = "no gradient" if ratio == 0 else f"{ratio:.2g} times its gradient"
        text = f"backward gives {one_line(name, LONGEST_NAME)} {much}, as small differences measure it"
    elif found.astray:
        name = one_line(found.astray[0], LONGEST_NAME)
        text = f"backward gives {name} a gradient that points elsewhere than the one by small differences"
    else:
        return
    named = CUT_SHORT if found.cut.function else OWN_BACKWARD
    raise CheckFailure(f"{text}{said_of(found.cut, 'a part of it')}", case, (named,), line_in(found.cut, submission))


def check_long_text(
    submission: Submission, ctx: Context, model: Remote, lengths: Array, texts: Sequence[Array]
) -> Measurements:
    """Check that a gradient reaches every token of a long text on which the logits depend.

    Args:
        lengths: of each text.
        texts: of one row each, in which no token occurs twice; all but the first are asked for in case of doubt.

    Returns:
        advice, where a part of each text reaches no logit.

    Raises:
        CheckFailure: no gradient reaches one.
    """
    found = measured(Text, submission, f"{LONG_TEXTS}:long_text", model, ctx.seed, lengths, *texts)
    text = f"a text of {texts[0].shape[1]} tokens"
    if found.without_gradient >= 0:
        said = f"no gradient reaches token {found.without_gradient} of {text}, and the logits depend on it"
        line = line_in(found.cut, submission)
        raise CheckFailure(f"{said}{said_of(found.cut)}", Counterexample(text, 0), (CUT_SHORT,), line)
    if found.last < 0:
        return {}
    return {ADVICE: f"of {text} only tokens {found.first} to {found.last} reach the logits: read all of them"}


def said_of(cut: Cut, much: str = "it") -> str:
    """What cuts a gradient off, as the end of a sentence; "" where it is not known."""
    at = one_line(cut.line, LONGEST_NAME)
    return f": {what_cuts(cut.function, off=cut.off)} ({at}) cuts {much} off" if at else ""


def line_in(cut: Cut, submission: Submission) -> int:
    """The line of a cut in the exercise; 0 where it is not in it, or not known."""
    return line_of(Place(cut.line), submission.file)
