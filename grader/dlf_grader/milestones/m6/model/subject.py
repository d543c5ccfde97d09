"""LanguageModel: what must hold of its logits, and what it learns."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments import rows
from dlf_grader.instruments.advice import advice
from dlf_grader.instruments.backward import OVERWRITTEN, backward_told
from dlf_grader.instruments.bad_shapes import refused
from dlf_grader.instruments.bounds import BOUNDED, SQUASHED, WIDE, check_bounds
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.compare import close
from dlf_grader.instruments.cuts import GRADIENTS, HOOKED, STOPPED, check_gradient
from dlf_grader.instruments.logits import SOFTMAX, UNSTEADY, check_steady, logits
from dlf_grader.instruments.parameters import MISTAKES, PROBES, Shapes, all_matter, numbers_in, parameter_shapes
from dlf_grader.instruments.places import line_of, place_where
from dlf_grader.instruments.subjects.network import Network
from dlf_grader.instruments.tokens import LATER
from dlf_grader.instruments.training.models import Goal
from dlf_grader.milestones.m6.model import full
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Tensor
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

ALL_PLACES = "dlf_reference.training.continued:Continued"  # (N, T, K) → (N · T, K)
SIZES: dict[str, Any] = {"vocab_size": 23, "d_model": 16, "num_heads": 2, "num_layers": 2, "max_length": 12}
ANSWERS = "dlf_reference.training.autopsy.forward.answers"
STANDARD = "dlf_reference.training.autopsy.starts:times_the_standard"
RTOL = 1e-4  # of float32 logits
FAR = 0.1  # of what another token changes: an order that counts
OVERSIZED = 4.0  # times PyTorch's own start

NO_POSITIONS = Diagnosis(
    "no-positions",
    "Two earlier tokens can change places: rotate queries and keys by their positions, as (N, heads, T, d).",
)
EVEN_WEIGHTS = Diagnosis(
    "even-weights", "Scores are next to 0, so all keys get one weight: divide q · k by √d, and by nothing more."
)
HIDDEN_BY_START = Diagnosis(
    "order-hidden-by-start",
    "With PyTorch's own start they differ: draw weights with variance 1 / fan-in, and start the scales of norms at 1.",
)
HARDLY_COUNT = Diagnosis(
    "earlier-tokens-hardly-count",
    "Earlier tokens change the last logits by next to nothing: look at what blocks are multiplied by before they are "
    "added.",
)
NOT_CAUSAL = Diagnosis(
    "later-tokens-seen",
    "Later tokens are seen. Hide later keys from every query, and compute all else for each place by itself.",
)
FORGETS = Diagnosis(
    "earlier-tokens-unseen",
    "The logits at a place follow from all tokens up to it. Look at the mask, at scores so large that one key gets all "
    "the weight, and at what moves or cuts the tokens.",
)
HIDES_EARLIER = Diagnosis(
    "earlier-keys-hidden",
    "The mask hides earlier keys. Hide the later ones alone: torch.ones(T, T).triu(1) is 1 there.",
)
BATCH_NORM = Diagnosis(
    "batch-norm-over-tokens",
    "In training mode a batch norm's mean and variance come from all tokens: use nn.LayerNorm, or nn.RMSNorm.",
)
OWN_UNSEEN = Diagnosis(
    "own-token-unseen",
    "The logits at a place leave the token there out, and count those before it. Do not shift the tokens: the recipe "
    "shifts its targets. A query sees its own key.",
)
LARGE = Diagnosis(
    "large-logits-at-first",
    "The first logits are far from zero: draw the table of token vectors with a small standard deviation, say 0.02.",
)
OVERSIZED_START = Diagnosis(
    "weights-start-large",
    "Weights start several times as large as PyTorch's: draw them with variance 1 / fan-in. normal_ takes the mean "
    "first, and then the standard deviation.",
)
ONE_BLOCK = Diagnosis("one-block-for-all", "num_layers changes nothing: make a new block for each layer.")
LEARNS = (*MISTAKES, OVERWRITTEN, STOPPED, HOOKED, ONE_BLOCK)
UNSEEN = (HIDES_EARLIER, FORGETS)
FORWARD = (
    *rows.MISTAKES,
    SOFTMAX,
    SQUASHED,
    BOUNDED,
    *UNSTEADY,
    NO_POSITIONS,
    HIDDEN_BY_START,
    HARDLY_COUNT,
    EVEN_WEIGHTS,
    *UNSEEN,
    *GRADIENTS,
)
FUTURE = (*LATER.values(), NOT_CAUSAL, BATCH_NORM, OWN_UNSEEN, *UNSEEN)
FIRST_LOSS = (LARGE, OVERSIZED_START)

MODEL = Network(
    name="LanguageModel",
    inputs=lambda rng, count: (_tokens(rng, count, 9),),
    arguments=SIZES,
    usual={"d_model": 128, "dropout": 0.0},
    all_count=True,
)


def _tokens(rng: np.random.Generator, n: int, t: int, size: int = SIZES["vocab_size"]) -> Array:
    return rng.integers(0, size, (n, t))


def _all_places(submission: Submission, model: Remote) -> Remote:
    found: Remote = submission.new(ALL_PLACES, model)
    return found


def _asked(submission: Submission, model: Remote, tokens: Array, label: str, size: int = SIZES["vocab_size"]) -> Array:
    """The logits (N, T, K) in evaluation mode."""
    n, t = tokens.shape
    flat = logits(submission, _all_places(submission, model), (n * t, size), label, tokens)
    return flat.reshape(n, t, size)


def _at_every_place(submission: Submission, model: Remote, tokens: Array) -> None:
    """Fail unless the logits are (N, T, K)."""
    found, wanted = submission.call(f"{PROBES}:logits", model, tokens), (*tokens.shape, SIZES["vocab_size"])
    if not isinstance(found, Tensor) or found.array.shape != wanted:
        text = f"forward: expected logits, a tensor of shape {wanted}, got {describe_value(found)}"
        raise CheckFailure(text, Counterexample(f"tokens {tokens.shape}", 0, "logits"))


def learns(submission: Submission, ctx: Context) -> Measurements:
    """Parameters that all move the logits, and more of them with more layers."""
    rng = ctx.rng(1)
    model, tokens = MODEL.new(submission, ctx), _tokens(rng, 4, 9)
    shapes = parameter_shapes(submission, model, tokens)
    total = numbers_in(shapes)
    with backward_told(submission, model, (tokens,)):
        all_matter(submission, ctx, model, shapes, tokens)
    deeper = numbers_in(parameter_shapes(submission, MODEL.new(submission, ctx, num_layers=4), tokens))
    if deeper <= total:
        text = "LanguageModel has no more parameters with num_layers=4 than with 2: each layer needs its own"
        raise CheckFailure(text, None, (ONE_BLOCK,))
    return {"parameters": total, **advice(submission, MODEL.looked_at(submission, ctx, (tokens,)))}


def logits_of_all_places(submission: Submission, ctx: Context) -> Measurements:
    """Shapes of several sizes, rows that do not mix, and an order that counts."""
    rng, model = ctx.rng(1), MODEL.stirred(submission, ctx, MODEL.rows(ctx, 1))
    for n, t in ((1, 1), (3, 7), (2, SIZES["max_length"])):  # beyond it a model may do as it likes
        tokens = _tokens(rng, n, t)
        _at_every_place(submission, model, tokens)
        together, again = (_asked(submission, model, tokens, f"tokens ({n}, {t})") for _ in range(2))
        check_steady(together, again, submission, ctx, model, f"tokens ({n}, {t})", (tokens,))
        for row in range(n) if n > 1 else ():
            alone = _asked(submission, model, tokens[row : row + 1], f"row {row} of ({n}, {t}) alone")
            if not close(alone, together[row : row + 1], RTOL):
                raise _mixed(submission, ctx, model, f"tokens ({n}, {t})", t)
    other = int(rng.integers(30, 90))
    tokens = _tokens(rng, 2, 4, other)
    wide = MODEL.stirred(submission, ctx, (tokens,), vocab_size=other)
    _asked(submission, wide, tokens, f"vocab_size={other}", other)
    _grow(submission, ctx, wide, parameter_shapes(submission, model, tokens), tokens)
    # with two layers, the mask alone tells something of the order
    shallow = MODEL.stirred(submission, ctx, MODEL.rows(ctx, 2), num_layers=1)
    start = rng.permutation(SIZES["vocab_size"])[:6]
    swapped, other_token = start.copy(), start.copy()
    swapped[[1, 3]], other_token[1] = swapped[[3, 1]], start[0]
    texts = (start, swapped, other_token)
    y, z, u = (_asked(submission, shallow, tokens[None], "six tokens, one layer") for tokens in texts)
    if close(y[:, -1], u[:, -1], 1e-5):
        where = Counterexample("token 1 of six replaced", 0, "logits")
        known, line = _unseen(submission, shallow, start[None])
        raise CheckFailure("an earlier token does not reach the last logits", where, (known,), line)
    if close(y[:, -1], z[:, -1], 1e-5):
        where = Counterexample("tokens 1 and 3 of six exchanged", 0, "logits")
        if np.linalg.norm((z - y)[:, -1]) > FAR * np.linalg.norm((u - y)[:, -1]):  # as much as other tokens do
            raise CheckFailure("an earlier token hardly reaches the last logits", where, (HARDLY_COUNT,))
        submission.call(STANDARD, shallow)  # it starts anew thereby
        y, z = (_asked(submission, shallow, tokens[None], "six tokens, one layer") for tokens in texts[:2])
        known = NO_POSITIONS if close(y[:, -1], z[:, -1], 1e-5) else HIDDEN_BY_START
        line = line_of(place_where("evens", submission, shallow, (start[None],)), submission.file)
        known = EVEN_WEIGHTS if line else known  # whatever the start is
        raise CheckFailure("the last logits are the same when two earlier tokens change places", where, (known,), line)
    check_gradient(submission, ctx, model, "tokens (1, 9)", MODEL.rows(ctx, 1))
    return {"sizes": 4}


def _grow(submission: Submission, ctx: Context, wide: Remote, usual: Shapes, tokens: Array) -> None:
    """With a head drawn wide the logits do not stop at a bound.

    Args:
        usual: shapes of the parameters of a model with another vocabulary: what differs is the table, and the head.
    """
    shapes = parameter_shapes(submission, wide, tokens)
    tables = [name for name, shape in shapes.items() if shape != usual.get(name)]
    found = submission.call(f"{PROBES}:enlarged", _all_places(submission, wide), _inner(tables), WIDE, ctx.seed, tokens)
    if tables and isinstance(found, Tensor) and found.array.ndim == 2 and np.isfinite(found.array).all():
        check_bounds(found.array, shapes, Counterexample(f"tokens {tokens.shape}", 0, "logits"))


def _inner(names: list[str]) -> list[str]:
    """Names of parameters as `ALL_PLACES` has them."""
    return [f"model.{name}" for name in names]


def _mixed(submission: Submission, ctx: Context, model: Remote, label: str, t: int) -> CheckFailure:
    """What to say of rows of `t` tokens that are not each computed by itself."""

    def batch(number: int) -> tuple[Array, ...]:
        return (_tokens(ctx.rng(number), rows.ROWS, t),)

    def ask(inputs: tuple[Array, ...]) -> Array:
        return _asked(submission, model, inputs[0], label)

    return rows.failure(submission, model, Counterexample(label, 0, "logits"), batch, ask)


def future(submission: Submission, ctx: Context) -> Measurements:
    """Each token in turn is replaced: what comes before stays as it was, its own place and all later ones change."""
    rng, model = ctx.rng(1), MODEL.stirred(submission, ctx, MODEL.rows(ctx, 1))
    t = int(rng.integers(9, SIZES["max_length"] + 1))  # no size of a layer
    tokens = _tokens(rng, 2, t)
    y = _asked(submission, model, tokens, f"T={t}")
    for at in range(t):
        other = tokens.copy()
        other[:, at] = (other[:, at] + rng.integers(1, SIZES["vocab_size"], 2)) % SIZES["vocab_size"]
        label = f"T={t}, token {at} replaced"
        z = _asked(submission, model, other, label)
        where = Counterexample(label, 0, "logits")
        if at and not close(z[:, :at], y[:, :at], RTOL):
            after = np.arange(t) >= at
            beside = np.where(after, (tokens + 1) % SIZES["vocab_size"], tokens)
            place = place_where("later_meets", submission, model, (tokens,), (beside,))
            named = LATER.get(place.kind, NOT_CAUSAL)
            line = line_of(place, submission.file)
            raise CheckFailure("a later token changes the logits before it", where, (named,), line)
        for later in range(at, t):
            if np.array_equal(z[:, later], y[:, later]):
                moved = later == at < t - 1 and not np.array_equal(z[:, at + 1], y[:, at + 1])
                text = f"token {at} does not reach the logits of place {later}"
                known, line = (OWN_UNSEEN, 0) if moved else _unseen(submission, model, tokens)
                raise CheckFailure(text, where, (known,), line)
    _future_in_training(submission, ctx, tokens)
    return {"tokens": t}


def _unseen(submission: Submission, model: Remote, tokens: Array) -> tuple[Diagnosis, int]:
    """Why an earlier token reaches no later place, and the line; 0 where it is not known."""
    line = line_of(place_where("earlier_hidden", submission, model, (tokens,)), submission.file)
    return (HIDES_EARLIER, line) if line else (FORGETS, 0)


def _future_in_training(submission: Submission, ctx: Context, tokens: Array) -> None:
    """In training mode, too, no later token changes the logits before it, if the same random numbers are drawn."""
    model = MODEL.stirred(submission, ctx, (tokens,), dropout=0.0)
    other = tokens.copy()
    other[:, -1] = (other[:, -1] + 1) % SIZES["vocab_size"]
    wanted = (*tokens.shape, SIZES["vocab_size"])

    def before_the_last(*texts: Array) -> tuple[list[Array], Any]:
        found = submission.call(f"{ANSWERS}:in_training_mode", model, ctx.seed, *texts)
        *answers, norms = found if isinstance(found, list) and found else [None]
        return [y.array[:, :-1] for y in answers if isinstance(y, Tensor) and y.array.shape == wanted], norms

    seen, norms = before_the_last(tokens, other)
    if len(seen) != 2 or close(seen[1], seen[0], RTOL):
        return
    if [y.tolist() for y in before_the_last(tokens)[0]] != [seen[0].tolist()]:  # it changes with each call
        return
    name = one_line(str(norms[0]), LONGEST_NAME) if isinstance(norms, list) and norms else ""
    text = "in training mode a later token changes the logits before it"
    case = Counterexample(f"T={tokens.shape[1]}, the last token replaced", 0, "logits")
    named = BATCH_NORM if name else NOT_CAUSAL
    raise CheckFailure(text, case, (named,), attribute=name)


def first_loss(submission: Submission, ctx: Context) -> Measurements:
    """The mean of −ln p over random tokens, for a small and a large vocabulary and the default sizes."""
    found: dict[str, float] = {}
    for number, size in enumerate((23, 1000), start=1):
        rng = ctx.rng(number)
        model = MODEL.new(submission, ctx, vocab_size=size, d_model=64, num_heads=4)
        tokens, targets = _tokens(rng, 8, 8, size), _tokens(rng, 8, 8, size)
        y = _asked(submission, model, tokens, f"vocab_size={size}", size).astype(np.float64)
        y -= y.max(axis=-1, keepdims=True)
        chosen = np.take_along_axis(y, targets[..., None], axis=-1)[..., 0]
        loss = float((np.log(np.exp(y).sum(axis=-1)) - chosen).mean())
        if not abs(loss - np.log(size)) <= 1:
            text = f"the loss on random tokens is {loss:.2f}, expected ln {size} = {np.log(size):.2f}, within 1"
            shapes = parameter_shapes(submission, model, tokens)
            table = next((name for name, shape in shapes.items() if shape[:1] == (size,)), "")
            case = Counterexample(f"vocab_size={size}", 0)
            raise CheckFailure(text, case, (_why_large(submission, model),), attribute=table)
        found[f"loss, K={size}"] = loss
    return found


def _why_large(submission: Submission, model: Remote) -> Diagnosis:
    """Weights that start far larger than PyTorch's, or the table of token vectors; the model starts anew thereby."""
    times = submission.call(STANDARD, model)
    if isinstance(times, dict) and any(isinstance(each, float) and each > OVERSIZED for each in times.values()):
        return OVERSIZED_START
    return LARGE


def ids(submission: Submission, ctx: Context) -> Measurements:
    """Ids below 0 and from vocab_size on."""
    rng, model = ctx.rng(1), MODEL.new(submission, ctx)
    size = SIZES["vocab_size"]
    for number in (-1, size, -int(rng.integers(2, size)), size + int(rng.integers(1, 500))):
        tokens = _tokens(rng, 2, 5)
        tokens[1, int(rng.integers(5))] = number
        call = partial(submission.call, f"{PROBES}:logits", model, tokens)
        what, came = f"id {number} with vocab_size={size}", tokens.ravel().tolist()
        refused(submission, what, call, numbers=(number, size, size - 1), came=came)
    return {"inputs": 4}


# -- training -------------------------------------------------------------------------------------

COPY = Goal(
    recipe="language:copy",
    model="LanguageModel",
    data="copying",
    arguments={"vocab_size": 17, "d_model": 64, "num_heads": 4, "num_layers": 2, "max_length": 16},
    settings={"epochs": 2, "batch_size": 64, "lr": 5e-3, "device": "cpu"},
    test=0.99,
    classes=tuple(str(number) for number in range(17)),
)


def ag_news(submission: Submission, ctx: Context) -> Measurements:
    """Trained on AG News, judged by next tokens that were not sent."""
    return full.train(submission, ctx)
