"""The causes that a PyTorch network's looks can show, the most certain first."""

from __future__ import annotations

from dlf_reference.training.autopsy.measured import Change

from dlf_grader.instruments.autopsy import attention, functions, gradients, logits, reacted, repeated, starting
from dlf_grader.instruments.autopsy.cause import Cause

INPUTS = "The recipe's inputs have mean 0 and variance 1: leave them."
LOGITS = "Return what the last nn.Linear gives: the recipe's cross-entropy applies the softmax."
START = "Draw weights with variance 1 / fan-in, and biases near 0, as PyTorch's layers do."
FINITE = (
    "Keep its argument away from where it has no value: 0 / 0, log of 0, a row of −inf, more than its dtype can hold."
)
DEFINED = "Keep its argument away from where it has no derivative: sqrt(x + 1e-8), clamp(min=1e-8)."
SMOOTH = "Use PyTorch's differentiable functions alone between the weights and the logits."
UNCUT = "Leave out what cuts it: the loss must reach back to every step."
RANDOM = "Drop numbers, and draw them, in training mode alone: if self.training."
OWN_BACKWARD = (
    "Look for a hook or a backward of your own: it multiplies what it is given by the derivative, and no more."
)
ROWS = "Compute each row by itself: every view, reshape, mean and softmax leaves axis 0 as it is."
SMALLER = "Take out the factor that makes them small."
SCORES = "Divide q · k by the square root of a head's features, and do no more."
CAUSES = (
    Cause("too-narrow", functions.narrow, "Compute with float32.", Change.FLOAT32),
    Cause("overflows", functions.overflows, "Compute with float32."),
    Cause("not-finite", functions.breaks, FINITE),
    Cause("derivative-undefined", gradients.undefined, DEFINED),
    Cause(
        "hidden-weights",
        gradients.hidden,
        "Use nn.ModuleList for layers, and nn.Parameter for a tensor.",
        weights=lambda looks: looks.hidden,
    ),
    Cause("layers-made-in-forward", gradients.made, "Make them in __init__, as attributes."),
    Cause("result-dropped", repeated.results_dropped, "Assign it: x = block(x)."),
    Cause(
        "weights-overwritten",
        gradients.overwritten,
        "Draw and limit weights in __init__ alone.",
        Change.WEIGHTS_LEFT_ALONE,
    ),
    Cause(
        "norm-of-one-number", functions.alone, "Normalise over several features: nn.GroupNorm(8, C), nn.LayerNorm(C)."
    ),
    Cause("ids-as-numbers", functions.ids_as_numbers, "Look each id up in an nn.Embedding."),
    Cause("numbers-levelled", functions.levelled, "Keep the numbers as they are: float32, and not rounded."),
    Cause(
        "equal-rows",
        gradients.equal_rows,
        "Draw weights at random; zeros suit biases.",
        shows="gradient",
        weights=gradients.alike,
    ),
    Cause(
        "scale-of-zeros",
        gradients.scale_of_zeros,
        "Start the scale of a norm at 1, as PyTorch does.",
        weights=gradients.zeros,
    ),
    Cause("running-statistics", functions.running, "Do not call eval() in forward.", Change.BATCH_STATISTICS),
    Cause("inputs-scaled", functions.far_scaled, INPUTS, Change.INPUTS_STANDARDISED),
    Cause("dead-units", functions.dead, "Draw weights with mean 0, and start biases at 0.", shows="dead"),
    Cause(
        "state-kept",
        repeated.state_kept,
        "Compute forward from its input alone: keep no state and no cache in self.",
        follows="batch before",
    ),
    Cause("gradient-cut", gradients.cut, SMOOTH, shows="gradient"),
    Cause("logits-are-probabilities", logits.probabilities, LOGITS, shows="gradient"),
    Cause("logits-squashed", logits.squashed, LOGITS, shows="gradient"),
    Cause("gradient-turned", gradients.turned, OWN_BACKWARD),
    Cause(
        "gradient-lost", gradients.lost, "Look for a hook or a backward of your own that gives zeros.", shows="gradient"
    ),
    Cause("saturated-units", functions.saturated, START, shows="gradient"),
    Cause("unsteady", repeated.unsteady, RANDOM, follows="twice"),
    Cause("softmax-axis", attention.softmax_axis, "Apply it over the keys: dim=-1."),
    Cause(
        "small-start",
        starting.small_start,
        START,
        Change.STANDARD_START,
        weights=starting.smallest,
    ),
    Cause(
        "attention-flat",
        attention.bounded,
        "Divide q · k by the square root of a head's features; cosines are multiplied by 10 or more instead.",
    ),
    Cause("attention-scores", attention.far_off, SCORES),
    Cause(
        "input-ignored",
        repeated.constant,
        "Follow the input through forward: something cuts it off before the logits.",
        follows="all",
        ignores=True,
    ),
    Cause(
        "rows-reordered",
        reacted.rows_reordered,
        "Keep each row in its place: sorted rows go back into their order, y[order.argsort()].",
    ),
    Cause("rows-mix", reacted.rows_mix, ROWS, follows="rows"),
    Cause(
        "later-tokens-seen",
        reacted.later_seen,
        "Hide later keys in every block, and keep tokens and heads in their axes.",
    ),
    Cause("padding-read", reacted.padding_read, "Leave padding out: mask it, and pool over the real tokens only."),
    Cause(
        "pixels-pooled",
        reacted.pixels_pooled,
        "Let layers see the image before you pool it.",
        follows="pixels",
        ignores=True,
    ),
    Cause("half-ignored", reacted.half_ignored, "Let all of the image reach the layers.", follows="half", ignores=True),
    Cause(
        "tokens-ignored",
        reacted.tokens_ignored,
        "Let every token reach the logits: attend to all, or pool over all.",
        follows="token",
        ignores=True,
    ),
    Cause(
        "ids-merged",
        reacted.ids_merged,
        "Look tokens up as they are: do not clamp, divide or narrow their ids.",
        follows="ids",
        ignores=True,
    ),
    Cause(
        "own-token-ignored",
        reacted.own_ignored,
        "Do not shift the tokens: the recipe has shifted the targets.",
        follows="own",
    ),
    Cause(
        "order-ignored",
        reacted.order_ignored,
        "Give the tokens positions, or read them with a recurrent layer.",
        ignores=True,
    ),
    Cause(
        "order-hardly-seen",
        reacted.order_hardly_seen,
        "Where positions are added to the tokens' vectors, both need numbers of one size.",
        ignores=True,
    ),
    Cause("queries-are-keys", attention.symmetric, "Give queries and keys a projection of their own each."),
    Cause("attention-scores", attention.wide, SCORES),
    Cause("numbers-rounded", functions.rounded, "Keep the numbers as they are: float32, and not rounded."),
    Cause("equal-logits", logits.equal, "Return one number for each class."),
    Cause(
        "one-number-left",
        functions.bottleneck,
        "Let the last layer see all features: pool over places, not over channels.",
    ),
    Cause(
        "frozen",
        gradients.frozen,
        "Let the optimiser train them: leave requires_grad as it is.",
        Change.ALL_WEIGHTS_TRAINED,
        weights=gradients.still,
    ),
    Cause("too-much-dropout", functions.dropped, "Drop less: 0.1 to 0.5 is usual.", Change.NO_DROPOUT),
    Cause(
        "large-start",
        starting.large_start,
        START,
        Change.STANDARD_START,
        weights=starting.largest,
    ),
    Cause(
        "too-much-noise",
        repeated.drowned,
        "Drop and draw less in training mode.",
        Change.EVALUATION_MODE,
        follows="twice in training",
    ),
    Cause(
        "too-much-noise",
        repeated.shaken,
        "Drop and draw less in training mode.",
        Change.EVALUATION_MODE,
        hastens=True,
        follows="twice in training",
    ),
    Cause("small-logits", logits.small, SMALLER, Change.LOGITS_OF_SIZE_1, hastens=True),
    Cause(
        "close-logits", logits.bounded, "Let them grow: cosines are multiplied by 10 to 30.", Change.LOGITS_TIMES_TEN
    ),
    Cause("close-logits", logits.close, SMALLER, Change.LOGITS_TIMES_TEN, hastens=True),
    Cause("softmax-between-layers", functions.shares, "Put ReLU or GELU between the layers.", Change.RELU),
    Cause("flat-activations", functions.bounded, "Put ReLU or GELU between the layers.", Change.RELU, "gradient"),
    Cause("gradient-cut-short", gradients.cut_short, UNCUT, Change.NOTHING_CUT),
    Cause("gradient-scaled", gradients.scaled, "Take out the hook or the function that scales it.", Change.NO_HOOKS),
    Cause("gradient-astray", gradients.astray, "Take out the hook that changes it.", Change.NO_HOOKS),
)
NOTES = (
    reacted.order_not_attended,
    reacted.tokens_not_attended,
    reacted.read_apart,
    attention.faint,
    functions.places_drawn,
)  # facts that may be meant, and that no short trial can decide
ANYWAY = (
    Cause(
        "inputs-scaled",
        lambda looks: "The first layer's input has the wrong scale.",
        INPUTS,
        Change.INPUTS_STANDARDISED,
    ),
)
