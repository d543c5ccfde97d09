"""EncoderClassifier, in PyTorch, and its trainings: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, FullTraining, Learns, Logits, SameLogits, Section, Training
from dlf_grader.instruments.attention import PYTORCHS_ATTENTION
from dlf_grader.model import Exercise

EXERCISE = Exercise(
    "m3_attention/classifier.py",
    "torch",
    "attention is what you write here, with matrix products and softmax",
    PYTORCHS_ATTENTION,
)
classifier = Section("m3.classifier", EXERCISE, f"{__name__}.subject:CLASSIFIER", "a-text-classifier")
training = Section("m3", EXERCISE, f"{__name__}.subject:RECALL", "associative-recall")

CHECKS = (
    classifier.check(
        "init",
        Learns(),
        2,
        "EncoderClassifier.__init__",
        "EncoderClassifier has parameters, and every one moves its logits",
        "Make the layers attributes of the module, or put them into an nn.ModuleList.",
        "Use an embedding for tokens, one for positions, num_layers blocks, and nn.Linear to num_classes.",
    ),
    classifier.check(
        "forward",
        Logits(),
        2,
        "EncoderClassifier.forward",
        "EncoderClassifier gives a row of logits for each text, by itself",
        "(N, T) → (N, T, E) → blocks → mean over the real tokens (N, E) → (N, num_classes). Apply no softmax.",
        "Positions 0 to T − 1 are the same for every text: broadcast their vectors over N.",
        after=("init",),
    ),
    classifier.check(
        "padding",
        SameLogits(),
        3,
        "EncoderClassifier.forward",
        "Padding never changes the logits, and a text of nothing but padding has finite ones",
        "Where can padding count? As keys of the attention, and in the mean over tokens.",
        "Mask the scores of padded keys before softmax. Sum the real tokens only, and divide by their number.",
        "That number can be 0: use clamp(min=1). A row of −inf makes softmax nan: use torch.finfo(dtype).min.",
        subject="PADDING",
        after=("forward",),
    ),
    classifier.check(
        "errors",
        BadShapes(
            (
                ("texts longer than max_length", {}, ((2, 13),)),  # the subject's is 12
                ("texts without a batch axis", {}, ((5,),)),
                ("texts of no tokens", {}, ((2, 0),)),
            ),
            dtype="int64",
        ),
        1,
        "EncoderClassifier.forward",
        "EncoderClassifier refuses wrong shapes with a ValueError",
        "There are max_length positions: what about a longer text?",
        "Check that tokens has two axes, and from 1 to max_length columns.",
        after=("forward",),
    ),
    training.check(
        "recall",
        Training(),
        3,
        "EncoderClassifier.forward",
        "EncoderClassifier learns to recall the value of a key, 99 %",
        "Use two layers: in the first a value learns which key precedes it, in the second the query finds that key.",
        "At about 60 % it knows which values there are, but not their keys. Do positions reach the attention?",
        "Draw the weights of the query and key projections with variance 1 / E, so that attention chooses early.",
        requires=("training",),
        after=("m3.classifier.padding",),
        timeout=180.0,
    ),
    training.check(
        "ag_news",
        FullTraining(),
        0,
        "EncoderClassifier.forward",
        "EncoderClassifier reaches 90 % on AG News",
        "Compare with the bag of embeddings in the report: an encoder below it has learnt nothing from attention.",
        "Normalise before each part of a block and add after it. Apply dropout to what each part adds.",
        requires=("training", "long:15 minutes", "data:ag_news"),
        after=("m3.classifier.padding",),
        timeout=4 * 3600.0,
        lesson="training-on-ag-news",
    ),
)
