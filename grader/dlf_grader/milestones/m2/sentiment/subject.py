"""SentimentLSTM as a subject: its texts, what must not change its logits, and the task that it learns on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from dlf_grader.context import Context
from dlf_grader.instruments.case import Array, RngFor
from dlf_grader.instruments.compare import close
from dlf_grader.instruments.cuts import check_long_text
from dlf_grader.instruments.invariance import Invariance, Told, Variation
from dlf_grader.instruments.parameters import PROBES
from dlf_grader.instruments.rows import ROWS_MIX
from dlf_grader.instruments.subjects.network import Network
from dlf_grader.instruments.tokens import PADDED
from dlf_grader.instruments.training.models import Goal
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.protocol import Tensor
from dlf_grader.sandbox.proxy import Remote, Submission

VOCABULARY = 20
LENGTHS = np.array([4, 7, 1, 6])  # in no order, one token at least
WIDTH = 7
LONG = 66  # tokens of a text that is longer than the parts in which one may be read
ORDER_UNUSED = Diagnosis(
    "order-unused",
    "Pass the embedded tokens to an LSTM whose state goes on from token to token, and pool the LSTM's outputs.",
)
ORDER_LOST = Diagnosis("order-lost", "If you sort the texts by length, restore their order afterwards.")
TOKENS_SUMMED = Diagnosis(
    "tokens-summed", "Pass the embedded tokens to an LSTM, so that the tokens before it change what a token adds."
)
LENGTHS_UNUSED = Diagnosis(
    "lengths-unused",
    "The logits do not depend on lengths. Use them: outputs[:, -1] is the state after the padding, and the last state "
    "of row n is outputs[n, lengths[n] - 1].",
)
PADDING_READ = Diagnosis(
    "padding-read",
    "Padding is read. The last state of a text is at lengths - 1; a backward LSTM must reverse each text within its "
    "own length; a mean must divide by the length and leave padding out; a maximum must fill padded steps with -inf.",
)


def _full_texts(rng: np.random.Generator, count: int) -> tuple[Array, ...]:
    return rng.integers(1, VOCABULARY, (count, WIDTH)), np.full(count, WIDTH)


def _reads_long_texts(network: Network, submission: Submission, ctx: Context) -> Measurements:
    """A gradient comes back to every token of a long text."""
    texts = [1 + ctx.rng(number).permutation(LONG)[None] for number in range(3)]
    lengths = np.array([LONG])
    model = network.stirred(submission, ctx, (texts[0], lengths), vocab_size=LONG + 1, hidden_size=32)
    return check_long_text(submission, ctx, model, lengths, texts)


SENTIMENT_LSTM = Network(
    name="SentimentLSTM",
    inputs=_full_texts,
    arguments={"vocab_size": VOCABULARY, "embedding_dim": 6, "hidden_size": 5},
    classes=(2, 33),
    ordered=ORDER_UNUSED,
    summed=TOKENS_SUMMED,
    alone=TOKENS_SUMMED,
    further=(_reads_long_texts,),
    usual={"embedding_dim": 128, "hidden_size": 128, "dropout": 0.0},
)


def _padded(rng: np.random.Generator) -> Array:
    """Texts of different lengths, filled up with 0."""
    tokens = rng.integers(1, VOCABULARY, (len(LENGTHS), WIDTH))
    return np.where(np.arange(WIDTH) < LENGTHS[:, None], tokens, 0)


def beyond_lengths(rng_for: RngFor) -> Iterator[Variation]:
    """Padding, or other tokens, in five more columns: for texts of one token, then for texts of any length."""
    tokens = _padded(rng_for(1))
    for texts, lengths in ((tokens[:, :1], np.ones_like(LENGTHS)), (tokens, LENGTHS)):
        wider = np.pad(texts, ((0, 0), (0, 5)))
        other = rng_for(2).integers(1, VOCABULARY, wider.shape)
        inside = np.arange(wider.shape[1]) < lengths[:, None]
        for what, changed in (("padding", wider), ("other tokens", np.where(inside, wider, other))):
            yield Variation(
                label=f"texts of lengths {lengths.tolist()}, with five columns of {what} more",
                text=f"{what} beyond the lengths, in five more columns, changes the logits",
                told=Told(PADDING_READ),
                batch=(texts, lengths),
                changed=(changed, lengths),
                explain=partial(_padding, changed, lengths),
                named=PADDED,
            )


def _padding(
    tokens: Array, lengths: Array, submission: Submission, model: Remote, yours: Array, expected: Array
) -> Told:
    """Whether lengths are used at all; the text that changes most shows where.

    Args:
        tokens, lengths: that the learner's logits are for.
    """
    whole = submission.call(f"{PROBES}:logits", model, tokens, np.full(len(tokens), tokens.shape[1]))
    same = isinstance(whole, Tensor) and close(whole.array, yours)
    row = int(np.abs(yours - expected).max(axis=1).argmax())
    one = slice(row, row + 1)
    text = tokens[one, : lengths[row]]
    return Told(LENGTHS_UNUSED if same else PADDING_READ, ((text, lengths[one]), (tokens[one], lengths[one])))


def _order(tokens: Array, submission: Submission, model: Remote, yours: Array, expected: Array) -> Diagnosis:
    """Whether texts that come in the order of their lengths get the logits that each has alone."""

    def asked(rows: Array) -> Array | None:
        y = submission.call(f"{PROBES}:logits", model, tokens[rows], LENGTHS[rows])
        return y.array if isinstance(y, Tensor) else None

    rising = np.argsort(LENGTHS)
    for order in (rising, rising[::-1]):
        alone = [asked(order[at : at + 1]) for at in range(len(order))]
        if any(y is None for y in alone):
            break
        in_order = np.concatenate([y for y in alone if y is not None])
        exchanged = all(any(close(row, one, 1e-4) for one in in_order) for row in yours)  # and none is another
        if exchanged and close(asked(order), in_order, 1e-4):
            return ORDER_LOST
    return ROWS_MIX


def _alone(
    tokens: Array, others: Array, row: int, submission: Submission, model: Remote, yours: Array, right: Array
) -> Told:
    """Whether the padding beside a text makes the difference, the length of the longest, or the other rows.

    Args:
        others: other texts of the same lengths.
    """
    one = slice(row, row + 1)
    text, length = tokens[one, : LENGTHS[row]], LENGTHS[one]

    def gets_the_same(texts: Array, lengths: Array, at: int) -> bool:
        y = submission.call(f"{PROBES}:logits", model, texts, lengths)
        return isinstance(y, Tensor) and len(y.array) == len(texts) and close(y.array[at : at + 1], yours, 1e-4)

    if gets_the_same(tokens[one], length, 0):
        return _padding(tokens[one], length, submission, model, yours, right)
    beside = np.where(np.arange(len(tokens))[:, None] == row, tokens, others)
    longest = int(np.argmax(LENGTHS))
    two, lengths = np.concatenate([tokens[one], others[longest : longest + 1]]), LENGTHS[[row, longest]]
    if gets_the_same(beside, LENGTHS, row) and gets_the_same(two, lengths, 0):
        known = ", and only the length of the longest text matters: padding is read"
        return Told(PADDING_READ, ((text, length), (two, lengths)), known=known)
    return Told(_order(tokens, submission, model, yours, right), ((tokens, LENGTHS), (beside, LENGTHS)), "rows_meet")


def among_others(rng_for: RngFor) -> Iterator[Variation]:
    """The same texts in another order, then each text alone and in the batch."""
    tokens, others, order = _padded(rng_for(1)), _padded(rng_for(3)), np.array([2, 0, 3, 1])
    yield Variation(
        label=f"texts of lengths {LENGTHS.tolist()}, in the order {order.tolist()}",
        text="the same texts in another order get other logits",
        told=Told(ORDER_LOST),
        batch=(tokens, LENGTHS),
        changed=(tokens[order], LENGTHS[order]),
        rows=np.argsort(order),
        explain=lambda *asked: Told(_order(tokens, *asked)),
    )
    for row, length in enumerate(LENGTHS):
        one = slice(row, row + 1)
        yield Variation(
            label=f"a text of length {length}, alone and in a batch of lengths {LENGTHS.tolist()}",
            text=f"row {row}, of length {length}, gets other logits alone than in the batch, in evaluation mode",
            told=Told(ROWS_MIX),
            batch=(tokens[one, :length], LENGTHS[one]),
            changed=(tokens, LENGTHS),
            rows=one,
            explain=partial(_alone, tokens, others, row),
            named=PADDED,
        )


READ = (*PADDED.values(), PADDING_READ, LENGTHS_UNUSED)
PADDING = Invariance(SENTIMENT_LSTM, beyond_lengths, READ)
ROWS = Invariance(SENTIMENT_LSTM, among_others, (ORDER_LOST, ROWS_MIX, *READ))
EVENTS = Goal(
    "sequences:sequence_classifier",
    "SentimentLSTM",
    "order_of_events",
    arguments={"vocab_size": 13, "embedding_dim": 16, "hidden_size": 24, "dropout": 0.1},
    settings={"epochs": 5, "batch_size": 32, "lr": 1e-2, "enough": 0.05},
    test=0.9,
    beside="sequences:vanilla_rnn",
)
