"""Embedding: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Filled, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m2_rnn/embedding.py")
SIZES = {"num_embeddings": 3, "embedding_dim": 2}
embedding = Section("m2.embedding", EXERCISE, f"{__name__}.subject:EMBEDDING", "embedding")

CHECKS = (
    embedding.check(
        "forward",
        Parity("y"),
        3,
        "Embedding.forward",
        "Embedding.forward looks up the row of every id",
        "What does NumPy give for an array that is indexed with an array of integers?",
        "W[ids] has the shape of ids, with one more axis for the elements of a row.",
    ),
    embedding.check(
        "backward",
        Parity("dL_dW"),
        4,
        "Embedding.backward",
        "Embedding.backward adds up the gradients of every id",
        "Which positions of y are copies of one row of W? The row's gradient is the sum over all of them.",
        "Start from zeros of W's shape. a[indices] += b adds only once where an index occurs twice.",
        "np.add.at(dL_dW, ids, dL_dy) adds as often as an id occurs.",
        after=("forward",),
    ),
    embedding.check(
        "behaviour",
        Behaviour(),
        2,
        "Embedding.forward",
        "Embedding keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "What does one call leave behind on self, or in the caller's arrays, that the next call would see?",
        "Read self.W in forward. Store the ids there. Make a new dL_dW in every backward.",
        after=("forward", "backward"),
    ),
    embedding.check(
        "errors",
        BadShapes(
            (
                ("ids without a batch axis", SIZES, ((4,),)),
                ("ids with a third axis", SIZES, ((1, 4, 2),)),
                ("an id of V", SIZES, (Filled((2, 3), 3),)),
                ("an id beyond V", SIZES, (Filled((1, 2), 900),)),
                ("a negative id", SIZES, (Filled((1, 2), -1),)),
            ),
            dtype="int64",
        ),
        1,
        "Embedding.forward",
        "Embedding refuses wrong shapes, and ids that are not in its table, with a ValueError",
        "Ids come as rows of a batch: how many axes is that?",
        "Check that ids.ndim is 2 before looking anything up. Say what was expected and what came.",
        "A negative index counts from the end: NumPy finds a row for id -1. Look at the smallest and the largest id.",
        after=("forward",),
    ),
)
