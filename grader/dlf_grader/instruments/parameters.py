"""Every parameter of a PyTorch model moves its answer; of one that does not, what is known."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dlf_reference.training.autopsy.measured import HOOK, Place

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments import cuts
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.measured import measured
from dlf_grader.instruments.places import effect_lost, line_of, line_where, place_where
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

PROBES = "dlf_reference.training.probes"
IDLE = "dlf_reference.training.autopsy.forward.idle"
LEAST = 1e-6  # of the logits' size, by which every parameter moves them
HIDDEN = Diagnosis(
    "not-registered",
    "parameters() does not look into lists and dicts: use nn.ModuleList there, and nn.Parameter for a tensor.",
)
HIDDEN_ROW = Diagnosis(
    "hidden-row", "A softmax over a row of −inf is nan: leave each row a score, or hide with the lowest finite number."
)
DEVIATIONS = ("std", "var", "std_mean", "var_mean")
ONE_DEVIATION = Diagnosis(
    "deviation-of-one-number",
    "Over one number it is nan: take it over a row's own features. Statistics of a batch are for training mode alone.",
)
CANCELS = Diagnosis(
    "numbers-cancel", "Look at what is added up there: numbers with mean 0 over an axis have no mean along it."
)
FACTOR = Diagnosis(
    "factor-next-to-nothing",
    "Look at the factor there: what is multiplied by next to nothing hardly counts, and hardly learns.",
)
DEAD_UNITS = Diagnosis("dead-units", "Draw weights with mean 0, and start biases at 0: no gradient passes a unit at 0.")
SMALLEST_POOLED = Diagnosis(
    "smallest-pooled", "Each window holds a 0, and that is what it keeps: pool the largest number, not the smallest."
)
FADES = Diagnosis(
    "signal-fades", "Add residual paths or norms, or use fewer layers: each one passes on a part of what it is given."
)
SHARES = Diagnosis(
    "softmax-between-layers", "Its numbers add up to 1, so most are small: put ReLU or GELU between layers."
)
SMALL_INPUT = Diagnosis("small-input", "Images come with mean 0 and variance 1: leave them.")
SMALL_START = Diagnosis(
    "small-start", "With PyTorch's own start it matters: draw weights with variance 1 / fan-in, as PyTorch's layers do."
)
UNUSED = Diagnosis("result-unused", "forward computes it for nothing: assign it, and hand it on.")
NEVER_POSITIVE = Diagnosis(
    "never-positive", "It gives 0 whatever the weights are, because it is given no positive number: give it both signs."
)
MADE_IN_FORWARD = Diagnosis("made-in-forward", "Every forward makes a new layer: make it in __init__, as an attribute.")
STATE_DROPPED = Diagnosis(
    "state-not-passed-on",
    "The state that it multiplies is 0 at every step: give the cell the state of the step before.",
)
ONE_STEP = Diagnosis(
    "one-step-alone",
    "It is given one step, and no state: give it all steps of a text in one call, or the state of the step before.",
)
BACKWARD_UNREAD = Diagnosis(
    "backward-direction-unread",
    "There the backward direction has read one token. It goes from the last to the first: read its half at place 0.",
)
FIRST_STATE = Diagnosis(
    "first-state-alone",
    "That keeps the state after the first token, and no state comes before it. Read the one after the last real token.",
)
ONE_NUMBER = Diagnosis(
    "softmax-of-one-number", "A softmax of one number is 1, whatever the number is: apply it along the axis of several."
)
ONE_NORMED = Diagnosis(
    "norm-of-one-number",
    "One number less its own mean is 0: normalise over several features, nn.LayerNorm(C).",
)
ONE_DIRECTION = Diagnosis(
    "one-direction-dropped",
    "One direction is left out there: concatenate the last states of both, torch.cat([h_n[-2], h_n[-1]], dim=1).",
)
ALL_FILLED = Diagnosis(
    "all-filled", "It fills every score that depends on it. Fill those that must be hidden, and no others."
)
FACTORS = ("mul", "div", "__mul__", "__rmul__", "__truediv__", "mul_", "div_", "__imul__", "__itruediv__")
RECTIFIERS = ("relu", "relu_", "relu6")
FILLS = ("masked_fill", "masked_fill_", "where")
CHOOSES = ("__getitem__", "select", "index_select", "narrow", "gather", "take_along_dim")
CELLS = ("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell")
RECURRENT = ("lstm", "gru", "rnn_tanh", "rnn_relu")
MISTAKES = (
    ONE_STEP,
    HIDDEN,
    HIDDEN_ROW,
    ONE_DEVIATION,
    CANCELS,
    FACTOR,
    DEAD_UNITS,
    SMALLEST_POOLED,
    FADES,
    SHARES,
    SMALL_INPUT,
    SMALL_START,
    UNUSED,
    NEVER_POSITIVE,
    MADE_IN_FORWARD,
    STATE_DROPPED,
    BACKWARD_UNREAD,
    FIRST_STATE,
    ONE_NUMBER,
    ONE_NORMED,
    ONE_DIRECTION,
    ALL_FILLED,
)
Shapes = dict[str, tuple[int, ...]]
Inputs = tuple[Array, ...]


def numbers_in(shapes: Shapes) -> int:
    """How many numbers parameters of these shapes hold."""
    return sum(map(math.prod, shapes.values()))


def parameter_shapes(submission: Submission, model: Remote, *inputs: Array) -> Shapes:
    """The shape of each parameter of a model, by name.

    Raises:
        CheckFailure: what came back is not of our probe.
    """
    return measured(Shapes, submission, f"{PROBES}:shapes", model, *inputs)


def all_registered(submission: Submission, model: Remote) -> None:
    """Check that PyTorch sees every weight of a model.

    Raises:
        CheckFailure: some are hidden.
    """
    if hidden := measured(list[str], submission, f"{PROBES}:unregistered", model):
        named = [f"self.{name}" for name in hidden]
        text = f"in {_some(named)} there are weights that nothing would train"
        raise CheckFailure(text, None, (HIDDEN,), attribute=str(hidden[0]))


def all_matter(submission: Submission, ctx: Context, model: Remote, shapes: Shapes, *inputs: Array) -> None:
    """Check that every parameter of a model moves its answer; the model's parameters move meanwhile.

    Args:
        shapes: of its parameters.

    Raises:
        CheckFailure: there are none, or hidden ones, or some that do nothing.
    """
    all_registered(submission, model)
    moved = measured(dict[str, float], submission, f"{PROBES}:influences", model, ctx.seed, *inputs)
    if not moved:
        raise CheckFailure("the model has no parameters: expected its layers as attributes, or in an nn.ModuleList")
    if lost := [name for name, share in moved.items() if math.isnan(share)]:
        name, line, known = first_to_break(submission, model, inputs)
        why = f"{name} is the first to give nan or inf" if line else "something overflows, or divides by zero"
        raise CheckFailure(f"the gradient of {_some(lost)} is nan: {why}", None, known, line)
    idle = [name for name in moved if moved[name] <= LEAST and not _may_be_idle(name, moved, shapes)]
    if unreached := [name for name in idle if not moved[name]]:
        if stopped := measured(list[str], submission, f"{PROBES}:depends", model, unreached, ctx.seed, *inputs):
            raise _cut_off(stopped, submission, ctx, model, inputs)
        raise _takes_no_part(unreached, shapes, submission, ctx, model, inputs)
    if idle:
        raise _hardly_matters(idle, submission, ctx, model, inputs)


def first_to_break(submission: Submission, model: Remote, inputs: Inputs) -> tuple[str, int, tuple[Diagnosis, ...]]:
    """The function that makes nan or inf of finite numbers, its line or 0, and what is known of it."""
    place = place_where("breaks", submission, model, inputs)
    line = line_of(place, submission.file)
    known = (HIDDEN_ROW,) if line and "softmax" in place.function else ()
    known = (ONE_DEVIATION,) if line and place.function in DEVIATIONS else known
    return one_line(place.function, LONGEST_NAME), line, known


def _takes_no_part(
    unreached: Sequence[str], shapes: Shapes, submission: Submission, ctx: Context, model: Remote, inputs: Inputs
) -> CheckFailure:
    """What to say of parameters on which nothing depends."""
    text = f"no gradient reaches {_some(unreached)}"
    if measured(dict[str, bool], submission, f"{PROBES}:drawn", model, *inputs)["layers"]:
        return CheckFailure(f"{text}: forward makes a layer of its own", None, (MADE_IN_FORWARD,))
    place = effect_lost(submission, model, unreached[0], ctx.seed, inputs)
    if line := line_of(place, submission.file):
        return CheckFailure(f"{text}: {_ends(place)}", None, _why_it_ends(place, unreached, shapes), line)
    line = line_where("difference_lost", submission, model, *two_rows(inputs))
    text = f"{text}: expected every parameter to take part in forward"
    return CheckFailure(text, line=line, attribute=str(unreached[0]))


def _cut_off(names: Sequence[str], submission: Submission, ctx: Context, model: Remote, inputs: Inputs) -> CheckFailure:
    """What to say of parameters that no gradient reaches, and with which the logits change."""
    text = f"no gradient reaches {_some(names)}, and the logits depend on it"
    place = place_where("dead", submission, model, inputs)
    cut = cuts.stopped(names, submission, ctx, model, inputs)
    if cut.function == HOOK:
        return CheckFailure(f"{text}: without hooks it does", None, (cuts.HOOKED,))
    if not cut.function and (line := line_of(place, submission.file)):
        name = one_line(place.function.rstrip("_"), LONGEST_NAME)
        known = SMALLEST_POOLED if "_pool" in name else DEAD_UNITS
        return CheckFailure(f"{text}: {name} gives 0 for every input", None, (known,), line)
    return CheckFailure(f"{text}{cuts.said_of(cut)}", None, (cuts.STOPPED,), cuts.line_in(cut, submission))


def _hardly_matters(
    idle: Sequence[str], submission: Submission, ctx: Context, model: Remote, inputs: Inputs
) -> CheckFailure:
    """What to say of parameters that move the output by next to nothing."""
    text = f"{_some(idle)} hardly matters: it moves the output by less than a millionth of its size"
    place = place_where("cancels", submission, model, inputs)
    if line := line_of(place, submission.file):
        name = one_line(place.function, LONGEST_NAME)
        known = FACTOR if place.function in FACTORS else CANCELS
        return CheckFailure(f"{text}. Of what {name} is given, next to nothing is left", None, (known,), line)
    standard = f"{IDLE}:from_the_standard_start"
    if not measured(list[str], submission, standard, model, idle, ctx.seed, *inputs):
        return CheckFailure(text, None, (SMALL_START,))
    standardised = f"{IDLE}:with_inputs_standardised"
    if not measured(list[str], submission, standardised, model, idle, ctx.seed, *inputs):
        return CheckFailure(f"{text}. The first layer is given numbers of the wrong size", None, (SMALL_INPUT,))
    if line := line_where("shares", submission, model, inputs):
        return CheckFailure(f"{text}. A softmax is the activation of a layer", None, (SHARES,), line)
    place = place_where("fades", submission, model, *two_rows(inputs))
    if line := line_of(place, submission.file):
        return CheckFailure(f"{text}. What two inputs differ by shrinks from layer to layer", None, (FADES,), line)
    place = effect_lost(submission, model, idle[0], ctx.seed, inputs)
    if line := line_of(place, submission.file):
        alone = (ONE_NORMED,) if place.function.endswith("norm of one number") else ()
        return CheckFailure(f"{text}: {_ends(place)}", None, alone, line)
    return CheckFailure(text, attribute=str(idle[0]))


def _is_one_direction(unreached: Sequence[str], shapes: Shapes) -> bool:
    """Whether these are weights of one direction of a recurrent layer, of which the other direction's matter."""
    turned = {name.endswith("_reverse") for name in unreached}
    others = {f"{name.removesuffix('_reverse')}{'' if name.endswith('_reverse') else '_reverse'}" for name in unreached}
    return len(turned) == 1 and others <= shapes.keys() and not others & {*unreached}


def _why_it_ends(place: Place, unreached: Sequence[str], shapes: Shapes) -> tuple[Diagnosis, ...]:
    weight = unreached[0].rpartition(".")[2]
    of_states = weight.startswith("weight_hh")
    if place.unused:
        return (UNUSED,)
    if of_states and place.function in CELLS:
        return (STATE_DROPPED,)
    if of_states and place.function in RECURRENT and place.loses:
        return (ONE_STEP,)
    if of_states and weight.endswith("_reverse") and not any("weight_ih" in name for name in unreached):
        return (BACKWARD_UNREAD,)  # the input reaches that direction, and no state does
    if of_states and place.loses and place.function in CHOOSES and not any("weight_ih" in name for name in unreached):
        return (FIRST_STATE,)
    if place.loses and place.function == "__getitem__" and _is_one_direction(unreached, shapes):
        return (ONE_DIRECTION,)
    if place.loses and place.function in FILLS:
        return (ALL_FILLED,)
    if place.loses and place.function in RECTIFIERS:
        return (NEVER_POSITIVE,)
    if place.function.endswith("norm of one number"):
        return (ONE_NORMED,)
    return (ONE_NUMBER,) if place.function.endswith("softmax of one number") else ()


def _ends(place: Place) -> str:
    """How the effect of a weight ends, in words."""
    name = one_line(place.function, LONGEST_NAME)
    if place.unused:
        return f"nothing uses what {name} gives"
    return f"what changes with it is lost in {name}" if place.loses else f"{name} is the last that changes with it"


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


def _some(names: Sequence[str]) -> str:
    return ", ".join(one_line(str(name), LONGEST_NAME) for name in names[:3])
