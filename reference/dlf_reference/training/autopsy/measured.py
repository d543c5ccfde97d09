"""What an autopsy measures, as data: made beside the model, read where causes are named. Nothing here imports torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

PART = "part "  # begins the change of a trial that has a part of ours in it
AS_IT_IS = ""  # the change of a trial that changes nothing
ROUNDING = ("round", "floor", "ceil", "sign", "trunc", "heaviside", "floor_divide")
HOOK = "hook"  # that keeps a gradient back, as a `Cut` calls it
FLAT = frozenset({*ROUNDING, *(f"{name}_" for name in ROUNDING), "__floordiv__"})  # whose derivative is zero


class Change(StrEnum):
    """What is different in a trial, besides a part of ours in it."""

    ALL_WEIGHTS_TRAINED = "all weights trained"
    BATCH_STATISTICS = "statistics of the batch"
    EVALUATION_MODE = "evaluation mode"
    FLOAT32 = "float32"
    INPUTS_STANDARDISED = "inputs standardised"
    LOGITS_OF_SIZE_1 = "logits of size 1"
    LOGITS_TIMES_TEN = "logits times ten"
    NO_DROPOUT = "no dropout"
    NO_HOOKS = "no hooks"
    NOTHING_CUT = "nothing cut"
    RELU = "ReLU"
    STANDARD_START = "standard start"
    WEIGHTS_LEFT_ALONE = "weights left alone"


@dataclass(frozen=True)
class Trial:
    """A short training on the recipe's batches, paired with the others of its seed.

    Attributes:
        losses: of each step that was done.
        after: the loss in the end, of what it learnt by heart, or else of batches that it has not seen; inf if it did
            not get there.
    """

    losses: tuple[float, ...]
    after: float


@dataclass(frozen=True)
class Parameter:
    """A weight, after a few steps of the recipe.

    Attributes:
        trained: it requires a gradient.
        gradient: the largest norm of its gradient in these steps; 0 where it got none.
        equal_rows: share of its rows that are equal to the first, in [0, 1]; 0 where it has no two rows, and of a
            constant that is no table.
        scale_of_zeros: it has one axis, and is zero throughout; biases are not meant.
        start: its size at the start, in multiples of PyTorch's own start; nan where that is not known.
    """

    name: str
    numbers: int
    trained: bool
    gradient: float
    equal_rows: float
    scale_of_zeros: bool = False
    start: float = float("nan")


@dataclass(frozen=True)
class Step:
    """A function of PyTorch that forward calls, if it can keep a model from learning.

    Attributes:
        function: its name, "relu".
        line: of the learner's file, "lenet.py:40"; "" where it is not known.
        cuts: it is given what requires a gradient, and what it gives requires none.
        off: gradients are switched off while it runs.
        narrow: its numbers are of 16 bits.
        dead: of a rectifier of eight units or more, the share that are zero for the whole batch; nan elsewhere.
        zeros: of the same, the share of numbers that are zero; likewise.
        saturated: of a sigmoid or tanh, the share of numbers within 1 % of a bound; likewise.
        gates: what a sigmoid or tanh gives is multiplied with other numbers.
        scores: of a softmax over T queries and T keys, the standard deviation of what it is given; likewise.
        sums: of the same, how far the weights of a query are from adding up to 1 at most; likewise.
        symmetric: the same scores are as high from a query to a key as the other way round.
        share: of a dropout that is active, how much it drops; likewise.
        by_batch: of a batch norm, 1 where it uses the batch's statistics, else 0; likewise.
        breaks: it gives nan or inf, and is given finite numbers; or it gives nan, and is given inf.
        infinite: it is given inf.
        levels: it rounds or casts different numbers, and one and the same number comes out; or it is a norm over one.
        before, after: how many different numbers it is given, and how many of them it leaves apart, where it rounds or
            casts what does not learn; 0 elsewhere.
        last: what it gives are the logits.
    """

    function: str
    line: str
    cuts: bool = False
    off: bool = False
    narrow: bool = False
    dead: float = float("nan")
    zeros: float = float("nan")
    saturated: float = float("nan")
    gates: bool = False
    scores: float = float("nan")
    sums: float = float("nan")
    symmetric: bool = False
    share: float = float("nan")
    by_batch: float = float("nan")
    breaks: bool = False
    infinite: bool = False
    levels: bool = False
    before: int = 0
    after: int = 0
    last: bool = False


@dataclass(frozen=True)
class Reaction:
    """What becomes of the logits if a part of the input is another's.

    Attributes:
        what: "all", "left half", "token 3", "order", "pixels" in another order, "padding", "rows", "batch before", or
            "later", a token on earlier logits, or "own", a token on the logits at its place, or "attention", the order
            of two tokens on the weights of attention.
            Of "apart", change is the distance of two tokens.
        change: of the logits, as a share of what another whole input changes; of "reordered", the share of rows whose
            logits come back at another row's place; of "ids", the share of tokens that get logits of their own.
    """

    what: str
    change: float


@dataclass(frozen=True)
class Cut:
    """A call of forward that gives no gradient, though what it is given requires one.

    Attributes:
        function: its name, "detach"; "" where there is none, "?" where it is not certain which it is.
        line: of the learner's file, "lenet.py:40"; likewise.
        off: gradients are switched off there.
    """

    function: str = ""
    line: str = ""
    off: bool = False


@dataclass(frozen=True)
class Misled:
    """Where backward gives another gradient than small differences do.

    Attributes:
        ratios: of the weights whose gradient has another size, backward's over that by differences; "x" is the input.
        astray: those whose gradient points elsewhere.
        cut: what keeps a part of it back.
    """

    ratios: dict[str, float]
    astray: tuple[str, ...]
    cut: Cut = Cut()


@dataclass(frozen=True)
class Text:
    """What of a long text reaches no logit, by a token's place; -1 where nothing is told.

    Attributes:
        without_gradient: a token without a gradient, on which the logits depend all the same.
        cut: what keeps it back.
        first, last: the only tokens, and those between them, on which the logits depend.
    """

    without_gradient: int = -1
    cut: Cut = Cut()
    first: int = -1
    last: int = -1


@dataclass(frozen=True)
class Unusual:
    """What is hardly ever meant of a model that may learn all the same; names of parameters and modules.

    Attributes:
        frozen: tables of token vectors that are not trained.
        narrow: weights of 16 bits.
        alike: weights whose rows are all equal, and not zero.
        slow: batch norms whose running statistics hardly move, with their momentum.
        dropped: dropouts that drop nearly all, with their share.
        still: running statistics of the learner's own layers that training leaves as they are.
        by_running: lines of batch norms that use their running statistics in training mode, too.
        resting: batch norms and dropouts that stay in evaluation mode in training.
        late: weights that the first forward makes.
        twins: pairs of weights on one memory.
        chained: pairs of linear layers with nothing between them, that are as good as one.
        unasked: lines and layers that drop numbers of a model that is to drop none, with their share.
        padded: tables that train no vector for padding where each token counts, with its number.
    """

    frozen: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    slow: dict[str, float] = field(default_factory=dict)
    dropped: dict[str, float] = field(default_factory=dict)
    still: tuple[str, ...] = ()
    by_running: tuple[str, ...] = ()
    resting: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    twins: tuple[tuple[str, str], ...] = ()
    chained: tuple[tuple[str, str], ...] = ()
    unasked: dict[str, float] = field(default_factory=dict)
    padded: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A function of forward, at which something becomes of a part of the input.

    Attributes:
        line: of the learner's file, "lenet.py:40"; "" where it is not known.
        function: its name, "relu".
        loses: it is given what still depends on the part, and nothing after it does; else it is the last that does.
        unused: it is the last that does, and nothing takes what it gives.
        kind: what is wrong with it, a word of `operations`, or "ids" where it loses whole numbers; "" where that is not
            known.
    """

    line: str
    function: str = ""
    loses: bool = False
    unused: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Kept:
    """What a forward keeps, and backward cannot use.

    Attributes:
        line: of the learner's file, that writes over what was kept for backward, or makes what is kept with its graph;
            "" where there is none.
        function: that kept it for backward, "layer_norm"; "" of what is kept with its graph.
        name: of the attribute that is kept with its graph, "self.net.1.mean"; else "".
    """

    line: str = ""
    function: str = ""
    name: str = ""


PLACES = ("randperm", "randint", "multinomial")  # functions that draw an order, or places


@dataclass(frozen=True)
class Handed:
    """Something that a forward in training mode works with, and that is hardly ever meant.

    Attributes:
        what: "shares" that a softmax gives to a layer, or "ids" of tokens as plain numbers; or one of `PLACES`.
        line: of the learner's file that makes it, "lenet.py:40"; "" where it is not known.
    """

    what: str
    line: str


@dataclass(frozen=True)
class Restart:
    """What the logits react to with another start.

    Attributes:
        name: of the module, or its one weight, that starts anew; "" where none does.
        size, new_size: the root mean square of its numbers before and after.
    """

    name: str
    size: float
    new_size: float
    reactions: tuple[Reaction, ...] = ()


@dataclass(frozen=True)
class Looks:
    """One batch, looked at from all sides, and a few steps.

    Attributes:
        first_loss: before any step; `chance` is that of a guess, ln K.
        lowest, highest: logit of the batch.
        row_sum: how far the rows' sums are from 1 at most.
        row_spread: how far the logits of an example are apart, relative to their size.
        second: how far the logits of the examples are from lying on one line, relative.
        twice: how much the logits of one batch differ when asked a second time in evaluation mode, relative.
        shaken: the same in training mode, relative to how far the logits of the examples are apart.
        hidden: attributes with weights that PyTorch does not see.
        made: forward makes layers with weights.
        overwritten: parameters that a forward changes.
        dropped: modules that forward calls, and whose result reaches no logit.
        unreached: parameters that no gradient reaches, because something cuts it.
        partly: parameters of which this holds for a quarter of the rows or more.
        undefined: the function whose derivative is nan though the loss is a number, "sqrt"; "" where there is none.
        real: for some parameters, the gradient that backward gives over the one that small differences give.
        astray: those of them whose gradient has another direction than the one that small differences give.
        scale: the standard deviation of what the first layer with weights is given; nan where that is no image.
        handed: what forward works with, and is hardly ever meant.
        flat: weights without a gradient, along which the loss changes far away and not nearby.
        enlarged: the largest standard deviation of attention's scores, once all weights are thirty times as large; nan
            where there are none.
        enlarged_logits: the largest logit then, with either sign.
        held_back: how far the logits are from those of a copy with the same weights that has seen no batch, relative.
    """

    first_loss: float
    chance: float
    lowest: float
    highest: float
    row_sum: float
    row_spread: float
    second: float
    twice: float
    shaken: float
    hidden: tuple[str, ...]
    made: bool
    overwritten: tuple[str, ...]
    dropped: tuple[str, ...]
    unreached: tuple[str, ...]
    partly: tuple[str, ...]
    undefined: str
    parameters: tuple[Parameter, ...]
    steps: tuple[Step, ...]
    reactions: tuple[Reaction, ...]
    real: dict[str, float]
    astray: tuple[str, ...]
    flat: tuple[str, ...]
    enlarged: float
    enlarged_logits: float
    held_back: float
    scale: float
    handed: tuple[Handed, ...] = ()

    @property
    def largest(self) -> float:
        """The size of the largest logit."""
        return max(abs(self.lowest), abs(self.highest))
